"""References to standards: their numbers, whether they still hold, and whether list and text agree (T38).

Flows in: a Reading. Flows out: faults.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from isgkg import numbers
from isgkg.consistency.faults import Fault, Reading
from isgkg.consistency.knowledge import Knowledge
from isgkg.consistency.outline import Part, Role
from isgkg.drafts.model import Spot
from isgkg.findings import Severity

_CITED: Final = re.compile(
    r"(?<![A-Za-z0-9/])(?:GB\s?/?\s?[TZ]?|DB\d{2,4}(?:/[TZ])?|T/[A-Z][A-Z0-9]{1,11}|(?:ISO|IEC)(?:/(?:IEC|IEEE|TR|TS|PAS))*(?:\s(?:TR|TS))?"
    r"|(?:JY|MZ|YY|YD|SJ|GA|HJ|JT|NY|WS|WH|TY|LD|CY|XF|RB|DA|AQ)(?:/[TZ])?)"
    r"\s?\d{1,6}(?:[.．]\d{1,3})*(?:-\d{1,2}(?=[:：]))?(?:\s?[—–:：－‐-]+\s?\d{1,4})?(?!\d)"
)
"""What is meant as the number of a standard, well-formed or not: a prefix of rules_standard.md before digits."""
_YEAR: Final = {sign: re.compile(rf"{sign}\d{{1,4}}$") for sign in "-:"}
_WIDE: Final = {0xFEE0 + ord(char): char for char in "/ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
"""The slash and the letters of full width, which stand in numbers that were typed in Chinese."""
_HAS_WIDE: Final = re.compile("[／Ａ-Ｚ]")


class _Citation(NamedTuple):
    spot: Spot
    written: str
    normal: str
    """In normal form; without a year where none is written."""
    is_listed: bool
    """Whether it stands in the list of normative references."""
    counts: bool
    """Whether a list must have it: notes, examples and the bibliography inform only."""


def standards(reading: Reading) -> Iterator[Fault]:
    """T38: each number is well-formed and holds; what the text cites is listed, and what is listed is cited."""
    cited = list(_citations(reading))
    for citation in cited:
        yield from _number(reading, citation)
    if Part.REFERENCES in reading.outline.parts:
        yield from _list_and_text([citation for citation in cited if _is_number(citation.normal)])


def _citations(reading: Reading) -> Iterator[_Citation]:
    for number, block, role in reading.outline.blocks():
        part = reading.outline.clauses[number].part
        if part is Part.FRONT or role is Role.HEADING:
            continue
        seen = False
        text = block.text.translate(_WIDE) if _HAS_WIDE.search(block.text) else block.text
        for found in _CITED.finditer(text):
            normal = numbers.normalized(found[0])
            listed = part is Part.REFERENCES and not seen  # of a line of the list the first number is meant
            seen = True
            counts = part in {Part.SCOPE, Part.TERMS, Part.BODY} and role not in {Role.NOTE, Role.EXAMPLE, Role.SOURCE}
            yield _Citation(Spot(number, *found.span()), block.text[found.start() : found.end()].strip(), normal, listed, counts)


def _number(reading: Reading, citation: _Citation) -> Iterator[Fault]:
    if not _is_number(citation.normal):
        yield Fault(
            rule="T38", severity=Severity.WARNING, spot=citation.spot, key="standard.malformed", values={"number": citation.written}
        )
        return
    outdated = _outdated(reading.knowledge, citation.normal)
    if outdated:
        key, by = outdated
        values = {"number": citation.written, "by": "、".join(by)}
        yield Fault(rule="T38", severity=Severity.WARNING, spot=citation.spot, key=key, values=values)


def _outdated(knowledge: Knowledge, number: str) -> tuple[str, Sequence[str]] | None:
    """Why a number is no longer to be cited, as far as is on record: its message, and what to cite."""
    replacing = knowledge.replacing(number)
    if replacing:
        return "standard.replaced", replacing
    known = knowledge.standards.get(number)
    bare, year = numbers.edition(number)
    latest = knowledge.latest.get(bare)
    if latest and "" < year < numbers.edition(latest)[1]:
        return "standard.newer", [latest]
    return ("standard.withdrawn", []) if known and known.is_gone else None


def _is_number(normal: str) -> bool:
    """Whether this is the number of a standard, with or without its year, which ISO and IEC write behind a colon."""
    colon = normal.startswith(("ISO", "IEC"))
    dated = _YEAR[":" if colon else "-"].search(normal)
    return numbers.kind(normal if dated else normal + (":2000" if colon else "-2000")) is not None


def _list_and_text(cited: list[_Citation]) -> Iterator[Fault]:
    listed = [citation for citation in cited if citation.is_listed]
    used = [citation for citation in cited if citation.counts]
    told: set[str] = set()
    for citation in used:
        if citation.normal not in told and not any(_same(citation.normal, other.normal) for other in listed):
            told.add(citation.normal)
            yield Fault(
                rule="T38", severity=Severity.WARNING, spot=citation.spot, key="standard.unlisted", values={"number": citation.written}
            )
    for citation in listed:
        if not any(_same(citation.normal, other.normal) for other in used):
            yield Fault(
                rule="T38", severity=Severity.WARNING, spot=citation.spot, key="standard.uncited", values={"number": citation.written}
            )


def _same(one: str, other: str) -> bool:
    """Whether two numbers are of one standard; one without a year is of any edition, one without a part of all parts."""
    if one == other:
        return True
    (bare, year), (other_bare, other_year) = numbers.edition(one), numbers.edition(other)
    return bare == other_bare and not (year and other_year)
