"""The person's commands: they speak HTTP as everybody does (product contract, section 3)."""

import http.server
import json
import threading

import pytest

from support.demo import SCRIPTS, SPOOLER, WELCOME, coded, justified
from support.graph import filed, ok
from support.server import run

ENGINES = ["sqlite"]


@pytest.fixture
def speak(shared_server, graph):
    """A command as somebody."""

    def speak(who: str, *arguments: str):
        return shared_server.speak(*arguments, token=graph.as_(who).token)

    return speak


def test_status_shows_what_waits_for_whom(speak, alice, bob):
    code = filed(bob.create_script("Bob's", headers=justified("Because")))
    mine = speak("bob", "status")
    assert mine.returncode == 0, mine.stderr
    assert "You are Bob." in mine.stdout
    before, after = mine.stdout.split("You wait for:")
    assert WELCOME in before and code not in before, "one's own request doesn't wait for oneself"
    assert code in after and "x-msft-approval-code" in after
    nobody = speak("dave", "status")
    assert nobody.stdout.count("Nothing.") == 2
    found = json.loads(speak("carol", "status", "-o", "json").stdout)
    assert {row["id"] for row in found["waitsForYou"]} == {WELCOME, code}
    assert (found["signedInAs"], found["youWaitFor"]) == ("Carol", [])


def test_requests_are_listed_by_who_asks_and_by_status(speak, alice, bob):
    code = alice.file_wipe()
    ok(bob.reject(code))
    listed = speak("alice", "request", "ls")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout.splitlines()[0].split() == [
        "ID", "STATUS", "REQUESTOR", "OPERATION", "OBJECT", "EXPIRES", "JUSTIFICATION",
    ]  # fmt: skip
    assert WELCOME in listed.stdout and code in listed.stdout
    assert code not in speak("alice", "request", "ls", "--status", "needsApproval").stdout
    assert WELCOME not in speak("bob", "request", "ls", "--mine").stdout
    assert WELCOME in speak("bob", "request", "ls", "--reviewable").stdout
    assert "Nothing." in speak("alice", "request", "ls", "--reviewable").stdout
    rows = json.loads(speak("alice", "request", "ls", "--mine", "-o", "json").stdout)
    assert {row["id"] for row in rows} == {WELCOME, code}
    assert speak("alice", "request", "ls", "--mine", "--reviewable").returncode == 2
    assert speak("alice", "request", "ls", "--status", "bogus").returncode == 2


def test_one_request_is_shown_and_explained(speak, alice):
    shown = speak("alice", "request", "show", WELCOME)
    assert shown.returncode == 0, shown.stderr
    for text in (WELCOME, "needsApproval", "laptop-1", "Device returned for repair", "Alice", "keepUserData"):
        assert text in shown.stdout, text
    assert json.loads(speak("alice", "request", "show", WELCOME, "-o", "json").stdout)["id"] == WELCOME
    explained = speak("alice", "request", "explain", WELCOME).stdout
    for text in ("can decide   Bob", "can't decide Alice", "Held by the policy 'DeviceWipe'", "-> Ask Bob or Carol"):
        assert text in explained, explained
    code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json={"description": "Nightly"}, headers=justified()))
    assert 'changes      description: null -> "Nightly"' in speak("alice", "request", "explain", code).stdout
    assert speak("dave", "request", "show", WELCOME).returncode == 1
    assert speak("dave", "request", "explain", WELCOME).returncode == 1
    assert speak("alice", "request", "show", WELCOME[:8]).returncode == 2, "full ids only"


def test_a_decision_says_what_it_will_change_and_ids_that_lead_nowhere_are_told(speak, alice):
    code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json={"description": "Nightly"}, headers=justified()))
    done = speak("bob", "approve", code)
    assert done.returncode == 0, done.stderr
    for line in ("requestor      Alice", "operation      Update (script)", 'changes        description: null -> "Nightly"'):
        assert line in done.stdout.splitlines(), done.stdout
    assert "operation      Update (script)" in speak("bob", "request", "show", code).stdout
    nowhere = speak("bob", "approve", "00000000-0000-4000-8000-000000000000")
    assert nowhere.returncode == 1 and "countersign request ls" in nowhere.stderr


def test_a_request_is_cancelled_once(speak, alice, bob):
    code = alice.file_wipe()
    assert speak("bob", "request", "cancel", code).returncode == 1
    done = speak("alice", "request", "cancel", code)
    assert (done.returncode, done.stdout) == (0, "cancelled\n"), done.stderr
    assert alice.status(code) == "cancelled"
    again = speak("alice", "request", "cancel", code)
    assert again.returncode == 5 and "Not effective" in again.stderr
    assert alice.wipe(headers=coded(code)).status == 403


def test_what_others_wrote_cannot_move_the_cursor(speak, alice):
    code = alice.file_wipe(justification="\x1b[2Jx\u202ey")
    for command in (["request", "ls"], ["request", "show", code], ["status"]):
        output = speak("bob", *command).stdout
        assert "\x1b" not in output and "\u202e" not in output
        assert "\\u{1b}" in output


def test_without_a_good_token_every_command_ends_with_6(shared_server):
    for command in (["status"], ["request", "ls"], ["request", "show", WELCOME], ["request", "cancel", WELCOME]):
        assert shared_server.speak(*command, token="x").returncode == 6, command


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """A server with requests of another kind, which says how they are decided."""

    actions: dict = {}
    calls: list = []

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.calls.append((self.command, self.path, json.loads(body) if body else None))
        known = self.path == f"/countersign/v1/requests/{WELCOME}" or self.command == "PATCH"
        text = json.dumps({"id": WELCOME, "status": "decided", "kind": "ticket", "@countersign.actions": self.actions}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere():
    Elsewhere.calls, Elsewhere.actions = [], {}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield lambda *arguments: run(
            *arguments, COUNTERSIGN_URL=f"http://127.0.0.1:{server.server_port}", COUNTERSIGN_TOKEN="t"
        )
        server.shutdown()


def test_a_request_of_another_kind_is_decided_by_the_call_that_its_server_names(elsewhere):
    Elsewhere.actions = {
        "approve": {
            "method": "PATCH",
            "path": "/beta/tickets/1",
            "body": {"reviewResult": "Approve"},
            "justification": "why",
        },
        "cancel": {"method": "PATCH", "path": "/beta/tickets/1", "body": {"state": "gone"}, "justification": None},
    }
    done = elsewhere("approve", WELCOME, "-m", "Fine")
    assert done.returncode == 0, done.stderr
    assert ("PATCH", "/beta/tickets/1", {"reviewResult": "Approve", "why": "Fine"}) in Elsewhere.calls
    assert elsewhere("request", "cancel", WELCOME).returncode == 0
    assert Elsewhere.calls[-1] == ("PATCH", "/beta/tickets/1", {"state": "gone"})


def test_a_call_that_would_take_the_token_elsewhere_is_not_made(elsewhere):
    Elsewhere.actions = {"approve": {"method": "PATCH", "path": "@evil.example/x", "body": {}}}
    elsewhere("approve", WELCOME)
    assert not [call for call in Elsewhere.calls if call[0] == "PATCH"]
