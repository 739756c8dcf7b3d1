"""Console blocks of the documentation: read them, run them, write their output.

`python -m tests.documents` runs every command of every ```console block and writes what it printed below it; tests/test_documents.py fails
where a document says something else than the command.
"""

import contextlib
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from isgkg.release import sources

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    "README.md",
    "README.zh.md",
    "docs/check-a-draft.md",
    "docs/check-a-draft.zh.md",
    "docs/commands.md",
    "docs/fill-in-a-record.md",
    "docs/fill-in-a-record.zh.md",
    "docs/receive-records.md",
    "docs/receive-records.zh.md",
    "docs/research.md",
    "docs/research.zh.md",
    "docs/sparql.md",
    "docs/sparql.zh.md",
)
RULES = "docs/record-rules.md"
SHOWN = "http://127.0.0.1:8000"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


def blocks(document: str) -> list[str]:
    """The console blocks of a document."""
    return _BLOCK.findall((ROOT / document).read_text(encoding="utf-8"))


def commands(block: str) -> list[str]:
    """The commands of a block: lines that begin with "$ ", continued while a quote is open."""
    found: list[str] = []
    lines = iter(block.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line.removeprefix("$ ")
            while not _closed(command):
                command += "\n" + next(lines)
            found.append(command)
    return found


def _closed(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def rendered(block: str, address: str) -> str:
    """The block as it should read: each command, then what it prints with the service at `address`."""
    return "".join(f"$ {command}\n{run(command, address)}" for command in commands(block))


def run(command: str, address: str) -> str:
    """What a command of the documentation prints; this interpreter's isgkg stands for that of .venv."""
    script = command.replace(".venv/bin/isgkg", f"{sys.executable} -m isgkg").replace(SHOWN, address)
    environment = {name: value for name, value in os.environ.items() if name not in {"ISGKG_LANG", "LANG", "LC_ALL"}}
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, encoding="utf-8")
    if done.returncode not in {0, 1}:  # 1: there are findings
        raise RuntimeError(done.stderr)
    return done.stdout.replace(address, SHOWN).replace(f"{sys.executable} -m isgkg", "isgkg")


def record_rules() -> str:
    """docs/record-rules.md, from the table of the rules."""
    rows = sources.read(ROOT).rules
    lines = []
    for rule in dict.fromkeys(row.id for row in rows):
        mine = [row for row in rows if row.id == rule]
        severities = ", ".join(mine[0].severities)
        rests = "; ".join(dict.fromkeys(f"{row.clause}「{row.quote}」" if row.span else row.source for row in mine))
        also = "; ".join(dict.fromkeys(row.source for row in mine if row.span and row.source))
        lines.append(f"| {rule} | {mine[0].zh}<br>{mine[0].en} | {severities} | {rests}{f'; {also}' if also else ''} |")
    return "\n".join([_RULES_HEAD, *lines]).replace("*", "\\*") + "\n"


_RULES_HEAD = """\
# 记录的规则 · Rules for records

E01–E67: 实验记录 records of experiments; D01–D36: 标准记录 records of standards. What each rests on is quoted from the guideline, or
named. Severities: violation 错误, warning 警告, info 提示; a rule with two has a stricter and a milder part. Rules named record-… are
about the form of a record: whether a file can be read, a key exists, a value is of its type. This table is made from
data/guideline/rules.tsv by `python -m tests.documents`.

| id | 要求 · what is asked | severity | 依据 · rests on |
|---|---|---|---|"""


@contextlib.contextmanager
def service() -> Iterator[str]:
    """A running `isgkg serve` on a free port; its address."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    arguments = [sys.executable, "-m", "isgkg", "serve", "--port", str(port), "--processes", "1"]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the service did not start")


def main() -> None:
    """Write the output of every command into its document."""
    (ROOT / RULES).write_text(record_rules(), encoding="utf-8")
    with service() as address:
        for document in DOCUMENTS:
            path = ROOT / document
            path.write_text(_BLOCK.sub(lambda match: rendered(match[0], address), path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
