"""A proxy in front of PostgreSQL that knows a commit when it sees one, and can kill the server under test inside it.

The commit protocol ends each pipeline with `INSERT INTO changes` and a Sync. A prepared statement is known
by the Parse message that carries its text; afterwards its name stands in Bind messages.
"""

import os
import re
import select
import signal
import socket
import threading

#: A Parse message: its name, then the text of the statement that only a commit has.
PARSE = re.compile(rb"P.{4}([^\0]*)\0INSERT INTO changes ", re.DOTALL)


class PostgresProxy:
    def __init__(self, target: tuple[str, int]):
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._names: set[bytes] = set()
        self._pid: int | None = None
        self._before = False
        self._skip = 0
        self.has_fired = False
        #: Seconds for which every commit is held before it is passed on, for faults that answer too early.
        self.delay = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, pid: int, before: bool, skip: int) -> None:
        with self._lock:
            self._pid, self._before, self._skip, self.has_fired = pid, before, skip, False

    def disarm(self) -> bool:
        """Ends the wait for a commit. Whether it has fired before."""
        with self._lock:
            self._pid = None
            return self.has_fired

    def close(self) -> None:
        self._listener.close()

    # MARK: Threads

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                server = socket.create_connection(self.target)
            except OSError:
                return
            with server:
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    self._pump(client, server)
                except OSError:
                    pass

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([client, server], [], [])
            if client in ready:
                data = client.recv(1 << 18)
                if not data:
                    return
                if not self._is_commit(data) or not self._meet(client, server, data):
                    server.sendall(data)
            if server in ready:
                data = server.recv(1 << 18)
                if not data:
                    return
                client.sendall(data)

    def _is_commit(self, data: bytes) -> bool:
        with self._lock:
            for match in PARSE.finditer(data):
                if match[1]:
                    self._names.add(match[1])
                else:
                    return True
            return any(name in data for name in self._names)

    def _meet(self, client: socket.socket, server: socket.socket, data: bytes) -> bool:
        """A commit goes by. True where its bytes have been dealt with."""
        if self.delay and select.select([client], [], [], self.delay)[0]:
            # Nothing follows a commit but its process's death, and with that the packets that were still on their way.
            raise ConnectionAbortedError
        with self._lock:
            if self._pid is None:
                return False
            if self._skip > 0:
                self._skip -= 1
                return False
            pid, before, self._pid, self.has_fired = self._pid, self._before, None, True
        if not before:
            server.sendall(data)
        # The process is gone before its database's answer can reach it.
        os.kill(pid, signal.SIGKILL)
        # Cut off in the middle: what has arrived is no whole pipeline, and nothing of it stands.
        if before:
            server.sendall(data[:-5])
        return True
