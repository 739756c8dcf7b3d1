"""A running service for tests: its address, its processes, and requests to it."""

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from isgkg.release.locate import ENVIRONMENT

_PATIENCE = 120
"""Seconds that a client waits: longer than a check may take."""
AS_FROM_A_TERMINAL = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
"""A test runner may ignore Ctrl-C, and its children inherit that: undo it, then run the arguments."""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def running(release: Path, log: TextIO | None = None) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A running server of two processes, and its address. What it says to its operator goes into `log`."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", AS_FROM_A_TERMINAL, "-m", "isgkg", "serve", "--lang", "en", "--port", str(port)],
        env={**os.environ, ENVIRONMENT: str(release)},
        stdout=subprocess.PIPE,
        stderr=log,
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


def status(address: str, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"") -> int:
    """The status of the answer to a request; 0 where the connection was refused or cut."""
    request = urllib.request.Request(address + path, data=body or None, headers=dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            error.read()
            return error.code
    except (OSError, http.client.HTTPException):
        return 0


def ask(address: str, query: str) -> int:
    """The status of the answer to a query; a long one is posted."""
    if len(query) < 4_000:
        return status(address, f"/sparql?query={quote(query)}", headers={"Accept": "text/plain, application/sparql-results+json"})
    return status(address, "/sparql", "POST", {"Content-Type": "application/sparql-query"}, query.encode())


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
    """Those of the processes that run, and are no zombies."""
    return {pid for pid in pids if _state(pid) not in {"", "Z", "X"}}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
