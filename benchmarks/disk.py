"""A store on disk of ten million statements: how long it takes to write, to verify and open, and to answer from.

Flows in: made-up statements, `--statements` of them. Flows out: one line a figure. Run as `python -m benchmarks.disk`; ten million take
seven gigabytes of disk for a while, so it is not part of `python -m benchmarks`.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import pool
from isgkg.store import disk
from isgkg.store.base import QueryRequest
from isgkg.store.pool import QueryPool

TRIALS = 50


def timed(what: str, act: Callable[[], object]) -> None:
    """Print how long it takes."""
    start = time.perf_counter()
    act()
    print(f"{what:44}{time.perf_counter() - start:10.2f} s", flush=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--statements", type=int, default=10_000_000)
    statements = parser.parse_args().statements
    pool.ITEMS = statements // 6
    with tempfile.TemporaryDirectory() as folder:
        nquads, store = pool.release(Path(folder)), Path(folder, "store")
        print(f"{pool.ITEMS * 6:,} statements, {nquads.stat().st_size / 1e9:.1f} GB of N-Quads")
        start = time.perf_counter()
        disk.write(nquads, store)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
        print(f"{'written':44}{seconds:10.0f} s = {pool.ITEMS * 6 / seconds:,.0f} statements a second, {size / 1e9:.1f} GB")
        timed("verified: sizes, hashes, counts", lambda: disk.verify(store))
        timed("opened", lambda: disk.open_(store))
        with QueryPool(store) as queries:
            for name, template in (("point lookup", pool.LOOKUP), ("50-row join", pool.JOIN)):
                times = []
                for number in range(TRIALS):
                    query = template.format(number * 997 % pool.ITEMS if name == "point lookup" else number * 7)
                    start = time.perf_counter()
                    queries.run(QueryRequest(query=query, media_type=pool.JSON))
                    times.append(time.perf_counter() - start)
                print(f"{name:44}{statistics.median(times) * 1e3:10.1f} ms median, {max(times) * 1e3:.1f} ms at most", flush=True)
        print(f"{'peak memory of this process':44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:10,.0f} MB")


if __name__ == "__main__":
    main()
