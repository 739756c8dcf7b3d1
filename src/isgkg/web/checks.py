"""Checks of what strangers send: each in a process of its own, so that it can be stopped and leaves nothing behind.

Flows in: a `Job`. Flows out: a Report, or a `Draft`. What is sent goes through pipes and memory only; isgkg.web.checker is the other end.
"""

import io
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, IntEnum
from pathlib import Path
from typing import Final, cast

from flask import current_app, request

from isgkg.consistency.outline import Role
from isgkg.consistency.viewing import Marked, Paragraph
from isgkg.errors import AnswerTooLarge, EngineFailure, Overloaded, QueryTimeout
from isgkg.findings import Report
from isgkg.findings.model import Authority, Finding, Fix, Place, Severity
from isgkg.messages import Language
from isgkg.web.state import state

_PLACES = threading.BoundedSemaphore(2)
"""Checks that run at once for a server process."""


class Exit(IntEnum):
    """How the process of a check ends."""

    DONE = 0
    FAILED = 1
    TOO_LONG = 3
    OUT_OF_MEMORY = 4


@dataclass(frozen=True, kw_only=True)
class CheckLimits:
    """What a check may take: seconds in all, bytes of memory, findings in its report and characters in them; and the seconds that it waits
    for a place.
    """

    seconds: float = 60.0
    memory_bytes: int = 2_000_000_000
    findings: int = 10_000
    characters: int = 5_000_000
    patience: float = 3.0


class Task(Enum):
    """What is checked: records, or one draft of a standard; the keys of what is said where that cannot be done."""

    RECORDS = ("validate.timeout", "validate.too-long", "validate.failed", "validate.overloaded")
    DRAFT = ("drafts.web.timeout", "drafts.web.too-long", "drafts.web.failed", "drafts.web.overloaded")

    def __init__(self, timeout: str, too_long: str, failed: str, overloaded: str) -> None:
        self.timeout, self.too_long, self.failed, self.overloaded = timeout, too_long, failed, overloaded


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft that was checked: its name, its text with the findings marked, the report, and the annotated copy of a Word document."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    report: Report
    annotated: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """Files, each with its name, to be checked against a release; the messages in `lang`."""

    nquads: Path
    release: str
    sent: tuple[tuple[str, bytes], ...] = field(repr=False)
    lang: Language
    limits: CheckLimits = field(default_factory=CheckLimits)
    task: Task = Task.RECORDS


def check(job: Job) -> Report:
    """The report on the records that were sent; raises what `_run` does."""
    return cast(Report, _run(job))


def check_draft(job: Job) -> Draft:
    """What was found in the draft that was sent; raises what `_run` does."""
    return cast(Draft, _run(replace(job, task=Task.DRAFT)))


def _run(job: Job) -> object:
    """What the process of the check answers.

    Raises OverBudget where the client has used up its minute, Overloaded where no place comes free in time, QueryTimeout at the deadline,
    AnswerTooLarge for more findings than can be shown, EngineFailure where the process died or failed.
    """
    command = [sys.executable, "-P", "-m", "isgkg.web.checker"]
    with state().budgets.charged(request.remote_addr) as charge, _place(job.limits, job.task):
        start = time.monotonic()
        try:
            done = subprocess.run(command, input=pickle.dumps(job), capture_output=True, timeout=job.limits.seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise QueryTimeout(job.task.timeout, seconds=f"{job.limits.seconds:g}") from error
        charge(time.monotonic() - start)
    if done.returncode == Exit.DONE:
        return read(done.stdout)
    if done.returncode == Exit.TOO_LONG:
        raise AnswerTooLarge(job.task.too_long, limit=job.limits.findings)
    if done.returncode == Exit.FAILED:
        current_app.logger.error("A check failed: %s", done.stderr.decode("utf-8", "replace")[-2000:])
    raise EngineFailure(job.task.failed)


class _Reader(pickle.Unpickler):
    """Reads reports and drafts, and nothing that would be executed: the process that wrote them has read what strangers sent."""

    def find_class(self, module: str, name: str, /) -> type:
        """Raises UnpicklingError for what no report consists of."""
        found = _PARTS.get((module, name))
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


_CLASSES: Final = (Authority, Draft, Finding, Fix, Marked, Paragraph, Place, Report, Role, Severity)
_PARTS: Final = {(part.__module__, part.__qualname__): part for part in _CLASSES}


def read(written: bytes) -> object:
    """What the process of a check has written. Raises EngineFailure for anything else."""
    try:
        return _Reader(io.BytesIO(written)).load()
    except Exception as error:  # a process that was taken over may write anything
        raise EngineFailure("query.engine") from error


@contextmanager
def _place(limits: CheckLimits, task: Task) -> Iterator[None]:
    if not _PLACES.acquire(timeout=limits.patience):
        raise Overloaded(task.overloaded, retry_after=10)
    try:
        yield
    finally:
        _PLACES.release()
