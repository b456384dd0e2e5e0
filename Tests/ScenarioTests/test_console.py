"""What only the console can do: break-glass, and a new tenant's first policy (security rules R9, R10)."""

import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from support.demo import POLICIES, SCRIPTS, WELCOME, coded, demo_id, justified
from support.graph import Graph, filed, ok
from support.server import Server, run

ISSUER = "https://login.example/tenant/v2.0"
TENANT = "11111111-1111-4111-8111-111111111111"
ANN, BEN = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
SCRIPT_POLICY = demo_id("operationApprovalPolicies/script")


def stopped(server: Server, *arguments: str):
    """A console command while the server is stopped; it runs again afterwards."""
    assert server.stop() == 0
    done = server.run(*arguments)
    server.start()
    return done


def by(person: str, reason: str = "Fire in the data centre") -> list[str]:
    return ["--as", person, "--reason", reason]


def test_an_emergency_is_approved_by_one_loudly_and_reviewed_by_another(own_server):
    graph = Graph(own_server)
    alice = graph.as_("alice")
    party = stopped(own_server, "break-glass", "approve", WELCOME, *by("alice"))
    assert party.returncode == 1 and "party" in party.stderr, party
    assert alice.status(WELCOME) == "needsApproval"
    done = stopped(own_server, "break-glass", "approve", WELCOME, *by("erin"))
    assert done.returncode == 0, done.stderr
    assert "must be reviewed" in done.stdout
    request = alice.request(WELCOME)
    assert (request["status"], request["approver"]["user"]["displayName"]) == ("approved", "Erin")
    event = next(event for event in alice.events() if event["activityDisplayName"] == "Break glass")
    assert {"key": "reason", "value": "Fire in the data centre"} in event["additionalDetails"]
    ok(alice.wipe("laptop-1", headers=coded(WELCOME)))
    sick = own_server.run("doctor", "--deep")
    assert sick.returncode == 1
    wrong = [line for line in sick.stdout.splitlines() if "WRONG" in line]
    assert len(wrong) == 1 and wrong[0].startswith("R10"), "nothing else is wrong"
    again = stopped(own_server, "break-glass", "suspend", SCRIPT_POLICY, *by("erin"))
    assert again.returncode == 1 and "Another break-glass is open" in again.stderr
    own = stopped(own_server, "break-glass", "close", *by("erin", "Fine"))
    assert own.returncode == 1 and "another person" in own.stderr
    assert stopped(own_server, "break-glass", "close", *by("bob", "Justified")).returncode == 0
    assert own_server.run("doctor", "--deep").returncode == 0
    assert stopped(own_server, "break-glass", "close", *by("bob")).returncode == 1, "nothing is open"


def test_a_suspended_policy_guards_nothing_until_its_time_is_over(own_server):
    graph = Graph(own_server)
    alice = graph.as_("alice")
    too_long = stopped(own_server, "break-glass", "suspend", SCRIPT_POLICY, "--for", "61m", *by("erin"))
    assert too_long.returncode == 1 and "60 minutes" in too_long.stderr
    waiting = alice.file_script("Filed before")
    done = stopped(own_server, "break-glass", "suspend", SCRIPT_POLICY, "--for", "30m", *by("erin"))
    assert done.returncode == 0, done.stderr
    alice = graph.as_("alice")
    assert alice.post(SCRIPTS, json={"displayName": "At once"}).status == 201
    assert alice.wipe().outcome == (400, "BadRequest"), "other policies go on"
    pairs = ok(alice.get(f"{POLICIES}/retrieveOperationsRequiringApproval()")).value
    assert "script" not in [pair["policyType"] for pair in pairs]
    ok(graph.as_("bob").approve(waiting))
    graph.advance("PT30M")
    assert alice.post(SCRIPTS, json={"displayName": "Held again"}).outcome == (400, "BadRequest")
    assert "pinnedControls" not in ok(alice.get(f"{POLICIES}/{SCRIPT_POLICY}")).text
    assert "suspendedUntil" not in ok(alice.get(f"{POLICIES}/{SCRIPT_POLICY}")).text


def test_a_review_puts_a_suspended_policy_in_force_again(own_server):
    graph = Graph(own_server)
    assert stopped(own_server, "break-glass", "suspend", SCRIPT_POLICY, *by("erin")).returncode == 0
    assert graph.as_("alice").post(SCRIPTS, json={"displayName": "At once"}).status == 201
    assert stopped(own_server, "break-glass", "close", *by("bob", "Fine")).returncode == 0
    assert graph.as_("alice").post(SCRIPTS, json={"displayName": "Held"}).outcome == (400, "BadRequest")
    assert own_server.run("doctor", "--deep").returncode == 0
    none = stopped(own_server, "break-glass", "close", *by("bob"))
    assert none.returncode == 1 and "No break-glass is open" in none.stderr


def test_an_emergency_says_why_and_stays_visible(own_server):
    assert own_server.stop() == 0
    for arguments in (["approve", WELCOME], ["suspend", SCRIPT_POLICY], ["close"]):
        done = own_server.run("break-glass", *arguments, *by("erin", " \u200b\t"))
        assert done.returncode == 1 and "Say why with --reason" in done.stderr, done
    assert own_server.run("break-glass", "approve", WELCOME, *by("erin")).returncode == 0
    own_server.start()
    explanation = f"/countersign/v1/requests/{WELCOME}/explain"
    told = ok(Graph(own_server).as_("alice").get(explanation)).json["breakGlass"]
    assert (told["openedBy"], told["reason"]) == ("Erin", "Fire in the data centre")
    assert "closedBy" not in told
    assert stopped(own_server, "break-glass", "close", *by("bob", "Justified")).returncode == 0
    told = ok(Graph(own_server).as_("alice").get(explanation)).json["breakGlass"]
    assert (told["closedBy"], told["conclusion"]) == ("Bob", "Justified")


def test_the_help_tells_the_real_defaults(own_server):
    assert "(default: 1h)" in own_server.run("break-glass", "suspend", "--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["approve", WELCOME, *by("nobody")],
        ["approve", demo_id("none"), *by("erin")],
        ["suspend", demo_id("none"), *by("erin")],
        ["approve", WELCOME, *by("erin"), "--tenant", demo_id("none")],
    ],
)
def test_what_is_not_there_is_told_in_one_line(own_server, arguments):
    assert own_server.stop() == 0
    done = own_server.run("break-glass", *arguments)
    assert done.returncode == 1 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1, done


def test_break_glass_waits_for_a_stopped_server_on_sqlite(own_server, engine):
    if engine.name != "sqlite":
        pytest.skip("a PostgreSQL database is shared by its nodes")
    done = own_server.run("break-glass", "approve", WELCOME, *by("erin"))
    assert done.returncode == 1 and done.stderr.count("\n") == 1, done


class Production:
    """A server with an issuer of its own, whose tokens the test signs."""

    def __init__(self, folder, database: str):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        keys = folder / "keys.json"
        keys.write_text(json.dumps({"keys": [public | {"kid": "k", "use": "sig", "alg": "RS256"}]}))
        config = folder / "countersign.yaml"
        config.write_text(
            f"tenants: [{TENANT}]\nissuers:\n  - issuer: {ISSUER}\n    tenant: {TENANT}\n    audiences: [graph]\n"
            "    keys: keys.json\n"
        )
        self.server = Server(database, "--config", str(config))

    def as_(self, user: str) -> Graph:
        now = int(time.time())
        scopes = "User.Read DeviceManagementConfiguration.ReadWrite.All DeviceManagementScripts.ReadWrite.All"
        claims = {
            "iss": ISSUER, "aud": "graph", "tid": TENANT, "oid": user, "sub": "x", "azp": "x", "ver": "2.0",
            "iat": now, "nbf": now, "exp": now + 600, "scp": scopes,
        }  # fmt: skip
        return Graph(self.server, jwt.encode(claims, self.key, "RS256", {"kid": "k"}))


def created(database: str) -> dict[str, str]:
    """The tenant with two administrators; what its operator is told."""
    done = run(
        "tenant", "create", "--id", TENANT, "--name", "Contoso", "--domain", "contoso.example", "--administrator",
        f"{ANN},ann@contoso.example,Ann", "--administrator", f"{BEN},ben@contoso.example,Ben", "--database", database,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {line[: line.rindex(" ")].strip(): line.split()[-1] for line in done.stdout.splitlines()}


def test_a_new_tenants_first_policy_comes_from_the_console_and_the_second_takes_two(tmp_path):
    database = str(tmp_path / "production.db")
    told = created(database)
    token = {"x-countersign-console-token": told["console token"]}
    production = Production(tmp_path, database)
    server = production.server.start()
    try:
        assert not [line for line in server.log if "tenant" in line], "the tenant is there, so nobody is warned of it"
        ann, ben = production.as_(ANN), production.as_(BEN)
        assert ok(ann.get("/beta/me")).json["displayName"] == "Ann"
        body = {"displayName": "Scripts", "policyType": "script", "approverGroupIds": [told["administrators group"]]}
        assert ann.post(POLICIES, json=body).outcome == (400, "BadRequest"), "no policies, and still guarded"
        for wrong in ({"x-countersign-console-token": "x"}, {"x-countersign-console-token": ""}):
            assert ann.post(POLICIES, json=body, headers=wrong).outcome == (403, "Forbidden")
        assert ann.post(SCRIPTS, json={"displayName": "x"}, headers=token).outcome == (403, "Forbidden")
        made = ann.post(POLICIES, json=body, headers=token)
        assert made.status == 201, made
        second = body | {"displayName": "Apps", "policyType": "app"}
        assert ann.post(POLICIES, json=second, headers=token).outcome == (403, "Forbidden"), "once"
        code = filed(ann.post(POLICIES, json=second, headers=justified()))
        assert ann.approve(code).status == 403
        ok(ben.approve(code))
        assert ann.post(POLICIES, json=second, headers=coded(code)).status == 201
        held = filed(ann.post(SCRIPTS, json={"displayName": "Held"}, headers=justified()))
        ok(ben.approve(held))
        assert ann.post(SCRIPTS, json={"displayName": "Held"}, headers=coded(held)).status == 201
        assert server.run("doctor", "--deep").returncode == 0
    finally:
        assert server.stop() == 0


def test_a_tenant_is_created_once_and_with_two_administrators(tmp_path):
    database = str(tmp_path / "production.db")
    created(database)
    again = run(
        "tenant", "create", "--id", TENANT, "--name", "x", "--domain", "x", "--administrator", f"{ANN},a,A",
        "--administrator", f"{BEN},b,B", "--database", database,
    )  # fmt: skip
    assert again.returncode == 1 and "exists already" in again.stderr
    alone = run(
        "tenant", "create", "--id", demo_id("other"), "--name", "x", "--domain", "x", "--administrator", f"{ANN},a,A",
        "--database", database,
    )  # fmt: skip
    assert alone.returncode == 2
