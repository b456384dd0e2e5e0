"""The real binary: started, killed, started again on the same port and database."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections import deque
from pathlib import Path

from .clock import Sighting, microseconds
from .database import Postgres, SQLite
from .recorder import APPLICATION, Connection

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("COUNTERSIGN_BINARY", ROOT / ".build/debug/countersign"))
EMULATOR = "/countersign/emulator"


class ServerError(Exception):
    """The server did what no server should: ended by itself, or didn't start."""


def free_port() -> int:
    """Chosen before the start, because the server comes back on the same one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Server:
    def __init__(
        self, database: SQLite | Postgres, fault: str | None = None, emulator: bool = True,
        wrapper: tuple[str, ...] = (),
    ):
        self.database = database
        self.fault = fault
        self.emulator = emulator
        self.wrapper = wrapper
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        self.log: deque[str] = deque(maxlen=200)
        self.starts = 0

    # MARK: Its life

    def start(self, timeout: float = 60) -> None:
        command = [*self.wrapper, str(BINARY), "serve", "--demo"]
        command += ["--emulator"] if self.emulator else []
        command += ["--listen", f"127.0.0.1:{self.port}", "--database", self.database.served]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COUNTERSIGN_")}
        if self.fault:
            environment["COUNTERSIGN_PLANTED_FAULT"] = self.fault
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            errors="replace", cwd="/",
        )
        listening = threading.Event()
        ended = threading.Event()
        threading.Thread(target=self._read, args=(self.process, listening, ended), daemon=True).start()
        until = time.monotonic() + timeout
        while not listening.wait(0.01):
            if (ended.is_set() and not listening.is_set()) or time.monotonic() > until:
                self.kill()
                raise ServerError("the server didn't start:\n" + "\n".join(list(self.log)[-15:]))
        self.starts += 1

    def found(self) -> None:
        """Creates the demo tenant without the planted fault: some faults don't even get that far, which would prove nothing
        about the promise that they break."""
        if self.fault is None:
            return
        planted = self.fault, self.wrapper
        self.fault, self.wrapper = None, ()
        self.start()
        self.stop()
        self.fault, self.wrapper = planted

    def _read(self, process: subprocess.Popen, listening: threading.Event, ended: threading.Event) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self.log.append(line.rstrip())
            if re.search(r"listening on https?://", line):
                listening.set()
        process.stderr.close()
        ended.set()

    @property
    def pid(self) -> int:
        """Of the server itself, under whatever wrapper it runs."""
        assert self.process is not None
        if not self.wrapper:
            return self.process.pid
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def kill(self) -> None:
        """kill -9, and waits until it is gone."""
        assert self.process is not None
        try:
            os.kill(self.pid, signal.SIGKILL)
        except (ProcessLookupError, IndexError):
            pass
        self.process.wait(30)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerError("the server didn't drain within 30 s of SIGTERM") from None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    # MARK: The emulator's controls

    def control(self, method: str, path: str, body: object = None) -> dict:
        connection = Connection(self.port)
        try:
            answer = connection.send(method, EMULATOR + path, body)
        finally:
            connection.close()
        if answer is None:
            raise ConnectionError(f"{method} {path}: no answer")
        if answer.status not in (200, 201, 204):
            raise ServerError(f"{method} {EMULATOR}{path}: {answer.status} {answer.body[:500]!r}")
        return answer.json if answer.body else {}

    def token(self, user: str) -> str:
        if self.emulator:
            kind = "app" if user == APPLICATION else "user"
            return self.control("POST", "/tokens", {kind: user})["token"]
        run = self.command("token", "--as", user, "--database", self.database.direct)
        if run.returncode != 0:
            raise ServerError(f"countersign token: {run.stderr}")
        return run.stdout.strip()

    def clock(self) -> Sighting:
        invoked = time.monotonic_ns()
        now = self.control("GET", "/clock")["now"]
        return Sighting(invoked, time.monotonic_ns(), microseconds(now))

    def move_clock(self, body: dict[str, str]) -> Sighting:
        """`{"advance": "P1D"}` or `{"set": "…Z"}`; everything that became due has run when it answers."""
        invoked = time.monotonic_ns()
        now = self.control("POST", "/clock", body)["now"]
        return Sighting(invoked, time.monotonic_ns(), microseconds(now))

    # MARK: Its commands

    def command(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess:
        return subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, timeout=timeout, cwd="/")

    def doctor(self) -> str | None:
        """What `doctor --deep` complains about; nothing where all is well."""
        run = self._doctor()
        if run.returncode != 0 and "Another server is attached" in run.stderr:
            # An engine that can't be looked at beside its server: the server pauses.
            if (code := self.stop()) != 0:
                return f"the server ended with {code} at SIGTERM"
            run = self._doctor()
            self.start()
        return None if run.returncode == 0 else f"doctor --deep exits {run.returncode}:\n{run.stdout}{run.stderr}"

    def _doctor(self) -> subprocess.CompletedProcess:
        return self.command("doctor", "--deep", "--database", self.database.direct)
