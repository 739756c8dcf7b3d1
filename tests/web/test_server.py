"""`isgkg serve` as a process: it answers, stops at a signal, and leaves nothing behind, not even when it is killed."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from isgkg.release.locate import ENVIRONMENT
from tests.faults import fresh

from .service import alive, ask, descendants, free_port, running, wait_for

LINUX = sys.platform == "linux"
IDLE = 9_000
SECONDS_OF_AN_IDLE_CONNECTION = 10


@pytest.fixture
def server(release_folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    with running(release_folder) as found:
        yield found


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


@pytest.mark.skipif(not LINUX, reason="elsewhere, few connections may be open")
def test_idle_connections_hold_nobody_up(server: tuple["subprocess.Popen[str]", str]) -> None:
    _, address = server
    assert wait_for(f"{address}/sparql?query=ASK%7B%7D") == 200
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limits[1] != resource.RLIM_INFINITY and limits[1] < IDLE + 1000:
        pytest.skip(f"this machine allows {limits[1]} open files: so many idle connections were not tried")
    with ExitStack() as idle:
        idle.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (IDLE + 1000, limits[1]))
        for number in range(IDLE):
            connection = idle.enter_context(socket.socket())
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", int(address.rpartition(":")[2])))
            if number % 500 == 0:
                time.sleep(0.02)
        start = time.monotonic()
        assert ask(address, fresh()) == 200
        assert time.monotonic() - start < SECONDS_OF_AN_IDLE_CONNECTION / 2


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize(
    ("host", "shown"), [("localhost", "localhost"), ("127.1", "127.1"), ("::1", "[::1]"), ("", "0.0.0.0"), ("127.0.0.1", "127.0.0.1")]
)
def test_it_listens_at_the_address_that_it_prints(release_folder: Path, host: str, shown: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6: nothing listened there")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "isgkg", "serve", "--lang", "en", "--host", host, "--port", str(port), "--processes", "1"],
        env={**os.environ, ENVIRONMENT: str(release_folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            assert f" http://{shown}:{port}" in process.stdout.readline()
            assert wait_for(f"http://{shown}:{port}/sparql?query=ASK%7B%7D") == 200
        finally:
            process.kill()
            process.wait()


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
