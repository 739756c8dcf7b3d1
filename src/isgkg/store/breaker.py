"""A circuit breaker: whoever asks a store that is down is told so at once, and the store is left alone while it recovers.

Flows in: calls. Flows out: what they give, or StoreUnavailable without the call being made.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from isgkg import messages
from isgkg.errors import StoreUnavailable

_Result = TypeVar("_Result")
Failures = tuple[type[Exception], ...]


class Breaker:
    """Closed, it lets calls through; after `most` failures in a row it opens, and refuses them for `rest` seconds.

    Then it is half open: one call goes through, and opens it again by a failure or closes it by whatever else comes of it. Thread-safe.
    `clock` gives seconds; `notice` is told when it opens, with the error that did it, and with None when it closes: not at each trial in
    between.
    """

    def __init__(
        self,
        *,
        most: int,
        rest: float,
        clock: Callable[[], float] = time.monotonic,
        notice: Callable[[BaseException | None], object] = lambda _: None,
    ) -> None:
        self._most = most
        self._rest = rest
        self._clock = clock
        self._notice = notice
        self._lock = threading.Lock()  # of what follows
        self._failures = 0
        self._opened: float | None = None
        self._trying = False

    def run(self, call: Callable[[], _Result], failures: Failures) -> _Result:
        """What `call` gives. Exceptions of the classes `failures` count; any other means that the server has answered.

        Raises StoreUnavailable while it is open, and what `call` raises.
        """
        trial = self._admit()
        try:
            result = call()
        except BaseException as error:
            failed = isinstance(error, failures)
            if self._end(failed=failed, trial=trial):
                self._notice(error if failed else None)
            raise
        if self._end(failed=False, trial=trial, succeeded=True):
            self._notice(None)
        return result

    def _admit(self) -> bool:
        """Whether the call is a trial. Raises StoreUnavailable."""
        with self._lock:
            if self._opened is None:
                return False
            left = self._opened + self._rest - self._clock()
            if left > 0 or self._trying:
                raise StoreUnavailable(messages.both("store.cause.resting"), retry_after=max(math.ceil(left), _SHORTEST))
            self._trying = True
            return True

    def _end(self, *, failed: bool, trial: bool, succeeded: bool = False) -> bool:
        """Whether it has opened or closed by this end of a call."""
        with self._lock:
            was_closed = self._opened is None
            if trial:
                self._trying = False
            if failed:
                self._failures += 1
                if trial or self._failures >= self._most:
                    self._opened = self._clock()
            elif trial or (succeeded and self._opened is None):
                self._failures = 0
                self._opened = None
            return was_closed != (self._opened is None)


_SHORTEST: Final = 1
"""Seconds: Retry-After takes whole ones."""
