"""What the end of a history must show is checked: a good dump has no complaint, each broken one has."""

import copy

import pytest

from histories.clock import ServerClock, Sighting, instant, microseconds
from histories.invariants import Dump, settle_filings, violations
from histories.operation import NEVER, Operation, Outcome
from histories.recorder import Recorder, demo_id
from histories.schedule import Kill, Schedule

pytestmark = pytest.mark.usefixtures("binary")

DEVICE = demo_id("managedDevices/laptop-1")
START = microseconds("2026-11-21T10:00:00Z")
LIFETIME = 72 * 3600 * 1_000_000


def entity(status="completed", note="alice 1", id="r1"):
    return {
        "id": id, "payloadId": DEVICE, "status": status, "requestJustification": note,
        "requestDateTime": instant(START + 1_000_000), "expirationDateTime": instant(START + 1_000_000 + LIFETIME),
    }


def event(seconds, old, new, user, id="r1", result="success"):
    changes = [{"displayName": "status", "oldValue": old, "newValue": new}]
    return {
        "activityDateTime": instant(START + seconds * 1_000_000), "result": result,
        "initiatedBy": {"user": {"id": demo_id(f"users/{user}")} if user else None},
        "targetResources": [{"id": id, "modifiedProperties": changes}],
    }


def operation(kind, user, status, begun, ended, note=None, outcome=Outcome.OK):
    return Operation(0, user, kind, "laptop-1", "r1", note, outcome, status, None, begun * 10**9, ended * 10**9)


class Case:
    """Alice files, bob approves, alice completes."""

    def __init__(self):
        self.requests = [entity()]
        self.results = 1
        self.audits = [
            event(1, None, "needsApproval", "alice"), event(3, "needsApproval", "approved", "bob"),
            event(5, "approved", "completed", "alice"), event(6, "completed", "approved", "carol", result="failure"),
        ]
        self.operations = [
            operation("file", "alice", 412, 0, 2, "alice 1"), operation("approve", "bob", 200, 2, 4, "bob 1"),
            operation("complete", "alice", 204, 4, 6),
        ]
        self.dates = {("r1", entity()["requestDateTime"], entity()["expirationDateTime"])}

    def complaints(self):
        recorder, clock = Recorder(), ServerClock()
        clock.saw(Sighting(-2000, -1000, START))
        for id, requested, expires in self.dates:
            recorder.met(id, "laptop-1", "alice", requested, expires)
        results = [{"actionName": "wipe"}] * self.results
        dump = Dump(self.requests, {"laptop-1": {"deviceActionResults": results}}, self.audits, {"laptop-1": 0})
        operations = settle_filings(self.operations, dump)
        return list(violations(operations, dump, recorder, clock, {"laptop-1": DEVICE}))


def test_a_good_end_has_no_complaint():
    assert Case().complaints() == []


def change(case, what):
    match what:
        case "an execution too many":
            case.results = 2
        case "an execution is missing":
            case.results = 0
        case "a completion that nobody asked for":
            case.operations.pop()
        case "an acknowledged filing is gone":
            case.requests, case.audits = [], []
            case.results, case.operations = 0, case.operations[:1]
        case "two active requests":
            case.requests += [entity("approved", "x", "r2"), entity("needsApproval", "y", "r3")]
            case.audits += [event(1, None, "needsApproval", "erin", "r2"), event(2, "needsApproval", "approved", "bob", "r2")]
            case.audits += [event(1, None, "needsApproval", "erin", "r3")]
        case "an event twice":
            case.audits.append(copy.deepcopy(case.audits[1]))
        case "an event is missing":
            del case.audits[1]
        case "an event of a request that isn't there":
            case.audits.append(event(1, None, "needsApproval", "alice", "r9"))
        case "an edge that isn't published":
            case.audits[1:3] = [event(3, "needsApproval", "completed", "alice")]
        case "the log ends elsewhere":
            case.audits.pop(2)
        case "the log names another person":
            case.audits[1] = event(3, "needsApproval", "approved", "carol")
        case "a deadline moved":
            case.dates.add(("r1", entity()["requestDateTime"], instant(START + LIFETIME + 2_000_000)))
        case "a deadline isn't 72 hours away":
            case.dates = {("r1", entity()["requestDateTime"], instant(START + LIFETIME))}
        case "a request is dated before it was filed":
            case.requests[0]["requestDateTime"] = instant(START - 10_000_000)
        case "a person expires a request":
            case.audits[2] = event(5, "approved", "expired", "carol")
            case.requests[0]["status"], case.results = "expired", 0
            case.operations.pop()
        case "one filing files twice":
            case.requests.append(entity("cancelled", "alice 1", "r2"))
            case.audits += [event(1, None, "needsApproval", "alice", "r2")]
            case.audits += [event(2, "needsApproval", "cancelled", "alice", "r2")]


@pytest.mark.parametrize(
    "what",
    [
        "an execution too many", "an execution is missing", "a completion that nobody asked for",
        "an acknowledged filing is gone", "two active requests", "an event twice", "an event is missing",
        "an event of a request that isn't there", "an edge that isn't published", "the log ends elsewhere",
        "the log names another person", "a deadline moved", "a deadline isn't 72 hours away",
        "a request is dated before it was filed", "a person expires a request", "one filing files twice",
    ],
)
def test_it_is_noticed_when(what):
    case = Case()
    change(case, what)
    assert case.complaints(), what


def test_a_filing_without_an_answer_is_what_the_final_list_shows():
    lost = operation("file", "alice", 0, 0, 2, "alice 1", Outcome.INFO).but(request=None, returned=NEVER)
    other = lost.but(note="alice 2")
    [settled] = settle_filings([lost, other], Dump([entity()], {}, [], {}))
    assert (settled.request, settled.outcome, settled.status, settled.returned) == ("r1", Outcome.OK, 412, NEVER)


def test_the_clock_is_bounded_by_every_time_that_it_was_seen():
    clock = ServerClock()
    clock.saw(Sighting(0, 2_000_000, 1_000_000))
    assert clock.earliest(1_000_000) == 0 and clock.earliest(2_000_000) == 1_000_000
    assert clock.latest(1_000_000) == 1_001_000 and clock.earliest(5_000_000) == 1_003_000
    clock.saw(Sighting(10_000_000, 12_000_000, 9_000_000))
    assert clock.earliest(11_000_000) < 2_000_000 and clock.latest(11_000_000) == 9_001_000
    clock.saw(Sighting(20_000_000, NEVER, None, 50_000_000))
    assert clock.earliest(21_000_000) == 9_009_000 and clock.latest(21_000_000) == 50_001_000
    clock.saw(Sighting(30_000_000, 31_000_000, 9_030_000))
    assert clock.latest(31_000_000) == 9_031_000


def test_the_same_seed_gives_the_same_schedule_and_a_third_of_the_kills_hit_a_commit():
    assert Schedule.of(7, 3) == Schedule.of(7, 3) != Schedule.of(8, 3)
    kills = [a for n in range(600) for a in Schedule.of(1, n).actions if isinstance(a, Kill)]
    inside = sum(kill.moment is not None for kill in kills)
    assert 0.25 < inside / len(kills) < 0.42
    assert not any(Schedule.of(1, n, kills=False).kills for n in range(50))
