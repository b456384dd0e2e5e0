"""What each person of the demo sees of requests and policies, the same on every path (security rule R22)."""

import pytest

from support.demo import PEOPLE, POLICIES, REQUESTS, WELCOME, demo_id, user_id
from support.graph import Graph, ok

READERS = ["alice", "bob", "carol", "erin", "frank"]


@pytest.fixture
def filed_by(graph) -> dict[str, list[str]]:
    """Requests of alice, bob, erin and the application, in several states."""
    alice, bob, carol, erin, automation = (*map(graph.as_, ("alice", "bob", "carol", "erin")), graph.as_app())
    requests = {
        "alice": [WELCOME, alice.file_wipe(), alice.file_script()],
        "bob": [bob.file_script()],
        "erin": [erin.file_wipe("laptop-3")],
        "automation": [automation.file_script(), automation.file_script()],
    }
    ok(carol.approve(requests["bob"][0]))
    ok(bob.reject(requests["alice"][1]))
    return requests


def everything(filed_by: dict) -> set[str]:
    return {code for codes in filed_by.values() for code in codes}


def lists_of(person: Graph) -> list[set[str]]:
    """The visible requests by every path that lists them, with counts checked on the way."""
    plain = ok(person.get(f"{REQUESTS}?$count=true")).json
    ids = {row["id"] for row in plain["value"]}
    assert plain["@odata.count"] == len(ids)
    assert ok(person.get(f"{REQUESTS}/$count")).text == str(len(ids))
    filtered = ok(person.filter("status ne 'unknown'", more="&$count=true")).json
    assert filtered["@odata.count"] == len(filtered["value"])
    paged = {row["id"] for page in person.pages(f"{REQUESTS}?$top=2") for row in page.value}
    ordered = {row["id"] for row in ok(person.get(f"{REQUESTS}?$orderby=status&$select=id")).value}
    return [ids, {row["id"] for row in filtered["value"]}, paged, ordered]


@pytest.mark.unordered
def test_a_list_shows_what_its_reader_may_see_on_every_path(graph, filed_by):
    for name in PEOPLE:
        person = graph.as_(name)
        wanted = everything(filed_by) if name in READERS else set()
        assert lists_of(person) == [wanted] * 4, name
        for code in everything(filed_by):
            assert person.get(f"{REQUESTS}/{code}").status == (200 if code in wanted else 404), name
            found = ok(person.filter(f"requestId eq '{code}'", more="&$count=true")).json
            shown = ([row["id"] for row in found["value"]], found["@odata.count"])
            assert shown == (([code], 1) if code in wanted else ([], 0)), name


def test_who_took_an_approval_back_still_sees_the_request_after_leaving_the_group(alice, bob, erin):
    code = alice.file_script()
    ok(bob.approve(code))
    ok(alice.as_("carol").cancel_approval(code))
    group = demo_id("groups/operation-approvers")
    ok(erin.delete(f"/v1.0/groups/{group}/members/{user_id('carol')}/$ref"))
    assert alice.as_("carol").status(code) == "cancelled"
    other = alice.file_script("Something else")
    assert alice.as_("carol").get(f"{REQUESTS}/{other}").status == 404, "what carol has nothing to do with"


@pytest.mark.unordered
def test_an_application_with_the_permission_sees_everything(graph, filed_by):
    assert lists_of(graph.as_app()) == [everything(filed_by)] * 4


def test_my_requests_are_those_that_i_filed(graph, filed_by):
    spellings = ("retrieveMyRequests", "retrieveMyRequests()", "microsoft.graph.retrieveMyRequests()", "getMyRequests")
    for person, own in [(graph.as_(name), filed_by.get(name, [])) for name in PEOPLE] + [
        (graph.as_app(), filed_by["automation"])
    ]:
        for spelling in spellings:
            answer = ok(person.get(f"{REQUESTS}/{spelling}?$count=true"))
            assert set(answer.ids) == set(own), spelling
            assert answer.json["@odata.count"] == len(own)


def test_my_requests_take_the_options_of_lists(alice, filed_by):
    assert ok(alice.get(f"{REQUESTS}/retrieveMyRequests()?$filter=status%20eq%20'rejected'")).ids == [
        filed_by["alice"][1]
    ]
    pages = alice.pages(f"{REQUESTS}/retrieveMyRequests()?$top=1&$orderby=requestDateTime")
    assert [page.ids for page in pages] == [[code] for code in filed_by["alice"]]


def test_a_filter_finds_by_requestor_as_the_reader_may_see(graph, filed_by):
    clause = f"requestor/user/id eq '{user_id('bob')}'"
    assert ok(graph.as_("frank").filter(clause)).ids == filed_by["bob"]
    assert ok(graph.as_("dave").filter(clause)).ids == []
    by_application = "requestor/application/displayName eq 'Automation'"
    assert set(ok(graph.as_("frank").filter(by_application)).ids) == set(filed_by["automation"])


def test_policies_are_seen_by_readers_and_by_approvers(graph):
    policies = {demo_id(f"operationApprovalPolicies/{type}") for type in ("script", "app", "deviceWipe")}
    for name in PEOPLE:
        assert set(ok(graph.as_(name).get(POLICIES)).ids) == (policies if name in READERS else set()), name


def test_a_policy_says_what_it_guards_and_who_approves(alice):
    policy = ok(alice.get(f"{POLICIES}/{demo_id('operationApprovalPolicies/deviceWipe')}")).json
    assert policy["policyType"] == policy["policySet"]["policyType"] == "deviceWipe"
    assert policy["approverGroupIds"] == [demo_id("groups/operation-approvers")]
    assert policy["displayName"] and policy["lastModifiedDateTime"]


def test_people_and_groups_are_read_with_their_members(graph, alice):
    users = ok(alice.get("/beta/users?$count=true&$top=999", headers={"ConsistencyLevel": "eventual"})).json
    assert {row["id"] for row in users["value"]} == {user_id(name) for name in PEOPLE}
    for key in (user_id("bob"), "bob@demo.example"):
        assert ok(alice.get(f"/beta/users/{key}")).json["displayName"] == "Bob"
    approvers = ok(alice.get(f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members")).value
    assert {row["id"] for row in approvers} == {user_id("bob"), user_id("carol")}
    assert {row["@odata.type"] for row in approvers} == {"#microsoft.graph.user"}
    employees = demo_id("groups/employees")
    assert ok(alice.get(f"/beta/groups/{employees}/members/$count")).text == "7"
    assert ok(alice.get(f"/beta/groups/{employees}")).json["displayName"] == "Employees"
    groups = {row["id"] for row in ok(alice.get(f"/beta/users/{user_id('bob')}/memberOf")).value}
    assert groups == {demo_id(f"groups/{name}") for name in ("operation-approvers", "role-approvers", "employees")}
    assert {row["id"] for row in ok(alice.get("/beta/me/memberOf")).value} == {employees}
