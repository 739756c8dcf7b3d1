"""Processes of the server that end: whoever asks meanwhile waits or is served by another, and they are replaced."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from isgkg.release.output import NQUADS
from isgkg.store.pool import DEFAULT_OPTIONS
from tests.faults import FRONT, fresh, kind

from .service import alive, ask, descendants, free_port, running, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; elsewhere granian looks after its processes")

CLIENTS = 4
READY = "/sparql?query=ASK%7B%7D"


@pytest.fixture
def copied(release_folder: Path, tmp_path: Path) -> Path:
    """A release that may be damaged."""
    return Path(shutil.copytree(release_folder, tmp_path / "release"))


@pytest.fixture
def service(copied: Path, tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A service of which both fronts have loaded, and its address. What it says to its operator is in the file `log`."""
    with (tmp_path / "log").open("w") as log, running(copied, log) as (process, address):
        assert wait_for(address + READY) == 200
        assert becomes(process.pid, 2)
        yield process, address


def fronts(main: int) -> list[int]:
    return sorted(pid for pid in alive(descendants(main)) if kind(pid) == FRONT)


def becomes(main: int, number: int) -> bool:
    """Whether within some seconds there are so many fronts that have loaded: each has its forkserver and workers then."""
    return within_seconds(lambda: len([pid for pid in fronts(main) if len(descendants(pid)) > DEFAULT_OPTIONS.workers]) == number)


def within_seconds(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def asked(address: str) -> Iterator[Counter[int]]:
    """The statuses of the answers to clients that ask all the time; 0 where a connection was refused or cut."""
    seen, stop = Counter[int](), threading.Event()

    def client() -> None:
        while not stop.is_set():
            seen[ask(address, fresh())] += 1

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in clients:
            thread.join()


def test_where_all_fronts_are_killed_whoever_asks_waits(service: tuple["subprocess.Popen[str]", str]) -> None:
    process, address = service
    with asked(address) as seen:
        for pid in fronts(process.pid):
            os.kill(pid, signal.SIGKILL)
        before = seen[200]
        assert within_seconds(lambda: seen[200] > before + 10 * CLIENTS)
    assert set(seen) <= {200, 0}
    assert seen[0] <= CLIENTS  # those who were being served


def test_a_front_that_is_killed_whenever_it_starts_is_given_up_for_a_while(service: tuple["subprocess.Popen[str]", str]) -> None:
    process, address = service
    kept, *_ = fronts(process.pid)
    killed = 0
    with asked(address) as seen:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            for pid in set(fronts(process.pid)) - {kept}:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            time.sleep(0.05)
        assert process.poll() is None
        assert becomes(process.pid, 2)
    assert killed >= 3
    assert set(seen) <= {200, 0}
    assert seen[0] <= CLIENTS * (killed + 1)
    assert seen[200] > 10 * CLIENTS


def test_where_the_release_is_damaged_the_others_serve_until_it_is_mended(
    service: tuple["subprocess.Popen[str]", str], copied: Path, tmp_path: Path
) -> None:
    process, address = service
    whole = (copied / NQUADS).read_bytes()
    (copied / NQUADS).write_bytes(whole[:1000])
    kept, other = fronts(process.pid)
    with asked(address) as seen:
        os.kill(other, signal.SIGKILL)
        time.sleep(4)
        assert alive({kept})
        before = seen[200]
        assert within_seconds(lambda: seen[200] > before)
        (copied / NQUADS).write_bytes(whole)
        assert becomes(process.pid, 2)
    assert set(seen) <= {200, 0}
    assert seen[0] <= 2 * CLIENTS
    said = (tmp_path / "log").read_text().splitlines()
    assert said
    assert all(str(copied) in line and "damaged" in line for line in said)


def test_who_fetches_nothing_of_an_answer_is_cut_off(release_folder: Path) -> None:
    port = free_port()
    code = "import sys; from pathlib import Path; from isgkg.web import fronts, server; fronts._UNREAD_SECONDS = 2; "
    code += "server.serve(Path(sys.argv[1]), server.ServeOptions(port=int(sys.argv[2])))"
    process = subprocess.Popen([sys.executable, "-c", code, str(release_folder), str(port)], stdout=subprocess.DEVNULL)
    try:
        assert wait_for(f"http://127.0.0.1:{port}{READY}") == 200
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(b"GET /isgkg.nq.gz HTTP/1.1\r\nHost: isgkg\r\n\r\n")
            time.sleep(10)
            with pytest.raises(ConnectionResetError):
                while client.recv(65536):
                    pass
    finally:
        process.kill()
        process.wait()


def test_a_service_of_which_no_process_loads_ends(copied: Path, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, running(copied, log) as (process, _):
        (copied / NQUADS).write_bytes(b"")
        assert process.wait(timeout=30) == 1
    said = (tmp_path / "log").read_text().splitlines()
    assert said
    assert all("damaged" in line for line in said)


def test_no_zombies_gather_in_a_container(release_folder: Path) -> None:
    port = free_port()
    code = "import ctypes, sys; from pathlib import Path; from isgkg.web import server; "
    code += "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0); "  # PR_SET_CHILD_SUBREAPER: orphans become its children, as those of process 1 do
    code += "server.serve(Path(sys.argv[1]), server.ServeOptions(port=int(sys.argv[2])))"
    process = subprocess.Popen([sys.executable, "-c", code, str(release_folder), str(port)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(2):
            assert wait_for(f"http://127.0.0.1:{port}{READY}") == 200
            assert becomes(process.pid, 2)
            for pid in fronts(process.pid):
                os.kill(pid, signal.SIGKILL)
        assert becomes(process.pid, 2)
        below = descendants(process.pid)
        assert len(below - alive(below)) <= 2  # the last ones
    finally:
        process.terminate()
        process.wait()


def test_a_service_that_is_still_loading_stops_at_once(copied: Path, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, running(copied, log) as (process, _):
        assert within_seconds(lambda: len(fronts(process.pid)) == 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=4) == 0  # those that do not stop are killed after six seconds
    assert (tmp_path / "log").read_text() == ""


def test_a_front_that_is_killed_while_the_first_ones_load_does_not_end_the_service(copied: Path, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, running(copied, log) as (process, address):
        for _ in range(2):
            assert within_seconds(lambda: len(fronts(process.pid)) == 2)
            os.kill(fronts(process.pid)[-1], signal.SIGKILL)
            time.sleep(0.02)
        assert becomes(process.pid, 2)
        assert process.poll() is None
        assert ask(address, fresh()) == 200
