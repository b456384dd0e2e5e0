"""A protected write asks for a justification, files a request and runs nothing
(Intune: "Use Multi Admin Approval with the Microsoft Graph API")."""

import json
import re

import pytest

from support.demo import (
    CODE,
    DEVICES,
    JUSTIFICATION,
    LIFETIME,
    REQUESTS,
    SCRIPTS,
    SPOOLER,
    WELCOME,
    b64,
    coded,
    device_id,
    instant,
    justified,
    user_id,
)
from support.graph import GUID, filed, ok, without_annotations
from support.together import together

REQUIRED = f"Header '{JUSTIFICATION}' is required to request approval"
NOT_BASE64 = f"'{JUSTIFICATION}' must be a valid base64 encoded string."
TOO_LONG = f"Decoded content of '{JUSTIFICATION}' header must be no greater than 1024 characters"
ACTIVE = "An active Approval Request already exists for this entity"


@pytest.mark.parametrize(
    "headers, message",
    [
        ({}, REQUIRED),
        ({JUSTIFICATION: ""}, REQUIRED),
        ({JUSTIFICATION: "   "}, REQUIRED),
        ({JUSTIFICATION: b64("  \t\n")}, REQUIRED),
        ({JUSTIFICATION: "I must wipe"}, NOT_BASE64),
        ({JUSTIFICATION: "SQ"}, NOT_BASE64),
        ({JUSTIFICATION: "S!=="}, NOT_BASE64),
        ({JUSTIFICATION: b64(b"\xff\xfe\x00")}, NOT_BASE64),
        ({JUSTIFICATION: b64("x" * 1025)}, TOO_LONG),
        ({JUSTIFICATION: b64("é" * 1025)}, TOO_LONG),
    ],
    ids=[
        "missing",
        "empty",
        "blanks",
        "base64 of blanks",
        "plain text",
        "no padding",
        "foreign character",
        "not UTF-8",
        "1025 characters",
        "1025 characters of two bytes",
    ],
)
@pytest.mark.parametrize("write", ["wipe", "create"])
def test_without_a_usable_justification_a_protected_write_is_400_and_nothing_is_filed(alice, headers, message, write):
    with alice.nothing_changes():
        answer = alice.wipe(headers=headers) if write == "wipe" else alice.create_script(headers=headers)
    assert answer.outcome == (400, "BadRequest")
    if message == NOT_BASE64:
        assert answer.message.startswith(message)
    else:
        assert answer.message == message
    assert CODE not in answer.headers


@pytest.mark.parametrize("text", ["x", "x" * 1024, "é" * 1024, "Zeile 1\nZeile 2 – 終わり"])
def test_a_justification_of_up_to_1024_characters_is_stored_as_it_was_meant(alice, text):
    code = alice.file_wipe(justification=text)
    assert alice.request(code)["requestJustification"] == text


def test_the_412_has_the_code_in_header_and_message_for_every_client_that_looks_for_it(alice):
    answer = alice.wipe(headers=justified())
    assert (answer.status, answer.reason) == (412, "Precondition Failed")
    code = answer.headers[CODE]
    assert GUID.fullmatch(code), "lower-case GUID"
    assert answer.message == (
        "Approval Required. Request Approval using the request ID returned as part of the x-msft-approval-code response "
        f"header. x-msft-approval-code: {code}"
    )
    # The patterns of published clients, on the raw body.
    for pattern in (
        r'\\?"x-msft-approval-code\\?"\s*:\s*\\?"([0-9a-fA-F-]{36})',
        r"x-msft-approval-code[\"':\\\s]*([0-9a-fA-F-]{36})",
        r"x-msft-approval-code[:\s\\\"]+([a-f0-9-]+)",
    ):
        found = [text for text in re.findall(pattern, answer.text) if len(text) == 36]
        assert set(found) == {code}, pattern
    assert "Approval Required" in answer.text


def test_filing_leaves_the_target_alone_and_the_request_says_all_about_it(graph, alice):
    before = ok(alice.get(f"{DEVICES}/{device_id('laptop-2')}")).json
    code = alice.file_wipe()
    assert ok(alice.get(f"{DEVICES}/{device_id('laptop-2')}")).json == before
    request = alice.request(code)
    assert request["id"] == code
    assert request["status"] == "needsApproval"
    user = request["requestor"]["user"]
    assert (user["id"], user["displayName"], user["Upn"]) == (user_id("alice"), "Alice", "alice@demo.example")
    assert request["approver"] is None and request["approvalJustification"] is None
    assert request["requiredOperationApprovalPolicyTypes"] == ["deviceWipe"]
    assert instant(request["expirationDateTime"]) - instant(request["requestDateTime"]) == LIFETIME
    assert request["lastModifiedDateTime"] == request["requestDateTime"]
    assert request["payloadId"] == device_id("laptop-2")
    assert request["payloadName"] == "laptop-2"
    assert request["payloadType"].rpartition(".")[2] == "ManagedDevice"
    assert (request["payloadOperation"], request["actionName"]) == ("Action", "wipe")
    assert json.loads(request["actionParameters"]) == {"keepUserData": True}
    assert [device["deviceId"] for device in json.loads(request["displayPayload"])] == [device_id("laptop-2")]


def test_the_welcome_request_is_as_documented(alice):
    request = without_annotations(alice.request(WELCOME))
    assert request["requestor"]["user"]["id"] == user_id("alice")
    assert request["requestJustification"] == "Device returned for repair"
    assert request["status"] == "needsApproval"
    assert request["payloadId"] == device_id("laptop-1")
    assert json.loads(request["actionParameters"]) == {"keepUserData": True}
    assert request["requiredOperationApprovalPolicyTypes"] == ["deviceWipe"]
    assert instant(request["expirationDateTime"]) - instant(request["requestDateTime"]) == LIFETIME
    assert ok(alice.get(REQUESTS)).ids == [WELCOME], "and it is the only one"


def test_a_script_request_carries_what_clients_show(alice):
    code = filed(
        alice.patch(
            f"{SCRIPTS}/{SPOOLER}",
            headers=justified(),
            json={"@odata.type": "#microsoft.graph.deviceManagementScript", "displayName": "Restart it"},
        )
    )
    request = alice.request(code)
    assert request["requiredOperationApprovalPolicyTypes"] == ["script"]
    assert (request["payloadOperation"], request["payloadId"]) == ("Update", SPOOLER)
    assert request["payloadType"].rpartition(".")[2] == "DeviceManagementScript"
    patch = json.loads(request["patchPayload"])
    assert patch["displayName"] == "Restart it"
    assert patch["@odata.type"] == "#microsoft.management.services.api.deviceManagementScript"


def test_an_entity_with_an_active_request_is_locked_for_everybody(alice, erin, carol):
    code = alice.file_wipe()
    for state in ("needsApproval", "approved"):
        assert alice.status(code) == state
        before = alice.request(code)
        for person in (alice, erin):
            answer = person.wipe(headers=justified("Me too"))
            assert answer.outcome == (409, "Conflict"), person
            assert ACTIVE in answer.message
            assert CODE not in answer.headers
        assert alice.request(code) == before
        if state == "needsApproval":
            ok(carol.approve(code))
    assert filed(alice.wipe("laptop-3", headers=justified())) != code, "another entity is free"


def test_creates_lock_nothing(alice):
    first, second = alice.file_script("Same name"), alice.file_script("Same name")
    assert first != second
    assert alice.status(first) == alice.status(second) == "needsApproval"


@pytest.mark.unordered
def test_of_parallel_filings_on_one_entity_exactly_one_is_filed(alice, erin):
    answers = together(*[lambda person=person: person.wipe(headers=justified()) for person in [alice, erin] * 6])
    assert sorted(answer.status for answer in answers) == [409] * 11 + [412]
    assert len(alice.get(REQUESTS).value) == 2, "the welcome request and one more"


@pytest.mark.parametrize("version", ["beta", "v1.0"])
@pytest.mark.parametrize(
    "path",
    [
        "/deviceManagement/managedDevices/{id}/wipe",
        "/deviceManagement/managedDevices('{id}')/wipe",
        "/deviceManagement/managedDevices/{id}/microsoft.graph.wipe",
        "/DEVICEMANAGEMENT/manageddevices/{id}/WIPE/",
        "//deviceManagement//managedDevices//{id}//wipe",
        "/%64eviceManagement/managedDevices/{ID}/wipe",
    ],
)
def test_a_protected_write_is_protected_in_every_version_and_spelling(alice, version, path):
    id = device_id("laptop-3")
    target = f"/{version}" + path.replace("{id}", id).replace("{ID}", id.upper())
    before = alice.get(f"{DEVICES}/{id}").json
    assert alice.post(target, json={}).message == REQUIRED
    code = filed(alice.post(target, json={}, headers=justified()))
    assert alice.request(code)["payloadId"] == id
    assert alice.get(f"{DEVICES}/{id}").json == before


def test_the_call_itself_is_checked_before_anything_is_filed(alice):
    with alice.nothing_changes():
        missing = alice.post(f"{DEVICES}/{user_id('alice')}/wipe", json={}, headers=justified())
        nameless = alice.post(SCRIPTS, json={"description": "no name"}, headers=justified())
        blank = alice.post(SCRIPTS, json={"displayName": "  "}, headers=justified())
        wrong = alice.patch(f"{SCRIPTS}/{SPOOLER}", json={"displayName": 5}, headers=justified())
    assert missing.status == 404
    for answer in (nameless, blank, wrong):
        assert answer.outcome == (400, "BadRequest")
        assert "displayName" in answer.message


def test_reads_are_never_gated(alice):
    assert ok(alice.get(SCRIPTS, headers=justified())).status == 200
    assert ok(alice.get(f"{DEVICES}/{device_id('laptop-1')}", headers=coded(WELCOME))).status == 200
    assert alice.status(WELCOME) == "needsApproval"
