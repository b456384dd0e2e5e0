"""Requests as bytes, for what no client library would send."""

import http.client
import socket

from support.graph import Answer, Graph, check_envelope


def raw(graph: Graph, lines: list[bytes], body: bytes = b"") -> Answer:
    """The request line and the fields but `Host`, then the body as it is."""
    graph.server.is_fresh = False
    with socket.create_connection((graph.server.host, graph.server.port), timeout=30) as connection:
        try:
            connection.sendall(head(graph, lines) + body)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return received(connection)


def head(graph: Graph, lines: list[bytes]) -> bytes:
    host = f"Host: {graph.server.host}:{graph.server.port}".encode()
    return b"\r\n".join([lines[0], host, *lines[1:]]) + b"\r\n\r\n"


def received(connection: socket.socket) -> Answer:
    """The answer; a 100 that the server sends before it is passed over."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    answer = Answer(response.status, response.reason, response.headers, response.read())
    if answer.status >= 400:
        check_envelope(answer, None)
    return answer


def signed(graph: Graph, user: str) -> list[bytes]:
    return [f"Authorization: Bearer {graph.as_(user).token}".encode()]
