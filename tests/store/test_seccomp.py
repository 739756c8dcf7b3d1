"""The filter of system calls: no new connection, no new program, and everything else as before."""

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}, reason="the filter is Linux's, for x86-64 and AArch64"
)

SETUP = """
import os, socket, threading
left, right = socket.socketpair()
listener = socket.create_server(("127.0.0.1", 0))
from isgkg.store import seccomp
def refused(act):
    try:
        act()
    except PermissionError:
        return True
    return False
assert seccomp.forbid_network()
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socketpair()",
        "socket.create_connection(listener.getsockname())",
        "listener.accept()",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_what_reaches_out_is_refused(attempt: str) -> None:
    run(f"{SETUP}\nassert refused(lambda: {attempt})")


def test_another_thread_is_bound_by_it_too() -> None:
    start = "thread = threading.Thread(target=lambda: found.append(refused(socket.socket)))"
    run(f"{SETUP}\nfound = []\n{start}\nthread.start()\nthread.join()\nassert found == [True]")


def test_what_is_open_keeps_working() -> None:
    run(f"{SETUP}\nleft.sendall(b'x')\nassert right.recv(1) == b'x'\nassert os.read(os.open('/dev/zero', os.O_RDONLY), 1) == b'\\0'")


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
