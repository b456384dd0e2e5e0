"""`python walwatch.py PID FILE N`: kills PID at the N-th write to FILE from now on, at most a millisecond later.

Says "armed" when it watches. Ends with 0 when it has killed, and with 1 when its standard input closed before.
"""

import ctypes
import os
import select
import signal
import struct
import sys

IN_MODIFY = 0x2


def main(pid: int, path: str, writes: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init()
    if inotify < 0 or libc.inotify_add_watch(inotify, os.fsencode(path), IN_MODIFY) < 0:
        print(f"{path}: {os.strerror(ctypes.get_errno())}", flush=True)
        return 2
    print("armed", flush=True)
    while True:
        ready, _, _ = select.select([inotify, sys.stdin], [], [])
        if inotify in ready:
            # Equal events that wait are one: a lower bound of the writes.
            data, place = os.read(inotify, 4096), 0
            while place < len(data):
                place += 16 + struct.unpack_from("iIII", data, place)[3]
                writes -= 1
            if writes <= 0:
                os.kill(pid, signal.SIGKILL)
                return 0
        if sys.stdin in ready and not sys.stdin.read(1):
            return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
