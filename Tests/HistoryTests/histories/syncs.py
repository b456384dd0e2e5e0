"""Which writes of the server were forced to disk, and when, as strace sees it."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

TRACE = ("-f", "-qq", "-ttt", "-T", "-y", "-e", "trace=fsync,fdatasync", "-e", "signal=none")
WHOLE = re.compile(r"^(\d+) +(\d+\.\d+) f(?:data)?sync\(\d+<([^>]*)>\) += 0 <(\d+\.\d+)>")
BEGUN = re.compile(r"^(\d+) +(\d+\.\d+) f(?:data)?sync\(\d+<([^>]*)> <unfinished")
ENDED = re.compile(r"^(\d+) +(\d+\.\d+) <\.\.\. f(?:data)?sync resumed>\) += 0")


@dataclass(frozen=True)
class Sync:
    path: str
    #: Seconds since 1970.
    began: float
    ended: float


def obstacle() -> str | None:
    """Why strace can't be used here."""
    if not shutil.which("strace"):
        return "strace isn't installed (apt-get install strace): which commits reach the disk can't be counted"
    probe = subprocess.run(["strace", "-f", "-qq", "-e", "trace=fsync", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        return f"strace may not trace here ({probe.stderr.strip().splitlines()[:1]}): commits can't be counted"
    return None


def wrapper(log: Path) -> tuple[str, ...]:
    return ("strace", *TRACE, "-o", str(log), "--")


def slowly(log: Path) -> tuple[str, ...]:
    """Every write to SQLite's log takes five milliseconds longer, a commit some fifty."""
    return (
        "strace", "-f", "-qq", "-o", "/dev/null", "-P", str(log), "-e", "trace=pwrite64", "-e", "signal=none",
        "-e", "inject=pwrite64:delay_enter=5000", "--",
    )


def parse(text: str) -> list[Sync]:
    syncs, begun = [], {}
    for line in text.splitlines():
        if match := WHOLE.match(line):
            began = float(match[2])
            syncs.append(Sync(match[3], began, began + float(match[4])))
        elif match := BEGUN.match(line):
            begun[match[1]] = (match[3], float(match[2]))
        elif (match := ENDED.match(line)) and match[1] in begun:
            path, began = begun.pop(match[1])
            syncs.append(Sync(path, began, float(match[2])))
    return syncs


def of_log(syncs: list[Sync]) -> list[Sync]:
    """Of SQLite's write-ahead log: those that make commits durable."""
    return [sync for sync in syncs if sync.path.endswith("-wal")]
