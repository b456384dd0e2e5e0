"""No value that only rules need appears in an answer, a page, a log line or a command's output."""

import json
import re
import sqlite3

from support.demo import AUDITS, DEVICES, POLICIES, REQUESTS, SCRIPTS, SPOOLER, WELCOME, coded, demo_id, justified, user_id
from support.graph import Graph, filed, ok

ENGINES = ["sqlite"]
SCRIPT = f"{POLICIES}/{demo_id('operationApprovalPolicies/script')}"


class Listening(Graph):
    """A caller whose every answer is kept."""

    heard: list[bytes] = []

    def _send(self, *arguments, **options):
        answer = super()._send(*arguments, **options)
        Listening.heard.append(answer.body + str(answer.headers).encode())
        return answer


def strings(value) -> set[str]:
    """Every text in a JSON value, names included: parties are names."""
    if isinstance(value, dict):
        return set(value) | set().union(*map(strings, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(strings, value)) if value else set()
    return {value} if isinstance(value, str) else set()


def secrets(database: str) -> set[str]:
    """Texts of internals that no document has."""
    inner: set[str] = set()
    outer: set[str] = set()
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        if "internals" not in columns:
            continue
        for document, internals in connection.execute(f'SELECT document, internals FROM "{name}"'):
            outer |= strings(json.loads(document))
            # The log's texts are shown in the log; their salts aren't.
            found = json.loads(internals)
            for pair in found.pop("texts", {}).values():
                inner.add(pair[0])
            inner |= strings(found)
    connection.close()
    # Versions are what ETags show; names of types and operations, and instants, are what `explain` speaks in.
    shown = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}|[a-zA-Z]+(\.[a-zA-Z]+)?|\d{4}-\d\d-\d\dT.*Z")
    return {text for text in inner - outer if len(text) >= 20 and not shown.fullmatch(text)}


def test_what_only_rules_need_leaves_the_database_in_no_way(own_server):
    Listening.heard = []
    nobody = Listening(own_server)

    def as_(who: str) -> Listening:
        return Listening(own_server, Graph(own_server).as_(who).token)

    alice, bob, erin = as_("alice"), as_("bob"), as_("erin")
    change = {"countersignExcludedApplicationIds": [demo_id("servicePrincipals/automation")]}
    group = f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members"
    ok(erin.post(f"{group}/$ref", json={"@odata.id": f"users/{user_id('erin')}"}))
    code = filed(alice.patch(SCRIPT, json=change, headers=justified()))
    ok(erin.approve(code))
    ok(alice.patch(SCRIPT, json=change, headers=coded(code)))
    body = {"description": "x"}
    held = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json=body, headers=justified()))
    bob.cancel_approval(held)
    alice.approve(held)
    ok(bob.reject(held))
    ok(erin.post(f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members/$ref",
                 json={"@odata.id": f"users/{user_id('grace')}"}))  # fmt: skip
    ok(alice.complete_wipe(_approved(alice, bob)))
    assert own_server.stop() == 0
    assert own_server.run("break-glass", "approve", WELCOME, "--as", "erin", "--reason", "Fire").returncode == 0
    own_server.start()
    for caller in (nobody, alice, bob, erin, as_("frank"), as_("dave")):
        for path in (REQUESTS, POLICIES, DEVICES, SCRIPTS, AUDITS, "/v1.0/users", "/v1.0/groups", "/"):
            caller.get(path)
        for path in (code, held, WELCOME):
            caller.get(f"{REQUESTS}/{path}")
            caller.get(f"/countersign/v1/requests/{path}/explain")
        caller.get("/countersign/v1/history")
        caller.get(f"{REQUESTS}?$filter=internals%20eq%20'x'")
        caller.get(f"{REQUESTS}?$select=internals")
        caller.get(f"{REQUESTS}?$orderby=internals")
    outputs = [own_server.run("doctor", "--deep").stdout]
    for command in (["status"], ["request", "ls"], ["request", "show", WELCOME], ["request", "explain", WELCOME]):
        outputs.append(own_server.speak(*command, token=erin.token).stdout)
    assert own_server.stop() == 0
    found = secrets(own_server.database)
    assert len(found) >= 15, "snapshots' digests, salts, keys, parties"
    everything = b"\n".join(Listening.heard).decode() + "".join(outputs) + "".join(own_server.log)
    assert len(everything) > 100_000
    leaked = sorted(text for text in found if text in everything)
    assert leaked == []


def _approved(alice: Graph, bob: Graph) -> str:
    code = alice.file_wipe()
    ok(bob.approve(code))
    return code
