"""Calls that start at the same moment."""

import threading
from collections.abc import Callable

from support.graph import Answer


def together(*calls: Callable[[], Answer]) -> list[Answer]:
    """Their answers, in the order of the calls."""
    answers: list[Answer | None] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index: int) -> None:
        barrier.wait(timeout=30)
        answers[index] = calls[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in answers, "a call failed, see above"
    return answers
