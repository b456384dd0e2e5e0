"""No decision is acknowledged before its commit has reached the disk, and decisions that wait together share one fdatasync.

Counted with strace on the server as it runs in production: without the emulator.
"""

import tempfile
import threading
import time
from pathlib import Path

import pytest

from histories import syncs
from histories.guards import sequential_approvals_reach_the_disk
from histories.stage import Stage

MANY = 64


@pytest.fixture(autouse=True)
def traceable(binary):
    if reason := syncs.obstacle():
        pytest.skip(reason)


def test_what_strace_prints_is_read_right():
    text = (
        "11 100.000100 fdatasync(7</d/a.db-wal>) = 0 <0.000500>\n"
        "12 100.000200 fdatasync(7</d/a.db-wal> <unfinished ...>\n"
        "11 100.000300 fsync(8</d/a.db>) = 0 <0.000100>\n"
        "12 100.000900 <... fdatasync resumed>) = 0 <0.000700>\n"
    )
    found = syncs.parse(text)
    assert [(s.path, s.began, round(s.ended, 6)) for s in found] == [
        ("/d/a.db-wal", 100.0001, 100.0006), ("/d/a.db", 100.0003, 100.0004), ("/d/a.db-wal", 100.0002, 100.0009),
    ]
    assert len(syncs.of_log(found)) == 2


def test_each_of_many_approvals_in_a_row_has_an_fdatasync_of_its_own():
    assert sequential_approvals_reach_the_disk("sqlite", None) is None


def test_approvals_at_once_share_fdatasyncs_and_none_is_answered_without_one(capsys):
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "strace"
        with Stage("sqlite", emulator=False, wrapper=lambda _: syncs.wrapper(log)) as stage:
            ids = [stage.filed(stage.script("alice", f"s{n}")) for n in range(MANY)]
            spans: list[tuple[float, float]] = []
            together = threading.Barrier(MANY)

            def approve(id: str) -> None:
                call = stage.decide("bob", "approve", id)
                together.wait(30)
                began = time.time()
                answer = stage.call(call)
                spans.append((began, time.time()))
                assert answer.status == 200, answer

            threads = [threading.Thread(target=approve, args=(id,)) for id in ids]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            stage.server.stop()
        found = syncs.of_log(syncs.parse(log.read_text()))
    assert len(spans) == MANY
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    during = [sync for sync in found if first <= sync.began <= last]
    with capsys.disabled():
        print(f"\n  {MANY} approvals at once: {len(during)} fdatasyncs of the log")
    naked = [s for s in spans if not any(s[0] <= sync.began and sync.ended <= s[1] for sync in found)]
    assert not naked, f"{len(naked)} approvals were acknowledged without an fdatasync that began after they were sent"
    assert len(during) < MANY, "no two approvals shared a commit"
