"""What the tests need and may not have."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skips what can't run here; `script/test`, where everything must run, sets COUNTERSIGN_STRICT."""
    if os.environ.get("COUNTERSIGN_STRICT"):
        pytest.fail(reason)
    pytest.skip(reason)


def require(engine: str) -> None:
    if engine == "postgres" and not os.environ.get("COUNTERSIGN_TEST_POSTGRES"):
        missing("COUNTERSIGN_TEST_POSTGRES names no PostgreSQL (script/postgres start prints one)")
