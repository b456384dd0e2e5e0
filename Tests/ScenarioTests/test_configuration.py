"""`--config` and TLS: what a deployment sets, what it must not set, and a server without a demo (rule R20)."""

import datetime
import http.client
import ipaddress
import json
import ssl
import time

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.demo import TENANT, WELCOME, instant, user_id
from support.graph import Graph, ok
from support.server import ROOT, Server, run

ISSUER = "https://login.example/tenant/v2.0"


def configured(tmp_path, text: str) -> str:
    path = tmp_path / "countersign.yaml"
    path.write_text(text)
    return str(path)


def test_the_life_of_requests_and_the_need_of_a_reason_are_settings(tmp_path):
    config = configured(
        tmp_path, "multiAdminApproval:\n  requestLifetime: PT1H\n  retention: P1D\n  decisionJustification: required\n"
    )
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator", "--config", config).start()
    try:
        graph = Graph(server)
        alice, carol = graph.as_("alice"), graph.as_("carol")
        code = alice.file_wipe()
        request = alice.request(code)
        assert instant(request["expirationDateTime"]) - instant(request["requestDateTime"]) == datetime.timedelta(
            hours=1
        )
        for reason in (
            {"justification": ""},
            {"justification": "  "},
            {"justification": None},
            {"approvalSource": "email"},
        ):
            for action in ("approve", "reject"):
                answer = carol.decide(action, code, **reason)
                assert answer.outcome == (400, "BadRequest"), reason
                assert "justification" in answer.message.lower()
        ok(carol.reject(code, justification="Because"))
        graph.advance("PT23H")
        assert alice.status(code) == "rejected"
        graph.advance("PT1H")
        assert alice.get(f"/beta/deviceManagement/operationApprovalRequests/{code}").status == 404
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize(
    "text, named",
    [
        ("colour: red\n", "colour"),
        ("multiAdminApproval:\n  requestLifetme: PT1H\n", "requestLifetme"),
        ("multiAdminApproval:\n  requestLifetime: soon\n", "requestLifetime"),
        ("multiAdminApproval:\n  requestLifetime: -PT1H\n", "requestLifetime"),
        ("multiAdminApproval:\n  appOnlyApproval: perhaps\n", "appOnlyApproval"),
        ("multiAdminApproval:\n  decisionJustification: never\n", "decisionJustification"),
        ("listen: nowhere\n", "listen"),
        ("tls:\n  certificate: x.pem\n", "tls"),
        ("a: [\n", "YAML"),
        ("listen: 127.0.0.1:0\nlisten: 127.0.0.1:1\n", "listen"),
    ],
)
def test_a_mistake_in_the_configuration_is_named_and_nothing_starts(tmp_path, text, named):
    done = run(
        "serve", "--demo", "--config", configured(tmp_path, text), "--listen", "127.0.0.1:0",
        "--database", str(tmp_path / "x.db"),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert named in done.stderr
    assert not (tmp_path / "x.db").exists()


def issuer(**members) -> str:
    """A configuration with one issuer, as far as it is told."""
    members = {"issuer": ISSUER, "tenant": TENANT, "audiences": "[graph]", "keys": "keys.json"} | members
    lines = "\n".join(f"    {name}: {value}" for name, value in members.items() if value)
    return f"tenants: [{TENANT}]\nissuers:\n  -\n{lines}\n"


@pytest.mark.parametrize(
    "text, named",
    [
        (issuer(audiences="[]"), "audiences"),
        (issuer(keys="missing.json"), "missing.json"),
        (issuer(keys="empty.json"), "JWK Set"),
        (issuer() + issuer().split("issuers:\n")[1], "twice"),
        (issuer().replace(TENANT, "contoso"), "GUID"),
    ],
)
def test_an_issuer_that_cannot_work_is_told_at_the_start(tmp_path, text, named):
    (tmp_path / "keys.json").write_text('{"keys":[{"kty":"RSA"}]}')
    (tmp_path / "empty.json").write_text('{"keys":[]}')
    done = run("serve", "--config", configured(tmp_path, text), "--listen", "127.0.0.1:0", "--database", str(tmp_path / "x.db"))
    assert (done.returncode, done.stdout) == (1, ""), done
    assert named in done.stderr and done.stderr.count("\n") == 1


def test_a_database_is_named_relative_to_the_file_that_names_it(tmp_path):
    folder = tmp_path / "etc"
    folder.mkdir()
    config = configured(folder, "database: here.db\n")
    server = Server(None, "--demo", "--config", config).start()
    assert server.stop() == 0
    assert (folder / "here.db").exists()


def test_an_unknown_log_level_is_told(tmp_path):
    done = run("serve", "--demo", "--database", str(tmp_path / "x.db"), COUNTERSIGN_LOG_LEVEL="loud")
    assert done.returncode == 1 and "warning" in done.stderr and "loud" in done.stderr


def test_the_operators_page_has_a_configuration_that_works(tmp_path):
    """Every key that there is, as written: only the files and the address are the test's."""
    page = (ROOT / "docs/operators.md").read_text()
    text = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "keys.json").write_text('{"keys":[{"kty":"EC","crv":"P-256","kid":"k"}]}')
    chain, key = certificate(tmp_path)
    for named, ours in (("tls.pem", chain), ("tls.key", key), ("/var/lib/countersign/countersign.db", "countersign.db")):
        assert named in text
        text = text.replace(named, ours)
    config = configured(tmp_path, text)
    server = Server(None, "--config", config).start()
    assert server.scheme == "https"
    assert server.stop() == 0
    assert (tmp_path / "countersign.db").exists()


def test_a_missing_configuration_is_refused(tmp_path):
    done = run("serve", "--demo", "--config", str(tmp_path / "none.yaml"), "--database", str(tmp_path / "x.db"))
    assert done.returncode == 1 and "none.yaml" in done.stderr


def test_the_command_line_counts_before_the_configuration(tmp_path):
    config = configured(tmp_path, f"listen: 127.0.0.1:1\ndatabase: {tmp_path / 'other.db'}\n")
    server = Server(str(tmp_path / "mine.db"), "--demo", "--config", config).start()
    assert server.stop() == 0
    assert (tmp_path / "mine.db").exists() and not (tmp_path / "other.db").exists()


def test_a_server_with_an_issuer_hands_out_nothing_and_refuses_development_tokens(tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {
        "kid": "k",
        "use": "sig",
        "alg": "RS256",
    }
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [public]}))
    config = configured(
        tmp_path,
        f"tenants: [{TENANT}]\nissuers:\n  - issuer: {ISSUER}\n    tenant: {TENANT}\n    audiences: [graph]\n    keys: keys.json\n",
    )
    demo = Server(str(tmp_path / "demo.db"), "--demo", "--emulator").start()
    foreign = Graph(demo).as_("alice").token
    assert demo.stop() == 0
    database = str(tmp_path / "production.db")
    assert run("migrate", "--database", database).returncode == 0
    server = Server(database, "--config", config).start()
    try:
        graph = Graph(server)
        assert ok(graph.get("/readyz")).status == 200
        for path in ("/countersign/emulator/clock", f"/{TENANT}/discovery/v2.0/keys"):
            assert graph.get(path).status == 404
        assert WELCOME not in ok(graph.get("/")).text
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": "graph", "tid": TENANT, "oid": user_id("alice"), "sub": "x", "azp": "x", "ver": "2.0",
            "iat": now, "nbf": now, "exp": now + 60, "scp": "User.Read",
        }  # fmt: skip
        wrong = [{"aud": "other"}, {"iss": ISSUER + "/dev"}, {"exp": now - 600}, {"nbf": now + 600}]
        tokens = [jwt.encode(claims | change, key, "RS256", {"kid": "k"}) for change in ({}, *wrong)]
        for token in [foreign, *tokens]:
            assert graph.with_token(token).get("/beta/me").outcome == (401, "InvalidAuthenticationToken")
        known = graph.with_token(tokens[0]).get("/beta/me").message
        assert "account" in known, "the token is good, but nobody of that id is in this database"
        assert known not in {graph.with_token(token).get("/beta/me").message for token in [foreign, *tokens[1:]]}
        done = run("token", "--as", "alice", "--database", database)
        assert done.returncode == 1
    finally:
        assert server.stop() == 0


def certificate(tmp_path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")


def test_with_a_certificate_the_server_speaks_https_and_says_so(tmp_path):
    chain, key = certificate(tmp_path)
    server = Server(str(tmp_path / "demo.db"), "--demo", "--tls-certificate", chain, "--tls-key", key).start()
    try:
        assert server.url.startswith("https://127.0.0.1:")
        trusted = ssl.create_default_context(cafile=chain)
        connection = http.client.HTTPSConnection(server.host, server.port, timeout=30, context=trusted)
        token = server.run("token", "--as", "alice").stdout.strip()
        connection.request("GET", "/beta/me", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        assert response.status == 200
        assert body["@odata.context"].startswith(f"{server.url}/beta/")
    finally:
        assert server.stop() == 0


def test_a_certificate_that_cannot_be_read_is_refused(tmp_path):
    chain, key = certificate(tmp_path)
    for files in ((str(tmp_path / "none.pem"), key), (key, chain)):
        done = run(
            "serve", "--demo", "--listen", "127.0.0.1:0", "--database", str(tmp_path / "x.db"),
            "--tls-certificate", files[0], "--tls-key", files[1],
        )  # fmt: skip
        assert done.returncode == 1 and "certificate" in done.stderr
    assert run("serve", "--demo", "--tls-certificate", chain).returncode == 2
