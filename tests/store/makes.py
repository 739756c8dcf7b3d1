"""Servers of other makes with the release loaded, each on free ports and in a folder of its own, ended with the context."""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
VIRTUOSO = shutil.which("virtuoso-t")
_LOADER = "isql-vt"
_START_SECONDS = 60

_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextlib.contextmanager
def oxigraph(nquads: Path, folder: Path) -> Iterator[str]:
    """The address of an `oxigraph serve` with this release."""
    assert OXIGRAPH is not None
    port, store = free_port(), str(folder / "db")
    subprocess.run([OXIGRAPH, "load", "--location", store, "--file", str(nquads)], check=True, capture_output=True)
    with _running([OXIGRAPH, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"], folder, port):
        yield f"http://127.0.0.1:{port}/query"


@contextlib.contextmanager
def virtuoso(nquads: Path, folder: Path, *, rows: int = 1_000_000) -> Iterator[str]:
    """The address of a Virtuoso with this release, which gives at most so many rows."""
    assert VIRTUOSO is not None
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=sql, http=http, folder=folder, rows=rows))
    shutil.copy(nquads, folder / "release.nq")
    load = f"DB.DBA.TTLP_MT(file_to_string_output('{folder / 'release.nq'}'), '', 'urn:isgkg:none', 512, 1);"
    with _running([VIRTUOSO, "-f", "-c", "virtuoso.ini"], folder, http, sql):
        subprocess.run([_LOADER, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], check=True, capture_output=True)
        yield f"http://127.0.0.1:{http}/sparql"


@contextlib.contextmanager
def _running(command: Sequence[str], folder: Path, *ports: int) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for port in ports:
            _wait(process, port)
        yield
    finally:
        process.kill()
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    finish = time.monotonic() + _START_SECONDS
    while time.monotonic() < finish and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
