"""Every gated collection, in every version: filed, approved, run once, as approved (product contract, section 5a)."""

import json

import pytest

from support.demo import CODE, DEVICES, coded, demo_id, device_id, justified, user_id
from support.graph import Graph, filed, ok

OPERATION_APPROVERS = demo_id("groups/operation-approvers")

# path below the version, versions, policy type, payload type, label, parameter of assign, its answer
COLLECTIONS = [
    ("deviceManagement/deviceManagementScripts", ["beta"], "script", "DeviceManagementScript", "displayName",
     "deviceManagementScriptAssignments", 204),
    ("deviceManagement/deviceHealthScripts", ["beta"], "script", "DeviceHealthScript", "displayName",
     "deviceHealthScriptAssignments", 204),
    ("deviceAppManagement/mobileApps", ["beta", "v1.0"], "app", "MobileApp", "displayName",
     "mobileAppAssignments", 204),
    ("deviceManagement/deviceCategories", ["beta", "v1.0"], "tenantConfiguration", "DeviceCategory", "displayName",
     None, None),
    ("deviceManagement/deviceCompliancePolicies", ["beta", "v1.0"], "compliancePolicy", "DeviceCompliancePolicy",
     "displayName", "assignments", 200),
    ("deviceManagement/configurationPolicies", ["beta"], "configurationPolicy", "ConfigurationPolicy", "name",
     "assignments", 200),
    ("deviceManagement/roleDefinitions", ["beta", "v1.0"], "role", "RoleDefinition", "displayName", None, None),
]
IN_DEMO = {"script", "app", "deviceWipe"}
PLACES = [
    pytest.param(version, *collection, id=f"{version}/{collection[0].split('/')[1]}")
    for collection in COLLECTIONS
    for version in collection[1]
]


def guard(graph: Graph, policy_type: str) -> None:
    """Makes sure that a policy guards the type."""
    if policy_type in IN_DEMO:
        return
    body = {
        "displayName": f"Guard {policy_type}",
        "policyType": policy_type,
        "approverGroupIds": [OPERATION_APPROVERS],
    }
    run(graph.as_("alice"), "POST", "/beta/deviceManagement/operationApprovalPolicies", body, 201)


def run(requestor: Graph, method: str, target: str, body: dict | None, status: int, decider: str = "bob"):
    """Files, approves, completes: the answer and the request as it was when it waited."""
    options = {} if body is None else {"json": body}
    code = filed(requestor.call(method, target, headers=justified("Needed"), **options))
    request = requestor.request(code)
    ok(requestor.as_(decider).approve(code))
    answer = requestor.call(method, target, headers=coded(code), **options)
    assert answer.status == status, answer
    assert requestor.status(code) == "completed"
    again = requestor.call(method, target, headers=coded(code), **options)
    assert again.outcome == (409, "Conflict"), "it has been done already"
    return answer, request


@pytest.mark.parametrize("version, path, versions, policy, payload, label, assign, assigned", PLACES)
def test_create_change_assign_and_delete_are_each_held_approved_and_run_once(
    alice, version, path, versions, policy, payload, label, assign, assigned
):
    guard(alice, policy)
    root = f"/{version}/{path}"
    new = {"@odata.type": "#microsoft.graph.special", label: "One", "settings": [{"b": 1, "a": None}]}
    created, request = run(alice, "POST", root, new, 201)
    entity = created.json
    assert entity[label] == "One" and entity["settings"] == [{"b": 1, "a": None}]
    assert entity["@odata.type"] == "#microsoft.graph.special"
    assert created.headers["Location"].endswith(f"{root}/{entity['id']}")
    assert request["requiredOperationApprovalPolicyTypes"] == [policy]
    assert request["payloadType"] == f"Microsoft.Management.Services.Api.{payload}"
    assert request["payloadSubtype"] == "special"
    assert (request["payloadOperation"], request["payloadName"], request["payloadId"]) == ("Create", "One", None)
    assert json.loads(request["payload"]) == new

    one = f"{root}/{entity['id']}"
    changed, request = run(alice, "PATCH", one, {label: "Two"}, 200)
    assert changed.json[label] == "Two" and changed.json["settings"] == entity["settings"]
    assert (request["payloadOperation"], request["payloadId"]) == ("Update", entity["id"])
    assert json.loads(request["patchPayload"]) == {label: "Two"}

    if assign:
        target = {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": demo_id("groups/employees")}
        answer, request = run(alice, "POST", f"{one}/assign", {assign: [{"target": target}]}, assigned)
        assert request["payloadOperation"] == "Assign"
        assert json.loads(request["addedAssignments"]) == [{"target": target}]
        assert json.loads(request["actionParameters"]) == {assign: [{"target": target}]}
        shown = ok(alice.get(f"{one}/assignments")).json
        assert shown["@odata.context"].endswith(f"$metadata#{path}('{entity['id']}')/assignments")
        found = shown["value"]
        assert [row["target"] for row in found] == [target] and found[0]["id"]
        if assigned == 200:
            assert answer.value == found
        assert "assignments" not in ok(alice.get(one)).json, "a relationship is shown where it is asked for"
        assert ok(alice.get(f"{one}?$expand=assignments")).json["assignments"] == found
        assert alice.get(f"{one}/assignments/$count").text == "1"

    run(alice, "DELETE", one, None, 204)
    assert alice.get(one).status == 404


@pytest.mark.parametrize("version, path, versions, policy, payload, label, assign, assigned", PLACES)
def test_without_a_policy_a_write_runs_at_once_and_one_event_says_so(
    alice, version, path, versions, policy, payload, label, assign, assigned
):
    if policy in IN_DEMO:
        pytest.skip("the demo tenant guards it")
    before = len(alice.events("activityDisplayName eq 'Run operation without approval policy'"))
    created = alice.post(f"/{version}/{path}", json={label: "Free"}, headers=justified("ignored"))
    assert created.status == 201, created
    assert CODE not in created.headers
    one = f"/{version}/{path}/{created.json['id']}"
    assert alice.patch(one, json={"description": "x"}).status == 200
    assert alice.delete(one).status == 204
    assert len(alice.events("activityDisplayName eq 'Run operation without approval policy'")) == before + 3


@pytest.mark.parametrize("version, path, versions, policy, payload, label, assign, assigned", PLACES)
def test_a_body_is_checked_at_filing(alice, version, path, versions, policy, payload, label, assign, assigned):
    guard(alice, policy)
    for body in ({}, {label: ""}, {label: "  "}, {label: 5}, {label: None}):
        answer = alice.post(f"/{version}/{path}", json=body, headers=justified())
        assert answer.outcome == (400, "BadRequest"), body
        assert label in answer.message
    missing = f"/{version}/{path}/{demo_id('nobody')}"
    assert alice.patch(missing, json={label: "x"}, headers=justified()).status == 404
    assert alice.delete(missing, headers=justified()).status == 404
    if assign:
        assert alice.post(f"{missing}/assign", json={assign: []}, headers=justified()).status == 404


@pytest.mark.parametrize("path, versions", [(c[0], c[1]) for c in COLLECTIONS])
def test_a_collection_is_served_in_its_versions_only(alice, path, versions):
    for version in ("beta", "v1.0"):
        assert alice.get(f"/{version}/{path}").status == (200 if version in versions else 400)


def test_a_code_of_one_version_or_spelling_of_the_operation_is_bound_to_the_version(alice, bob):
    app = f"deviceAppManagement/mobileApps/{demo_id('mobileApps/company-portal')}"
    code = filed(alice.patch(f"/beta/{app}", json={"description": "a"}, headers=justified()))
    assert alice.patch(f"/v1.0/{app}", json={"description": "b"}, headers=justified()).status == 409, "locked in both"
    ok(bob.approve(code))
    assert alice.patch(f"/v1.0/{app}", json={"description": "a"}, headers=coded(code)).status == 403
    assert alice.patch(f"/beta/{app}/assign", json={"description": "a"}, headers=coded(code)).status in (403, 405)
    other = "deviceAppManagement/MOBILEAPPS('" + demo_id("mobileApps/company-portal") + "')"
    assert alice.patch(f"/beta/{other}", json={"description": "a"}, headers=coded(code)).status == 200


def test_unknown_parameters_of_assign_are_refused(alice):
    app = f"/beta/deviceAppManagement/mobileApps/{demo_id('mobileApps/company-portal')}"
    for body in ({"assignments": []}, {"mobileAppAssignments": {}}, {"mobileAppAssignments": [1]}):
        assert alice.post(f"{app}/assign", json=body, headers=justified()).outcome == (400, "BadRequest")


# Devices


def policy(graph: Graph, policy_type: str) -> None:
    guard(graph, policy_type)


@pytest.mark.parametrize("version", ["beta", "v1.0"])
@pytest.mark.parametrize("action", ["wipe", "retire", "delete"])
def test_only_the_action_whose_type_is_guarded_is_held(alice, version, action):
    """26: wipe, retire and DELETE under a policy for one of them only."""
    kinds = {"wipe": "deviceWipe", "retire": "deviceRetire", "delete": "deviceDelete"}
    guard(alice, kinds[action])
    root = f"/{version}/deviceManagement/managedDevices/{device_id('laptop-2')}"

    def act(verb: str, **headers):
        if verb == "delete":
            return alice.delete(root, headers=headers)
        return alice.post(f"{root}/{verb}", headers=headers)

    for verb in ("retire", "wipe", "delete"):
        if verb == action:
            assert act(verb).outcome == (400, "BadRequest")
            code = filed(act(verb, **justified()))
            request = alice.request(code)
            assert request["requiredOperationApprovalPolicyTypes"] == [kinds[verb]]
            assert request["actionName"] == verb
            display = json.loads(request["displayPayload"])
            assert [(row["deviceName"], row["actionName"]) for row in display] == [("laptop-2", verb)]
            ok(alice.cancel_my_request(code))
    if action != "retire":
        ok(act("retire"))
        device = ok(alice.get(root)).json
        assert device["managementState"] == "retirePending"
        assert device["deviceActionResults"][-1]["actionName"] == "retire"
    if action != "delete":
        ok(act("delete"))
        assert alice.get(root).status == 404


# Bulk

BULK = f"{DEVICES}/executeAction"
TWO = [device_id("laptop-2"), device_id("laptop-3")]


def test_a_bulk_action_is_one_request_for_all_its_devices_and_runs_once(alice, bob):
    body = {"actionName": "wipe", "deviceIds": TWO + [demo_id("managedDevices/none")], "keepUserData": True}
    code = filed(alice.post(BULK, json=body, headers=justified("Offboarding")))
    request = alice.request(code)
    assert request["payload"].startswith("["), "clients tell bulk actions by it"
    assert {row["deviceId"] for row in json.loads(request["displayPayload"])} == set(TWO)
    assert json.loads(request["actionParameters"]) == body
    assert request["requiredOperationApprovalPolicyTypes"] == ["deviceWipe"]
    for device in ("laptop-2", "laptop-3"):
        assert alice.wipe(device, headers=justified()).status == 409, "every device is locked"
    ok(bob.approve(code))
    changed = dict(body, deviceIds=TWO[:1])
    assert alice.post(BULK, json=changed, headers=coded(code)).status == 403
    done = ok(alice.post(BULK, json=body, headers=coded(code))).json
    assert sorted(done["successfulDeviceIds"]) == sorted(TWO)
    assert done["notFoundDeviceIds"] == [demo_id("managedDevices/none")]
    assert (done["failedDeviceIds"], done["notSupportedDeviceIds"]) == ([], [])
    for device in TWO:
        assert ok(alice.get(f"{DEVICES}/{device}")).json["managementState"] == "wipePending"
    assert alice.post(BULK, json=body, headers=coded(code)).status == 409
    assert alice.wipe("laptop-2", headers=justified()).status == 412, "the locks are gone"


def test_a_bulk_action_on_a_locked_device_is_409_and_files_nothing(alice):
    alice.file_wipe("laptop-3")
    with alice.nothing_changes(log=False):
        answer = alice.post(BULK, json={"actionName": "wipe", "deviceIds": TWO}, headers=justified())
    assert answer.status == 409
    assert answer.message.startswith("An active Approval Request already exists for this entity")


def test_one_changed_device_of_a_bulk_action_is_409_at_completion(alice, bob):
    code = filed(alice.post(BULK, json={"actionName": "wipe", "deviceIds": TWO}, headers=justified()))
    ok(bob.approve(code))
    ok(alice.post(f"{DEVICES}/{TWO[0]}/retire"))
    answer = alice.post(BULK, json={"actionName": "wipe", "deviceIds": TWO}, headers=coded(code))
    assert answer.outcome == (409, "Conflict")
    assert alice.status(code) == "approved"


@pytest.mark.parametrize(
    "body, status",
    [
        ({"deviceIds": TWO}, 400),
        ({"actionName": "wipe"}, 400),
        ({"actionName": "wipe", "deviceIds": []}, 400),
        ({"actionName": "wipe", "deviceIds": "x"}, 400),
        ({"actionName": "wipe", "deviceIds": [5]}, 400),
        ({"actionName": "wipe", "deviceIds": [str(n) for n in range(101)]}, 400),
        ({"actionName": "wipe", "deviceIds": [demo_id("managedDevices/none")]}, 404),
        ({"actionName": "fullScan", "deviceIds": TWO}, 501),
    ],
)
def test_a_malformed_bulk_action_changes_nothing(alice, body, status):
    with alice.nothing_changes():
        assert alice.post(BULK, json=body, headers=justified()).status == status


def test_a_device_of_a_bulk_action_that_is_gone_is_409(alice, bob):
    body = {"actionName": "wipe", "deviceIds": TWO}
    code = filed(alice.post(BULK, json=body, headers=justified()))
    ok(bob.approve(code))
    ok(alice.delete(f"{DEVICES}/{TWO[1]}"))
    assert alice.post(BULK, json=body, headers=coded(code)).outcome == (409, "Conflict")
    assert alice.status(code) == "approved"


def test_a_target_that_is_gone_is_409_for_its_approved_request(alice, bob):
    code = alice.file_wipe("laptop-2")
    ok(bob.approve(code))
    ok(alice.delete(f"{DEVICES}/{device_id('laptop-2')}"))
    answer = alice.complete_wipe(code)
    assert answer.outcome == (409, "Conflict") and "changed" in answer.message
    assert alice.status(code) == "approved"


def test_the_status_of_a_device_knows_bulk_actions(alice, bob):
    code = filed(alice.post(BULK, json={"actionName": "wipe", "deviceIds": TWO}, headers=justified()))
    ok(bob.reject(code))
    question = {"entityId": TWO[1], "entityType": "ManagedDevice"}
    found = ok(alice.post("/beta/deviceManagement/operationApprovalRequests/retrieveRequestStatus", json=question)).json
    assert (found["requestId"], found["requestStatus"], found["entityLocked"]) == (code, "rejected", False)


@pytest.mark.parametrize("query", ["$expand=bogus", "$filter=id eq 'x'", "$top=1"])
def test_what_is_wrong_with_a_write_is_said_before_it_runs(alice, query):
    categories = "/beta/deviceManagement/deviceCategories"
    answer = alice.post(f"{categories}?{query.replace(' ', '%20')}", json={"displayName": "Kiosk"})
    assert answer.outcome == (400, "BadRequest")
    assert ok(alice.get(categories)).value == []


@pytest.mark.parametrize("body", [{}, {"mobileAppAssignments": None}, {"@odata.type": "x"}])
def test_assign_needs_its_parameter(graph, alice, body):
    app = f"/beta/deviceAppManagement/mobileApps/{demo_id('mobileApps/company-portal')}"
    with graph.nothing_changes():
        answer = alice.post(f"{app}/assign", json=body, headers=justified())
    assert answer.outcome == (400, "BadRequest") and "mobileAppAssignments" in answer.message
    filed(alice.post(f"{app}/assign", json={"mobileAppAssignments": []}, headers=justified()))


def test_what_would_not_fit_into_its_completion_is_not_held(alice, bob):
    body = {"displayName": "Large", "scriptContent": "x" * 900_000, "more": "y" * 900_000}
    assert alice.post("/beta/deviceManagement/deviceManagementScripts", json=body, headers=justified()).status == 413
    body["more"] = ""
    run(alice, "POST", "/beta/deviceManagement/deviceManagementScripts", body, 201)


def test_a_type_that_is_nested_without_end_is_only_a_name(alice):
    name = "Collection(" * 8000 + "a" + ")" * 8000
    body = {"@odata.type": name, "displayName": "Deep"}
    assert alice.post("/beta/deviceAppManagement/mobileApps", json=body, headers=justified()).status in (400, 412)
    assert alice.get("/livez").status == 200


def test_a_spent_code_runs_nothing_where_nothing_guards_any_more(alice, bob):
    scripts = "/beta/deviceManagement/deviceManagementScripts"
    policy = f"/beta/deviceManagement/operationApprovalPolicies/{demo_id('operationApprovalPolicies/script')}"
    spent, void = alice.file_script("Spent"), alice.file_script("Void")
    ok(bob.approve(spent))
    ok(bob.reject(void))
    ok(alice.create_script("Spent", headers=coded(spent)))
    run(alice, "DELETE", policy, None, 204)
    assert alice.create_script("Spent", headers=coded(spent)).status == 409
    assert alice.create_script("Void", headers=coded(void)).status == 403
    assert len([row for row in ok(alice.get(scripts)).value if row["displayName"] in ("Spent", "Void")]) == 1


def test_a_spent_code_stays_spent_once_its_request_is_out_of_view(graph, alice, bob, erin):
    """Deleted or purged: whoever keeps the code and sends again runs nothing twice."""
    scripts = "/beta/deviceManagement/deviceManagementScripts"
    requests = "/beta/deviceManagement/operationApprovalRequests"
    policy = f"/beta/deviceManagement/operationApprovalPolicies/{demo_id('operationApprovalPolicies/script')}"
    spent, purged, void = (alice.file_script(name) for name in ("Spent", "Purged", "Void"))
    for code, name in ((spent, "Spent"), (purged, "Purged")):
        ok(bob.approve(code))
        ok(alice.create_script(name, headers=coded(code)))
    ok(bob.reject(void))
    run(alice, "DELETE", policy, None, 204)
    for code in (spent, void):
        ok(erin.delete(f"{requests}/{code}"))
    assert alice.create_script("Spent", headers=coded(spent)).outcome == (409, "Conflict")
    assert alice.create_script("Void", headers=coded(void)).outcome == (403, "Forbidden")
    graph.advance("P31D")
    alice = graph.as_("alice")
    assert alice.get(f"{requests}/{purged}").status == 404
    assert alice.create_script("Purged", headers=coded(purged)).outcome == (409, "Conflict")
    assert alice.create_script("Anew").status == 201, "without a code it isn't the old one"
    names = [row["displayName"] for row in ok(alice.get(scripts)).value]
    assert (names.count("Spent"), names.count("Void"), names.count("Purged")) == (1, 0, 1)


def test_a_write_without_approval_says_what_let_it_through(alice, bob, erin):
    """Nothing, or a policy that excludes the application."""
    policy_id = demo_id("operationApprovalPolicies/script")
    policy = f"/beta/deviceManagement/operationApprovalPolicies/{policy_id}"
    group = f"/v1.0/groups/{OPERATION_APPROVERS}/members/$ref"
    ok(erin.post(group, json={"@odata.id": f"users/{user_id('erin')}"}))
    body = {"countersignExcludedApplicationIds": [demo_id("servicePrincipals/automation")]}
    code = filed(alice.patch(policy, json=body, headers=justified()))
    ok(erin.approve(code))
    ok(alice.patch(policy, json=body, headers=coded(code)))
    ok(alice.as_app().post("/beta/deviceManagement/deviceManagementScripts", json={"displayName": "Excluded"}))
    ok(alice.post("/beta/deviceManagement/deviceCategories", json={"displayName": "Unguarded"}))
    details = [
        event["additionalDetails"]
        for event in alice.events()
        if event["activityDisplayName"] == "Run operation without approval policy"
    ]
    assert sorted(details, key=len) == [[], [{"key": "excluded", "value": policy_id}]]


def test_a_request_shows_the_target_by_the_name_that_it_has(alice):
    app = f"/beta/deviceAppManagement/mobileApps/{demo_id('mobileApps/company-portal')}"
    request = alice.request(filed(alice.patch(app, json={"displayName": "Harmless"}, headers=justified())))
    assert request["payloadName"] == "Company portal"
    assert json.loads(request["payload"])["displayName"] == "Harmless"
    assert json.loads(request["patchPayload"]) == {"displayName": "Harmless"}


def test_the_ungated_actions_of_a_bulk_run_at_once(alice):
    ok(alice.post(BULK, json={"actionName": "retire", "deviceIds": TWO}))
    assert ok(alice.get(f"{DEVICES}/{TWO[1]}")).json["managementState"] == "retirePending"
