"""Writes that hold only for the version that their caller has read (RFC 9110 section 13.1.1, If-Match)."""

import pytest

from support.demo import CODE, DEVICES, REQUESTS, SCRIPTS, SPOOLER, WELCOME, coded, demo_id, device_id, justified, user_id
from support.graph import filed, ok

SCRIPT = f"{SCRIPTS}/{SPOOLER}"
OLD = 'W/"00000000-0000-7000-8000-000000000000"'


def etag(graph, target: str) -> str:
    return ok(graph.get(target)).headers["ETag"]


def test_a_request_is_decided_in_the_version_that_was_read(graph, alice, bob, carol):
    target = f"{REQUESTS}/{WELCOME}"
    with graph.nothing_changes():
        answer = bob.post(f"{target}/approve", json={}, headers={"If-Match": OLD})
        assert answer.outcome == (412, "PreconditionFailed")
        assert CODE not in answer.headers
    read = etag(bob, target)
    ok(carol.post(f"{target}/approve", json={}, headers={"If-Match": f"{OLD}, {read}"}))
    assert alice.status(WELCOME) == "approved"
    assert bob.post(f"{target}/cancelApproval", json={}, headers={"If-Match": read}).status == 412
    ok(bob.post(f"{target}/cancelApproval", json={}, headers={"If-Match": "*"}))


def test_who_sees_nothing_learns_nothing_from_a_version(graph):
    for tag in (OLD, "*"):
        answer = graph.as_("dave").post(f"{REQUESTS}/{WELCOME}/approve", json={}, headers={"If-Match": tag})
        assert answer.outcome == (404, "ResourceNotFound")


def test_a_guarded_write_is_filed_and_completed_for_the_version_that_was_read(graph, alice, bob):
    body = {"displayName": "Renamed"}
    with graph.nothing_changes():
        answer = alice.patch(SCRIPT, json=body, headers=justified() | {"If-Match": OLD})
        assert answer.outcome == (412, "PreconditionFailed") and CODE not in answer.headers
    read = etag(alice, SCRIPT)
    code = filed(alice.patch(SCRIPT, json=body, headers=justified() | {"If-Match": read}))
    ok(bob.approve(code))
    assert alice.patch(SCRIPT, json=body, headers=coded(code) | {"If-Match": OLD}).outcome == (412, "PreconditionFailed")
    assert alice.status(code) == "approved", "it can still be completed"
    ok(alice.patch(SCRIPT, json=body, headers=coded(code) | {"If-Match": read}))
    assert ok(alice.get(SCRIPT)).json["displayName"] == "Renamed"


def test_other_writes_too(erin, alice, bob):
    group = f"/v1.0/groups/{demo_id('groups/finance-readers')}"
    body = {"@odata.id": f"users/{user_id('dave')}"}
    assert erin.post(f"{group}/members/$ref", json=body, headers={"If-Match": OLD}).status == 412
    ok(erin.post(f"{group}/members/$ref", json=body, headers={"If-Match": etag(erin, group)}))
    code = alice.file_script("Ended")
    ok(bob.reject(code))
    assert erin.delete(f"{REQUESTS}/{code}", headers={"If-Match": OLD}).status == 412
    ok(erin.delete(f"{REQUESTS}/{code}", headers={"If-Match": etag(erin, f"{REQUESTS}/{code}")}))


@pytest.mark.parametrize("tag", ["old", 'W/old', '"a', 'W/"a" "b"', "W/*", "", '*, "a"', '"a",'])
def test_what_is_no_entity_tag_is_refused(graph, bob, tag):
    with graph.nothing_changes():
        answer = bob.post(f"{REQUESTS}/{WELCOME}/approve", json={}, headers={"If-Match": tag})
    assert answer.outcome == (400, "BadRequest") and "If-Match" in answer.message


def test_where_nothing_is_bound_there_is_nothing_to_match(alice):
    ok(alice.get(f"{DEVICES}/{device_id('laptop-1')}", headers={"If-Match": OLD}))
    filed(alice.post(SCRIPTS, json={"displayName": "New"}, headers=justified() | {"If-Match": "*"}))
