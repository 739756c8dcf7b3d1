"""The service under fire: faults that are made, and what came of them.

`python -m tests.faults --seconds 120 --requests 20000` makes them all and prints the table of docs/sparql.md; tests/web/test_faults.py
makes them for a shorter time, and says what may come of them.
"""

import argparse
import itertools
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from isgkg.errors import QueryError, ReleaseError
from isgkg.release import copies
from isgkg.release.locate import locate
from isgkg.release.output import NQUADS, read_manifest
from isgkg.store import disk
from isgkg.store.base import QueryRequest
from isgkg.store.pool import DEFAULT_OPTIONS
from isgkg.store.remote import RemoteOptions, RemoteQueries, RemoteStore
from tests import hostile
from tests.store import hostile as servers
from tests.web.service import alive, ask, descendants, running, status, wait_for

LABEL = "SELECT ?l { c:X20354 skos:prefLabel ?l }"
FRONT, FORKSERVER, WORKER = "front", "forkserver", "worker"
_NUMBERS = itertools.count()


Row = tuple[str, int, str]
"""A row of the table: the fault, how many were made, and what came of them."""


@dataclass
class Fired:
    """How hostile queries ended, by status, and the seconds of the one that took longest."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0


@dataclass
class Killed:
    """Processes killed, by kind; answers to those who asked meanwhile, by status (0: cut off); orphans left in the end; whether all is as
    before.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    orphans: list[int] = field(default_factory=list)
    is_restored: bool = False


@dataclass
class Fetched:
    """Answers, by status, to texts that would have something fetched; and who connected to the address that they name."""

    statuses: Counter[int] = field(default_factory=Counter)
    callers: list[object] = field(default_factory=list)


def fresh() -> str:
    """A query whose answer nobody has kept."""
    return f"{LABEL} # {next(_NUMBERS)}"


def fire(address: str, rounds: int) -> Fired:
    """Send the whole corpus of hostile queries, several at a time."""
    queries = [hostile.on_the_graph(query) for query in (*hostile.HANGING, *hostile.CRASHING, *hostile.EATING)] * rounds
    found = Fired()

    def shot(query: str) -> tuple[int, float]:
        start = time.monotonic()
        return ask(address, query), time.monotonic() - start

    with ThreadPoolExecutor(6) as threads:
        for code, seconds in threads.map(shot, queries):
            found.statuses[code] += 1
            found.slowest = max(found.slowest, seconds)
    return found


def kill_at_random(pid: int, address: str, seconds: float, seed: int) -> Killed:
    """Kill processes of the service with main process `pid` with -9, under load."""
    found, chance, stop = Killed(), random.Random(seed), threading.Event()

    def client() -> None:
        while not stop.is_set():
            found.statuses[ask(address, fresh())] += 1

    clients = [threading.Thread(target=client) for _ in range(4)]
    for thread in clients:
        thread.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        of_kind = {other: name for other in descendants(pid) if (name := kind(other))}
        wanted = chance.choice((WORKER, WORKER, FORKSERVER, FRONT))
        if victims := sorted(other for other, name in of_kind.items() if name == wanted):
            os.kill(chance.choice(victims), signal.SIGKILL)
            found.kinds[wanted] += 1
        time.sleep(chance.uniform(0.2, 1.0))
    stop.set()
    for thread in clients:
        thread.join()
    wait_for(f"{address}/sparql?query={quote(LABEL)}")
    found.is_restored = _is_restored(pid, address)
    processes = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    found.orphans = [other for other in processes if kind(other) in {FORKSERVER, WORKER} and _parent(other) == 1]
    return found


def kind(pid: int) -> str | None:
    """What a process of the service is: a front, a forkserver, or a worker of one."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        of_forkserver = b"isgkg.store.forkserver" in Path(f"/proc/{_parent(pid)}/cmdline").read_bytes()
    except (OSError, IndexError):
        return None
    if b"isgkg.store.forkserver" in command:
        return WORKER if of_forkserver else FORKSERVER
    return FRONT if b"serve" in command or b"multiprocessing" in command else None


def _is_restored(pid: int, address: str) -> bool:
    """Whether within some seconds there are as many processes as in the beginning."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        counts = Counter(kind(other) for other in alive(descendants(pid)))
        if (counts[FRONT], counts[FORKSERVER], counts[WORKER]) == (2, 2, 2 * DEFAULT_OPTIONS.workers):
            return True
        ask(address, fresh())
        time.sleep(0.2)
    return False


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


@contextmanager
def canary() -> Iterator[tuple[str, list[object]]]:
    """An address at which somebody listens, and whoever has connected to it."""
    callers: list[object] = []
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, caller = listener.accept()
                except TimeoutError:
                    continue
                callers.append(caller)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        host, port = listener.getsockname()
        try:
            yield f"{host}:{port}", callers
        finally:
            stop.set()
            thread.join()


def fetch(address: str) -> Fetched:
    """Send every text that would have something fetched, from an address that is watched."""
    with canary() as (at, callers):
        found = Fetched(callers=callers)
        for method, path, headers, body in hostile.fetching(at):
            found.statuses[status(address, path, method, headers, body)] += 1
    return found


def misbehave() -> Fired:
    """Ask servers that do anything but answer."""
    found = Fired()
    options = RemoteOptions(deadline=1.0, trusted_seconds=1.0)
    for behave, _ in servers.BAD:
        with servers.serving(behave) as server:
            store, start = RemoteStore(server.url, options), time.monotonic()
            try:
                RemoteQueries(store).run(QueryRequest(query="SELECT ?s { ?s ?p ?o }", media_type="text/csv"))
                found.statuses[200] += 1
            except QueryError as error:
                found.statuses[error.status] += 1
            found.slowest = max(found.slowest, time.monotonic() - start)
            store.close()
    return found


def damage(release: Path) -> tuple[int, int]:
    """Damage each file of a store in several ways: how many stores were damaged, and how many of these were refused at opening."""
    tried = refused = 0
    with tempfile.TemporaryDirectory() as place:
        whole, copy = Path(place, "whole"), Path(place, "copy")
        disk.write(release / NQUADS, whole)
        files = [path for path in sorted(whole.rglob("*")) if path.is_file() and path.name not in _UNREAD and path.stat().st_size]
        harms: tuple[Callable[[Path], object], ...] = (_cut, _flip, Path.unlink)
        for path, harm in itertools.product(files, harms):
            shutil.copytree(whole, copy)
            harm(copy / path.relative_to(whole))
            tried += 1
            try:
                copies.opened(str(copy), release, read_manifest(release))
            except ReleaseError:
                refused += 1
            shutil.rmtree(copy)
    return tried, refused


_UNREAD = {"LOCK", "LOG"}
"""Files that the engine only writes."""


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes().rstrip(b"\n")[:-1])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _shown(counts: Counter[int]) -> str:
    """Counts by status, as a cell of the table."""
    return ", ".join(f"{'cut off' if code == 0 else code}: {count:,}" for code, count in sorted(counts.items()))


def main() -> int:
    """Make the faults, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long processes are killed")
    parser.add_argument("--rounds", type=int, default=3, help="how often each hostile query is sent")
    parser.add_argument("--requests", type=int, default=2_000, help="requests at random; a tenth as many spoilt files of each kind")
    given = parser.parse_args()
    release = locate()

    print("| Fault | Made | What came of them |\n|---|---:|---|")  # noqa: T201  # what the command is for
    for fault, made, outcome in rows(release, given):
        print(f"| {fault} | {made:,} | {outcome} |", flush=True)  # noqa: T201
    return 0


def rows(release: Path, given: argparse.Namespace) -> Iterator[Row]:
    """The rows of the table, as the faults are made."""
    from tests import fuzz  # which takes its strategies with it

    with running(release) as (process, address):
        wait_for(f"{address}/sparql?query=ASK%7B%7D")
        yield _fired(fire(address, given.rounds))
        yield _fetched(fetch(address))
        yield _killed(kill_at_random(process.pid, address, given.seconds, 1), given.seconds)
    remote = misbehave()
    outcome = f"{_shown(remote.statuses)}; the slowest took {remote.slowest:.2f} s of the 1 s that it had"
    yield "remote stores that hang, drip, break off, redirect, lie", remote.statuses.total(), outcome
    tried, refused = damage(release)
    yield "files of a store cut, altered, removed", tried, f"refused at opening: {refused:,}"
    requested = fuzz.requests(release, given.requests)
    yield "requests at random", requested.total(), _shown(requested)
    for name, count in fuzz.inputs(release, given.requests // 10).items():
        yield f"spoilt files: {name}", count, "checked or refused, each with a sentence"


def _fired(found: Fired) -> Row:
    outcome = f"{_shown(found.statuses)}; the slowest took {found.slowest:.2f} s"
    return "queries that hang, crash or eat memory", found.statuses.total(), outcome


def _fetched(found: Fetched) -> Row:
    outcome = f"{_shown(found.statuses)}; connections to the address that they name: {len(found.callers)}"
    return "texts that would have something fetched", found.statuses.total(), outcome


def _killed(found: Killed, seconds: float) -> Row:
    kinds = ", ".join(f"{count} {name}s" for name, count in sorted(found.kinds.items()))
    state = "all processes are back" if found.is_restored else "PROCESSES ARE MISSING"
    outcome = f"{_shown(found.statuses)}; orphans: {len(found.orphans)}; {state}"
    return f"processes killed in {seconds:.0f} s: {kinds}", found.kinds.total(), outcome


if __name__ == "__main__":
    sys.exit(main())
