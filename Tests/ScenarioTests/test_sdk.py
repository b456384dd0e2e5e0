"""The real msgraph-beta-sdk at our base URL: what it reads, sends and loses."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph_beta import GraphRequestAdapter, GraphServiceClient
from msgraph_beta.generated.device_management.operation_approval_requests.cancel_my_request.cancel_my_request_post_request_body import (
    CancelMyRequestPostRequestBody,
)
from msgraph_beta.generated.device_management.operation_approval_requests.item.approve.approve_post_request_body import (
    ApprovePostRequestBody,
)
from msgraph_beta.generated.device_management.operation_approval_requests.item.cancel_approval.cancel_approval_post_request_body import (
    CancelApprovalPostRequestBody,
)
from msgraph_beta.generated.device_management.operation_approval_requests.item.reject.reject_post_request_body import (
    RejectPostRequestBody,
)
from msgraph_beta.generated.device_management.operation_approval_requests.operation_approval_requests_request_builder import (
    OperationApprovalRequestsRequestBuilder,
)
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.operation_approval_policy_type import OperationApprovalPolicyType
from msgraph_beta.generated.models.operation_approval_request import OperationApprovalRequest
from msgraph_beta.generated.models.operation_approval_request_status import OperationApprovalRequestStatus
from msgraph_beta.generated.models.operation_approval_source import OperationApprovalSource
from msgraph_core.tasks.page_iterator import PageIterator

from support.demo import REQUESTS, WELCOME, instant, user_id
from support.graph import Graph, ok
from support.sdk import run, walk

ENGINES = ["sqlite"]
Query = OperationApprovalRequestsRequestBuilder.OperationApprovalRequestsRequestBuilderGetQueryParameters


def with_sdk(caller: Graph, body: Callable[[GraphServiceClient], Awaitable[Any]]) -> Any:
    return run(caller, "beta", GraphRequestAdapter, lambda adapter: body(GraphServiceClient(request_adapter=adapter)))


def requests(client: GraphServiceClient) -> OperationApprovalRequestsRequestBuilder:
    return client.device_management.operation_approval_requests


def test_the_sdk_lists_and_gets_without_losing_a_value(alice, bob, carol):
    ok(carol.approve(bob.file_script(), justification="fine", approvalSource="email"))
    listed = with_sdk(alice, lambda client: requests(client).get())
    raw = ok(alice.get(REQUESTS)).json
    assert len(listed.value) == 2
    walk(raw["value"], listed.value)
    one = with_sdk(alice, lambda client: requests(client).by_operation_approval_request_id(WELCOME).get())
    walk(alice.request(WELCOME), one)
    assert isinstance(one, OperationApprovalRequest)
    assert one.status is OperationApprovalRequestStatus.NeedsApproval
    assert one.requestor.user.id == user_id("alice")
    assert one.required_operation_approval_policy_types == [OperationApprovalPolicyType.DeviceWipe]
    assert one.expiration_date_time == instant(alice.request(WELCOME)["expirationDateTime"])
    assert one.additional_data["payloadName"] == "laptop-1"


def test_the_sdk_filters_orders_selects_counts_and_pages(alice, carol):
    codes = [WELCOME] + [alice.file_script(f"Script {number}") for number in range(4)]
    ok(carol.reject(codes[2]))
    options = Query(
        filter="status eq 'needsApproval'", orderby=["requestDateTime"], select=["id", "status"], top=2, count=True
    )
    configuration = RequestConfiguration(query_parameters=options)

    async def read(client: GraphServiceClient):
        first = await requests(client).get(request_configuration=configuration)
        seen: list[str] = []
        await PageIterator(first, client.request_adapter).iterate(lambda item: seen.append(item.id) or True)
        return first, seen, await requests(client).count.get()

    first, seen, count = with_sdk(alice, read)
    assert [item.id for item in first.value] == [codes[0], codes[1]]
    assert first.odata_count == 4 and first.odata_next_link
    assert seen == [codes[0], codes[1], codes[3], codes[4]]
    assert first.value[0].request_justification is None, "not selected"
    assert count == 5


def decided(caller: Graph, action: str, code: str) -> str:
    def call(client: GraphServiceClient):
        item = requests(client).by_operation_approval_request_id(code)
        source = OperationApprovalSource.AdminConsole
        if action == "approve":
            return item.approve.post(ApprovePostRequestBody(justification="yes – go", approval_source=source))
        if action == "reject":
            return item.reject.post(RejectPostRequestBody(justification="no", approval_source=source))
        return item.cancel_approval.post(CancelApprovalPostRequestBody(justification="stop", approval_source=source))

    return with_sdk(caller, call).value


def test_the_sdk_approves_rejects_and_cancels_an_approval(alice, bob, carol):
    first, second = alice.file_script(), alice.file_script()
    assert decided(carol, "approve", first)
    assert alice.request(first)["approvalJustification"] == "yes – go"
    assert decided(bob, "cancelApproval", first)
    assert decided(carol, "reject", second)
    assert (alice.status(first), alice.status(second)) == ("cancelled", "rejected")


def test_the_sdk_withdraws_and_reads_its_own_requests(alice, bob):
    code = alice.file_script()
    bob.file_script()
    mine = with_sdk(alice, lambda client: requests(client).retrieve_my_requests.get())
    assert {item.id for item in mine.value} == {WELCOME, code}
    walk(ok(alice.get(f"{REQUESTS}/retrieveMyRequests()")).value, mine.value)

    body = CancelMyRequestPostRequestBody(id=code)
    assert with_sdk(alice, lambda client: requests(client).cancel_my_request.post(body)) is None
    assert alice.status(code) == "cancelled"


def test_the_sdk_reads_me_users_groups_and_the_log(alice):
    me = with_sdk(alice, lambda client: client.me().get())
    assert (me.id, me.display_name) == (user_id("alice"), "Alice")
    walk(ok(alice.get("/beta/me")).json, me)
    users = with_sdk(alice, lambda client: client.users.get())
    assert len(users.value) == 8
    groups = with_sdk(alice, lambda client: client.groups.get())
    approvers = next(group for group in groups.value if group.display_name == "Operation approvers")
    members = with_sdk(alice, lambda client: client.groups.by_group_id(approvers.id).members.get())
    assert {type(member).__name__ for member in members.value} == {"User"}
    log = with_sdk(alice, lambda client: client.audit_logs.directory_audits.get())
    walk(ok(alice.get("/beta/auditLogs/directoryAudits")).value, log.value)


@pytest.mark.parametrize(
    "call, status, code",
    [
        (
            lambda client, _: requests(client).by_operation_approval_request_id(user_id("bob")).get(),
            404,
            "ResourceNotFound",
        ),
        (
            lambda client, own: (
                requests(client).by_operation_approval_request_id(own).approve.post(ApprovePostRequestBody())
            ),
            403,
            "Forbidden",
        ),
        (
            lambda client, own: (
                requests(client)
                .by_operation_approval_request_id(own)
                .cancel_approval.post(CancelApprovalPostRequestBody(justification="x" * 1025))
            ),
            403,
            "Forbidden",
        ),
        (
            lambda client, own: (
                requests(client)
                .by_operation_approval_request_id(own)
                .patch(OperationApprovalRequest(status=OperationApprovalRequestStatus.Approved))
            ),
            400,
            "BadRequest",
        ),
        (
            lambda client, _: requests(client).post(OperationApprovalRequest(request_justification="x")),
            400,
            "BadRequest",
        ),
        (
            lambda client, _: requests(client).get(
                request_configuration=RequestConfiguration(query_parameters=Query(filter="colour eq 'red'"))
            ),
            400,
            "BadRequest",
        ),
    ],
    ids=["unknown id", "own request", "rights before lengths", "PATCH of the status", "POST of a request", "bad filter"],
)
def test_the_sdk_reads_every_refusal_as_an_odata_error(alice, call, status, code):
    own = alice.file_script()
    with pytest.raises(ODataError) as caught:
        with_sdk(alice, lambda client: call(client, own))
    assert caught.value.response_status_code == status
    assert caught.value.error.code == code
    assert caught.value.error.message
    assert caught.value.error.inner_error.request_id
    assert caught.value.error.inner_error.date is not None
    assert alice.status(own) == "needsApproval"
