"""How long the commands take: build with and without the DL reasoner, --help, show, and the pages of a running service."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from isgkg import files
from isgkg.release.build import BuildOptions, build
from isgkg.release.locate import ENVIRONMENT
from isgkg.web.app import create_app

REPEATS = 5
PAGES = ("/", "/c/S301", "/c/K02", "/matrix", "/search?q=智能社会", "/scheme/S", "/src/isg2025", "/ont", "/sparql")


def median(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds, median of `repeats` runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def command(arguments: Sequence[str], release: Path, *, check: bool = True) -> Callable[[], object]:
    """The command line in a fresh process, its output thrown away; with `check` it has to exit with 0."""
    environment = {**os.environ, ENVIRONMENT: str(release)}
    return lambda: subprocess.run([sys.executable, "-m", "isgkg", *arguments], env=environment, stdout=subprocess.DEVNULL, check=check)


def row(name: str, seconds: float, target: str = "") -> None:
    print(f"{name:<44}{seconds * 1000:>10.1f} ms   {target}")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        print("commands (median, cold process for the command line)")
        row("build, without DL reasoner", median(lambda: build(files.root()), 3), "target 4 s")
        row("build, with HermiT", median(lambda: build(files.root(), BuildOptions(dl=True)), 3), "target 10 s")
        build(files.root()).write(out)
        row("isgkg --help", median(command(["--help"], out)), "target 250 ms")
        row("isgkg show S301", median(command(["show", "S301"], out)), "target 1 s")
        row("isgkg query, one row", median(command(["query", "SELECT * { c:S301 isg:textLabel ?label }"], out)))
        print("pages (median, in process)")
        client = create_app(out).test_client()
        for page in PAGES:
            row(page, median(lambda page=page: client.get(page, headers={"Accept": "text/html"}), 20))


if __name__ == "__main__":
    main()
