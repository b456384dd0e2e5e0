"""The sequential model of one guarded device: its requests, its lock, and how often its operation ran.

It knows the statuses and actions of Graph's operationApprovalRequest, what a wrong status answers
(docs/compatibility.md), the roles of the demo tenant, and V4, V14, V15 and V18 (docs/rules.md). One device is one
partition: the lock makes its requests depend on each other, and on nothing else.
"""

from typing import Iterator, NamedTuple

from .operation import OBSERVERS, Operation, Outcome

NEEDS, APPROVED = "needsApproval", "approved"
REJECTED, CANCELLED, COMPLETED, EXPIRED = "rejected", "cancelled", "completed", "expired"
ACTIVE = {NEEDS, APPROVED}

#: Intune or Global Administrators: they may send gated writes.
FILERS = {"alice", "bob", "erin"}
#: Members of the approver group of every policy.
APPROVERS = {"bob", "carol"}
#: dave holds no role and is in no approver group: requests of others aren't there for him.
BLIND = {"dave"}


class Request(NamedTuple):
    status: str
    requestor: str
    #: Who approved, rejected or took the approval back last, and with which words.
    decider: str | None = None
    note: str | None = None


class State(NamedTuple):
    #: (id, request), in the order of ids.
    requests: tuple[tuple[str, Request], ...] = ()
    #: Entries of `deviceActionResults`.
    results: int = 0

    def get(self, id: str | None) -> Request | None:
        return next((request for key, request in self.requests if key == id), None)

    def put(self, id: str, request: Request, results: int = 0) -> "State":
        others = [pair for pair in self.requests if pair[0] != id]
        return State(tuple(sorted(others + [(id, request)])), self.results + results)

    @property
    def active(self) -> list[str]:
        return [id for id, request in self.requests if request.status in ACTIVE]


class Model:
    """What a server that does one thing at a time would answer, given the deadline of each request (microseconds)."""

    #: The harness knows the server's clock to so many microseconds.
    SLACK = 250_000

    def __init__(self, deadlines: dict[str, int], slack: int = SLACK):
        self.deadlines = deadlines
        self.slack = slack

    def step(self, state: State, operation: Operation) -> list[State]:
        """The states in which `operation` can leave `state` with the answer that it got; none where it can't."""
        return [after for timed in self.moments(state, operation) for after in self.apply(timed, operation)]

    def moments(self, state: State, operation: Operation) -> Iterator[State]:
        """What time may have done before the operation: nothing, or expiry at or after the deadline."""
        due = [id for id in state.active if operation.latest >= self.deadlines.get(id, operation.latest + 1)]
        overdue = [id for id in due if operation.earliest >= self.deadlines[id] + self.slack]
        if len(overdue) < len(due) or not due:
            yield self._expired(state, overdue)
        if due:
            yield self._expired(state, due)

    @staticmethod
    def _expired(state: State, ids: list[str]) -> State:
        for id in ids:
            request = state.get(id)
            assert request is not None
            state = state.put(id, request._replace(status=EXPIRED))
        return state

    def apply(self, state: State, operation: Operation) -> Iterator[State]:
        status, output, after = self.respond(state, operation)
        if operation.outcome is Outcome.INFO:
            # Without an effect it needn't be placed at all.
            if after != state:
                yield after
        elif operation.status == status and (operation.kind not in OBSERVERS or operation.output == output):
            yield after

    def respond(self, state: State, operation: Operation) -> tuple[int, object, State]:
        """Status, what the answer shows, and the state afterwards."""
        user, request = operation.user, state.get(operation.request)
        match operation.kind:
            case "device":
                return 200, state.results, state
            case "list":
                return 200, self._listed(state, operation), state
            case "file":
                return self._file(state, operation)
            case "complete":
                return self._complete(state, operation, request)
        if request is None or (user in BLIND and request.requestor != user):
            return 404, None, state
        match operation.kind:
            case "read":
                return 200, (request.status, request.decider, request.note), state
            case "cancelMyRequest":
                return self._withdraw(state, operation, request)
            case "approve":
                return self._decide(state, operation, request, NEEDS, APPROVED)
            case "reject":
                return self._decide(state, operation, request, NEEDS, REJECTED)
            case "cancelApproval":
                return self._decide(state, operation, request, APPROVED, CANCELLED)
        raise ValueError(operation.kind)

    @staticmethod
    def _listed(state: State, operation: Operation) -> frozenset[tuple[str, str]]:
        """A list shows (id, status) of the requests with the status in `note`, or of one's own for `mine`."""
        shown = [
            (id, request.status)
            for id, request in state.requests
            if (operation.user not in BLIND or request.requestor == operation.user)
            and (operation.note != "mine" or request.requestor == operation.user)
            and (operation.note in (None, "mine") or request.status == operation.note)
        ]
        return frozenset(shown)

    @staticmethod
    def _file(state: State, operation: Operation) -> tuple[int, object, State]:
        if operation.user not in FILERS:
            return 403, None, state
        if state.active:
            return 409, None, state
        if operation.request is None:
            # It would have filed a request; the answer that was recorded names none.
            return 412, None, state
        if state.get(operation.request) is not None:
            return 0, "an id that was given away before", state
        return 412, None, state.put(operation.request, Request(NEEDS, operation.user))

    @staticmethod
    def _complete(state: State, operation: Operation, request: Request | None) -> tuple[int, object, State]:
        id, user = operation.request, operation.user
        if id is None or request is None or user not in FILERS or request.requestor != user:
            return 403, None, state
        # The code of another device's request covers nothing.
        if operation.note == "misplaced":
            return 403, None, state
        match request.status:
            case "needsApproval":
                return 412, None, state
            case "approved":
                return 204, None, state.put(id, request._replace(status=COMPLETED), results=1)
            case "completed":
                return 409, None, state
        return 403, None, state

    @staticmethod
    def _withdraw(state: State, operation: Operation, request: Request) -> tuple[int, object, State]:
        if request.requestor != operation.user:
            return 403, None, state
        if request.status not in ACTIVE:
            return 409, None, state
        return 204, None, state.put(operation.request or "", request._replace(status=CANCELLED))

    @staticmethod
    def _decide(
        state: State, operation: Operation, request: Request, wanted: str, next: str
    ) -> tuple[int, object, State]:
        user = operation.user
        if user not in APPROVERS or request.requestor == user:
            return 403, None, state
        if request.status != wanted:
            return 409, None, state
        decided = request._replace(status=next, decider=user, note=operation.note)
        return 200, None, state.put(operation.request or "", decided)
