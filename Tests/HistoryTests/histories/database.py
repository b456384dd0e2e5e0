"""Databases for the server under test, each with its way to kill the server inside a commit."""

import csv
import io
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from .proxy import PostgresProxy
from .walwatch import Watcher


class SQLite:
    """A file in a directory of its own, on a real file system: a commit that forces nothing to disk is no test."""

    name = "sqlite"

    def __init__(self, directory: str | None = None):
        self.directory = Path(directory or tempfile.mkdtemp(prefix="countersign-histories-"))
        self._owns = directory is None
        self.path = self.directory / "history.db"
        self._watcher: Watcher | None = None

    @property
    def served(self) -> str:
        return str(self.path)

    @property
    def direct(self) -> str:
        return str(self.path)

    def arm(self, pid: int, moment: int) -> None:
        """Kills a process at its `moment`-th write to the write-ahead log from now on: inside a commit, because SQLite
        writes there at COMMIT and nowhere else."""
        if self._watcher is None:
            # A fork of this process takes longer than most histories: made once for all kills.
            self._watcher = Watcher(f"{self.path}-wal")
        self._watcher.arm(pid, moment)

    def disarm(self) -> bool:
        """Ends the wait. Whether it has killed before."""
        return self._watcher is not None and self._watcher.disarm()

    def rows(self, sql: str) -> list[list[str]]:
        """What lies in the database, for the checks that look behind the interface."""
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return [[str(value) for value in row] for row in connection.execute(sql)]
        finally:
            connection.close()

    def execute(self, sql: str) -> bool:
        """In one transaction, as another process would; False where the server's transaction is in the way."""
        connection = sqlite3.connect(self.path, timeout=0.1)
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {sql}; COMMIT")
            return True
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()

    @contextmanager
    def held_up(self, seconds: float) -> Iterator[None]:
        """Nothing: commits to a file are slowed down from outside (`syncs.slowly`)."""
        yield

    def remove(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
        if self._owns:
            shutil.rmtree(self.directory, ignore_errors=True)


class Postgres:
    """A database of its own on the server that COUNTERSIGN_TEST_POSTGRES names, reached through a proxy that can stop the
    world between a commit's last byte and its answer."""

    name = "postgres"

    def __init__(self, url: str | None = None):
        self.server = url or os.environ["COUNTERSIGN_TEST_POSTGRES"]
        self.database = f"histories_{os.getpid()}_{secrets.token_hex(4)}"
        self._psql(self.server, f'CREATE DATABASE "{self.database}"')
        parts = urlsplit(self.server)
        self.direct = urlunsplit(parts._replace(path=f"/{self.database}"))
        self.proxy = PostgresProxy((parts.hostname or "127.0.0.1", parts.port or 5432))
        account, _, _ = parts.netloc.rpartition("@")
        through = f"{account}@127.0.0.1:{self.proxy.port}" if account else f"127.0.0.1:{self.proxy.port}"
        self.served = urlunsplit(parts._replace(netloc=through, path=f"/{self.database}"))

    def arm(self, pid: int, moment: int) -> None:
        """Kills a process when a commit of its is at the database: for an odd `moment` before the answer, for an even one
        before the last byte, so that nothing was committed."""
        self.proxy.arm(pid, before=moment % 2 == 0, skip=moment // 2)

    def disarm(self) -> bool:
        return self.proxy.disarm()

    @staticmethod
    def _psql(url: str, sql: str) -> str:
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--csv", "--set=ON_ERROR_STOP=1", url]
        return subprocess.run([*command, "-c", sql], check=True, capture_output=True, text=True).stdout

    def rows(self, sql: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self._psql(self.direct, sql))))

    def execute(self, sql: str) -> bool:
        """In one transaction, as another node would; False where a lock is in the way."""
        try:
            self._psql(self.direct, f"SET lock_timeout = '200ms'; {sql}")
            return True
        except subprocess.CalledProcessError:
            return False

    @contextmanager
    def held_up(self, seconds: float) -> Iterator[None]:
        """For a while whoever writes the log waits, and readers don't."""
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", self.direct]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
            session.stdin.write('BEGIN; LOCK TABLE "directoryAudit" IN SHARE MODE;\n\\echo held\n')
            session.stdin.flush()
            assert session.stdout.readline().strip() == "held"
            session.stdin.write(f"SELECT pg_sleep({seconds}); COMMIT;\n")
            session.stdin.close()
            yield

    def remove(self) -> None:
        self.proxy.close()
        self._psql(self.server, f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


def engines() -> list[str]:
    """The engines that can be tested here."""
    return ["sqlite"] + (["postgres"] if os.environ.get("COUNTERSIGN_TEST_POSTGRES") else [])


def database(engine: str) -> SQLite | Postgres:
    return SQLite() if engine == "sqlite" else Postgres()
