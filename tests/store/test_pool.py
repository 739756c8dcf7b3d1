"""The pool: right answers beside queries that hang, crash and eat memory, and nothing left behind."""

import gc
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from isgkg.errors import AnswerTooLarge, EngineFailure, Overloaded, QueryError, QueryRefused, QuerySyntaxError, QueryTimeout, ReleaseError
from isgkg.store import processes
from isgkg.store.base import QueryRequest
from isgkg.store.pool import DEFAULT_OPTIONS, PoolOptions, QueryPool
from isgkg.store.processes import WorkerProcess
from isgkg.store.worker import NICE
from tests.hostile import CRASHING, EATING, HANGING, LABEL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc; memory caps and death signals are Linux's")

GUIDELINE = "https://w3id.org/isgkg/graph/guideline"
EXPERIMENTS = "https://w3id.org/isgkg/graph/experiments"
ITEMS = 2_000
JSON = "application/sparql-results+json"
OPTIONS = PoolOptions(deadline=2.0, memory_bytes=96 * 2**20, answer_bytes=2**20)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://e/next> ?o }"


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """N-Quads: 2,000 items with a label and a link each in the guideline, and one statement in the experiments."""
    path = tmp_path_factory.mktemp("release") / "release.nq"
    lines = [f'<http://e/x> <http://e/label> "an experiment"@en <{EXPERIMENTS}> .']
    for i in range(ITEMS):
        lines.append(f'<http://e/{i}> <http://e/label> "项目 {i}"@zh <{GUIDELINE}> .')
        lines.append(f"<http://e/{i}> <http://e/next> <http://e/{(i + 1) % ITEMS}> <{GUIDELINE}> .")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def children(pid: int) -> set[int]:
    """The processes started by `pid`, zombies among them."""
    try:
        return {int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()}
    except FileNotFoundError:
        return set()


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def eventually(condition, seconds: float = 5.0) -> bool:
    """Whether `condition()` becomes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def open_files() -> int:
    """Open file descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def request(query, media_type=JSON, **dataset):
    return QueryRequest(query=query, media_type=media_type, **dataset)


def outcome(pool, query):
    """The error's class or "answer", and the seconds that it took. The form is given, so that the pool takes any text."""
    start = time.monotonic()
    try:
        pool.run(request(query), form="SELECT")
        result = "answer"
    except QueryError as error:
        result = type(error)
    return result, time.monotonic() - start


def workers(pool):
    return children(pool._forkserver._process.pid)


def is_full(pool):
    """Whether every fast place has a living worker again, and there is no other process."""
    return len(workers(pool)) == OPTIONS.workers and all(map(is_alive, workers(pool)))


@pytest.fixture
def pool(release):
    with QueryPool(release, OPTIONS) as pool:
        assert eventually(lambda: is_full(pool))
        yield pool


@pytest.fixture
def patient(release):
    """A pool for what is no matter of time: in the slow lane, a busy machine may let a query wait."""
    with QueryPool(release, replace(OPTIONS, deadline=60.0)) as pool:
        assert eventually(lambda: is_full(pool))
        yield pool


@pytest.fixture
def traffic(pool):
    """Three threads that ask for labels all the time; afterwards, every answer must have been right, and none late."""
    stop = threading.Event()
    faults = []
    counts = [0, 0, 0]

    def ask(thread):
        while not stop.is_set():
            number = (counts[thread] * 7 + thread) % ITEMS
            start = time.monotonic()
            try:
                answer = pool.run(request(f"SELECT ?l {{ <http://e/{number}> <http://e/label> ?l }}"))
                values = [row["l"]["value"] for row in json.loads(answer.body)["results"]["bindings"]]
                if values != [f"项目 {number}"]:
                    faults.append(values)
            except QueryError as error:
                faults.append(error)
            if time.monotonic() - start > OPTIONS.deadline:
                faults.append("late")
            counts[thread] += 1
            time.sleep(0.002)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    yield faults
    was_busy = eventually(lambda: min(counts) > 10)
    stop.set()
    for thread in threads:
        thread.join()
    assert was_busy


@pytest.mark.parametrize(
    ("queries", "errors"),
    [(HANGING, {QueryTimeout}), (CRASHING, {EngineFailure}), (EATING, {EngineFailure, QueryTimeout})],
    ids=["hanging", "crashing", "eating"],
)
def test_bad_queries_end_by_the_deadline_and_nobody_notices(pool, traffic, queries, errors):
    with ThreadPoolExecutor(len(queries)) as threads:
        outcomes = list(threads.map(lambda query: outcome(pool, query), queries))
    assert [result for result, _ in outcomes if result not in errors] == []
    assert max(seconds for _, seconds in outcomes) < OPTIONS.deadline + 0.5
    assert traffic == []
    assert eventually(lambda: is_full(pool))


def test_eating_memory_is_an_engine_failure(patient):
    assert outcome(patient, EATING[2])[0] is EngineFailure


def test_the_log_says_nothing_of_what_strangers_do_to_the_engine(capfd, release):
    with QueryPool(release, OPTIONS) as pool:  # its processes say what they say to what is captured here
        assert outcome(pool, EATING[2])[0] is EngineFailure
    assert capfd.readouterr() == ("", "")


def test_bad_queries_meet_the_caps_first(pool):
    for query in [*CRASHING, HANGING[-1]]:
        with pytest.raises(QueryError) as caught:
            pool.run(request(query))
        assert caught.value.status == 400
    with pytest.raises(QueryRefused):
        pool.run(request("CLEAR ALL"))


def test_answers_in_each_kind_of_representation(pool):
    assert json.loads(pool.run(request(COUNT)).body)["results"]["bindings"][0]["n"]["value"] == str(ITEMS)
    assert pool.run(request(COUNT, "text/csv")).body == f"n\r\n{ITEMS}\r\n".encode()
    answer = pool.run(request("CONSTRUCT WHERE { <http://e/1> <http://e/next> ?o }", "application/n-triples"))
    assert answer.body == b"<http://e/1> <http://e/next> <http://e/2> .\n"
    assert (answer.media_type, answer.seconds < OPTIONS.deadline) == ("application/n-triples", True)
    assert json.loads(pool.run(request("\\u0041SK {}")).body)["boolean"] is True


def test_the_dataset_is_chosen(pool):
    def count(**dataset):
        answer = pool.run(request("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", **dataset))
        return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])

    assert count() == 2 * (2 * ITEMS + 1)
    assert count(default_graphs=(EXPERIMENTS,)) == 1
    assert count(default_graphs=(EXPERIMENTS,), named_graphs=(GUIDELINE,)) == 2 * ITEMS + 1
    assert count(named_graphs=("http://e/none",)) == 0


def test_errors_of_a_query_leave_its_worker_alone(pool):
    before = workers(pool)
    for query, error in [("SELECT *\n{ ?s ?p }", QuerySyntaxError), ("SELECT * { ?a ?b ?c . ?d ?e ?f }", AnswerTooLarge)]:
        with pytest.raises(error) as caught:
            pool.run(request(query))
    assert caught.value.values["limit"] == OPTIONS.answer_bytes
    with pytest.raises(QuerySyntaxError) as caught:
        pool.run(request("SELECT *\n{ ?s ?p }"))
    assert (caught.value.line, caught.value.column > 1) == (2, True)
    for bad in [request("ASK {}", default_graphs=("no iri",)), request('SELECT ("\ud800" AS ?x) {}'), request("ASK {}", "text/nothing")]:
        with pytest.raises(QueryError):
            pool.run(bad)
    assert workers(pool) == before


def test_an_answer_is_whole_or_refused(release):
    query = f"SELECT * {{ ?s {LABEL}o }} ORDER BY ?s"
    with QueryPool(release, PoolOptions(answer_bytes=10**7)) as pool:
        whole = pool.run(request(query)).body
        assert len(json.loads(whole)["results"]["bindings"]) == ITEMS + 1
    with QueryPool(release, PoolOptions(answer_bytes=len(whole))) as pool:
        assert pool.run(request(query)).body == whole
    with QueryPool(release, PoolOptions(answer_bytes=len(whole) - 1)) as pool, pytest.raises(AnswerTooLarge) as caught:
        pool.run(request(query))
    assert caught.value.status == 413


def test_large_queries_one_after_another_do_not_add_up(patient):
    query = f"SELECT ?b ?d {{ ?a {LABEL}b . ?c {LABEL}d FILTER(STRLEN(?b) < 5) }} ORDER BY ?d ?b LIMIT 1"
    assert [outcome(patient, query)[0] for _ in range(8)] == ["answer"] * 8


def test_a_service_that_got_past_the_tokenizer_reaches_nobody(pool):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        with pytest.raises(QueryError):
            pool.run(request(query), form="SELECT")
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="the filter of system calls is for x86-64 and AArch64")
def test_workers_are_under_the_filter_of_system_calls(pool):
    for pid in workers(pool):
        assert eventually(lambda pid=pid: "Seccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text(encoding="ascii"))


def test_slow_queries_are_answered_at_low_priority_while_their_places_are_taken(release):
    with QueryPool(release, PoolOptions(deadline=60.0, slow_after=0.05)) as pool, ThreadPoolExecutor(2) as threads:
        assert eventually(lambda: is_full(pool))
        fast = workers(pool)
        some = "{{ SELECT {0} {{ ?s " + LABEL[:-1] + "{0} }} LIMIT 1500 }}"  # little enough for a busy machine, at low priority
        slow = threads.submit(
            pool.run, request(f"SELECT (COUNT(*) AS ?n) {{ {some.format('?b')} {some.format('?d')} FILTER(CONTAINS(?b, ?d)) }}")
        )
        assert eventually(lambda: any(os.getpriority(os.PRIO_PROCESS, pid) == DEFAULT_OPTIONS.slow_nice for pid in fast))
        assert eventually(lambda: len(workers(pool)) == DEFAULT_OPTIONS.workers + 1)
        assert json.loads(slow.result().body)["results"]["bindings"][0]["n"]["value"] != "0"
        assert eventually(lambda: len(workers(pool)) == DEFAULT_OPTIONS.workers)
        assert all(os.getpriority(os.PRIO_PROCESS, pid) == NICE for pid in workers(pool))


def test_a_full_slow_lane_is_an_overload(release):
    options = PoolOptions(workers=3, slow_places=1, slow_after=0.1, deadline=1.5)
    with QueryPool(release, options) as pool, ThreadPoolExecutor(3) as threads:
        outcomes = sorted(threads.map(lambda _: outcome(pool, HANGING[0]), range(3)), key=lambda pair: pair[1])
        assert [result for result, _ in outcomes] == [Overloaded, Overloaded, QueryTimeout]
        assert outcomes[1][1] < 1.0
        assert outcome(pool, COUNT)[0] == "answer"


def test_too_many_waiting_queries_are_an_overload(release):
    options = PoolOptions(workers=1, waiting=1, wait_seconds=0.3, slow_after=10.0, deadline=1.5)
    with QueryPool(release, options) as pool, ThreadPoolExecutor(3) as threads:
        futures = []
        for query in (HANGING[0], COUNT, COUNT):
            futures.append(threads.submit(outcome, pool, query))
            time.sleep(0.05)
        (hanging, _), (waiting, waited), (refused, at_once) = (future.result() for future in futures)
        assert (hanging, waiting, refused) == (QueryTimeout, Overloaded, Overloaded)
        assert at_once < 0.2 < waited < 1.0
        assert outcome(pool, COUNT)[0] == "answer"


def test_waiting_queries_are_let_in_by_order_of_arrival(release):
    arrived, left = [], []

    def ask(number):
        arrived.append(number)
        outcome(pool, f"SELECT (COUNT(*) AS ?n) {{ ?a {LABEL}b . ?c <http://e/next> ?d FILTER(STRLEN(?b) = {number}) }}")
        left.append(number)

    with QueryPool(release, PoolOptions(workers=1, slow_after=5.0)) as pool, ThreadPoolExecutor(6) as threads:
        for number in range(6):
            threads.submit(ask, number)
            time.sleep(0.01)
        threads.shutdown()
        assert left == arrived
        assert outcome(pool, COUNT)[0] == "answer"


def test_killed_workers_cost_their_queries_at_most(pool):
    outcomes = []
    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(lambda: [outcome(pool, COUNT)[0] for _ in range(100)]) for _ in range(4)]
        kills = 0
        while not all(future.done() for future in futures):
            for pid in list(workers(pool))[:1]:
                os.kill(pid, signal.SIGKILL)
                kills += 1
            time.sleep(0.02)
        outcomes = [result for future in futures for result in future.result()]
    assert set(outcomes) <= {"answer", EngineFailure}
    assert outcomes.count(EngineFailure) <= kills
    assert [outcome(pool, COUNT)[0] for _ in range(8)] == ["answer"] * 8


def test_workers_killed_while_idle_are_not_noticed(pool):
    for pid in workers(pool):
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not workers(pool))
    assert [outcome(pool, COUNT)[0] for _ in range(8)] == ["answer"] * 8


def test_a_killed_forkserver_is_replaced(pool):
    old = workers(pool)
    old_server = pool._forkserver._process.pid
    os.kill(old_server, signal.SIGKILL)
    assert eventually(lambda: not any(map(is_alive, old)))
    assert [outcome(pool, COUNT)[0] for _ in range(8)] == ["answer"] * 8
    assert pool._forkserver._process.pid != old_server
    assert old_server not in children(os.getpid())


def test_a_forkserver_killed_under_load_costs_the_queries_under_way_at_most(pool):
    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(lambda: [outcome(pool, COUNT)[0] for _ in range(50)]) for _ in range(4)]
        time.sleep(0.02)
        os.kill(pool._forkserver._process.pid, signal.SIGKILL)
        outcomes = [result for future in futures for result in future.result()]
    assert set(outcomes) <= {"answer", EngineFailure}
    assert outcomes.count(EngineFailure) <= 8
    assert outcome(pool, COUNT)[0] == "answer"


FRONT = """
import sys, threading, time
from pathlib import Path
from isgkg.store import processes
from isgkg.store.base import QueryRequest
from isgkg.store.pool import DEFAULT_OPTIONS, PoolOptions, QueryPool
pool = QueryPool(Path(sys.argv[1]), PoolOptions(deadline=60.0))
hanging = QueryRequest(query=sys.argv[2], media_type="text/csv")
# The thread that starts a pool may end before it; nothing must end with the thread.
starter = threading.Thread(target=lambda: threading.Thread(target=pool.run, args=(hanging,)).start())
starter.start()
starter.join()
time.sleep(0.5)
print("ready", flush=True)
time.sleep(60)
"""


def test_a_killed_front_leaves_no_process(release):
    front = subprocess.Popen([sys.executable, "-c", FRONT, str(release), HANGING[0]], stdout=subprocess.PIPE)
    with front:
        assert front.stdout.readline() == b"ready\n"
        (server,) = children(front.pid)
        pids = {server} | children(server)
        assert len(pids) == 1 + DEFAULT_OPTIONS.workers + 1
        front.kill()
    assert eventually(lambda: not any(map(is_alive, pids)))


def test_nothing_is_left_open_after_mixed_failures(patient):
    queries = [COUNT, "SELECT {", CRASHING[3], f"SELECT * {{ ?a {LABEL}b . ?c {LABEL}d }}", EATING[2]] * 40
    assert outcome(patient, COUNT)[0] == "answer"
    assert eventually(lambda: is_full(patient))
    gc.collect()  # what earlier tests left to it
    before = (open_files(), children(os.getpid()))
    with ThreadPoolExecutor(4) as threads:
        outcomes = [result for result, _ in threads.map(lambda query: outcome(patient, query), queries)]
    assert set(outcomes[4::5]) <= {EngineFailure, QueryTimeout}
    del outcomes[4::5]
    assert outcomes == ["answer", QuerySyntaxError, EngineFailure, AnswerTooLarge] * 40
    assert eventually(lambda: is_full(patient))
    assert (open_files(), children(os.getpid())) == before
    assert (patient._fast, patient._slow, len(patient._waiting)) == (0, 0, 0)


@pytest.mark.parametrize("method", ["send", "replies_by", "receive", "is_idle"])
def test_a_thread_that_is_interrupted_gives_its_place_back(pool, monkeypatch, method):
    def interrupt(*_):
        raise KeyboardInterrupt

    before = open_files()
    with monkeypatch.context() as patch:
        patch.setattr(WorkerProcess, method, interrupt)
        for _ in range(OPTIONS.workers + 1):
            with pytest.raises(KeyboardInterrupt):
                pool.run(request(COUNT))
    assert (pool._fast, pool._slow, len(pool._waiting)) == (0, 0, 0)
    assert outcome(pool, COUNT)[0] == "answer"
    assert eventually(lambda: is_full(pool))
    assert open_files() == before


def test_closing_ends_everything(release):
    before = open_files()
    pool = QueryPool(release, OPTIONS)
    pids = {pool._forkserver._process.pid} | workers(pool)
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(outcome, pool, HANGING[0])
        time.sleep(0.3)
        pool.close()
        assert hanging.result()[0] is Overloaded
    assert eventually(lambda: not any(map(is_alive, pids)))
    assert outcome(pool, COUNT)[0] is Overloaded
    assert open_files() == before


def test_an_unreadable_release_is_named_at_construction(tmp_path):
    before = (open_files(), children(os.getpid()))
    with pytest.raises(ReleaseError) as caught:
        QueryPool(tmp_path / "missing.nq")
    assert "missing.nq" in caught.value.text("zh")
    assert (open_files(), children(os.getpid())) == before


def test_a_pool_is_not_shared_between_processes(pool, monkeypatch):
    monkeypatch.setattr(pool, "_owner", 1)
    with pytest.raises(RuntimeError):
        pool.run(request(COUNT))


@pytest.mark.parametrize(("deaths", "starts"), [(0, True), (2, True), (3, False)])
def test_a_forkserver_that_dies_while_it_loads_is_started_again(release, monkeypatch, deaths, starts):
    real, left = processes._await_load, [deaths]

    def await_load(control):
        if left[0]:
            left[0] -= 1
            raise EngineFailure("query.engine")  # as where the process has been killed
        real(control)

    monkeypatch.setattr(processes, "_await_load", await_load)
    if starts:
        with QueryPool(release, OPTIONS) as pool:
            assert json.loads(pool.run(request(COUNT)).body)["results"]["bindings"][0]["n"]["value"] == str(ITEMS)
    else:
        with pytest.raises(EngineFailure):
            QueryPool(release, OPTIONS)


def test_a_release_that_was_altered_meanwhile_is_never_loaded_in_the_place_of_the_one_before(release, tmp_path):
    copy = tmp_path / "release.nq"
    copy.write_bytes(release.read_bytes())
    with QueryPool(copy, PoolOptions(workers=1)) as pool:

        def said():
            try:
                return pool.run(request(COUNT)).body
            except (EngineFailure, ReleaseError) as error:  # a worker that was there may be killed under a query
                return error.text("en")

        answer = said()
        for left in (b"", b"".join(release.read_bytes().splitlines(keepends=True)[:100]), None):
            copy.write_bytes(left) if left is not None else copy.unlink()
            os.kill(pool._forkserver._process.pid, signal.SIGKILL)
            assert eventually(lambda: "no longer the one" in str(said()))
            found = {said() for _ in range(5)}
            assert all("no longer the one" in str(each) for each in found)
            copy.write_bytes(release.read_bytes())
            assert eventually(lambda: said() == answer)
