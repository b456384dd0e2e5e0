"""A linearizability checker (Wing and Gong 1993, with Lowe's memoisation of visited configurations).

A history is linearizable if its operations can be put in one order that respects real time (an operation that returned
before another was invoked comes first) and that the sequential model accepts. Operations without a known outcome may come
anywhere after their invocation, or nowhere. The search is exponential only in what overlaps; each configuration (the set of
operations done, the state) is visited once.
"""

from dataclasses import dataclass, field

from .clock import instant
from .model import Model, State
from .operation import NEVER, OBSERVERS, Operation, Outcome

MAXIMUM_CONFIGURATIONS = 2_000_000


@dataclass
class Verdict:
    is_linearizable: bool
    configurations: int
    #: Where it isn't: the longest order that the model accepts, the state it leads to, and what can't come next.
    order: list[Operation] = field(default_factory=list)
    state: State = State()
    stuck: list[Operation] = field(default_factory=list)
    #: Too many configurations: neither answer is known. A run counts this as a failure of its own.
    is_exhausted: bool = False

    def __bool__(self) -> bool:
        return self.is_linearizable


def constrains(operation: Operation) -> bool:
    """Whether an operation says anything: not one without an answer that could only have looked, and not a 429, which says
    that nothing has happened for a reason that no model knows."""
    if operation.outcome is Outcome.INFO:
        return operation.kind not in OBSERVERS
    return operation.status != 429


def check(operations: list[Operation], model: Model, initial: State) -> Verdict:
    """Whether the operations on one device are linearizable from a state."""
    todo = sorted((o for o in operations if constrains(o)), key=lambda o: (o.invoked, o.returned))
    required = sum(1 << place for place, o in enumerate(todo) if o.outcome is not Outcome.INFO)
    visited: set[tuple[int, State]] = {(0, initial)}
    # A frame: what is done, the state, and the ways to go on that haven't been tried.
    stack = [(0, initial, _next(todo, required, 0, initial, model))]
    order: list[int] = []
    best, best_state = list(order), initial
    while stack:
        done, _, ways = stack[-1]
        if done & required == required:
            return Verdict(True, len(visited))
        if not ways:
            stack.pop()
            if order:
                order.pop()
            continue
        place, state = ways.pop()
        configuration = (done | 1 << place, state)
        if configuration in visited:
            continue
        visited.add(configuration)
        if len(visited) > MAXIMUM_CONFIGURATIONS:
            return Verdict(False, len(visited), is_exhausted=True)
        order.append(place)
        if len(order) > len(best):
            best, best_state = list(order), state
        stack.append((*configuration, _next(todo, required, *configuration, model)))
    reached = sum(1 << place for place in best)
    return Verdict(
        False,
        len(visited),
        order=[todo[place] for place in best],
        state=best_state,
        stuck=[todo[place] for place in _candidates(todo, required, reached)],
    )


def _candidates(todo: list[Operation], required: int, done: int) -> list[int]:
    """What may come next: everything that was invoked before the first return of what must still come."""
    limit = NEVER
    for place, operation in enumerate(todo):
        if operation.invoked > limit:
            break
        if required >> place & 1 and not done >> place & 1:
            limit = min(limit, operation.returned)
    return [
        place for place, operation in enumerate(todo) if not done >> place & 1 and operation.invoked <= limit
    ]


def _next(
    todo: list[Operation], required: int, done: int, state: State, model: Model
) -> list[tuple[int, State]]:
    """The ways to go on, the most promising last. What only looks, and may look now, looks now: later is never better."""
    ways: list[tuple[int, State]] = []
    for place in reversed(_candidates(todo, required, done)):
        after = model.step(state, todo[place])
        if after == [state] and todo[place].outcome is not Outcome.INFO:
            return [(place, state)]
        ways += [(place, next) for next in after]
    return ways


def minimal(operations: list[Operation], model: Model, initial: State) -> list[Operation]:
    """A history that isn't linearizable without what isn't needed to see that. Only operations that certainly had no effect
    are left out: without them the rest is as much a history of the same server."""
    kept = [o for o in operations if constrains(o)]
    for operation in sorted(kept, key=lambda o: -o.invoked):
        if operation.outcome is Outcome.INFO or (operation.outcome is Outcome.OK and operation.kind not in OBSERVERS):
            continue
        fewer = [o for o in kept if o is not operation]
        verdict = check(fewer, model, initial)
        if not verdict and not verdict.is_exhausted:
            kept = fewer
    return sorted(kept, key=lambda o: o.invoked)


def explain(operations: list[Operation], model: Model, initial: State) -> str:
    """For people: the smallest such history, the longest order of it that could be, and where that ends."""
    history = minimal(operations, model, initial)
    verdict = check(history, model, initial)
    origin = min((o.invoked for o in history), default=0)
    lines = ["not linearizable:" if not verdict.is_exhausted else "undecided, too many configurations:"]
    lines += ["  " + operation.line(origin) for operation in history]
    lines += [
        f"  {id[:8]} expires at {instant(model.deadlines[id])}"
        for id in sorted({str(o.request) for o in history} & model.deadlines.keys())
    ]
    lines.append("the longest order that could be: " + " ".join(f"#{o.index}" for o in verdict.order))
    lines.append(f"leads to {_shown(verdict.state)}; then none of these fits:")
    lines += ["  " + operation.line(origin) for operation in verdict.stuck]
    return "\n".join(lines)


def _shown(state: State) -> str:
    requests = [
        f"{id[:8]} {r.status} (of {r.requestor}, decided by {r.decider} '{r.note}')" for id, r in state.requests
    ]
    return f"{', '.join(requests) or 'no requests'}; {state.results} results"
