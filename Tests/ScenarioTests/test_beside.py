"""Operator's commands beside a running server: they see what it has done, and change nothing."""

import threading

import pytest

from support.demo import REQUESTS, WELCOME, user_id
from support.graph import Graph, ok


def test_a_token_is_made_from_the_servers_database(own_server):
    done = own_server.run("token", "--as", "carol")
    assert (done.returncode, done.stderr) == (0, "")
    carol = Graph(own_server, done.stdout.strip())
    assert ok(carol.get("/beta/me")).json["id"] == user_id("carol")
    ok(carol.approve(WELCOME))


def test_doctor_sees_the_moved_clock_and_what_it_brought(own_server):
    graph = Graph(own_server)
    now = graph.advance("P4D")
    done = own_server.run("doctor", "--deep")
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(now.date()) in done.stdout
    assert graph.as_("alice").status(WELCOME) == "expired"


@pytest.mark.unordered
def test_doctor_is_not_confused_by_a_server_at_work(own_server):
    """It reads table after table while requests come and go."""
    graph = Graph(own_server)
    alice, bob = graph.as_("alice"), graph.as_("bob")
    stop = threading.Event()
    failures = []

    def work():
        while not stop.is_set():
            try:
                code = alice.file_script()
                ok(bob.approve(code))
            except Exception as error:
                failures.append(error)
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(8):
            done = own_server.run("doctor", "--deep")
            assert done.returncode == 0, done.stdout + done.stderr
    finally:
        stop.set()
        worker.join()
    assert not failures
    assert len(ok(bob.get(REQUESTS)).ids) > 1
