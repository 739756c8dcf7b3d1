"""The service under fire: hostile queries, killed processes, texts that would have something fetched, requests at random.

What takes long runs with `make soak`; the same, for a shorter time, with every test run.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given

from isgkg.store.pool import DEFAULT_OPTIONS
from tests import faults
from tests.faults import LABEL, WORKER, Killed
from tests.fuzz import ANY_REQUEST, examples, no_request_is_an_internal_error

from .service import alive, ask, descendants, running, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; memory caps and death signals are Linux's")

GRACE = 0.5
"""Seconds past the deadline by which every query is answered, on a machine that does nothing else."""
BUSY = 5.0
"""More of them, on a machine that runs other tests at the same time."""
ENDS = {200, 400, 403, 413, 500, 503, 504}
"""An answer, or one of the errors that a query may end in."""


@pytest.fixture
def service(release_folder: Path) -> Iterator[tuple[int, str]]:
    """The main process of a running service, and its address."""
    with running(release_folder) as (process, address):
        assert wait_for(f"{address}/sparql?query=ASK%7B%7D") == 200
        yield process.pid, address


def test_every_hostile_query_ends_by_the_deadline_and_the_service_answers_on(service: tuple[int, str]) -> None:
    _, address = service
    fired = faults.fire(address, 1)
    assert fired.slowest < DEFAULT_OPTIONS.deadline + BUSY
    assert set(fired.statuses) <= ENDS
    assert fired.statuses[504] >= 1  # some do hang
    assert fired.statuses[200] < fired.statuses.total() / 2
    assert ask(address, LABEL) == 200


@pytest.mark.soak
def test_hostile_queries_for_minutes(service: tuple[int, str]) -> None:
    pid, address = service
    before = len(alive(descendants(pid)))
    fired = faults.fire(address, 20)
    assert fired.slowest < DEFAULT_OPTIONS.deadline + GRACE
    assert set(fired.statuses) <= ENDS
    assert ask(address, LABEL) == 200
    time.sleep(DEFAULT_OPTIONS.deadline)
    assert len(alive(descendants(pid))) <= before + 2


def cost_their_queries_at_most(killed: Killed) -> None:
    """Whoever asks is answered, or cut off with the process that served it, and in the end all is as before."""
    number, seen = killed.kinds.total(), killed.statuses
    assert killed.kinds[WORKER]
    assert number >= 3
    assert seen[200] > 20 * number
    assert set(seen) <= {200, 0, 500, 503}, seen  # cut off, killed under the query, no place
    assert seen[0] + seen[500] < 20 * number  # those whose process it was
    assert killed.is_restored
    assert killed.orphans == []


def test_killed_processes_cost_their_queries_at_most(service: tuple[int, str]) -> None:
    cost_their_queries_at_most(faults.kill_at_random(*service, 6.0, 1))


@pytest.mark.soak
def test_killed_processes_for_minutes(service: tuple[int, str]) -> None:
    cost_their_queries_at_most(faults.kill_at_random(*service, 120.0, 2))


def test_nothing_makes_the_service_open_a_connection(service: tuple[int, str]) -> None:
    _, address = service
    fetched = faults.fetch(address)
    assert set(fetched.statuses) <= {200, 400, 403, 404, 504}  # a check may take too long on a busy machine
    assert fetched.statuses[200]
    assert fetched.callers == []


@pytest.fixture
def quiet(client: FlaskClient) -> FlaskClient:
    """A client for which an unhandled exception is a 500, as it is for strangers."""
    client.application.testing = False
    return client


@examples(300)
@given(*ANY_REQUEST)
def test_no_request_is_an_internal_error(
    quiet: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    no_request_is_an_internal_error(quiet, method, segments, parameters, headers, body)


@pytest.mark.soak
@examples(100_000)
@given(*ANY_REQUEST)
def test_no_request_of_a_hundred_thousand_is_an_internal_error(
    quiet: FlaskClient, method: str, segments: list[str], parameters: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    no_request_is_an_internal_error(quiet, method, segments, parameters, headers, body)
