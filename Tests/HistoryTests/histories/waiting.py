"""The only way to wait: for something to become true, and not for ever."""

import time
from collections.abc import Callable


def until(condition: Callable[[], bool], seconds: float = 20, every: float = 0.005) -> bool:
    """Bounded polling: whether the condition came true."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True
