"""What is left of the request's surface: status of an entity, one's own request by id, deletion."""

import pytest

from support.demo import DEVICES, LIFETIME, REQUESTS, RETENTION, SPOOLER, WELCOME, device_id, instant
from support.graph import ok

STATUS = f"{REQUESTS}/retrieveRequestStatus"
MINE = f"{REQUESTS}/retrieveMyRequestById"
DEVICE = "Microsoft.Management.Services.Api.ManagedDevice"


def status_of(graph, entity: str, kind: str = DEVICE, target: str = STATUS) -> dict:
    answer = graph.post(target, json={"entityId": entity, "entityType": kind})
    assert answer.status == 200, answer
    body = answer.json
    assert body.pop("@odata.context").endswith("$metadata#microsoft.graph.operationApprovalRequestEntityStatus")
    assert set(body) == {"requestId", "requestExpirationDateTime", "requestStatus", "entityLocked"}
    return body


@pytest.mark.parametrize("target", [STATUS, f"{REQUESTS}/microsoft.graph.getRequestStatus"])
def test_the_status_of_an_entity_follows_its_latest_request(alice, bob, carol, target):
    """88."""
    nothing = {"requestId": None, "requestExpirationDateTime": None, "requestStatus": "unknown", "entityLocked": False}
    device = device_id("laptop-2")
    assert status_of(alice, device, target=target) == nothing
    code = alice.file_wipe()
    found = status_of(alice, device, target=target)
    assert (found["requestId"], found["requestStatus"], found["entityLocked"]) == (code, "needsApproval", True)
    assert instant(found["requestExpirationDateTime"]) > alice.now
    ok(bob.approve(code))
    assert status_of(alice, device)["requestStatus"] == "approved"
    ok(carol.cancel_approval(code))
    found = status_of(alice, device)
    assert (found["requestId"], found["requestStatus"], found["entityLocked"]) == (code, "cancelled", False)
    second = alice.file_wipe()
    assert status_of(alice, device)["requestId"] == second
    ok(bob.reject(second))
    found = status_of(alice, device)
    assert (found["requestId"], found["requestStatus"], found["entityLocked"]) == (second, "rejected", False)


def test_an_expired_request_locks_nothing(alice):
    code = alice.file_wipe()
    alice.set_clock(instant(alice.request(code)["expirationDateTime"]))
    found = status_of(alice, device_id("laptop-2"))
    assert (found["requestStatus"], found["entityLocked"]) == ("expired", False)


@pytest.mark.parametrize("who", ["dave", "frank", "carol", "erin"])
def test_anybody_with_the_permission_learns_four_properties_and_no_more(graph, who):
    """89."""
    found = status_of(graph.as_(who), device_id("laptop-1"))
    assert (found["requestId"], found["entityLocked"]) == (WELCOME, True)


@pytest.mark.parametrize(
    "kind", [DEVICE, "microsoft.graph.managedDevice", "#microsoft.graph.managedDevice", "ManagedDevice", "manageddevice"]
)
def test_the_type_may_be_named_in_several_ways(alice, kind):
    assert status_of(alice, device_id("laptop-1").upper(), kind)["requestId"] == WELCOME


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entityId": SPOOLER},
        {"entityType": DEVICE},
        {"entityId": "", "entityType": DEVICE},
        {"entityId": SPOOLER, "entityType": "Microsoft.Management.Services.Api.Bogus"},
        {"entityId": SPOOLER, "entityType": ""},
        {"entityId": 5, "entityType": DEVICE},
        {"entityId": SPOOLER, "entityType": DEVICE, "more": 1},
        [],
    ],
)
def test_a_malformed_question_is_400(alice, body):
    """90."""
    assert alice.post(STATUS, json=body).outcome == (400, "BadRequest")


def test_a_type_is_told_apart_from_others_with_the_same_id(alice):
    found = status_of(alice, device_id("laptop-1"), "MobileApp")
    assert (found["requestId"], found["entityLocked"]) == (None, False)


# One's own request


@pytest.mark.parametrize("name", ["retrieveMyRequestById", "getMyRequestById", "microsoft.graph.retrieveMyRequestById"])
def test_ones_own_request_by_id_is_the_flat_object(alice, name):
    answer = ok(alice.get(f"{REQUESTS}/{name}(id='{WELCOME}')"))
    assert answer.json["id"] == WELCOME and answer.json["status"] == "needsApproval"
    assert answer.json["@odata.context"].endswith("$metadata#microsoft.graph.operationApprovalRequest")
    assert ok(alice.get(f"{REQUESTS}/{name}(id=@x)?@x='{WELCOME.upper()}'")).json["id"] == WELCOME


@pytest.mark.parametrize("who", ["bob", "erin", "frank", "dave"])
def test_another_ones_request_is_not_there(graph, who):
    assert graph.as_(who).get(f"{MINE}(id='{WELCOME}')").outcome == (404, "ResourceNotFound")


def test_the_id_is_needed(alice):
    for target in (MINE, f"{MINE}()", f"{MINE}(name='{WELCOME}')"):
        assert alice.get(target).outcome == (400, "BadRequest"), target
    assert alice.get(f"{MINE}(id='{SPOOLER}')").status == 404
    assert alice.get(f"{MINE}(id='{WELCOME}')?$select=id,status").json.keys() >= {"id", "status"}


# Deletion


def test_an_ended_request_is_deleted_by_an_administrator_who_is_no_party(alice, bob, erin):
    code = alice.file_wipe()
    for caller in (bob, erin):
        assert caller.delete(f"{REQUESTS}/{code}").outcome == (409, "Conflict"), "it waits"
    ok(bob.reject(code))
    assert alice.delete(f"{REQUESTS}/{code}").outcome == (403, "Forbidden"), "a party keeps the trace"
    assert erin.delete(f"{REQUESTS}/{code}").status == 204
    for caller in (alice, bob, erin):
        assert caller.get(f"{REQUESTS}/{code}").status == 404
        assert caller.approve(code).status == 404
    assert erin.delete(f"{REQUESTS}/{code}").status == 404
    assert alice.filter(f"requestId eq '{code}'").value == []
    event = alice.events()[0]
    assert event["activityDisplayName"] == "Delete approval request"
    assert event["targetResources"][0]["id"] == code


@pytest.mark.parametrize("who, status", [("carol", 403), ("frank", 403), ("dave", 404)])
def test_deleting_needs_the_role(graph, alice, bob, who, status):
    code = alice.file_wipe()
    ok(bob.reject(code))
    assert graph.as_(who).delete(f"{REQUESTS}/{code}").status == status
    assert alice.status(code) == "rejected"


def test_deleting_needs_the_write_permission(graph, alice, bob):
    code = alice.file_wipe()
    ok(bob.reject(code))
    erin = graph.as_("erin", scopes="DeviceManagementConfiguration.Read.All")
    assert erin.delete(f"{REQUESTS}/{code}").outcome == (403, "Forbidden")


def test_the_old_name_of_the_required_types_can_be_selected(alice):
    found = ok(alice.get(f"{REQUESTS}/{WELCOME}?$select=id,operationApprovalPolicies")).json
    assert found["requiredOperationApprovalPolicyTypes"] == ["deviceWipe"]


def test_retention_hides_what_a_status_was(alice, bob):
    code = alice.file_wipe()
    ok(bob.reject(code))
    alice.set_clock(alice.now + LIFETIME + RETENTION)
    assert alice.get(f"{REQUESTS}/{code}").status == 404
    found = status_of(alice, device_id("laptop-2"))
    assert (found["requestId"], found["requestStatus"]) == (None, "unknown")
    assert alice.get(f"{DEVICES}/{device_id('laptop-2')}").status == 200
