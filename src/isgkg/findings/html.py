"""A report as HTML: a page of its own that needs nothing else, or a part of another page.

Flows in: a Report. Flows out: HTML without scripts in which every text of the findings is escaped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from isgkg import messages
from isgkg.columns import visible
from isgkg.findings import tally, words
from isgkg.findings.model import Finding, Report, Severity
from isgkg.messages import Language

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_OPEN = 200
"""A report of at most so many findings is shown whole; of a longer one each file is unfolded by the reader."""
_LONGEST = 1000
"""Code points of a value that are shown; the other renderings have all."""

Link = Callable[[str], str]
"""Where the link for an IRI leads."""


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A finding as it is shown: every text on one line, all characters visible."""

    number: int
    place: str
    severity: Severity
    rule: str
    message: str
    value: str | None
    excerpt: str | None
    advice: str | None
    basis: str
    iri: str | None
    href: str | None


def as_html(report: Report, lang: Language) -> str:
    """The report as one HTML document with its style sheet inside; it reads well on paper, too."""
    style = (_TEMPLATES / "report.css").read_text(encoding="utf-8")
    return _environment().get_template("page.html").render(**_context(report, lang, str), style=style)


def fragment(report: Report, lang: Language, link: Link = str) -> str:
    """The report as the part of a page that has a heading of its own; its classes are those of templates/report.css."""
    return _environment().get_template("fragment.html").render(**_context(report, lang, link))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415  # as long to import as all else here, and only this needs it

    # Not guessed by the file's name: whatever comes from a finding is text.
    return Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _context(report: Report, lang: Language, link: Link) -> dict[str, object]:
    """The names of the templates."""
    numbers = count(1)
    files: dict[str | None, list[_Entry]] = {}
    first: dict[tuple[str, Severity], int] = {}
    for finding in report.findings:
        entry = _entry(finding, next(numbers), lang, link)
        files.setdefault(finding.place.file, []).append(entry)
        first.setdefault((finding.rule, finding.severity), entry.number)
    return {
        "lang": lang,
        "tool": visible(report.tool),
        "release": visible(report.release or ""),
        "severities": [(severity, report.count(severity)) for severity in Severity],
        "groups": [(group, visible(group.rule), first[group.rule, group.severity]) for group in tally.groups(report)],
        "files": [(visible(file) if file is not None else None, _counts(entries), entries) for file, entries in files.items()],
        "is_open": len(report.findings) <= _OPEN,
        "t": lambda key, **values: messages.text(key, lang, **values),
    }


def _counts(entries: list[_Entry]) -> list[tuple[Severity, int]]:
    """How many entries there are of each severity that occurs."""
    numbers = [(severity, sum(entry.severity is severity for entry in entries)) for severity in Severity]
    return [(severity, number) for severity, number in numbers if number]


def _entry(finding: Finding, number: int, lang: Language, link: Link) -> _Entry:
    value = words.value(finding)
    authority = finding.authority
    iri = authority.iri if authority else None
    return _Entry(
        number=number,
        place=words.where(finding.place, lang),
        severity=finding.severity,
        rule=visible(finding.rule),
        message=visible(finding.message),
        value=None if value is None else _shortened(value),
        excerpt=_shortened(visible(finding.excerpt)) if finding.excerpt else None,
        advice=words.advice(finding),
        basis=words.words_of(authority) if authority else "",
        iri=visible(iri) if iri else None,
        href=link(iri) if iri and iri.isprintable() and iri.startswith(("http://", "https://")) else None,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
