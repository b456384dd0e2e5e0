"""A workload that isn't the product's own moves in: served, seeded, decided from the command line, examined and put into
history by its registration alone (`Tests/ToyWorkload`)."""

from pathlib import Path

import pytest

from support.demo import WELCOME, demo_id
from support.graph import Graph, ok
from support.server import BINARY, Server

ENGINES = ["sqlite"]
DESK = "/beta/helpDesk"


@pytest.fixture
def desk(engine, tmp_path):
    binary = str(Path(BINARY).with_name("toy-countersign"))
    server = Server(engine.create(tmp_path), "--demo", "--emulator", binary=binary).start()
    yield Graph(server)
    assert server.stop() == 0, "".join(server.log[-50:])


def file(desk: Graph, title: str) -> str:
    body = {"title": title, "queueId": demo_id("queues/hardware")}
    return ok(desk.as_("dave").post(f"{DESK}/tickets", json=body)).json["id"]


def speak(desk: Graph, who: str, *arguments: str) -> str:
    done = desk.server.speak(*arguments, token=desk.as_(who).token)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_ticket_is_listed_shown_explained_and_granted_from_the_command_line(desk):
    ticket = file(desk, "A mouse")
    listed = speak(desk, "bob", "request", "ls")
    row = next(line for line in listed.splitlines() if line.startswith(ticket))
    assert "waiting" in row and "Dave" in row and "Grant (ticket)" in row and "A mouse" in row
    assert WELCOME in listed
    assert "A mouse" in speak(desk, "bob", "request", "show", ticket)
    assert "Bob" in speak(desk, "bob", "request", "explain", ticket)
    assert speak(desk, "bob", "approve", ticket, "-m", "Here").rstrip().endswith("granted")
    assert ok(desk.as_("dave").get(f"{DESK}/tickets/{ticket}")).json["ticketState"] == "granted"


def test_a_ticket_is_denied_and_another_one_withdrawn(desk):
    ticket = file(desk, "A throne")
    assert speak(desk, "bob", "deny", ticket, "-m", "No").rstrip().endswith("denied")
    other = file(desk, "A chair")
    assert speak(desk, "dave", "request", "cancel", other) == "cancelled\n"
    assert ok(desk.as_("dave").get(f"{DESK}/tickets/{other}")).json["ticketState"] == "cancelled"


def test_time_doctor_and_history_know_tickets(desk):
    ticket = file(desk, "A screen")
    desk.advance("P9D")
    assert ok(desk.as_("dave").get(f"/countersign/v1/history/{ticket}")).json["ticketState"] == "expired"
    filed = file(desk, "A lamp")
    rows = ok(desk.as_("bob").get("/countersign/v1/requests")).value
    assert {row["@countersign.kind"] for row in rows} == {"ticket", "operationApprovalRequest"}
    assert rows[0]["id"] == filed, "the newest first"
    examined = desk.server.run("doctor", "--deep")
    assert examined.returncode == 0, examined.stdout + examined.stderr
