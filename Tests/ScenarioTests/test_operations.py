"""What stands beside Graph: health, version, the plain page, and the guards of demo and emulator (rule R20)."""

import pytest

from support.demo import REQUESTS, WELCOME, justified
from support.graph import Graph, filed, ok
from support.server import Server, run

# What is tested here never reaches an engine.
ENGINES = ["sqlite"]

CONTROLS = [
    ("GET", "/countersign/emulator/clock", None),
    ("POST", "/countersign/emulator/clock", {"advance": "P1D"}),
    ("POST", "/countersign/emulator/tokens", {"user": "erin"}),
    ("POST", "/countersign/emulator/reset", None),
]
HOSTILE = [
    ("Host", "evil.example"),
    ("Host", "127.0.0.1.evil.example"),
    ("Host", "localhost.evil.example:80"),
    ("Origin", "http://evil.example"),
    ("Origin", "null"),
    ("Origin", "https://127.0.0.1.evil.example"),
    ("Forwarded", "for=10.0.0.1"),
    ("X-Forwarded-For", "10.0.0.1"),
    ("X-Forwarded-Host", "localhost"),
    ("X-Forwarded-Proto", "https"),
]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/version"])
def test_health_and_version_answer_without_a_token(graph, path):
    answer = ok(graph.get(path))
    assert answer.status == 200 and answer.body
    assert graph.post(path, json={}).status in (404, 405)


def test_the_version_is_that_of_the_binary(graph):
    assert run("--version").stdout.split()[-1] in ok(graph.get("/version")).text


def test_the_page_at_the_root_names_the_urls_and_the_steps(graph):
    answer = ok(graph.get("/"))
    assert answer.headers.get_content_type() in ("text/html", "text/plain")
    for text in (f"{graph.server.url}/beta", f"{graph.server.url}/v1.0", WELCOME, "export ", "approve"):
        assert text in answer.text, text
    assert "eyJ" not in answer.text, "no token is served to whoever asks"


@pytest.mark.parametrize("method, target, body", CONTROLS)
@pytest.mark.parametrize("name, value", HOSTILE)
def test_the_emulators_controls_refuse_what_a_page_or_a_proxy_could_send(graph, method, target, body, name, value):
    before, now = graph.state(), graph.now
    answer = graph.call(method, target, headers={name: value}, **({} if body is None else {"json": body}))
    assert 400 <= answer.status < 500
    assert "token" not in answer.json
    assert graph.state() == before
    assert (graph.now - now).total_seconds() < 60, "the clock wasn't moved"


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_the_emulators_controls_accept_their_own_host_and_origin(graph, host):
    name = host.replace("{port}", str(graph.server.port))
    assert ok(graph.get("/countersign/emulator/clock", headers={"Host": name})).json["now"]
    own = {"Origin": graph.server.url}
    assert ok(graph.get("/countersign/emulator/clock", headers=own)).json["now"]


def test_the_emulators_controls_refuse_a_body_that_is_no_json(graph):
    for target in ("/countersign/emulator/clock", "/countersign/emulator/tokens"):
        for body in (b"", b"{", b"[]", b"advance=P1D", b"\xff"):
            assert graph.post(target, body=body).outcome == (400, "BadRequest"), (target, body)
    assert graph.get("/countersign/emulator/nothing").status == 404
    assert graph.get("/countersign/emulator/reset").status == 405


def test_without_the_flag_there_is_no_emulator(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        graph = Graph(server)
        for method, target, body in CONTROLS:
            assert graph.call(method, target, **({} if body is None else {"json": body})).status == 404
        token = server.run("token", "--as", "alice").stdout.strip()
        assert ok(graph.with_token(token).get(REQUESTS)).ids == [WELCOME]
    finally:
        assert server.stop() == 0


def test_the_public_url_is_the_origin_of_every_link(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator", "--public-url", "http://localhost:9999").start()
    try:
        alice = Graph(server).as_("alice")
        alice.file_script()
        answer = ok(alice.get(f"{REQUESTS}?$top=1"))
        for link in (answer.json["@odata.context"], answer.json["@odata.nextLink"]):
            assert link.startswith("http://localhost:9999/beta/")
    finally:
        assert server.stop() == 0


def test_log_lines_name_no_token_and_no_text_of_a_request(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator").start()
    try:
        alice = Graph(server).as_("alice")
        filed(alice.wipe(headers=justified("canary-justification")))
        alice.get(f"{REQUESTS}?$filter=requestJustification%20eq%20'canary-justification'")
    finally:
        assert server.stop() == 0
    log = "".join(server.log)
    assert alice.token not in log and alice.token.split(".")[2] not in log
    assert "canary-justification" not in log
