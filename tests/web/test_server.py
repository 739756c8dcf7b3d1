"""`isgkg serve` as a process: it answers, stops at a signal, and leaves nothing behind, not even when it is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from isgkg.release.locate import ENVIRONMENT

AS_FROM_A_TERMINAL = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
"""A test runner may ignore Ctrl-C, and its children inherit that: undo it, then run the arguments."""

LINUX = sys.platform == "linux"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def server(release_folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A running server of two processes, and its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", AS_FROM_A_TERMINAL, "-m", "isgkg", "serve", "--lang", "en", "--port", str(port)],
        env={**os.environ, ENVIRONMENT: str(release_folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def wait_for(address: str) -> int:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(answer.status)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")


def descendants(pid: int) -> set[int]:
    """Processes below `pid`, from /proc."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found, todo = set[int](), [pid]
    while todo:
        children = {child for child, parent in parents.items() if parent == todo[-1]} - found
        todo.pop()
        found |= children
        todo += children
    return found


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()}


@pytest.mark.skipif(not LINUX, reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_however_it_ends(server: tuple["subprocess.Popen[str]", str], how: signal.Signals) -> None:
    process, address = server
    assert wait_for(f"{address}/sparql?query=ASK%7B%7D") == 200
    below = descendants(process.pid)
    assert len(below) >= 4  # two fronts, and a forkserver for each
    process.send_signal(how)
    process.wait(timeout=20)
    deadline = time.monotonic() + 15
    while alive(below) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(below) == set()


def test_a_taken_port_is_one_sentence(release_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "isgkg", "serve", "--lang", "en", "--port", str(port)],
            env={**os.environ, ENVIRONMENT: str(release_folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert done.stderr.count("\n") == 1
