"""What passes between a front and its worker processes.

Flows in: requests, answers and errors. Flows out: the same, through a socket. JSON and fixed headers: nothing that a process taken over by
hostile input could make the front execute.
"""

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from isgkg.errors import AnswerTooLarge, QueryError, QuerySyntaxError, ReleaseError
from isgkg.store.base import QueryRequest

COMMAND: Final = struct.Struct("<cQ")
"""A command to the forkserver: one of the letters below, and the number of the worker."""
FORK, SLOW, KILL = b"F", b"S", b"K"

_REQUEST: Final = struct.Struct("<QI")  # byte limit of the answer, bytes that follow
_SMALL: Final = 65_536
"""Bytes that are sent, and received, by one call of the system."""
_REPLY: Final = struct.Struct("<??dQ")  # an answer or an error, whether the worker can go on, seconds in the engine, bytes that follow


class Readable(Protocol):
    """A socket, as far as it is read here."""

    def recv(self, size: int, /) -> bytes:
        """What has arrived, at most `size` bytes, at least one; none where the other side has closed."""

    def recv_into(self, buffer: memoryview, /) -> int:
        """The same, into a buffer; the number of bytes."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A worker's reply. `error` is None for an answer; `reusable` tells whether the worker may get another request."""

    body: bytes
    seconds: float
    reusable: bool
    error: QueryError | ReleaseError | None = None


def packed(request: QueryRequest, byte_limit: int) -> bytes:
    """A request as it is sent."""
    fields = (request.query, request.media_type, request.default_graphs, request.named_graphs)
    body = json.dumps(fields).encode("ascii")
    return _REQUEST.pack(byte_limit, len(body)) + body


def receive_request(connection: socket.socket) -> tuple[QueryRequest, int]:
    """The next request and the byte limit of its answer. Raises EOFError where the other side has closed."""
    byte_limit, length = _REQUEST.unpack(receive(connection, _REQUEST.size))
    query, media_type, default_graphs, named_graphs = json.loads(receive(connection, length))
    request = QueryRequest(query=query, media_type=media_type, default_graphs=tuple(default_graphs), named_graphs=tuple(named_graphs))
    return request, byte_limit


def send_reply(connection: socket.socket, reply: Reply) -> None:
    """Send a reply. Raises OSError of the socket."""
    body = reply.body
    if reply.error is not None:
        values = {name: value if isinstance(value, int | Mapping) else str(value) for name, value in reply.error.values.items()}
        body = json.dumps({"error": type(reply.error).__name__, "key": reply.error.key, "values": values}).encode("ascii")
    head = _REPLY.pack(reply.error is None, reply.reusable, reply.seconds, len(body))
    if len(body) <= _SMALL:  # at once: the front is woken by the first byte, and would have to wait for the rest
        connection.sendall(head + body)
    else:
        connection.sendall(head)
        connection.sendall(body)


def receive_reply(connection: Readable) -> Reply:
    """The reply to a request; nothing follows it. Raises EOFError where the worker has gone, OSError (TimeoutError among them) of the
    connection.
    """
    arrived = b""
    while len(arrived) < _REPLY.size:  # mostly all of it at once: each call of the system gives way to another thread
        arrived += _some(connection)
    is_answer, reusable, seconds, length = _REPLY.unpack_from(arrived)
    body = arrived[_REPLY.size :]
    if len(body) < length:
        body += receive(connection, length - len(body))
    if is_answer:
        return Reply(body=body, seconds=seconds, reusable=reusable)
    return Reply(body=b"", seconds=seconds, reusable=reusable, error=_error(json.loads(body)))


def receive(connection: Readable, length: int) -> bytes:
    """Exactly `length` bytes. Raises EOFError where the other side closes before."""
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        count = connection.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(buffer)


def _some(connection: Readable) -> bytes:
    found = connection.recv(_SMALL)
    if not found:
        raise EOFError
    return found


def _error(fields: dict[str, object]) -> QueryError | ReleaseError:
    key, values = str(fields["key"]), fields["values"]
    assert isinstance(values, dict)
    match fields["error"]:
        case "QuerySyntaxError":
            return QuerySyntaxError(str(values["reason"]), int(values["line"]), int(values["column"]))
        case "AnswerTooLarge":
            return AnswerTooLarge(key, **values)
        case "ReleaseError":
            return ReleaseError(key, **values)
        case _:
            return QueryError(key, **values)
