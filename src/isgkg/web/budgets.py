"""What one client may take of a service that all share: seconds of computing, mistakes and bytes, each minute.

Flows in: the address of a client, and what its query took, or what it was sent. Flows out: nothing, or OverBudget with the seconds until
there is some left.

An account fills evenly up to a minute's worth, so that a burst is free and a steady stream is held to the rate (a token bucket). Accounts
are those of a server process: a client that is served by several has as many.
"""

import functools
import ipaddress
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from isgkg.errors import EngineFailure, OverBudget, Overloaded, QueryError, QueryTimeout

_MINUTE = 60.0
_IPV6_NETWORK = 56
"""Bits of an IPv6 address that name what one customer gets: whoever has one has all addresses in it."""
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")
"""How some proxies write a client's address."""
_LONGEST = 100
"""Characters of an address that are looked at."""
_UNKNOWN = "unknown"
"""The account of all clients whose address cannot be read."""


@dataclass(frozen=True, kw_only=True)
class BudgetOptions:
    """What a client has each minute: `seconds` in the engine, `errors`, queries that fail, and `bytes` that it is sent: what it does not
    fetch stays in memory for half a minute. `clients` bounds the accounts kept.

    Clients of this machine (loopback) have no limit unless `local`: behind a proxy that does not tell whom it serves, they are everybody.
    """

    seconds: float = 60.0
    errors: int = 60
    bytes: int = 2**30
    clients: int = 10_000
    local: bool = False


@dataclass
class _Account:
    """What is left, as of `at`."""

    seconds: float
    errors: float
    bytes: float
    at: float


@dataclass
class Budgets:
    """The accounts, by client; thread-safe. `clock` gives seconds, `work` those that the current thread has computed."""

    options: BudgetOptions = field(default_factory=BudgetOptions)
    clock: Callable[[], float] = time.monotonic
    work: Callable[[], float] = time.thread_time

    def __post_init__(self) -> None:
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def charged(self, address: str | None) -> Iterator[Callable[[float], None]]:
        """Read, run and answer a query inside. What is yielded takes the seconds that it took in the engine; what this thread computes
        meanwhile is added.

        Raises OverBudget at once where nothing is left. A query that fails costs an error, and its time if it was stopped or crashed; one
        that was not run for want of a place costs nothing.
        """
        client = account(address, local=self.options.local)
        if client is None:
            yield lambda _: None
            return
        self._admit(client)
        start, worked = self.clock(), self.work()
        try:
            yield lambda seconds: self._charge(client, seconds=seconds)
        except Overloaded:
            raise
        except (QueryTimeout, EngineFailure):
            self._charge(client, seconds=self.clock() - start, errors=1)
            raise
        except QueryError:
            self._charge(client, seconds=self.work() - worked, errors=1)
            raise
        self._charge(client, seconds=self.work() - worked)

    def allow(self, client: str) -> None:
        """Raises OverBudget where the client, by the name of its account, may be sent nothing more now."""
        with self._lock:
            left = self._account(client).bytes
        if left <= 0:
            most = self.options.bytes
            raise OverBudget("web.budget.bytes", mib=most / 2**20, retry_after=max(1, ceil(-left * _MINUTE / most)))

    def sent(self, client: str, size: int) -> None:
        """Charge the client for bytes."""
        self._charge(client, size=size)

    def _admit(self, client: str) -> None:
        with self._lock:
            account = self._account(client)
            options = self.options
            waits = [-account.seconds * _MINUTE / options.seconds] if account.seconds <= 0 else []
            waits += [(1 - account.errors) * _MINUTE / options.errors] if account.errors < 1 else []
        if waits:
            raise OverBudget("web.budget", seconds=options.seconds, errors=options.errors, retry_after=max(1, ceil(max(waits))))

    def _charge(self, client: str, *, seconds: float = 0.0, errors: int = 0, size: int = 0) -> None:
        with self._lock:
            account = self._account(client)
            account.seconds -= seconds
            account.errors -= errors
            account.bytes -= size
            self._accounts[client] = account
            self._accounts.move_to_end(client)
            while len(self._accounts) > self.options.clients:
                self._accounts.popitem(last=False)

    def _account(self, client: str) -> _Account:
        """The account as of now; a full one where there is none. The lock is held."""
        now, options = self.clock(), self.options
        account = self._accounts.get(client)
        if account is None:
            return _Account(options.seconds, float(options.errors), float(options.bytes), now)
        share = (now - account.at) / _MINUTE
        account.seconds = min(options.seconds, account.seconds + share * options.seconds)
        account.errors = min(float(options.errors), account.errors + share * options.errors)
        account.bytes = min(float(options.bytes), account.bytes + share * options.bytes)
        account.at = now
        return account


def account(address: str | None, *, local: bool) -> str | None:
    """The name of the account of the client with this address; None for one without limits: of this machine, unless `local`."""
    return _account((address or "")[:_LONGEST], local=local)


@functools.lru_cache(maxsize=4096)
def _account(address: str, *, local: bool) -> str | None:
    match = _WITH_PORT.fullmatch(address)
    try:
        known = ipaddress.ip_address((match[1] or match[2] if match else address).partition("%")[0])
    except ValueError:
        return _UNKNOWN if address or local else None  # without an address: a socket of this machine
    if known.is_loopback and not local:
        return None
    if isinstance(known, ipaddress.IPv6Address) and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, _IPV6_NETWORK), strict=False))
    return str(getattr(known, "ipv4_mapped", None) or known)
