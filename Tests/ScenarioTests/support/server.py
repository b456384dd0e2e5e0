"""The real binary as a child process."""

import os
import queue
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("COUNTERSIGN_BINARY", str(ROOT / ".build/debug/countersign"))
START_SECONDS = 60
LISTENING = re.compile(r"listening on (https?)://(\S+?):(\d+)\s*$")


def environment(**extra: str) -> dict[str, str]:
    """The tests' environment without what would change a command's meaning."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    return kept | extra


def run(
    *arguments: str, cwd: Path | None = None, timeout: float = 60, binary: str = BINARY, **extra: str
) -> subprocess.CompletedProcess:
    """A command that ends by itself; keyword arguments are environment variables."""
    return subprocess.run(
        [binary, *arguments], cwd=cwd, env=environment(**extra), capture_output=True, text=True, timeout=timeout
    )


class Server:
    """`countersign serve`, which can be stopped, killed and started again on the same database."""

    def __init__(
        self,
        database: str | None,
        *options: str,
        cwd: Path | None = None,
        listen: str = "127.0.0.1:0",
        binary: str = BINARY,
        **extra: str,
    ):
        self.binary = binary
        self.database = database
        named = [] if database is None else ["--database", database]
        self.arguments = ["serve", "--listen", listen, *named, *options]
        self.cwd = cwd
        self.environment = environment(**extra)
        self.process: subprocess.Popen | None = None
        # Whether nothing was sent since the start or the last reset that could have changed something.
        self.is_fresh = True
        self.tokens: dict = {}

    def start(self) -> "Server":
        """Returns when the server accepts connections."""
        self.output: list[str] = []
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [self.binary, *self.arguments],
            cwd=self.cwd,
            env=self.environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        lines: queue.Queue[str | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=_drain, args=(self.process.stdout, self.output, None), daemon=True),
            threading.Thread(target=_drain, args=(self.process.stderr, self.log, lines), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        deadline = time.monotonic() + START_SECONDS
        try:
            while (line := lines.get(timeout=max(0, deadline - time.monotonic()))) is not None:
                if found := LISTENING.search(line):
                    self.scheme, self.host, port = found.groups()
                    self.port = int(port)
                    self.url = f"{self.scheme}://{self.host}:{self.port}"
                    return self
        except queue.Empty:
            self.kill()
            raise AssertionError(f"not listening after {START_SECONDS} s:\n" + "".join(self.log)) from None
        self._ended()
        raise AssertionError(f"the server ended with {self.process.returncode}:\n" + "".join(self.log))

    @property
    def places(self) -> dict[str, str]:
        """What differs between two machines, and two runs on one."""
        binaries = {self.binary: "<binary>", str(Path(self.binary).resolve()): "<binary>"}
        return binaries | {f":{self.port}": ":<port>"} | ({self.database: "<database>"} if self.database else {})

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends this process and no other; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        self._ended()
        return self.process.returncode

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def _ended(self) -> None:
        self.process.wait(timeout=30)
        for reader, stream in zip(self._readers, (self.process.stdout, self.process.stderr), strict=True):
            reader.join(timeout=10)
            stream.close()

    def run(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess:
        """A command on this server's database."""
        return run(*arguments, "--database", self.database, binary=self.binary, **extra)

    def speak(self, *arguments: str, token: str) -> subprocess.CompletedProcess:
        """A command that talks to this server as a person."""
        self.is_fresh = False
        return run(*arguments, binary=self.binary, COUNTERSIGN_URL=self.url, COUNTERSIGN_TOKEN=token)


def _drain(stream, lines: list[str], arrivals: "queue.Queue[str | None] | None") -> None:
    for line in stream:
        lines.append(line)
        if arrivals:
            arrivals.put(line)
    if arrivals:
        arrivals.put(None)
