"""The real msgraph-sdk at our base URL, version 1.0: people, groups, casts, pages and batches."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.groups.item.members.graph_user.graph_user_request_builder import GraphUserRequestBuilder
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

from support.demo import PEOPLE, demo_id, user_id
from support.graph import Graph, ok
from support.sdk import run, walk

ENGINES = ["sqlite"]
APPROVERS = demo_id("groups/operation-approvers")
TEAM = demo_id("groups/team")
Users = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
Cast = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters


def with_sdk(caller: Graph, body: Callable[[GraphServiceClient], Awaitable[Any]]) -> Any:
    return run(caller, "v1.0", GraphRequestAdapter, lambda adapter: body(GraphServiceClient(request_adapter=adapter)))


def options(parameters: Any) -> RequestConfiguration:
    return RequestConfiguration(query_parameters=parameters)


@pytest.fixture
def mixed(graph) -> str:
    """A group with two people and a group in it."""
    members = [user_id("alice"), user_id("bob"), APPROVERS]
    team = {"id": TEAM, "displayName": "Team", "members": members}
    ok(graph.post("/countersign/emulator/seed", json={"groups": [team]}))
    return TEAM


def test_people_are_listed_counted_and_read_by_either_name(alice):
    listed = with_sdk(alice, lambda client: client.users.get())
    walk(ok(alice.get("/v1.0/users")).value, listed.value)
    assert {type(person) for person in listed.value} == {User} and len(listed.value) == len(PEOPLE)
    assert with_sdk(alice, lambda client: client.users.count.get()) == len(PEOPLE)
    for name in (user_id("bob"), "bob@demo.example"):
        assert with_sdk(alice, lambda client: client.users.by_user_id(name).get()).display_name == "Bob"


def test_members_of_the_sdk_that_nobody_has_a_value_for_are_null(alice):
    """A Portuguese-language approval console selects `jobTitle` and `department`."""
    selected = options(Users(select=["id", "displayName", "jobTitle", "department"]))
    listed = with_sdk(alice, lambda client: client.users.get(request_configuration=selected))
    assert all(person.job_title is None and person.display_name for person in listed.value)
    row = ok(alice.get(f"/v1.0/users/{user_id('bob')}?$select=id,jobTitle,department")).json
    assert (row["jobTitle"], row["department"]) == (None, None)
    with pytest.raises(ODataError) as caught:
        with_sdk(alice, lambda client: client.users.get(request_configuration=options(Users(select=["id", "fooBar"]))))
    assert caught.value.response_status_code == 400 and "fooBar" in caught.value.error.message


def test_groups_and_their_members_are_what_the_sdk_takes_them_for(alice, mixed):
    group = with_sdk(alice, lambda client: client.groups.by_group_id(mixed).get())
    assert isinstance(group, Group) and group.display_name == "Team"
    members = with_sdk(alice, lambda client: client.groups.by_group_id(mixed).members.get())
    found = {member.id: type(member) for member in members.value}
    assert found == {user_id("alice"): User, user_id("bob"): User, APPROVERS: Group}


def test_casts_leave_only_the_type_that_was_asked_for(alice, mixed):
    members = lambda client: client.groups.by_group_id(mixed).members  # noqa: E731
    people = with_sdk(alice, lambda client: members(client).graph_user.get())
    assert {person.id for person in people.value} == {user_id("alice"), user_id("bob")}
    assert with_sdk(alice, lambda client: members(client).graph_user.count.get()) == 2
    groups = with_sdk(alice, lambda client: members(client).graph_group.get())
    assert [group.id for group in groups.value] == [APPROVERS]
    assert with_sdk(alice, lambda client: members(client).graph_device.get()).value == []

    memberships = lambda client: client.users.by_user_id(user_id("alice")).member_of  # noqa: E731
    found = with_sdk(alice, lambda client: memberships(client).graph_group.get())
    assert mixed in {group.id for group in found.value} and {type(group) for group in found.value} == {Group}
    assert with_sdk(alice, lambda client: memberships(client).graph_group.count.get()) == len(found.value)


def test_a_cast_is_filtered_selected_and_paged_like_a_list(alice, mixed):
    one = options(Cast(select=["id", "displayName"], filter="startswith(displayName,'A')"))
    found = with_sdk(
        alice, lambda client: client.groups.by_group_id(mixed).members.graph_user.get(request_configuration=one)
    )
    assert [person.display_name for person in found.value] == ["Alice"]

    async def read(client: GraphServiceClient) -> list[str]:
        first = await client.groups.by_group_id(mixed).members.graph_user.get(
            request_configuration=options(Cast(top=1))
        )
        seen: list[str] = []
        await PageIterator(first, client.request_adapter).iterate(lambda person: seen.append(person.id) or True)
        return seen

    assert set(with_sdk(alice, read)) == {user_id("alice"), user_id("bob")}


@pytest.mark.parametrize("spelling", ["graph.user", "microsoft.graph.user", "GRAPH.user", "graph.user/"])
def test_a_cast_is_reached_in_every_spelling(alice, mixed, spelling):
    for version in ("v1.0", "beta"):
        rows = ok(alice.get(f"/{version}/groups/{mixed}/members/{spelling}")).value
        assert {row["id"] for row in rows} == {user_id("alice"), user_id("bob")}


@pytest.mark.parametrize("cast", ["graph.nothing", "graph.operationApprovalRequest", "graph.user/graph.group"])
def test_a_cast_to_what_cannot_be_there_is_400(alice, mixed, cast):
    answer = alice.get(f"/v1.0/groups/{mixed}/members/{cast}")
    assert answer.status == 400 and cast.split("/")[-1] in answer.message


def test_every_page_is_walked_once(alice):
    async def read(client: GraphServiceClient) -> list[str]:
        first = await client.users.get(request_configuration=options(Users(top=3, orderby=["displayName"], count=True)))
        assert first.odata_count == len(PEOPLE) and len(first.value) == 3
        seen: list[str] = []
        await PageIterator(first, client.request_adapter).iterate(lambda person: seen.append(person.display_name) or True)
        return seen

    assert with_sdk(alice, read) == [name.capitalize() for name in PEOPLE]


def test_a_batch_runs_every_item_and_says_which_failed(alice):
    async def send(adapter: GraphRequestAdapter) -> Any:
        client = GraphServiceClient(request_adapter=adapter)
        requests = {
            "me": client.users.by_user_id(user_id("alice")).to_get_request_information(),
            "group": client.groups.by_group_id(APPROVERS).members.to_get_request_information(),
            "nobody": client.users.by_user_id(demo_id("users/nobody")).to_get_request_information(),
        }
        content = BatchRequestContent()
        for id, information in requests.items():
            content.add_request(id, BatchRequestItem(request_information=information, id=id))
        response = await BatchRequestBuilder(adapter).post(content)
        return {id: response.get_response_by_id(id) for id in requests}

    found = run(alice, "v1.0", GraphRequestAdapter, send)
    assert {id: response.status for id, response in found.items()} == {"me": 200, "group": 200, "nobody": 404}


def test_a_member_is_added_by_reference_and_taken_away(erin):
    grace = user_id("grace")
    reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{grace}")
    tools = demo_id("groups/sales-tools")
    before = with_sdk(erin, lambda client: client.groups.by_group_id(tools).members.get()).value
    if grace in {member.id for member in before}:
        ok(erin.delete(f"/v1.0/groups/{tools}/members/{grace}/$ref"))
    with_sdk(erin, lambda client: client.groups.by_group_id(tools).members.ref.post(reference))
    members = with_sdk(erin, lambda client: client.groups.by_group_id(tools).members.get()).value
    assert grace in {member.id for member in members}
    with_sdk(
        erin, lambda client: client.groups.by_group_id(tools).members.by_directory_object_id(grace).ref.delete()
    )
    assert grace not in ok(erin.get(f"/v1.0/groups/{tools}/members")).ids
