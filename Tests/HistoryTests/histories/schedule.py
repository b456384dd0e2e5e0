"""Seeded schedules: who tries what, when the clock is moved, and when the server is killed.

The same seed and number give the same schedule. Which thread wins a race is the machine's choice: a failure that depends on
it is found again with `--repeat`.
"""

from dataclasses import dataclass
from random import Random

from .model import APPROVERS, FILERS
from .recorder import Client, Recorder

#: Two sessions of one requestor, two approvers of whom one is a requestor too, a requestor who may not approve, and one
#: who may do nothing.
CAST = ("alice", "alice", "bob", "carol", "erin", "outsider")
OPERATIONS_PER_CLIENT = 8

HOUR = 3600
#: Requests expire 72 hours after their filing.
ADVANCES = ("PT1H", "PT71H59M", "P3D", "P4D")
SECONDS = {"PT1H": HOUR, "PT71H59M": 72 * HOUR - 60, "P3D": 72 * HOUR, "P4D": 96 * HOUR}

WEIGHTS = {
    "file": 14, "approve": 16, "reject": 5, "cancelApproval": 5, "cancelMyRequest": 6, "complete": 18,
    "read": 18, "list": 8, "device": 6,
}


@dataclass(frozen=True)
class Kill:
    """After so many operations have begun: at once or after some milliseconds, or inside a commit."""

    after: int
    milliseconds: float
    #: None: whatever the server is doing. Otherwise the n-th write of a commit.
    moment: int | None
    #: The clock is being moved meanwhile: the commits are those of everything that becomes due.
    advance: str | None = None


@dataclass(frozen=True)
class Move:
    """Of the clock, after so many operations have begun: by a duration, or to the deadline of a request."""

    after: int
    advance: str | None


@dataclass(frozen=True)
class Schedule:
    seed: int
    number: int
    devices: tuple[str, ...]
    outsider: str
    #: All clients begin each of their operations together, on one device: the most conflicts there can be.
    in_rounds: bool
    actions: tuple[Kill | Move, ...]

    @classmethod
    def of(cls, seed: int, number: int, kills: bool = True) -> "Schedule":
        rng = Random(f"{seed}/{number}")
        devices = tuple(f"laptop-{n}" for n in range(1, 1 + rng.choice((2, 2, 3))))
        total = len(CAST) * OPERATIONS_PER_CLIENT
        actions: list[Kill | Move] = []
        outsider, in_rounds = rng.choice(("dave", "frank")), rng.random() < 0.6
        for _ in range(rng.choices((0, 1, 2), (55, 30, 15))[0]):
            advance = rng.choice((*ADVANCES, None))
            actions.append(Move(rng.randrange(6, total), advance))
        for place in range(rng.choices((0, 1, 2), (50, 40, 10))[0]):
            inside = (number + place) % 3 == 0
            moment = rng.randrange(1, 6) if inside else None
            pause = rng.choice((0.0, rng.uniform(0, 5), rng.uniform(0, 40)))
            advance = rng.choice(ADVANCES) if inside and rng.random() < 0.25 else None
            kill = Kill(rng.randrange(2, total - 6), pause, moment, advance)
            if kills:
                actions.append(kill)
        return cls(seed, number, devices, outsider, in_rounds, tuple(sorted(actions, key=lambda a: a.after)))

    @property
    def users(self) -> list[str]:
        return [self.outsider if user == "outsider" else user for user in CAST]

    @property
    def kills(self) -> bool:
        return any(isinstance(action, Kill) for action in self.actions)

    def script(self, place: int) -> "Script":
        return Script(self, place)


class Script:
    """What one client does. Each operation draws the same numbers whatever the others have done meanwhile."""

    def __init__(self, schedule: Schedule, place: int):
        self.schedule = schedule
        self.user = schedule.users[place]
        self.place = place
        self.rng = Random(f"{schedule.seed}/{schedule.number}/{place}")
        # Drawn alike by all clients, in the same order.
        self.shared = Random(f"{schedule.seed}/{schedule.number}/device")

    def perform(self, client: Client, recorder: Recorder, count: int) -> None:
        """One operation, recorded by the client. Raises Unreachable where the server is down."""
        rng = Random(self.rng.randrange(1 << 60))
        hot = self.schedule.devices[self.shared.randrange(len(self.schedule.devices))]
        device = hot if rng.random() < 0.8 else rng.choice(self.schedule.devices)
        kind = rng.choices(list(WEIGHTS), self._weights())[0]
        newest, which, own = rng.random() < 0.75, rng.random(), rng.random() < 0.9
        shown = rng.choice((None, "needsApproval", "approved", "completed", "mine"))
        elsewhere = rng.choice(self.schedule.devices) if rng.random() < 0.1 else None
        note = f"{self.user} {self.schedule.number}.{self.place}.{count}"
        if kind == "device":
            return client.device(device)
        if kind == "list":
            return client.list(shown)
        known = recorder.known(device)
        if own and kind in ("complete", "cancelMyRequest"):
            known = [pair for pair in known if pair[1] == self.user] or known
        if kind == "file" or not known:
            return client.file(device, note)
        id = known[-1 if newest else int(which * len(known))][0]
        match kind:
            case "read":
                return client.read(device, id)
            case "complete":
                return client.complete(device, id, on=elsewhere)
            case "cancelMyRequest":
                return client.cancel_my_request(device, id)
        return client.decide(kind, device, id, note)

    def _weights(self) -> list[int]:
        """People mostly try what they may do: otherwise most of a history would be refusals."""
        weights = dict(WEIGHTS)
        if self.user not in APPROVERS:
            for kind in ("approve", "reject", "cancelApproval"):
                weights[kind] = 1
        if self.user not in FILERS:
            for kind in ("file", "complete", "cancelMyRequest"):
                weights[kind] = 2
        if self.user == "bob":
            weights["file"], weights["complete"] = 5, 6
        return list(weights.values())
