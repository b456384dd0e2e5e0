"""A token proves who calls; whatever is wrong with it is 401 (security rule R20)."""

import base64
import hmac
import http.client
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.demo import CLIENT, REQUESTS, TENANT, user_id
from support.graph import Graph, ok
from support.server import Server
from support.wait import until

# What is tested here never reaches an engine.
ENGINES = ["sqlite"]

DEFAULT_SCOPES = (
    "User.Read User.ReadWrite.All Group.ReadWrite.All Application.ReadWrite.All AppRoleAssignment.ReadWrite.All "
    "Directory.Read.All Directory.ReadWrite.All AuditLog.Read.All DeviceManagementApps.ReadWrite.All "
    "DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All "
    "DeviceManagementManagedDevices.ReadWrite.All DeviceManagementManagedDevices.PrivilegedOperations.All "
    "DeviceManagementRBAC.ReadWrite.All DeviceManagementScripts.ReadWrite.All RoleManagement.ReadWrite.Directory "
    "RoleManagementPolicy.ReadWrite.Directory RoleAssignmentSchedule.ReadWrite.Directory "
    "RoleEligibilitySchedule.ReadWrite.Directory PrivilegedAccess.ReadWrite.AzureAD EntitlementManagement.ReadWrite.All "
    "EntitlementMgmt-SubjectAccess.ReadWrite"
).split()


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def key_set(graph: Graph) -> list[dict]:
    return ok(graph.get(f"/{TENANT}/discovery/v2.0/keys")).json["keys"]


def assert_401(answer) -> None:
    assert answer.outcome == (401, "InvalidAuthenticationToken"), answer
    assert answer.headers["WWW-Authenticate"].startswith("Bearer"), answer.headers.items()


def signed(claims: dict, key, algorithm: str, **header) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers=header)


def part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_users_token_says_who_where_and_what(alice):
    claims = claims_of(alice.token)
    assert (claims["tid"], claims["oid"]) == (TENANT, user_id("alice"))
    assert claims["iss"].endswith("/dev"), "a production configuration refuses such issuers"
    assert sorted(claims["scp"].split()) == sorted(DEFAULT_SCOPES)
    assert claims["nbf"] <= time.time() + 1 and claims["exp"] > time.time()
    assert "roles" not in claims


def test_an_applications_token_bears_roles_and_no_scopes(graph):
    claims = claims_of(graph.as_app().token)
    assert claims["tid"] == TENANT
    assert CLIENT in (claims.get("azp"), claims.get("appid"))
    assert "scp" not in claims
    assert "DeviceManagementConfiguration.ReadWrite.All" in claims["roles"]
    assert "User.Read" not in claims["roles"], "which exists for users only"


def test_tokens_verify_with_the_published_key_set_which_holds_no_secret(graph, alice):
    keys = key_set(graph)
    assert keys
    for key in keys:
        assert key["kid"] and key["kty"] in ("RSA", "EC")
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key), "a private key is published"
    header = jwt.get_unverified_header(alice.token)
    assert header["alg"] in ("RS256", "ES256")
    published = next(key for key in keys if key["kid"] == header["kid"])
    decoded = jwt.decode(
        alice.token, jwt.PyJWK(published, header["alg"]).key, algorithms=[header["alg"]], options={"verify_aud": False}
    )
    assert decoded["oid"] == user_id("alice")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer ....",
        "Basic YWxpY2U6YWxpY2U=",
        "{token}",
        "Bearer {token}x",
        "Bearer {token} {token}",
        "Bearer {payload}",
    ],
)
def test_a_missing_or_broken_token_is_401(graph, alice, authorization):
    header, payload, _ = alice.token.split(".")
    headers = {}
    if authorization is not None:
        headers["Authorization"] = authorization.replace("{token}", alice.token).replace(
            "{payload}", f"{header}.{payload}."
        )
    with graph.nothing_changes():
        for method, target in (("GET", REQUESTS), ("GET", "/beta/me"), ("POST", f"{REQUESTS}/cancelMyRequest")):
            assert_401(graph.call(method, target, headers=headers))


def test_the_scheme_is_matched_in_any_case(graph, alice):
    assert ok(graph.get("/beta/me", headers={"Authorization": f"bearer {alice.token}"})).status == 200


def test_a_token_in_the_query_or_in_a_form_counts_for_nothing(graph, alice):
    assert_401(graph.get(f"/beta/me?access_token={alice.token}"))


def test_a_changed_claim_is_401(graph, alice):
    header, payload, signature = alice.token.split(".")
    claims = claims_of(alice.token) | {"oid": user_id("erin")}
    assert_401(graph.with_token(f"{header}.{part(claims)}.{signature}").get("/beta/me"))


def test_forged_signatures_are_401(graph, alice):
    claims, kid = claims_of(alice.token), jwt.get_unverified_header(alice.token)["kid"]
    own_rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own_ec = ec.generate_private_key(ec.SECP256R1())
    public = json.dumps(next(key for key in key_set(graph) if key["kid"] == kid)).encode()
    unsigned = f"{part({'alg': 'HS256', 'kid': kid, 'typ': 'JWT'})}.{part(claims)}"
    digest = base64.urlsafe_b64encode(hmac.digest(public, unsigned.encode(), "sha256")).rstrip(b"=").decode()
    own_jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own_rsa.public_key()))
    forged = {
        "own RSA key under their kid": signed(claims, own_rsa, "RS256", kid=kid),
        "own EC key under their kid": signed(claims, own_ec, "ES256", kid=kid),
        "own key under an unknown kid": signed(claims, own_rsa, "RS256", kid="mine"),
        "no kid": signed(claims, own_rsa, "RS256"),
        "key in the header": signed(claims, own_rsa, "RS256", kid=kid, jwk=own_jwk),
        "key behind a URL": signed(claims, own_rsa, "RS256", kid="mine", jku="http://127.0.0.1:9/keys"),
        "symmetric with the public key": f"{unsigned}.{digest}",
        "no algorithm": f"{part({'alg': 'none', 'kid': kid, 'typ': 'JWT'})}.{part(claims)}.",
        "algorithm None": f"{part({'alg': 'None', 'kid': kid})}.{part(claims)}.x",
    }
    for how, token in forged.items():
        answer = graph.with_token(token).get("/beta/me")
        assert answer.outcome == (401, "InvalidAuthenticationToken"), how


def test_a_token_of_another_server_is_401(graph, tmp_path):
    other = Server(str(tmp_path / "other.db"), "--demo", "--emulator").start()
    try:
        foreign = Graph(other).as_("alice")
        assert ok(foreign.get("/beta/me")).status == 200
        assert_401(graph.with_token(foreign.token).get("/beta/me"))
    finally:
        other.kill()


@pytest.mark.unordered
def test_a_token_ends_with_its_lifetime_although_it_was_good_before(graph):
    brief = graph.as_("alice", expiresIn="PT2S")
    ends = claims_of(brief.token)["exp"]
    assert ok(brief.get("/beta/me")).status == 200
    until(lambda: brief.get("/beta/me").status == 401, "a 401 at the token's end", seconds=10)
    assert time.time() >= ends
    answer = brief.get("/beta/me")
    assert_401(answer)
    assert "expired" in answer.message


def test_on_one_connection_every_request_is_its_own_tokens(graph, alice, bob):
    """As behind a proxy, which sends everybody's requests through few connections."""
    brief = graph.as_("carol", expiresIn="PT2S")
    connection = http.client.HTTPConnection(graph.server.host, graph.server.port, timeout=30)

    def me(token: str | None) -> str | int:
        connection.request("GET", "/beta/me", headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        body = answer.read()
        return json.loads(body)["id"] if answer.status == 200 else answer.status

    connection.connect()
    socket = connection.sock
    spoiled = alice.token[:-2] + ("AA" if not alice.token.endswith("AA") else "BB")
    tokens = [alice.token, alice.token, bob.token, alice.token, None, spoiled, alice.token[:-1], bob.token, bob.token]
    alice_id, bob_id = user_id("alice"), user_id("bob")
    assert [me(token) for token in tokens] == [alice_id, alice_id, bob_id, alice_id, 401, 401, 401, bob_id, bob_id]
    assert me(brief.token) == user_id("carol")
    until(lambda: me(brief.token) == 401, "a 401 at the token's end", seconds=10)
    assert me(alice.token) == alice_id
    assert connection.sock is socket, "it was one connection"


def test_a_token_without_a_scope_reads_nothing_but_is_no_401(graph):
    poor = graph.as_("alice", scopes="openid")
    assert poor.get("/beta/me").outcome == (403, "Authorization_RequestDenied")
    assert poor.get(REQUESTS).outcome == (403, "Forbidden")


def test_me_is_the_caller_and_nothing_for_an_application(graph, alice):
    for target in ("/beta/me", "/v1.0/me", "/beta/ME/"):
        me = ok(alice.get(target)).json
        assert (me["id"], me["displayName"], me["userPrincipalName"]) == (
            user_id("alice"),
            "Alice",
            "alice@demo.example",
        )
    assert graph.as_app().get("/beta/me").outcome == (400, "BadRequest")


def test_orders_for_tokens_that_make_no_sense_are_400(graph):
    for order in (
        {},
        {"user": "mallory"},
        {"app": "mallory"},
        {"user": "alice", "app": "automation"},
        {"user": 5},
        [],
        "alice",
        {"user": "alice", "expiresIn": "soon"},
        {"user": "alice", "expiresIn": "-PT1H"},
        {"user": "alice", "colour": "red"},
    ):
        answer = graph.post("/countersign/emulator/tokens", json=order)
        assert answer.outcome == (400, "BadRequest"), order
