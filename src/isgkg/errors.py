"""The one exception tree. Each class carries its HTTP status and its exit code; each exception its sentence in zh and en.

IsgkgError                      500, exit 2
├── InputError                  400  an argument or a parameter that cannot be used
│   ├── NotFound                404  no such code, question or page
│   ├── ContentError            400  a file that cannot be read: it becomes a finding
│   └── NotAcceptable           406  no representation that the client accepts
├── SourceError                      a file of ontology/, shapes/ or data/ is missing, altered or wrong
│   └── SourceErrors                 all such faults of one pass
├── ReasoningError                   the ontology or the data contradict themselves
├── ReleaseError                     a built release is missing, short or damaged
├── ShapesError                      a SHACL shape that is malformed or recursive
└── QueryError                  400
    ├── QuerySyntaxError        400  with line and column
    ├── QueryRefused            403  update, SERVICE and the like
    ├── QueryTooComplex         400  nesting or size beyond the caps
    ├── AnswerTooLarge          413
    ├── QueryTimeout            504
    ├── EngineFailure           500  the engine died of this query
    ├── OverBudget              429  with Retry-After
    ├── StoreFailure            502  a remote store answered what is no answer
    └── Overloaded              503  with Retry-After
        ├── StoreBusy           503  a remote store has no free place
        └── StoreUnavailable    503  a remote store is down, or was a moment ago
"""

import errno
from collections.abc import Mapping, Sequence
from typing import ClassVar

from isgkg import messages
from isgkg.messages import Language


class IsgkgError(Exception):
    """An error with a sentence for people: `key` names it in isgkg.messages, `values` fill its placeholders.

    A value that depends on the language is a mapping from language to text (see `messages.both`).
    """

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def text(self, lang: Language) -> str:
        """What is wrong, where, and what to do, as one sentence in `lang`."""
        values = {name: value[lang] if isinstance(value, Mapping) else value for name, value in self.values.items()}
        return messages.text(self.key, lang, **values)

    def __str__(self) -> str:
        return self.text("en")


class InputError(IsgkgError):
    """An argument or a parameter that cannot be used."""

    status = 400


class NotFound(InputError):
    """No such code, question or page."""

    status = 404


class NotAcceptable(InputError):
    """No representation that the client accepts."""

    status = 406


class ContentError(InputError):
    """A file that cannot be read, or not on from a place. `rule` is the id under which it is reported.

    `line` and `column` count from 1, columns in code points; `sheet` and `cell` are those of a workbook.
    """

    def __init__(
        self,
        key: str,
        /,
        *,
        rule: str,
        line: int | None = None,
        column: int | None = None,
        sheet: str | None = None,
        cell: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(key, **values)
        self.rule = rule
        self.line = line
        self.column = column
        self.sheet = sheet
        self.cell = cell


class SourceError(IsgkgError):
    """A file of ontology/, shapes/ or data/ is missing, altered or wrong. `values` hold file and line where they are known."""


class SourceErrors(SourceError):
    """Several faults of the source files, found in one pass; `faults` in the order of files and lines."""

    def __init__(self, faults: Sequence[SourceError]) -> None:
        super().__init__("source.faults", count=len(faults))
        self.faults = tuple(faults)

    def text(self, lang: Language) -> str:
        return "\n".join([*(fault.text(lang) for fault in self.faults), super().text(lang)])


class ReasoningError(IsgkgError):
    """The ontology or the data contradict themselves."""


class ReleaseError(IsgkgError):
    """A built release is missing, short or damaged."""


class ShapesError(IsgkgError):
    """A SHACL shape that is malformed or recursive."""


class QueryError(IsgkgError):
    """A query that was not answered."""

    status = 400


class QuerySyntaxError(QueryError):
    """Not SPARQL 1.1. `reason` is the key of a message, with its detail after a space, or an excerpt of the query
    with ▸ where it cannot be read on.

    `line` and `column` count from 1, in code points, and are 0 where the parser gives no place.
    """

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__("query.syntax" if line else "query.syntax.no-place", reason=reason, line=line, column=column)
        self.line = line
        self.column = column

    def text(self, lang: Language) -> str:
        key, _, detail = str(self.values["reason"]).partition(" ")
        shown = messages.text(key, lang, detail=detail) if messages.known(key) else self.values["reason"]
        return messages.text(self.key, lang, **{**self.values, "reason": shown})


class QueryRefused(QueryError):
    """A query that this service does not run: an update, or one that would fetch from elsewhere."""

    status = 403


class QueryTooComplex(QueryError):
    """Nesting or size beyond what the engine survives."""


class AnswerTooLarge(QueryError):
    """The answer is larger than the cap; it is never cut silently."""

    status = 413


class QueryTimeout(QueryError):
    """Stopped at the deadline."""

    status = 504


class EngineFailure(QueryError):
    """The engine's worker died of this query: it crashed or ran out of its memory."""

    status = 500


class OverBudget(QueryError):
    """The client has used up what it has for a minute; try again after `retry_after` seconds."""

    status = 429

    def __init__(self, key: str, /, *, retry_after: int, **values: object) -> None:
        super().__init__(key, retry_after=retry_after, **values)
        self.retry_after = retry_after


class StoreFailure(QueryError):
    """A remote store answered what is no answer: an error of its own, a redirection, something cut or malformed."""

    status = 502


class Overloaded(QueryError):
    """No free place; try again after `retry_after` seconds."""

    status = 503

    def __init__(self, key: str = "query.overloaded", *, retry_after: int = 1) -> None:
        super().__init__(key, seconds=retry_after)
        self.retry_after = retry_after


class StoreBusy(Overloaded):
    """A remote store answered that it has no free place, or that too much is asked of it."""


class StoreUnavailable(Overloaded):
    """A remote store is down, or was a moment ago; `reason` says in each language what is known of it, or `key` is a sentence that does."""

    def __init__(self, reason: Mapping[Language, str] | None = None, *, key: str = "store.unavailable", retry_after: int = 2) -> None:
        QueryError.__init__(self, key, reason=reason or "", seconds=retry_after)
        self.retry_after = retry_after


_CAUSES = {
    errno.ENOENT: "cause.missing",
    errno.EACCES: "cause.permission",
    errno.EPERM: "cause.permission",
    errno.EISDIR: "cause.folder",
    errno.ENOTDIR: "cause.no-folder",
    errno.EEXIST: "cause.no-folder",
    errno.ENOSPC: "cause.full",
    errno.EDQUOT: "cause.full",
    errno.EROFS: "cause.read-only",
}


def refusal(error: OSError) -> Mapping[Language, str]:
    """Why the system refuses a file or a folder, by language; its own words are in one language only."""
    return messages.both(_CAUSES.get(error.errno or 0, "cause.other"))
