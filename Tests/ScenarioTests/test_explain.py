"""Why a request stands where it stands, and where requests go that leave Graph's paths."""

import pytest

from support.demo import RETENTION, SCRIPTS, SPOOLER, WELCOME, coded, demo_id, justified, user_id
from support.graph import filed, ok

OWN = "/countersign/v1"


def explain(graph, code: str) -> dict:
    answer = graph.get(f"{OWN}/requests/{code}/explain")
    assert answer.status == 200, answer
    return answer.json


def names(rows: list[dict]) -> set[str]:
    return {row["displayName"] for row in rows}


def test_who_can_decide_and_who_cannot_and_why(alice):
    found = explain(alice, WELCOME)
    assert (found["id"], found["status"], found["operation"]) == (WELCOME, "needsApproval", "managedDevice.wipe")
    assert names(found["approvers"]) == {"Bob", "Carol"}
    assert all("Operation approvers" in row["reason"] for row in found["approvers"])
    assert names(found["notApprovers"]) == {"Alice"}
    assert found["notApprovers"][0]["reason"].startswith("A party to the request")
    policy = found["heldBy"][0]
    assert (policy["policyType"], policy["displayName"], policy["since"]) == ("deviceWipe", "DeviceWipe", "inForce")
    assert [group["displayName"] for group in policy["approverGroups"]] == ["Operation approvers"]
    assert found["timer"]["outcome"] == "expires"
    assert found["timer"]["at"] == alice.request(WELCOME)["expirationDateTime"]
    assert "Bob" in found["unblock"][0] and WELCOME in found["unblock"][0]
    assert found["changes"] == [{"path": "managedDevice.wipe", "before": None, "after": {"keepUserData": True}}]


def test_the_changes_are_the_difference_between_target_and_stored_body(alice, bob):
    body = {"displayName": "Restart spooler", "description": "Nightly", "runAs32Bit": True}
    code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json=body, headers=justified()))
    assert explain(alice, code)["changes"] == [
        {"path": "description", "before": None, "after": "Nightly"},
        {"path": "runAs32Bit", "before": None, "after": True},
    ]
    ok(bob.approve(code))
    found = explain(alice, code)
    assert found["status"] == "approved"
    assert "x-msft-approval-code" in found["unblock"][0]
    ok(alice.patch(f"{SCRIPTS}/{SPOOLER}", json=body, headers=coded(code)))
    assert explain(alice, code)["timer"]["outcome"].startswith("leaves view")


def test_a_changed_target_is_told(alice, bob, erin):
    """An excluded application has edited it since."""
    policy = f"/beta/deviceManagement/operationApprovalPolicies/{demo_id('operationApprovalPolicies/script')}"
    change = {"countersignExcludedApplicationIds": [demo_id("servicePrincipals/automation")]}
    group = f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members"
    ok(erin.post(f"{group}/$ref", json={"@odata.id": f"users/{user_id('erin')}"}))
    exclusion = filed(alice.patch(policy, json=change, headers=justified()))
    ok(erin.approve(exclusion))
    ok(alice.patch(policy, json=change, headers=coded(exclusion)))
    code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json={"description": "a"}, headers=justified()))
    assert explain(alice, code)["targetChanged"] is False
    ok(alice.as_app().patch(f"{SCRIPTS}/{SPOOLER}", json={"description": "b"}))
    ok(bob.approve(code))
    found = explain(alice, code)
    assert found["targetChanged"] is True and "anew" in found["unblock"][0]
    assert found["changes"] == [{"path": "description", "before": "b", "after": "a"}]
    assert alice.patch(f"{SCRIPTS}/{SPOOLER}", json={"description": "a"}, headers=coded(code)).status == 409


def test_a_request_that_nobody_can_approve_says_how_to_go_on(alice, erin):
    """Whoever is left in the group has let themselves in after the filing."""
    code = alice.file_wipe()
    group = f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members"
    ok(erin.post(f"{group}/$ref", json={"@odata.id": f"users/{user_id('grace')}"}))
    ok(erin.delete(f"{group}/{user_id('bob')}/$ref"))
    ok(erin.delete(f"{group}/{user_id('carol')}/$ref"))
    found = explain(erin, code)
    assert names(found["approvers"]) == {"Grace"}
    assert names(found["notApprovers"]) == {"Alice"}


def test_a_membership_after_the_filing_is_told_with_its_writer(alice, erin):
    code = alice.file_wipe()
    group = f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members"
    ok(erin.post(f"{group}/$ref", json={"@odata.id": f"users/{user_id('grace')}"}))
    grace = next(row for row in explain(alice, code)["approvers"] if row["displayName"] == "Grace")
    assert "after the filing, by Erin" in grace["reason"]


def test_a_changed_policy_is_told_with_both_versions(alice, bob, erin):
    code = alice.file_script("Between two policies")
    other = demo_id("groups/finance-readers")
    ok(erin.post(f"/v1.0/groups/{other}/members/$ref", json={"@odata.id": f"users/{user_id('grace')}"}))
    policy = f"/beta/deviceManagement/operationApprovalPolicies/{demo_id('operationApprovalPolicies/script')}"
    change = filed(alice.patch(policy, json={"approverGroupIds": [other]}, headers=justified()))
    ok(bob.approve(change))
    ok(alice.patch(policy, json={"approverGroupIds": [other]}, headers=coded(change)))
    found = explain(alice, code)
    held = found["heldBy"][0]
    assert held["since"] == "changed"
    assert names(held["approverGroups"]) == {"Operation approvers"}
    assert names(held["approverGroupsInForce"]) == {"Finance readers"}
    assert found["approvers"] == []
    assert names(found["notApprovers"]) == {"Alice", "Bob", "Carol", "Grace"}
    assert "policies have changed" in found["unblock"][0] and "filed again" in found["unblock"][0]


def test_what_has_ended_has_no_approvers_and_changes_nothing(alice, bob):
    done, refused = alice.file_script("Done"), alice.file_script("Refused")
    ok(bob.approve(done))
    ok(bob.reject(refused))
    ok(alice.create_script("Done", headers=coded(done)))
    for code in (done, refused):
        found = explain(alice, code)
        assert (found["approvers"], found["notApprovers"], found["changes"]) == ([], [], [])
        assert "has ended" in found["unblock"][0]


def test_a_policy_change_is_held_by_its_own_rule(alice):
    policies = "/beta/deviceManagement/operationApprovalPolicies"
    body = {
        "displayName": "Compliance",
        "policyType": "compliancePolicy",
        "approverGroupIds": [demo_id("groups/operation-approvers")],
    }
    found = explain(alice, filed(alice.post(policies, json=body, headers=justified())))
    assert found["heldBy"][0]["policyType"] == "operationApprovalPolicy"
    assert names(found["approvers"]) == {"Bob", "Erin"}
    assert all("Administrator" in row["reason"] for row in found["approvers"])
    assert {change["path"] for change in found["changes"]} == set(body)


@pytest.mark.parametrize("who, status", [("alice", 200), ("bob", 200), ("carol", 200), ("frank", 200), ("dave", 404)])
def test_only_who_sees_a_request_learns_why_it_stands(graph, who, status):
    assert graph.as_(who).get(f"{OWN}/requests/{WELCOME}/explain").status == status
    assert graph.as_(who).get(f"{OWN}/requests/{WELCOME}").status == status


def test_a_token_is_needed(graph):
    for path in ("requests", "history", f"requests/{WELCOME}/explain"):
        assert graph.get(f"{OWN}/{path}").outcome == (401, "InvalidAuthenticationToken")
    assert graph.as_("alice", scopes="User.Read").get(f"{OWN}/history").status == 403


def test_what_leaves_graphs_paths_stays_in_the_history(alice, bob, carol, graph):
    code = alice.file_wipe()
    ok(bob.reject(code))
    assert ok(alice.get(f"{OWN}/history")).value == []
    graph.set_clock(graph.now + RETENTION)
    assert alice.get(f"/beta/deviceManagement/operationApprovalRequests/{code}").status == 404
    kept = ok(alice.get(f"{OWN}/history/{code}")).json
    assert (kept["status"], kept["requestJustification"]) == ("rejected", "Lost in a taxi")
    listed = ok(alice.get(f"{OWN}/history?$filter=status eq 'rejected'&$count=true".replace(" ", "%20"))).json
    assert code in [row["id"] for row in listed["value"]] and listed["@odata.count"] >= 1
    for reader in (carol, graph.as_("frank"), graph.as_("erin")):
        assert code in ok(reader.get(f"{OWN}/history")).ids
    assert graph.as_("dave").get(f"{OWN}/history/{code}").status == 404
    assert alice.delete(f"{OWN}/history/{code}").status == 405
