"""The process of one check.

Flows in: a Job on standard input. Flows out: the Report or the Draft on standard output, or an exit code of `Exit`. Standard error says of
a failure its kind and place only: the text of an exception may quote what was sent.
"""

import os
import pickle
import resource
import sys
import traceback
from typing import BinaryIO

from isgkg.errors import ContentError
from isgkg.findings import Report
from isgkg.store import kernel
from isgkg.web.checks import Draft, Exit, Job, Task


def answer(job: Job, out: BinaryIO) -> Exit:
    """Check, and write the report."""
    try:
        found = _draft(job) if job.task is Task.DRAFT else _records(job)
        report = found.report if isinstance(found, Draft) else found
        if len(report.findings) > job.limits.findings or report.length > job.limits.characters:
            return Exit.TOO_LONG
        pickle.dump(found, out)
    except MemoryError:
        return Exit.OUT_OF_MEMORY
    except Exception as error:  # whatever it is, its text stays here
        places = " ".join(f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
        print(type(error).__name__, places, file=sys.stderr)  # noqa: T201  # to the server's log
        return Exit.FAILED
    return Exit.DONE


def _records(job: Job) -> Report:
    from isgkg.records import checking, sources  # noqa: PLC0415  # what only one of the tasks needs
    from isgkg.records.base import Base  # noqa: PLC0415

    base = Base.of(job.nquads, job.release)
    return checking.run(sources.uploads(job.sent), base, checking.ValidateOptions(lang=job.lang)).report


def _draft(job: Job) -> Draft:
    from isgkg.consistency import checking, knowledge, mending, viewing  # noqa: PLC0415  # as above
    from isgkg.drafts import reading, sources  # noqa: PLC0415
    from isgkg.store import EmbeddedStore  # noqa: PLC0415

    (source,) = sources.uploads(job.sent)
    try:
        draft = reading.read(source)
    except ContentError as error:
        return Draft(name=source.name, paragraphs=(), report=checking.report([], [(source.name, error)], job.lang))
    checked = checking.Checker(knowledge.load(EmbeddedStore.load(job.nquads), job.release)).check(draft)
    annotated, unwritable = None, []
    if draft.format == sources.Format.DOCX:
        try:
            annotated = mending.annotated(source.data, checked, job.lang).content
        except ContentError as error:  # what only a writer needs is damaged
            unwritable = [(source.name, error)]
    report = checking.report([checked], unwritable, job.lang, release=job.release)
    return Draft(name=source.name, paragraphs=viewing.paragraphs(checked, report, job.lang), report=report, annotated=annotated)


def main() -> int:
    """Read the job, give way to pages and queries, keep within the limits, answer."""
    kernel.die_with(os.getppid())
    kernel.forbid_core_dumps()
    os.nice(10)
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own process
    resource.setrlimit(resource.RLIMIT_AS, (job.limits.memory_bytes, job.limits.memory_bytes))
    return answer(job, sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
