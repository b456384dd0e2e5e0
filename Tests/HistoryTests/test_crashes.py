"""Kills inside a commit hit what they aim at, shown on stand-ins for the server and for PostgreSQL."""

import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading

import pytest

from histories.database import SQLite
from histories.proxy import PostgresProxy
from histories.waiting import until

WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL"); db.execute("PRAGMA synchronous=FULL")
db.execute("CREATE TABLE IF NOT EXISTS t (n)")
print("ready", flush=True)
for line in sys.stdin:
    db.execute("INSERT INTO t VALUES (?)", (line,))
    print("done", flush=True)
"""


@pytest.fixture
def writer():
    database = SQLite()
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(database.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    yield database, process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    database.remove()


def test_sqlite_is_killed_at_a_write_to_its_log_and_before_it_answers(writer):
    database, process = writer
    database.arm(process.pid, 1)
    print("a", file=process.stdin, flush=True)
    assert process.wait(10) == -signal.SIGKILL
    assert process.stdout.read() == ""
    assert database.disarm()
    with sqlite3.connect(database.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM t").fetchone()[0] in (0, 1)
    connection.close()


def test_a_kill_that_met_no_commit_says_so_and_spares_the_process(writer):
    database, process = writer
    database.arm(process.pid, 100)
    print("a", file=process.stdin, flush=True)
    assert process.stdout.readline() == "done\n"
    assert not database.disarm()
    for number in range(100):
        print(number, file=process.stdin, flush=True)
        assert process.stdout.readline() == "done\n"
    assert process.poll() is None


class Database:
    """Takes connections and remembers what arrives."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.received = b""
        self.open = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open += 1
            with connection:
                while data := connection.recv(4096):
                    self.received += data
            self.open -= 1


@pytest.fixture
def wire():
    """A proxy between a client's socket and such a database, and a process to kill."""
    database = Database()
    proxy = PostgresProxy(database.listener.getsockname())
    client = socket.create_connection(("127.0.0.1", proxy.port))
    victim = subprocess.Popen(["sleep", "60"])
    yield database, proxy, client, victim
    client.close()
    victim.kill()
    victim.wait()
    proxy.close()
    assert until(lambda: database.open == 0)
    database.listener.close()


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", 4 + len(body)) + body


SYNC = message(b"S", b"")
PARSE = message(b"P", b"q7\0INSERT INTO changes (tenant, id, at) SELECT 1\0\0\0")
BIND = message(b"B", b"\0q7\0\0\0\0\0\0\0")
OTHER = message(b"P", b"q8\0SELECT 1\0\0\0") + message(b"B", b"\0q8\0\0\0\0\0\0\0") + SYNC


def sent(database, client, data):
    """Sends and waits until it has arrived."""
    before = len(database.received)
    client.sendall(data)
    assert until(lambda: len(database.received) >= before + len(data))


def test_postgres_gets_the_whole_commit_and_the_process_dies_before_the_answer(wire):
    database, proxy, client, victim = wire
    sent(database, client, PARSE + BIND + SYNC)
    proxy.arm(victim.pid, before=False, skip=0)
    sent(database, client, OTHER)
    assert victim.poll() is None
    sent(database, client, BIND + SYNC)
    assert victim.wait(10) == -signal.SIGKILL
    assert database.received.endswith(BIND + SYNC)
    assert proxy.disarm()


def test_postgres_gets_a_commit_without_its_end_and_the_process_dies(wire):
    database, proxy, client, victim = wire
    proxy.arm(victim.pid, before=True, skip=1)
    sent(database, client, PARSE + BIND + SYNC)
    assert victim.poll() is None
    client.sendall(BIND + SYNC)
    assert victim.wait(10) == -signal.SIGKILL
    assert until(lambda: database.received.endswith(SYNC + BIND))


def test_a_disarmed_proxy_spares_the_process(wire):
    database, proxy, client, victim = wire
    proxy.arm(victim.pid, before=False, skip=0)
    assert not proxy.disarm()
    sent(database, client, PARSE + BIND + SYNC)
    assert victim.poll() is None
