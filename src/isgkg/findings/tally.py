"""A report in short, for many files: its findings by rule.

Flows in: a Report. Flows out: `groups` for pages, and a table for a terminal.
"""

from dataclasses import dataclass

from isgkg import messages
from isgkg.columns import aligned, visible, width
from isgkg.findings import words
from isgkg.findings.model import Finding, Report, Severity
from isgkg.findings.text import counts
from isgkg.messages import Language

_WIDEST = 60
_COLUMNS = ("rule", "severity", "count", "files", "first", "advice")


@dataclass(frozen=True, kw_only=True)
class Group:
    """The findings of one rule and one severity: how many, in how many files, and the first of them."""

    rule: str
    severity: Severity
    count: int
    files: int
    first: Finding

    @property
    def asks(self) -> str:
        """What the rule asks: what to do, else what is wrong, of its first finding."""
        return words.advice(self.first) or visible(self.first.message)


def groups(report: Report) -> list[Group]:
    """The findings by rule: the gravest first, then the most frequent."""
    found: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in report.findings:
        found.setdefault((finding.rule, finding.severity), []).append(finding)
    made = [
        Group(
            rule=rule,
            severity=severity,
            count=len(findings),
            files=len({finding.place.file for finding in findings} - {None}),
            first=findings[0],
        )
        for (rule, severity), findings in found.items()
    ]
    return sorted(made, key=lambda group: (group.severity.rank, -group.count, group.rule))


def summary(report: Report, lang: Language) -> str:
    """One line a rule, in aligned columns, then a line of counts."""
    rows = [
        (
            visible(group.rule),
            messages.text(f"severity.{group.severity}", lang),
            str(group.count),
            str(group.files),
            words.where(group.first.place, lang),
            group.asks,
        )
        for group in groups(report)
    ]
    if not rows:
        return counts(report, lang)
    lines = aligned([[messages.text(f"finding.{column}", lang) for column in _COLUMNS], *rows], _WIDEST)
    return "\n".join([lines[0], "─" * max(map(width, lines)), *lines[1:], counts(report, lang)])
