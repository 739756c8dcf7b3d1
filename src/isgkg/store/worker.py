"""A worker process: it answers one public query after another, and can be killed at any moment.

Flows in: requests. Flows out: answers or errors. A worker can do nothing but compute: it may not open files or connections, so that even a
SERVICE that got past the tokenizer reaches nobody, not even by the kernel's leave, and it may not take more memory than it was given.
"""

import contextlib
import fcntl
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Final, NoReturn

from isgkg.errors import QueryError, ReleaseError
from isgkg.store import disk, kernel, seccomp, wire
from isgkg.store.base import QueryRequest
from isgkg.store.embedded import EmbeddedStore

NICE: Final = 5
"""Workers give way to the fronts: on a busy machine, whoever takes queries in, hands answers out and turns others away must not wait for
those who compute. Twice the load that it can take, and refusals come in 8 ms instead of 130."""
_IS_LINUX: Final = sys.platform == "linux"
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_CONNECTION_FD, _SIZE_FD, _FIRST_CLOSED_FD = 3, 4, 5


def run(connection: socket.socket, store: EmbeddedStore | disk.Sealed, memory_bytes: int, parent: int) -> NoReturn:
    """Serve `connection` until it closes, then exit; called in a newly forked process. `parent` is the process it must not outlive.

    A store on disk is opened here; where another one has taken its place, every query is answered with that.
    """
    code = 1
    try:
        kernel.die_with(parent)
        _reset_signals()
        os.nice(NICE)
        _be_first_to_go()
        connection = _close_other_files(connection)
        further = 0
        opened: EmbeddedStore | ReleaseError
        if isinstance(store, disk.Sealed):
            further = sum(1 for _ in store.folder.rglob("*"))
            opened = _opened(store)
        else:
            opened = store
        _allow_no_more_files(further)
        _limit(memory_bytes)
        seccomp.forbid_network()
        _serve(connection, opened, memory_bytes)
        code = 0
    except (EOFError, BrokenPipeError, ConnectionResetError):  # the front has closed its end
        code = 0
    except MemoryError:
        pass  # the front sees the closed connection and reports it
    finally:
        os._exit(code)


def _opened(store: disk.Sealed) -> EmbeddedStore | ReleaseError:
    try:
        return disk.open_sealed(store)
    except ReleaseError as error:
        return error


def _serve(connection: socket.socket, store: EmbeddedStore | ReleaseError, memory_bytes: int) -> NoReturn:
    first_size = _size()
    while True:
        request, byte_limit = wire.receive_request(connection)
        start = time.perf_counter()
        body, error = _answer(store, request, byte_limit)
        seconds = time.perf_counter() - start
        # Memory that the allocator keeps counts against the next query, so a worker that has grown makes place for a new one.
        reusable = _size() - first_size < memory_bytes // 4
        wire.send_reply(connection, wire.Reply(body=body, seconds=seconds, reusable=reusable, error=error))


def _answer(store: EmbeddedStore | ReleaseError, request: QueryRequest, byte_limit: int) -> tuple[bytes, QueryError | ReleaseError | None]:
    if isinstance(store, ReleaseError):
        return b"", store
    try:
        return store.evaluate(request, byte_limit=byte_limit), None
    except QueryError as error:
        return b"", error
    except MemoryError:
        raise
    except Exception as error:  # whatever else the engine raises concerns this query, not this worker
        return b"", QueryError("query.failed", reason=str(error))


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the front finishes its queries first


def _close_other_files(connection: socket.socket) -> socket.socket:
    """Keep the connection, and the file that tells this process's size. Standard input, output and error lead nowhere: the engine says a
    few lines whenever it dies, with which strangers would fill the service's log; the front knows without them.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    size = os.open("/proc/self/statm" if _IS_LINUX else os.devnull, os.O_RDONLY)
    # By way of higher numbers, because either may hold the number that the other is to get.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 16) for fd in (connection.detach(), size)]
    os.dup2(high[0], _CONNECTION_FD, inheritable=False)
    os.dup2(high[1], _SIZE_FD, inheritable=False)
    os.closerange(_FIRST_CLOSED_FD, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=_CONNECTION_FD)


def _allow_no_more_files(further: int) -> None:
    """Allow no files and connections beside those that are open, but for `further` ones: of a large store on disk, the engine opens the
    files only when it reads them. (Connections the kernel refuses all the same.)
    """
    last = max(int(path.name) for path in Path("/dev/fd").iterdir())
    while (spare := os.dup(_SIZE_FD)) < last:
        pass  # numbers that are free below the last one would be allowed
    os.close(spare)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    allowed = spare + further if most == resource.RLIM_INFINITY else min(spare + further, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))


def _be_first_to_go() -> None:
    """Have a machine that runs out of memory kill workers, not the front."""
    if _IS_LINUX:
        with contextlib.suppress(OSError):  # the kernel's own choice remains
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _limit(memory_bytes: int) -> None:
    if _IS_LINUX:
        address_space = _size() + memory_bytes
        allowed = resource.getrlimit(resource.RLIMIT_AS)[1]
        if allowed == resource.RLIM_INFINITY or address_space < allowed:
            resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    kernel.forbid_core_dumps()


def _size() -> int:
    """Bytes of address space that this process takes; 0 where the system does not tell."""
    pages = os.pread(_SIZE_FD, 32, 0).split()
    return int(pages[0]) * _PAGE_BYTES if pages else 0
