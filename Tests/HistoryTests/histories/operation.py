"""One call of a client as the history keeps it."""

from dataclasses import dataclass, replace
from enum import Enum

from .clock import instant

#: The return of a call that nobody saw return: it may take effect at any later point, or never.
NEVER = 1 << 62


class Outcome(Enum):
    OK = "ok"  #: it took effect, and the answer says how
    FAIL = "fail"  #: it certainly had no effect, and the answer says why
    INFO = "info"  #: timeout, reset connection, 5xx: it may take effect at any later point, or never


#: The statuses with which each kind succeeds. A filing's success is Graph's 412 with the approval code; an excluded
#: application's call runs at once. A completed wipe has no content, a completed change of a policy answers with it.
SUCCESS = {
    "file": {412, 204},
    "approve": {200},
    "reject": {200},
    "cancelApproval": {200},
    "cancelMyRequest": {204},
    "complete": {204, 200},
    "addMember": {204},
    "removeMember": {204},
    "read": {200},
    "list": {200},
    "device": {200},
    "policy": {200},
    "members": {200},
}
#: Kinds that change nothing, whatever they answer.
OBSERVERS = {"read", "list", "device", "policy", "members"}


@dataclass(frozen=True, slots=True)
class Operation:
    index: int
    user: str
    kind: str
    device: str
    #: The request that the call is about; of a filing that succeeded, the new one.
    request: str | None
    #: The text of a filing or decision, unique in its history, so that a read tells whose it shows; of a change of
    #: members, who.
    note: str | None
    outcome: Outcome
    status: int
    #: What the answer showed: see `model.Model.respond`.
    output: object
    #: Monotonic nanoseconds.
    invoked: int
    returned: int
    #: Bounds of the server's clock between the two, in microseconds since 1970.
    earliest: int = 0
    latest: int = 0
    #: What a change of the policy asks for.
    change: str | None = None

    def but(self, **changes) -> "Operation":
        return replace(self, **changes)

    def line(self, origin: int) -> str:
        """For people: milliseconds since the history began, who, what, and how it ended."""
        start = f"{(self.invoked - origin) / 1e6:9.2f}"
        end = "        ∞" if self.returned >= NEVER else f"{(self.returned - origin) / 1e6:9.2f}"
        about = (self.request or "-")[:8]
        shown = "" if self.output is None else f" shows {self.output}"
        note = (f" '{self.note}'" if self.note else "") + (f" to {self.change}" if self.change else "")
        clock = ""
        if self.earliest:
            until = instant(self.latest)[11:] if self.returned < NEVER else "∞"
            clock = f"  (server's clock {instant(self.earliest)[5:]} … {until})"
        return (
            f"{start} … {end}  #{self.index:<3} {self.user:6} {self.kind:15} {about} on {self.device}{note}"
            f" → {self.outcome.value} {self.status or ''}{shown}{clock}"
        )
