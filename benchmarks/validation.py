"""Validation from file to report: this engine, pySHACL and other peers, side by side in one run.

Flows in: made-up records (benchmarks/records.py), the guideline's graph, benchmarks/shapes.ttl. Flows out: a table of wall time and peak
memory, and whether the results agree. Each measurement is a process of its own, from the files to the last result. Run as
`python -m benchmarks.validation [--peers] [--large] [COUNT ...]`. --peers installs shacl-engine (npm) and pyrudof (PyPI) into the
temporary folder; --large adds 100,000 records for this engine alone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import records
from isgkg import names

SHAPES: Final = Path(__file__).parent / "shapes.ttl"
COUNTS: Final = (100, 1_000, 10_000)
LARGE: Final = 100_000
TIMEOUT: Final = 1_800
Row = tuple[str, str, str, str]
"""Focus node, path, component, value; blank nodes are []."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One run: seconds from start to end, peak memory in MB, and the results."""

    seconds: float
    megabytes: float
    rows: Counter[Row]


def ours(data: Path, guideline: Path) -> Iterable[Row]:
    """The results of this engine."""
    from pyoxigraph import RdfFormat, parse

    from isgkg.shacl import Lexical, Shapes, validate
    from isgkg.store.loading import RdfFile, load

    base = list(parse(path=str(guideline), format=RdfFormat.N_TRIPLES))
    loaded = load([RdfFile(content=data, format=RdfFormat.TURTLE, base_iri=names.BASE)], base)
    shapes = Shapes.of(parse(path=str(SHAPES), format=RdfFormat.TURTLE))
    for result in validate(loaded.store, shapes, lexical=Lexical.of(loaded.literals)):
        yield _row(result.focus_node, result.path and str(result.path), result.component, result.value)


def pyshacl(data: Path, guideline: Path) -> Iterable[Row]:
    """The results of pySHACL."""
    import logging

    import pyshacl as engine
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it logs each ill-typed literal
    graph = rdflib.Graph()
    graph.parse(data, format="turtle")
    graph.parse(guideline, format="nt")
    _, report, _ = engine.validate(graph, shacl_graph=str(SHAPES), inplace=True, advanced=False)
    sh = rdflib.Namespace(names.SH)
    for result in report.objects(None, sh.result):
        parts = (report.value(result, sh[local]) for local in ("focusNode", "resultPath", "sourceConstraintComponent", "value"))
        focus, path, component, value = ("[]" if isinstance(part, rdflib.BNode) else part and part.n3() for part in parts)
        yield _row(focus, path, component.strip("<>"), value)


# The peers below run where this project is not installed; they take data, guideline and shapes, and print the results as `child` does.
RUDOF_PY: Final = """
import json
import sys
import pyrudof
data, guideline, shapes = sys.argv[1:]
engine = pyrudof.Rudof(pyrudof.RudofConfig())
engine.read_data(data, pyrudof.RDFFormat.Turtle)
engine.read_data(guideline, pyrudof.RDFFormat.NTriples, merge=True)
engine.read_shacl(shapes, pyrudof.ShaclFormat.Turtle)
for result in engine.validate_shacl():
    print(json.dumps([result.focus_node, result.path, result.constraint_component, result.value]))
"""

ENGINE_JS: Final = """
import { createReadStream } from 'node:fs'
import rdf from 'rdf-ext'
import { StreamParser } from 'n3'
import { Validator } from 'shacl-engine'
const [data, guideline, shapes] = process.argv.slice(2)
async function read(...paths) {
  const dataset = rdf.dataset()
  for (const [number, path] of paths.entries()) {
    const parser = new StreamParser({ blankNodePrefix: `f${number}` })
    createReadStream(path).pipe(parser)
    for await (const quad of parser) dataset.add(quad)
  }
  return dataset
}
const text = term => !term ? '' : term.termType === 'BlankNode' ? '[]' : term.value
const validator = new Validator(await read(shapes), { factory: rdf })
const report = await validator.validate({ dataset: await read(data, guideline) })
for (const result of report.results) {
  const path = result.path?.length === 1 ? [...result.path[0].predicates][0] : result.path?.length ? { termType: 'BlankNode' } : null
  console.log(JSON.stringify([result.focusNode.term, path, result.constraintComponent, result.value?.term].map(text)))
}
"""


def _row(focus: object, path: object, component: object, value: object) -> Row:
    """A result in one form: IRIs and literals as their text."""
    path_text = _text(path)  # a path that is no predicate is a blank node of the shapes, or some engine's own text
    return _text(focus), "[]" if path_text.startswith("(") else path_text, str(component).removeprefix(names.SH), _text(value)


def _text(node: object) -> str:
    if node is None:
        return ""
    text = str(node)
    if text.startswith("_:") or text.startswith("["):
        return "[]"
    if text.startswith('"'):
        return text[1 : text.rindex('"')]
    return text.strip("<>")


ENGINES: Final[Mapping[str, Callable[[Path, Path], Iterable[Row]]]] = {"isgkg": ours, "pySHACL": pyshacl}


def child(engine: str, data: str, guideline: str) -> None:
    """What runs in a process of its own: prints the results, one a line."""
    for row in ENGINES[engine](Path(data), Path(guideline)):
        print(json.dumps(row))


def measure(command: Sequence[str], out: Path) -> Measured | str:
    """Run a command that prints results; what went wrong, where it does not."""
    start = time.perf_counter()
    with out.open("wb") as file, out.with_suffix(".err").open("wb") as errors:
        process = subprocess.Popen(command, stdout=file, stderr=errors)
        deadline = start + TIMEOUT
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                return f"more than {TIMEOUT} s"
            time.sleep(0.01)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return f"failed: {out.with_suffix('.err').read_text(errors='replace').strip().splitlines()[-1:]}"
    rows = Counter(_row(*json.loads(line)) for line in out.read_text(encoding="utf-8").splitlines())
    return Measured(seconds=seconds, megabytes=usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024), rows=rows)


def install(folder: Path) -> dict[str, list[str]]:
    """The commands of the peers that could be installed."""
    found: dict[str, list[str]] = {}
    try:
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        python = str(folder / "venv/bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pyrudof"], check=True)
        (folder / "engine.py").write_text(RUDOF_PY, encoding="utf-8")
        found["rudof"] = [python, str(folder / "engine.py")]
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"rudof: not installed ({error})", file=sys.stderr)
    if shutil.which("npm"):
        (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        (folder / "engine.js").write_text(ENGINE_JS, encoding="utf-8")
        if not subprocess.run(["npm", "install", "--silent", "shacl-engine", "rdf-ext", "n3"], cwd=folder, check=False).returncode:
            found["shacl-engine"] = ["node", "--max-old-space-size=16000", str(folder / "engine.js")]
    return found


def write_guideline(path: Path) -> None:
    """The guideline's graph as N-Triples: what the default graph of a release holds."""
    from isgkg import files
    from isgkg.release.build import build

    folder = path.parent
    left_out = f" <{names.graph('shapes')}> ."
    build(files.root()).write(folder / "release")
    lines = (folder / "release" / "isgkg.nq").read_text(encoding="utf-8").splitlines()
    triples = {line.rsplit(" ", 2)[0] for line in lines if not line.endswith(left_out)}
    path.write_text("".join(f"{triple} .\n" for triple in sorted(triples)), encoding="utf-8")


def main(words: Sequence[str] | None = None) -> None:
    """Print the table. `words` are the arguments, those of the command line where they are None."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation")
    parser.add_argument("counts", nargs="*", type=int, default=COUNTS, metavar="COUNT")
    parser.add_argument("--peers", action="store_true", help="install shacl-engine and pyrudof, too (needs the network)")
    parser.add_argument("--large", action="store_true", help=f"{LARGE:,} records for this engine alone")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--guideline", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.child:
        child(*arguments.child)
        return
    if arguments.guideline:
        write_guideline(arguments.guideline)
        return
    own = [sys.executable, "-m", "benchmarks.validation", "--child"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = {"isgkg": [*own, "isgkg"], "pySHACL": [*own, "pySHACL"], **(install(folder) if arguments.peers else {})}
        guideline = folder / "guideline.nt"
        # In a process of its own: the peak of a new process counts what its parent held.
        subprocess.run([sys.executable, "-m", "benchmarks.validation", "--guideline", guideline], check=True)
        print(f"{'records':>8}  {'engine':<14}{'seconds':>9}{'MB':>8}  times ours  results")
        for count in [*arguments.counts, *([LARGE] if arguments.large else [])]:
            data = folder / f"{count}.ttl"
            records.write(data, records.turtle(count))
            _compare(count, {e: c for e, c in commands.items() if e == "isgkg" or count < LARGE}, data, guideline, folder)
            data.unlink()


def _compare(count: int, commands: Mapping[str, list[str]], data: Path, guideline: Path, folder: Path) -> None:
    """One block of the table: the first engine is the measure of the others."""
    first: Measured | None = None
    for engine, command in commands.items():
        further = [] if engine in ENGINES else [str(SHAPES)]
        found = measure([*command, str(data), str(guideline), *further], folder / "results")
        if isinstance(found, str):
            print(f"{count:>8,}  {engine:<14}{found}", flush=True)
            continue
        first = first or found
        times = found.seconds / first.seconds
        print(
            f"{count:>8,}  {engine:<14}{found.seconds:>9.2f}{found.megabytes:>8.0f}{times:>12.1f}  {_difference(found, first)}", flush=True
        )


def _difference(found: Measured, first: Measured) -> str:
    total = f"{found.rows.total():,}"
    if found.rows == first.rows:
        return f"{total}, the same"
    more, fewer = found.rows - first.rows, first.rows - found.rows
    sample = next(iter([*more, *fewer]))
    return f"{total}, {more.total()} more, {fewer.total()} fewer, such as {sample}"


if __name__ == "__main__":
    main()
