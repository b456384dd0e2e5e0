"""At the instant of expiry nobody sees or uses the old state, with or without a worker; the clock is the emulator's."""

from datetime import timedelta

import pytest

from support.demo import REQUESTS, RETENTION, instant, wire
from support.graph import Graph, ok
from support.wait import until

SECOND = timedelta(seconds=1)


def assert_expired(graph: Graph, code: str) -> None:
    """On every path that shows the request, for requestor and approver."""
    for person in (graph.as_("alice"), graph.as_("carol")):
        request = person.request(code)
        assert request["status"] == "expired"
        assert request["lastModifiedDateTime"] == request["expirationDateTime"]
        rows = {row["id"]: row["status"] for row in ok(person.get(REQUESTS)).value}
        assert rows[code] == "expired"
        assert code in ok(person.filter("status eq 'expired'")).ids
        for status in ("needsApproval", "approved"):
            assert code not in ok(person.filter(f"status eq '{status}'")).ids
        assert ok(person.get(f"{REQUESTS}/$count?$filter=status%20eq%20'expired'")).text == "2", (
            "and the welcome request"
        )
        assert (
            ok(person.filter("status in ('needsApproval','approved')", more="&$count=true")).json["@odata.count"] == 0
        )
    assert {row["id"]: row["status"] for row in ok(graph.as_("alice").get(f"{REQUESTS}/retrieveMyRequests()")).value}[
        code
    ] == "expired"


def test_a_second_before_its_deadline_a_request_can_be_decided(graph, alice, carol):
    code = alice.file_wipe()
    deadline = alice.request(code)["expirationDateTime"]
    graph.set_clock(instant(deadline) - SECOND)
    ok(carol.approve(code))
    request = alice.request(code)
    assert (request["status"], request["expirationDateTime"]) == ("approved", deadline)


def test_at_its_deadline_a_waiting_request_is_expired_for_everybody_everywhere(graph, alice, carol):
    code = alice.file_wipe()
    graph.set_clock(instant(alice.request(code)["expirationDateTime"]))
    for answer in (carol.approve(code), carol.reject(code), carol.cancel_approval(code), alice.cancel_my_request(code)):
        assert answer.outcome == (409, "Conflict")
        assert "expired" in answer.message
    assert_expired(graph, code)
    assert alice.request(code)["approver"] is None


def test_at_its_deadline_an_approval_is_void(graph, alice, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    graph.set_clock(instant(alice.request(code)["expirationDateTime"]))
    assert alice.complete_wipe(code).outcome == (403, "Forbidden")
    assert carol.cancel_approval(code).outcome == (409, "Conflict")
    assert_expired(graph, code)
    assert alice.file_wipe() != code, "and the entity is free"


@pytest.mark.unordered
def test_no_read_that_begins_after_the_deadline_shows_the_old_state(graph, alice):
    """The clock runs into the deadline by itself, while readers ask all the time."""
    code = alice.file_wipe()
    deadline = instant(alice.request(code)["expirationDateTime"])
    graph.set_clock(deadline - timedelta(milliseconds=400))
    reads = [
        lambda: alice.status(code) == "needsApproval",
        lambda: code in ok(alice.filter("status eq 'needsApproval'")).ids,
        lambda: {row["id"]: row["status"] for row in alice.get(REQUESTS).value}[code] == "needsApproval",
        lambda: ok(alice.get(f"{REQUESTS}/$count?$filter=status eq 'needsApproval'".replace(" ", "%20"))).text != "0",
    ]
    late = 0

    def passed() -> bool:
        nonlocal late
        for read in reads:
            is_late = graph.now >= deadline
            sees_old = read()
            assert not (is_late and sees_old)
            late += is_late
        return late >= 12

    until(passed, "the deadline")


def test_moving_the_clock_over_many_deadlines_runs_them_in_order(graph, alice):
    codes = []
    for number in range(3):
        codes.append(alice.file_script(f"Script {number}"))
        graph.advance("PT1H")
    deadlines = [alice.request(code)["expirationDateTime"] for code in codes]
    graph.advance("P4D")
    events = [event for event in graph.events("activityDisplayName eq 'Expire approval request'")]
    expired = [event["targetResources"][0]["id"] for event in reversed(events)]
    assert [code for code in expired if code in codes] == codes
    assert [alice.request(code)["lastModifiedDateTime"] for code in codes] == deadlines


@pytest.mark.parametrize("end", ["rejected", "cancelled", "completed", "expired"])
def test_an_ended_request_stays_visible_for_thirty_days(graph, alice, carol, end):
    code = alice.file_wipe()
    if end == "rejected":
        ok(carol.reject(code))
    elif end == "cancelled":
        ok(alice.cancel_my_request(code))
    elif end == "completed":
        ok(carol.approve(code))
        ok(alice.complete_wipe(code))
    else:
        graph.advance("P3D")
    request = alice.request(code)
    assert request["status"] == end
    last = instant(request["lastModifiedDateTime"]) + RETENTION
    graph.set_clock(last - SECOND)
    assert alice.status(code) == end
    graph.set_clock(last)
    for person in (alice, carol, graph.as_("frank")):
        assert person.get(f"{REQUESTS}/{code}").outcome == (404, "ResourceNotFound")
        assert code not in ok(person.get(REQUESTS)).ids
        assert ok(person.filter(f"id eq '{code}'", more="&$count=true")).json["@odata.count"] == 0
    assert code not in ok(alice.get(f"{REQUESTS}/retrieveMyRequests")).ids
    assert carol.approve(code).status == 404
    assert alice.complete_wipe(code).outcome == (403, "Forbidden"), "its code is as an unknown one"


def test_the_clock_only_moves_forward(graph):
    now = graph.now
    for order in ({"set": wire(now - timedelta(hours=1))}, {"advance": "-PT1S"}, {}, {"advance": "soon"}, {"set": 5}):
        answer = graph.post("/countersign/emulator/clock", json=order)
        assert answer.outcome == (400, "BadRequest"), order
    assert now <= graph.now < now + timedelta(minutes=1)


def test_the_clock_is_moved_by_as_little_as_nothing(graph):
    for duration in ("PT0S", "PT0.001S", "PT1S", "P1D", "P1DT2H3M4.5S", "1:00:00", "1 day, 8:00:00"):
        before = graph.now
        assert graph.advance(duration) >= before, duration


@pytest.mark.unordered
def test_the_clock_runs_on_from_where_it_was_set(graph):
    there = graph.now + timedelta(days=400)
    assert graph.set_clock(there) >= there
    first = graph.now
    until(lambda: graph.now > first, "a running clock")
    assert graph.now < there + timedelta(minutes=1)


def test_tokens_live_by_the_wall_clock(graph, alice):
    graph.advance("P400D")
    assert ok(alice.get("/beta/me")).json["displayName"] == "Alice"
    assert ok(graph.as_("frank", expiresIn="PT1H").get("/beta/me")).json["displayName"] == "Frank"


def test_a_reset_returns_to_the_start_and_to_the_systems_time_and_tokens_stay_valid(graph, alice, carol):
    start = graph.now
    code = alice.file_wipe()
    ok(carol.approve(code))
    ok(alice.complete_wipe(code))
    graph.advance("P3D")
    graph.reset()
    assert graph.now < start + timedelta(minutes=5)
    assert len(ok(alice.get(REQUESTS)).ids) == 1
    assert alice.get(f"{REQUESTS}/{code}").status == 404


@pytest.mark.unordered
def test_a_request_expires_although_the_server_was_killed_over_its_deadline(own_server):
    graph = Graph(own_server)
    alice = graph.as_("alice")
    code = alice.file_wipe()
    deadline = instant(alice.request(code)["expirationDateTime"])
    graph.set_clock(deadline - SECOND)
    assert alice.status(code) == "needsApproval"
    own_server.kill()
    own_server.start()
    until(lambda: graph.now >= deadline, "the deadline")
    assert_expired(graph, code)


def test_a_kill_loses_nothing_that_was_acknowledged_and_the_clock_goes_on(own_server):
    graph = Graph(own_server)
    alice, carol = graph.as_("alice"), graph.as_("carol")
    approved, rejected = alice.file_wipe(), alice.file_wipe("laptop-3")
    ok(carol.approve(approved))
    ok(carol.reject(rejected))
    moved = graph.advance("PT1H")
    before = graph.state()
    own_server.kill()
    own_server.start()
    assert graph.state() == before
    assert moved <= graph.now < moved + timedelta(minutes=2)
    assert alice.wipe(headers={}).status == 400, "the gate is there"
    assert alice.complete_wipe(approved).status == 204
    assert alice.file_wipe("laptop-3") != rejected, "and no name is left behind"
