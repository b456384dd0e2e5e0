"""Access policies: changed only with an approval by who may, and never so that nobody could use them
(security rules R6, R11)."""

import json
from urllib.parse import quote

import pytest

from support.demo import POLICIES, coded, demo_id, justified, user_id
from support.graph import Graph, filed, ok
from support.together import together

APPROVERS = demo_id("groups/operation-approvers")
ROLE_APPROVERS = demo_id("groups/role-approvers")
NOBODY = demo_id("groups/finance-readers")
SCRIPT = f"{POLICIES}/{demo_id('operationApprovalPolicies/script')}"
AUTOMATION = demo_id("servicePrincipals/automation")


def policy(**changes) -> dict:
    body = {
        "@odata.type": "#microsoft.graph.operationApprovalPolicy",
        "displayName": "Compliance",
        "description": "Two pairs of eyes",
        "policyType": "compliancePolicy",
        "approverGroupIds": [APPROVERS],
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not ...}


def create(graph: Graph, decider: str = "bob", **changes):
    """Files, approves and completes the creation of a policy."""
    body = policy(**changes)
    code = filed(graph.post(POLICIES, json=body, headers=justified("Needed")))
    ok(graph.as_(decider).approve(code))
    return graph.post(POLICIES, json=body, headers=coded(code))


def test_a_policy_is_created_after_an_approval_and_guards_from_then_on(alice, bob):
    body = policy()
    assert alice.post(POLICIES, json=body).outcome == (400, "BadRequest"), "no justification"
    code = filed(alice.post(POLICIES, json=body, headers=justified("Audit finding 7")))
    request = alice.request(code)
    assert request["requiredOperationApprovalPolicyTypes"] == ["operationApprovalPolicy"]
    assert request["payloadType"] == "Microsoft.Management.Services.Api.OperationApprovalPolicy"
    assert (request["payloadOperation"], request["payloadName"]) == ("Create", "Compliance")
    collection = "/beta/deviceManagement/deviceCompliancePolicies"
    assert alice.post(collection, json={"displayName": "Before"}).status == 201, "nothing guards it yet"
    ok(bob.approve(code))
    created = alice.post(POLICIES, json=body, headers=coded(code))
    assert created.status == 201, created
    made = created.json
    assert made["policySet"]["policyType"] == "compliancePolicy"
    assert made["policyPlatform"] == "notApplicable"
    assert (made["displayName"], made["description"]) == ("Compliance", "Two pairs of eyes")
    assert ok(alice.get(f"{POLICIES}/{made['id']}")).json["approverGroupIds"] == [APPROVERS]
    assert alice.post(collection, json={"displayName": "After"}).outcome == (400, "BadRequest")


def test_approvers_are_shown_the_policy_as_it_will_be_or_is(alice, bob):
    made = create(alice).json
    request = alice.request(filed(alice.post(POLICIES, json=policy(policyType="role"), headers=justified())))
    shown = json.loads(request["payload"])
    assert shown["policySet"] == {"policyType": "role", "policyPlatform": "notApplicable"}
    assert shown["approverGroupIds"] == [APPROVERS] and "id" not in shown
    path = f"{POLICIES}/{made['id']}"
    change = filed(alice.patch(path, json={"displayName": "Renamed"}, headers=justified()))
    request = alice.request(change)
    assert json.loads(request["patchPayload"]) == {"displayName": "Renamed"}
    shown = json.loads(request["payload"])
    assert (shown["id"], shown["displayName"], shown["approverGroupIds"]) == (made["id"], "Renamed", [APPROVERS])
    ok(bob.reject(change))
    shown = json.loads(alice.request(filed(alice.delete(path, headers=justified())))["payload"])
    assert (shown["id"], shown["displayName"]) == (made["id"], made["displayName"])


def test_platforms_are_filtered_as_the_flags_that_they_are(alice):
    made = create(alice, policyPlatform="windows10AndLater, MACOS").json
    assert made["policyPlatform"] == "macOS,windows10AndLater"
    cases = {
        "policyPlatform has 'macOS'": True,
        "policyPlatform has microsoft.graph.operationApprovalPolicyPlatform'WINDOWS10ANDLATER'": True,
        "policyPlatform has 'windows10AndLater,macOS'": True,
        "policyPlatform has 'macOS,windows10X'": False,
        "policyPlatform has 'windows10X'": False,
        "policyPlatform eq 'windows10AndLater, macOS'": True,
        "policyPlatform eq 'macOS'": False,
        "not (policyPlatform has 'macOS')": False,
        "policyPlatform has 'notApplicable'": False,
    }
    for text, is_found in cases.items():
        found = ok(alice.get(f"{POLICIES}?$filter={quote(text)}")).ids
        assert (made["id"] in found) == is_found, text
    assert alice.get(f"{POLICIES}?$filter=policyPlatform%20has%20'beOS'").outcome == (400, "BadRequest")


@pytest.mark.parametrize("decider, outcome", [("alice", 403), ("carol", 404), ("dave", 404), ("bob", 200), ("erin", 200)])
def test_a_new_policy_is_approved_by_holders_of_the_approval_permission(alice, decider, outcome):
    """Carol is in the group that the new policy names: that alone authorises nothing, and shows nothing."""
    code = filed(alice.post(POLICIES, json=policy(), headers=justified()))
    assert alice.as_(decider).approve(code).status == outcome
    assert alice.status(code) == ("approved" if outcome == 200 else "needsApproval")


def test_a_change_is_approved_by_who_holds_the_permission_and_approved_under_the_old_version(alice, erin):
    """100: members of the old groups decide; a member of the new group only doesn't."""
    change = {"approverGroupIds": [ROLE_APPROVERS]}
    code = filed(alice.patch(SCRIPT, json=change, headers=justified("New team")))
    assert erin.approve(code).status == 403, "erin is in the new group only"
    assert alice.as_("carol").approve(code).status == 403, "carol is an old approver without the permission"
    ok(alice.as_("bob").approve(code))
    changed = alice.patch(SCRIPT, json=change, headers=coded(code))
    assert changed.status == 200, changed
    assert changed.json["approverGroupIds"] == [ROLE_APPROVERS]
    assert changed.json["policyType"] == "script", "what a change doesn't name stays"
    script = alice.file_script("Later")
    assert alice.as_("carol").approve(script).status in (403, 404), "the new version doesn't name carol"
    ok(erin.approve(script))


def test_a_request_keeps_the_policy_under_which_it_was_filed(alice, bob, carol, erin):
    """An open request asks for somebody whom both versions name."""
    script = alice.file_script("Under the old policy")
    change = {"approverGroupIds": [ROLE_APPROVERS]}
    code = filed(alice.patch(SCRIPT, json=change, headers=justified()))
    ok(bob.approve(code))
    ok(alice.patch(SCRIPT, json=change, headers=coded(code)))
    assert carol.approve(script).status == 403, "only the old version names carol"
    assert erin.approve(script).status == 403, "only the new version names erin"
    ok(bob.approve(script))


def test_a_deleted_policy_guards_nothing_any_more_and_frees_no_open_request(alice, bob):
    """101."""
    waiting = alice.file_script("Filed before")
    code = filed(alice.delete(SCRIPT, headers=justified("No longer wanted")))
    assert alice.request(code)["payloadOperation"] == "Delete"
    ok(bob.approve(code))
    assert alice.delete(SCRIPT, headers=coded(code)).status == 204
    assert alice.get(SCRIPT).status == 404
    assert alice.create_script("Ungated").status == 201
    assert alice.status(waiting) == "needsApproval"
    assert alice.create_script("Filed before", headers=coded(waiting)).status == 412, "its code still waits"
    ok(bob.approve(waiting))
    assert alice.create_script("Filed before", headers=coded(waiting)).status == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"displayName": ...},
        {"displayName": ""},
        {"displayName": "x" * 129},
        {"displayName": None},
        {"description": "x" * 1025},
        {"approverGroupIds": ...},
        {"approverGroupIds": []},
        {"approverGroupIds": None},
        {"approverGroupIds": ["operation-approvers"]},
        {"approverGroupIds": [demo_id("groups/unknown")]},
        {"approverGroupIds": [user_id("bob")]},
        {"policyType": ...},
        {"policyType": "unknown"},
        {"policyType": "operationApprovalPolicy"},
        {"policyType": "unknownFutureValue"},
        {"policyType": "bogus"},
        {"policyType": 10},
        {"policyPlatform": "bogus"},
        {"policyPlatform": 8},
        {"policySet": {"policyType": "app"}},
        {"policySet": {"policyPlatform": "macOS"}, "policyPlatform": "iOSiPadOS"},
        {"countersignExcludedApplicationIds": [demo_id(f"servicePrincipals/{n}") for n in range(51)]},
        {"countersignExcludedApplicationIds": [demo_id("servicePrincipals/none")]},
        {"countersignExcludedApplicationIds": ["automation"]},
    ],
)
def test_a_malformed_policy_is_400_at_filing_and_leaves_no_request(alice, changes):
    """94, 96, 97, 98, 102."""
    with alice.nothing_changes():
        answer = alice.post(POLICIES, json=policy(**changes), headers=justified())
    assert answer.outcome == (400, "BadRequest"), answer
    named = [name for name in changes if name in answer.message]
    assert named or "policy" in answer.message, "the message names what is wrong"


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"displayName": "x" * 128, "description": "y" * 1024}, {"policyPlatform": "notApplicable"}),
        ({"policyType": ..., "policySet": {"policyType": "compliancePolicy"}}, {"policyType": "compliancePolicy"}),
        ({"policySet": {"policyType": "compliancePolicy", "policyPlatform": "macOS"}}, {"policyPlatform": "macOS"}),
        ({"policyPlatform": "windows10AndLater, MACOS"}, {"policyPlatform": "macOS,windows10AndLater"}),
        ({"policyType": "CompliancePolicy"}, {"policyType": "compliancePolicy"}),
        ({"policyPlatform": None, "description": None}, {"policyPlatform": "notApplicable", "description": None}),
        ({"approverGroupIds": [APPROVERS.upper(), APPROVERS]}, {"approverGroupIds": [APPROVERS]}),
        ({"id": demo_id("mine"), "lastModifiedDateTime": "2000-01-01T00:00:00Z", "colour": "red"}, {}),
    ],
)
def test_what_is_well_formed_is_stored_in_one_form(alice, changes, expected):
    created = create(alice, **changes)
    assert created.status == 201, created
    made = ok(alice.get(f"{POLICIES}/{created.json['id']}")).json
    assert {name: made[name] for name in expected} == expected
    assert made["policySet"]["policyType"] == made["policyType"]
    assert made["policySet"]["policyPlatform"] == made["policyPlatform"]
    assert made["id"] != demo_id("mine") and "colour" not in made
    assert not made["lastModifiedDateTime"].startswith("2000")


@pytest.mark.parametrize(
    "one, other, overlap",
    [
        (None, None, True),
        (None, "macOS", True),
        ("macOS", None, True),
        ("macOS,windows10AndLater", "windows10AndLater", True),
        ("macOS", "windows10AndLater", False),
    ],
)
def test_two_policies_of_a_type_share_no_platform(alice, one, other, overlap):
    assert create(alice, policyPlatform=one).status == 201
    answer = alice.post(POLICIES, json=policy(policyPlatform=other, displayName="Second"), headers=justified())
    assert answer.status == (409 if overlap else 412), answer
    if overlap:
        assert "Compliance" in answer.message


def test_the_overlap_is_asked_again_at_completion(alice, bob, erin):
    first, second = policy(displayName="First"), policy(displayName="Second")
    codes = [filed(who.post(POLICIES, json=body, headers=justified())) for who, body in ((alice, first), (erin, second))]
    for code in codes:
        ok(bob.approve(code))
    assert alice.post(POLICIES, json=first, headers=coded(codes[0])).status == 201
    answer = erin.post(POLICIES, json=second, headers=coded(codes[1]))
    assert answer.status == 409 and "First" in answer.message
    assert erin.status(codes[1]) == "approved"


def test_a_policy_that_nobody_could_use_is_refused_at_completion(alice, bob):
    body = policy(approverGroupIds=[NOBODY])
    code = filed(alice.post(POLICIES, json=body, headers=justified()))
    ok(bob.approve(code))
    answer = alice.post(POLICIES, json=body, headers=coded(code))
    assert answer.outcome == (409, "Conflict"), answer
    assert "Compliance" in answer.message
    assert alice.status(code) == "approved", "it can be completed when the group has a member, or cancelled"
    assert not [row for row in ok(alice.get(POLICIES)).value if row["displayName"] == "Compliance"]


def test_a_role_policy_needs_somebody_who_may_also_approve_its_reversal(alice, bob):
    """Bob files; carol approves under the group, but could never approve a change of the policy."""
    body = policy(policyType="role", displayName="Roles")
    code = filed(bob.post(POLICIES, json=body, headers=justified()))
    ok(alice.approve(code))
    answer = bob.post(POLICIES, json=body, headers=coded(code))
    assert answer.outcome == (409, "Conflict"), answer
    assert "reversal" in answer.message


@pytest.mark.parametrize("who, status", [("carol", 403), ("dave", 403), ("frank", 403), ("alice", 412), ("erin", 412)])
def test_policies_are_changed_by_intune_and_global_administrators(graph, who, status):
    caller = graph.as_(who)
    assert caller.post(POLICIES, json=policy(), headers=justified()).status == status
    assert caller.patch(SCRIPT, json={"description": "x"}, headers=justified()).status == status


def test_the_write_permission_is_needed_whatever_the_role(graph):
    alice = graph.as_("alice", scopes="DeviceManagementConfiguration.Read.All")
    assert alice.get(POLICIES).status == 200
    assert alice.post(POLICIES, json=policy(), headers=justified()).outcome == (403, "Forbidden")
    assert alice.delete(SCRIPT, headers=justified()).outcome == (403, "Forbidden")


# Excluded applications


def test_an_excluded_application_writes_at_once_and_a_person_through_it_does_not(alice, bob):
    """16, 17."""
    app = alice.as_app()
    assert app.create_script("Held", headers=justified()).status == 412
    change = {"countersignExcludedApplicationIds": [AUTOMATION]}
    admit_erin(alice)
    code = filed(alice.patch(SCRIPT, json=change, headers=justified("Pipeline")))
    assert bob.approve(code).outcome == (403, "Forbidden"), "bob owns the application, so he would gain from it"
    ok(alice.as_("erin").approve(code))
    ok(alice.patch(SCRIPT, json=change, headers=coded(code)))
    before = len(alice.events("activityDisplayName eq 'Run operation without approval policy'"))
    assert app.create_script("At once").status == 201
    assert len(alice.events("activityDisplayName eq 'Run operation without approval policy'")) == before + 1
    assert alice.create_script("Held").outcome == (400, "BadRequest")
    wipe = app.wipe(headers=justified())
    assert wipe.status == 412, "another policy isn't opened by it"


def admit_erin(graph: Graph) -> None:
    """Into the approver group, before anything is filed."""
    reference = {"@odata.id": f"users/{user_id('erin')}"}
    ok(graph.as_("erin").post(f"/v1.0/groups/{APPROVERS}/members/$ref", json=reference))


def exclude(graph: Graph) -> str:
    """Files the exclusion of the application, approved by erin; its code."""
    admit_erin(graph)
    change = {"countersignExcludedApplicationIds": [AUTOMATION]}
    code = filed(graph.as_("alice").patch(SCRIPT, json=change, headers=justified()))
    ok(graph.as_("erin").approve(code))
    return code


def own(graph: Graph, *owners: str) -> None:
    entity = {"id": AUTOMATION, "appId": demo_id("applications/automation"), "displayName": "Automation"}
    ok(graph.post("/countersign/emulator/seed", json={"servicePrincipals": [entity | {"owners": list(owners)}]}))


def test_a_new_owner_suspends_an_exclusion_until_it_is_approved_again(graph, alice, erin):
    code = exclude(graph)
    change = {"countersignExcludedApplicationIds": [AUTOMATION]}
    ok(alice.patch(SCRIPT, json=change, headers=coded(code)))
    app = graph.as_app()
    assert app.create_script("Fine").status == 201
    own(graph, user_id("bob"), user_id("dave"))
    assert app.create_script("Held").outcome == (400, "BadRequest")
    other = filed(alice.patch(SCRIPT, json={"description": "x"}, headers=justified()))
    ok(erin.approve(other))
    ok(alice.patch(SCRIPT, json={"description": "x"}, headers=coded(other)))
    assert app.create_script("Held").outcome == (400, "BadRequest"), "another change approves no new owner"
    own(graph, user_id("bob"))
    assert app.create_script("Fine again").status == 201, "with the owners that were approved"


def test_an_owner_who_comes_between_approval_and_completion_is_409(graph, alice):
    code = exclude(graph)
    own(graph, user_id("bob"), user_id("dave"))
    change = {"countersignExcludedApplicationIds": [AUTOMATION]}
    answer = alice.patch(SCRIPT, json=change, headers=coded(code))
    assert answer.outcome == (409, "Conflict") and "changed" in answer.message


def test_a_member_of_an_owning_group_counts_as_an_owner(graph, alice, erin):
    team = demo_id("groups/finance-readers")
    own(graph, team)
    code = exclude(graph)
    ok(alice.patch(SCRIPT, json={"countersignExcludedApplicationIds": [AUTOMATION]}, headers=coded(code)))
    app = graph.as_app()
    assert app.create_script("Fine").status == 201
    ok(erin.post(f"/v1.0/groups/{team}/members/$ref", json={"@odata.id": f"users/{user_id('dave')}"}))
    assert app.create_script("Held").outcome == (400, "BadRequest")


def test_a_policy_beside_another_brings_nobody_in(graph, alice, bob, erin):
    """Each policy of a type is asked, whatever its platforms."""
    assert create(alice, policyType="deviceRetire", policyPlatform="windows10AndLater").status == 201
    second = policy(
        policyType="deviceRetire", policyPlatform="iOSiPadOS", displayName="Mine", approverGroupIds=[ROLE_APPROVERS]
    )
    code = filed(alice.post(POLICIES, json=second, headers=justified()))
    ok(erin.approve(code))
    assert alice.post(POLICIES, json=second, headers=coded(code)).status == 201
    retire = f"/beta/deviceManagement/managedDevices/{demo_id('managedDevices/laptop-2')}/retire"
    held = filed(alice.post(retire, headers=justified()))
    assert erin.approve(held).outcome == (403, "Forbidden"), "the first policy doesn't name erin"
    assert graph.as_("carol").approve(held).outcome == (403, "Forbidden"), "the second doesn't name carol"
    ok(bob.approve(held))


@pytest.mark.parametrize(
    "body, type_, platform",
    [
        ({"PolicyType": "deviceRetire"}, "deviceRetire", "notApplicable"),
        ({"PolicyType": "deviceRetire", "POLICYPLATFORM": "macOS"}, "deviceRetire", "macOS"),
        ({"PolicySet": {"PolicyType": "deviceRetire", "foo": 1}}, "deviceRetire", "notApplicable"),
    ],
)
def test_names_count_in_any_case_and_unknown_ones_do_not(alice, body, type_, platform):
    created = create(alice, **({"policyType": ...} | body))
    assert created.status == 201, created
    assert (created.json["policyType"], created.json["policyPlatform"]) == (type_, platform)
    assert "foo" not in created.text
    mixed = policy(policyType="app", policySet={"PolicyType": "script"})
    assert alice.post(POLICIES, json=mixed, headers=justified()).outcome == (400, "BadRequest")


# What policies tell

APPROVABLE = f"{POLICIES}/retrieveApprovableOperations()"
REQUIRING = f"{POLICIES}/retrieveOperationsRequiringApproval()"


def pairs(answer) -> set[tuple[str, str]]:
    assert answer.status == 200, answer
    return {(row["policyType"], row["policyPlatform"]) for row in answer.value}


@pytest.mark.parametrize("alias", ["retrieveApprovableOperations", "getApprovableOperations", "getOperationsAllowedApproval"])
@pytest.mark.parametrize("brackets", ["", "()"])
def test_approvable_are_the_types_whose_groups_name_the_caller(graph, alias, brackets):
    """104."""
    everything = {("script", "notApplicable"), ("app", "notApplicable"), ("deviceWipe", "notApplicable")}
    target = f"{POLICIES}/{alias}{brackets}"
    assert pairs(graph.as_("bob").get(target)) == everything
    assert pairs(graph.as_("carol").get(target)) == everything
    for nobody in ("alice", "dave", "erin", "frank"):
        assert pairs(graph.as_(nobody).get(target)) == set()
    assert pairs(graph.as_app().get(target)) == set()


@pytest.mark.parametrize("alias", ["retrieveOperationsRequiringApproval", "getOperationsRequiringApproval"])
def test_requiring_approval_are_the_guarded_types(graph, alias):
    for who in (graph.as_("alice"), graph.as_("dave"), graph.as_app()):
        found = pairs(who.get(f"{POLICIES}/microsoft.graph.{alias}()"))
        assert found == {("script", "notApplicable"), ("app", "notApplicable"), ("deviceWipe", "notApplicable")}


def test_the_functions_take_the_documented_options(bob):
    answer = ok(bob.get(f"{REQUIRING}?$count=true&$filter=policyType%20eq%20'app'")).json
    assert (answer["@odata.count"], [row["policyType"] for row in answer["value"]]) == (1, ["app"])
    assert len(ok(bob.get(f"{REQUIRING}?$skip=1&$top=1")).value) == 1
    assert bob.get(f"{REQUIRING}?$filter=bogus%20eq%20'app'").status == 400
    assert bob.get(f"{APPROVABLE}?$search=x").status == 400


# Order and races


def test_one_change_of_a_policy_is_open_at_a_time(alice, erin):
    filed(alice.patch(SCRIPT, json={"description": "a"}, headers=justified()))
    assert erin.patch(SCRIPT, json={"description": "b"}, headers=justified()).status == 409
    assert erin.delete(SCRIPT, headers=justified()).status == 409


@pytest.mark.unordered
def test_of_six_completions_at_once_one_changes_the_policy(alice, bob):
    body = {"description": "a"}
    code = filed(alice.patch(SCRIPT, json=body, headers=justified()))
    ok(bob.approve(code))
    answers = together(*[lambda: alice.patch(SCRIPT, json=body, headers=coded(code))] * 6)
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5


def test_policies_are_read_by_filter_and_projection(alice):
    answer = alice.filter("displayName eq 'Script'", of=POLICIES, more="&$select=id,displayName,policyType,policyPlatform")
    assert [row["policyType"] for row in ok(answer).value] == ["script"]
    assert set(answer.value[0]) - {"@odata.type"} == {"id", "displayName", "policyType", "policyPlatform"}
    assert ok(alice.get(f"{POLICIES}/$count")).text == "3"


def test_every_step_of_a_policy_change_leaves_one_event(alice, bob):
    before = len(alice.events())
    assert create(alice).status == 201
    names = [event["activityDisplayName"] for event in alice.events()][: len(alice.events()) - before]
    assert sorted(names) == ["Approve approval request", "Complete approval request", "File approval request"]
