"""`isgkg validate` as its users run it, with all rules: one record, and ten thousand in several formats.

Flows in: made-up records (benchmarks/records.py). Flows out: a table of wall time and peak memory, from cold start to report. The made-up
records leave many fields out, so that each has some 35 findings.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import records
from isgkg import files
from isgkg.release.build import build
from isgkg.release.locate import ENVIRONMENT

COUNT = 10_000


def run(arguments: Sequence[str], release: Path) -> tuple[float, float]:
    """Seconds and peak memory in MB of `isgkg validate` in a fresh process."""
    command = [sys.executable, "-m", "isgkg", "validate", "--summary", *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, ENVIRONMENT: str(release)}, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        release, many = Path(folder, "release"), Path(folder, "many")
        build(files.root()).write(release)
        many.mkdir()
        for number, text in enumerate(records.yaml_files(COUNT)):
            (many / f"{number:05}.yaml").write_text(text, encoding="utf-8")
        turtle = Path(folder, "records.ttl")
        records.write(turtle, records.turtle(COUNT))
        print("isgkg validate, all rules, cold start to report")
        for name, path, target in (
            ("one YAML record", files.root() / "data/examples/experiment.yaml", "target 1.5 s"),
            (f"{COUNT:,} records in one Turtle file", turtle, ""),
            (f"{COUNT:,} records in as many YAML files", many, ""),
        ):
            seconds, megabytes = run([str(path)], release)
            print(f"{name:<44}{seconds:>8.2f} s{megabytes:>8.0f} MB   {target}")


if __name__ == "__main__":
    main()
