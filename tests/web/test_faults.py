"""The service under fire: hostile queries, killed processes, texts that would have something fetched, requests at random.

What takes long runs with `make soak`; the same, for a shorter time, with every test run.
"""

import itertools
import os
import random
import signal
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isgkg.store.pool import DEFAULT_OPTIONS
from tests import hostile

from .service import alive, ask, descendants, running, status, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; memory caps and death signals are Linux's")

GRACE = 0.5
"""Seconds past the deadline by which every query is answered, on a machine that does nothing else."""
BUSY = 5.0
"""More of them, on a machine that runs other tests at the same time."""
LOADING = 8.0
"""Seconds within which a front is up again."""
LABEL = "SELECT ?l { c:X20354 skos:prefLabel ?l }"
ENDS = {200, 400, 403, 413, 500, 503, 504}
"""An answer, or one of the errors that a query may end in."""
FRONT, FORKSERVER, WORKER = "front", "forkserver", "worker"


@pytest.fixture
def service(release_folder: Path) -> Iterator[tuple[int, str]]:
    """The main process of a running service, and its address."""
    with running(release_folder) as (process, address):
        assert wait_for(f"{address}/sparql?query=ASK%7B%7D") == 200
        yield process.pid, address


_NUMBERS = itertools.count()


def fresh() -> str:
    """A query whose answer nobody has kept."""
    return f"{LABEL} # {next(_NUMBERS)}"


def fire(address: str, rounds: int, grace: float) -> Counter[int]:
    """Send the whole corpus, several queries at a time; how many ended in which status."""
    queries = [hostile.on_the_graph(query) for query in (*hostile.HANGING, *hostile.CRASHING, *hostile.EATING)] * rounds

    def shot(query: str) -> int:
        start = time.monotonic()
        code = ask(address, query)
        assert time.monotonic() - start < DEFAULT_OPTIONS.deadline + grace, query[:100]
        return code

    with ThreadPoolExecutor(6) as threads:
        return Counter(threads.map(shot, queries))


def test_every_hostile_query_ends_by_the_deadline_and_the_service_answers_on(service: tuple[int, str]) -> None:
    _, address = service
    ended = fire(address, 1, BUSY)
    assert set(ended) <= ENDS
    assert ended[504] >= 1  # some do hang
    assert ended[200] == 0 or ended[504] + ended[500] + ended[400] > ended[200]
    assert ask(address, LABEL) == 200


@pytest.mark.soak
def test_hostile_queries_for_minutes(service: tuple[int, str]) -> None:
    pid, address = service
    before = len(alive(descendants(pid)))
    ended = fire(address, 20, GRACE)
    assert set(ended) <= ENDS
    assert ask(address, LABEL) == 200
    time.sleep(DEFAULT_OPTIONS.deadline)
    assert len(alive(descendants(pid))) <= before + 2


def kind(pid: int) -> str | None:
    """What a process of the service is: a front, a forkserver, or a worker of one."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        of_forkserver = b"isgkg.store.forkserver" in Path(f"/proc/{parent(pid)}/cmdline").read_bytes()
    except (OSError, IndexError):
        return None
    if b"isgkg.store.forkserver" in command:
        return WORKER if of_forkserver else FORKSERVER
    return FRONT if b"serve" in command or b"multiprocessing" in command else None


def kill_at_random(service: tuple[int, str], seconds: float, seed: int) -> None:
    """Kill processes under load. Whoever asks is answered, or cut off with the process that served it, and in the end all is as before."""
    pid, address = service
    stop = threading.Event()
    seen: Counter[int] = Counter()

    def client() -> None:
        while not stop.is_set():
            seen[ask(address, fresh())] += 1

    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    clients = [threading.Thread(target=client) for _ in range(4)]
    for thread in clients:
        thread.start()
    end, front_after = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        of_kind = {other: found for other in descendants(pid) if (found := kind(other))}
        wanted = chance.choice((WORKER, WORKER, FORKSERVER, FRONT))
        if wanted == FRONT and time.monotonic() < front_after:
            continue  # its sibling has yet to load the release
        if victims := sorted(other for other, found in of_kind.items() if found == wanted):
            os.kill(chance.choice(victims), signal.SIGKILL)
            killed[wanted] += 1
            front_after = time.monotonic() + LOADING if wanted == FRONT else front_after
        time.sleep(chance.uniform(0.2, 1.0))
    stop.set()
    for thread in clients:
        thread.join()
    assert killed[WORKER] and sum(killed.values()) >= 3
    assert seen[200] > 20 * sum(killed.values())
    assert set(seen) <= {200, 0, 500, 503}, seen  # cut off, killed under the query, no place
    assert seen[0] + seen[500] < 20 * sum(killed.values())  # those whose process it was
    assert wait_for(f"{address}/sparql?query={quote(LABEL)}") == 200
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        counts = Counter(kind(other) for other in alive(descendants(pid)))
        if (counts[FRONT], counts[FORKSERVER], counts[WORKER]) == (2, 2, 2 * DEFAULT_OPTIONS.workers):
            break
        ask(address, fresh())
        time.sleep(0.2)
    else:
        raise AssertionError(counts)
    processes = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    assert [other for other in processes if kind(other) in {FORKSERVER, WORKER} and parent(other) == 1] == []


def parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def test_killed_processes_cost_their_queries_at_most(service: tuple[int, str]) -> None:
    kill_at_random(service, 6.0, 1)


@pytest.mark.soak
def test_killed_processes_for_minutes(service: tuple[int, str]) -> None:
    kill_at_random(service, 120.0, 2)


def test_nothing_makes_the_service_open_a_connection(service: tuple[int, str]) -> None:
    """A listener at the address that every text names; whoever connects is counted."""
    _, address = service
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, caller = canary.accept()
                except TimeoutError:
                    continue
                callers.append(caller)
                connection.close()

        listener = threading.Thread(target=listen)
        listener.start()
        host, port = canary.getsockname()
        for method, path, headers, body in hostile.fetching(f"{host}:{port}"):
            code = status(address, path, method, headers, body)
            assert code in {200, 400, 403, 404}, (path, headers, code)
        stop.set()
        listener.join()
    assert callers == []


METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
SEGMENTS = st.one_of(
    st.sampled_from(["c", "C203", "sparql", "questions", "CQ01", "answer", "cite", "matrix", "S301", "P1", "scheme", "S", "std", "exp"]),
    st.sampled_from(["text", "src", "isg2025", "span", "0-10", "validate", "check", "ont", "shapes", "link", "XL001", "static", "..", ""]),
    st.text(max_size=12),
)
PARAMETERS = st.dictionaries(
    st.one_of(
        st.sampled_from(["_anchor", "_scheme", "_external", "_method", "endpoint", "default-graph-uri", "named-graph-uri"]),
        st.sampled_from(["query", "q", "lang", "format", "question", "p-scenario", "style", "release", "sha256", "basis"]),
        st.text(max_size=6),
    ),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                "ASK {}",
                "SELECT * { ?s ?p ?o } LIMIT 3",
                "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
                "zh",
                "en",
                "csv",
                "CQ01",
                "S301",
            ]
        ),
        st.text(alphabet="SELECT*{}?sp o.<>:\"'\\^@()[]_-FILTER", max_size=80),
    ),
    max_size=4,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "If-None-Match", "Origin", "Range", "Cookie"]),
    st.one_of(
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40),
        st.sampled_from(
            ["*/*", "text/html", "application/json", "text/turtle;q=0.5", "q=;;,", "application/sparql-query", "gzip", "zstd", "*"]
        ),
        st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/sparql-update"]),
    ),
    max_size=4,
)
QUICK = settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
LONG = settings(deadline=None, max_examples=100_000, suppress_health_check=list(HealthCheck))


def no_request_is_an_internal_error(
    client: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    path = "/".join(quote(segment, safe="", errors="replace") for segment in segments)
    path = f"/{path.lstrip('/')}"  # the test's client takes what stands behind two strokes for a host
    answer = client.open(path, method=method, query_string=parameters, headers=headers, data=body)
    assert answer.status_code != 500 or b"engine" in answer.data, (path, parameters)
    assert answer.status_code < 505


ANY_REQUEST = (METHODS, st.lists(SEGMENTS, max_size=4), PARAMETERS, HEADERS, st.binary(max_size=200))


@pytest.fixture
def quiet(client: FlaskClient) -> FlaskClient:
    """A client for which an unhandled exception is a 500, as it is for strangers."""
    client.application.testing = False
    return client


@QUICK
@given(*ANY_REQUEST)
def test_no_request_is_an_internal_error(
    quiet: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    no_request_is_an_internal_error(quiet, method, segments, parameters, headers, body)


@pytest.mark.soak
@LONG
@given(*ANY_REQUEST)
def test_no_request_of_a_hundred_thousand_is_an_internal_error(
    quiet: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    no_request_is_an_internal_error(quiet, method, segments, parameters, headers, body)
