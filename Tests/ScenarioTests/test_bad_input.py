"""Malformed, oversized and hostile input: a clear refusal and nothing changed (rules R16, R17)."""

import gzip
import http.client
import json
import zlib

import pytest

from support.demo import CODE, JUSTIFICATION, REQUESTS, SCRIPTS, SPOOLER, WELCOME, b64, justified
from support.graph import filed, ok
from support.raw import raw, signed

# What is tested here never reaches an engine.
ENGINES = ["sqlite"]

APPROVE = f"{REQUESTS}/{WELCOME}/approve"
MEBIBYTE = 1 << 20


@pytest.fixture
def unchanged(graph):
    """Wraps a test in which every call is malformed."""
    with graph.nothing_changes():
        yield graph


DECISIONS = [
    (b"", 400, "Empty Payload. JSON content expected."),
    (b"   \n", 400, "Empty Payload. JSON content expected."),
    (b"\xef\xbb\xbf", 400, "Empty Payload"),
    (b"[]", 400, "object"),
    (b"null", 400, "object"),
    (b'"approve"', 400, "object"),
    (b"5", 400, "object"),
    (b"{", 400, "JSON"),
    (b"{} x", 400, "JSON"),
    (b"{'justification':'x'}", 400, "JSON"),
    (b'{"justification":}', 400, "JSON"),
    (b'{"justification":"x",}', 400, "JSON"),
    (b'{"justification":NaN}', 400, "JSON"),
    (b'{"justification":01}', 400, "JSON"),
    (b'{"justification":"a\nb"}', 400, "control character"),
    (b"justification=x", 400, "JSON"),
    (b'{"justification":"\xff\xfe"}', 400, "UTF-8"),
    (b'{"justification":"\xed\xa0\x80"}', 400, "UTF-8"),
    (b'\xef\xbb\xbf\xef\xbb\xbf{"justification":"x"}', 400, "JSON"),
    ('{"justification":"x"}'.encode("utf-16"), 400, ""),
    (b'{"justification":"\\ud800"}', 400, "surrogate"),
    (b'{"justification":"a\\u0000b"}', 400, "U+0000"),
    (b'{"justification":5}', 400, "justification"),
    (b'{"justification":true}', 400, "justification"),
    (b'{"justification":["x"]}', 400, "justification"),
    (b'{"justification":{"x":1}}', 400, "justification"),
    (b'{"justification":"' + b"x" * 1025 + b'"}', 400, "justification"),
    (b'{"approvalSource":"pigeon"}', 400, "approvalSource"),
    (b'{"approvalSource":1}', 400, "approvalSource"),
    (b'{"approvalSource":""}', 400, "approvalSource"),
    (b'{"approvalSource":["email"]}', 400, "approvalSource"),
    (b'{"approvalSource":"unknownFutureValue"}', 400, "approvalSource"),
    (b'{"justificatoin":"x"}', 400, "justificatoin"),
    (b'{"status":"approved"}', 400, "status"),
    (b'{"justification":"x","justification":"y"}', 400, "justification"),
    (b'{"justification":"x","Justification":"y"}', 400, "Justification"),
    (b'{"n":' + b"1" * 65 + b"}", 400, "64"),
    (b'{"n":1e99999}', 400, "exponent"),
    (b'{"x":' + b"[" * 65 + b"]" * 65 + b"}", 400, "64"),
    (b'{"a":' * 10000, 400, "64"),
    (b'{"x":[' + b"0," * 10000 + b"0]}", 400, "10000"),
    (b'{"x":"' + b"y" * (MEBIBYTE + 1) + b'"}', 400, "bytes"),
]


@pytest.mark.parametrize("body, status, named", DECISIONS, ids=[repr(row[0][:40]) for row in DECISIONS])
def test_a_malformed_decision_is_refused_and_the_field_named(unchanged, body, status, named):
    answer = unchanged.as_("bob").post(APPROVE, body=body)
    assert answer.outcome == (status, "BadRequest")
    assert named in answer.message.replace(",", "")


def test_one_byte_order_mark_annotations_and_nulls_are_forgiven(alice, carol):
    body = '\ufeff{"@odata.type":"#x","justification@odata.type":"#String","Justification":null,"approvalSource":null}'
    assert ok(carol.post(APPROVE, body=body.encode())).status == 200
    assert alice.request(WELCOME)["approvalJustification"] is None


@pytest.mark.parametrize("type", ["", "APPLICATION/JSON", 'application/json; charset="UTF-8"', "application/json;odata.metadata=full"])
def test_json_needs_no_content_type_and_forgives_its_spelling(graph, type):
    ok(graph.as_("bob").post(APPROVE, body=b"{}", type=type))


@pytest.mark.parametrize(
    "body, named",
    [
        ({}, "id"),
        ({"id": None}, "id"),
        ({"id": 5}, "id"),
        ({"id": "x"}, "id"),
        ({"id": [WELCOME]}, "id"),
        ({"id": WELCOME, "reason": "x"}, "reason"),
        ({"requestId": WELCOME}, "requestId"),
    ],
)
def test_cancel_my_request_needs_one_guid(unchanged, body, named):
    answer = unchanged.as_("alice").post(f"{REQUESTS}/cancelMyRequest", json=body)
    assert answer.outcome == (400, "BadRequest")
    assert named in answer.message


def test_cancel_my_request_with_an_unknown_id_is_404_and_with_the_id_in_the_path_400(unchanged):
    alice = unchanged.as_("alice")
    assert alice.cancel_my_request("00000000-0000-4000-8000-000000000000").outcome == (404, "ResourceNotFound")
    assert alice.post(f"{REQUESTS}/{WELCOME}/cancelMyRequest", json={}).outcome == (400, "BadRequest")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"displayName":"\xff"}',
        b'{"displayName":null}',
        b'{"displayName":["x"]}',
        b'{"displayName":""}',
        b'{"displayName":"x","b":' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)
def test_a_malformed_protected_write_files_nothing(unchanged, body):
    for call in (unchanged.as_("alice").post, lambda _, **o: unchanged.as_("alice").patch(f"{SCRIPTS}/{SPOOLER}", **o)):
        assert call(SCRIPTS, body=body, headers=justified()).outcome == (400, "BadRequest")


@pytest.mark.parametrize(
    "type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "json",
        "text/json",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_415(unchanged, type):
    for call in (
        unchanged.as_("bob").post(APPROVE, body=b"{}", type=type),
        unchanged.as_("alice").post(SCRIPTS, body=b'{"displayName":"x"}', type=type, headers=justified()),
    ):
        assert call.outcome == (415, "UnsupportedMediaType")
        assert "application/json" in call.message


@pytest.mark.parametrize(
    "type", ["application/json", "Application/JSON;charset=utf-8", "application/json ; odata.metadata=none"]
)
def test_json_is_accepted_with_parameters(carol, type):
    assert ok(carol.post(APPROVE, body=b"{}", type=type)).status == 200


# Sizes


def test_a_body_over_four_mebibytes_is_413(unchanged):
    body = json.dumps({"displayName": "x", "parts": ["y" * 500_000] * 9}).encode()
    assert len(body) > 4 * MEBIBYTE
    answer = unchanged.as_("alice").post(SCRIPTS, body=body, headers=justified())
    assert answer.outcome == (413, "RequestEntityTooLarge")


def test_a_body_of_unannounced_length_over_the_limit_is_413(unchanged):
    chunks = b"100000\r\n" + b" " * MEBIBYTE + b"\r\n"
    answer = raw(
        unchanged,
        [
            b"POST " + APPROVE.encode() + b" HTTP/1.1",
            *signed(unchanged, "bob"),
            b"Content-Type: application/json",
            b"Transfer-Encoding: chunked",
        ],
        chunks * 6 + b"0\r\n\r\n",
    )
    assert answer.outcome == (413, "RequestEntityTooLarge")


def test_a_large_body_is_filed_and_shown_whole(alice):
    parts = ["y" * 300_000] * 4
    code = filed(alice.post(SCRIPTS, json={"displayName": "Large", "parts": parts}, headers=justified()))
    assert json.loads(alice.request(code)["payload"])["parts"] == parts
    assert [row["payloadName"] for row in ok(alice.get(REQUESTS)).value] == ["Large", "laptop-1"]


def test_a_body_that_makes_a_change_over_the_storages_cap_is_refused_in_words(alice):
    body = {"displayName": "Larger", "parts": ["y" * 600_000] * 6}
    with alice.nothing_changes():
        answer = alice.post(SCRIPTS, json=body, headers=justified())
    assert answer.outcome == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize(
    "target", [f"{REQUESTS}/" + "a" * 17_000, f"{REQUESTS}?$filter=" + "x" * 17_000, "/beta/" + "a" * 60_000]
)
def test_a_url_over_sixteen_kibibytes_is_414(unchanged, target):
    assert unchanged.as_("alice").get(target).status == 414


def test_headers_over_thirty_two_kibibytes_are_431(unchanged):
    alice = unchanged.as_("alice")
    assert alice.get(REQUESTS, headers={"x-padding": "a" * 40_000}).status == 431
    assert alice.get(REQUESTS, headers=[(f"x-{number}", "a" * 300) for number in range(120)]).status == 431


# Compression


def compressed(data: bytes) -> bytes:
    """Without the time of day, so that equal tests send equal bytes."""
    return gzip.compress(data, mtime=0)


def test_a_compressed_body_is_read(alice, carol):
    body = compressed(b'{"justification":"compressed"}')
    assert ok(carol.post(APPROVE, body=body, headers={"Content-Encoding": "gzip"})).status == 200
    assert alice.request(WELCOME)["approvalJustification"] == "compressed"
    code = filed(
        alice.post(
            SCRIPTS, body=compressed(b'{"displayName":"Zipped"}'), headers=justified() | {"Content-Encoding": "GZIP"}
        )
    )
    assert alice.request(code)["payloadName"] == "Zipped"


@pytest.mark.parametrize(
    "plain",
    [b" " * (64 * MEBIBYTE), b'{"justification":"' + b"a" * (9 * MEBIBYTE) + b'"}'],
    ids=["64 MiB of blanks", "9 MiB of JSON"],
)
def test_a_compressed_body_that_unpacks_to_too_much_is_413(unchanged, plain):
    body = compressed(plain)
    assert len(body) < MEBIBYTE
    answer = unchanged.as_("bob").post(APPROVE, body=body, headers={"Content-Encoding": "gzip"})
    assert answer.outcome == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize(
    "body", [b"{}", b"\x1f\x8b\x08", compressed(b'{"justification":"x"}')[:-6], zlib.compress(b"{}")]
)
def test_a_broken_compressed_body_is_400(unchanged, body):
    answer = unchanged.as_("bob").post(APPROVE, body=body, headers={"Content-Encoding": "gzip"})
    assert answer.outcome == (400, "BadRequest")


@pytest.mark.parametrize("coding", ["br", "compress", "gzip, gzip", "zstd", "x"])
def test_another_content_coding_is_415_so_that_clients_send_it_plain(unchanged, coding):
    answer = unchanged.as_("bob").post(
        APPROVE, body=compressed(compressed(b"{}")), headers={"Content-Encoding": coding}
    )
    assert answer.outcome == (415, "UnsupportedMediaType")


# Headers


@pytest.mark.parametrize(
    "name, values",
    [
        ("Authorization", ["{token}", "{token}"]),
        ("Authorization", ["{token}", "Bearer x"]),
        ("Content-Type", ["application/json", "text/plain"]),
        ("Content-Encoding", ["gzip", "identity"]),
        ("If-Match", ["*", "*"]),
        (CODE, [WELCOME, WELCOME]),
        (JUSTIFICATION, [b64("a"), b64("b")]),
        ("Host", ["localhost", "evil.example"]),
        ("x-MSFT-approval-CODE", [WELCOME, "x"]),
    ],
)
def test_a_protocol_header_that_comes_twice_is_400(unchanged, name, values):
    alice = unchanged.as_("alice")
    fields = [(name, value.replace("{token}", f"Bearer {alice.token}")) for value in values]
    if name not in (CODE, JUSTIFICATION):
        fields += justified().items()
    answer = alice.post(SCRIPTS, body=b'{"displayName":"x"}', headers=fields)
    assert answer.outcome == (400, "BadRequest")


@pytest.mark.parametrize(
    "lines",
    [
        [b"GET /beta/me HTTP/1.1", b"Transfer-Encoding: chunked", b"Content-Length: 5"],
        [b"POST /beta/me HTTP/1.1", b"Content-Length: 5", b"Content-Length: 6"],
        [b"POST /beta/me HTTP/1.1", b"Content-Length: -1"],
        [b"POST /beta/me HTTP/1.1", b"Content-Length: five"],
        [b"POST /beta/me HTTP/1.1", b"Transfer-Encoding: xchunked"],
        [b"GET /beta/me HTTP/1.1", b"Bad Header: x"],
        [b"GET /beta/me HTTP/9.9"],
        [b"GET beta/me HTTP/1.1"],
        [b"G=T /beta/me HTTP/1.1"],
        [b"BREW /beta/me HTTP/1.1"],
        [b"nonsense"],
    ],
)
def test_what_is_no_http_is_answered_with_the_envelope_or_cut_off(unchanged, lines):
    try:
        answer = raw(unchanged, [lines[0], *signed(unchanged, "bob"), *lines[1:]])
    except (http.client.HTTPException, ConnectionResetError):
        return  # Closing without an answer is as good.
    assert 400 <= answer.status < 500 or answer.status in (501, 505), answer


def test_the_server_is_well_after_all_of_this(unchanged):
    assert ok(unchanged.get("/readyz")).status == 200
