"""A server with the demo tenant and its people, for scenes that are aimed at one rule instead of drawn from a seed."""

import base64
import http.client
import json
import select
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from .clock import microseconds
from .database import Postgres, SQLite, database
from .recorder import DEVICES, REQUESTS, TIMEOUT, USERS, Answer, Connection, Unreachable, demo_id
from .server import Server

SCRIPTS = "/beta/deviceManagement/deviceManagementScripts"


@dataclass(frozen=True)
class Call:
    user: str
    method: str
    path: str
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()


class Stage:
    """`with Stage("sqlite", fault) as stage:`"""

    def __init__(
        self, engine: str, fault: str | None = None, emulator: bool = True,
        wrapper: Callable[[SQLite | Postgres], tuple[str, ...]] = lambda _: (),
    ):
        place = database(engine)
        self.server = Server(place, fault=fault, emulator=emulator, wrapper=wrapper(place))
        self.tokens: dict[str, str] = {}
        self.notes = 0

    def __enter__(self) -> "Stage":
        try:
            self.server.found()
            self.server.start()
            self.tokens = {user: self.server.token(user) for user in USERS}
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        if self.server.is_running:
            self.server.kill()
        self.server.database.remove()

    # MARK: Calls

    def call(self, call: Call) -> Answer:
        connection = Connection(self.server.port, self.tokens[call.user])
        try:
            answer = connection.send(call.method, call.path, call.body, dict(call.headers))
        finally:
            connection.close()
        if answer is None:
            raise Unreachable(call.path)
        return answer

    def note(self) -> str:
        self.notes += 1
        return f"note {self.notes}"

    def wipe(self, user: str, device: str, code: str | None = None) -> Call:
        return Call(user, "POST", f"{DEVICES}/{demo_id(f'managedDevices/{device}')}/wipe", {"keepUserData": True},
                    self.header(code))

    def script(self, user: str, name: str, code: str | None = None) -> Call:
        """Creates lock nothing: any number of requests may wait."""
        return Call(user, "POST", SCRIPTS, {"displayName": name}, self.header(code))

    def header(self, code: str | None) -> tuple[tuple[str, str], ...]:
        if code:
            return (("x-msft-approval-code", code),)
        return (("x-msft-approval-justification", base64.b64encode(self.note().encode()).decode()),)

    def decide(self, user: str, action: str, id: str) -> Call:
        return Call(user, "POST", f"{REQUESTS}/{id}/{action}",
                    {"justification": self.note(), "approvalSource": "adminConsole"})

    def withdraw(self, user: str, id: str) -> Call:
        return Call(user, "POST", f"{REQUESTS}/cancelMyRequest", {"id": id})

    def filed(self, call: Call) -> str:
        """The code of a filing that must succeed."""
        answer = self.call(call)
        assert answer.status == 412, f"{call}: {answer.status} {answer.body!r}"
        return answer.headers["x-msft-approval-code"]

    def filed_at_once(self, calls: list[Call]) -> dict[str, int]:
        """The codes of many filings, each with its deadline in microseconds."""
        codes = {answer.headers["x-msft-approval-code"] for answer in self.burst(calls) if answer}
        assert len(codes) == len(calls)
        rows = self.call(Call("frank", "GET", f"{REQUESTS}?$top=100&$filter=status eq 'needsApproval'")).json["value"]
        return {row["id"]: microseconds(row["expirationDateTime"]) for row in rows if row["id"] in codes}

    def read(self, id: str, user: str = "frank") -> dict:
        answer = self.call(Call(user, "GET", f"{REQUESTS}/{id}"))
        assert answer.status == 200, f"{id}: {answer.status} {answer.body!r}"
        return answer.json

    def status(self, id: str) -> str:
        """`absent` where there is no such request."""
        answer = self.call(Call("frank", "GET", f"{REQUESTS}/{id}"))
        assert answer.status in (200, 404), f"{id}: {answer.status} {answer.body!r}"
        return answer.json["status"] if answer.status == 200 else "absent"

    # MARK: Many at once

    def burst(
        self, calls: list[Call], kill_at_first: bool = False, sent: threading.Event | None = None
    ) -> list[Answer | None]:
        """Sends every call before it reads any answer, each on a connection that was open before. With `kill_at_first`,
        the server gets SIGKILL at the first byte that it answers; None for what wasn't answered whole."""
        sockets = []
        for _ in calls:
            connected = socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(connected)
        try:
            for connected, call in zip(sockets, calls):
                connected.sendall(self._bytes(call))
            if sent is not None:
                sent.set()
            if kill_at_first:
                select.select(sockets, [], [], TIMEOUT)
                self.server.kill()
            return [self._answer(connected) for connected in sockets]
        finally:
            for connected in sockets:
                connected.close()

    def _bytes(self, call: Call) -> bytes:
        data = b"" if call.body is None else json.dumps(call.body).encode()
        path = call.path.replace(" ", "%20")
        lines = [f"{call.method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}"]
        lines += [f"Authorization: Bearer {self.tokens[call.user]}"]
        lines += ["Content-Type: application/json"] if data else []
        lines += [f"Content-Length: {len(data)}"] + [f"{name}: {value}" for name, value in call.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + data

    @staticmethod
    def _answer(connected: socket.socket) -> Answer | None:
        response = http.client.HTTPResponse(connected)
        try:
            response.begin()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            response.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
