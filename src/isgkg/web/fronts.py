"""The processes of the server, and the sockets at which they listen, on Linux.

Flows in: granian's options. Flows out: processes that may be killed; whoever asks meanwhile waits, or is served by another.

Left to itself, granian (2.8) has each process listen at a socket of its own, which goes with the process, and with it whoever waited there;
and it ends the whole service when a process ends twice within seconds. Here the main process holds the sockets, and a process that ends is
replaced for as long as the service runs:

- at once, at the socket that it had, so that nobody is refused;
- where a process ends twice before it has loaded the release, its socket is given up, for nobody must wait at a process that may never
  come: the others serve, and it is tried again after a pause that grows. It listens again when it has loaded.

Connections inherit from these sockets that the kernel cuts off a client that fetches nothing of its answer.

A service of which no process ever loads ends. The methods that are overridden are not part of granian's public interface;
tests/web/test_fronts.py fails where they change.
"""

import mmap
import multiprocessing
import os
import signal
import socket
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from granian.server.mp import MPServer, WorkerProcess

_UNREAD_SECONDS = 30
"""How long a client may leave its answer where it is; what waits for it stays in memory (TCP_USER_TIMEOUT, RFC 5482)."""
_PAUSE = 0.5
"""Seconds before a process is tried that ended twice before it had loaded; twice as many each time after it."""
_LONGEST_PAUSE = 30.0


class _Socket(Protocol):
    """A listening socket as granian makes it. It is not closed with its object."""

    def get_fd(self) -> int: ...


class Fronts(MPServer):  # type: ignore[misc]  # granian declares no types of its inner parts
    """granian, with processes that may be killed. Processes are numbered from 0."""

    _ssp: Any
    """By which a process makes a socket of its own."""
    _shd: Any
    """The socket that a process is given."""

    def _init_shared_socket(self) -> None:
        super()._init_shared_socket()
        multiprocessing.set_start_method("fork", force=True)  # what a process is given, it inherits
        self._sockets: dict[int, _Socket] = {process: self._listen() for process in range(self.workers)}
        self._has_loaded = mmap.mmap(-1, self.workers)  # a byte a process, which the process sets
        self._has_served = False
        self._failures = Counter[int]()
        self._paused = set[int]()

    def _listen(self) -> _Socket:
        made: _Socket = self._ssp.build()
        with socket.socket(fileno=os.dup(made.get_fd())) as same:
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_SECONDS * 1000)
        return made

    def _drop_shared_socket(self) -> None:
        super()._drop_shared_socket()
        for held in self._sockets.values():
            os.close(held.get_fd())

    def _spawn_worker(self, idx: int, target: object, callback_loader: Callable[[], object]) -> WorkerProcess:
        others = [held.get_fd() for process, held in self._sockets.items() if process != idx]
        load = partial(_load, callback_loader, others, self._has_loaded, idx)
        self._has_loaded[idx] = 0
        of_its_own = self._ssp
        if idx in self._sockets:
            self._ssp, self._shd = None, self._sockets[idx]
        try:
            return super()._spawn_worker(idx, target, load)
        finally:
            self._ssp, self._shd = of_its_own, None

    def _respawn_workers(self, workers: Sequence[int], spawn_target: object, target_loader: object, delay: float = 0) -> None:
        self._reap_orphans()
        ready = [process for process in workers if self._is_ready(process)]
        super()._respawn_workers(ready, spawn_target, target_loader, delay)
        self.respawned_wrks.clear()  # by which granian would end the service when a process ends twice
        if self.interrupt_children:  # another ended between granian's reading of this list and its clearing of the signal
            self.main_loop_interrupt.set()

    def _reap_orphans(self) -> None:
        """Where this is the first process of a container, what a process leaves behind that is killed becomes a child of this one."""
        own = {each.inner.pid for each in self.wrks}
        with suppress(OSError):
            found = {int(pid) for children in Path("/proc/self/task").glob("*/children") for pid in children.read_text().split()}
            for pid in found - own:
                os.waitpid(pid, os.WNOHANG)

    def _is_ready(self, process: int) -> bool:
        """Whether a process that ended, or whose pause did, can be started now."""
        if process in self._paused:
            self._paused.remove(process)
            return True
        if self._has_loaded[process]:
            self._has_served = True
            self._failures[process] = 0
            if process not in self._sockets:
                self._sockets[process] = self._listen()
            return True
        self._failures[process] += 1
        if self._failures[process] == 1:
            return True
        others = (each for number, each in enumerate(self.wrks) if number != process)
        if not (self._has_served or any(self._has_loaded[:]) or any(each.is_alive() for each in others)):
            self.interrupt_signal = True
            self._tell(process)
            return False
        if given_up := self._sockets.pop(process, None):
            os.close(given_up.get_fd())
        self._paused.add(process)
        pause = min(_PAUSE * 2 ** (self._failures[process] - 2), _LONGEST_PAUSE)
        waiting = threading.Timer(pause, self._tell, (process,))
        waiting.daemon = True
        waiting.start()
        return False

    def _tell(self, process: int) -> None:
        """Have granian's loop look at a process as at one that ended."""
        self.interrupt_children.append(process)
        self.main_loop_interrupt.set()


def _load(callback_loader: Callable[[], object], others: Sequence[int], has_loaded: mmap.mmap, process: int) -> object:
    """Load the application in a process that was started.

    First it closes the sockets of the others, lest one live on here when the main process gives it up, and lets signals end it: the main
    process's handlers, which it inherits, would only make a note of them.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for descriptor in others:
        os.close(descriptor)
    callback = callback_loader()
    has_loaded[process] = 1
    return callback
