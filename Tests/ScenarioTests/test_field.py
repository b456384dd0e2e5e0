"""What published tools do, one test for each sequence that once broke one of them: it holds, and shall go on holding."""

import gzip
import json
import socket
import uuid

import pytest

from support.demo import (
    CODE,
    DEVICES,
    JUSTIFICATION,
    LIFETIME,
    POLICIES,
    REQUESTS,
    SCRIPTS,
    SPOOLER,
    WELCOME,
    b64,
    coded,
    demo_id,
    device_id,
    instant,
    justified,
    user_id,
)
from support.graph import Graph, filed, ok
from support.raw import head, raw, received, signed

SEED = "/countersign/emulator/seed"
HEALTH = "/beta/deviceManagement/deviceHealthScripts"
APP = f"/beta/deviceAppManagement/mobileApps/{demo_id('mobileApps/line-of-business')}"


def test_a_next_link_made_relative_is_followed_in_the_next_batch(alice):
    """zh54321/GraphBatchRequest, `Send-GraphBatchRequest.psm1`."""
    for number in range(3):
        alice.file_script(f"Script {number}")
    seen, url = [], f"{REQUESTS.removeprefix('/beta')}?$top=2"
    while url:
        answer = ok(alice.post("/beta/$batch", json={"requests": [{"id": "1", "method": "GET", "url": url}]}))
        (response,) = answer.json["responses"]
        assert response["status"] == 200, response
        seen += [row["id"] for row in response["body"]["value"]]
        url = response["body"].get("@odata.nextLink", "").removeprefix(f"{alice.server.url}/beta")
    assert seen == ok(alice.get(REQUESTS)).ids and len(seen) == 4


def test_a_thousand_rows_are_skipped_and_the_rest_is_paged(graph, alice):
    """msgraph-beta-sdk-dotnet 681."""
    there = len(ok(alice.get(DEVICES)).value)
    ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"device/{number}")) for number in range(1203 - there)]
    for first in range(0, len(ids), 200):
        devices = [{"id": id, "deviceName": f"PC-{id[:8]}"} for id in ids[first : first + 200]]
        ok(graph.post(SEED, json={"managedDevices": devices}))
    pages = alice.pages(f"{DEVICES}?$orderby=id&$skip=1000&$select=id")
    found = [id for page in pages for id in page.ids]
    assert len(found) == 203 and found == sorted(found)


def test_what_depends_on_a_held_write_in_a_batch_doesnt_run(alice):
    """msgraph-sdk-dotnet 1187."""
    wipe = {
        "id": "hold",
        "method": "POST",
        "url": f"{DEVICES.removeprefix('/beta')}/{device_id('laptop-2')}/wipe",
        "headers": {"Content-Type": "application/json", JUSTIFICATION: b64("In a batch")},
        "body": {"keepUserData": True},
    }
    read = {"id": "read", "method": "GET", "url": "/me", "dependsOn": ["hold"]}
    answer = ok(alice.post("/beta/$batch", json={"requests": [wipe, read]}))
    found = {response["id"]: response for response in answer.json["responses"]}
    assert (found["hold"]["status"], found["read"]["status"]) == (412, 424)
    assert alice.status(found["hold"]["headers"][CODE]) == "needsApproval"


@pytest.mark.parametrize(
    "method, target, body",
    [
        ("PATCH", f"{HEALTH}/", {"displayName": "x"}),
        ("PATCH", f"{SCRIPTS}/", {"displayName": "x"}),
        ("DELETE", f"{DEVICES}/", None),
        ("DELETE", f"{SCRIPTS}/", None),
        ("POST", f"{DEVICES}//wipe", {"keepUserData": True}),
        ("POST", f"{REQUESTS}//approve", {"justification": "x"}),
    ],
)
def test_a_script_with_an_empty_variable_touches_nothing(erin, method, target, body):
    """msgraph-sdk-dotnet 2922."""
    with erin.nothing_changes():
        options = {} if body is None else {"json": body}
        answer = erin.call(method, target, headers=justified(), **options)
        assert 400 <= answer.status < 500, answer


def test_a_retry_that_lost_its_body_is_told_so_and_one_that_lost_its_type_is_read_as_json(alice):
    """alcionai/corso 1778, msgraph-sdk-dotnet 435."""
    lost = alice.post(SCRIPTS, body=b"", headers=justified())
    assert lost.outcome == (400, "BadRequest")
    filed(alice.post(SCRIPTS, body=b'{"displayName":"Clean temp"}', type="", headers=justified()))


def test_a_qualified_action_is_held_and_a_form_is_refused(alice):
    """msgraph-sdk-java 796, graph-docs-contrib 3360."""
    target = f"{DEVICES}/{device_id('laptop-2')}/microsoft.graph.wipe"
    form = b"keepEnrollmentData=true&keepUserData=true"
    refused = alice.post(target, body=form, type="application/x-www-form-urlencoded", headers=justified())
    assert refused.outcome == (415, "UnsupportedMediaType")
    body = {"keepEnrollmentData": True, "keepUserData": True, "macOsUnlockCode": ""}
    filed(alice.post(target, json=body, headers=justified()))


def test_one_assignment_is_taken_off_an_app_and_the_rest_stays(alice, bob):
    """A script that takes groups off apps under Multi Admin Approval."""

    def assignment(group: str) -> dict:
        target = {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": demo_id(f"groups/{group}")}
        return {"intent": "required", "target": target}

    def assign(rows: list[dict]) -> None:
        body = {"mobileAppAssignments": rows}
        code = filed(alice.post(f"{APP}/assign", json=body, headers=justified("Group retired")))
        ok(bob.approve(code))
        done = alice.post(f"{APP}/assign", json=body, headers=coded(code))
        assert done.status in (200, 204), done

    assign([assignment("employees"), assignment("finance-readers")])
    shown = ok(alice.get(f"{APP}?$expand=assignments")).json["assignments"]
    assert len(shown) == 2
    kept = [row for row in shown if row["target"]["groupId"] == demo_id("groups/employees")]
    stripped = [{name: value for name, value in row.items() if name != "id"} for row in kept]
    assign([{"@odata.type": "#microsoft.graph.mobileAppAssignment"} | row for row in stripped])
    (left,) = ok(alice.get(f"{APP}?$expand=assignments")).json["assignments"]
    assert left["target"]["groupId"] == demo_id("groups/employees") and left["intent"] == "required"


def test_a_read_only_report_has_everything_in_every_state(graph, alice, bob, carol):
    """A reporter with a managed identity, and its article: `Upn`, the shown payload, approver and both dates."""
    codes = {state: alice.file_script(f"Script {state}") for state in ("needsApproval", "approved", "rejected", "cancelled")}
    ok(carol.approve(codes["approved"]))
    ok(carol.reject(codes["rejected"]))
    ok(alice.cancel_my_request(codes["cancelled"]))
    automation = graph.as_app()
    codes["application"] = filed(automation.create_script("By a pipeline", headers=justified("Nightly")))
    report = graph.as_app(roles="DeviceManagementConfiguration.Read.All")
    rows = {row["id"]: row for page in report.pages(f"{REQUESTS}?$top=3") for row in page.value}
    assert set(rows) == {WELCOME, *codes.values()}
    for state in ("needsApproval", "approved", "rejected", "cancelled"):
        row = rows[codes[state]]
        assert row["status"] == state
        assert row["requestor"]["user"]["Upn"] == "alice@demo.example"
        assert instant(row["expirationDateTime"]) == instant(row["requestDateTime"]) + LIFETIME
        assert bool(row["approver"]) == (state in ("approved", "rejected")), row
    assert rows[codes["approved"]]["approver"]["user"]["id"] == user_id("carol")
    assert rows[codes["application"]]["requestor"]["application"]["displayName"]
    assert report.approve(codes["needsApproval"]).status == 403


def test_a_runbooks_questions_about_a_stuck_request_have_answers(graph, alice, erin):
    """A troubleshooting runbook: the row by `requestId`, a second filing while one waits, a stale one."""
    code = alice.file_wipe()
    (row,) = ok(alice.filter(f"requestId eq '{code}'")).value
    assert (row["id"], row["status"]) == (code, "needsApproval")
    assert erin.wipe(headers=justified()).outcome == (409, "Conflict")
    graph.advance("P3D")
    (row,) = ok(alice.filter(f"requestId eq '{code}'")).value
    assert row["status"] == "expired"


def test_a_member_that_is_patched_to_null_is_null_afterwards(alice, bob):
    """msgraph-sdk-python 262, msgraph-sdk-dotnet 2298, msgraph-sdk-go 643."""

    def patch(body: dict) -> dict:
        code = filed(alice.patch(f"{SCRIPTS}/{SPOOLER}", json=body, headers=justified("Tidy")))
        ok(bob.approve(code))
        ok(alice.patch(f"{SCRIPTS}/{SPOOLER}", json=body, headers=coded(code)))
        return ok(alice.get(f"{SCRIPTS}/{SPOOLER}")).json

    assert patch({"description": "Nightly"})["description"] == "Nightly"
    found = patch({"description": None})
    assert found["description"] is None and found["displayName"]


def test_a_global_reader_lists_policies_with_four_columns(graph):
    """maester PR 1327."""
    roles = [{"principalId": user_id("dave"), "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"}]
    ok(graph.post(SEED, json={"roleAssignments": roles}))
    rows = ok(graph.as_("dave").get(f"{POLICIES}?$select=id,displayName,policyType,approverGroupIds")).value
    assert rows and all(row["id"] and row["displayName"] and row["approverGroupIds"] for row in rows)


def test_a_completion_that_met_a_503_is_repeated_and_runs_once(graph, alice, carol):
    """A client's retry middleware, after the 503 that the emulator answers once."""
    code = alice.file_script()
    ok(carol.approve(code))
    ok(graph.post("/countersign/emulator/faults", json={"path": SCRIPTS, "method": "POST", "status": 503, "count": 1}))
    first, second, third = (alice.create_script(headers=coded(code)) for _ in range(3))
    assert (first.status, second.status, third.status) == (503, 201, 409), third
    assert len(ok(alice.get(f"{SCRIPTS}?$filter=displayName%20eq%20'Clean%20temp'")).value) == 1


# Transports


def fields(alice: Graph, *more: bytes) -> list[bytes]:
    justification = f"{JUSTIFICATION}: {b64('By hand')}".encode()
    return [f"POST {SCRIPTS} HTTP/1.1".encode(), *signed(alice, "alice"), justification, *more]


def test_a_body_that_waits_to_be_asked_for_is_held(alice):
    """Windows PowerShell 5.1 sends `Expect: 100-continue`."""
    body = b'{"displayName":"Expected"}'
    length = f"Content-Length: {len(body)}".encode()
    lines = fields(alice, b"Content-Type: application/json", b"Expect: 100-continue", length)
    alice.server.is_fresh = False
    with socket.create_connection((alice.server.host, alice.server.port), timeout=30) as connection:
        connection.sendall(head(alice, lines))
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        filed(received(connection))


def test_a_body_in_chunks_is_held(alice):
    """.NET's transport, where it doesn't know the length."""
    lines = fields(alice, b"Content-Type: application/json", b"Transfer-Encoding: chunked")
    chunks = b'F\r\n{"displayName":\r\nA\r\n"Chunked"}\r\n0\r\n\r\n'
    code = filed(raw(alice, lines, chunks))
    assert alice.request(code)["payloadName"] == "Chunked"


def test_a_body_that_was_filed_compressed_completes_plain(alice, bob):
    """Go's SDK compresses every body and repeats it plain after a 415."""
    body = json.dumps({"displayName": "Compressed", "scriptContent": "eA=="}).encode()
    packed = gzip.compress(body, mtime=0)
    code = filed(alice.post(SCRIPTS, body=packed, headers=justified() | {"Content-Encoding": "gzip"}))
    ok(bob.approve(code))
    created = alice.post(SCRIPTS, body=body, headers=coded(code))
    assert created.status == 201 and created.json["displayName"] == "Compressed"
