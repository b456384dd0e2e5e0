"""The model of rights says what the rules say: each case is a history by hand, with its twin that no server may have."""

import pytest

from histories import checker
from histories.operation import NEVER, Operation, Outcome
from histories.rights import CHANGES, GROUP, LAPTOP, POLICY, Member, Policy, Request, RightsModel, State

OK, FAIL, INFO = Outcome.OK, Outcome.FAIL, Outcome.INFO
START = State(CHANGES["one"], (Member("bob"), Member("carol")))


def history(*calls) -> list[Operation]:
    """(user, kind, target, id, status, more…): one after the other, each from 10n to 10n + 5."""
    operations = []
    for index, (user, kind, target, id, status, *more) in enumerate(calls):
        options = more[0] if more else {}
        outcome = options.pop("outcome", OK if status < 300 or (kind == "file" and status == 412) else FAIL)
        began = options.pop("at", 10 * index)
        ended = options.pop("until", NEVER if outcome is INFO else began + 5)
        operations.append(
            Operation(index, user, kind, target, id, options.pop("note", f"n{index}"), outcome, status,
                      options.pop("output", None), began, ended, **options))
    return operations


def fits(operations: list[Operation], start: State = START) -> bool:
    return bool(checker.check(operations, RightsModel({}, operations, slack=0), start))


def wipe(user: str, id: str | None = "w", status: int = 412, **options):
    return user, "file", LAPTOP, id, status, options


def change(user: str, to: str, id: str = "p", status: int = 412):
    return user, "file", POLICY, id, status, {"change": to}


def approve(user: str, id: str, status: int, target: str = LAPTOP, **options):
    return user, "approve", target, id, status, options


def complete(user: str, id: str, status: int, target: str = LAPTOP):
    return user, "complete", target, id, status


def add(user: str, who: str, status: int = 204, **options):
    return user, "addMember", GROUP, None, status, {"note": who, **options}


def remove(user: str, who: str, status: int = 204, **options):
    return user, "removeMember", GROUP, None, status, {"note": who, **options}


@pytest.mark.parametrize("status, is_right", [(200, False), (404, True)])
def test_who_has_left_the_group_is_nobody(status, is_right):
    assert fits(history(wipe("alice"), remove("erin", "carol"), approve("carol", "w", status))) == is_right


@pytest.mark.parametrize("filer, status, is_right", [
    ("alice", 200, True), ("alice", 403, False), ("erin", 200, False), ("erin", 403, True)])
def test_a_membership_that_a_party_wrote_later_doesnt_count(filer, status, is_right):
    assert fits(history(wipe(filer), add("erin", "dave"), approve("dave", "w", status))) == is_right


@pytest.mark.parametrize("status", [200, 403])
def test_of_a_filing_and_a_membership_at_once_either_may_be_the_older(status):
    assert fits(history(wipe("erin"), add("erin", "dave", at=2, until=9), approve("dave", "w", status)))


@pytest.mark.parametrize("status, is_right", [(200, False), (403, True)])
def test_a_party_doesnt_decide(status, is_right):
    assert fits(history(wipe("bob"), approve("bob", "w", status))) == is_right


@pytest.mark.parametrize("who, status, is_right", [
    ("erin", 200, False), ("erin", 403, True), ("bob", 200, True), ("bob", 403, False), ("carol", 200, False),
    ("carol", 403, True)])
def test_a_change_is_approved_by_administrators_under_the_old_policy(who, status, is_right):
    assert fits(history(change("alice", "both"), approve(who, "p", status, POLICY))) == is_right


@pytest.mark.parametrize("status, is_right", [(200, False), (403, True)])
def test_the_policy_in_force_must_name_the_decider_too(status, is_right):
    start = START._replace(policy=CHANGES["both"])
    calls = history(
        wipe("alice"), change("alice", "one"), approve("bob", "p", 200, POLICY), complete("alice", "p", 200, POLICY),
        approve("erin", "w", status))
    assert fits(calls, start) == is_right


@pytest.mark.parametrize("who, status, is_right", [("bob", 200, False), ("bob", 403, True), ("erin", 200, True)])
def test_an_applications_owner_doesnt_approve_its_exclusion(who, status, is_right):
    start = START._replace(policy=CHANGES["both"])
    assert fits(history(change("alice", "both+automation"), approve(who, "p", status, POLICY)), start) == is_right


@pytest.mark.parametrize("excludes, status, is_right", [
    (True, 204, True), (True, 412, False), (False, 204, False), (False, 412, True)])
def test_an_excluded_applications_call_runs_at_once(excludes, status, is_right):
    start = START._replace(policy=Policy(START.policy.groups, excludes))
    assert fits(history(wipe("automation", None if status == 204 else "w", status)), start) == is_right


@pytest.mark.parametrize("status, is_right", [(204, False), (409, True)])
def test_what_ran_in_between_changes_the_target(status, is_right):
    start = START._replace(policy=Policy(START.policy.groups, True))
    calls = history(
        wipe("alice"), approve("bob", "w", 200), wipe("automation", None, 204), complete("alice", "w", status))
    assert fits(calls, start) == is_right


@pytest.mark.parametrize("members, status, is_right", [
    (("bob", "carol"), 200, True), (("bob", "carol"), 409, False), (("bob",), 200, False), (("bob",), 409, True)])
def test_no_change_leaves_a_policy_to_its_parties(members, status, is_right):
    """Bob owns the application, so that he is a party to its exclusion."""
    start = State(CHANGES["both"], tuple(map(Member, members)))
    calls = history(
        change("alice", "one+automation"), approve("erin", "p", 200, POLICY), complete("alice", "p", status, POLICY))
    assert fits(calls, start) == is_right


@pytest.mark.parametrize("seen, is_right", [({"bob"}, True), ({"bob", "carol"}, False)])
def test_what_was_removed_isnt_shown(seen, is_right):
    calls = history(remove("erin", "carol"), ("frank", "members", GROUP, None, 200, {"output": frozenset(seen)}))
    assert fits(calls) == is_right


@pytest.mark.parametrize("user, status, is_right", [("bob", 204, False), ("bob", 403, True), ("erin", 204, True)])
def test_the_members_of_an_approver_group_are_changed_by_few(user, status, is_right):
    assert fits(history(add(user, "dave", status))) == is_right


@pytest.mark.parametrize("shown", [{"bob"}, {"bob", "carol"}])
def test_a_removal_without_an_answer_may_have_happened(shown):
    calls = history(
        remove("erin", "carol", 0, outcome=INFO), ("frank", "members", GROUP, None, 200, {"output": frozenset(shown)}))
    assert fits(calls)


def test_an_excluded_call_without_an_answer_may_have_run():
    start = START._replace(policy=Policy(START.policy.groups, True))
    for results, is_right in ((0, True), (1, True), (2, False)):
        calls = history(wipe("automation", None, 0, outcome=INFO), ("frank", "device", LAPTOP, None, 200, {"output": results}))
        assert fits(calls, start) == is_right


def test_a_request_keeps_the_groups_that_it_was_filed_under():
    request = Request("needsApproval", "alice", LAPTOP, groups=frozenset({"operation-approvers"}))
    start = State(CHANGES["both"], (Member("bob"), Member("carol")), (("w", request),))
    assert fits(history(approve("erin", "w", 403)), start)
    assert not fits(history(approve("erin", "w", 200)), start)
