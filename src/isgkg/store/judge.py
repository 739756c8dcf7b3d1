"""Whose fault it is that a remote server did not answer a query.

Flows in: a query that a server has refused, or failed at. Flows out: the error that the embedded engine finds in it, as the store in memory
would say it, or nothing. The query runs on an empty store, in a process that can be killed: even on no data a query can take any time and
any memory.
"""

import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

from isgkg.errors import IsgkgError, Overloaded, QueryError, QuerySyntaxError
from isgkg.store import inspection
from isgkg.store.base import QueryRequest
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS
from isgkg.store.pool import PoolOptions, QueryPool

_NOTHING: Final = Path(os.devnull)
_OPTIONS: Final = PoolOptions(workers=1, slow_places=1, wait_seconds=0.5, deadline=1.0, memory_bytes=128 * 2**20, answer_bytes=2**20)
_FAULTS: Final = (QuerySyntaxError, QueryError, Overloaded)
"""The classes, themselves, of what is the query's fault, and of a judge who has no time for it; others say that it cannot be told."""


class Judge:
    """Looks for faults in queries; thread-safe. Its processes start with the first query that is looked at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of what follows
        self._pool: QueryPool | None = None
        self._closed = False

    def fault(self, request: QueryRequest, form: inspection.QueryForm) -> QueryError | None:
        """What is wrong with the query; None where nothing is, and where it cannot be told; Overloaded where too many are asked about."""
        media = next(iter(TABLE_FORMATS if form in {"SELECT", "ASK"} else GRAPH_FORMATS))
        try:
            inspection.inspect(request.query)
            pool = self._started()
            if pool is not None:
                pool.run(replace(request, media_type=media), form)
        except QueryError as error:
            return error if type(error) in _FAULTS else None
        except IsgkgError:  # its process cannot be started
            return None
        return None

    def close(self) -> None:
        """End its processes."""
        with self._lock:
            self._closed = True
            if self._pool is not None:
                self._pool.close()

    def _started(self) -> QueryPool | None:
        with self._lock:
            if self._pool is None and not self._closed:
                self._pool = QueryPool(_NOTHING, _OPTIONS)
            return self._pool
