"""The real msgraph-beta-sdk drives the operations of Multi Admin Approval beside the decisions (test_sdk.py): status, own
request, deletion, policies, and gated writes with their headers."""

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph_beta.generated.device_management.managed_devices.item.wipe.wipe_post_request_body import (
    WipePostRequestBody,
)
from msgraph_beta.generated.device_management.operation_approval_requests.retrieve_request_status.retrieve_request_status_post_request_body import (
    RetrieveRequestStatusPostRequestBody,
)
from msgraph_beta.generated.models.device_management_script import DeviceManagementScript
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.operation_approval_policy import OperationApprovalPolicy
from msgraph_beta.generated.models.operation_approval_policy_platform import OperationApprovalPolicyPlatform
from msgraph_beta.generated.models.operation_approval_policy_type import OperationApprovalPolicyType
from msgraph_beta.generated.models.operation_approval_request_status import OperationApprovalRequestStatus

from support.demo import CODE, JUSTIFICATION, POLICIES, REQUESTS, WELCOME, b64, demo_id, device_id
from support.graph import ok
from support.sdk import walk
from test_sdk import requests, with_sdk

ENGINES = ["sqlite"]
APPROVERS = demo_id("groups/operation-approvers")
SCRIPT = demo_id("operationApprovalPolicies/script")


def headed(**fields: str) -> RequestConfiguration:
    headers = HeadersCollection()
    for name, value in fields.items():
        headers.add(name, value)
    return RequestConfiguration(headers=headers)


JUSTIFIED = {JUSTIFICATION: b64("By SDK")}


def policies(client):
    return client.device_management.operation_approval_policies


def held(caller, call) -> str:
    """The code of a call that is held, as the SDK finds it."""
    with pytest.raises(ODataError) as caught:
        with_sdk(caller, call)
    assert caught.value.response_status_code == 412
    values = caught.value.response_headers[CODE]
    code = values if isinstance(values, str) else next(iter(values))
    assert code in caught.value.error.message
    return code


def test_the_status_of_an_entity_and_ones_own_request(alice):
    body = RetrieveRequestStatusPostRequestBody(
        entity_id=device_id("laptop-1"), entity_type="Microsoft.Management.Services.Api.ManagedDevice"
    )
    found = with_sdk(alice, lambda client: requests(client).retrieve_request_status.post(body))
    assert found.request_status is OperationApprovalRequestStatus.NeedsApproval
    assert found.entity_locked is True and found.request_id == WELCOME
    raw = ok(
        alice.post(
            f"{REQUESTS}/retrieveRequestStatus",
            json={"entityId": body.entity_id, "entityType": body.entity_type},
        )
    ).json
    raw.pop("@odata.context")
    walk(raw, found)
    mine = with_sdk(alice, lambda client: requests(client).retrieve_my_request_by_id_with_id(WELCOME).get())
    walk(alice.request(WELCOME), mine)


def test_an_ended_request_is_deleted(alice, bob, erin):
    code = alice.file_wipe()
    ok(bob.reject(code))
    assert with_sdk(erin, lambda client: requests(client).by_operation_approval_request_id(code).delete()) is None
    assert erin.get(f"{REQUESTS}/{code}").status == 404


def test_policies_are_read_without_losing_a_value(alice):
    listed = with_sdk(alice, lambda client: policies(client).get())
    walk(ok(alice.get(POLICIES)).value, listed.value)
    one = with_sdk(alice, lambda client: policies(client).by_operation_approval_policy_id(SCRIPT).get())
    walk(ok(alice.get(f"{POLICIES}/{SCRIPT}")).json, one)
    assert one.policy_type is OperationApprovalPolicyType.Script
    assert one.policy_platform == [OperationApprovalPolicyPlatform.NotApplicable]
    assert one.approver_group_ids == [APPROVERS]
    assert with_sdk(alice, lambda client: policies(client).count.get()) == 3


def test_what_policies_tell(alice, bob):
    for caller, expected in ((bob, 3), (alice, 0)):
        found = with_sdk(caller, lambda client: policies(client).retrieve_approvable_operations.get())
        assert len(found.value) == expected
    found = with_sdk(alice, lambda client: policies(client).retrieve_operations_requiring_approval.get())
    raw = ok(alice.get(f"{POLICIES}/retrieveOperationsRequiringApproval()")).value
    walk(raw, found.value)
    assert {pair.policy_type for pair in found.value} == {
        OperationApprovalPolicyType.App,
        OperationApprovalPolicyType.Script,
        OperationApprovalPolicyType.DeviceWipe,
    }


def test_a_policy_is_created_changed_and_deleted(alice, bob):
    policy = OperationApprovalPolicy(
        display_name="Retire",
        policy_type=OperationApprovalPolicyType.DeviceRetire,
        approver_group_ids=[APPROVERS],
    )
    code = held(alice, lambda client: policies(client).post(policy, headed(**JUSTIFIED)))
    ok(bob.approve(code))
    made = with_sdk(alice, lambda client: policies(client).post(policy, headed(**{CODE: code})))
    assert made.policy_type is OperationApprovalPolicyType.DeviceRetire
    walk(ok(alice.get(f"{POLICIES}/{made.id}")).json, made)

    def one(client):
        return policies(client).by_operation_approval_policy_id(made.id)

    change = OperationApprovalPolicy(description="By SDK")
    code = held(alice, lambda client: one(client).patch(change, headed(**JUSTIFIED)))
    ok(bob.approve(code))
    changed = with_sdk(alice, lambda client: one(client).patch(change, headed(**{CODE: code})))
    assert (changed.description, changed.display_name) == ("By SDK", "Retire")

    code = held(alice, lambda client: one(client).delete(headed(**JUSTIFIED)))
    ok(bob.approve(code))
    assert with_sdk(alice, lambda client: one(client).delete(headed(**{CODE: code}))) is None
    assert alice.get(f"{POLICIES}/{made.id}").status == 404


def test_gated_writes_are_held_and_completed(alice, bob):
    script = DeviceManagementScript(display_name="By SDK", script_content=b"echo hi", run_as32_bit=True)

    def post(client, **headers):
        return client.device_management.device_management_scripts.post(script, headed(**headers))

    code = held(alice, lambda client: post(client, **JUSTIFIED))
    ok(bob.approve(code))
    made = with_sdk(alice, lambda client: post(client, **{CODE: code}))
    assert (made.display_name, made.script_content, made.run_as32_bit) == ("By SDK", b"echo hi", True)

    def wipe(client, **headers):
        device = client.device_management.managed_devices.by_managed_device_id(device_id("laptop-2"))
        return device.wipe.post(WipePostRequestBody(keep_user_data=True), headed(**headers))

    code = held(alice, lambda client: wipe(client, **JUSTIFIED))
    ok(bob.approve(code))
    assert with_sdk(alice, lambda client: wipe(client, **{CODE: code})) is None
    assert alice.status(code) == "completed"
