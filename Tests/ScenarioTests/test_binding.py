"""What an approval code covers: exactly the call that was approved; what runs is the stored body (rule R14)."""

import uuid

import pytest

from support.demo import CODE, DEVICES, JUSTIFICATION, LOGS, SCRIPTS, SPOOLER, WELCOME, b64, coded, device_id, justified
from support.graph import Answer, Graph, filed, ok

SCRIPT = f"{SCRIPTS}/{SPOOLER}"
BODY = (
    '{"displayName":"Restart","retries":1.0,"limit":100,"description":"caf\u00e9","path":"a/b",'
    '"nested":{"a":[1,2],"b":null}}'
)


def approved(graph: Graph, body: str = BODY, target: str = SCRIPT, type: str = "application/json") -> str:
    code = filed(graph.as_("alice").patch(target, body=body.encode(), type=type, headers=justified()))
    ok(graph.as_("carol").approve(code))
    return code


def complete(graph: Graph, code: str, body: str = BODY, target: str = SCRIPT, type: str = "application/json") -> Answer:
    return graph.as_("alice").patch(target, body=body.encode(), type=type, headers=coded(code))


@pytest.mark.parametrize(
    "body",
    [
        '{"nested":{"b":null,"a":[1,2]},"path":"a/b","description":"caf\u00e9","limit":100,"retries":1.0,'
        '"displayName":"Restart"}',
        BODY.replace(":", " :\r\n\t ").replace(",", " , "),
        "\ufeff" + BODY,
        BODY.replace("1.0", "1"),
        BODY.replace("1.0", "10e-1").replace("100", "1E2"),
        BODY.replace("caf\u00e9", "caf\\u00e9").replace("a/b", "a\\/b").replace('"path"', '"p\\u0061th"'),
    ],
    ids=["order of members", "white space", "byte order mark", "1 for 1.0", "exponents", "escapes"],
)
def test_the_same_body_in_another_spelling_completes(graph, body):
    code = approved(graph)
    assert complete(graph, code, body).status == 200
    assert graph.as_("alice").status(code) == "completed"


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace("Restart", "restart"),
        BODY.replace("1.0", "1.1"),
        BODY.replace("1.0", '"1.0"'),
        BODY.replace("1.0", "1.0000000000000001"),
        BODY.replace("[1,2]", "[2,1]"),
        BODY.replace(',"b":null', ""),
        BODY.replace('"limit":100', '"limit":100,"assignments":null'),
        BODY.replace('"description"', '"Description"'),
        BODY.replace("caf\u00e9", "cafe\u0301"),
    ],
    ids=[
        "changed text",
        "changed number",
        "number as text",
        "number beside it",
        "order of elements",
        "null left out",
        "null added",
        "case of a name",
        "other normal form",
    ],
)
def test_another_body_is_403_and_the_request_stays_approved(graph, body):
    code = approved(graph)
    with graph.nothing_changes(log=False):
        assert complete(graph, code, body).outcome == (403, "Forbidden")
    assert graph.as_("alice").status(code) == "approved"
    assert complete(graph, code).status == 200


def test_what_runs_is_the_stored_body_and_not_the_resent_one(graph, alice):
    code = approved(graph)
    resent = BODY.replace("1.0", "1").replace("100", "1e2")
    assert complete(graph, code, resent).status == 200
    stored = ok(alice.get(SCRIPT)).text
    assert '"retries":1.0' in stored and '"limit":100' in stored, "numbers are spelled as they were approved"


def test_the_stored_payload_with_the_services_own_type_names_completes_too(graph):
    body = '{"@odata.type":"#microsoft.graph.deviceManagementScript","displayName":"Restart"}'
    code = approved(graph, body)
    assert complete(graph, code, body.replace("microsoft.graph.", "microsoft.management.services.api.")).status == 200


def number_in_a_body(alice: Graph, number: str) -> Answer:
    body = b'{"displayName":"x","deep":[{"n":%s}]}' % number.encode()
    return alice.patch(SCRIPT, body=body, headers=justified())


@pytest.mark.parametrize("number", ["9007199254740993", "-9007199254740993", "123456789012345678901234567890"])
def test_whole_numbers_that_not_every_reader_reads_alike_are_refused_at_filing(alice, number):
    with alice.nothing_changes():
        answer = number_in_a_body(alice, number)
    assert answer.outcome == (400, "BadRequest")
    assert "deep" in answer.message and "2^53" in answer.message


@pytest.mark.parametrize("number", ["9007199254740991", "-9007199254740991", "0.1", "1e-300", "-0"])
def test_other_numbers_are_filed(alice, number):
    assert filed(number_in_a_body(alice, number))


@pytest.mark.parametrize(
    "body, name",
    [
        ('{"displayName":"a","displayName":"b"}', "displayName"),
        ('{"displayName":"a","DisplayName":"b"}', "DisplayName"),
        ('{"displayName":"a","display\\u004eame":"b"}', "displayName"),
        ('{"displayName":"a","nested":{"x":1,"x":1}}', "x"),
    ],
)
def test_duplicate_members_are_400_at_filing_and_at_completion(graph, alice, body, name):
    code = approved(graph)
    with alice.nothing_changes():
        filing = alice.patch(f"{SCRIPTS}/{LOGS}", body=body.encode(), headers=justified())
        completing = complete(graph, code, body)
    for answer in (filing, completing):
        assert answer.outcome == (400, "BadRequest")
        assert name in answer.message


def test_the_query_is_bound(graph, alice):
    code = approved(graph, target=SCRIPT + "?dryRun=true&x=1")
    for query in ("", "?dryRun=false&x=1", "?x=1&dryRun=true", "?dryRun=true&x=1&y=2"):
        assert complete(graph, code, target=SCRIPT + query).outcome == (403, "Forbidden"), query
        assert alice.status(code) == "approved"
    assert complete(graph, code, target=SCRIPT + "?dryRun=true&x=1").status == 200


def test_the_content_type_is_bound_with_its_charset(graph, alice):
    code = approved(graph, type="application/json")
    assert complete(graph, code, type="application/json; charset=iso-8859-1").status in (403, 415)
    assert alice.status(code) == "approved"
    assert complete(graph, code, type="Application/JSON; charset=UTF-8").status == 200, (
        "UTF-8 is meant where none is told"
    )


def test_the_version_of_the_api_is_bound_and_the_spelling_of_the_path_is_not(graph, alice, carol):
    id = device_id("laptop-2")
    code = alice.file_wipe()
    ok(carol.approve(code))
    other = alice.post(
        f"/v1.0/deviceManagement/managedDevices/{id}/wipe", json={"keepUserData": True}, headers=coded(code)
    )
    assert other.outcome == (403, "Forbidden")
    assert alice.status(code) == "approved"
    same = alice.post(
        f"{DEVICES}('{id.upper()}')/microsoft.graph.Wipe", json={"keepUserData": True}, headers=coded(code)
    )
    assert same.status == 204


def test_a_body_and_no_body_are_two_calls(graph, alice, carol):
    code = filed(alice.wipe(json={}, headers=justified()))
    ok(carol.approve(code))
    target = f"{DEVICES}/{device_id('laptop-2')}/wipe"
    assert alice.post(target, headers=coded(code)).outcome == (403, "Forbidden")
    assert alice.wipe(json={}, headers=coded(code)).status == 204


def test_a_code_covers_one_entity_one_operation_and_one_person(graph, alice, bob, carol, erin):
    code = alice.file_wipe()
    ok(carol.approve(code))
    with graph.nothing_changes(log=False):
        others = [
            alice.wipe("laptop-3", headers=coded(code)),
            alice.patch(SCRIPT, json={"keepUserData": True, "displayName": "x"}, headers=coded(code)),
            alice.create_script(headers=coded(code)),
            bob.complete_wipe(code),
            erin.complete_wipe(code),
            alice.as_app().complete_wipe(code),
        ]
    assert [answer.outcome for answer in others] == [(403, "Forbidden")] * 6
    assert alice.complete_wipe(code).status == 204


def test_an_unknown_code_and_another_persons_code_are_one_and_the_same_403(alice, erin, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    answers = [
        erin.complete_wipe(code),
        erin.complete_wipe(str(uuid.uuid4())),
        erin.complete_wipe(WELCOME),
        erin.wipe("laptop-3", headers=coded(code)),
    ]
    assert {answer.outcome for answer in answers} == {(403, "Forbidden")}
    assert len({answer.message for answer in answers}) == 1


def test_a_code_is_a_raw_guid_in_either_case(alice, carol):
    code = alice.file_wipe()
    ok(carol.approve(code))
    for wrong in (b64(code), code.replace("-", ""), f"{{{code}}}", code[:-1], f"urn:uuid:{code}", "x"):
        answer = alice.complete_wipe(wrong)
        assert answer.outcome == (400, "BadRequest"), wrong
        assert "Invalid approval header format, expected GUID format" in answer.message
    assert alice.status(code) == "approved"
    assert alice.complete_wipe(code.upper()).status == 204


@pytest.mark.parametrize("justification", [b64("once more"), "plain text, not base64", b64("x" * 2000)])
def test_where_both_headers_are_sent_the_code_wins(alice, carol, justification):
    code = alice.file_wipe()
    both = {CODE: code, JUSTIFICATION: justification}
    waiting = alice.wipe(headers=both)
    assert (waiting.status, waiting.headers[CODE]) == (412, code)
    ok(carol.approve(code))
    assert alice.wipe(headers=both).status == 204


def test_a_member_in_another_case_replaces_the_one_that_is_there(graph):
    for body in ('{"displayName":"Restart","notes":"a"}', '{"Notes":"b","DISPLAYNAME":"Again"}'):
        assert complete(graph, approved(graph, body), body).status == 200
    script = ok(graph.as_("alice").get(SCRIPT)).json
    assert (script["displayName"], script["notes"]) == ("Again", "b")
    assert not {"Notes", "DISPLAYNAME"} & script.keys()
    assert ok(graph.as_("alice").get(f"{SCRIPT}?$select=notes")).json["notes"] == "b"
