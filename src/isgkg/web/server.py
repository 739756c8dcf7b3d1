"""The production server: granian, which pip installs.

Flows in: the folder of a release, and options. Flows out: nothing; it serves until it is stopped.
"""

import json
import os
import resource
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from isgkg import __version__, messages
from isgkg.errors import InputError
from isgkg.messages import Language
from isgkg.release import copies
from isgkg.release.locate import ENVIRONMENT
from isgkg.web import bodies, crowd
from isgkg.web.fronts import Fronts

SETTINGS = "ISGKG_SERVE"
"""The variable by which the options reach the server's processes, as JSON."""
_STOP_SECONDS = 6
"""How long a process may take to finish its requests when the server stops: the deadline of a query, and a second."""


_HEADER_SECONDS = 10
"""How long a connection may be idle, or take to send the headers of a request."""
_HEADER_BYTES = 128 * 1024
"""Headers of a request, its URL among them."""
_CONNECTIONS = 16384
"""Connections that a process holds at once; more wait. Two processes hold more than can be opened from one address (some 28,000 ports)."""
_OTHER_FILES = 1024
"""Files that a process needs beside them, at most."""


@dataclass(frozen=True, kw_only=True)
class ServeOptions:
    """Where to listen, with how many processes of `threads` threads each, where the release is asked, and what of `WebOptions` can be set.

    A query under way holds its thread until the deadline, so there are as many threads as the pool has places (workers, waiting and slow),
    those that make pages or wait to, and those that receive bodies.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 2
    threads: int = 26 + crowd.PLACES + crowd.WAITING + bodies.PLACES
    lang: Language = "zh"
    store: str = copies.MEMORY
    proxies: int = 0
    budget_seconds: float = 60.0
    budget_errors: int = 60
    budget_bytes: int = 2**30
    kept_bytes: int = 32 * 2**20


def serve(release: Path, options: ServeOptions) -> None:
    """Serve the release until stopped; prints the address first. Raises InputError where the port cannot be used."""
    address = _address(options.host)
    port = _free(address, options)
    connections = _allow_connections()
    # The processes that granian starts find the release as any command would: by name in the environment.
    os.environ[ENVIRONMENT] = str(release)
    os.environ[copies.ENVIRONMENT] = options.store
    os.environ[SETTINGS] = json.dumps(
        {
            "proxies": options.proxies,
            "seconds": options.budget_seconds,
            "errors": options.budget_errors,
            "bytes": options.budget_bytes,
            "kept": options.kept_bytes,
        }
    )
    shown = f"[{address}]" if ":" in address else options.host or address
    click.echo(messages.text("cli.serve.address", options.lang, version=__version__, host=shown, port=port))
    server: type[Any] = Fronts if sys.platform == "linux" else Granian
    server(
        "isgkg.web.wsgi:create",
        factory=True,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # to tell HTTP/2 from it, the server would wait for the first bytes for ever
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000, max_buffer_size=_HEADER_BYTES),
        backpressure=connections,
        workers=options.processes,
        blocking_threads=options.threads,
        workers_kill_timeout=_STOP_SECONDS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


def _allow_connections() -> int:
    """The connections that a process may hold: each is an open file, of which systems allow few to begin with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(wanted - _OTHER_FILES, wanted // 2)


def _address(host: str) -> str:
    """The address that a name stands for: granian takes no names. Of IPv4 and IPv6 the former; for no name, all of this machine's."""
    try:
        found = socket.getaddrinfo(host or None, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InputError("cli.serve.host-unusable", host=host) from error
    return str(min(found, key=lambda each: each[0] != socket.AF_INET)[4][0])


def _free(address: str, options: ServeOptions) -> int:
    """The port, tried before anything is started, so that a taken one gives one sentence; for 0 a free one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, options.port))
        except OSError as error:
            raise InputError("cli.serve.taken", host=options.host, port=options.port) from error
        return int(trial.getsockname()[1])
