"""The command line: what it says, what it leaves behind, and its exit codes (product contract, section 3)."""

import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from support.demo import DEVICES, REQUESTS, WELCOME, device_id, user_id
from support.graph import Graph, ok
from support.server import Server, run
from support.wait import until

ENGINES = ["sqlite"]
NOTHING = "00000000-0000-4000-8000-000000000000"


def assert_refused(done, *texts: str) -> None:
    """Exit code 1 and one line on standard error that names the remedy."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    for text in texts:
        assert text in lines[0], lines[0]
    assert "Fatal error" not in lines[0]


@pytest.fixture
def database(tmp_path) -> str:
    """A demo database that nobody has open."""
    path = str(tmp_path / "demo.db")
    server = Server(path, "--demo", "--emulator").start()
    assert server.stop() == 0
    return path


def change(database: str, key: str, value: object) -> None:
    with sqlite3.connect(database) as connection:
        assert connection.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key)).rowcount == 1
    connection.close()


# Serving


def test_serve_makes_a_database_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "new.db"
    old = os.umask(0)
    try:
        server = Server(str(path), "--demo").start()
    finally:
        os.umask(old)
    try:
        files = [file for file in tmp_path.iterdir() if file.name.startswith("new.db")]
        assert path in files
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    finally:
        assert server.stop() == 0


def test_sigterm_ends_the_server_with_zero_and_its_data_stays(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator").start()
    code = Graph(server).as_("alice").file_wipe()
    assert server.stop(signal.SIGTERM) == 0
    server.start()
    try:
        assert Graph(server).as_("alice").status(code) == "needsApproval"
    finally:
        assert server.stop(signal.SIGINT) in (0, -signal.SIGINT, 130)


def test_a_call_in_flight_is_answered_before_the_server_ends(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator").start()
    token = Graph(server).as_("alice").token
    head = f"GET /beta/me HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(head.encode() * 5)
        assert connection.recv(1), "the server is at it"
        assert server.stop() == 0


def test_standard_output_has_the_banner_and_standard_error_the_rest(tmp_path):
    demo = Server(str(tmp_path / "demo.db"), "--demo").start()
    demo.stop()
    banner = "".join(demo.output)
    for text in (f"{demo.url}/beta", f"{demo.url}/v1.0", WELCOME, "export ", "approve"):
        assert text in banner, text
    assert f"listening on {demo.url}" in "".join(demo.log)
    assert "listening on" not in banner


def test_the_banners_lines_can_be_copied_and_do_what_they_say(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        alice = Graph(server, server.run("token", "--as", "alice").stdout.strip())
        until(lambda: "approve" in "".join(server.output), "the banner")
        copied = [line for line in server.output if re.match(r"\s*(export |curl |\S*=\S* |\S*countersign )", line)]
        assert copied, server.output
        done = subprocess.run(["bash", "-c", "".join(copied)], capture_output=True, text=True, timeout=60)
        assert alice.status(WELCOME) == "completed", done
        device = ok(alice.get(f"{DEVICES}/{device_id('laptop-1')}")).json
        assert len(device["deviceActionResults"]) == 1, "the second time was refused"
    finally:
        assert server.stop() == 0


def test_the_database_may_be_named_by_the_environment_or_left_to_the_folder(tmp_path):
    for name, environment in (
        ("named.db", {"COUNTERSIGN_DATABASE": str(tmp_path / "named.db")}),
        ("countersign.db", {}),
    ):
        server = Server("unused", "--demo", cwd=tmp_path, **environment)
        server.arguments = [part for part in server.arguments if part not in ("--database", "unused")]
        server.start()
        server.stop()
        assert (tmp_path / name).exists()


def test_a_database_in_memory_keeps_nothing(tmp_path):
    server = Server(":memory:", "--demo", "--emulator", cwd=tmp_path).start()
    code = Graph(server).as_("alice").file_wipe()
    assert Graph(server).as_("bob").approve(code).status == 200
    assert server.stop() == 0
    assert list(tmp_path.iterdir()) == []
    server.start()
    server.tokens.clear()
    assert Graph(server).as_("alice").get(f"{REQUESTS}/{code}").status == 404
    assert server.stop() == 0


def test_a_demo_database_is_kept_when_the_demo_starts_again(tmp_path):
    path = str(tmp_path / "demo.db")
    for decided in (False, True):
        server = Server(path, "--demo").start()
        bob = Graph(server, server.run("token", "--as", "bob").stdout.strip())
        assert bob.status(WELCOME) == ("approved" if decided else "needsApproval")
        if not decided:
            ok(bob.approve(WELCOME))
        assert server.stop() == 0


def test_a_busy_port_is_refused(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--demo", "--listen", f"127.0.0.1:{port}", "--database", str(tmp_path / "x.db"))
    assert_refused(done, str(port), "--listen")


def test_a_second_server_on_one_file_is_refused(tmp_path):
    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        assert_refused(
            run("serve", "--demo", "--listen", "127.0.0.1:0", "--database", server.database), "Another server"
        )
        assert Graph(server).get("/readyz").status == 200
    finally:
        assert server.stop() == 0


def test_serving_needs_a_demo_or_an_issuer(tmp_path):
    done = run("serve", "--listen", "127.0.0.1:0", "--database", str(tmp_path / "x.db"))
    assert_refused(done, "--demo", "issuer")


def test_the_demo_is_refused_where_others_could_reach_it(tmp_path):
    done = run("serve", "--demo", "--listen", "0.0.0.0:0", "--database", str(tmp_path / "x.db"))
    assert_refused(done, "--allow-remote-demo")
    assert not (tmp_path / "x.db").exists()


def test_the_emulator_is_refused_where_others_could_reach_it(tmp_path):
    done = run("serve", "--demo", "--emulator", "--listen", "0.0.0.0:0", "--database", str(tmp_path / "x.db"))
    assert_refused(done)


@pytest.mark.parametrize("flags", [["--demo"], ["--demo", "--emulator"]])
def test_a_production_database_is_refused_by_demo_and_emulator(database, flags):
    change(database, "stamp", "production")
    done = run("serve", *flags, "--listen", "127.0.0.1:0", "--database", database)
    assert_refused(done, "production")


def test_a_database_of_a_newer_release_is_refused(database):
    change(database, "schemaVersion", 99)
    change(database, "compatibleFrom", 99)
    before = Path(database).read_bytes()
    for command in (["serve", "--demo", "--emulator", "--listen", "127.0.0.1:0"], ["migrate"], ["doctor"]):
        assert_refused(run(*command, "--database", database), "newer")
    assert Path(database).read_bytes() == before


def test_files_that_are_no_database_of_ours_are_refused_and_left_alone(tmp_path):
    text = tmp_path / "text.db"
    text.write_text("This is not a database. " * 100)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value)")
    connection.close()
    for path in (text, foreign):
        before = path.read_bytes()
        done = run("serve", "--demo", "--listen", "127.0.0.1:0", "--database", str(path))
        assert_refused(done, path.name)
        assert path.read_bytes() == before


@pytest.mark.parametrize("url", ["mysql://localhost/x", "postgres://127.0.0.1:1/nowhere", "/no/such/folder/x.db"])
def test_a_database_that_cannot_be_had_is_refused(url):
    assert_refused(run("serve", "--demo", "--listen", "127.0.0.1:0", "--database", url))


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--colour"],
        ["--colour"],
        ["nothing"],
        ["serve", "--listen"],
        ["token", "--as"],
        ["approve"],
        ["serve", "--demo", "--listen", "nowhere"],
        ["serve", "--demo", "--listen", "127.0.0.1:99999"],
        ["token"],
        ["token", "--as", "alice", "--app", "automation"],
        ["token", "--as", "alice", "--expires-in", "soon"],
        ["deny", WELCOME],
    ],
)
def test_wrong_usage_ends_with_two(arguments, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert list(tmp_path.iterdir()) == []


def test_help_and_version_end_with_zero():
    for arguments in (["--help"], ["serve", "--help"], ["help", "serve"]):
        done = run(*arguments)
        assert done.returncode == 0 and "--" in done.stdout
    assert re.search(r"\d+\.\d+", run("--version").stdout)
    for verb in ("serve", "token", "migrate", "doctor", "confirm-time", "approve", "deny"):
        assert verb in run("--help").stdout


# Tokens


@pytest.mark.parametrize("name", ["alice", "alice@demo.example", user_id("alice"), "ALICE"])
def test_token_prints_one_token_and_nothing_else(tmp_path, name):
    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        done = server.run("token", "--as", name)
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.stdout)
        assert ok(Graph(server, done.stdout.strip()).get("/beta/me")).json["id"] == user_id("alice")
    finally:
        assert server.stop() == 0


def test_token_takes_scopes_lifetimes_and_applications(tmp_path):
    import jwt

    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        poor = server.run("token", "--as", "alice", "--scopes", "User.Read", "--expires-in", "1h").stdout.strip()
        claims = jwt.decode(poor, options={"verify_signature": False})
        assert claims["scp"] == "User.Read" and claims["exp"] - claims["nbf"] <= 3700
        assert Graph(server, poor).get(REQUESTS).status == 403
        app = server.run("token", "--app", "automation", "--roles", "DeviceManagementRBAC.Read.All").stdout.strip()
        assert ok(Graph(server, app).get(REQUESTS)).ids == [WELCOME]
    finally:
        assert server.stop() == 0


def test_token_says_who_is_unknown_and_where_no_issuer_is(database, tmp_path):
    assert_refused(run("token", "--as", "mallory", "--database", database), "mallory")
    assert_refused(run("token", "--app", "mallory", "--database", database), "mallory")
    missing = tmp_path / "missing.db"
    assert_refused(run("token", "--as", "alice", "--database", str(missing)), "--demo")
    assert not missing.exists()


# Migration and examination


def test_migrate_is_idempotent_and_makes_private_files(tmp_path):
    path = tmp_path / "fresh.db"
    for _ in range(2):
        done = run("migrate", "--database", str(path))
        assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert_refused(run("serve", "--demo", "--listen", "127.0.0.1:0", "--database", str(path)))


def test_migrate_keeps_what_a_demo_holds(database):
    assert run("migrate", "--database", database).returncode == 0
    server = Server(database, "--demo", "--emulator").start()
    try:
        assert Graph(server).as_("alice").status(WELCOME) == "needsApproval"
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize("options", [[], ["--deep"]])
def test_doctor_finds_a_demo_in_good_health(tmp_path, options):
    server = Server(str(tmp_path / "demo.db"), "--demo", "--emulator").start()
    graph = Graph(server)
    alice, carol = graph.as_("alice"), graph.as_("carol")
    codes = [alice.file_wipe(), alice.file_wipe("laptop-3"), alice.file_script()]
    ok(carol.approve(codes[0]))
    ok(alice.complete_wipe(codes[0]))
    ok(carol.reject(codes[1]))
    alice.approve(codes[2])
    assert server.stop() == 0
    done = run("doctor", *options, "--database", server.database)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) >= (10 if options else 2), "a table"


def test_doctor_ends_with_one_where_something_is_wrong(database):
    with sqlite3.connect(database) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert "names" in tables
        connection.execute("DELETE FROM names")
    connection.close()
    done = run("doctor", "--deep", "--database", database)
    assert done.returncode == 1
    assert "V18" in done.stdout, "the invariant is named"


def test_a_wrong_clock_is_found_and_confirmed(tmp_path):
    path = str(tmp_path / "production.db")
    assert run("migrate", "--database", path).returncode == 0
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', 32503680000000000)")
    connection.close()
    done = run("doctor", "--deep", "--database", path)
    assert done.returncode == 1
    assert "WRONG" in done.stdout and "countersign confirm-time" in done.stdout
    done = run("confirm-time", "--database", path)
    assert done.returncode == 1, "every deadline would stand still"
    assert "stand still" in done.stderr and "--accept-standing-still" in done.stderr
    done = run("confirm-time", "--accept-standing-still", "--database", path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Confirmed. The store's time is 3000-01-01T00:00:00")
    assert "stands still" in done.stdout
    done = run("doctor", "--deep", "--database", path)
    assert done.returncode == 1 and "stands still" in done.stdout


def test_a_clock_that_was_a_little_ahead_is_confirmed_as_it_is(tmp_path):
    path = str(tmp_path / "production.db")
    assert run("migrate", "--database", path).returncode == 0
    with sqlite3.connect(path) as connection:
        ahead = int((time.time() + 120) * 1_000_000)
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', ?)", [ahead])
    connection.close()
    assert run("doctor", "--database", path).returncode == 1
    done = run("confirm-time", "--database", path)
    assert done.returncode == 0 and "stands still" in done.stdout, done


def test_two_administrators_are_two_people_with_names(tmp_path):
    one, other = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
    create = [
        "tenant", "create", "--id", "11111111-1111-4111-8111-111111111111", "--domain", "contoso.example",
        "--database", str(tmp_path / "production.db"), "--administrator", f"{one},ann@contoso.example,Ann",
    ]  # fmt: skip
    shared = run(*create, "--name", "Contoso", "--administrator", f"{other},ANN@contoso.example,Ben")
    assert shared.returncode != 0 and "ann@contoso.example" in shared.stderr
    for blank in (f"{other}, ,Ben", f"{other},ben@contoso.example, "):
        done = run(*create, "--name", "Contoso", "--administrator", blank)
        assert done.returncode != 0 and "without a name" in done.stderr, done
    assert run(*create, "--name", " ", "--administrator", f"{other},ben@contoso.example,Ben").returncode != 0
    assert run(*create, "--name", "Contoso", "--administrator", f"{other},ben@contoso.example,Ben").returncode == 0


def test_confirm_time_says_what_it_cannot_do(tmp_path):
    assert_refused(run("confirm-time", "--database", str(tmp_path / "missing.db")), "missing.db")
    assert_refused(run("confirm-time", "--database", ":memory:"), "server")
    assert_refused(run("confirm-time", "--database", "postgres://127.0.0.1/none"), "database server's clock")
    server = Server(str(tmp_path / "demo.db"), "--demo").start()
    try:
        assert_refused(server.run("confirm-time"), "Another server", "Stop it")
    finally:
        assert server.stop() == 0


# Deciding


@pytest.fixture
def speaker(graph):
    """`countersign` on the shared server as somebody."""
    return lambda name, *arguments: graph.server.speak(*arguments, token=graph.as_(name).token)


def test_approve_and_deny_decide_over_http(graph, alice, speaker):
    first, second = alice.file_wipe(), alice.file_wipe("laptop-3")
    done = speaker("bob", "approve", first, "-m", "Checked")
    assert done.returncode == 0, done.stderr
    done = speaker("carol", "deny", second, "-m", "Not today")
    assert done.returncode == 0, done.stderr
    assert (alice.status(first), alice.status(second)) == ("approved", "rejected")
    assert alice.request(first)["approvalJustification"] == "Checked"
    assert alice.request(second)["approvalJustification"] == "Not today"


def test_a_decision_that_came_too_late_ends_with_five(graph, speaker):
    assert speaker("bob", "approve", WELCOME).returncode == 0
    for arguments in (["approve", WELCOME], ["deny", WELCOME, "-m", "no"]):
        done = speaker("carol", *arguments)
        assert done.returncode == 5
        assert "approved" in done.stderr


@pytest.mark.parametrize(
    "name, id, text",
    [("alice", WELCOME, "party"), ("erin", WELCOME, "approver"), ("dave", WELCOME, ""), ("bob", NOTHING, "")],
)
def test_a_refusal_of_the_server_ends_with_one_and_its_words(graph, speaker, name, id, text):
    with graph.nothing_changes(log=False):
        assert_refused(speaker(name, "approve", id), text)


def test_without_a_good_token_a_decision_ends_with_six(graph):
    url = graph.server.url
    assert run("approve", WELCOME, COUNTERSIGN_URL=url).returncode == 6
    assert run("approve", WELCOME, COUNTERSIGN_URL=url, COUNTERSIGN_TOKEN="x").returncode == 6
    assert Graph(graph.server).as_("alice").status(WELCOME) == "needsApproval"


def test_without_a_server_a_decision_ends_with_one(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert_refused(run("approve", str(uuid.uuid4()), timeout=8, COUNTERSIGN_URL=url, COUNTERSIGN_TOKEN="x"), url)
