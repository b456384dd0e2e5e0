"""The founding documents to the letter: reject, cancelApproval and the resource type operationApprovalRequest."""

import re

import pytest

from support.demo import REQUESTS, WELCOME, instant
from support.graph import ok

# What is tested here never reaches an engine.
ENGINES = ["sqlite"]

# "JSON representation" of the resource type page.
REPRESENTATION = [
    "id",
    "requestDateTime",
    "expirationDateTime",
    "lastModifiedDateTime",
    "requestor",
    "approver",
    "status",
    "requestJustification",
    "approvalJustification",
    "requiredOperationApprovalPolicyTypes",
]
STATUSES = {
    "unknown",
    "needsApproval",
    "approved",
    "rejected",
    "cancelled",
    "completed",
    "expired",
    "unknownFutureValue",
}
# "Request body" of both action pages, as their examples send it.
BODY = b'{\n  "justification": "Justification value",\n  "approvalSource": "adminConsole"\n}'


@pytest.mark.parametrize("scope", ["DeviceManagementConfiguration.Read.All", "DeviceManagementRBAC.Read.All"])
@pytest.mark.parametrize("action, ends", [("reject", "rejected"), ("cancelApproval", "cancelled")])
def test_the_documented_example_answers_200_and_a_string(graph, alice, bob, action, ends, scope):
    if action == "cancelApproval":
        ok(bob.approve(WELCOME))
    carol = graph.as_("carol", scopes=scope)
    answer = carol.post(
        f"{REQUESTS}/{WELCOME}/{action}",
        body=BODY,
        headers={"Accept": "application/json", "Content-type": "application/json"},
    )
    assert (answer.status, answer.reason) == (200, "OK")
    assert answer.headers.get_content_type() == "application/json"
    assert set(answer.json) - {"@odata.context"} == {"value"}
    assert isinstance(answer.value, str) and answer.value
    request = alice.request(WELCOME)
    assert (request["status"], request["approvalJustification"]) == (ends, "Justification value")


@pytest.mark.parametrize("action", ["reject", "cancelApproval"])
def test_an_application_permission_lets_an_application_call_and_no_further(graph, action):
    """Documented as permissions; deciding is for people (compatibility.md)."""
    answer = graph.as_app(roles="DeviceManagementConfiguration.Read.All").decide(action, WELCOME)
    assert answer.outcome == (403, "Forbidden")
    assert "following scopes" not in answer.message, "the permission was enough, the rule wasn't met"


@pytest.mark.parametrize("source", ["unknown", "adminConsole", "email"])
def test_reject_takes_every_documented_source_and_needs_none(alice, carol, source):
    ok(carol.reject(WELCOME, approvalSource=source))
    code = alice.file_wipe()
    ok(carol.reject(code, justification="no source: the default is unknown"))


def test_a_request_has_every_documented_property_whether_set_or_not(alice):
    request = alice.request(WELCOME)
    assert request["@odata.type"] == "#microsoft.graph.operationApprovalRequest"
    assert [name for name in request if name in REPRESENTATION] == REPRESENTATION, "present, in the documented order"
    for row in ok(alice.get(REQUESTS)).value:
        assert row["@odata.type"] == "#microsoft.graph.operationApprovalRequest"
        assert set(REPRESENTATION) <= set(row)


def test_the_properties_have_the_documented_types(alice, carol):
    ok(carol.approve(WELCOME, justification="Approved per Change 23423"))
    request = alice.request(WELCOME)
    for name in ("requestDateTime", "expirationDateTime", "lastModifiedDateTime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", request[name])
        assert instant(request[name])
    assert request["status"] in STATUSES
    for name in ("id", "requestJustification", "approvalJustification"):
        assert isinstance(request[name], str)
    types = request["requiredOperationApprovalPolicyTypes"]
    assert types and all(isinstance(type, str) for type in types)
    for name in ("requestor", "approver"):
        identity = request[name]
        assert identity.get("@odata.type", "#microsoft.graph.identitySet").lstrip("#") == "microsoft.graph.identitySet"
        assert isinstance(identity["user"]["id"], str) and isinstance(identity["user"]["displayName"], str)
        assert {"application", "device", "user"} >= {part for part in identity if not part.startswith("@")}


def test_the_date_of_the_last_change_follows_the_status_and_the_others_never_change(graph, alice, carol):
    before = alice.request(WELCOME)
    graph.advance("PT5M")
    ok(carol.approve(WELCOME))
    after = alice.request(WELCOME)
    assert instant(after["lastModifiedDateTime"]) > instant(before["lastModifiedDateTime"])
    for name in ("id", "requestDateTime", "expirationDateTime", "requestor", "requestJustification"):
        assert after[name] == before[name]
