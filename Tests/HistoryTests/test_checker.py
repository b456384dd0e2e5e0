"""The checker is right: on histories of a plain server with and without bugs, judged by trying every order."""

import time

import pytest

import toys
from histories import checker
from histories.model import Model, Request, State
from histories.operation import NEVER, Operation, Outcome

BAD_HISTORIES_PER_BUG = 3


def verdict(operations, deadlines, initial=State()):
    return checker.check(operations, Model(deadlines, slack=0), initial)


def test_every_history_of_a_server_without_bugs_is_linearizable():
    for seed in range(300):
        operations, deadlines = toys.history(seed)
        assert verdict(operations, deadlines), f"seed {seed}\n" + checker.explain(
            operations, Model(deadlines, slack=0), State()
        )


@pytest.mark.parametrize("bug", toys.BUGS)
def test_a_history_in_which(bug):
    """…is refused, three seeded ones for each bug: 81 bad histories; and where trying every order finds one, so does the
    checker."""
    bad = 0
    for seed in range(400):
        operations, deadlines = toys.history(seed, bug, rounds=7, width=3)
        is_good = toys.oracle(operations)
        assert bool(verdict(operations, deadlines)) == is_good, f"seed {seed}: the oracle says {is_good}"
        bad += not is_good
        if bad >= BAD_HISTORIES_PER_BUG and seed >= 8:
            break
    assert bad >= BAD_HISTORIES_PER_BUG, f"only {bad} of 400 histories show that {bug}"


def op(index, user, kind, outcome, status, begun, ended, note=None, output=None, at=0, id="r"):
    return Operation(index, user, kind, "d", id, note, outcome, status, output, begun, ended, at, at)


WAITING = State((("r", Request("needsApproval", "alice")),))
OK, FAIL, INFO = Outcome.OK, Outcome.FAIL, Outcome.INFO


def test_two_approvals_that_overlap_are_one_approval():
    good = [op(0, "bob", "approve", OK, 200, 0, 10, "b"), op(1, "carol", "approve", FAIL, 409, 5, 15, "c")]
    assert verdict(good, {}, WAITING)
    both = [good[0], good[1].but(outcome=OK, status=200)]
    assert not verdict(both, {}, WAITING)


def test_a_conflict_needs_somebody_who_was_first():
    late = [op(0, "bob", "approve", FAIL, 409, 0, 10, "b"), op(1, "carol", "approve", OK, 200, 11, 15, "c")]
    assert not verdict(late, {}, WAITING)
    assert verdict([late[0], late[1].but(invoked=9)], {}, WAITING)


def test_an_unknown_operation_takes_effect_once_at_any_later_point_or_never():
    unknown = op(0, "bob", "approve", INFO, 0, 0, NEVER, "b")
    before = op(1, "frank", "read", OK, 200, 10, 20, output=("needsApproval", None, None))
    after = op(2, "frank", "read", OK, 200, 30, 40, output=("approved", "bob", "b"))
    assert verdict([unknown, before, after], {}, WAITING)
    assert verdict([unknown, before], {}, WAITING)
    assert not verdict([unknown, before.but(invoked=50, returned=60), after], {}, WAITING)


def test_expiry_happens_at_the_deadline_and_not_before():
    shown = op(0, "frank", "read", OK, 200, 0, 10, output=("expired", None, None))
    waiting = shown.but(output=("needsApproval", None, None))
    assert not verdict([shown.but(earliest=990, latest=999)], {"r": 1000}, WAITING)
    assert verdict([shown.but(earliest=990, latest=1000)], {"r": 1000}, WAITING)
    assert verdict([waiting.but(earliest=990, latest=1005)], {"r": 1000}, WAITING)
    assert not verdict([waiting.but(earliest=1000, latest=1005)], {"r": 1000}, WAITING)


def test_what_was_refused_for_too_many_conflicts_says_nothing():
    assert verdict([op(0, "bob", "approve", FAIL, 429, 0, 10, "b")], {}, WAITING)


def test_a_failure_is_told_with_the_operations_that_show_it_and_no_others():
    operations = [
        op(0, "frank", "read", OK, 200, 0, 5, output=("needsApproval", None, None)),
        op(1, "bob", "approve", OK, 200, 10, 15, "b"),
        op(2, "carol", "reject", OK, 200, 20, 25, "c"),
        op(3, "frank", "read", OK, 200, 30, 35, output=("rejected", "carol", "c")),
    ]
    text = checker.explain(operations, Model({}), WAITING)
    assert "#1" in text and "#2" in text and "#0 " not in text


def test_a_history_of_sixty_operations_and_eight_unknown_ones_takes_less_than_a_second():
    start = time.monotonic()
    for seed in range(5):
        operations, deadlines = toys.history(seed, rounds=16, width=6)
        crash = [
            op(900 + n, "carol", "approve", INFO, 0, 3000 + n, NEVER, f"lost {n}", id=operations[-1].request)
            for n in range(8)
        ]
        assert verdict(operations + crash, deadlines)
    assert time.monotonic() - start < 5
