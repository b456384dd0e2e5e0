"""What these tests run on: the built binary, on each engine."""

import pytest

from histories.needs import missing, require
from histories.server import BINARY


@pytest.fixture(scope="session")
def binary():
    if not BINARY.exists():
        missing(f"{BINARY} isn't there: swift build makes it")
    return BINARY


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, binary):
    require(request.param)
    return request.param
