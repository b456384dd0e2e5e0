"""Every planted fault of a debug build is caught: each guard complains with the fault and is silent without it."""

import re

import pytest

from conftest import missing
from histories import guards, syncs
from histories.database import engines
from histories.server import ROOT

SOURCE = ROOT / "Sources/Storage/PlantedFault.swift"

#: Faults that no client can see: no two commands of the served slice decide by sets that the other adds to, so a read that
#: is merely late is a read that came earlier. The contract suite interleaves them by hand.
UNSEEN = {
    "skippedStamp": "Who read all documents under a value loses against an insert under it",
}
#: SQLite's pragma; PostgreSQL's durability is PostgreSQL's.
ONLY_SQLITE = {"synchronousOff"}

CASES = [
    (fault, engine, guard)
    for fault, found in guards.GUARDS.items()
    for engine in ("sqlite", "postgres")
    if not (fault in ONLY_SQLITE and engine == "postgres")
    for guard in found
]


def planted() -> set[str]:
    return set(re.findall(r"^    case (\w+)$", SOURCE.read_text(), re.MULTILINE))


def test_there_is_a_guard_for_every_fault():
    assert planted() == guards.GUARDS.keys() | UNSEEN.keys()
    assert len(planted()) >= 8


@pytest.mark.parametrize("fault, check", UNSEEN.items())
def test_the_contract_suite_has_a_check_for(fault, check):
    sources = (ROOT / "Sources/StorageContract/Checks").glob("*.swift")
    assert any(f'"{check}"' in source.read_text() for source in sources), f"{fault}: '{check}' is gone"


@pytest.mark.parametrize("fault, engine, guard", CASES, ids=[f"{f}-{e}-{g.__name__}" for f, e, g in CASES])
def test_it_is_caught(fault, engine, guard, binary, capsys):
    if engine not in engines():
        missing("COUNTERSIGN_TEST_POSTGRES names no PostgreSQL (script/postgres start prints one)")
    if fault == "synchronousOff" and (reason := syncs.obstacle()):
        pytest.skip(reason)
    assert guard(engine, None) is None, "the guard complains about a server without a fault"
    complaint = guard(engine, fault)
    assert complaint, f"{fault} isn't noticed; is {binary} a debug build?"
    with capsys.disabled():
        print(f"\n  {fault} on {engine}: {complaint}")
