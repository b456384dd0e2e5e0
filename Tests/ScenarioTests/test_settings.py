"""The switches of a deployment and of the emulator, and what clients find in each envelope."""

import datetime
import json
import re

import pytest

from support.demo import CODE, REQUESTS, coded, instant, justified
from support.graph import Graph, filed, ok
from support.server import Server

SETTINGS = "/countersign/emulator/settings"
DEFAULTS = {
    "approvalRequiredStatus": 412,
    "errorEnvelope": "plain",
    "requestLifetime": "P3D",
    "retention": "P30D",
    "appOnlyApproval": False,
    "decisionJustification": "optional",
}


def switch(graph: Graph, **switches) -> dict:
    return ok(graph.patch(SETTINGS, json={"multiAdminApproval": switches})).json["multiAdminApproval"]


def test_the_switches_have_documented_defaults_and_return_to_them_with_a_reset(graph):
    assert ok(graph.get(SETTINGS)).json == {"multiAdminApproval": DEFAULTS}
    assert switch(graph, retention="P1D", errorEnvelope="intune") == DEFAULTS | {
        "retention": "P1D",
        "errorEnvelope": "intune",
    }
    assert ok(graph.patch(SETTINGS, json={"retention": "P2D"})).json["multiAdminApproval"]["retention"] == "P2D"
    graph.reset()
    assert ok(graph.get(SETTINGS)).json == {"multiAdminApproval": DEFAULTS}


@pytest.mark.parametrize(
    "order",
    [
        {"bogus": 1},
        {"multiAdminApproval": 5},
        {"multiAdminApproval": {"bogus": 1}},
        {"retention": "P1D", "approvalRequiredStatus": 400},
        {"approvalRequiredStatus": "412"},
        {"errorEnvelope": "other"},
        {"requestLifetime": "soon"},
        {"requestLifetime": "-PT1H"},
        {"appOnlyApproval": "true"},
        {"decisionJustification": "never"},
        {"retention": "P1D", "multiAdminApproval": {"retention": "P2D"}},
    ],
    ids=str,
)
def test_a_switch_that_is_not_understood_changes_none(graph, order):
    answer = graph.patch(SETTINGS, json=order)
    assert answer.outcome == (400, "BadRequest")
    assert ok(graph.get(SETTINGS)).json == {"multiAdminApproval": DEFAULTS}


def test_with_the_status_403_a_held_write_says_approval_required(alice):
    """12."""
    switch(alice, approvalRequiredStatus=403)
    answer = alice.wipe(headers=justified())
    assert answer.outcome == (403, "ApprovalRequired")
    assert answer.headers[CODE] in answer.message
    again = alice.wipe(headers=coded(answer.headers[CODE]))
    assert again.outcome == (403, "ApprovalRequired"), "it still waits"
    assert again.headers[CODE] == answer.headers[CODE]


#: What published clients look for, in the message or in the raw body.
PATTERNS = [
    r'\\?"x-msft-approval-code\\?"\s*:\s*\\?"([0-9a-fA-F-]{36})',
    r"""x-msft-approval-code["':\\\s]*([0-9a-fA-F-]{36})""",
    r'x-msft-approval-code[:\s\\"]+([a-f0-9-]+)',
]


@pytest.mark.parametrize("envelope", ["plain", "intune"])
@pytest.mark.parametrize("status", [412, 403])
def test_every_published_way_to_find_the_code_works_in_every_envelope(alice, envelope, status):
    """13."""
    switch(alice, errorEnvelope=envelope, approvalRequiredStatus=status)
    answer = alice.wipe(headers=justified())
    assert answer.status == status
    code = answer.headers[CODE]
    assert code == code.lower()
    for pattern in PATTERNS:
        found = re.search(pattern, answer.message) or re.search(pattern, answer.text)
        assert found and found[1] == code, pattern
    assert "Approval Required" in answer.message


def test_the_services_own_envelope_is_a_json_text_in_the_message(alice):
    switch(alice, errorEnvelope="intune")
    held = json.loads(alice.wipe(headers=justified()).message)
    assert list(held) == [
        "_version",
        "Message",
        "CustomApiErrorPhrase",
        "RetryAfter",
        "ErrorSourceService",
        "HttpHeaders",
    ]
    assert held["_version"] == 3 and held["RetryAfter"] is None
    assert set(json.loads(held["HttpHeaders"])) == {CODE}
    assert "Operation ID (for customer support): 00000000-0000-0000-0000-000000000000" in held["Message"]
    assert "\r\n" in alice.wipe(headers=justified()).message
    missing = alice.get(f"{REQUESTS}/00000000-0000-4000-8000-000000000000")
    assert missing.outcome == (404, "ResourceNotFound")
    assert json.loads(json.loads(missing.message)["HttpHeaders"]) == {}
    scope = alice.as_("alice", scopes="User.Read").get(REQUESTS)
    assert json.loads(scope.message)["Message"].count("Operation ID") == 1
    users = alice.get("/v1.0/users/nobody")
    assert not users.message.startswith("{"), "other services have other ways"


def test_lifetime_and_reasons_can_be_switched_while_it_runs(alice, carol):
    """32."""
    switch(alice, requestLifetime="PT1H", decisionJustification="required")
    code = alice.file_wipe()
    request = alice.request(code)
    life = instant(request["expirationDateTime"]) - instant(request["requestDateTime"])
    assert life == datetime.timedelta(hours=1)
    assert carol.approve(code, justification="").outcome == (400, "BadRequest")
    ok(carol.approve(code, justification="Seen"))


def test_an_application_decides_only_where_the_deployment_allows_it(alice, erin):
    """41: and only as a direct member of the approver group, never what its owners asked for."""
    app = alice.as_app()
    from support.demo import demo_id

    group, member = demo_id("groups/operation-approvers"), demo_id("servicePrincipals/automation")
    ok(erin.post(f"/v1.0/groups/{group}/members/$ref", json={"@odata.id": f"directoryObjects/{member}"}))
    first = alice.file_wipe("laptop-2")
    assert app.approve(first).outcome == (403, "Forbidden")
    switch(alice, appOnlyApproval=True)
    ok(app.approve(first))
    switch(alice, appOnlyApproval=False)
    second = alice.file_wipe("laptop-3")
    assert app.approve(second).outcome == (403, "Forbidden"), "the switch counts as it is now"
    switch(alice, appOnlyApproval=True)
    owned = filed(alice.as_("bob").create_script("Bob's", headers=justified()))
    assert app.approve(owned).outcome == (403, "Forbidden"), "bob owns the application"


def test_the_configuration_knows_every_switch(tmp_path):
    config = tmp_path / "countersign.yaml"
    config.write_text(
        "multiAdminApproval:\n  approvalRequiredStatus: 403\n  errorEnvelope: intune\n  requestLifetime: PT2H\n"
        "  retention: P1D\n  appOnlyApproval: true\n  decisionJustification: required\n"
    )
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator", "--config", str(config)).start()
    try:
        graph = Graph(server)
        expected = {
            "approvalRequiredStatus": 403,
            "errorEnvelope": "intune",
            "requestLifetime": "PT2H",
            "retention": "P1D",
            "appOnlyApproval": True,
            "decisionJustification": "required",
        }
        assert ok(graph.get(SETTINGS)).json == {"multiAdminApproval": expected}
        switch(graph, approvalRequiredStatus=412)
        graph.reset()
        assert ok(graph.get(SETTINGS)).json == {"multiAdminApproval": expected}, "back to those of the start"
        answer = graph.as_("alice").wipe(headers=justified())
        assert answer.outcome == (403, "ApprovalRequired")
        assert json.loads(answer.message)["_version"] == 3
    finally:
        assert server.stop() == 0


def test_a_changed_retention_counts_for_what_ends_from_then_on(graph, alice, bob):
    ended = alice.file_wipe()
    ok(bob.reject(ended))
    switch(graph, retention="P60D")
    later = alice.file_wipe("laptop-3")
    ok(bob.reject(later))
    graph.advance("P31D")
    assert alice.get(f"{REQUESTS}/{ended}").status == 404
    assert alice.status(later) == "rejected"
    graph.advance("P30D")
    assert alice.get(f"{REQUESTS}/{later}").status == 404


def test_time_and_settings_have_their_limits(graph):
    assert graph.patch(SETTINGS, json={"requestLifetime": "P3000000D"}).outcome == (400, "BadRequest")
    for order in ({"advance": "P9000Y"}, {"set": "9950-01-01T00:00:00Z"}, {"advance": "P" + "12683Y" * 24}):
        assert graph.post("/countersign/emulator/clock", json=order).outcome == (400, "BadRequest"), order
    assert graph.now.year < 2100
