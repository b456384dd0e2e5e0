"""Where servers keep their data: a file of SQLite, or a database of PostgreSQL made for one server."""

import os
import subprocess
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

POSTGRES = os.environ.get("COUNTERSIGN_TEST_POSTGRES", "")
NAMES = ["sqlite", "postgres"]


class Engine:
    def __init__(self, name: str):
        self.name = name
        self.databases: list[str] = []

    def create(self, folder: Path) -> str:
        """A fresh database as `--database` names it."""
        if self.name == "sqlite":
            return str(folder / f"{uuid.uuid4().hex}.db")
        database = f"scenarios_{uuid.uuid4().hex}"
        _sql(f"CREATE DATABASE {database}")
        self.databases.append(database)
        return urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{database}"))

    def drop(self) -> None:
        for database in self.databases:
            _sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def require(name: str) -> None:
    """Skips what can't run here; `script/test`, where everything must run, sets COUNTERSIGN_STRICT."""
    if name == "sqlite" or POSTGRES:
        return
    reason = "COUNTERSIGN_TEST_POSTGRES names no PostgreSQL (script/postgres start prints one)"
    if os.environ.get("COUNTERSIGN_STRICT"):
        pytest.fail(reason)
    pytest.skip(reason)


def _sql(statement: str) -> None:
    subprocess.run(["psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", POSTGRES, "-c", statement], check=True)
