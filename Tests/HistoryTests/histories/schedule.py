"""Seeded schedules: who tries what, when the clock is moved, and when the server is killed.

The same seed and number give the same schedule. Which thread wins a race is the machine's choice: a failure that depends on
it is found again with `--repeat`.
"""

from dataclasses import dataclass
from random import Random

from .model import APPROVERS, FILERS
from .recorder import APPLICATION, GROUPS, Client, Recorder, demo_id
from .rights import CHANGES, GROUP, LAPTOP, POLICY

#: Two sessions of one requestor, two approvers of whom one is a requestor too, a requestor who may not approve, and one
#: who may do nothing.
CAST = ("alice", "alice", "bob", "carol", "erin", "outsider")
OPERATIONS_PER_CLIENT = 8
OPERATIONS_ABOUT_RIGHTS = 12
#: Where rights change: who files and changes policies, an approver of everything, one of wipes, who writes memberships (and
#: files, and approves where the policy says so), an application that may be excluded, and one who comes and goes.
RIGHTS_CAST = ("alice", "bob", "carol", "erin", APPLICATION, "dave")
#: One history in so many is about rights.
EVERY = 3

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
    #: About policies, groups and exclusions, on one device.
    is_about_rights: bool
    #: All clients begin each of their operations together, on one device: the most conflicts there can be.
    in_rounds: bool
    actions: tuple[Kill | Move, ...]

    @classmethod
    def of(cls, seed: int, number: int, kills: bool = True) -> "Schedule":
        rng = Random(f"{seed}/{number}")
        is_about_rights = number % EVERY == EVERY - 1
        total = len(CAST) * (OPERATIONS_ABOUT_RIGHTS if is_about_rights else OPERATIONS_PER_CLIENT)
        devices = (LAPTOP,) if is_about_rights else tuple(f"laptop-{n}" for n in range(1, 1 + rng.choice((2, 2, 3))))
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
        actions.sort(key=lambda a: a.after)
        return cls(seed, number, devices, outsider, is_about_rights, in_rounds, tuple(actions))

    @property
    def operations(self) -> int:
        """Of each client."""
        return OPERATIONS_ABOUT_RIGHTS if self.is_about_rights else OPERATIONS_PER_CLIENT

    @property
    def users(self) -> list[str]:
        if self.is_about_rights:
            return list(RIGHTS_CAST)
        return [self.outsider if user == "outsider" else user for user in CAST]

    @property
    def kills(self) -> bool:
        return any(isinstance(action, Kill) for action in self.actions)

    def script(self, place: int) -> "Script | RightsScript":
        return RightsScript(self, place) if self.is_about_rights else Script(self, place)


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


#: What each of them tries, the rare ones to be refused.
RIGHTS_WEIGHTS = {
    "alice": {"change": 12, "complete": 18, "file": 4, "cancelMyRequest": 1, "approve": 1, "addMember": 1, "read": 2, "list": 2},
    "bob": {"approve": 24, "reject": 1, "cancelApproval": 2, "file": 2, "complete": 2, "policy": 3, "members": 2, "read": 2},
    "carol": {"approve": 18, "reject": 2, "cancelApproval": 4, "file": 1, "read": 6},
    "erin": {
        "addMember": 7, "removeMember": 11, "approve": 16, "change": 3, "complete": 5, "file": 3, "members": 2, "policy": 2,
    },
    APPLICATION: {"file": 14, "complete": 12, "cancelMyRequest": 2, "approve": 1, "device": 3, "read": 3, "list": 2},
    "dave": {"approve": 14, "reject": 2, "cancelApproval": 2, "removeMember": 1, "file": 1, "read": 8},
}
#: How often each of them is about the policy rather than the device.
ABOUT_THE_POLICY = {"alice": 0.8, "bob": 0.6, "carol": 0.1, "erin": 0.7, APPLICATION: 0.0, "dave": 0.1}
ASKED = {"both+automation": 3, "one": 1, "both": 2, "one+automation": 3}
#: Whom erin lets in and out.
COMERS = ("carol", "dave")


class RightsScript:
    """What one client does where rights change."""

    def __init__(self, schedule: Schedule, place: int):
        self.schedule = schedule
        self.user = schedule.users[place]
        self.place = place
        self.rng = Random(f"{schedule.seed}/{schedule.number}/{place}")

    def perform(self, client: Client, recorder: Recorder, count: int) -> None:
        """One operation, recorded by the client. Raises Unreachable where the server is down."""
        rng = Random(self.rng.randrange(1 << 60))
        weights = RIGHTS_WEIGHTS[self.user]
        kind = rng.choices(list(weights), list(weights.values()))[0]
        target = POLICY if rng.random() < ABOUT_THE_POLICY[self.user] else LAPTOP
        newest, which, comer = rng.random() < 0.8, rng.random(), rng.choice(COMERS)
        change = rng.choices(list(ASKED), list(ASKED.values()))[0]
        shown = rng.choice((None, "needsApproval", "approved", "completed", "mine"))
        note = f"{self.user} {self.schedule.number}.{self.place}.{count}"
        match kind:
            case "device":
                return client.device(LAPTOP)
            case "policy":
                return client.policy(POLICY)
            case "members":
                return client.members(GROUP)
            case "list":
                return client.list(shown)
            case "addMember":
                return client.add_member(GROUP, comer)
            case "removeMember":
                return client.remove_member(GROUP, comer)
            case "change":
                return client.file_change(POLICY, change, policy_body(change), note)
            case "file":
                return client.file(LAPTOP, note)
        known = recorder.known(target)
        if kind in ("complete", "cancelMyRequest"):
            own = [pair for pair in known if pair[1] == self.user]
            # Where it is excluded, an application's call runs whatever code of others it brings.
            known = own if self.user == APPLICATION else own or known
        if not known:
            return client.list(None) if self.user in (APPLICATION, "alice", "bob", "erin") else client.file(LAPTOP, note)
        id = known[-1 if newest else int(which * len(known))][0]
        match kind:
            case "read":
                return client.read(target, id)
            case "cancelMyRequest":
                return client.cancel_my_request(target, id)
            case "complete" if target == LAPTOP:
                return client.complete(target, id)
            case "complete":
                asked = recorder.changes.get(id)
                return client.complete_change(target, id, asked, policy_body(asked)) if asked else client.read(target, id)
        return client.decide(kind, target, id, note)


def policy_body(change: str) -> dict:
    policy = CHANGES[change]
    return {
        "approverGroupIds": [GROUPS[name] for name in sorted(policy.groups)],
        "countersignExcludedApplicationIds": [demo_id(f"servicePrincipals/{APPLICATION}")] if policy.excludes else [],
    }
