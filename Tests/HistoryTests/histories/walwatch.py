"""A process that kills another one at its n-th write to a file: a thread of the tests would wait for Python's lock, and by
then the commit is over.

Standard input: `arm PID N`, answered by `armed`, and `disarm`, answered by `fired` or `idle`.
"""

import ctypes
import os
import select
import signal
import struct
import subprocess
import sys

IN_MODIFY = 0x2


class Watcher:
    """The tests' end."""

    def __init__(self, path: str):
        self.process = subprocess.Popen(
            [sys.executable, __file__, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def arm(self, pid: int, writes: int) -> None:
        if (answer := self._ask(f"arm {pid} {writes}")) != "armed":
            raise RuntimeError(f"the watcher of the write-ahead log says: {answer}")

    def disarm(self) -> bool:
        """Whether it has killed since it was armed."""
        return self._ask("disarm") == "fired"

    def _ask(self, line: str) -> str:
        assert self.process.stdin is not None and self.process.stdout is not None
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def main(path: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init()
    watch, pid, writes, has_fired = -1, 0, 0, False
    while True:
        ready, _, _ = select.select([inotify, 0], [], [])
        if inotify in ready:
            # Equal events that wait are one: a lower bound of the writes.
            data, place = os.read(inotify, 4096), 0
            while place < len(data):
                of, mask, _, length = struct.unpack_from("iIII", data, place)
                place += 16 + length
                writes -= of == watch and bool(mask & IN_MODIFY)
            if pid and writes <= 0:
                os.kill(pid, signal.SIGKILL)
                pid, has_fired = 0, True
        if 0 in ready:
            match os.read(0, 4096).decode().split():
                case ["arm", process, count]:
                    watch = libc.inotify_add_watch(inotify, os.fsencode(path), IN_MODIFY)
                    pid, writes, has_fired = int(process), int(count), False
                    print("armed" if watch >= 0 else os.strerror(ctypes.get_errno()), flush=True)
                case ["disarm"]:
                    libc.inotify_rm_watch(inotify, watch)
                    watch, pid = -1, 0
                    print("fired" if has_fired else "idle", flush=True)
                case _:
                    return


if __name__ == "__main__":
    main(sys.argv[1])
