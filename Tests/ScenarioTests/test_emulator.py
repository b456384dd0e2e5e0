"""The emulator's own controls: seeds, faults and snapshots (product contract, section 4)."""

import time

import pytest

from support.demo import CODE, DEVICES, POLICIES, REQUESTS, WELCOME, demo_id, device_id, justified, user_id
from support.graph import filed, ok

ROOT = "/countersign/emulator"
TEAM = demo_id("groups/team")


def seed(graph, **collections) -> dict:
    return ok(graph.post(f"{ROOT}/seed", json=collections)).json


# Seeds


def test_seeded_entities_are_there_as_they_stand(graph, alice):
    ids = seed(
        graph,
        users=[
            {"id": demo_id("users/ivan"), "displayName": "Ivan", "userPrincipalName": "ivan@demo.example"},
            {"displayName": "Nobody in particular"},
        ],
        groups=[{"id": TEAM, "displayName": "Team", "members": [demo_id("users/ivan"), user_id("dave")]}],
        managedDevices=[{"id": demo_id("managedDevices/phone"), "deviceName": "phone"}],
        deviceManagementScripts=[{"displayName": "Seeded", "scriptContent": "eA=="}],
    )
    assert ids["groups"] == [TEAM] and len(ids["users"]) == 2
    assert ok(alice.get(f"/v1.0/users/{ids['users'][1]}")).json["displayName"] == "Nobody in particular"
    assert set(ok(alice.get(f"/v1.0/groups/{TEAM}/members")).ids) == {demo_id("users/ivan"), user_id("dave")}
    assert ok(alice.get(f"{DEVICES}/{demo_id('managedDevices/phone')}")).json["managementState"] == "managed"
    script = f"/beta/deviceManagement/deviceManagementScripts/{ids['deviceManagementScripts'][0]}"
    assert ok(alice.get(script)).json["scriptContent"] == "eA=="
    assert ok(graph.as_("ivan").get("/v1.0/me")).json["displayName"] == "Ivan", "seeded people get tokens"
    graph.reset()
    assert alice.get(f"/v1.0/groups/{TEAM}").status == 404


def test_a_seed_replaces_what_has_its_id(graph, alice):
    device = device_id("laptop-2")
    seed(graph, managedDevices=[{"id": device, "deviceName": "renamed"}])
    found = ok(alice.get(f"{DEVICES}/{device}")).json
    assert (found["deviceName"], found.get("serialNumber")) == ("renamed", None)
    seed(graph, groups=[{"id": demo_id("groups/sales-tools"), "displayName": "Tools", "members": [user_id("grace")]}])
    seed(graph, groups=[{"id": demo_id("groups/sales-tools"), "displayName": "Tools", "members": [user_id("dave")]}])
    assert ok(alice.get(f"/v1.0/groups/{demo_id('groups/sales-tools')}/members")).ids == [user_id("dave")]


def test_a_policy_is_seeded_without_an_approval_and_an_empty_group_closes_it(graph, alice, bob):
    """48: filing goes on, and nobody can approve."""
    seed(
        graph,
        groups=[{"id": TEAM, "displayName": "Empty team", "members": []}],
        operationApprovalPolicies=[
            {"displayName": "Retire", "policyType": "deviceRetire", "approverGroupIds": [TEAM]}
        ],
    )
    assert "Retire" in [row["displayName"] for row in ok(alice.get(POLICIES)).value]
    code = filed(alice.post(f"{DEVICES}/{device_id('laptop-2')}/retire", headers=justified()))
    answer = bob.approve(code)
    assert answer.outcome == (403, "Forbidden")
    found = ok(alice.get(f"/countersign/v1/requests/{code}/explain")).json
    assert found["approvers"] == [] and found["unblock"][0].startswith("Nobody can approve")
    assert ok(graph.get("/readyz")).json == {"status": "ready", "warnings": ["policyWithoutApprovers"]}
    seed(graph, groups=[{"id": TEAM, "displayName": "Team", "members": [user_id("grace")]}])
    ok(graph.as_("grace").approve(code))
    assert ok(graph.get("/readyz")).json == {"status": "ready"}


def test_a_second_account_of_a_person_is_a_party(graph, alice):
    """R1: accounts with one employee number are one person."""
    seed(
        graph,
        users=[
            {
                "id": user_id("alice"),
                "displayName": "Alice",
                "userPrincipalName": "alice@demo.example",
                "employeeId": "7",
            },
            {
                "id": demo_id("users/alice-admin"),
                "displayName": "Alice (admin)",
                "userPrincipalName": "alice-admin@demo.example",
                "employeeId": "7",
            },
        ],
        groups=[
            {
                "id": demo_id("groups/operation-approvers"),
                "displayName": "Operation approvers",
                "members": [user_id("bob"), demo_id("users/alice-admin")],
            }
        ],
    )
    code = alice.file_wipe()
    assert graph.as_("alice-admin").approve(code).outcome == (403, "Forbidden")
    assert alice.status(code) == "needsApproval"


@pytest.mark.parametrize(
    "order",
    [
        {"planets": []},
        {"users": {}},
        {"users": [5]},
        {"users": [{"displayName": 5}]},
        {"groups": [{"displayName": "x", "members": [demo_id("users/none")]}]},
        {"groups": [{"displayName": "x", "members": [5]}]},
        {"operationApprovalPolicies": [{"displayName": "x", "policyType": "bogus", "approverGroupIds": [TEAM]}]},
        {
            "users": [{"displayName": "fine"}],
            "operationApprovalPolicies": [{"displayName": "x", "policyType": "app", "approverGroupIds": []}],
        },
        {"operationApprovalRequests": [{}]},
    ],
    ids=str,
)
def test_a_seed_that_is_not_understood_stores_nothing(graph, alice, order):
    users = len(ok(alice.get("/v1.0/users")).value)
    with alice.nothing_changes():
        answer = graph.post(f"{ROOT}/seed", json=order)
    assert answer.outcome == (400, "BadRequest"), answer
    assert len(ok(alice.get("/v1.0/users")).value) == users


# Faults


def test_a_fault_fails_as_often_as_it_is_told_and_then_no_more(graph, alice):
    fault = {"path": REQUESTS, "status": 429, "retryAfter": 7, "count": 2}
    assert graph.post(f"{ROOT}/faults", json=fault).status == 201
    for _ in range(2):
        answer = alice.get(f"{REQUESTS}/{WELCOME}")
        assert answer.outcome == (429, "TooManyRequests")
        assert answer.headers["Retry-After"] == "7"
    assert alice.get(f"{REQUESTS}/{WELCOME}").status == 200
    assert ok(graph.get(f"{ROOT}/faults")).value == []


def test_a_fault_is_for_its_method_and_path(graph, alice):
    ok(graph.post(f"{ROOT}/faults", json={"path": DEVICES.upper(), "method": "POST", "status": 503}))
    assert alice.get(DEVICES).status == 200
    before = alice.get(f"{REQUESTS}/$count").text
    assert alice.wipe(headers=justified()).outcome == (503, "ServiceUnavailable")
    assert alice.wipe(headers=justified()).status == 503, "until it is cleared"
    assert alice.get(f"{REQUESTS}/$count").text == before
    assert graph.delete(f"{ROOT}/faults").status == 204
    assert CODE in alice.wipe(headers=justified()).headers


def test_a_delay_is_only_that(graph, alice):
    ok(graph.post(f"{ROOT}/faults", json={"path": "/v1.0/me", "latency": "PT0.3S", "count": 1}))
    began = time.monotonic()
    ok(alice.get("/v1.0/me"))
    assert time.monotonic() - began >= 0.3


def test_a_reset_clears_faults(graph, alice):
    ok(graph.post(f"{ROOT}/faults", json={"status": 503}))
    assert alice.get(REQUESTS).status == 503
    graph.reset()
    assert alice.get(REQUESTS).status == 200


@pytest.mark.parametrize(
    "order",
    [{}, {"status": 500}, {"path": "beta", "status": 429}, {"status": 429, "count": 0}, {"latency": "PT1H"}, {"x": 1}],
    ids=str,
)
def test_a_fault_that_is_not_understood_is_400(graph, order):
    assert graph.post(f"{ROOT}/faults", json=order).outcome == (400, "BadRequest")
    assert ok(graph.get(f"{ROOT}/faults")).value == []


# Snapshots


def snapshot(graph, name: str):
    return graph.post(f"{ROOT}/snapshots/{name}")


def restore(graph, name: str):
    return graph.call("PUT", f"{ROOT}/snapshots/{name}/restore")


def test_a_snapshot_brings_everything_back_and_the_time(graph, alice, bob):
    code = alice.file_wipe()
    saved = snapshot(graph, "before")
    assert saved.status == 201 and saved.json["name"] == "before"
    state = graph.state()
    for _ in range(2):
        ok(bob.approve(code))
        ok(alice.complete_wipe(code))
        graph.advance("P40D")
        assert alice.get(f"{REQUESTS}/{code}").status == 404
        answer = ok(restore(graph, "before")).json
        assert answer["now"][:16] == saved.json["now"][:16] or answer["now"] >= saved.json["now"]
        assert graph.state() == state
        assert alice.status(code) == "needsApproval"
    ok(bob.approve(code))


def test_a_snapshot_outlives_a_reset_and_is_replaced_by_its_name(graph, alice):
    code = alice.file_wipe()
    ok(snapshot(graph, "a-1"))
    graph.reset()
    assert alice.get(f"{REQUESTS}/{code}").status == 404
    ok(restore(graph, "a-1"))
    assert alice.status(code) == "needsApproval"
    ok(alice.cancel_my_request(code))
    ok(snapshot(graph, "a-1"))
    graph.reset()
    ok(restore(graph, "a-1"))
    assert alice.status(code) == "cancelled"
    assert "a-1" in ok(graph.get(f"{ROOT}/snapshots")).value


def test_a_snapshot_is_deleted_by_its_name(graph, alice):
    ok(snapshot(graph, "brief"))
    assert graph.delete(f"{ROOT}/snapshots/brief").status == 204
    assert "brief" not in ok(graph.get(f"{ROOT}/snapshots")).value
    assert restore(graph, "brief").outcome == (404, "ResourceNotFound")
    assert graph.delete(f"{ROOT}/snapshots/brief").outcome == (404, "ResourceNotFound")
    assert graph.delete(f"{ROOT}/snapshots/A").outcome == (400, "BadRequest")


def test_a_fault_is_for_whole_segments(graph, alice):
    ok(graph.post(f"{ROOT}/faults", json={"path": "/v1.0/me", "status": 503}))
    assert alice.get("/v1.0//Me/memberOf").status == 503
    assert alice.get("/v1.0/mexico").status != 503
    graph.delete(f"{ROOT}/faults")


def test_a_role_is_seeded_for_somebody_who_is_there(graph):
    order = {"roleAssignments": [{"id": "r1", "principalId": demo_id("users/none"), "roleDefinitionId": "x"}]}
    answer = graph.post(f"{ROOT}/seed", json=order)
    assert answer.outcome == (400, "BadRequest") and "principalId" in answer.message


@pytest.mark.parametrize("name", ["..%2Fx", "A", "x" * 65, "a_b", "a.b"])
def test_a_snapshot_has_a_plain_name(graph, name):
    assert snapshot(graph, name).outcome == (400, "BadRequest")
    assert restore(graph, name).outcome == (400, "BadRequest")


def test_there_are_not_endlessly_many_snapshots(graph):
    known = len(ok(graph.get(f"{ROOT}/snapshots")).value)
    answers = [snapshot(graph, f"many-{n}").status for n in range(17 - known)]
    assert answers[-1] == 400 and set(answers[:-1]) <= {201}
    assert restore(graph, "none").outcome == (404, "ResourceNotFound")
