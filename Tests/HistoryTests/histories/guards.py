"""Scenes, each of which catches one planted fault within seconds: a guard answers with what is wrong, or None.

The random histories are guards too (`runner.run` with a fault); these need no luck.
"""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from . import commits, syncs
from .clock import instant, microseconds
from .database import Postgres, SQLite
from .recorder import NAMES, REQUESTS, demo_id
from .stage import Call, Stage
from .waiting import until


def _rounds(count: int, fault: str | None) -> range:
    """How often a scene that depends on a race is played. Without a fault it must be silent each time; with one it ends when
    the race is won, so that it may go on for longer."""
    return range(count if fault is None else 5 * count)


def sequential_approvals_reach_the_disk(engine: str, fault: str | None) -> str | None:
    """Approves one request after the other under strace: during each there must be a finished fdatasync of the log."""
    count = 12
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "strace"
        with Stage(engine, fault, emulator=False, wrapper=lambda _: syncs.wrapper(log)) as stage:
            ids = [stage.filed(stage.script("alice", f"s{n}")) for n in range(count)]
            spans = []
            for id in ids:
                began = time.time()
                answer = stage.call(stage.decide("bob", "approve", id))
                spans.append((began, time.time()))
                assert answer.status == 200, answer
            stage.server.stop()
        found = syncs.of_log(syncs.parse(log.read_text()))
    naked = [s for s in spans if not any(s[0] <= sync.began and sync.ended <= s[1] for sync in found)]
    during = [sync for sync in found if spans[0][0] <= sync.began <= spans[-1][1]]
    if naked:
        return f"{len(naked)} of {count} approvals were acknowledged without an fdatasync of the log"
    if len(during) > 2 * count:
        return f"{len(during)} fdatasyncs for {count} approvals: commits aren't single"
    return None


def one_of_many_deciders_wins(engine: str, fault: str | None) -> str | None:
    """Approvers and requestor decide the same request at the same moment: exactly one is told so."""
    with Stage(engine, fault) as stage:
        for number in _rounds(20, fault):
            id = stage.filed(stage.script("alice", f"s{number}"))
            calls = [stage.decide(u, a, id) for u, a in (
                ("bob", "approve"), ("carol", "reject"), ("carol", "approve"), ("bob", "reject"),
                ("carol", "reject"), ("bob", "approve"),
            )]
            statuses = [answer.status for answer in stage.burst(calls) if answer]
            if not _one_won(statuses, 200):
                return f"round {number}: six decisions at once on {id} were answered {statuses}"
    return None


def _one_won(statuses: list[int], success: int) -> bool:
    """One was told so and the others that they came too late; or that there were too many at once (429)."""
    return statuses.count(success) == 1 and all(status in (success, 409, 429) for status in statuses)


def one_of_many_completions_runs(engine: str, fault: str | None) -> str | None:
    """The requestor sends the approved call six times at once: it runs once."""
    with Stage(engine, fault) as stage:
        for number in _rounds(10, fault):
            id = stage.filed(stage.script("alice", f"s{number}"))
            assert stage.call(stage.decide("bob", "approve", id)).status == 200
            calls = [stage.script("alice", f"s{number}", code=id) for _ in range(6)]
            statuses = [answer.status for answer in stage.burst(calls) if answer]
            if not _one_won(statuses, 201):
                return f"round {number}: six completions at once of {id} were answered {statuses}"
    return None


def _slowed(database: SQLite | Postgres) -> tuple[str, ...]:
    """Commits to a file are slowed down, which an answer that waits for its commit waits for; one that doesn't is caught in
    the act."""
    return syncs.slowly(Path(f"{database.path}-wal")) if isinstance(database, SQLite) else ()


def nothing_acknowledged_is_lost(engine: str, fault: str | None) -> str | None:
    """Many approvals at once, SIGKILL at the first answer: whatever was acknowledged is there after the restart."""
    with Stage(engine, fault, wrapper=_slowed) as stage:
        for number in _rounds(4, fault):
            ids = stage.filed_at_once([stage.script("alice", f"s{number}.{n}") for n in range(32)])
            calls = [stage.decide("bob", "approve", id) for id in ids]
            if isinstance(stage.server.database, Postgres):
                stage.server.database.proxy.delay = 0.03
            answers = stage.burst(calls, kill_at_first=True)
            if isinstance(stage.server.database, Postgres):
                stage.server.database.proxy.delay = 0
            stage.server.start()
            acknowledged = [id for id, answer in zip(ids, answers) if answer and answer.status == 200]
            if lost := [id for id in acknowledged if stage.status(id) != "approved"]:
                return (
                    f"round {number}: {len(lost)} of {len(acknowledged)} approvals that were acknowledged before a kill "
                    f"are gone: {lost[0]} is {stage.status(lost[0])}"
                )
    return None


def what_was_acknowledged_is_what_the_next_read_shows(engine: str, fault: str | None) -> str | None:
    with Stage(engine, fault, wrapper=_slowed) as stage:
        for number in _rounds(30, fault):
            id = stage.filed(stage.script("alice", f"r{number}"))
            if (status := stage.status(id)) != "needsApproval":
                return f"round {number}: {id} was filed, acknowledged, and then read as {status}"
            with stage.server.database.held_up(0.5):
                stage.call(stage.decide("bob", "approve", id))
                if (status := stage.status(id)) != "approved":
                    return f"round {number}: {id} was approved, acknowledged, and then read as {status}"
    return None


def at_its_deadline_a_request_has_expired(engine: str, fault: str | None) -> str | None:
    """The clock is set to the very instant: no read, list or decision sees the old state; a little before, all do."""
    with Stage(engine, fault) as stage:
        early = stage.filed(stage.script("alice", "early"))
        before = microseconds(stage.read(early)["expirationDateTime"]) - 5_000_000
        stage.server.move_clock({"set": instant(before)})
        if (answer := stage.call(stage.decide("bob", "approve", early))).status != 200:
            return f"five seconds before its deadline a request couldn't be approved: {answer.status}"
        for look in (_read, _list, _approve, _filter, _complete):
            id = stage.filed(stage.script("alice", look.__name__))
            if look is _complete:
                assert stage.call(stage.decide("bob", "approve", id)).status == 200
            deadline = stage.read(id)["expirationDateTime"]
            stage.server.move_clock({"set": deadline})
            if complaint := look(stage, id):
                return f"at {deadline}, its deadline, {complaint}"
    return None


def _read(stage: Stage, id: str) -> str | None:
    status = stage.read(id)["status"]
    return None if status == "expired" else f"{id} is read as {status}"


def _list(stage: Stage, id: str) -> str | None:
    rows = _rows(stage, "")
    status = next(row["status"] for row in rows if row["id"] == id)
    return None if status == "expired" else f"{id} is listed as {status}"


def _filter(stage: Stage, id: str) -> str | None:
    rows = _rows(stage, "?$filter=status eq 'needsApproval'")
    return f"{id} is found among the waiting" if any(row["id"] == id for row in rows) else None


def _approve(stage: Stage, id: str) -> str | None:
    status = stage.call(stage.decide("bob", "approve", id)).status
    return None if status == 409 else f"{id} could be decided: {status}"


def _complete(stage: Stage, id: str) -> str | None:
    status = stage.call(stage.script("alice", "_complete", code=id)).status
    return None if status == 403 else f"{id} could be completed: {status}"


def _rows(stage: Stage, query: str) -> list[dict]:
    return stage.call(Call("frank", "GET", REQUESTS + query)).json["value"]


def nobody_decides_their_own_request(engine: str, fault: str | None) -> str | None:
    """bob is an approver and a requestor: of his own request he is neither."""
    with Stage(engine, fault) as stage:
        for action in ("approve", "reject", "cancelApproval"):
            id = stage.filed(stage.script("bob", f"own {action}"))
            if action == "cancelApproval":
                assert stage.call(stage.decide("carol", "approve", id)).status == 200
            before = stage.read(id)["status"]
            status = stage.call(stage.decide("bob", action, id)).status
            after = stage.read(id)
            if status != 403 or after["status"] != before:
                decider = NAMES.get(((after.get("approver") or {}).get("user") or {}).get("id"))
                return f"bob's {action} of his own request was answered {status}; it is {after['status']} by {decider}"
    return None


def what_has_ended_locks_nothing(engine: str, fault: str | None) -> str | None:
    """After each way to end, the device can be asked for again."""
    with Stage(engine, fault) as stage:

        def cancel(id: str) -> int:
            return stage.call(stage.withdraw("alice", id)).status

        def reject(id: str) -> int:
            return stage.call(stage.decide("bob", "reject", id)).status

        def complete(id: str) -> int:
            stage.call(stage.decide("bob", "approve", id))
            return stage.call(stage.wipe("alice", "laptop-2", code=id)).status

        def expire(id: str) -> int:
            stage.server.move_clock({"set": stage.read(id)["expirationDateTime"]})
            return 200

        for end in (cancel, reject, complete, expire):
            answer = stage.call(stage.wipe("alice", "laptop-2"))
            id = answer.headers.get("x-msft-approval-code")
            if answer.status != 412 or not id:
                return f"before {end.__name__}: a device without an active request can't be asked for: {answer.status}"
            assert end(id) in (200, 204), end.__name__
        status = stage.call(stage.wipe("alice", "laptop-2")).status
        return None if status == 412 else f"after expire: a device without an active request can't be asked for: {status}"


def no_decision_is_committed_after_its_deadline(engine: str, fault: str | None) -> str | None:
    """Approvals are on their way when the deadline passes, while the server is stopped (SIGSTOP): what was decided before and
    commits after must be decided again. No answer can tell, as it was under way all the time; the log's own instants do."""
    with Stage(engine, fault) as stage:
        for number in _rounds(6, fault):
            deadlines = stage.filed_at_once([stage.script("alice", f"s{number}.{n}") for n in range(24)])
            first, last = min(deadlines.values()), max(deadlines.values())
            stage.server.move_clock({"set": instant(first - 600_000)})
            wait = 0.7 + (last - first) / 1e6

            def pass_deadlines() -> None:
                # The system's clock goes on, and the server's with it.
                end = time.monotonic() + wait
                until(lambda: time.monotonic() > end, seconds=wait + 1)

            calls = [stage.decide("bob", "approve", id) for id in deadlines]
            _stopped_in_the_middle(stage, calls, pass_deadlines, delay=0.02 + 0.04 * (number % 8))
            if wrong := commits.at_the_wrong_time(stage.server.database):
                return f"round {number}: {wrong[0]}"
    return None


def nobody_decides_for_an_application_that_became_theirs(engine: str, fault: str | None) -> str | None:
    """An application's requests are being approved by carol when another process makes her its owner. Only the stamp of "the
    application's owners" tells: no document that she stands on has changed. Nothing of hers may be committed after that."""
    with Stage(engine, fault) as stage:
        stage.tokens["automation"] = stage.server.control("POST", "/tokens", {"app": "automation"})["token"]
        for number in _rounds(8, fault):
            ids = stage.filed_at_once([stage.script("automation", f"s{number}.{n}") for n in range(16)])
            since: list[int] = []

            def make_owner() -> None:
                if len(since) == number % 4 and stage.server.database.execute(_owner_from("bob", "carol")):
                    since.append(time.time_ns() // 1000)
                elif len(since) < number % 4:
                    since.append(1 << 60)

            calls = [stage.decide("carol", "approve", id) for id in ids]
            _stopped_in_the_middle(stage, calls, make_owner, times=10)
            late = commits.decided_after(stage.server.database, demo_id("users/carol"), min(since, default=1 << 60))
            if late:
                return f"round {number}: carol owned the requestor since {instant(min(since))}, yet {late[0]}"
            until(lambda: stage.server.database.execute(_no_owner("carol")))
    return None


APPLICATION = demo_id("servicePrincipals/automation")
STAMPED = "ON CONFLICT (tenant, idx, value) DO UPDATE SET stamp = stamps.stamp + 1"


def _owner_from(owner: str, other: str) -> str:
    """A second owner after the image of the first, as the engines store one: edge, index entries, stamps."""
    old, new = demo_id(f"users/{owner}"), demo_id(f"users/{other}")
    edge = f"owner:{APPLICATION}:{old}"
    return (
        f"""INSERT INTO edge (tenant, id, version, document, internals, settles_at, "relation", "toId", "fromId")
        SELECT tenant, replace(id, '{old}', '{new}'), version, replace(document, '{old}', '{new}'), internals, settles_at,
        "relation", "toId", replace("fromId", '{old}', '{new}') FROM edge WHERE id = '{edge}';"""
        f"""INSERT INTO entries (tenant, idx, value, kind, id) SELECT tenant, idx, replace(value, '{old}', '{new}'), kind,
        replace(id, '{old}', '{new}') FROM entries WHERE kind = 'edge' AND id = '{edge}';"""
        + _stamp(new)
    )


def _no_owner(owner: str) -> str:
    edge = f"owner:{APPLICATION}:{demo_id(f'users/{owner}')}"
    stamp = _stamp(demo_id(f"users/{owner}"))
    return f"{stamp}; DELETE FROM entries WHERE kind = 'edge' AND id = '{edge}'; DELETE FROM edge WHERE id = '{edge}'"


def _stamp(owner: str) -> str:
    return (
        "INSERT INTO stamps (tenant, idx, value, stamp) SELECT tenant, idx, value, 1 FROM entries "
        f"WHERE kind = 'edge' AND id = 'owner:{APPLICATION}:{owner}' {STAMPED}"
    )


def _stopped_in_the_middle(
    stage: Stage, calls: list[Call], meanwhile: Callable[[], None], times: int = 1, delay: float = 0.03
) -> None:
    """While the calls are on their way, the server is stopped, something happens, and it goes on; so many times."""
    sent, done = threading.Event(), threading.Event()

    def burst() -> None:
        stage.burst(calls, sent=sent)
        done.set()

    bursting = threading.Thread(target=burst)
    bursting.start()
    sent.wait(10)
    for _ in range(times):
        # The server needs some milliseconds for each call: wherever this falls, some are between reading and committing.
        if done.wait(delay):
            break
        os.kill(stage.server.pid, signal.SIGSTOP)
        try:
            meanwhile()
        finally:
            os.kill(stage.server.pid, signal.SIGCONT)
    bursting.join(30)


POLICIES = "/beta/deviceManagement/operationApprovalPolicies"
MEMBERS = f"/v1.0/groups/{demo_id('groups/operation-approvers')}/members"


def _admit(stage: Stage, by: str, member: str) -> int:
    reference = {"@odata.id": f"users/{demo_id(f'users/{member}')}"}
    return stage.call(Call(by, "POST", f"{MEMBERS}/$ref", reference)).status


def nobody_is_left_without_an_approver(engine: str, fault: str | None) -> str | None:
    """The last approver who isn't a party to it can't be taken out of the group."""
    with Stage(engine, fault) as stage:
        left = [stage.call(Call("erin", "DELETE", f"{MEMBERS}/{demo_id(f'users/{name}')}/$ref")).status
                for name in ("carol", "bob")]
    return None if left == [204, 409] else f"carol and then bob were taken out of the approvers: {left}"


def approvers_are_chosen_by_few(engine: str, fault: str | None) -> str | None:
    """alice administers groups, but not those that approve."""
    with Stage(engine, fault) as stage:
        status = _admit(stage, "alice", "alice")
    return None if status == 403 else f"alice let herself into the approvers: {status}"


def an_exclusion_holds_for_the_owners_that_were_approved(engine: str, fault: str | None) -> str | None:
    """A new owner of an excluded application suspends its exclusion."""
    entity = {"id": demo_id("servicePrincipals/automation"), "appId": demo_id("applications/automation"),
              "displayName": "Automation"}
    policy = {"id": demo_id("operationApprovalPolicies/script"), "displayName": "Script", "policyType": "script",
              "approverGroupIds": [demo_id("groups/operation-approvers")],
              "countersignExcludedApplicationIds": [entity["id"]]}
    with Stage(engine, fault) as stage:
        stage.tokens["automation"] = stage.server.control("POST", "/tokens", {"app": "automation"})["token"]
        stage.server.control("POST", "/seed", {"operationApprovalPolicies": [policy]})
        before = stage.call(stage.script("automation", "before")).status
        owners = [demo_id("users/bob"), demo_id("users/dave")]
        stage.server.control("POST", "/seed", {"servicePrincipals": [entity | {"owners": owners}]})
        after = stage.call(stage.script("automation", "after")).status
    assert before == 201, before
    return None if after == 412 else f"with a new owner the excluded application's write was answered {after}"


def a_policy_is_changed_by_its_own_approvers(engine: str, fault: str | None) -> str | None:
    """erin holds the permission and isn't an approver of the policy as it is."""
    path = f"{POLICIES}/{demo_id('operationApprovalPolicies/script')}"
    body = {"approverGroupIds": [demo_id("groups/role-approvers")]}
    with Stage(engine, fault) as stage:
        id = stage.filed(Call("alice", "PATCH", path, body, stage.header(None)))
        status = stage.call(stage.decide("erin", "approve", id)).status
    return None if status == 403 else f"erin's approval of a change of the script policy was answered {status}"


GUARDS: dict[str, tuple[Callable[[str, str | None], str | None], ...]] = {
    "synchronousOff": (sequential_approvals_reach_the_disk,),
    "skippedVersionCheck": (one_of_many_deciders_wins, one_of_many_completions_runs),
    "skippedStamp": (nobody_decides_for_an_application_that_became_theirs,),
    "skippedWindow": (no_decision_is_committed_after_its_deadline,),
    "outcomeBeforeCommit": (what_was_acknowledged_is_what_the_next_read_shows, nothing_acknowledged_is_lost),
    "expiryOffByOne": (at_its_deadline_a_request_has_expired,),
    "selfDecisionAllowed": (nobody_decides_their_own_request,),
    "nameNotReleased": (what_has_ended_locks_nothing,),
    "lockoutAllowed": (nobody_is_left_without_an_approver,),
    "protectedGroupOpen": (approvers_are_chosen_by_few,),
    "pinsIgnored": (an_exclusion_holds_for_the_owners_that_were_approved,),
    "oldPolicyIgnored": (a_policy_is_changed_by_its_own_approvers,),
}
