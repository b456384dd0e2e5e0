"""What these tests need, said once: the binary, and for PostgreSQL a server."""

import os

import pytest

from histories.database import engines
from histories.server import BINARY


def missing(reason: str) -> None:
    """Skips what can't run here; `script/test`, where everything must run, sets COUNTERSIGN_STRICT."""
    if os.environ.get("COUNTERSIGN_STRICT"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def binary():
    if not BINARY.exists():
        missing(f"{BINARY} isn't there: swift build makes it")
    return BINARY


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, binary):
    if request.param not in engines():
        missing("COUNTERSIGN_TEST_POSTGRES names no PostgreSQL (script/postgres start prints one)")
    return request.param
