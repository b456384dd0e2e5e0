"""The flows of published clients of Intune's Multi Admin Approval, as they do it (CIPP-API, Intune-MAA and others):
file and poll and complete, approve everything that waits, cancel and file again."""

import base64
import json
import re
from urllib.parse import quote

import pytest

from support.demo import CODE, JUSTIFICATION, REQUESTS, SCRIPTS, SPOOLER, demo_id, device_id
from support.graph import Answer, Graph, ok


class Client:
    """What the tools have in common: justification always sent, the code found in header or message."""

    PATTERN = re.compile(r"""x-msft-approval-code["':\\\s]*([0-9a-fA-F-]{36})""")

    def __init__(self, graph: Graph):
        self.graph = graph

    def write(self, method: str, path: str, body: dict | None, code: str | None = None) -> tuple[Answer, str | None]:
        text = base64.b64encode(b"Change 4711").decode()
        headers = {CODE: code} if code else {JUSTIFICATION: text}
        options = {} if body is None else {"json": body}
        answer = self.graph.call(method, path, headers=headers, **options)
        if answer.status == 412 or "Approval Required" in (answer.message if answer.status >= 400 else ""):
            found = answer.headers.get(CODE) or self.PATTERN.search(answer.message)[1]
            return answer, found
        return answer, None

    def poll(self, code: str) -> str:
        """By the property that the documentation names and the entity hasn't."""
        rows = ok(self.graph.get(f"{REQUESTS}?$filter={quote(f'requestId eq {chr(39)}{code}{chr(39)}')}")).value
        return rows[0]["status"] if rows else "gone"

    def waiting(self) -> list[dict]:
        """Every page, the newest first, filtered here as some tools do."""
        rows: list[dict] = []
        target = f"{REQUESTS}?$top=2"
        while target:
            page = ok(self.graph.get(target)).json
            rows += page["value"]
            target = page.get("@odata.nextLink", "").removeprefix(self.graph.server.url)
        return [row for row in rows if row["status"] == "needsApproval"]


TARGETS = {
    "ManagedDevice": "deviceManagement/managedDevices",
    "DeviceManagementScript": "deviceManagement/deviceManagementScripts",
    "MobileApp": "deviceAppManagement/mobileApps",
}


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", SCRIPTS, {"displayName": "Deployed", "scriptContent": "eA=="}),
        ("PATCH", f"{SCRIPTS}/{SPOOLER}", {"description": "Deployed"}),
        ("DELETE", f"{SCRIPTS}/{SPOOLER}", None),
        ("POST", f"/beta/deviceManagement/managedDevices/{device_id('laptop-2')}/wipe", {"keepUserData": False}),
        ("POST", "/v1.0/deviceAppManagement/mobileApps", {"@odata.type": "#microsoft.graph.webApp", "displayName": "W"}),
        (
            "POST",
            f"/v1.0/deviceAppManagement/mobileApps/{demo_id('mobileApps/line-of-business')}/assign",
            {"mobileAppAssignments": [{"intent": "required"}]},
        ),
    ],
)
def test_a_deployment_files_polls_and_completes(alice, bob, method, path, body):
    client = Client(alice)
    answer, code = client.write(method, path, body)
    assert code, answer
    assert client.poll(code) == "needsApproval"
    still, same = client.write(method, path, body, code)
    assert (still.status, same) == (412, code)
    ok(bob.approve(code))
    assert client.poll(code) == "approved"
    done, _ = client.write(method, path, body, code)
    assert done.status in (200, 201, 204), done
    assert client.poll(code) == "completed"


def test_a_tool_approves_everything_that_waits_for_it(graph, alice, bob, carol):
    mine = [alice.file_script(f"Script {number}") for number in range(4)]
    approver = Client(carol)
    seen = approver.waiting()
    assert {row["id"] for row in seen} >= set(mine)
    for row in seen:
        assert row["payloadType"].split(".")[-1] in TARGETS, "tools take the part after the last dot"
        assert row["payloadName"] and row["requestor"]["user"]["Upn"]
        answer = carol.approve(row["id"], justification="Approved by script", approvalSource="AdminConsole")
        assert answer.status == 200 and answer.value
    assert approver.waiting() == []


def test_a_pending_change_is_completed_from_what_the_request_shows(alice, bob):
    """Tools rebuild the call from payload, patchPayload, actionParameters and the payload's type."""
    script = {"@odata.type": "#microsoft.graph.deviceManagementScript", "displayName": "From payload", "runAs32Bit": True}
    codes = [
        Client(alice).write("POST", SCRIPTS, script)[1],
        Client(alice).write("PATCH", f"{SCRIPTS}/{SPOOLER}", {"@odata.type": script["@odata.type"], "description": "x"})[1],
        Client(alice).write(
            "POST", f"/beta/deviceManagement/managedDevices/{device_id('laptop-3')}/wipe", {"keepUserData": True}
        )[1],
    ]
    for code in codes:
        ok(bob.approve(code))
        row = alice.request(code)
        base = f"/beta/{TARGETS[row['payloadType'].split('.')[-1]]}"
        match row["payloadOperation"]:
            case "Create":
                done = alice.post(base, body=row["payload"].encode(), headers={CODE: code})
            case "Update":
                assert "microsoft.management.services.api" in row["patchPayload"].lower()
                done = alice.patch(f"{base}/{row['payloadId']}", body=row["patchPayload"].encode(), headers={CODE: code})
            case "Action":
                body = row["actionParameters"].encode()
                target = f"{base}/{row['payloadId']}/{row['actionName']}"
                done = alice.post(target, body=body, headers={CODE: code})
        assert done.status in (200, 201, 204), done


def test_a_stuck_request_is_cancelled_and_filed_again(alice, bob):
    client = Client(alice)
    target = f"{SCRIPTS}/{SPOOLER}"
    _, first = client.write("PATCH", target, {"description": "wrong"})
    ok(bob.approve(first))
    blocked, code = client.write("PATCH", target, {"description": "right"})
    assert blocked.status == 409 and code is None
    assert "An active Approval Request already exists for this entity" in blocked.message
    assert client.write("PATCH", target, {"description": "right"}, first)[0].status == 403, "one field changed"
    assert alice.cancel_my_request(first).status == 204
    _, second = client.write("PATCH", target, {"description": "right"})
    assert second != first
    ok(bob.approve(second))
    assert client.write("PATCH", target, {"description": "right"}, second)[0].json["description"] == "right"


def test_a_write_that_nothing_guards_ignores_the_justification_that_tools_always_send(alice):
    answer, code = Client(alice).write("POST", "/beta/deviceManagement/deviceCategories", {"displayName": "Kiosk"})
    assert (answer.status, code) == (201, None)


def test_an_alert_lists_who_waits_for_what(alice):
    code = alice.file_script("Watched")
    row = next(row for row in Client(alice.as_("frank")).waiting() if row["id"] == code)
    line = f"{row['requestor']['user']['displayName']} wants {row['payloadOperation']} {row['payloadName']}"
    assert line == "Alice wants Create Watched"
    assert json.loads(row["payload"])["displayName"] == "Watched"
