"""The process of one check.

Flows in: a Job on standard input. Flows out: the Report on standard output, or an exit code of `Exit`. Standard error says of a failure
its kind and place only: the text of an exception may quote what was sent.
"""

import os
import pickle
import resource
import sys
import traceback
from typing import BinaryIO

from isgkg.records import checking, sources
from isgkg.records.base import Base
from isgkg.store import kernel
from isgkg.web.checks import Exit, Job


def answer(job: Job, out: BinaryIO) -> Exit:
    """Check, and write the report."""
    try:
        base = Base.of(job.nquads, job.release)
        report = checking.run(sources.uploads(job.sent), base, checking.ValidateOptions(lang=job.lang)).report
        if len(report.findings) > job.limits.findings:
            return Exit.TOO_LONG
        pickle.dump(report, out)
    except MemoryError:
        return Exit.OUT_OF_MEMORY
    except Exception as error:  # whatever it is, its text stays here
        places = " ".join(f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__))
        print(type(error).__name__, places, file=sys.stderr)  # noqa: T201  # to the server's log
        return Exit.FAILED
    return Exit.DONE


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
