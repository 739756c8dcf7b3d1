"""The front's handles of its forkserver and of its workers.

Flows in: a release, requests. Flows out: replies, or errors where a process is late or has died.
"""

import contextlib
import hashlib
import itertools
import select
import shlex
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, Literal

from isgkg.errors import EngineFailure, Overloaded, ReleaseError, refusal
from isgkg.store import wire
from isgkg.store.base import QueryRequest
from isgkg.store.disk import Sealed

_LOAD_SECONDS: Final = 60.0
_STARTS: Final = 3
_COMMAND_SECONDS: Final = 1.0
_TRANSFER_SECONDS: Final = 0.2
_EXIT_SECONDS: Final = 2.0


class WorkerProcess:
    """One worker, used by one thread at a time. `number` names it to the forkserver."""

    def __init__(self, number: int, connection: socket.socket) -> None:
        self.number = number
        # With a timeout, Python asks the system before each call whether it would block: twice the calls, each of which gives the
        # interpreter to another thread.
        connection.setblocking(False)
        self._connection = connection
        self._poll = select.poll()  # made once, because it is asked several times for each query
        self._poll.register(connection, select.POLLIN)

    def send(self, request: QueryRequest, byte_limit: int, finish: float) -> None:
        """Send a request by the time `finish` (of time.monotonic). Raises TimeoutError, or another OSError where the worker has died."""
        rest = memoryview(wire.packed(request, byte_limit))
        while rest:
            try:
                rest = rest[self._connection.send(rest) :]
            except BlockingIOError:  # larger than what the system buffers
                if not _is_ready(self._connection, select.POLLOUT, finish):
                    raise TimeoutError from None

    def replies_by(self, moment: float) -> bool:
        """Wait until `moment` (of time.monotonic) for the worker to reply or to die; whether it did."""
        return bool(self._poll.poll(max(moment - time.monotonic(), 0.0) * 1_000))

    def receive(self, finish: float) -> wire.Reply:
        """The reply, if it begins by the time `finish`. Raises TimeoutError, or EOFError or another OSError where the worker has died."""
        return wire.receive_reply(_Awaited(self._connection, finish))

    def is_idle(self) -> bool:
        """Whether the worker lives and has nothing to say; asked before a request."""
        return not self._poll.poll(0)

    def close(self) -> None:
        """Close the connection. A waiting worker ends by it, a busy one has to be killed."""
        self._connection.close()


class _Awaited:
    """The connection of a worker, read as one that blocks: until `finish` for the first bytes, and a moment longer for all others."""

    def __init__(self, connection: socket.socket, finish: float) -> None:
        self._connection = connection
        self._finish = finish
        self._has_begun = False

    def recv(self, size: int, /) -> bytes:
        while True:
            try:
                found = self._connection.recv(size)
            except BlockingIOError:
                self._wait()
            else:
                self._has_begun = True
                return found

    def recv_into(self, buffer: memoryview, /) -> int:
        while True:
            try:
                return self._connection.recv_into(buffer)
            except BlockingIOError:
                self._wait()

    def _wait(self) -> None:
        moment = self._finish + _TRANSFER_SECONDS if self._has_begun else self._finish
        if not _is_ready(self._connection, select.POLLIN, moment):
            raise TimeoutError


def _is_ready(connection: socket.socket, event: int, moment: float) -> bool:
    """Wait until `moment` (of time.monotonic) for this event of the connection, or for its end."""
    poll = select.poll()
    poll.register(connection, event)
    return bool(poll.poll(max(moment - time.monotonic(), 0.0) * 1_000))


class ForkserverProcess:
    """The forkserver of a front; thread-safe. Started at construction, and again when it is found dead at a fork."""

    def __init__(self, place: Path, *, memory_bytes: int, nice: int) -> None:
        """Load the release. Raises ReleaseError where that fails, EngineFailure where the process ends without a word."""
        kind, seal = _sealed(place)  # now, for as long as this process lives
        self._arguments = [str(place), kind, seal, str(memory_bytes), str(nice)]
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._closed = False
        self._process, self._control = self._first_start()

    def fork(self) -> WorkerProcess:
        """A new worker, which starts while the front goes on; a forkserver that has died is restarted first.

        Raises ReleaseError or EngineFailure where it cannot be, Overloaded after `close`.
        """
        with self._lock:
            if self._closed:
                raise Overloaded
            try:
                return self._fork()
            except OSError:
                self._stop()
                self._process, self._control = self._start()
                return self._fork()

    def fork_if_alive(self) -> WorkerProcess | None:
        """A new worker, or None where that would take restarting the forkserver."""
        with self._lock:
            try:
                return self._fork()
            except OSError:
                return None

    def slow(self, worker: WorkerProcess) -> None:
        """Lower the priority of a worker."""
        self._command(wire.SLOW, worker)

    def kill(self, worker: WorkerProcess) -> None:
        """Kill a worker."""
        self._command(wire.KILL, worker)

    def close(self) -> None:
        """End the forkserver and all its workers."""
        with self._lock:
            self._closed = True
            self._stop()

    def _first_start(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        """A forkserver that dies while it loads, as when a machine is short of memory, must not take a starting front with it: a server
        whose processes die as they start gives up altogether.
        """
        for _ in range(_STARTS - 1):
            with contextlib.suppress(EngineFailure):
                return self._start()
        return self._start()

    def _start(self) -> tuple["subprocess.Popen[bytes]", socket.socket]:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "isgkg.store.forkserver", str(theirs.fileno()), *self._arguments]
        try:
            with theirs:
                process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            try:
                _await_load(ours)
            except BaseException:
                process.kill()
                process.wait()
                raise
        except BaseException:
            ours.close()
            raise
        return process, ours

    def _stop(self) -> None:
        self._control.close()
        try:
            self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _fork(self) -> WorkerProcess:
        ours, theirs = socket.socketpair()
        number = next(self._numbers)
        try:
            with theirs:
                socket.send_fds(self._control, [wire.COMMAND.pack(wire.FORK, number)], [theirs.fileno()])
        except BaseException:
            ours.close()
            raise
        return WorkerProcess(number, ours)

    def _command(self, command: bytes, worker: WorkerProcess) -> None:
        # A forkserver that is gone has taken its workers with it.
        with self._lock, contextlib.suppress(OSError):
            self._control.sendall(wire.COMMAND.pack(command, worker.number))


def _sealed(place: Path) -> tuple[Literal["store", "nquads"], str]:
    """What lies at a place, and the hash by which it is known again. Raises ReleaseError where nothing does."""
    if place.is_dir():
        return "store", Sealed.of(place).seal
    try:
        return "nquads", hashlib.sha256(place.read_bytes()).hexdigest()
    except OSError as error:
        raise ReleaseError("release.unreadable", file=place, out=shlex.quote(str(place.parent)), reason=refusal(error)) from error


def _await_load(control: socket.socket) -> None:
    """Wait until the forkserver has loaded the release. Raises ReleaseError where it cannot, EngineFailure where it ends without a word."""
    control.settimeout(_LOAD_SECONDS)
    try:
        reply = wire.receive_reply(control)
    except (EOFError, OSError) as error:
        raise EngineFailure("query.engine") from error
    if reply.error is not None:
        raise reply.error
    control.settimeout(_COMMAND_SECONDS)
