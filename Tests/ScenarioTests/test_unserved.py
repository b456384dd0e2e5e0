"""What Graph has and this service hasn't is told as such, so that no tool's author looks for a misspelling; and an option
is never passed over in silence."""

import pytest

from support.demo import DEVICES, SCRIPTS, SPOOLER, demo_id, device_id, user_id
from support.graph import ok

ENGINES = ["sqlite"]
GROUP = demo_id("groups/operation-approvers")

# The calls of IntuneCD, of an offboarding helper and of the SDKs.
UNSERVED = [
    ("GET", "/v1.0/organization"),
    ("GET", "/beta/organization"),
    ("GET", "/v1.0/devices"),
    ("GET", f"/v1.0/groups/{GROUP}/transitiveMembers"),
    ("GET", "/v1.0/me/transitiveMemberOf"),
    ("POST", "/v1.0/me/checkMemberGroups"),
    ("POST", "/v1.0/directoryObjects/getByIds"),
    ("GET", f"/v1.0/users/{user_id('alice')}/manager"),
    ("GET", "/beta/deviceManagement/auditEvents"),
    ("GET", "/beta/deviceManagement/roleScopeTags"),
    ("GET", "/beta/deviceManagement/deviceConfigurations"),
    ("GET", "/beta/deviceManagement/roleAssignments"),
]


@pytest.mark.parametrize("method, target", UNSERVED)
def test_what_graph_has_and_we_have_not_is_501_in_words_after_authentication(graph, alice, method, target):
    options = {"json": {}} if method == "POST" else {}
    assert graph.call(method, target, **options).status == 401
    answer = alice.call(method, target, **options)
    assert answer.status == 501, answer
    assert target.split("/")[-1] in answer.message


@pytest.mark.parametrize("target", ["/v1.0/organisation", "/beta/deviceManagement/roleScopeTag", "/v1.0/users/x/manger"])
def test_a_misspelt_path_stays_400_or_404(alice, target):
    assert alice.get(target).status in (400, 404)


@pytest.mark.parametrize(
    "target",
    [
        "/v1.0/users",
        "/v1.0/groups",
        f"/v1.0/users/{user_id('alice')}",
        DEVICES,
        f"{DEVICES}/{device_id('laptop-1')}",
        SCRIPTS,
        f"{SCRIPTS}/{SPOOLER}",
        "/beta/deviceAppManagement/mobileApps",
    ],
)
def test_a_name_that_nothing_has_is_refused_in_select(alice, target):
    answer = alice.get(f"{target}?$select=id,fooBar")
    assert answer.status == 400 and "fooBar" in answer.message
    assert ok(alice.get(f"{target}?$select=id")).status == 200


@pytest.mark.parametrize("option", ["$deltatoken=x", "$apply=x", "$compute=x", "$index=1", "apply=x", "$bogus=1"])
def test_a_system_query_option_that_is_not_served_is_refused(alice, option):
    assert alice.get(f"/v1.0/users?{option}").status == 400


def test_options_of_ones_own_and_unknown_preferences_are_ignored(alice):
    answer = alice.get("/v1.0/users?colour=red", headers={"Prefer": "tool.verbose, odata.maxpagesize=3"})
    assert len(ok(answer).value) == 3


def test_members_that_clients_index_by_name_are_there_as_null(graph, alice):
    """IntuneCD reads `fileName` and `publisher` of every script."""
    script = ok(alice.get(f"{SCRIPTS}/{SPOOLER}")).json
    assert "fileName" in script and "name" not in script
    health = demo_id("deviceHealthScripts/disk")
    seed = {"deviceHealthScripts": [{"id": health, "displayName": "Disk"}]}
    ok(graph.post("/countersign/emulator/seed", json=seed))
    found = ok(alice.get(f"/beta/deviceManagement/deviceHealthScripts/{health}")).json
    assert found["publisher"] is None


@pytest.mark.parametrize("accept", ["application/json;q=0", "application/json;q=0.0, text/html", "*/*;q=0"])
def test_a_type_of_weight_nought_is_not_acceptable(alice, accept):
    """RFC 9110 §12.5.1."""
    assert alice.get("/v1.0/users", headers={"Accept": accept}).status == 406
