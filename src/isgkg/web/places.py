"""Places that clients share, so that many of one kind of request are in the way of that kind only, and of one client's first.

Flows in: the address of a client. Flows out: a place for as long as it is needed, or Overloaded.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from isgkg.errors import Overloaded
from isgkg.web.budgets import account


class Places:
    """`number` places of a server process; thread-safe. One client has at most `each`, but for those of this machine, which may be a proxy,
    unless `local`. `key` names the sentence for those who find none.
    """

    def __init__(self, number: int, *, each: int, key: str, local: bool) -> None:
        self._number = number
        self._each = each
        self._key = key
        self._local = local
        self._lock = threading.Lock()
        self._clients = Counter[str]()

    @contextmanager
    def taken(self, address: str | None) -> Iterator[None]:
        """A place for the client with this address. Raises Overloaded where all, or all that one client may have, are taken."""
        client = account(address, local=self._local) or ""
        most = self._each if client else self._number
        with self._lock:
            if self._clients.total() >= self._number or self._clients[client] >= most:
                raise Overloaded(self._key)
            self._clients[client] += 1
        try:
            yield
        finally:
            with self._lock:
                self._clients[client] -= 1
                if not self._clients[client]:
                    del self._clients[client]
