"""The query pool under load: requests per second, latency, and what a new worker costs.

Flows in: a made-up release of 72,000 statements. Flows out: one line a workload, alone and beside queries that hang and crash. Run as
`python -m benchmarks.pool`.
"""

import itertools
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from isgkg.errors import QueryError
from isgkg.store.base import QueryRequest
from isgkg.store.pool import DEFAULT_OPTIONS, PoolOptions, QueryPool
from isgkg.store.processes import ForkserverProcess

ITEMS = 12_000
THREADS = 8
SECONDS = 5.0
GRAPH = "https://w3id.org/isgkg/graph/guideline"
JSON = "application/sparql-results+json"

LOOKUP = "SELECT ?p ?o {{ <http://e/{0}> ?p ?o }}"
JOIN = (
    "SELECT ?s ?label ?next {{ ?s <http://e/in> <http://e/part{0}> ; <http://e/label> ?label ; <http://e/next> ?t ."
    " ?t <http://e/label> ?next }} LIMIT 50"
)
HANGING = "SELECT (COUNT(*) AS ?n) { ?a <http://e/label> ?b . ?c <http://e/label> ?d . ?e <http://e/label> ?f }"
CRASHING = "SELECT (" + "STR(" * 4_000 + "1" + ")" * 4_000 + " AS ?x) {}"


def release(folder: Path) -> Path:
    """The N-Quads of 12,000 items with six statements each, in parts of 60."""
    path = folder / "release.nq"
    with path.open("w", encoding="utf-8") as file:
        for i in range(ITEMS):
            item = f"<http://e/{i}>"
            values = {
                "label": f'"项目 {i}"@zh',
                "next": f"<http://e/{(i + 1) % ITEMS}>",
                "in": f"<http://e/part{i % (ITEMS // 60)}>",
                "type": "<http://e/Item>",
                "number": f'"{i}"^^<http://www.w3.org/2001/XMLSchema#integer>',
                "note": f'"The note that belongs to item {i}."@en',
            }
            file.writelines(f"{item} <http://e/{name}> {value} <{GRAPH}> .\n" for name, value in values.items())
    return path


def ask(pool: QueryPool, query: str) -> bool:
    """Whether the query was answered. The form is given, so that the crashing query meets no cap."""
    try:
        pool.run(QueryRequest(query=query, media_type=JSON), form="SELECT")
    except QueryError:
        return False
    return True


def load(pool: QueryPool, template: str, *, bad_every: int) -> tuple[list[float], int]:
    """Seconds of each query answered to `THREADS` threads in `SECONDS`, and how many were refused for want of a place.

    For each `bad_every` answers (0: never) others send a query that hangs and one that crashes, without waiting for earlier ones to end.
    """
    end = time.perf_counter() + SECONDS

    def client(thread: int, others: ThreadPoolExecutor) -> tuple[list[float], int]:
        seconds: list[float] = []
        refused = 0
        for number in itertools.count(thread * 131):
            start = time.perf_counter()
            if start > end:
                break
            if not ask(pool, template.format(number % (ITEMS // 60))):
                refused += 1
                time.sleep(0.05)
                continue
            seconds.append(time.perf_counter() - start)
            if bad_every and len(seconds) % bad_every in (0, bad_every // 2):
                others.submit(ask, pool, CRASHING if len(seconds) % bad_every else HANGING)
        return seconds, refused

    with ThreadPoolExecutor(64) as others, ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(lambda thread: client(thread, others), range(THREADS)))
    return [second for seconds, _ in results for second in seconds], sum(refused for _, refused in results)


def fork_times(nquads: Path, count: int = 50) -> list[float]:
    """Seconds from asking for a worker to its first answer, one worker at a time."""
    forkserver = ForkserverProcess(nquads, memory_bytes=DEFAULT_OPTIONS.memory_bytes, nice=DEFAULT_OPTIONS.slow_nice)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        worker = forkserver.fork()
        finish = time.monotonic() + 5.0
        worker.send(QueryRequest(query="ASK {}", media_type=JSON), 1_000, finish)
        worker.receive(finish)
        times.append(time.perf_counter() - start)
        worker.close()
    forkserver.close()
    return times


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        nquads = release(Path(folder))
        start = time.perf_counter()
        with QueryPool(nquads, PoolOptions()):
            print(f"start, {ITEMS * 6:,} statements loaded once: {time.perf_counter() - start:.2f} s")
        forks = sorted(fork_times(nquads))
        print(f"a new worker, to its first answer: median {statistics.median(forks) * 1e3:.1f} ms, slowest {forks[-1] * 1e3:.1f} ms")
        print(f"\n{f'{THREADS} threads, {DEFAULT_OPTIONS.workers} workers':40}requests/s   p50 ms   p99 ms  refused")
        for name, template in (("point lookup", LOOKUP), ("50-row join", JOIN)):
            for condition, bad_every in (("alone", 0), ("0.2 % hang, 0.2 % crash", 500)):
                with QueryPool(nquads, PoolOptions()) as pool:
                    seconds, refused = load(pool, template, bad_every=bad_every)
                p50, p99 = (statistics.quantiles(seconds, n=100)[place - 1] * 1e3 for place in (50, 99))
                print(f"{name:14}{condition:26}{len(seconds) / SECONDS:10,.0f} {p50:8.1f} {p99:8.1f} {refused:8}")


if __name__ == "__main__":
    main()
