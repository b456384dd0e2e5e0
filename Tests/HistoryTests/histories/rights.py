"""The sequential model of rights that change while requests are decided: the access policy of device wipes, its exclusions,
the members of its approver group, and requests for a wipe and for changes of the policy.

Sources: docs/compatibility.md, and the security rules R1 to R6 and R11. Everything hangs together here, so that a
history is one partition: whether carol may approve depends on the group, on the policy in force, and on what was so
when the request was filed.
"""

from typing import Iterator, NamedTuple

from .model import ACTIVE, APPROVED, CANCELLED, COMPLETED, FILERS, NEEDS, REJECTED, Model
from .operation import OBSERVERS, Operation, Outcome

LAPTOP, POLICY, GROUP = "laptop-1", "policy", "operation-approvers"
#: They see every request. `automation` is an application, and bob owns it.
READERS = {"alice", "bob", "erin", "frank", "automation"}
#: May change the members of a protected group (R4).
GROUP_ADMINISTRATORS = {"erin"}
#: May approve changes of policies, if the policy as it is names them (R6).
POLICY_APPROVERS = {"alice", "bob", "erin"}
#: In the group `role-approvers`, which nobody changes.
ROLE_APPROVERS = frozenset({"bob", "erin"})


class Policy(NamedTuple):
    #: Names of approver groups.
    groups: frozenset[str]
    excludes: bool


#: What a change of the policy asks for, by the word that a history shows.
CHANGES = {
    "both": Policy(frozenset({"operation-approvers", "role-approvers"}), False),
    "one": Policy(frozenset({"operation-approvers"}), False),
    "both+automation": Policy(frozenset({"operation-approvers", "role-approvers"}), True),
    "one+automation": Policy(frozenset({"operation-approvers"}), True),
}


class Member(NamedTuple):
    name: str
    #: The operation that wrote it; none where it was there at the beginning.
    added: int | None = None


class Request(NamedTuple):
    status: str
    requestor: str
    #: `laptop-1`, or `policy` with the change that it asks for.
    target: str
    change: str | None = None
    #: The groups of the policy under which it was filed.
    groups: frozenset[str] = frozenset()
    #: How often the device had been wiped then.
    version: int = 0
    #: The operation that filed it; none where it was there at the beginning.
    filed: int | None = None
    decider: str | None = None
    note: str | None = None
    #: Everybody who has ever decided it.
    deciders: frozenset[str] = frozenset()

    @property
    def parties(self) -> set[str]:
        """The requestor and whoever gains: an application's owner is a party where the application is one (R1)."""
        parties = {self.requestor}
        if self.requestor == "automation" or (self.change and CHANGES[self.change].excludes):
            parties |= {"automation", "bob"}
        return parties


class State(NamedTuple):
    policy: Policy
    members: tuple[Member, ...] = ()
    requests: tuple[tuple[str, Request], ...] = ()
    results: int = 0

    def get(self, id: str | None) -> Request | None:
        return next((request for key, request in self.requests if key == id), None)

    def put(self, id: str, request: Request) -> "State":
        others = [pair for pair in self.requests if pair[0] != id]
        return self._replace(requests=tuple(sorted(others + [(id, request)])))

    @property
    def active(self) -> list[str]:
        return [id for id, request in self.requests if request.status in ACTIVE]

    def member(self, name: str) -> Member | None:
        return next((member for member in self.members if member.name == name), None)

    def with_members(self, members: set[Member]) -> "State":
        return self._replace(members=tuple(sorted(members, key=lambda member: member.name)))

    def are_in(self, groups: frozenset[str]) -> set[str]:
        names = set(ROLE_APPROVERS) if "role-approvers" in groups else set()
        return names | ({member.name for member in self.members} if GROUP in groups else set())


class RightsModel(Model):
    def __init__(self, deadlines: dict[str, int], operations: list[Operation], slack: int = Model.SLACK):
        super().__init__(deadlines, slack)
        self.operations = {operation.index: operation for operation in operations}
        self.moves = [o for o in operations if o.kind in ("addMember", "removeMember")]

    def apply(self, state: State, operation: Operation) -> Iterator[State]:
        for status, output, after in self.answers(state, operation):
            if operation.outcome is Outcome.INFO:
                if after != state:
                    yield after
            elif operation.status == status and (operation.kind not in OBSERVERS or operation.output == output):
                yield after

    def answers(self, state: State, operation: Operation) -> Iterator[tuple[int, object, State]]:
        """The answers that there may be: more than one where nobody can tell from outside which of two was first."""
        user, request = operation.user, state.get(operation.request)
        match operation.kind:
            case "device":
                yield 200, state.results, state
            case "policy":
                yield 200, (state.policy.groups, state.policy.excludes), state
            case "members":
                yield 200, frozenset(member.name for member in state.members), state
            case "addMember" | "removeMember":
                yield self._move(state, operation)
            case "list":
                yield 200, self._list(state, operation), state
            case "file":
                yield self._filed(state, operation)
            case "complete":
                yield self._completed(state, operation, request)
            case _:
                for is_visible in self._sees(state, operation, request):
                    if request is None or not is_visible:
                        yield 404, None, state
                    elif operation.kind == "read":
                        yield 200, (request.status, request.decider, request.note), state
                    elif operation.kind == "cancelMyRequest":
                        yield self._withdraw(state, operation, request)
                    else:
                        for may in self._may_decide(state, user, request):
                            yield self._decided(state, operation, request, may)

    # MARK: Who sees and who decides

    def _sees(self, state: State, operation: Operation, request: Request | None) -> set[bool]:
        """A look isn't a decision: rights and what they show are read one after the other."""
        if request is None:
            return {False}
        user = operation.user
        if user in READERS or user in request.parties or user in request.deciders:
            return {True}
        now = user in state.are_in(request.groups)
        moved = operation.kind == "read" and any(
            move.note == user and move.invoked < operation.returned and operation.invoked < move.returned
            for move in self.moves
        )
        return {True, False} if moved else {now}

    def _may_decide(self, state: State, user: str, request: Request) -> set[bool]:
        if user in request.parties or user == "automation":
            return {False}
        if request.change is not None and user not in POLICY_APPROVERS:
            return {False}
        answers = {True}
        for groups in (request.groups, state.policy.groups):
            if "role-approvers" in groups and user in ROLE_APPROVERS:
                continue
            member = state.member(user) if GROUP in groups else None
            if member is None:
                return {False}
            answers = {one and other for one in answers for other in self._counts(member, request)}
        return answers

    def _counts(self, member: Member, request: Request) -> set[bool]:
        """A membership that a party wrote counts if it was there when the request was filed (R2). Both are dated by the server:
        of two that overlapped nobody outside knows which date is earlier."""
        added = None if member.added is None else self.operations[member.added]
        filed = None if request.filed is None else self.operations[request.filed]
        if added is None or added.user not in request.parties:
            return {True}
        if filed is None or added.invoked > filed.returned:
            return {False}
        return {True} if added.returned < filed.invoked else {True, False}

    # MARK: What is done

    @staticmethod
    def _list(state: State, operation: Operation) -> frozenset[tuple[str, str]]:
        return frozenset(
            (id, request.status)
            for id, request in state.requests
            if request.target == operation.device
            and (operation.note != "mine" or request.requestor == operation.user)
            and (operation.note in (None, "mine") or request.status == operation.note)
        )

    @staticmethod
    def _move(state: State, operation: Operation) -> tuple[int, object, State]:
        if operation.user not in GROUP_ADMINISTRATORS:
            return 403, None, state
        member = state.member(operation.note or "")
        members = set(state.members)
        if operation.kind == "addMember":
            if member is not None:
                return 400, None, state
            return 204, None, state.with_members(members | {Member(operation.note or "", operation.index)})
        if member is None:
            return 404, None, state
        return 204, None, state.with_members(members - {member})

    @staticmethod
    def _filed(state: State, operation: Operation) -> tuple[int, object, State]:
        user, target = operation.user, operation.device
        if user not in FILERS | {"automation"}:
            return 403, None, state
        if user == "automation" and state.policy.excludes:
            # It isn't asked, and locks don't hold it: it runs at once.
            return 204, None, state._replace(results=state.results + 1)
        if any(state.get(id).target == target for id in state.active):
            return 409, None, state
        if operation.request is None:
            return 412, None, state
        if state.get(operation.request) is not None:
            return 0, "an id that was given away before", state
        change = operation.change if target == POLICY else None
        request = Request(
            NEEDS, user, target, change, state.policy.groups, state.results, operation.index
        )
        return 412, None, state.put(operation.request, request)

    @staticmethod
    def _completed(state: State, operation: Operation, request: Request | None) -> tuple[int, object, State]:
        id, user = operation.request, operation.user
        if request is None or request.requestor != user or user not in FILERS | {"automation"}:
            return 403, None, state
        match request.status:
            case "needsApproval":
                return 412, None, state
            case "completed":
                return 409, None, state
            case "approved":
                done = state.put(id or "", request._replace(status=COMPLETED))
                if request.change is None:
                    if request.version != state.results:
                        return 409, "targetChanged", state
                    return 204, None, done._replace(results=state.results + 1)
                policy = CHANGES[request.change]
                if not state.are_in(policy.groups) - request.parties:
                    return 409, "noLockout", state
                return 200, None, done._replace(policy=policy)
        return 403, None, state

    @staticmethod
    def _decided(
        state: State, operation: Operation, request: Request, may: bool
    ) -> tuple[int, object, State]:
        wanted, next = {
            "approve": (NEEDS, APPROVED), "reject": (NEEDS, REJECTED), "cancelApproval": (APPROVED, CANCELLED)
        }[operation.kind]
        if not may:
            return 403, None, state
        if request.status != wanted:
            return 409, None, state
        decided = request._replace(
            status=next, decider=operation.user, note=operation.note,
            deciders=request.deciders | {operation.user},
        )
        return 200, None, state.put(operation.request or "", decided)
