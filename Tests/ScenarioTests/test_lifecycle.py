"""A request from filing to its end: every action in every state."""

from functools import partial

import pytest

from support.demo import (
    CODE,
    DEVICES,
    REQUESTS,
    SCRIPTS,
    SPOOLER,
    WELCOME,
    coded,
    device_id,
    instant,
    justified,
    user_id,
)
from support.graph import Graph, filed, ok
from support.together import together

STATES = ["needsApproval", "approved", "rejected", "cancelled", "completed", "expired"]


def request_in(state: str, graph: Graph) -> str:
    """A request of alice for laptop-2 that has come to a state."""
    alice, carol = graph.as_("alice"), graph.as_("carol")
    code = alice.file_wipe()
    if state in ("approved", "completed"):
        ok(carol.approve(code))
    if state == "completed":
        ok(alice.complete_wipe(code))
    if state == "rejected":
        ok(carol.reject(code))
    if state == "cancelled":
        ok(alice.cancel_my_request(code))
    if state == "expired":
        graph.set_clock(instant(alice.request(code)["expirationDateTime"]))
    assert alice.status(code) == state
    return code


def device(person: Graph, name: str) -> dict:
    return ok(person.get(f"{DEVICES}/{device_id(name)}")).json


def test_the_printed_steps_approve_run_once_and_refuse_the_second_time(graph, alice, bob):
    assert device(alice, "laptop-1")["managementState"] == "managed"
    answer = bob.approve(WELCOME)
    assert answer.status == 200 and answer.value
    assert device(alice, "laptop-1")["managementState"] == "managed", "approval runs nothing"

    assert alice.wipe("laptop-1", headers=coded(WELCOME)).status == 204
    wiped = device(alice, "laptop-1")
    assert wiped["managementState"] == "wipePending"
    assert [result["actionName"] for result in wiped["deviceActionResults"]] == ["wipe"]
    assert alice.status(WELCOME) == "completed"

    again = alice.wipe("laptop-1", headers=coded(WELCOME))
    assert again.outcome == (409, "Conflict")
    assert device(alice, "laptop-1") == wiped


def test_approving_records_who_why_and_when_and_moves_no_deadline(graph, alice, carol):
    code = alice.file_wipe()
    before = alice.request(code)
    graph.advance("PT1M")
    answer = ok(carol.approve(code, justification="Approved – change 23423", approvalSource="adminConsole"))
    assert isinstance(answer.value, str) and answer.value
    after = alice.request(code)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"@odata.etag"} == {"status", "approver", "approvalJustification", "lastModifiedDateTime"}
    assert after["status"] == "approved"
    assert after["approvalJustification"] == "Approved – change 23423"
    approver = after["approver"]["user"]
    assert (approver["id"], approver["displayName"]) == (user_id("carol"), "Carol")
    assert instant(after["lastModifiedDateTime"]) > instant(after["requestDateTime"])


def test_rejecting_ends_the_request_and_frees_the_entity(alice, carol):
    code = alice.file_wipe()
    assert ok(carol.reject(code, justification="Not this one")).value
    request = alice.request(code)
    assert (request["status"], request["approvalJustification"]) == ("rejected", "Not this one")
    assert request["approver"]["user"]["id"] == user_id("carol")
    assert alice.file_wipe() != code


def test_any_approver_takes_an_approval_back_before_completion(alice, bob, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    assert ok(bob.cancel_approval(code, justification="No longer needed")).value
    request = alice.request(code)
    assert (request["status"], request["approvalJustification"]) == ("cancelled", "No longer needed")
    assert request["approver"]["user"]["id"] == user_id("bob")
    assert alice.complete_wipe(code).outcome == (403, "Forbidden")
    assert alice.file_wipe() != code


@pytest.mark.parametrize("state", ["needsApproval", "approved"])
def test_the_requestor_withdraws_with_204_and_no_body(graph, alice, state):
    code = request_in(state, graph)
    answer = alice.cancel_my_request(code)
    assert (answer.status, answer.body) == (204, b"")
    assert alice.status(code) == "cancelled"
    assert alice.complete_wipe(code).outcome == (403, "Forbidden")
    assert alice.file_wipe() != code


ACTIONS = {
    "approve": lambda graph, code: graph.as_("bob").approve(code),
    "reject": lambda graph, code: graph.as_("bob").reject(code),
    "cancelApproval": lambda graph, code: graph.as_("bob").cancel_approval(code),
    "cancelMyRequest": lambda graph, code: graph.as_("alice").cancel_my_request(code),
    "complete": lambda graph, code: graph.as_("alice").complete_wipe(code),
    "file anew": lambda graph, code: graph.as_("alice").wipe(headers=justified("Once more")),
    "PATCH": lambda graph, code: graph.as_("bob").patch(f"{REQUESTS}/{code}", json={"status": "approved"}),
}
# What each action answers in needsApproval, approved, rejected, cancelled, completed, expired.
TABLE = {
    "approve": [200, 409, 409, 409, 409, 409],
    "reject": [200, 409, 409, 409, 409, 409],
    "cancelApproval": [409, 200, 409, 409, 409, 409],
    "cancelMyRequest": [204, 204, 409, 409, 409, 409],
    "complete": [412, 204, 403, 403, 409, 403],
    "file anew": [409, 409, 412, 412, 412, 412],
    "PATCH": [400, 400, 400, 400, 400, 400],
}
CODES = {400: "BadRequest", 403: "Forbidden", 409: "Conflict", 412: "BadRequest"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_in_every_state_answers_as_the_table_says(graph, alice, action, state):
    code = request_in(state, graph)
    before, target = alice.request(code), device(alice, "laptop-2")
    answer = ACTIONS[action](graph, code)
    wanted = TABLE[action][STATES.index(state)]
    assert answer.status == wanted, answer
    if wanted >= 400:
        assert answer.code == CODES[wanted]
        assert alice.request(code) == before, "a refusal changes nothing"
        assert device(alice, "laptop-2") == target
    if wanted == 409 and action != "file anew":
        told = state if action != "complete" else "completed"
        assert told in answer.message, "the message names the status"
    if action == "complete" and state == "needsApproval":
        assert answer.headers[CODE] == code, "still waiting, under the same code"
    if action == "complete" and state == "expired":
        assert "expired" in answer.message
    if action == "file anew" and wanted == 412:
        assert answer.headers[CODE] != code


def test_repeating_a_decision_names_who_decided_what_and_when(alice, bob, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    decided = alice.request(code)["lastModifiedDateTime"]
    for person in (carol, bob):
        for answer in (person.approve(code), person.reject(code)):
            assert answer.outcome == (409, "Conflict")
            assert "approved" in answer.message
            assert user_id("carol") in answer.message or "Carol" in answer.message
            assert decided[:19] in answer.message
    assert "cancelApproval" in bob.reject(code).message, "the message names the way out"


def test_a_decision_needs_neither_justification_nor_source(alice, carol):
    code = alice.file_wipe()
    assert ok(carol.post(f"{REQUESTS}/{code}/approve", json={})).status == 200
    request = alice.request(code)
    assert (request["status"], request["approvalJustification"]) == ("approved", None)


@pytest.mark.parametrize("source", ["unknown", "adminConsole", "AdminConsole", "email"])
def test_an_approval_source_is_accepted_in_any_case(alice, carol, source):
    code = alice.file_wipe()
    assert ok(carol.reject(code, justification="no", approvalSource=source)).status == 200


def test_a_decision_takes_1024_characters_and_not_1025(alice, carol):
    code = alice.file_wipe()
    for action in ("approve", "reject"):
        answer = carol.decide(action, code, justification="é" * 1025)
        assert answer.outcome == (400, "BadRequest")
        assert "justification" in answer.message.lower()
        assert alice.status(code) == "needsApproval"
    ok(carol.approve(code, justification="é" * 1024))
    assert alice.request(code)["approvalJustification"] == "é" * 1024
    assert carol.cancel_approval(code, justification="x" * 1025).status == 400
    assert alice.status(code) == "approved"


@pytest.mark.unordered
def test_of_two_deciders_at_once_exactly_one_decides_fifty_times(graph, alice, bob, carol):
    decided = {}
    for round in range(50):
        code = alice.file_script(f"Script {round}")
        answers = together(partial(bob.approve, code), partial(carol.reject, code))
        assert sorted(answer.status for answer in answers) == [200, 409], answers
        decided[code] = "Approve approval request" if answers[0].status == 200 else "Reject approval request"
        assert alice.status(code) == ("approved" if answers[0].status == 200 else "rejected")
    logged = {code: [] for code in decided}
    for event in graph.events():
        target = event["targetResources"][0]["id"] if event["targetResources"] else None
        if target in logged and event["activityDisplayName"] != "File approval request":
            logged[target].append((event["result"], event["activityDisplayName"]))
    for code, events in logged.items():
        assert sorted(result for result, _ in events) == ["failure", "success"], events
        assert ("success", decided[code]) in events


@pytest.mark.unordered
def test_of_parallel_completions_exactly_one_runs(graph, alice):
    code = request_in("approved", graph)
    answers = together(*[lambda: alice.complete_wipe(code)] * 20)
    assert sorted(answer.status for answer in answers) == [204] + [409] * 19, answers
    assert len(device(alice, "laptop-2")["deviceActionResults"]) == 1


def test_a_script_is_created_changed_and_deleted_each_after_its_own_approval(alice, carol):
    body = {"displayName": "Clean temp", "scriptContent": "cm0gLXJmIC90bXA=", "runAsAccount": "system"}
    code = filed(alice.post(SCRIPTS, json=body, headers=justified()))
    assert len(ok(alice.get(SCRIPTS)).value) == 2
    ok(carol.approve(code))
    created = alice.post(SCRIPTS, json=body, headers=coded(code))
    assert created.status == 201
    id = created.json["id"]
    assert created.headers["Location"] == f"{alice.server.url}{SCRIPTS}/{id}"
    stored = ok(alice.get(f"{SCRIPTS}/{id}")).json
    assert {name: stored[name] for name in body} == body

    code = filed(alice.patch(f"{SCRIPTS}/{id}", json={"displayName": "Clean all"}, headers=justified()))
    ok(carol.approve(code))
    changed = alice.patch(f"{SCRIPTS}/{id}", json={"displayName": "Clean all"}, headers=coded(code))
    assert (changed.status, changed.json["displayName"]) == (200, "Clean all")
    assert ok(alice.get(f"{SCRIPTS}/{id}")).json["runAsAccount"] == "system", "what the body doesn't name stays"

    code = filed(alice.delete(f"{SCRIPTS}/{id}", headers=justified()))
    ok(carol.approve(code))
    deleted = alice.delete(f"{SCRIPTS}/{id}", headers=coded(code))
    assert (deleted.status, deleted.body) == (204, b"")
    assert alice.get(f"{SCRIPTS}/{id}").status == 404


def test_a_completed_create_never_makes_a_second_script(alice, carol):
    code = alice.file_script()
    ok(carol.approve(code))
    assert alice.create_script(headers=coded(code)).status == 201
    with alice.nothing_changes(log=False):
        assert alice.create_script(headers=coded(code)).outcome == (409, "Conflict")


def test_a_permission_lost_since_the_filing_refuses_the_completion_and_the_request_stays_approved(alice, carol):
    change = {"json": {"displayName": "New"}}
    code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", headers=justified(), **change))
    ok(carol.approve(code))
    poor = alice.as_("alice", scopes="DeviceManagementConfiguration.Read.All")
    assert poor.patch(f"{SCRIPTS}/{SPOOLER}", headers=coded(code), **change).outcome == (403, "Forbidden")
    assert alice.status(code) == "approved"
    assert alice.patch(f"{SCRIPTS}/{SPOOLER}", headers=coded(code), **change).status == 200
