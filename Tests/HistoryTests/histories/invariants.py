"""What must be true at the end of a history besides linearizability: of the dump, of the effects, and of the log.

V4 (states along the edges that the server's own table has), V9 (dates never change), V14 and V15 (executed once, only after an approval), V18 (one
active request per device), one success event per transition. The numbers are those of docs/rules.md.
"""

from .clock import ServerClock, instant, microseconds
from .house import edges
from .model import ACTIVE, APPROVED, CANCELLED, COMPLETED, EXPIRED, NEEDS, REJECTED, Model
from .operation import Operation, Outcome
from .recorder import APPLICATION, NAMES, Recorder

LIFETIME = 72 * 3600 * 1_000_000
KIND = "operationApprovalRequest"
#: Who expires a request: the server by itself.
SYSTEM = None


class Dump:
    """What a reader of everything sees at the end, when nothing runs any more."""

    def __init__(self, requests: list[dict], devices: dict[str, dict], audits: list[dict], origin: dict[str, int]):
        self.requests = {entity["id"]: entity for entity in requests}
        self.devices = devices
        self.audits = audits
        #: `deviceActionResults` at the beginning.
        self.origin = origin

    def of(self, device_id: str) -> list[dict]:
        return [r for r in self.requests.values() if str(r.get("payloadId")).lower() == device_id]


def settle_filings(operations: list[Operation], dump: Dump) -> list[Operation]:
    """A filing without an answer either filed the request that has its justification at the end, or nothing."""
    by_note = {entity.get("requestJustification"): id for id, entity in dump.requests.items()}
    settled = []
    for operation in operations:
        if operation.kind == "file" and operation.outcome is Outcome.INFO:
            id = by_note.get(operation.note)
            if id is None:
                # An excluded application's call may have run without one.
                if operation.user == APPLICATION:
                    settled.append(operation)
                continue
            operation = operation.but(request=id, outcome=Outcome.OK, status=412)
        settled.append(operation)
    return settled


def violations(operations: list[Operation], dump: Dump, recorder: Recorder, clock: ServerClock, ids: dict[str, str]):
    """Every rule that the end of a history breaks, in words."""
    yield from recorder.oddities
    yield from _dates(recorder)
    yield from _filings(operations, dump, clock)
    for name, id in ids.items():
        yield from _device(name, dump.of(id), dump.devices[name], dump.origin[name], operations)
    transitions = _transitions(dump)
    for id, entity in dump.requests.items():
        yield from _log(id, entity, transitions.get(id, []), operations)
    for id in sorted(transitions.keys() - dump.requests.keys()):
        yield f"{id}: the log knows {transitions[id]}, but the request isn't there"


def _dates(recorder: Recorder):
    for id, dates in recorder.dates.items():
        if len(dates) > 1:
            yield f"{id}: requestDateTime and expirationDateTime have changed: {sorted(dates)}"
        for requested, expires in dates:
            if microseconds(expires) - microseconds(requested) != LIFETIME:
                yield f"{id}: lives from {requested} to {expires}, which isn't 72 hours"


def _filings(operations: list[Operation], dump: Dump, clock: ServerClock):
    justified: dict[str, str] = {}
    for id, entity in dump.requests.items():
        note = entity.get("requestJustification")
        if note in justified:
            yield f"{id} and {justified[note]} were both filed by '{note}'"
        justified[note] = id
    for operation in operations:
        if operation.kind != "file" or operation.outcome is not Outcome.OK or operation.status == 204:
            continue
        entity = dump.requests.get(operation.request or "")
        if entity is None:
            yield f"{operation.request}: filing '{operation.note}' was acknowledged, but the request isn't there"
            continue
        if entity.get("requestJustification") != operation.note:
            yield f"{operation.request}: holds '{entity.get('requestJustification')}' instead of '{operation.note}'"
        filed = microseconds(entity["requestDateTime"])
        earliest, latest = clock.earliest(operation.invoked), clock.latest(operation.returned)
        # What a node says of its database's clock is late by an answer's way, now more and now less.
        if not earliest - Model.SLACK <= filed <= latest + Model.SLACK:
            yield (
                f"{operation.request}: is dated {entity['requestDateTime']}, but was filed between "
                f"{instant(earliest)} and {instant(min(latest, 1 << 52))}"
            )


def _device(name: str, requests: list[dict], device: dict, origin: int, operations: list[Operation]):
    active = [r["id"] for r in requests if r["status"] in ACTIVE]
    if len(active) > 1:
        yield f"{name}: {len(active)} active requests: {active}"
    completed = sum(r["status"] == COMPLETED for r in requests)
    results = len(device.get("deviceActionResults") or []) - origin
    # An excluded application's calls ran without a request, or may have.
    filings = [o for o in operations if o.device == name and o.kind == "file"]
    passes = [o for o in filings if o.status == 204 or o.outcome is Outcome.INFO]
    passed = sum(o.outcome is Outcome.OK for o in passes)
    if not passed <= results - completed <= len(passes):
        yield f"{name}: {results} executions for {completed} completed requests and {passed} calls of an excluded application"
    completions = [o for o in operations if o.device == name and o.kind == "complete"]
    certain = passed + sum(o.outcome is Outcome.OK for o in completions)
    possible = len(passes) + sum(o.outcome is not Outcome.FAIL for o in completions)
    if not certain <= results <= possible:
        yield f"{name}: {results} executions for {certain} acknowledged completions and {possible - certain} unknown"


def _transitions(dump: Dump) -> dict[str, list[tuple[str, str | None, str, str | None]]]:
    """(instant, old status, new status, actor) of each successful event that changed a request's status."""
    found: dict[str, list[tuple[str, str | None, str, str | None]]] = {}
    for audit in dump.audits:
        if audit.get("result") != "success":
            continue
        by = audit.get("initiatedBy") or {}
        user = (by.get("user") or {}).get("id") or (by.get("app") or {}).get("servicePrincipalId")
        for target in audit.get("targetResources") or []:
            for change in target.get("modifiedProperties") or []:
                if change.get("displayName") == "status":
                    old, new = _plain(change.get("oldValue")), _plain(change.get("newValue"))
                    step = (audit["activityDateTime"], old, new, NAMES.get(user))
                    found.setdefault(target["id"], []).append(step)
    return found


def _plain(value: str | None) -> str | None:
    """Graph writes old and new values as JSON in a string; a bare word is taken as it is."""
    return None if value in (None, "null", "") else value.strip('"')


def _log(id: str, entity: dict, steps: list[tuple[str, str | None, str, str | None]], operations: list[Operation]):
    """The events of a request are one path from its filing to its status, each transition once, by who was told so."""
    path: list[tuple[str, str | None, str, str | None]] = []
    at: str | None = None
    rest = sorted(steps, key=lambda step: microseconds(step[0]))
    while step := next((s for s in rest if s[1] == at), None):
        rest.remove(step)
        path.append(step)
        at = step[2]
        if step[2] not in edges(KIND).get(step[1], ()):
            yield f"{id}: the log has a transition from {step[1]} to {step[2]}"
    if rest:
        yield f"{id}: the log has more than one path: {path} and {rest}"
    if at != entity["status"]:
        yield f"{id}: the log ends at {at}, the request is {entity['status']}"
    if [s[0] for s in path] != sorted(s[0] for s in path):
        yield f"{id}: the log's instants run backwards: {path}"
    actors = {new: actor for _, _, new, actor in path}
    if EXPIRED in actors and actors[EXPIRED] is not SYSTEM:
        yield f"{id}: {actors[EXPIRED]} is said to have expired it"
    outcomes = {"approve": APPROVED, "reject": REJECTED, "cancelApproval": CANCELLED, "cancelMyRequest": CANCELLED,
                "complete": COMPLETED, "file": NEEDS}
    for operation in operations:
        if operation.request != id or operation.outcome is not Outcome.OK or operation.kind not in outcomes:
            continue
        new = outcomes[operation.kind]
        if actors.get(new, "nobody") != operation.user:
            yield f"{id}: {operation.user}'s {operation.kind} was acknowledged; the log says that {actors.get(new)} did it"
