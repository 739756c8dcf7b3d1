"""Servers that behave badly, each on a free port of this machine for the length of a test."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

from isgkg.errors import QueryError, QueryTimeout, StoreBusy, StoreFailure

Behaviour = Callable[[socket.socket, bytes], object]
"""What a server does with a connection once it has read a request; returning True keeps the connection for another one."""


class Server:
    """`url` is its endpoint; `connections` and `requests` count what has come."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/sparql"
        self.connections = 0
        self.requests: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while (request := _request(connection)) is not None:
                self.requests.append(request)
                if self._behave(connection, request) is not True:
                    return

    def close(self) -> None:
        self._listener.close()


def _request(connection: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving(behave: Behaviour) -> Iterator[Server]:
    server = Server(behave)
    try:
        yield server
    finally:
        server.close()


def answer(
    body: bytes, *, status: str = "200 OK", media: str = "application/sparql-results+json", length: int | None = None, extra: str = ""
) -> Behaviour:
    """A server that always answers this, with keep-alive. `length` is what it says of the body, where that is not true."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body) if length is None else length}\r\n{extra}\r\n"

    def behave(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(head.encode() + body)
        return length is None

    return behave


def raw(data: bytes) -> Behaviour:
    """A server that sends these bytes and closes."""
    return lambda connection, _: connection.sendall(data)


def drip(data: bytes, pause: float = 0.05) -> Behaviour:
    """A server that sends a byte at a time."""

    def behave(connection: socket.socket, _request: bytes) -> None:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)

    return behave


def hang(_connection: socket.socket, _request: bytes) -> None:
    """A server that says nothing."""
    time.sleep(30)


NOTHING = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
ONE = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:x"}}]}}'
BAD: list[tuple[Behaviour, type[QueryError]]] = [
    (hang, QueryTimeout),
    (drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n" + b"X: y\r\n" * 90), QueryTimeout),
    (drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 90), QueryTimeout),
    (
        drip(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 49\r\n\r\n" + NOTHING),
        QueryTimeout,
    ),
    (answer(b"gone wrong", status="500 Internal Server Error", media="text/plain"), StoreFailure),
    (answer(b"", status="302 Found", extra="Location: http://127.0.0.1:1/\r\n"), StoreFailure),
    (answer(b"", status="401 Unauthorized"), StoreFailure),
    (answer(b"", status="404 Not Found"), StoreFailure),
    (answer(b"", status="503 Service Unavailable"), StoreBusy),
    (answer(b"", status="504 Gateway Timeout"), QueryTimeout),
    (answer(b"syntax error at 'x'", status="400 Bad Request", media="text/plain"), StoreFailure),
    (answer(b"<html></html>", media="text/html"), StoreFailure),
    (answer(NOTHING[:-3]), StoreFailure),
    (answer(ONE[:-4] + b"]}}"), StoreFailure),
    (answer(b'{"head":{},"boolean":true}'), StoreFailure),
    (answer(b"[" * 100_000), StoreFailure),
    (answer(b""), StoreFailure),
    (answer(NOTHING, extra="X-SPARQL-MaxRows: 10000\r\n"), StoreFailure),
    (answer(NOTHING, extra="Content-Encoding: gzip\r\n"), StoreFailure),
    (answer(NOTHING, length=len(NOTHING) + 5), StoreFailure),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n" + NOTHING), StoreFailure),
    (
        raw(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nTransfer-Encoding: chunked\r\n\r\n31\r\n"
            + NOTHING
            + b"\r\n"
        ),
        StoreFailure,
    ),
    (raw(b"SSH-2.0-OpenSSH\r\n"), StoreFailure),
    (raw(b""), StoreFailure),
    (raw(b"HTTP/1.1 200 OK\r\n" + b"X" * 100_000), StoreFailure),
]
"""What servers do that is no answer, and what it is to those who have asked."""
