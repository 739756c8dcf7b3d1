"""The service under load, beside its peers: requests a second and latency, with hostile queries, beyond capacity, with very many clients.

Flows in: a release; h2load (Debian: nghttp2-client), and the extra `bench` (oxigraph, rdflib-endpoint). Flows out: one line a measurement.
Run as `python -m benchmarks.service`.

The servers take turns, each alone with the load generator on the machine's own cores, ROUNDS times; the median of the rounds counts,
because the speed of a machine that others use, too, changes from minute to minute.
"""

import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph

from benchmarks import openloop
from isgkg import names
from isgkg.release.locate import ENVIRONMENT, locate
from isgkg.release.output import NQUADS

SECONDS = 4
ROUNDS = 3
CLIENTS = 8
PREFIXES = "".join(f"PREFIX {prefix}: <{names.PREFIXES[prefix]}>\n" for prefix in ("isg", "skos", "c", "rdfs"))
LOOKUP = "SELECT ?p ?o {{ c:C203 ?p ?o }} # {n}"
JOIN = """SELECT ?link ?from ?to WHERE {{
  ?link isg:linkSubject ?s ; isg:linkObject ?o ; isg:basis isg:structural . ?s skos:notation ?from . ?o skos:notation ?to
}} LIMIT 50 # {n}"""
ROWS = "SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT 10000 # {n}"
CACHED = "SELECT ?p ?o {{ c:C203 ?p ?o }}"
HANGING = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
EATING = "SELECT (GROUP_CONCAT(CONCAT(STR(?b), STR(?d))) AS ?x) { ?a skos:prefLabel ?b . ?c skos:prefLabel ?d . ?e skos:inScheme ?f }"


@dataclass(frozen=True)
class Measured:
    """What a run of h2load saw: answers by status, and the seconds of each answer with status 200 and of each with 503."""

    rate: float
    answered: Sequence[float]
    refused: Sequence[float]
    others: int
    lost: int

    def line(self) -> str:
        p50, p99 = quantiles(self.answered)
        refused = f"{len(self.refused):8,} {quantiles(self.refused)[1]:9.1f}"
        return f"{self.rate:9,.0f} {p50:9.1f} {p99:9.1f} {refused} {self.others:7,} {self.lost:6,}"


HEAD = f"{'':46}{'200/s':>9} {'p50 ms':>9} {'p99 ms':>9} {'503':>8} {'p99 ms':>9} {'others':>7} {'lost':>6}"


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Milliseconds that half and 99 % of the answers took at most."""
    if len(seconds) < 2:
        return (0.0, 0.0) if not seconds else (seconds[0] * 1e3, seconds[0] * 1e3)
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1e3, cuts[98] * 1e3


def load(url: str, query: str, *, clients: int = CLIENTS, seconds: float = SECONDS) -> Measured:
    """h2load (HTTP/1.1, connections kept): clients that ask again as soon as they are answered."""
    with tempfile.TemporaryDirectory() as folder:
        uris, log = Path(folder, "uris"), Path(folder, "log")
        texts = (PREFIXES + query.format(n=number) for number in range(60_000 if "{n}" in query else 1))
        uris.write_text("\n".join(f"{url}?{urlencode({'query': text})}" for text in texts) + "\n", encoding="utf-8")
        command = ["h2load", "--h1", "-t", "1", "-c", str(clients), "-D", f"{seconds:g}", "-i", str(uris), f"--log-file={log}"]
        command += ["-H", "Accept: application/sparql-results+json"]
        command += ["-m", "1"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line.split("\t") for line in log.read_text(encoding="ascii").splitlines()]
    by_status: dict[int, list[float]] = {}
    for _, status, micros in lines:
        by_status.setdefault(int(status), []).append(int(micros) / 1e6)
    answered, refused = by_status.pop(200, []), by_status.pop(503, [])
    lost = sum(int(count) for name, count in _counts(said) if name in {"errored", "timeout"})
    others = sum(len(times) for status, times in by_status.items() if status > 0)
    return Measured(len(answered) / seconds, answered, refused, others, lost + len(by_status.get(-1, [])))


def arriving(url: str, query: str, rate: float, seconds: float) -> Measured:
    """As many requests a second, whether or not the earlier ones are answered."""
    found = openloop.run(url, lambda number: PREFIXES + query.format(n=number), rate, seconds)
    times = {status: [took for one, took in found if one == status] for status in {status for status, _ in found}}
    answered, refused = times.pop(200, []), times.pop(503, [])
    lost = sum(len(times.pop(status, [])) for status in (0, -1))
    return Measured(len(answered) / seconds, answered, refused, sum(map(len, times.values())), lost)


def _counts(said: str) -> Iterator[tuple[str, str]]:
    """(name, number) of h2load's line "requests: 10 total, …, 0 errored, 0 timeout"."""
    for line in said.splitlines():
        if line.startswith("requests:"):
            for part in line.removeprefix("requests:").split(","):
                number, name = part.split()
                yield name, number


@contextmanager
def served(command: Sequence[str], url: str, **environment: str) -> Iterator[str]:
    """A server that answers ASK {} at the URL; it and its children are stopped in the end."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        end = time.monotonic() + 120
        while not _answers(url):
            if time.monotonic() > end or process.poll() is not None:
                raise RuntimeError(f"{command[0]} does not answer")
            time.sleep(0.1)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}?{urlencode({'query': 'ASK {}'})}", timeout=1):
            return True
    except (OSError, urllib.error.HTTPError):
        return False


def port() -> int:
    """A free port."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def isgkg(release: Path, keep: int = 0) -> Iterator[str]:
    """This project's service with its defaults, but for the memory in which it keeps answers, in MB."""
    at = port()
    command = [sys.executable, "-m", "isgkg", "serve", "--port", str(at), "--keep", str(keep)]
    with served(command, f"http://127.0.0.1:{at}/sparql", **{ENVIRONMENT: str(release)}) as url:
        yield url


@contextmanager
def oxigraph(release: Path) -> Iterator[str]:
    """Oxigraph's own server: no deadline, no caps, no workers."""
    with tempfile.TemporaryDirectory() as folder:
        binary = str(Path(sys.executable).with_name("oxigraph"))
        subprocess.run([binary, "load", "-l", folder, "-f", str(release / NQUADS)], check=True, capture_output=True)
        at = port()
        command = [binary, "serve-read-only", "-l", folder, "-b", f"127.0.0.1:{at}", "--union-default-graph"]
        with served(command, f"http://127.0.0.1:{at}/query") as url:
            yield url


@contextmanager
def rdflib_endpoint(release: Path) -> Iterator[str]:
    """rdflib-endpoint, of one process."""
    with tempfile.TemporaryDirectory() as folder:
        turtle = Path(folder, "release.ttl")
        store = pyoxigraph.Store()
        for quad in pyoxigraph.parse(path=str(release / NQUADS), format=pyoxigraph.RdfFormat.N_QUADS):
            store.add(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object))
        store.dump(str(turtle), format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
        at = port()
        command = [str(Path(sys.executable).with_name("rdflib-endpoint")), "serve", "--host", "127.0.0.1", "--port", str(at), str(turtle)]
        with served(command, f"http://127.0.0.1:{at}/") as url:
            yield url


SERVERS: dict[str, tuple[Callable[[Path], AbstractContextManager[str]], tuple[str, ...]]] = {
    "isgkg": (isgkg, ("point lookup", "50-row join", "10,000 rows")),
    "isgkg, as it comes": (partial(isgkg, keep=32), ("cached answer",)),
    "oxigraph serve-read-only": (oxigraph, ("point lookup", "50-row join", "10,000 rows", "cached answer")),
    "rdflib-endpoint": (rdflib_endpoint, ("point lookup", "50-row join", "10,000 rows", "cached answer")),
}
"""Each with what is asked of it. Only this project's service keeps answers, which would hide what asking costs: that is measured apart."""
QUERIES = {"point lookup": LOOKUP, "50-row join": JOIN, "10,000 rows": ROWS, "cached answer": CACHED}


def hostile(url: str, stop: threading.Event, per_second: float) -> None:
    """Send queries that hang or eat all memory, in turn, without waiting for their answers."""
    for query in itertools.cycle((HANGING, EATING)):
        if stop.wait(1 / per_second):
            return
        threading.Thread(target=_send, args=(url, query), daemon=True).start()


def _send(url: str, query: str) -> None:
    with suppress(OSError):
        urllib.request.urlopen(f"{url}?{urlencode({'query': PREFIXES + query})}", timeout=30).read()


def main() -> None:
    """Print the figures."""
    release = locate()
    print(f"{CLIENTS} clients, {SECONDS} s each, median of {ROUNDS} rounds\n{HEAD}")
    found: dict[tuple[str, str], list[Measured]] = {}
    with ExitStack() as running:
        urls = {name: running.enter_context(serve(release)) for name, (serve, _) in SERVERS.items()}
        for workload, (name, (_, workloads)) in itertools.product(QUERIES, SERVERS.items()):
            if workload in workloads:
                found[workload, name] = []
        for _ in range(ROUNDS):
            for (workload, name), rounds in found.items():
                rounds.append(load(urls[name], QUERIES[workload]))
    middle = {key: sorted(rounds, key=lambda one: one.rate)[ROUNDS // 2] for key, rounds in found.items()}
    for (workload, name), measured in middle.items():
        print(f"{name:28}{workload:18}{measured.line()}", flush=True)
    capacity = middle["50-row join", "isgkg"].rate
    print(f"\nisgkg, 50-row join\n{HEAD}")
    with isgkg(release) as url:
        stop = threading.Event()
        bad = 0.004 * capacity  # 0.2 % of the requests hang, 0.2 % eat all memory
        sender = threading.Thread(target=hostile, args=(url, stop, bad))
        sender.start()
        measured = load(url, JOIN, clients=16, seconds=2 * SECONDS)
        stop.set()
        sender.join()
        print(f"{f'16 clients, beside {bad:.0f} hostile queries a second':46}{measured.line()}", flush=True)
    with isgkg(release) as url:
        print(f"{f'open loop at {2 * capacity:,.0f} a second':46}{arriving(url, JOIN, 2 * capacity, 2 * SECONDS).line()}", flush=True)
    with isgkg(release) as url:
        print(f"{'2,000 clients':46}{load(url, JOIN, clients=2000, seconds=2 * SECONDS).line()}", flush=True)


if __name__ == "__main__":
    main()
