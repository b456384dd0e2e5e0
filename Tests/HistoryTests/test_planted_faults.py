"""Every planted fault of a debug build is caught: each guard complains with the fault and is silent without it."""

import pytest

from histories import guards, house, syncs
from histories.needs import require
from histories.runner import Options, run

#: SQLite's pragma; PostgreSQL's durability is PostgreSQL's.
ONLY_SQLITE = {"synchronousOff"}

NEEDS_STRACE = {
    guards.sequential_approvals_reach_the_disk, guards.nothing_acknowledged_is_lost,
    guards.what_was_acknowledged_is_what_the_next_read_shows,
}

CASES = [
    (fault, engine, guard)
    for fault, found in guards.GUARDS.items()
    for engine in ("sqlite", "postgres")
    if not (fault in ONLY_SQLITE and engine == "postgres")
    for guard in found
]


def test_there_is_a_guard_for_every_fault(binary):
    assert house.faults() == guards.GUARDS.keys()
    assert len(house.faults()) >= 8


@pytest.mark.parametrize("fault, engine, guard", CASES, ids=[f"{f}-{e}-{g.__name__}" for f, e, g in CASES])
def test_it_is_caught(fault, engine, guard, binary, capsys):
    require(engine)
    if engine == "sqlite" and guard in NEEDS_STRACE and (reason := syncs.obstacle()):
        pytest.skip(reason)
    assert guard(engine, None) is None, "the guard complains about a server without a fault"
    complaint = guard(engine, fault)
    assert complaint, f"{fault} isn't noticed; is {binary} a debug build?"
    with capsys.disabled():
        print(f"\n  {fault} on {engine}: {complaint}")


@pytest.mark.parametrize("fault", ["oldPolicyIgnored", "protectedGroupOpen", "selfDecisionAllowed"])
def test_random_histories_of_rights_find(fault, binary, capsys):
    """No scene: people at random, and the model of rights, notice it within a few histories."""
    done = run(Options("sqlite", seed=3, count=60, fault=fault))
    assert done.failures, f"{fault} isn't noticed in {done.histories} histories; is {binary} a debug build?"
    with capsys.disabled():
        print(f"\n  {fault}: {done.histories} histories")
