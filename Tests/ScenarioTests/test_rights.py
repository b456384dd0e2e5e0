"""Who may file, decide and withdraw (security rules R1, R13)."""

import pytest

from support.demo import DEVICES, LOGS, REQUESTS, SCRIPTS, SPOOLER, WELCOME, coded, device_id, justified, user_id
from support.graph import Graph, filed, ok

DECISIONS = ["approve", "reject", "cancelApproval"]


def request_for(decision: str, requestor: Graph, approver: Graph) -> str:
    """A request in the state in which a decision is possible."""
    code = requestor.file_wipe()
    if decision == "cancelApproval":
        ok(approver.approve(code))
    return code


@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_decides_an_own_request_not_even_as_an_approver(graph, bob, carol, decision):
    code = request_for(decision, bob, carol)
    with graph.nothing_changes(log=False):
        answer = bob.decide(decision, code)
    assert answer.outcome == (403, "Forbidden")
    assert "party" in answer.message
    assert ok(carol.decide(decision, code)).status == 200, "another approver may"


@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_decides_what_an_application_of_theirs_has_filed(graph, bob, carol, decision):
    automation = graph.as_app()
    code = request_for(decision, automation, carol)
    request = carol.request(code)
    assert request["requestor"]["application"]["displayName"] == "Automation"
    assert request["requestor"].get("user") is None
    with graph.nothing_changes(log=False):
        assert bob.decide(decision, code).outcome == (403, "Forbidden"), "bob owns automation"
    assert ok(carol.decide(decision, code)).status == 200


def test_an_application_files_and_completes_and_a_person_decides(graph, carol):
    automation = graph.as_app()
    code = automation.file_wipe()
    assert automation.status(code) == "needsApproval"
    ok(carol.approve(code))
    assert automation.complete_wipe(code).status == 204
    assert carol.status(code) == "completed"


def test_an_application_withdraws_its_own_request(graph, alice):
    automation = graph.as_app()
    code = automation.file_wipe()
    assert alice.cancel_my_request(code).outcome == (403, "Forbidden")
    assert automation.cancel_my_request(code).status == 204


@pytest.mark.parametrize("decision", DECISIONS)
def test_an_application_decides_nothing(graph, alice, carol, decision):
    code = request_for(decision, alice, carol)
    with graph.nothing_changes(log=False):
        answer = graph.as_app().decide(decision, code)
    assert answer.outcome == (403, "Forbidden")
    assert "application" in answer.message.lower()


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("person", ["erin", "frank", "alice"])
def test_who_sees_a_request_and_is_no_approver_is_forbidden_to_decide(graph, alice, carol, decision, person):
    requestor = graph.as_("bob") if person == "alice" else alice
    code = request_for(decision, requestor, carol)
    with graph.nothing_changes(log=False):
        assert graph.as_(person).decide(decision, code).outcome == (403, "Forbidden")


@pytest.mark.parametrize("decision", [*DECISIONS, "cancelMyRequest"])
@pytest.mark.parametrize("person", ["dave", "grace", "heidi"])
def test_who_does_not_see_a_request_is_told_that_there_is_none(graph, alice, carol, decision, person):
    code = request_for(decision, alice, carol)
    other = graph.as_(person)
    with graph.nothing_changes():
        assert other.get(f"{REQUESTS}/{code}").outcome == (404, "ResourceNotFound")
        answer = other.cancel_my_request(code) if decision == "cancelMyRequest" else other.decide(decision, code)
    assert answer.outcome == (404, "ResourceNotFound")
    unknown = other.decide("approve", user_id(person))
    assert unknown.outcome == (404, "ResourceNotFound"), "an id that was never given answers alike"


@pytest.mark.parametrize("person", ["bob", "carol", "erin", "frank"])
def test_only_the_requestor_withdraws(graph, alice, person):
    code = alice.file_wipe()
    with graph.nothing_changes(log=False):
        assert graph.as_(person).cancel_my_request(code).outcome == (403, "Forbidden")


@pytest.mark.parametrize("person", ["carol", "dave", "frank", "grace", "heidi"])
def test_a_protected_write_needs_a_role_whatever_the_scopes(graph, person):
    caller = graph.as_(person)
    with graph.nothing_changes(log=False):
        answers = [
            caller.wipe(headers=justified()),
            caller.wipe(),
            caller.create_script(headers=justified()),
            caller.patch(f"{SCRIPTS}/{SPOOLER}", json={"displayName": "Mine"}, headers=justified()),
            caller.delete(f"{SCRIPTS}/{LOGS}", headers=justified()),
            caller.post(
                f"/v1.0/deviceManagement/managedDevices/{device_id('laptop-2')}/wipe", json={}, headers=justified()
            ),
        ]
    assert [answer.outcome for answer in answers] == [(403, "Forbidden")] * len(answers)
    assert "Intune Administrator" in answers[0].message


@pytest.mark.parametrize("person", ["bob", "erin"])
def test_every_administrator_of_devices_files(graph, person):
    assert graph.as_(person).status(graph.as_(person).file_wipe()) == "needsApproval"


MISSING = [
    ("GET", REQUESTS, None, "DeviceManagementConfiguration.Read.All"),
    ("GET", f"{REQUESTS}/{WELCOME}", None, "DeviceManagementRBAC.Read.All"),
    ("GET", f"{REQUESTS}/$count", None, "DeviceManagementConfiguration.Read.All"),
    ("GET", f"{REQUESTS}/retrieveMyRequests()", None, "DeviceManagementConfiguration.Read.All"),
    ("POST", f"{REQUESTS}/{WELCOME}/approve", {}, "DeviceManagementConfiguration.Read.All"),
    ("POST", f"{REQUESTS}/{WELCOME}/reject", {}, "DeviceManagementRBAC.ReadWrite.All"),
    ("POST", f"{REQUESTS}/{WELCOME}/cancelApproval", {}, "DeviceManagementRBAC.Read.All"),
    ("POST", f"{REQUESTS}/cancelMyRequest", {"id": WELCOME}, "DeviceManagementConfiguration.Read.All"),
    ("POST", REQUESTS, {}, "DeviceManagementConfiguration.ReadWrite.All"),
    ("PATCH", f"{REQUESTS}/{WELCOME}", {}, "DeviceManagementRBAC.ReadWrite.All"),
    ("POST", f"{DEVICES}/{device_id('laptop-1')}/wipe", {}, "DeviceManagementManagedDevices.PrivilegedOperations.All"),
    ("POST", SCRIPTS, {"displayName": "x"}, "DeviceManagementScripts.ReadWrite.All"),
    ("GET", DEVICES, None, "DeviceManagementManagedDevices.Read.All"),
    ("GET", SCRIPTS, None, "DeviceManagementScripts.Read.All"),
]


@pytest.mark.parametrize("method, target, body, scope", MISSING, ids=[f"{row[0]} {row[1]}" for row in MISSING])
@pytest.mark.parametrize("kind", ["user", "application"])
def test_without_a_permission_of_the_row_the_answer_is_403_and_names_the_scopes(
    graph, kind, method, target, body, scope
):
    poor = graph.as_("bob", scopes="User.Read") if kind == "user" else graph.as_app(roles="User.Read.All")
    with graph.nothing_changes():
        answer = poor.call(method, target, **({} if body is None else {"json": body}))
    assert answer.outcome == (403, "Forbidden")
    assert "Application must have one of the following scopes:" in answer.message
    assert scope in answer.message
    assert "Operation ID (for customer support): 00000000-0000-0000-0000-000000000000" in answer.message


@pytest.mark.parametrize(
    "target, scope",
    [
        (DEVICES, "DeviceManagementConfiguration.Read.All"),
        (DEVICES, "DeviceManagementManagedDevices.ReadWrite.All"),
        (f"{SCRIPTS}/{SPOOLER}/assignments", "DeviceManagementManagedDevices.Read.All"),
        (f"{SCRIPTS}/{SPOOLER}/assignments", "DeviceManagementScripts.Read.All"),
    ],
)
def test_each_permission_of_a_row_is_enough_to_read(graph, target, scope):
    ok(graph.as_("bob", scopes=scope).get(target))


@pytest.mark.parametrize("target", ["/beta/users", "/v1.0/groups", "/beta/auditLogs/directoryAudits"])
def test_directory_subtrees_refuse_in_the_directorys_words(graph, target):
    answer = graph.as_("alice", scopes="DeviceManagementRBAC.Read.All").get(target)
    assert answer.outcome == (403, "Authorization_RequestDenied")
    assert answer.message.startswith("Insufficient privileges to complete the operation.")


@pytest.mark.parametrize(
    "scope",
    [
        "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All",
        "DeviceManagementRBAC.Read.All",
        "DeviceManagementRBAC.ReadWrite.All",
    ],
)
def test_each_of_the_four_documented_scopes_is_enough_to_decide(graph, alice, scope):
    code = alice.file_wipe()
    carol = graph.as_("carol", scopes=scope)
    ok(carol.approve(code))
    ok(carol.cancel_approval(code))
    ok(carol.reject(alice.file_wipe()))


def test_v1_of_wipe_also_takes_the_older_permission_and_beta_does_not(graph):
    alice = graph.as_("alice", scopes="DeviceManagementManagedDevices.ReadWrite.All")
    path = f"/deviceManagement/managedDevices/{device_id('laptop-2')}/wipe"
    assert alice.post(f"/beta{path}", json={}, headers=justified()).outcome == (403, "Forbidden")
    filed(alice.post(f"/v1.0{path}", json={}, headers=justified()))


def test_no_request_is_written_by_post_patch_or_delete(graph, alice, bob):
    code = alice.file_wipe()
    with graph.nothing_changes():
        for body in ({"status": "approved"}, {"id": code, "status": "approved"}, {}, {"requestJustification": "x"}):
            assert bob.patch(f"{REQUESTS}/{code}", json=body).outcome == (400, "BadRequest"), body
        for body in ({}, {"status": "approved", "requestJustification": "x"}):
            answer = bob.post(REQUESTS, json=body)
            assert answer.outcome == (400, "BadRequest")
            assert "x-msft-approval-justification" in answer.message
    with graph.nothing_changes(log=False):
        assert alice.delete(f"{REQUESTS}/{code}").outcome == (403, "Forbidden")
        assert bob.delete(f"{REQUESTS}/{code}").outcome == (409, "Conflict")


def test_a_code_in_the_wrong_hands_helps_nobody(graph, alice, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    for person in ("bob", "carol", "dave", "erin", "frank"):
        assert graph.as_(person).wipe(headers=coded(code)).outcome == (403, "Forbidden"), person
    assert alice.status(code) == "approved"
