"""Paths in every tolerated spelling, methods, versions, and the error envelope."""

import uuid

import pytest

from support.demo import AUDITS, DEVICES, POLICIES, REQUESTS, SCRIPTS, WELCOME, demo_id, device_id, justified, user_id
from support.graph import ok, without_annotations

# What is tested here never reaches an engine.
ENGINES = ["sqlite"]

LISTS = [
    "/beta/deviceManagement/operationApprovalRequests",
    "/beta/deviceManagement/operationApprovalRequests/",
    "/beta//deviceManagement/operationApprovalRequests",
    "//beta///deviceManagement//operationApprovalRequests//",
    "/beta/devicemanagement/operationapprovalrequests",
    "/BETA/DEVICEMANAGEMENT/OPERATIONAPPROVALREQUESTS",
    "/beta/device%4Danagement/operation%41pprovalRequests",
    "/beta/deviceManagement/operationApprovalRequests?",
]


@pytest.mark.parametrize("target", LISTS)
def test_a_collection_is_reached_in_every_tolerated_spelling(alice, target):
    assert ok(alice.get(target)).ids == [WELCOME]


KEYS = ["/{id}", "('{id}')", "({id})", "/{ID}", "('{ID}')", "/{id}/", "//{id}", "%28%27{id}%27%29"]


@pytest.mark.parametrize("key", KEYS)
def test_an_entity_is_reached_by_its_key_in_every_tolerated_spelling(alice, key):
    target = REQUESTS + key.replace("{id}", WELCOME).replace("{ID}", WELCOME.upper())
    assert ok(alice.get(target)).json["id"] == WELCOME


@pytest.mark.parametrize(
    "spelling",
    [
        "/{id}/approve",
        "/{id}/microsoft.graph.approve",
        "/{id}/graph.approve",
        "/{id}/APPROVE/",
        "('{id}')/approve",
        "('{id}')/microsoft.graph.approve",
        "/{id}/approve()",
        "/{ID}/Microsoft.Graph.Approve",
    ],
)
def test_an_action_is_reached_in_every_tolerated_spelling(alice, carol, spelling):
    target = REQUESTS + spelling.replace("{id}", WELCOME).replace("{ID}", WELCOME.upper())
    assert ok(carol.post(target, json={"justification": "fine"})).status == 200
    assert alice.status(WELCOME) == "approved"


@pytest.mark.parametrize("spelling", ["cancelMyRequest", "cancelmyrequest/", "microsoft.graph.cancelMyRequest"])
def test_a_collection_bound_action_is_reached_in_every_tolerated_spelling(alice, spelling):
    assert alice.post(f"{REQUESTS}/{spelling}", json={"id": WELCOME.upper()}).status == 204
    assert alice.status(WELCOME) == "cancelled"


@pytest.mark.parametrize(
    "segment, status",
    [
        (f"{REQUESTS}/a%2Fb", 404),
        (f"{REQUESTS}/..", 400),
        (f"{REQUESTS}/%2e%2e/operationApprovalPolicies", 400),
        (f"{REQUESTS}/./{WELCOME}", 400),
        (f"{REQUESTS}/%00", 400),
        (f"{REQUESTS}/%ff", 400),
        (f"{REQUESTS}/%c0%af", 400),
        (f"{REQUESTS}/%zz", 400),
        (f"{REQUESTS}/%2", 400),
        (f"{REQUESTS}/{WELCOME};v=1", 404),
        (f"{REQUESTS}/{WELCOME}%20", 404),
        (f"{REQUESTS}/not-a-guid", 404),
        (f"{REQUESTS}/00000000-0000-4000-8000-000000000000", 404),
        ("/beta/" + "/".join("a" * 33), 400),
    ],
)
def test_a_segment_is_decoded_once_and_never_becomes_another_route(alice, segment, status):
    assert alice.get(segment).status == status


@pytest.mark.parametrize(
    "target, segment",
    [
        ("/beta/deviceManagement/operationApprovalRequest", "operationApprovalRequest"),
        ("/beta/nothing", "nothing"),
        (f"{REQUESTS}/{WELCOME}/nothing", "nothing"),
        (f"{REQUESTS}/{WELCOME}/approve/more", "more"),
        (f"{REQUESTS}/{WELCOME}/microsoft.graph.nothing", "microsoft.graph.nothing"),
        (f"{REQUESTS}/$nothing", "$nothing"),
        ("/v1.0/deviceManagement/operationApprovalRequests", "operationApprovalRequests"),
        (f"/v1.0/deviceManagement/operationApprovalRequests/{WELCOME}", "operationApprovalRequests"),
        (f"/v1.0/deviceManagement/operationApprovalRequests/{WELCOME}/approve", "operationApprovalRequests"),
        ("/v1.0/deviceManagement/operationApprovalPolicies", "operationApprovalPolicies"),
        ("/v1.0/deviceManagement/deviceManagementScripts", "deviceManagementScripts"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_segment_is_named_with_400(alice, method, target, segment):
    answer = alice.call(method, target, **({"json": {}} if method == "POST" else {}))
    assert answer.outcome == (400, "BadRequest")
    assert answer.message.startswith(f"Resource not found for the segment '{segment}'.")


@pytest.mark.parametrize(
    "target", ["/nothing", "/beta2/users", "/v2.0/users", "/v1/users", "/countersign/nothing", "/betaX"]
)
def test_a_path_outside_of_graph_that_leads_nowhere_is_404(graph, alice, target):
    assert graph.get(target).status == 404
    assert alice.post(target, json={}).status in (404, 405)


METHODS = [
    ("PUT", REQUESTS, {"GET", "POST"}),
    ("DELETE", REQUESTS, {"GET", "POST"}),
    ("PATCH", REQUESTS, {"GET", "POST"}),
    ("PUT", f"{REQUESTS}/{WELCOME}", {"GET", "PATCH"}),
    ("POST", f"{REQUESTS}/{WELCOME}", {"GET", "PATCH"}),
    ("GET", f"{REQUESTS}/{WELCOME}/approve", {"POST"}),
    ("DELETE", f"{REQUESTS}/{WELCOME}/reject", {"POST"}),
    ("GET", f"{REQUESTS}/cancelMyRequest", {"POST"}),
    ("POST", f"{REQUESTS}/retrieveMyRequests", {"GET"}),
    ("POST", f"{REQUESTS}/$count", {"GET"}),
    ("POST", "/beta/me", {"GET"}),
    ("DELETE", "/beta/users", {"GET"}),
    ("PATCH", f"/v1.0/users/{user_id('bob')}", {"GET"}),
    ("POST", AUDITS, {"GET"}),
    ("GET", f"{DEVICES}/{device_id('laptop-1')}/wipe", {"POST"}),
    ("PROPFIND", REQUESTS, {"GET", "POST"}),
]


@pytest.mark.parametrize("method, target, allowed", METHODS, ids=[f"{row[0]} {row[1]}" for row in METHODS])
def test_a_method_that_a_resource_does_not_take_is_405_with_allow(graph, method, target, allowed):
    erin = graph.as_("erin")
    with graph.nothing_changes():
        answer = erin.call(method, target, **({"json": {}} if method in ("POST", "PATCH", "PUT") else {}))
    assert answer.outcome == (405, "Request_BadRequest")
    assert answer.message == "Specified HTTP method is not allowed for the request target."
    assert allowed <= {name.strip() for name in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_overrides_the_method(graph, alice, header):
    with graph.nothing_changes():
        assert ok(alice.get(f"{REQUESTS}/{WELCOME}", headers={header: "DELETE"})).json["id"] == WELCOME
        assert alice.post(REQUESTS, json={}, headers={header: "GET"}).status == 400


@pytest.mark.parametrize("target", [REQUESTS, f"{REQUESTS}/{WELCOME}", "/beta/nothing", "/livez"])
def test_head_is_get_without_a_body(alice, target):
    get, head = alice.get(target), alice.call("HEAD", target)
    assert (head.status, head.body) == (get.status, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "OData-Version"):
        assert head.headers[name] == get.headers[name], name


def test_head_of_what_is_only_written_isnt_allowed(alice):
    assert alice.call("HEAD", f"{REQUESTS}/{WELCOME}/approve").status == 405


@pytest.mark.parametrize("target", [REQUESTS, f"{REQUESTS}/{WELCOME}/approve"])
def test_options_changes_nothing_and_says_what_is_allowed(graph, alice, target):
    with graph.nothing_changes():
        answer = alice.call("OPTIONS", target)
    assert answer.status in (200, 204, 405)
    assert {"GET", "POST"} & {name.strip() for name in answer.headers["Allow"].split(",")}


def test_an_entity_and_a_list_have_context_etag_and_version(alice):
    root = f"{alice.server.url}/beta/$metadata"
    listed = ok(alice.get(REQUESTS))
    assert listed.json["@odata.context"] == f"{root}#deviceManagement/operationApprovalRequests"
    assert "@odata.count" not in listed.json and "@odata.nextLink" not in listed.json
    single = ok(alice.get(f"{REQUESTS}/{WELCOME}"))
    assert single.json["@odata.context"] == f"{root}#deviceManagement/operationApprovalRequests/$entity"
    for answer in (listed, single):
        assert answer.headers["OData-Version"] == "4.0"
        assert answer.headers["Content-Type"] == (
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        )
    etag = single.headers["ETag"]
    again = alice.get(f"{REQUESTS}/{WELCOME}", headers={"If-None-Match": etag})
    assert (again.status, again.body) == (304, b"")
    assert without_annotations(single.json) == without_annotations(listed.value[0]), "a row is the same on each path"


def test_actions_answer_with_the_context_of_a_string(carol):
    answer = ok(carol.approve(WELCOME)).json
    assert answer["@odata.context"] == f"{carol.server.url}/beta/$metadata#Edm.String"


def test_request_ids_are_fresh_and_a_clients_id_comes_back(alice):
    answers = [alice.get(REQUESTS) for _ in range(5)] + [alice.get("/beta/nothing") for _ in range(5)]
    assert len({answer.headers["request-id"] for answer in answers}) == 10
    own = str(uuid.uuid4())
    for answer in (
        alice.get(REQUESTS, headers={"client-request-id": own}),
        alice.get("/beta/nothing", headers={"client-request-id": own}),
        alice.wipe(headers={"client-request-id": own} | justified()),
        alice.with_token("x").get(REQUESTS, headers={"client-request-id": own}),
    ):
        assert answer.headers["client-request-id"] == own
        assert answer.headers["request-id"] != own


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "x" * 5000, 'a","b":"c', "caf\xe9"])
def test_a_clients_id_that_is_no_guid_is_never_a_way_in(alice, hostile):
    answer = alice.with_token("x").call("GET", REQUESTS, headers=[("Client-Request-Id", hostile)])
    assert answer.status in (400, 401)
    assert hostile not in answer.text
    assert hostile not in str(answer.headers.get("client-request-id"))


def test_links_never_follow_the_host_header(alice):
    for _ in range(3):
        alice.file_script()
    answer = alice.get(f"{REQUESTS}?$top=1", headers={"Host": "evil.example"})
    if answer.status == 200:
        assert "evil.example" not in answer.text
        assert answer.json["@odata.nextLink"].startswith(alice.server.url)
    else:
        assert answer.status in (400, 403, 421)


def test_every_served_set_lists_gets_and_counts(erin):
    for path in (REQUESTS, POLICIES, DEVICES, SCRIPTS, AUDITS, "/beta/users", "/beta/groups", "/v1.0/users"):
        eventual = {"ConsistencyLevel": "eventual"}
        rows = ok(erin.get(path, headers=eventual)).value
        assert rows
        assert ok(erin.get(f"{path}/$count", headers=eventual)).text == str(len(rows)), path
        for row in rows:
            assert without_annotations(ok(erin.get(f"{path}/{row['id']}")).json) == without_annotations(row), path


def test_devices_and_scripts_are_those_of_the_demo(alice):
    assert set(ok(alice.get(DEVICES)).ids) == {device_id(f"laptop-{number}") for number in (1, 2, 3)}
    assert set(ok(alice.get(SCRIPTS)).ids) == {
        demo_id(f"deviceManagementScripts/{name}") for name in ("restart-spooler", "collect-logs")
    }


@pytest.mark.parametrize(
    "accept, status",
    [
        ("application/json", 200),
        ("*/*", 200),
        ("text/html, application/*;q=0.8", 200),
        ("application/json;odata.metadata=minimal", 200),
        ("application/xml", 406),
        ("text/html", 406),
        ("image/*", 406),
    ],
)
def test_an_answer_is_json_or_406(alice, accept, status):
    assert alice.get(REQUESTS, headers={"Accept": accept}).status == status
    assert ok(alice.get(f"{REQUESTS}/$count", headers={"Accept": "text/plain;q=0.9"})).text == "1"
    assert ok(alice.get(f"{REQUESTS}?$format=json")).ids == [WELCOME]
    assert alice.get(f"{REQUESTS}?$format=xml").status in (400, 406, 415)
