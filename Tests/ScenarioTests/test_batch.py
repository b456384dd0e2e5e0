"""JSON batching: every item goes the way of a request of its own
(Graph: "Combine multiple HTTP requests using JSON batching")."""

import base64
import json

import pytest

from support.demo import CODE, JUSTIFICATION, WELCOME, b64, device_id, user_id
from support.graph import GUID, Graph, ok

REQUEST = f"/deviceManagement/operationApprovalRequests/{WELCOME}"


def item(id: str, url: str, method: str = "GET", body=None, **more) -> dict:
    found = {"id": id, "method": method, "url": url} | more
    if body is not None:
        found["body"] = body
        found["headers"] = {"Content-Type": "application/json"} | found.get("headers", {})
    return found


def batch(graph: Graph, *items: dict, version: str = "beta") -> dict[str, dict]:
    answer = ok(graph.post(f"/{version}/$batch", json={"requests": list(items)}))
    responses = answer.json["responses"]
    assert len(responses) == len(items)
    for response in responses:
        assert GUID.fullmatch(response["headers"]["request-id"])
    return {response["id"]: response for response in responses}


def test_items_are_answered_by_their_ids(alice):
    found = batch(
        alice,
        item("1", "/me"),
        item("2", REQUEST),
        item("3", "deviceManagement/operationApprovalRequests/$count"),
        item("4", "/nothing"),
    )
    assert [found[id]["status"] for id in "1234"] == [200, 200, 200, 400]
    assert found["1"]["body"]["displayName"] == "Alice"
    assert found["2"]["body"]["id"] == WELCOME and found["2"]["headers"]["ETag"]
    assert found["3"]["body"] == 1
    assert found["4"]["body"]["error"]["code"] == "BadRequest"
    assert found["1"]["headers"]["Content-Type"].startswith("application/json")
    assert batch(alice, item("a", "/me"), version="v1.0")["a"]["body"]["@odata.context"].startswith(
        f"{alice.server.url}/v1.0/"
    )


def test_a_held_write_has_its_code_in_its_own_response(alice):
    """28."""
    device = device_id("laptop-2")
    wipe = item(
        "w",
        f"/deviceManagement/managedDevices/{device}/wipe",
        "POST",
        {"keepUserData": True},
        headers={JUSTIFICATION: b64("In a batch")},
    )
    found = batch(alice, wipe, item("r", f"/deviceManagement/managedDevices/{device}"))
    assert found["w"]["status"] == 412
    code = found["w"]["headers"][CODE]
    assert code in found["w"]["body"]["error"]["message"]
    assert alice.request(code)["requestJustification"] == "In a batch"
    assert CODE not in found["r"]["headers"]


def test_decisions_in_a_batch_are_each_judged(alice, bob):
    own = bob.file_script()
    found = batch(
        bob,
        item("own", f"{REQUEST.rsplit('/', 1)[0]}/{own}/approve", "POST", {"justification": "x"}),
        item("other", f"{REQUEST}/approve", "POST", {"justification": "x"}),
        item("again", f"{REQUEST}/approve", "POST", {"justification": "x"}, dependsOn=["other"]),
        item("after", "/me", dependsOn=["again"]),
    )
    assert {id: found[id]["status"] for id in found} == {"own": 403, "other": 200, "again": 409, "after": 424}
    assert alice.status(WELCOME) == "approved" and bob.status(own) == "needsApproval"


def test_dependencies_decide_the_order_in_either_spelling(alice, bob):
    found = batch(
        bob,
        item("2", REQUEST, depends_on=["1"]),
        item("1", f"{REQUEST}/approve", "POST", {"justification": "x"}, depends_on=[]),
    )
    assert found["2"]["body"]["status"] == "approved"


def test_items_may_be_numbered(alice, bob):
    """IntuneCD's `BaseGraphModule.py` and JAGM's batches number their items with integers, and turn the answered id back."""
    requests = [
        item(2, REQUEST, dependsOn=[1]),
        item(1, f"{REQUEST}/approve", "POST", {"justification": "x"}),
        item(3, "/nothing", dependsOn=["2"]),
        item("4", "/me", dependsOn=[3]),
    ]
    responses = ok(bob.post("/beta/$batch", json={"requests": requests})).json["responses"]
    found = {response["id"]: response["status"] for response in responses}
    assert found == {"1": 200, "2": 200, "3": 400, "4": 424}
    assert alice.status(WELCOME) == "approved"
    for unknown in ([7], [True], [1.5], [None]):
        strange = [item(1, "/me", dependsOn=unknown)]
        assert bob.post("/beta/$batch", json={"requests": strange}).outcome == (400, "BadRequest"), unknown


def test_absolute_urls_of_our_own_are_fine_and_others_are_never_fetched(alice):
    own = alice.server.url
    found = batch(alice, item("1", f"{own}/beta/me"), item("2", f"{own}/beta{REQUEST}?$select=id"))
    assert [found[id]["status"] for id in "12"] == [200, 200]
    strange = [
        "http://169.254.169.254/latest", "//evil.example/beta/me", f"{own}/v1.0/me", f"{own}/countersign/v1/requests",
        "/../v1.0/me", "/me/../users", "/$batch", "", "https://graph.microsoft.com/beta/me", f"{own}.evil/beta/me",
    ]  # fmt: skip
    for url in strange:
        answer = alice.post("/beta/$batch", json={"requests": [item("1", url)]})
        status = answer.status if answer.status != 200 else answer.json["responses"][0]["status"]
        assert status == 400, url


@pytest.mark.parametrize(
    "requests",
    [
        None,
        {},
        [5],
        [{"id": "1", "url": "/me"}],
        [{"id": "1", "method": "GET"}],
        [{"method": "GET", "url": "/me"}],
        [{"id": 1.5, "method": "GET", "url": "/me"}],
        [{"id": True, "method": "GET", "url": "/me"}],
        [{"id": "1", "method": "GET", "url": "/me"}, {"id": 1, "method": "GET", "url": "/me"}],
        [item("a", "/me"), item("A", "/me")],
        [item(str(n), "/me") for n in range(21)],
        [item("1", "/me", dependsOn=["2"])],
        [item("1", "/me", dependsOn=["2"]), item("2", "/me", dependsOn=["1"])],
        [item("1", "/me", dependsOn="2")],
        [item("1", "/me", headers={"Accept": 5})],
    ],
    ids=["null", "object", "number", "no method", "no url", "no id", "id 1.5", "id true", "one and 1", "twice", "21", "unknown", "circle", "text", "header"],
)
def test_a_malformed_batch_is_400_and_nothing_runs(alice, requests):
    with alice.nothing_changes():
        assert alice.post("/beta/$batch", json={"requests": requests}).outcome == (400, "BadRequest")


def test_twenty_are_fine_and_none_is_too(alice):
    assert len(batch(alice, *[item(str(n), "/me") for n in range(20)])) == 20
    assert ok(alice.post("/beta/$batch", json={"requests": []})).json == {"responses": []}


def test_an_item_speaks_for_nobody_else(graph, alice):
    other = graph.as_("erin").token
    fields = {"Authorization": f"Bearer {other}", "Host": "evil.example", "client-request-id": "mine"}
    found = batch(alice, item("1", "/me", headers=fields))["1"]
    assert found["body"]["id"] == user_id("alice")
    assert found["headers"]["client-request-id"] == "mine"
    assert graph.post("/beta/$batch", json={"requests": []}).outcome == (401, "InvalidAuthenticationToken")
    assert alice.get("/beta/$batch").status == 405


def test_bodies_are_json_or_base64url(alice):
    text = json.dumps({"justification": "x"}).encode()
    encoded = base64.urlsafe_b64encode(text).decode().rstrip("=")
    found = batch(
        alice,
        {"id": "1", "method": "POST", "url": f"{REQUEST}/approve", "body": {"justification": "x"}},
        item("2", f"{REQUEST}/approve", "POST", encoded, headers={"Content-Type": "text/plain"}),
        item("3", f"{REQUEST}/approve", "POST", "not base64!", headers={"Content-Type": "text/plain"}),
        item("4", f"{REQUEST}/approve", "POST", {"justification": "x", "more": 1}),
    )
    assert [found[id]["status"] for id in "1234"] == [400, 415, 400, 400]
    assert "Content-Type" in found["1"]["body"]["error"]["message"]


def test_a_long_filter_fits_into_a_batch(alice):
    expression = " or ".join(f"id eq '{device_id(str(n))}'" for n in range(90))
    found = batch(alice, item("1", f"/deviceManagement/managedDevices?$filter={expression}"))["1"]
    assert found["status"] == 200, found
    assert found["body"]["value"] == []
