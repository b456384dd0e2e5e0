"""Members of groups, changed by those who may; approver groups are protected (security rules R2, R4, R11)."""

from urllib.parse import quote

import pytest

from support.demo import POLICIES, coded, demo_id, justified, user_id
from support.graph import Graph, filed, ok

APPROVERS = demo_id("groups/operation-approvers")
READERS = demo_id("groups/finance-readers")
TOOLS = demo_id("groups/sales-tools")


def add(graph: Graph, group: str, member: str, version: str = "v1.0", reference: str | None = None):
    reference = reference or f"https://graph.microsoft.com/{version}/directoryObjects/{member}"
    return graph.post(f"/{version}/groups/{group}/members/$ref", json={"@odata.id": reference})


def remove(graph: Graph, group: str, member: str, version: str = "v1.0"):
    return graph.delete(f"/{version}/groups/{group}/members/{member}/$ref")


def members(graph: Graph, group: str) -> set[str]:
    return set(ok(graph.get(f"/v1.0/groups/{group}/members")).ids)


@pytest.mark.parametrize("version", ["beta", "v1.0"])
def test_a_member_is_added_and_removed(erin, version):
    dave = user_id("dave")
    assert add(erin, READERS, dave, version).status == 204
    assert members(erin, READERS) == {dave}
    again = add(erin, READERS, dave, version)
    assert again.outcome == (400, "Request_BadRequest")
    assert "already exist" in again.message
    assert remove(erin, READERS, dave, version).status == 204
    assert members(erin, READERS) == set()
    assert remove(erin, READERS, dave, version).outcome == (404, "Request_ResourceNotFound")


def test_the_log_names_group_and_member(erin):
    for group in (READERS, APPROVERS):
        assert add(erin, group, user_id("grace")).status == 204
        assert remove(erin, group, user_id("grace")).status == 204
    entries = [event for event in erin.events() if "member" in event["activityDisplayName"]]
    assert len(entries) == 4
    for entry in entries:
        group, member = entry["targetResources"]
        assert group["type"] == "group" and group["id"] in (READERS, APPROVERS)
        assert (member["id"], member["type"], member["displayName"]) == (user_id("grace"), "user", "Grace")


@pytest.mark.parametrize(
    "reference",
    [
        "{own}/beta/users/{id}", "users/{id}", "/v1.0/users('{id}')", "directoryObjects/{id}",
        "https://graph.microsoft.com/beta/directoryObjects('{id}')", "{own}/v1.0/directoryObjects/{id}?x=1",
    ],
)  # fmt: skip
def test_a_reference_may_be_written_in_several_ways(erin, reference):
    dave = user_id("dave")
    reference = reference.format(own=erin.server.url, id=dave)
    assert add(erin, READERS, dave, reference=reference).status == 204
    assert members(erin, READERS) == {dave}


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example/v1.0/users/{id}", "file:///v1.0/users/{id}", "//evil.example/users/{id}", "{id}",
        "devices/{id}", "{own}/v1.0/applications/{id}", "{own}.evil/v1.0/users/{id}", "javascript:users/{id}", "users/",
        "users/{id}/manager", "{own}/v1.0/../users/{id}", "https:users/{id}", "ftp://graph.microsoft.com/v1.0/users/{id}",
    ],
)  # fmt: skip
def test_a_reference_that_leads_elsewhere_is_refused(erin, reference):
    reference = reference.format(own=erin.server.url, id=user_id("dave"))
    with erin.nothing_changes():
        assert add(erin, READERS, user_id("dave"), reference=reference).outcome == (400, "BadRequest")
    assert members(erin, READERS) == set()


def test_a_link_may_be_named_in_the_query(erin):
    dave = user_id("dave")
    for option in ("@id", "$id", "%40id", "%24id"):
        assert add(erin, READERS, dave).status == 204
        url = f"https://graph.microsoft.com/v1.0/directoryObjects/{dave}"
        assert erin.delete(f"/v1.0/groups/{READERS}/members/$ref?{option}={quote(url, safe='')}").status == 204
        assert members(erin, READERS) == set()
    assert erin.delete(f"/v1.0/groups/{READERS}/members/$ref").status == 400


@pytest.mark.parametrize("body", [{}, {"@odata.id": ""}, {"@odata.id": 5}, {"id": user_id("dave")}])
def test_a_reference_is_needed(erin, body):
    assert erin.post(f"/v1.0/groups/{READERS}/members/$ref", json=body).outcome == (400, "BadRequest")


def test_what_does_not_exist_is_told(erin):
    assert add(erin, demo_id("groups/none"), user_id("dave")).status == 404
    assert add(erin, READERS, demo_id("users/none")).outcome == (400, "Request_BadRequest")
    assert erin.get(f"/v1.0/groups/{READERS}/members/$ref").status == 405


@pytest.mark.parametrize(
    "who, group, status",
    [
        ("erin", READERS, 204),
        ("alice", READERS, 204),
        ("carol", READERS, 403),
        ("dave", READERS, 403),
        ("frank", READERS, 403),
        ("erin", APPROVERS, 204),
        ("alice", APPROVERS, 403),
        ("bob", APPROVERS, 403),
        ("carol", APPROVERS, 403),
    ],
)
def test_groups_are_changed_by_administrators_and_approver_groups_by_few(graph, who, group, status):
    answer = add(graph.as_(who), group, user_id("grace"))
    assert answer.status == status, answer
    if status == 403:
        assert answer.code == "Authorization_RequestDenied"
        assert user_id("grace") not in members(graph.as_("erin"), group)


def test_an_application_changes_groups_with_its_permission_but_never_an_approver_group(graph):
    app = graph.as_app()
    assert add(app, READERS, user_id("grace")).status == 204
    assert add(app, APPROVERS, user_id("grace")).outcome == (403, "Authorization_RequestDenied")
    assert add(graph.as_app(roles="Directory.Read.All"), TOOLS, user_id("grace")).status == 403


def test_a_group_nested_in_an_approver_group_is_protected_too_and_its_members_approve(graph, alice, erin):
    ok(add(erin, APPROVERS, TOOLS))
    assert add(alice, TOOLS, user_id("grace")).status == 403
    ok(add(erin, TOOLS, user_id("grace")))
    code = alice.file_wipe()
    ok(graph.as_("grace").approve(code))


def test_a_change_of_an_approver_group_is_an_event_of_its_own_kind(graph, erin):
    ok(add(erin, APPROVERS, user_id("grace")))
    ok(add(erin, READERS, user_id("grace")))
    names = [event["activityDisplayName"] for event in erin.events()[:2]]
    assert names == ["Add member to group", "Add member to group that approves"]


def test_membership_counts_at_once_in_both_directions(graph, alice, bob, erin, carol):
    """46: whoever is removed between filing and approval can't approve; whoever joins can."""
    code = alice.file_wipe()
    ok(remove(erin, APPROVERS, user_id("bob")))
    assert bob.approve(code).outcome == (403, "Forbidden"), "bob still sees it by his role"
    ok(add(erin, APPROVERS, user_id("grace")))
    ok(remove(erin, APPROVERS, user_id("carol")))
    assert carol.approve(code).status == 404, "a request that doesn't concern carol any more isn't there for her"
    ok(graph.as_("grace").approve(code))


def test_who_lets_themselves_in_after_the_filing_does_not_count(alice, erin):
    """R2: an edge that the decider wrote after the filing authorises nothing; before it, it does."""
    before = alice.file_wipe("laptop-2")
    ok(add(erin, APPROVERS, user_id("erin")))
    assert erin.approve(before).outcome == (403, "Forbidden")
    after = alice.file_wipe("laptop-3")
    ok(erin.approve(after))


def test_nobody_is_locked_out_by_the_last_member_leaving(graph, alice, erin, bob):
    ok(remove(erin, APPROVERS, user_id("carol")))
    answer = remove(erin, APPROVERS, user_id("bob"))
    assert answer.outcome == (409, "Conflict"), answer
    assert "would leave the policy" in answer.message
    assert members(erin, APPROVERS) == {user_id("bob")}
    ok(add(erin, APPROVERS, user_id("erin")))
    assert remove(erin, APPROVERS, user_id("bob")).status == 409, "erin herself is a party to what she does"
    ok(add(erin, APPROVERS, user_id("grace")))
    ok(remove(erin, APPROVERS, user_id("bob")))


def test_a_group_without_members_approves_nothing_but_filing_goes_on(graph, alice, erin):
    """48: seeded so, because no change of the group over HTTP can lead there."""
    change = {"approverGroupIds": [TOOLS]}
    policy = f"{POLICIES}/{demo_id('operationApprovalPolicies/script')}"
    ok(add(erin, TOOLS, user_id("grace")))
    code = filed(alice.patch(policy, json=change, headers=justified()))
    ok(graph.as_("bob").approve(code))
    assert alice.patch(policy, json=change, headers=coded(code)).status == 200
    assert remove(erin, TOOLS, user_id("grace")).status == 409
