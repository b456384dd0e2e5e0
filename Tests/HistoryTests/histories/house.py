"""What the binary says of itself: the steps that requests may take, the faults that can be planted in it."""

import functools
import json
import subprocess

from .server import BINARY


@functools.cache
def description() -> dict:
    done = subprocess.run([str(BINARY), "describe"], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


@functools.cache
def edges(kind: str) -> dict[str | None, frozenset[str]]:
    """From each status of a kind of requests, to which; from None where it is filed."""
    kinds = {request["kind"]: request for workload in description()["workloads"] for request in workload["requests"]}
    found: dict[str | None, set[str]] = {}
    for step in kinds[kind]["transitions"]:
        found.setdefault(step["from"], set()).add(step["to"])
    return {status: frozenset(others) for status, others in found.items()}


def faults() -> set[str]:
    """None in a release build."""
    return {name for workload in description()["workloads"] for name in workload["faults"]}
