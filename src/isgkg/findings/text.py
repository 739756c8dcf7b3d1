"""A report as text for a terminal.

Flows in: a Report. Flows out: lines without control characters, whatever the findings hold.
"""

from collections.abc import Iterator

from isgkg import messages
from isgkg.columns import cut, visible
from isgkg.findings import words
from isgkg.findings.model import Finding, Report, Severity
from isgkg.messages import Language

_WIDEST = 80
"""Columns of a value or an excerpt; it ends in an ellipsis where it is longer."""


def as_text(report: Report, lang: Language) -> str:
    """The report for a terminal: one block a finding, then a line of counts."""
    return "\n".join([*(_block(finding, lang) for finding in report.findings), counts(report, lang)])


def counts(report: Report, lang: Language) -> str:
    """How many findings there are of each severity, as one sentence."""
    shown = messages.text("report.summary", lang, **{severity.value: report.count(severity) for severity in Severity})
    return f"{shown}{messages.text('report.hidden', lang, count=report.hidden)}" if report.hidden else shown


def _block(finding: Finding, lang: Language) -> str:
    place = words.where(finding.place, lang)
    severity = messages.text(f"severity.{finding.severity}", lang)
    head = f"{place}: " if place else ""
    first = f"{head}{severity} {visible(finding.rule)}: {visible(finding.message)}"
    return "\n".join([first, *(f"    {line}" for line in _details(finding, lang))])


def _details(finding: Finding, lang: Language) -> Iterator[str]:
    """The lines under a finding: value, excerpt, what the rule rests on, what to do."""
    value = words.value(finding)
    if value:
        yield messages.text("report.value", lang, value=cut(value, _WIDEST))
    if finding.excerpt:
        yield cut(visible(finding.excerpt), _WIDEST)
    authority = finding.authority
    if authority:
        iri = f"<{visible(authority.iri)}>" if authority.iri else ""
        line = " ".join(part for part in (words.words_of(authority), iri) if part)
        if line:
            yield line
    advice = words.advice(finding)
    if advice:
        yield f"→ {advice}"
