"""HTTP to one server, with one clock over all of it: its name, the connection, each byte sent and read.

Flows in: requests as SPARQLWrapper makes them. Flows out: whole answers, or a QueryError by the deadline. urllib, which SPARQLWrapper asks
with, starts the clock again at each byte, opens a connection for each query and follows redirects to wherever they point.
"""

import http.client
import io
import queue
import select
import socket
import ssl
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from isgkg import messages
from isgkg.errors import AnswerTooLarge, InputError, QueryTimeout, StoreFailure, StoreUnavailable

_PORTS: Final = {"http": 80, "https": 443}
_Addresses = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where a SPARQL endpoint is."""

    url: str
    secure: bool
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Endpoint":
        """The endpoint at this URL. Raises InputError for what is none, and for a URL that carries credentials."""
        try:
            parts = urllib.parse.urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InputError("store.url", url=url) from error
        if parts.username is not None or parts.password is not None:
            shown = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
            raise InputError("store.url-credentials", url=shown)
        if parts.scheme not in _PORTS or not parts.hostname or parts.fragment or not url.isascii() or not url.isprintable() or " " in url:
            raise InputError("store.url", url=url)
        return cls(url=url, secure=parts.scheme == "https", host=parts.hostname, port=port or _PORTS[parts.scheme])


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A whole answer: header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; "" where there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, kw_only=True)
class TransportOptions:
    """`connect_seconds` for a name and a connection; at most `idle` connections are kept, each unused for at most `idle_seconds`."""

    connect_seconds: float = 1.5
    idle: int = 8
    idle_seconds: float = 30.0


class Transport:
    """Sends requests to an endpoint and reads the answers; thread-safe."""

    def __init__(self, endpoint: Endpoint, options: TransportOptions) -> None:
        self._endpoint = endpoint
        self._options = options
        self._tls = ssl.create_default_context() if endpoint.secure else None
        self._lock = threading.Lock()
        self._idle: list[tuple[_Connection, float]] = []  # with the time since which it is idle, the last one used last
        self._closed = False

    def send(self, request: urllib.request.Request, *, seconds: float, byte_limit: int) -> Reply:
        """The answer to a request, within `seconds` in all.

        Raises StoreUnavailable where no connection comes about, QueryTimeout at the deadline, AnswerTooLarge beyond `byte_limit` bytes of
        body, StoreFailure for what is no whole answer in HTTP.
        """
        finish = time.monotonic() + seconds
        try:
            return self._read(*self._exchange(request, finish), byte_limit)
        except TimeoutError as error:
            raise QueryTimeout("store.timeout", seconds=spoken(seconds)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StoreFailure("store.broken") from error

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            self._closed = True
            for connection, _ in self._idle:
                connection.close()
            self._idle.clear()

    def _exchange(self, request: urllib.request.Request, finish: float) -> "tuple[_Connection, http.client.HTTPResponse]":
        """The head of the answer, and the connection that it came over."""
        while (kept := self._take()) is not None:
            try:
                return kept, kept.request(request, finish)
            except ConnectionError:  # the server has closed it meanwhile; it has said nothing, so it may be asked again
                continue
        connection = self._connect(finish)
        return connection, connection.request(request, finish)

    def _read(self, connection: "_Connection", response: http.client.HTTPResponse, byte_limit: int) -> Reply:
        """The whole answer; its connection is kept where it may be."""
        whole = False
        try:
            body = _body(response, byte_limit)
            whole = response.isclosed() and not response.will_close
        finally:
            response.close()
            self._give_back(connection, whole)
        return Reply(status=response.status, headers={name.lower(): value for name, value in response.getheaders()}, body=body)

    def _connect(self, finish: float) -> "_Connection":
        """A new connection. Raises StoreUnavailable."""
        until = min(finish, time.monotonic() + self._options.connect_seconds)
        try:
            return _Connection(_connected(self._endpoint, self._tls, until), self._endpoint)
        except OSError as error:
            raise _unavailable(error) from error

    def _take(self) -> "_Connection | None":
        """A connection that is kept and still good."""
        with self._lock:
            while self._idle:
                connection, since = self._idle.pop()
                if time.monotonic() - since < self._options.idle_seconds and connection.is_quiet():
                    return connection
                connection.close()
        return None

    def _give_back(self, connection: "_Connection", whole: bool) -> None:
        with self._lock:
            if whole and not self._closed and len(self._idle) < self._options.idle:
                self._idle.append((connection, time.monotonic()))
                return
        connection.close()


def spoken(seconds: float) -> str:
    """A time as people are told it: without what a clock adds to it."""
    return f"{round(seconds, 1):g}"


class _Socket:
    """A connected socket whose operations all end by one moment: what http.client uses of a socket."""

    def __init__(self, plain: socket.socket) -> None:
        self._plain = plain
        self.finish = 0.0

    def sendall(self, data: bytes) -> None:
        self._set_timeout()
        self._plain.sendall(data)

    def receive_into(self, buffer: "memoryview | bytearray") -> int:
        self._set_timeout()
        return self._plain.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def is_quiet(self) -> bool:
        """Whether there is nothing to read, not even an end."""
        poll = select.poll()
        poll.register(self._plain, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self._plain.close()

    def _set_timeout(self) -> None:
        left = self.finish - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._plain.settimeout(left)


class _Reader(io.RawIOBase):
    """The bytes that come in."""

    def __init__(self, source: _Socket) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]  # what BufferedReader passes
        return self._source.receive_into(buffer)


class _Connection:
    """A connection, used by one thread at a time."""

    def __init__(self, plain: socket.socket, endpoint: Endpoint) -> None:
        self._socket = _Socket(plain)
        kind = http.client.HTTPSConnection if endpoint.secure else http.client.HTTPConnection
        self._http = kind(endpoint.host, endpoint.port)
        self._http.auto_open = 0
        self._http.sock = self._socket  # has what http.client uses

    def request(self, request: urllib.request.Request, finish: float) -> http.client.HTTPResponse:
        """Send a request and read the head of its answer; where that fails, the connection is closed.

        Raises ConnectionError where the server closes before it says anything.
        """
        self._socket.finish = finish
        headers = {**dict(request.header_items()), "Accept-encoding": "identity"}
        try:
            self._http.request(request.get_method(), request.selector, request.data, headers)
            return self._http.getresponse()
        except BaseException:
            self.close()
            raise

    def is_quiet(self) -> bool:
        return self._socket.is_quiet()

    def close(self) -> None:
        self._socket.close()


def _body(response: http.client.HTTPResponse, byte_limit: int) -> bytes:
    """The whole body. Raises AnswerTooLarge, StoreFailure, and what the connection raises."""
    if response.length is not None and response.length > byte_limit:
        raise AnswerTooLarge("query.too-large", limit=byte_limit)
    if response.length is None and not response.chunked:
        raise StoreFailure("store.no-end")  # a body that ends where the connection does may have been cut anywhere
    if response.getheader("content-encoding", "identity").lower() != "identity":
        raise StoreFailure("store.broken")
    body = response.read(byte_limit + 1)
    if len(body) > byte_limit:
        raise AnswerTooLarge("query.too-large", limit=byte_limit)
    if response.length:
        raise StoreFailure("store.broken")
    return body


def _connected(endpoint: Endpoint, tls: ssl.SSLContext | None, finish: float) -> socket.socket:
    """A socket connected to the first address of the endpoint that takes one. Raises OSError."""
    failure: OSError = TimeoutError()
    for family, kind, protocol, _, address in _addresses(endpoint, finish):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(_left(finish))
            plain.connect(address)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is None:
                return plain
            plain.settimeout(_left(finish))
            return _secured(plain, tls, endpoint.host)
        except OSError as error:
            plain.close()
            failure = error
    raise failure


def _secured(plain: socket.socket, tls: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    """The socket with TLS. Raises OSError, ssl.SSLError also for a server that says nothing: one without TLS waits for a line to end."""
    try:
        return tls.wrap_socket(plain, server_hostname=host)
    except TimeoutError as error:
        raise ssl.SSLError("no handshake in time") from error


def _left(finish: float) -> float:
    left = finish - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _addresses(endpoint: Endpoint, finish: float) -> _Addresses:
    """The addresses of the endpoint's name. A thread of its own asks, because asking takes no timeout. Raises OSError."""
    answer: queue.SimpleQueue[_Addresses | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM))
        except OSError as error:
            answer.put(error)
        except UnicodeError as error:  # a name that no DNS could hold
            answer.put(socket.gaierror(str(error)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=_left(finish))
    except queue.Empty as error:
        raise TimeoutError from error
    if isinstance(found, OSError):
        raise found
    return found


def _unavailable(error: OSError) -> StoreUnavailable:
    """Why there is no connection. What waiting does not mend has a sentence of its own."""
    match error:
        case socket.gaierror():
            return StoreUnavailable(key="store.no-name")
        case ssl.SSLCertVerificationError():
            return StoreUnavailable(key="store.certificate")
        case ssl.SSLError():
            return StoreUnavailable(key="store.no-tls")
        case ConnectionRefusedError():
            return StoreUnavailable(messages.both("store.cause.refused"))
        case TimeoutError():
            return StoreUnavailable(messages.both("store.cause.silent"))
        case _:
            return StoreUnavailable(messages.both("store.cause.unreachable"))
