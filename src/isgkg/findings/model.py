"""Finding, its parts, and the report that holds them.

Flows in: what a check found. Flows out: frozen values that sort and compare.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs; the order of the members is the order of a report."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a finding is. Lines and columns count from 1, columns in code points; what does not apply is None.

    `end_column` is the one behind the last, on the same line. `paragraph` counts those of a document without lines, such as Word, from 1.
    `pointer` is a JSON pointer, `node` and `path` are the focus node and the
    path of a SHACL result.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    clause: str | None = None
    page: int | None = None
    paragraph: int | None = None
    sheet: str | None = None
    cell: str | None = None
    pointer: str | None = None
    node: str | None = None
    path: str | None = None


@dataclass(frozen=True, kw_only=True)
class Authority:
    """What the rule rests on: the IRI of a clause or span, its section, and the words quoted."""

    iri: str | None = None
    section: str | None = None
    quote: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What to do: a replacement where there is exactly one, and a sentence."""

    replacement: str | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a check found. `rule` is the id of the rule; `value` the offending value as text."""

    rule: str
    severity: Severity
    message: str
    place: Place = field(default_factory=Place)
    excerpt: str | None = None
    value: str | None = None
    authority: Authority | None = None
    fix: Fix | None = None

    @property
    def order(self) -> tuple[object, ...]:
        """Sort key: file, place, then gravity, rule and text, so that a report reads in the order of its source."""
        place = self.place
        row = re.search("[0-9]+", place.cell or "")
        where = (place.file or "", place.line or 0, place.column or 0, place.sheet or "", int(row[0]) if row else 0, place.cell or "")
        return (*where, self.severity.rank, self.rule, place.node or "", place.path or "", self.message, self.value or "")


@dataclass(frozen=True, kw_only=True)
class Report:
    """All findings of one run, in order. `release` names the release that was checked against, if any; `hidden` counts those left out."""

    tool: str
    release: str | None
    findings: tuple[Finding, ...]
    hidden: int = 0

    @property
    def length(self) -> int:
        """Characters of what the findings say and quote."""
        texts = ((f.message, f.excerpt, f.value, f.place.file, f.place.node, f.place.path, f.place.pointer) for f in self.findings)
        return sum(len(text or "") for finding in texts for text in finding)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def reaches(self, severity: Severity) -> bool:
        """Whether any finding is at least this grave."""
        return any(finding.severity.rank <= severity.rank for finding in self.findings)

    def at_least(self, severity: Severity) -> "Report":
        """The report with only the findings that are at least this grave."""
        kept = tuple(finding for finding in self.findings if finding.severity.rank <= severity.rank)
        return replace(self, findings=kept, hidden=self.hidden + len(self.findings) - len(kept))
