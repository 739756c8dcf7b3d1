"""The service under load, beside its peers: requests a second and latency, with hostile queries, beyond capacity, with very many clients.

Flows in: a release; h2load (Debian: nghttp2-client), and the extra `bench` (oxigraph, rdflib-endpoint). Flows out: one line a measurement.
Run as `python -m benchmarks.service`.

Servers run one after the other, each alone with the load generator, on the machine's own cores.
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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph

from isgkg import names
from isgkg.release.locate import ENVIRONMENT, locate
from isgkg.release.output import NQUADS

SECONDS = 5
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


HEAD = f"{'':44}{'200/s':>9} {'p50 ms':>9} {'p99 ms':>9} {'503':>8} {'p99 ms':>9} {'others':>7} {'lost':>6}"


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Milliseconds that half and 99 % of the answers took at most."""
    if len(seconds) < 2:
        return (0.0, 0.0) if not seconds else (seconds[0] * 1e3, seconds[0] * 1e3)
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1e3, cuts[98] * 1e3


def load(url: str, query: str, *, clients: int = CLIENTS, seconds: float = SECONDS, rate: float | None = None) -> Measured:
    """h2load (HTTP/1.1, connections kept) with a query whose text differs each time; with `rate`, that many requests a second in all."""
    with tempfile.TemporaryDirectory() as folder:
        uris, log = Path(folder, "uris"), Path(folder, "log")
        texts = (PREFIXES + query.format(n=number) for number in range(60_000 if "{n}" in query else 1))
        uris.write_text("\n".join(f"{url}?{urlencode({'query': text})}" for text in texts) + "\n", encoding="utf-8")
        command = ["h2load", "--h1", "-t", "1", "-c", str(clients), "-D", f"{seconds:g}", "-i", str(uris), f"--log-file={log}"]
        command += ["-H", "Accept: application/sparql-results+json"]
        command += ["-m", "1"] if rate is None else [f"--rps={rate / clients:.3f}", "-m", "1"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        lines = [line.split("\t") for line in log.read_text(encoding="ascii").splitlines()]
    by_status: dict[int, list[float]] = {}
    for _, status, micros in lines:
        by_status.setdefault(int(status), []).append(int(micros) / 1e6)
    answered, refused = by_status.pop(200, []), by_status.pop(503, [])
    lost = sum(int(count) for name, count in _counts(said) if name in {"errored", "timeout"})
    others = sum(len(times) for status, times in by_status.items() if status > 0)
    return Measured(len(answered) / seconds, answered, refused, others, lost + len(by_status.get(-1, [])))


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
def isgkg(release: Path) -> Iterator[str]:
    """This project's service with its defaults."""
    at = port()
    command = [sys.executable, "-m", "isgkg", "serve", "--port", str(at)]
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


PEERS: dict[str, Callable[[Path], "contextmanager[str]"]] = {  # type: ignore[type-arg]
    "isgkg": isgkg,
    "oxigraph serve-read-only": oxigraph,
    "rdflib-endpoint": rdflib_endpoint,
}
WORKLOADS = {"point lookup": LOOKUP, "50-row join": JOIN, "10,000 rows": ROWS, "cached answer": CACHED}


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
    print(f"{CLIENTS} clients, {SECONDS} s each\n{HEAD}")
    capacity = 0.0
    for name, serve in PEERS.items():
        with serve(release) as url:
            for workload, query in WORKLOADS.items():
                found = load(url, query)
                print(f"{name:26}{workload:18}{found.line()}", flush=True)
                if (name, workload) == ("isgkg", "50-row join"):
                    capacity = found.rate
    print(f"\nisgkg, 50-row join\n{HEAD}")
    with isgkg(release) as url:
        stop = threading.Event()
        bad = 2 * 0.002 * capacity / 2  # 0.2 % of the requests hang, 0.2 % crash; half the rate, as they take what they can
        sender = threading.Thread(target=hostile, args=(url, stop, max(bad, 1.0)))
        sender.start()
        found = load(url, JOIN, clients=16, seconds=2 * SECONDS)
        stop.set()
        sender.join()
        print(f"{f'16 clients, beside {bad:.0f} hostile queries a second':44}{found.line()}", flush=True)
    for label, clients, rate in (
        (f"open loop at {2 * capacity:,.0f}/s", 400, 2 * capacity),
        ("2,000 clients", 2000, None),
    ):
        with isgkg(release) as url:
            print(f"{label:44}{load(url, JOIN, clients=clients, seconds=2 * SECONDS, rate=rate).line()}", flush=True)


if __name__ == "__main__":
    main()
