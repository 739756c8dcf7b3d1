"""An open loop: requests arrive when they arrive, whether or not the earlier ones are answered, as those of the public do.

Flows in: a URL, the queries, a rate. Flows out: for each answer its status and its seconds, from when it was due. h2load cannot do it: its
clients tick
at the same moments, which makes bursts of as many requests as there are clients.
"""

import asyncio
import random
import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

_RECONNECTED = -1


class _Client(asyncio.Protocol):
    """One kept connection, with at most one request under way."""

    def __init__(self, done: Callable[["_Client", int], None]) -> None:
        self._done = done
        self._received = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        if len(body) >= length:
            self._received = b""
            self._done(self, int(head[9:12]))

    def connection_lost(self, _: Exception | None) -> None:
        self._done(self, _RECONNECTED)


async def _run(url: str, text: Callable[[int], str], rate: float, seconds: float) -> list[tuple[int, float]]:
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    idle: list[_Client] = []
    due: dict[_Client, float] = {}
    found: list[tuple[int, float]] = []

    def done(client: _Client, status: int) -> None:
        if client in due:
            found.append((status, time.perf_counter() - due.pop(client)))
        if status != _RECONNECTED:
            idle.append(client)

    def send(number: int, at: float, client: _Client) -> None:
        assert client.transport is not None
        due[client] = at
        query = urlencode({"query": text(number)})
        accept = "Accept: application/sparql-results+json"
        client.transport.write(f"GET {parts.path}?{query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{accept}\r\n\r\n".encode())

    async def arrive(number: int, at: float) -> None:
        while idle:
            client = idle.pop()
            if client.transport is not None and not client.transport.is_closing():
                send(number, at, client)
                return
        _, client = await loop.create_connection(lambda: _Client(done), parts.hostname, parts.port)
        send(number, at, client)

    chance = random.Random(1)
    start, at, number = time.perf_counter(), 0.0, 0
    tasks = set()
    while at < seconds:
        at += chance.expovariate(rate)
        number += 1
        if (wait := start + at - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.ensure_future(arrive(number, start + at))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    end = time.perf_counter() + 10
    while due and time.perf_counter() < end:
        await asyncio.sleep(0.05)
    return [*found, *((0, 10.0) for _ in due)]


def run(url: str, text: Callable[[int], str], rate: float, seconds: float) -> list[tuple[int, float]]:
    """(status, seconds) of each request; status 0 for one that was never answered, -1 for one whose connection was cut."""
    return asyncio.run(_run(url, text, rate, seconds))
