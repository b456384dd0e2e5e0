"""How soon a server answers and what it holds in memory while nobody asks: `startup.py BINARY DATABASE RUNS`."""

import http.client
import re
import signal
import socket
import statistics
import subprocess
import sys
import time

binary, database, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port: int, token: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/beta/me", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def start(token: str) -> tuple[float, dict[str, int]]:
    """Milliseconds to the first 200, and kilobytes after three idle seconds."""
    port = free_port()
    began = time.monotonic()
    server = subprocess.Popen(
        [binary, "serve", "--demo", "--listen", f"127.0.0.1:{port}", "--database", database],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port, token):
            if server.poll() is not None or time.monotonic() - began > 30:
                sys.exit("startup.py: the server doesn't answer")
            time.sleep(0.0005)
        first = (time.monotonic() - began) * 1000
        time.sleep(3)
        with open(f"/proc/{server.pid}/smaps_rollup") as file:
            sizes = {name: int(size) for name, size in re.findall(r"^(\w+): +(\d+) kB$", file.read(), re.MULTILINE)}
        return first, sizes
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


token = subprocess.run(
    [binary, "token", "--as", "alice", "--database", database], check=True, capture_output=True, text=True).stdout.strip()
found = [start(token) for _ in range(runs)]
firsts = sorted(first for first, _ in found)
print(f"start to first 200: median {statistics.median(firsts):.0f} ms of {runs} (from {firsts[0]:.0f} to {firsts[-1]:.0f}); aim 100")
# Private pages that were written: clean ones are the program's own file, which the system can drop.
for name, key, aim in (("resident", "Rss", 60), ("private", "Private_Dirty", 16)):
    size = statistics.median(sizes[key] for _, sizes in found) / 1024
    print(f"idle memory, {name}: {size:.1f} MB; aim {aim}")
