"""The clients' side: calls over HTTP, each recorded with when it began, when it ended, and what is known of its outcome."""

import base64
import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field

from .operation import NEVER, OBSERVERS, SUCCESS, Operation, Outcome

REQUESTS = "/beta/deviceManagement/operationApprovalRequests"
DEVICES = "/beta/deviceManagement/managedDevices"
POLICIES = "/beta/deviceManagement/operationApprovalPolicies"
TIMEOUT = 20


def demo_id(path: str) -> str:
    """Ids of the demo tenant: version 5 UUIDs (RFC 9562 §5.5)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://demo.example/{path}"))


USERS = ("alice", "bob", "carol", "dave", "erin", "frank")
APPLICATION = "automation"
NAMES = {demo_id(f"users/{name}"): name for name in USERS}
NAMES[demo_id(f"servicePrincipals/{APPLICATION}")] = APPLICATION
GROUPS = {name: demo_id(f"groups/{name}") for name in ("operation-approvers", "role-approvers")}
GROUP_NAMES = {id: name for name, id in GROUPS.items()}


class Unreachable(Exception):
    """The connection was refused: nothing was sent, so nothing happened."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self):
        return json.loads(self.body)


class Connection:
    """One client's connection, opened again when it broke."""

    def __init__(self, port: int, token: str | None = None):
        self.port = port
        self.token = token
        self._http: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer | None:
        """The answer; None where nobody knows whether the call was carried out.
        Raises Unreachable where it certainly wasn't."""
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        elif method != "GET":
            headers["Content-Length"] = "0"
        connection = self._http
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            try:
                connection.connect()
            except OSError as error:
                raise Unreachable from error
            self._http = connection
        try:
            connection.request(method, path.replace(" ", "%20"), body=data, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        if answer.will_close:
            self.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def close(self) -> None:
        if self._http is not None:
            self._http.close()
        self._http = None


class Recorder:
    """The history of all clients. `operations` is complete when all have ended."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.began = 0
        #: Deadline and filing instant that answers showed, by request: more than one value of either is an error.
        self.dates: dict[str, set[tuple[str, str]]] = {}
        self.owners: dict[str, tuple[str, str]] = {}
        #: What the filed changes of the policy ask for, by request.
        self.changes: dict[str, str] = {}
        #: Answers that no rule foresees.
        self.oddities: list[str] = []
        self.progress = threading.Condition()

    def begin(self) -> int:
        with self.progress:
            self.began += 1
            self.progress.notify_all()
        return time.monotonic_ns()

    def add(self, operation: Operation) -> None:
        with self.progress:
            self.operations.append(operation.but(index=len(self.operations)))

    def met(self, id: str, device: str, requestor: str, requested: str = "", expires: str = "") -> None:
        with self.progress:
            if requested:
                self.dates.setdefault(id, set()).add((requested, expires))
            self.owners[id] = (device, requestor)

    def odd(self, text: str) -> None:
        with self.progress:
            self.oddities.append(text)

    def known(self, device: str) -> list[tuple[str, str]]:
        """(id, requestor) of the device's requests, in the order in which they were met."""
        with self.progress:
            return [(id, owner) for id, (of, owner) in self.owners.items() if of == device]


class Client:
    """One person's session. Every call is recorded; which devices there are is known beforehand."""

    def __init__(self, user: str, token: str, port: int, recorder: Recorder, devices: dict[str, str]):
        self.user = user
        self.recorder = recorder
        self.devices = devices
        self.names = {id: name for name, id in devices.items()}
        self.connection = Connection(port, token)

    # MARK: The calls

    def file(self, device: str, note: str) -> None:
        header = {"x-msft-approval-justification": base64.b64encode(note.encode()).decode()}
        began, answer = self._send("POST", f"{DEVICES}/{self.devices[device]}/wipe", {"keepUserData": True}, header)
        id = answer.headers.get("x-msft-approval-code") if answer else None
        if id:
            # Known to the others at once: they decide it while it is fresh.
            self.recorder.met(id, device, self.user)
        self._record("file", device, id, note, began, answer)

    def file_change(self, policy: str, change: str, body: dict, note: str) -> None:
        """Asks for a change of the access policy."""
        header = {"x-msft-approval-justification": base64.b64encode(note.encode()).decode()}
        began, answer = self._send("PATCH", f"{POLICIES}/{self.devices[policy]}", body, header)
        id = answer.headers.get("x-msft-approval-code") if answer else None
        if id:
            self.recorder.changes[id] = change
            self.recorder.met(id, policy, self.user)
        self._record("file", policy, id, note, began, answer, change=change)

    def complete_change(self, policy: str, id: str, change: str, body: dict) -> None:
        began, answer = self._send("PATCH", f"{POLICIES}/{self.devices[policy]}", body, {"x-msft-approval-code": id})
        self._record("complete", policy, id, None, began, answer, change=change)

    def policy(self, policy: str) -> None:
        """Shows the names of the approver groups, and whether an application is excluded."""
        began, answer = self._send("GET", f"{POLICIES}/{self.devices[policy]}")
        shown = None
        if answer and answer.status == 200:
            groups = frozenset(GROUP_NAMES[id] for id in answer.json["approverGroupIds"])
            shown = groups, bool(answer.json["countersignExcludedApplicationIds"])
        self._record("policy", policy, None, None, began, answer, shown)

    def add_member(self, group: str, name: str) -> None:
        body = {"@odata.id": f"http://127.0.0.1:{self.connection.port}/v1.0/users/{demo_id(f'users/{name}')}"}
        began, answer = self._send("POST", f"/v1.0/groups/{GROUPS[group]}/members/$ref", body)
        self._record("addMember", group, None, name, began, answer)

    def remove_member(self, group: str, name: str) -> None:
        path = f"/v1.0/groups/{GROUPS[group]}/members/{demo_id(f'users/{name}')}/$ref"
        began, answer = self._send("DELETE", path)
        self._record("removeMember", group, None, name, began, answer)

    def members(self, group: str) -> None:
        began, answer = self._send("GET", f"/v1.0/groups/{GROUPS[group]}/members")
        shown = None
        if answer and answer.status == 200:
            shown = frozenset(NAMES[member["id"]] for member in answer.json["value"])
        self._record("members", group, None, None, began, answer, shown)

    def decide(self, action: str, device: str, id: str, note: str) -> None:
        body = {"justification": note, "approvalSource": "adminConsole"}
        began, answer = self._send("POST", f"{REQUESTS}/{id}/{action}", body)
        self._record(action, device, id, note, began, answer)

    def cancel_my_request(self, device: str, id: str) -> None:
        began, answer = self._send("POST", f"{REQUESTS}/cancelMyRequest", {"id": id})
        self._record("cancelMyRequest", device, id, None, began, answer)

    def complete(self, device: str, id: str, on: str | None = None) -> None:
        """Sends the call again with the code; `on` another device, where the code covers nothing."""
        path = f"{DEVICES}/{self.devices[on or device]}/wipe"
        began, answer = self._send("POST", path, {"keepUserData": True}, {"x-msft-approval-code": id})
        misplaced = "misplaced" if on not in (None, device) else None
        self._record("complete", device, id, misplaced, began, answer)

    def read(self, device: str, id: str) -> None:
        began, answer = self._send("GET", f"{REQUESTS}/{id}")
        shown = self._shown(answer.json) if answer and answer.status == 200 else None
        self._record("read", device, id, None, began, answer, shown)

    def device(self, device: str) -> None:
        began, answer = self._send("GET", f"{DEVICES}/{self.devices[device]}")
        shown = len(answer.json.get("deviceActionResults") or []) if answer and answer.status == 200 else None
        self._record("device", device, None, None, began, answer, shown)

    def list(self, which: str | None) -> None:
        """All requests, those with a status, or one's own (`mine`): for every device, an observation of its requests."""
        path = REQUESTS + ("/retrieveMyRequests()" if which == "mine" else "") + "?$top=100"
        if which not in (None, "mine"):
            path += f"&$filter=status eq '{which}'"
        began, answer = self._send("GET", path)
        by_device: dict[str, set[tuple[str, str]]] = {name: set() for name in self.devices}
        if answer and answer.status == 200:
            if "@odata.nextLink" in answer.json:
                # A page is a moment; several pages aren't one.
                return
            for entity in answer.json["value"]:
                shown = self._shown(entity)
                name = self.names.get(str(entity.get("payloadId")).lower())
                if name and shown:
                    by_device[name].add((entity["id"], shown[0]))
        for name, seen in by_device.items():
            self._record("list", name, None, which, began, answer, frozenset(seen))

    # MARK: Recording

    def _send(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None):
        began = self.recorder.begin()
        return began, self.connection.send(method, path, body, headers)

    def _shown(self, entity: dict) -> tuple[str, str | None, str | None] | None:
        identity = entity.get("requestor") or {}
        requestor = NAMES.get((identity.get("user") or identity.get("application") or {}).get("id"), "?")
        device = self.names.get(str(entity.get("payloadId")).lower())
        if device:
            dates = entity["requestDateTime"], entity["expirationDateTime"]
            self.recorder.met(entity["id"], device, requestor, *dates)
        approver = ((entity.get("approver") or {}).get("user") or {}).get("id")
        return entity["status"], NAMES.get(approver, approver), entity.get("approvalJustification")

    def _record(
        self, kind: str, device: str, id: str | None, note: str | None, began: int, answer: Answer | None,
        shown: object = None, change: str | None = None,
    ) -> None:
        status = answer.status if answer else 0
        if answer is None or status >= 500:
            outcome, ended = Outcome.INFO, NEVER
        else:
            outcome = Outcome.OK if status in SUCCESS[kind] else Outcome.FAIL
            ended = time.monotonic_ns()
        known = (200, 204, 400, 403, 404, 409, 412, 429) if kind == "addMember" else (200, 204, 403, 404, 409, 412, 429)
        if answer is not None and status not in known:
            self.recorder.odd(f"{self.user} {kind} {id or ''} on {device}: {status} {answer.body[:300]!r}")
        if outcome is Outcome.INFO and kind in OBSERVERS:
            return
        self.recorder.add(
            Operation(0, self.user, kind, device, id, note, outcome, status, shown, began, ended, change=change)
        )
