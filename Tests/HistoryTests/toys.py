"""A second, deliberately plain server of one device, right and with bugs, to prove the checker on.

It shares nothing with `histories.model`: mutable, straight from a table of what each action answers in each status.
Histories are made of rounds: the operations of a round overlap each other and nothing else, so that trying every order of
each round is an oracle that needs no cleverness.
"""

import copy
import random

from histories.operation import NEVER, SUCCESS, Operation, Outcome

LIFETIME = 1000
USERS = ("alice", "bob", "carol", "erin", "dave")

#: What can be wrong with a server, and how it shows.
BUGS = {
    "an acknowledged approval is lost": ("approve",),
    "an approved request is approved again": ("approve",),
    "a rejected request is approved": ("reject", "approve"),
    "a cancelled request is approved": ("cancelMyRequest", "approve"),
    "a decision is repeated as if it were the first": ("approve", "reject"),
    "a read shows what was before": ("read",),
    "reads go backwards": ("read",),
    "an operation runs twice": ("approve", "complete"),
    "an operation runs without an approval": ("complete",),
    "an operation runs after a rejection": ("reject", "complete"),
    "a refused decision takes effect": ("approve", "reject"),
    "a requestor decides their own request": ("approve", "reject"),
    "somebody without the right decides": ("approve", "reject"),
    "a stranger withdraws a request": ("cancelMyRequest",),
    "a second request is filed for a locked device": ("file",),
    "a terminal request keeps its lock": ("cancelMyRequest", "file"),
    "a request expires a moment early": (),
    "a request expires a moment late": (),
    "a list leaves a request out": ("list",),
    "a list shows an old status": ("list",),
    "a completion leaves no result": ("approve", "complete", "device"),
    "an answer names the wrong decider": ("read",),
    "a decision is refused for no reason": ("approve", "reject"),
    "dave sees what isn't his": ("read",),
    "a code opens another device": ("complete",),
    "a cancelled approval leaves the request waiting": ("cancelApproval",),
    "what a crash left behind vanishes again": (),
}


class Toy:
    def __init__(self, bug: str | None = None):
        self.bug = bug
        self.requests: dict[str, dict] = {}
        self.results = 0
        self.past: dict[str, dict] = {}

    def has(self, *bugs: str) -> bool:
        return self.bug in bugs

    def tick(self, now: int) -> None:
        shift = {"a request expires a moment early": 1, "a request expires a moment late": -1}.get(self.bug or "", 0)
        for request in self.requests.values():
            if request["status"] in ("needsApproval", "approved") and now + shift >= request["deadline"]:
                request["status"] = "expired"

    def active(self) -> bool:
        locking = {"needsApproval", "approved"}
        if self.has("a terminal request keeps its lock"):
            locking.add("cancelled")
        return any(r["status"] in locking for r in self.requests.values())

    def call(self, kind: str, user: str, id: str | None, note: str | None, now: int):
        """Status and what the answer shows."""
        request = self.requests.get(id or "")
        if kind == "device":
            return 200, self.results
        if kind == "list":
            return 200, self.listed(user, note)
        if kind == "file":
            return self.file(user, id, now)
        if kind == "complete":
            return self.complete(user, request, note)
        hidden = user == "dave" and not self.has("dave sees what isn't his")
        if request is None or (hidden and request["requestor"] != "dave"):
            return 404, None
        if kind == "read":
            return 200, self.shown(id, request)
        if kind == "cancelMyRequest":
            if request["requestor"] != user and not self.has("a stranger withdraws a request"):
                return 403, None
            if request["status"] not in ("needsApproval", "approved"):
                return 409, None
            self.remember(id)
            request["status"] = "cancelled"
            return 204, None
        return self.decide(kind, user, id, request, note)

    def remember(self, id: str | None) -> None:
        self.past[id or ""] = dict(self.requests[id or ""])

    def shown(self, id: str | None, request: dict):
        decider = request["decider"]
        if self.has("a read shows what was before", "reads go backwards") and id in self.past:
            request = self.past[id]
            decider = request["decider"]
            if self.has("reads go backwards"):
                del self.past[id]
        if self.has("an answer names the wrong decider") and decider:
            decider = {"bob": "carol", "carol": "bob"}[decider]
        return request["status"], decider, request["note"]

    def listed(self, user: str, which: str | None):
        seen = set()
        for place, (id, r) in enumerate(self.requests.items()):
            status = r["status"]
            if self.has("a list leaves a request out") and place == 1:
                continue
            if self.has("a list shows an old status") and id in self.past:
                status = self.past[id]["status"]
            if user == "dave" or (which == "mine" and r["requestor"] != user):
                continue
            if which in (None, "mine") or which == status:
                seen.add((id, status))
        return frozenset(seen)

    def file(self, user: str, id: str | None, now: int):
        if user not in ("alice", "bob", "erin"):
            return 403, None
        if self.active() and not self.has("a second request is filed for a locked device"):
            return 409, None
        deadline = now + LIFETIME
        self.requests[id or ""] = dict(
            status="needsApproval", requestor=user, decider=None, note=None, deadline=deadline
        )
        return 412, None

    def complete(self, user: str, request: dict | None, note: str | None):
        misplaced = note == "misplaced" and not self.has("a code opens another device")
        if request is None or request["requestor"] != user or misplaced:
            return 403, None
        runs = {"approved"}
        if self.has("an operation runs twice"):
            runs.add("completed")
        if self.has("an operation runs without an approval"):
            runs.add("needsApproval")
        if self.has("an operation runs after a rejection"):
            runs.add("rejected")
        if request["status"] in runs:
            request["status"] = "completed"
            if not self.has("a completion leaves no result"):
                self.results += 1
            return 204, None
        return {"needsApproval": 412, "completed": 409}.get(request["status"], 403), None

    def decide(self, kind: str, user: str, id: str | None, request: dict, note: str | None):
        own = request["requestor"] == user and not self.has("a requestor decides their own request")
        right = user in ("bob", "carol") or self.has("somebody without the right decides")
        wanted, next = {
            "approve": ("needsApproval", "approved"),
            "reject": ("needsApproval", "rejected"),
            "cancelApproval": ("approved", "cancelled"),
        }[kind]
        refused = 403 if own or not right else None
        allowed = {wanted}
        if kind == "approve":
            allowed |= {"approved"} if self.has("an approved request is approved again") else set()
            allowed |= {"rejected"} if self.has("a rejected request is approved") else set()
            allowed |= {"cancelled"} if self.has("a cancelled request is approved") else set()
        if self.has("a decision is repeated as if it were the first") and request["decider"] == user:
            allowed.add(next)
        if refused is None and request["status"] not in allowed:
            refused = 409
        if refused is None and self.has("a decision is refused for no reason") and random.Random(note).random() < 0.4:
            return 409, None
        if refused is not None and not self.has("a refused decision takes effect"):
            return refused, None
        if self.has("an acknowledged approval is lost") and kind == "approve" and random.Random(note).random() < 0.4:
            return 200, None
        self.remember(id)
        request.update(status=next, decider=user, note=note)
        if kind == "cancelApproval" and self.has("a cancelled approval leaves the request waiting"):
            request["status"] = "needsApproval"
        return (refused, None) if refused is not None else (200, None)


def history(seed: int, bug: str | None = None, rounds: int = 9, width: int = 4) -> tuple[list[Operation], dict]:
    """Operations in rounds, as a server with that bug would have answered them, and the deadlines of its requests."""
    rng = random.Random(f"{seed}/{bug}")
    toy, operations, deadlines, now = Toy(bug), [], {}, 0
    kinds = ["file", "approve", "reject", "cancelApproval", "cancelMyRequest", "complete", "read", "list", "device"]
    unknown = 0
    for number in range(rounds):
        now += rng.choice((1, 1, 1, 1, 1, LIFETIME // 2, LIFETIME - 1))
        deadline = max(deadlines.values(), default=now)
        if now < deadline and rng.random() < 0.25:
            now = deadline - rng.choice((0, 0, 1))
        toy.tick(now)
        begin = number * 1000
        for place in range(rng.randrange(1, width + 1)):
            kind = rng.choices(kinds, (4, 6, 3, 3, 3, 6, 5, 2, 2))[0]
            if bug and BUGS[bug] and rng.random() < 0.4:
                kind = rng.choice(BUGS[bug])
            user = rng.choice(USERS)
            if kind in ("approve", "reject", "cancelApproval") and rng.random() < 0.5:
                user = rng.choice(("bob", "carol"))
            id = rng.choice(list(toy.requests)[-2:] or ["none"])
            note = f"{number}.{place}"
            if kind == "complete":
                user = toy.requests.get(id, {}).get("requestor", user) if rng.random() < 0.8 else user
                note = "misplaced" if rng.random() < 0.15 else None
            elif kind == "list":
                note = rng.choice((None, "mine", "approved", "needsApproval"))
            elif kind in ("read", "device", "cancelMyRequest"):
                note = None
            if kind == "file":
                id = f"r{number}.{place}"
            begun, ended = begin + rng.randrange(100), begin + 500 + rng.randrange(100)
            # Filings of unknown outcome are settled by the final list before the checker sees them.
            if unknown < 2 and kind not in ("read", "list", "device", "file") and rng.random() < 0.08:
                unknown += 1
                status, shown, outcome, ended = 0, None, Outcome.INFO, NEVER
                if rng.random() < 0.6:
                    toy.call(kind, user, id, note, now)
            else:
                status, shown = toy.call(kind, user, id, note, now)
                outcome = Outcome.OK if status in SUCCESS[kind] else Outcome.FAIL
                if kind == "file" and outcome is Outcome.OK:
                    deadlines[id] = now + LIFETIME
            if kind == "file" and outcome is Outcome.FAIL:
                id = None
            operations.append(
                Operation(len(operations), user, kind, "toy", id, note, outcome, status, shown, begun, ended, now, now)
            )
            if bug == "what a crash left behind vanishes again" and outcome is Outcome.INFO and toy.requests:
                operations += _seen_and_gone(toy, len(operations), begin, now)
    return operations, deadlines


def _seen_and_gone(toy: Toy, index: int, begin: int, now: int) -> list[Operation]:
    """Two reads, one after the other, of which the first shows an effect that the second doesn't."""
    id, request = list(toy.requests.items())[-1]
    shown = (request["status"], request["decider"], request["note"])
    ghost = ("completed", "bob", "ghost")
    return [
        Operation(index, "erin", "read", "toy", id, None, Outcome.OK, 200, ghost, begin + 610, begin + 620, now, now),
        Operation(index + 1, "erin", "read", "toy", id, None, Outcome.OK, 200, shown, begin + 630, begin + 640, now, now),
    ]


def oracle(operations: list[Operation]) -> bool:
    """Whether some order of each round, with the unknown operations anywhere after their beginning or nowhere, is what a
    server without bugs would have answered."""
    rounds: dict[tuple[int, bool], list[Operation]] = {}
    for operation in operations:
        late = operation.invoked % 1000 >= 600
        rounds.setdefault((operation.invoked // 1000 * 1000 + (operation.invoked % 1000 if late else 0), late), []).append(
            operation
        )
    return _explains(Toy(), [rounds[key] for key in sorted(rounds)], [])


def _explains(toy: Toy, rounds: list[list[Operation]], pending: list[Operation]) -> bool:
    if not rounds:
        return True
    now = rounds[0][0].earliest
    toy = copy.deepcopy(toy)
    toy.tick(now)
    known = [o for o in rounds[0] if o.outcome is not Outcome.INFO]
    pending = pending + [o for o in rounds[0] if o.outcome is Outcome.INFO]
    return _orders(toy, known, pending, rounds[1:], now)


def _orders(toy: Toy, known: list[Operation], pending: list[Operation], rounds, now: int) -> bool:
    if not known and _explains(toy, rounds, pending):
        return True
    for operation in known:
        after = copy.deepcopy(toy)
        id = operation.request if operation.request or operation.kind != "file" else "unnamed"
        answer = after.call(operation.kind, operation.user, id, operation.note, now)
        observed = (operation.status, operation.output)
        if answer == observed and _orders(after, [o for o in known if o is not operation], pending, rounds, now):
            return True
    for operation in pending:
        after = copy.deepcopy(toy)
        after.call(operation.kind, operation.user, operation.request, operation.note, now)
        if _orders(after, known, [o for o in pending if o is not operation], rounds, now):
            return True
    return False
