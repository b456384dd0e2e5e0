"""Every transition and every refusal by right or state leaves one entry; malformed input leaves none (case 108)."""

import uuid

import pytest

from support.demo import AUDITS, SCRIPTS, SPOOLER, WELCOME, coded, device_id, instant, justified, user_id
from support.graph import Graph, filed, ok


def about(graph: Graph, code: str) -> list[dict]:
    """The entries of a request, the oldest first."""
    return [
        event for event in reversed(graph.events()) if any(target["id"] == code for target in event["targetResources"])
    ]


def changes(event: dict) -> dict:
    properties = event["targetResources"][0]["modifiedProperties"]
    return {change["displayName"]: (change["oldValue"], change["newValue"]) for change in properties}


def actor(event: dict) -> str | None:
    user = event["initiatedBy"].get("user")
    return user["id"] if user else None


def history(graph: Graph, code: str) -> list[tuple]:
    """Actor, result and change of status of each entry about a request."""
    return [(actor(event), event["result"], changes(event).get("status")) for event in about(graph, code)]


ALICE, BOB, CAROL = user_id("alice"), user_id("bob"), user_id("carol")
FILED = (ALICE, "success", (None, "needsApproval"))
APPROVED = (CAROL, "success", ("needsApproval", "approved"))


def test_filing_approval_and_completion_are_one_entry_each(graph, alice, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    ok(alice.complete_wipe(code))
    assert history(graph, code) == [FILED, APPROVED, (ALICE, "success", ("approved", "completed"))]


def test_rejection_withdrawal_and_a_cancelled_approval_are_one_entry_each(graph, alice, bob, carol):
    rejected, withdrawn, taken_back = alice.file_script(), alice.file_script(), alice.file_script()
    ok(carol.reject(rejected))
    ok(alice.cancel_my_request(withdrawn))
    ok(carol.approve(taken_back))
    ok(bob.cancel_approval(taken_back))
    assert history(graph, rejected) == [FILED, (CAROL, "success", ("needsApproval", "rejected"))]
    assert history(graph, withdrawn) == [FILED, (ALICE, "success", ("needsApproval", "cancelled"))]
    assert history(graph, taken_back) == [FILED, APPROVED, (BOB, "success", ("approved", "cancelled"))]


def test_expiry_and_the_end_of_retention_are_entries_of_the_system(graph, alice, carol):
    waiting, approved = alice.file_wipe(), alice.file_script()
    ok(carol.approve(approved))
    graph.advance("P3D")
    assert history(graph, waiting) == [FILED, (None, "success", ("needsApproval", "expired"))]
    assert history(graph, approved) == [FILED, APPROVED, (None, "success", ("approved", "expired"))]
    for code in (waiting, approved):
        assert about(graph, code)[-1]["initiatedBy"]["app"]["displayName"] == "Countersign"
    graph.advance("P30D")
    assert [event["activityDisplayName"] for event in about(graph, waiting)][-1] == "Purge approval request"
    assert len(about(graph, waiting)) == 3


def test_each_refusal_is_one_entry_with_its_reason(graph, alice, bob, carol, erin):
    code = alice.file_wipe()
    refused = [
        (alice.approve(code), 403, ALICE),
        (erin.reject(code), 403, user_id("erin")),
        (graph.as_("frank").cancel_approval(code), 403, user_id("frank")),
        (bob.cancel_my_request(code), 403, BOB),
        (carol.cancel_approval(code), 409, CAROL),
        (bob.complete_wipe(code), 403, BOB),
    ]
    entries = about(graph, code)[1:]
    assert [answer.status for answer, _, _ in refused] == [status for _, status, _ in refused]
    assert [actor(event) for event in entries] == [who for _, _, who in refused]
    for (answer, _, _), event in zip(refused, entries, strict=True):
        assert event["result"] == "failure"
        assert event["resultReason"] == answer.message
        assert event["correlationId"] == answer.headers["request-id"]
        assert "status" not in changes(event), "nothing has changed"


def test_a_completion_that_is_refused_is_an_entry_about_its_request(graph, alice, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    changed = alice.wipe(json={"keepUserData": False}, headers=coded(code))
    ok(alice.complete_wipe(code))
    again = alice.complete_wipe(code)
    assert (changed.status, again.status) == (403, 409)
    assert history(graph, code) == [
        FILED,
        APPROVED,
        (ALICE, "failure", None),
        (ALICE, "success", ("approved", "completed")),
        (ALICE, "failure", None),
    ]


def test_a_filing_on_a_locked_entity_is_an_entry_about_the_entity(graph, alice, erin):
    alice.file_wipe()
    answer = erin.wipe(headers=justified())
    assert answer.status == 409
    (event,) = [event for event in graph.events() if event["correlationId"] == answer.headers["request-id"]]
    assert (event["result"], actor(event)) == ("failure", user_id("erin"))
    assert event["targetResources"][0]["id"] == device_id("laptop-2")


def test_equal_refusals_within_a_minute_are_one_entry_at_once(graph, alice):
    code = alice.file_wipe()
    for _ in range(5):
        assert alice.approve(code).status == 403
    assert history(graph, code) == [FILED, (ALICE, "failure", None)]


@pytest.mark.parametrize("ahead", ["PT1S", "P2D"])
def test_refusals_before_a_reset_hide_none_after_it(graph, alice, ahead):
    graph.advance(ahead)
    for _ in range(2):
        assert alice.approve(WELCOME).status == 403
        assert history(graph, WELCOME) == [FILED, (ALICE, "failure", None)]
        graph.reset()


def test_an_equal_refusal_after_a_minute_is_an_entry_of_its_own(graph, alice):
    code = alice.file_wipe()
    for _ in range(2):
        assert alice.approve(code).status == 403
        graph.advance("PT61S")
    assert history(graph, code) == [FILED, (ALICE, "failure", None), (ALICE, "failure", None)]


def test_malformed_input_and_what_leads_nowhere_leave_no_entry(graph, alice, carol):
    code = alice.file_wipe()
    with graph.nothing_changes():
        answers = [
            alice.wipe("laptop-3"),
            alice.wipe("laptop-3", headers={"x-msft-approval-justification": "plain"}),
            alice.complete_wipe("x"),
            carol.approve(code, justification="x" * 1025),
            carol.approve(code, colour="red"),
            carol.approve(str(uuid.uuid4())),
            graph.as_("dave").approve(code),
            alice.patch(f"{SCRIPTS}/{SPOOLER}", body=b"{"),
            alice.get(f"{AUDITS}?$filter=colour%20eq%201"),
            graph.with_token("x").approve(code),
        ]
    assert [answer.status for answer in answers] == [400, 400, 400, 400, 400, 404, 404, 400, 400, 401]


def test_an_entry_bears_what_a_directory_audit_documents(graph, alice, carol):
    code = alice.file_wipe()
    answer = ok(carol.approve(code, justification="By phone", approvalSource="adminConsole"))
    (event,) = [event for event in graph.events() if event["correlationId"] == answer.headers["request-id"]]
    assert event["activityDisplayName"] == "Approve approval request"
    assert (event["category"], event["operationType"], event["loggedByService"]) == (
        "MultiAdminApproval",
        "Update",
        "Countersign",
    )
    assert event["initiatedBy"]["user"]["userPrincipalName"] == "carol@demo.example"
    assert event["initiatedBy"]["user"]["ipAddress"] == "127.0.0.1"
    assert event["targetResources"][0]["displayName"] == "laptop-2"
    assert {"key": "approvalJustification", "value": "By phone"} in event["additionalDetails"]
    assert event["activityDateTime"] == alice.request(code)["lastModifiedDateTime"]
    single = ok(graph.as_("erin").get(f"{AUDITS}/{event['id']}")).json
    assert {name: single[name] for name in event} == event


def test_what_an_application_does_is_entered_as_the_applications(graph, carol):
    code = graph.as_app().file_wipe()
    (event,) = about(graph, code)
    assert event["initiatedBy"]["user"] is None
    assert event["initiatedBy"]["app"]["displayName"] == "Automation"
    assert event["initiatedBy"]["app"]["servicePrincipalId"]


def test_the_log_is_filtered_by_time_activity_actor_and_correlation(graph, alice, carol):
    code = alice.file_wipe()
    graph.advance("PT1H")
    answer = ok(carol.approve(code))
    (approval,) = graph.events(f"correlationId eq '{answer.headers['request-id']}'")
    moment = approval["activityDateTime"]
    whole = graph.events()
    assert [event["activityDateTime"] for event in whole] == sorted(
        (event["activityDateTime"] for event in whole), reverse=True
    ), "the newest first"
    later = graph.events(f"activityDateTime ge {moment}")
    assert [event["id"] for event in later] == [approval["id"]]
    earlier = graph.events(f"activityDateTime lt {moment}")
    assert {event["id"] for event in earlier} == {event["id"] for event in whole} - {approval["id"]}
    assert instant(earlier[0]["activityDateTime"]) < instant(moment)
    assert graph.events("activityDisplayName eq 'Approve approval request'") == [approval]
    assert graph.events(f"initiatedBy/user/id eq '{CAROL}'") == [approval]
    assert graph.events(f"targetResources/any(t:t/id eq '{code}') and result eq 'success'")[0] == approval


@pytest.mark.parametrize("name", ["bob", "carol", "dave"])
def test_who_reads_everything_reads_the_log_and_others_their_own_deeds(graph, alice, carol, name):
    code = alice.file_wipe()
    ok(carol.approve(code))
    whole = [event["id"] for event in graph.events()]
    rows = ok(graph.as_(name).get(f"{AUDITS}?$count=true")).json
    seen = {event["id"] for event in rows["value"]}
    assert rows["@odata.count"] == len(seen)
    if name == "bob":
        assert seen == set(whole)
    else:
        assert {actor(event) for event in rows["value"]} <= {user_id(name)}
        assert bool(seen) == (name == "carol")
    for id in (id for id in whole if id not in seen):
        assert graph.as_(name).get(f"{AUDITS}/{id}").status == 404


def test_a_file_on_a_new_script_is_entered_under_its_request(graph, alice):
    code = filed(alice.create_script("Named", headers=justified("Reason")))
    (event,) = about(graph, code)
    assert event["activityDisplayName"] == "File approval request"
    assert event["targetResources"][0]["displayName"] == "Named"
    assert {"key": "requestJustification", "value": "Reason"} in event["additionalDetails"]
