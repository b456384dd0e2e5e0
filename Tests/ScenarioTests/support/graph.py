"""A client that sends exactly what it is told to, and checks what holds for every answer."""

import http.client
import json as json_text
import re
import uuid
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Any
from urllib.parse import quote, urlsplit

from support.demo import AUDITS, CODE, DEVICES, REQUESTS, SCRIPTS, coded, device_id, instant, justified, wire
from support.server import Server
from support.transcript import Transcript

ABSENT: Any = object()
KEEP_DATA = {"keepUserData": True}
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass
class Answer:
    status: int
    reason: str
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json_text.loads(self.body)

    @property
    def value(self) -> Any:
        return self.json["value"]

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.value]

    @property
    def code(self) -> str:
        return self.json["error"]["code"]

    @property
    def message(self) -> str:
        return self.json["error"]["message"]

    @property
    def outcome(self) -> tuple[int, str | None]:
        """Status and, for an error, its code: compared in one go."""
        return self.status, self.code if self.status >= 400 else None

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:600]!r}>"


class Graph:
    """Calls as one caller; `as_` and `as_app` give other callers of the same server."""

    # What the running test's calls are written into, if anything.
    transcript: Transcript | None = None

    def __init__(self, server: Server, token: str | None = None):
        self.server = server
        self.token = token

    # Callers

    def as_(self, user: str, **options: Any) -> "Graph":
        """A user of the demo tenant; options are those of the emulator's tokens (`scopes`, `mfa`, `expiresIn`)."""
        return self._signed_in({"user": user} | options)

    def as_app(self, app: str = "automation", **options: Any) -> "Graph":
        return self._signed_in({"app": app} | options)

    def with_token(self, token: str | None) -> "Graph":
        return Graph(self.server, token)

    def _signed_in(self, order: dict) -> "Graph":
        key = json_text.dumps(order, sort_keys=True)
        if key not in self.server.tokens:
            was_fresh = self.server.is_fresh
            with unrecorded():
                answer = ok(self.call("POST", "/countersign/emulator/tokens", json=order))
            self.server.tokens[key] = answer.json["token"]
            self.server.is_fresh = was_fresh
        return Graph(self.server, self.server.tokens[key])

    # Calls

    def call(
        self,
        method: str,
        target: str,
        *,
        json: Any = ABSENT,
        body: bytes | None = None,
        headers: Headers = (),
        type: str | None = None,
        timeout: float = 60,
    ) -> Answer:
        """One call on a connection of its own: no retries, no redirects, no changes to the target.

        `headers` may repeat names. A body has the type `application/json` unless told; "" sends none.
        """
        if json is not ABSENT:
            body = json_text.dumps(json).encode()
        fields = list(headers.items() if isinstance(headers, Mapping) else headers)
        names = {name.lower() for name, _ in fields}
        if self.token is not None and "authorization" not in names:
            fields.append(("Authorization", f"Bearer {self.token}"))
        if body is not None and "content-type" not in names and type != "":
            fields.append(("Content-Type", type or "application/json"))
        if body is not None or method in ("POST", "PATCH", "PUT"):
            fields.append(("Content-Length", str(len(body or b""))))
        self.server.is_fresh = self.server.is_fresh and method == "GET"
        answer = self._send(method, target, fields, body, timeout, skip_host="host" in names)
        if Graph.transcript:
            received = (answer.status, answer.reason, answer.headers.items(), answer.body)
            Graph.transcript.record(self.server.places, (method, target, fields, body), received)
        if answer.status >= 400 and method != "HEAD":
            check_envelope(answer, dict(fields).get("client-request-id"))
        if target.lower().startswith(("/beta", "/v1.0")):
            assert uuid.UUID(answer.headers["request-id"]), "every answer of Graph has a request-id"
        return answer

    def _send(self, method, target, fields, body, timeout, skip_host) -> Answer:
        connection = http.client.HTTPConnection(self.server.host, self.server.port, timeout=timeout)
        try:
            connection.putrequest(method, target, skip_host=skip_host, skip_accept_encoding=True)
            for name, value in fields:
                connection.putheader(name, value.encode("latin-1"))
            try:
                connection.endheaders(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # An early refusal of a large body: the answer is there already.
            response = connection.getresponse()
            return Answer(response.status, response.reason, response.headers, response.read())
        finally:
            connection.close()

    def get(self, target: str, **options: Any) -> Answer:
        return self.call("GET", target, **options)

    def post(self, target: str, **options: Any) -> Answer:
        return self.call("POST", target, **options)

    def patch(self, target: str, **options: Any) -> Answer:
        return self.call("PATCH", target, **options)

    def delete(self, target: str, **options: Any) -> Answer:
        return self.call("DELETE", target, **options)

    # Multi Admin Approval

    def wipe(self, device: str = "laptop-2", json: Any = KEEP_DATA, **options: Any) -> Answer:
        return self.post(f"{DEVICES}/{device_id(device)}/wipe", json=json, **options)

    def file_wipe(self, device: str = "laptop-2", justification: str = "Lost in a taxi") -> str:
        """Files a request; its code."""
        return filed(self.wipe(device, headers=justified(justification)))

    def complete_wipe(self, code: str, device: str = "laptop-2") -> Answer:
        return self.wipe(device, headers=coded(code))

    def create_script(self, name: str = "Clean temp", **headers: Any) -> Answer:
        return self.post(SCRIPTS, json={"displayName": name}, **headers)

    def file_script(self, name: str = "Clean temp", justification: str = "Disks are full") -> str:
        return filed(self.create_script(name, headers=justified(justification)))

    def decide(self, action: str, code: str, **parameters: Any) -> Answer:
        """approve, reject or cancelApproval."""
        parameters = parameters or {"justification": "Checked by phone", "approvalSource": "adminConsole"}
        return self.post(f"{REQUESTS}/{code}/{action}", json=parameters)

    def approve(self, code: str, **parameters: Any) -> Answer:
        return self.decide("approve", code, **parameters)

    def reject(self, code: str, **parameters: Any) -> Answer:
        return self.decide("reject", code, **parameters)

    def cancel_approval(self, code: str, **parameters: Any) -> Answer:
        return self.decide("cancelApproval", code, **parameters)

    def cancel_my_request(self, code: str) -> Answer:
        return self.post(f"{REQUESTS}/cancelMyRequest", json={"id": code})

    def request(self, code: str) -> dict:
        answer = self.get(f"{REQUESTS}/{code}")
        assert answer.status == 200, answer
        return answer.json

    def status(self, code: str) -> str:
        return self.request(code)["status"]

    def filter(self, expression: str, of: str = REQUESTS, more: str = "") -> Answer:
        return self.get(f"{of}?$filter={quote(expression)}{more}")

    def pages(self, target: str) -> list[Answer]:
        """Every page of a list, by its next links."""
        pages = [self.get(target)]
        while link := ok(pages[-1]).json.get("@odata.nextLink"):
            assert link.startswith(self.server.url + "/"), "next links are absolute"
            assert len(pages) < 100, "next links don't end"
            pages.append(self.get(link.removeprefix(self.server.url)))
        return pages

    def events(self, expression: str | None = None) -> list[dict]:
        """The log's entries, the newest first, as somebody sees them who reads everything."""
        query = f"?$filter={quote(expression)}" if expression else ""
        return [row for page in self.as_("erin").pages(AUDITS + query) for row in page.value]

    # The emulator's clock

    @property
    def now(self) -> datetime:
        return instant(self.get("/countersign/emulator/clock").json["now"])

    def set_clock(self, moment: datetime) -> datetime:
        return instant(ok(self.post("/countersign/emulator/clock", json={"set": wire(moment)})).json["now"])

    def advance(self, duration: str) -> datetime:
        return instant(ok(self.post("/countersign/emulator/clock", json={"advance": duration})).json["now"])

    def reset(self) -> None:
        ok(self.post("/countersign/emulator/reset"))
        self.server.is_fresh = True

    # What must not change

    def state(self, log: bool = True) -> dict:
        """Everything that a call could change."""
        erin = self.as_("erin")
        lists = {path: ok(erin.get(path)).value for path in (REQUESTS, DEVICES, SCRIPTS)}
        return lists | {"log": [event["id"] for event in self.events()] if log else None}

    @contextmanager
    def nothing_changes(self, log: bool = True):
        """Malformed input leaves no trace; a refusal of right or state leaves one in the log (`log=False`)."""
        before = self.state(log)
        yield
        assert self.state(log) == before


@contextmanager
def unrecorded():
    """Calls that depend on which tests ran before."""
    transcript, Graph.transcript = Graph.transcript, None
    try:
        yield
    finally:
        Graph.transcript = transcript


def ok(answer: Answer) -> Answer:
    assert 200 <= answer.status < 300, answer
    return answer


def filed(answer: Answer) -> str:
    """The code of an answer that asks for approval."""
    assert answer.outcome == (412, "BadRequest"), answer
    return answer.headers[CODE]


GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def check_envelope(answer: Answer, client_request_id: str | None) -> None:
    """Graph's error envelope, which every failure has (Graph: "Microsoft Graph error responses and resource types")."""
    assert answer.headers.get_content_type() == "application/json", answer
    assert list(answer.json) == ["error"], answer
    error = answer.json["error"]
    assert error["code"] and error["message"], answer
    inner = error["innerError"]
    assert GUID.fullmatch(inner["request-id"]), answer
    assert inner["request-id"] == answer.headers["request-id"], (answer, answer.headers.items())
    datetime.strptime(inner["date"], "%Y-%m-%dT%H:%M:%S")
    if client_request_id:
        assert inner["client-request-id"] == client_request_id, answer
        assert answer.headers["client-request-id"] == client_request_id, answer.headers.items()


def without_annotations(row: dict) -> dict:
    return {name: value for name, value in row.items() if not name.startswith("@")}


def host_of(url: str) -> str:
    return urlsplit(url).netloc
