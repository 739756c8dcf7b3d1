"""The pool: public queries in processes that can be killed.

Flows in: public queries, from any number of threads. Flows out: serialized answers, or a QueryError by the deadline.

A query gets one of a few fast places. One that takes longer than `slow_after` moves to the slow lane: its process gets low priority, and
its fast place a new process, so that short queries never wait for long ones.
"""

import os
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from isgkg.errors import EngineFailure, Overloaded, QueryTimeout
from isgkg.store import inspection, tokens
from isgkg.store.base import Answer, QueryRequest
from isgkg.store.processes import ForkserverProcess, WorkerProcess


@dataclass(frozen=True, kw_only=True)
class PoolOptions:
    """How much public queries may take. Times in seconds, `deadline` from the call of `run`, so that waiting counts.

    At most `workers` queries run in the fast lane and `slow_places` in the slow one, at niceness `slow_nice`; `waiting` more wait for a
    fast place, for `wait_seconds`. `memory_bytes` is what a worker may take above the release itself, so that a pool takes at most
    (workers + slow_places) times as much. `answer_bytes` caps a serialized answer.
    """

    workers: int = 2
    waiting: int = 16
    wait_seconds: float = 2.0
    slow_after: float = 0.1
    slow_places: int = 8
    slow_nice: int = 19
    deadline: float = 5.0
    memory_bytes: int = 256 * 2**20
    answer_bytes: int = 16 * 2**20
    limits: inspection.Limits = inspection.DEFAULT_LIMITS


DEFAULT_OPTIONS = PoolOptions()


class _Lease:
    """A query's hold on a place, and on the worker there, once it has one."""

    def __init__(self) -> None:
        self.lane: Literal["waiting", "fast", "slow"] = "waiting"
        self.worker: WorkerProcess | None = None
        self.reusable = False
        self.decided = threading.Event()


class QueryPool:
    """Runs public queries against the release in `place`, N-Quads or a store on disk; thread-safe. It belongs to the process that made it.

    Construction loads the release, and raises ReleaseError where that fails.
    """

    def __init__(self, place: Path, options: PoolOptions = DEFAULT_OPTIONS) -> None:
        self._options = options
        self._owner = os.getpid()
        self._lock = threading.Lock()  # of what follows
        self._idle: list[WorkerProcess] = []
        self._waiting: deque[_Lease] = deque()  # empty where a fast place is free
        self._fast = self._slow = 0
        self._closed = False
        self._forkserver = ForkserverProcess(place, memory_bytes=options.memory_bytes, nice=options.slow_nice)
        with self._lock:
            self._refill()

    def run(self, request: QueryRequest, form: inspection.QueryForm | None = None) -> Answer:
        """The answer to `request`. `form` is what `inspection.inspect` gave for its text, where the caller has inspected it already.

        Raises QuerySyntaxError, QueryRefused, QueryTooComplex, AnswerTooLarge, QueryTimeout at the deadline, EngineFailure where the engine
        crashes or runs out of memory, Overloaded where no place gets free, QueryError for what else the engine cannot do.
        """
        if os.getpid() != self._owner:
            raise RuntimeError("a QueryPool belongs to the process that made it")
        finish = time.monotonic() + self._options.deadline
        if form is None:
            inspection.inspect(request.query, self._options.limits)
        lease = _Lease()
        try:
            self._take_place(lease, finish)
            lease.worker = self._worker()
            if "\\" in request.query:
                request = replace(request, query=tokens.decode(request.query))
            return self._ask(lease, lease.worker, request, finish)
        finally:
            self._give_back(lease)

    @property
    def limits(self) -> inspection.Limits:
        """What `inspection.inspect` allows a query of this pool."""
        return self._options.limits

    @property
    def is_crowded(self) -> bool:
        """Whether a query would find neither a place nor one to wait in; as of this moment, without the lock."""
        return len(self._waiting) >= self._options.waiting

    def close(self) -> None:
        """End all processes. Queries under way, and later ones, raise Overloaded."""
        with self._lock:
            self._closed = True
            for worker in self._idle:
                worker.close()
            self._idle.clear()
            for lease in self._waiting:
                lease.decided.set()
            self._waiting.clear()
        self._forkserver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, lease: _Lease, worker: WorkerProcess, request: QueryRequest, finish: float) -> Answer:
        options = self._options
        try:
            worker.send(request, options.answer_bytes, finish)
            if not worker.replies_by(min(time.monotonic() + options.slow_after, finish)):
                self._move_to_slow_lane(lease)
                self._forkserver.slow(worker)
            reply = worker.receive(finish)
        except TimeoutError as error:
            raise QueryTimeout("query.timeout", seconds=f"{options.deadline:g}") from error
        except (EOFError, OSError) as error:
            if self._closed:
                raise Overloaded from error
            raise EngineFailure("query.engine") from error
        lease.reusable = reply.reusable
        if reply.error is not None:
            raise reply.error
        return Answer(body=reply.body, media_type=request.media_type, seconds=reply.seconds)

    def _take_place(self, lease: _Lease, finish: float) -> None:
        """Take a fast place, in the order of arrival: else a thread that asks again at once would never let the others in.

        Raises Overloaded.
        """
        with self._lock:
            if self._closed:
                raise Overloaded
            if self._fast < self._options.workers:
                self._fast += 1
                lease.lane = "fast"
                return
            if len(self._waiting) >= self._options.waiting:
                raise Overloaded
            self._waiting.append(lease)
        lease.decided.wait(min(self._options.wait_seconds, finish - time.monotonic()))
        with self._lock:
            if lease.lane == "waiting":
                raise Overloaded

    def _worker(self) -> WorkerProcess:
        """A living worker for a fast place. Raises as `ForkserverProcess.fork` does."""
        with self._lock:
            while self._idle:
                if self._idle[-1].is_idle():
                    return self._idle.pop()
                self._idle.pop().close()
        return self._forkserver.fork()

    def _move_to_slow_lane(self, lease: _Lease) -> None:
        """Give the fast place of a query free, with a new worker. Raises Overloaded where the slow lane is full."""
        with self._lock:
            if self._slow >= self._options.slow_places:
                raise Overloaded
            self._slow += 1
            lease.lane = "slow"
            self._fast -= 1
            self._refill()
            self._admit()

    def _give_back(self, lease: _Lease) -> None:
        """End a lease: its worker becomes idle again where it can, else it is killed and replaced."""
        worker = lease.worker
        with self._lock:
            if lease.lane == "slow":
                self._slow -= 1
            elif lease.lane == "fast":
                self._fast -= 1
                if worker is not None and lease.reusable and not self._closed:
                    self._idle.append(worker)
                    worker = None
            elif lease in self._waiting:
                self._waiting.remove(lease)
            self._admit()
        if worker is not None:
            worker.close()
            self._forkserver.kill(worker)
            with self._lock:
                self._refill()

    def _admit(self) -> None:
        """Hand free fast places to the queries that have waited longest. The lock is held."""
        while self._waiting and self._fast < self._options.workers:
            lease = self._waiting.popleft()
            self._fast += 1
            lease.lane = "fast"
            lease.decided.set()

    def _refill(self) -> None:
        """Start workers for the free fast places, so that no query waits for one; the next query restarts a dead forkserver.

        The lock is held.
        """
        while not self._closed and len(self._idle) + self._fast < self._options.workers:
            worker = self._forkserver.fork_if_alive()
            if worker is None:
                return
            self._idle.append(worker)
