"""The forkserver: a process with one thread that has the release loaded, or knows where its store is, and forks the workers.

Flows in: commands of a front (`isgkg.store.wire`). Flows out: worker processes. It ends when its control connection closes, that is when
the front ends, however it ends; its workers end with it. Run as `python -m isgkg.store.forkserver CONTROL_FD PLACE SEAL MEMORY_BYTES NICE`;
SEAL is that of a store on disk (`disk.Sealed`), and "" for N-Quads.

A store on disk is opened by each worker for itself (8 ms): the engine keeps threads for one, and those do not survive a fork. It must be
the one that the front has found whole: a store that was written in its place meanwhile may be of another release.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Final

from isgkg.errors import ReleaseError
from isgkg.store import disk, wire, worker
from isgkg.store.embedded import EmbeddedStore

_POLL_MS: Final = 1_000


class Forkserver:
    """Forks workers for the front at the other end of `control`, renices and kills them on command, and reaps them."""

    def __init__(self, control: socket.socket, store: EmbeddedStore | disk.Sealed, *, memory_bytes: int, nice: int) -> None:
        self._control = control
        self._store = store
        self._memory_bytes = memory_bytes
        self._nice = nice
        self._workers: dict[int, int] = {}  # number → process id; a process stays here until it is reaped, so its id is not reused
        self._pid = os.getpid()

    def serve(self) -> None:
        """Serve until the front ends. The front may end without closing: a child of its own may hold a copy of its connection."""
        front = os.getppid()
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(woken, select.POLLIN)
        try:
            while os.getppid() == front:
                ready = dict(poll.poll(_POLL_MS))
                if woken in ready:
                    os.read(woken, 4_096)
                self._reap()
                if self._control.fileno() in ready:
                    self._obey()
        except (EOFError, ConnectionResetError):
            pass  # the front has ended
        finally:
            if os.getpid() == self._pid:
                self._kill_all()

    def _obey(self) -> None:
        data, fds, _, _ = socket.recv_fds(self._control, wire.COMMAND.size, 1)
        if not data:
            raise EOFError
        if len(data) < wire.COMMAND.size:
            data += wire.receive(self._control, wire.COMMAND.size - len(data))
        command, number = wire.COMMAND.unpack(data)
        if command == wire.FORK:
            self._fork(number, socket.socket(fileno=fds[0]))
        elif pid := self._workers.get(number):
            with contextlib.suppress(OSError):  # it has just ended
                if command == wire.SLOW:
                    os.setpriority(os.PRIO_PROCESS, pid, self._nice)
                else:
                    os.kill(pid, signal.SIGKILL)

    def _fork(self, number: int, connection: socket.socket) -> None:
        with connection:
            try:
                pid = os.fork()
            except OSError:
                return  # the front finds the connection closed
            if pid == 0:
                worker.run(connection, self._store, self._memory_bytes, self._pid)
            self._workers[number] = pid

    def _reap(self) -> None:
        """Collect the workers that have ended."""
        while self._workers:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._workers = {number: process for number, process in self._workers.items() if process != pid}

    def _kill_all(self) -> None:
        for pid in self._workers.values():
            os.kill(pid, signal.SIGKILL)
        for pid in self._workers.values():
            os.waitpid(pid, 0)


def main(arguments: list[str]) -> int:
    """Load the release, tell the front that it is loaded or why not, and serve. Gives the exit code."""
    fd, place, kind, seal, memory_bytes, nice = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the front finishes its queries first
    control = socket.socket(fileno=int(fd))
    with control, contextlib.suppress(BrokenPipeError):
        try:
            store = disk.Sealed(Path(place), seal) if kind == "store" else EmbeddedStore.load(Path(place), seal)
        except ReleaseError as error:
            wire.send_reply(control, wire.Reply(body=b"", seconds=0.0, reusable=False, error=error))
            return error.exit_code
        gc.collect()
        gc.freeze()  # a collection in a worker would copy the pages that it shares with this process
        wire.send_reply(control, wire.Reply(body=b"", seconds=0.0, reusable=True))
        Forkserver(control, store, memory_bytes=int(memory_bytes), nice=int(nice)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
