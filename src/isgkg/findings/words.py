"""What several renderings say in the same words: the place of a finding, its value, what its rule rests on.

Flows in: a Finding or a part of it. Flows out: one line of text in which every character can be seen.
"""

from isgkg import messages, names
from isgkg.columns import visible
from isgkg.findings.model import Authority, Finding, Place
from isgkg.messages import Language


def where(place: Place, lang: Language) -> str:
    """The place for people: `file:line:column`, `file sheet!cell`, `file clause`; without a file its node; "" where nothing is known."""
    if place.file is None:
        is_named = place.node is not None and not place.node.startswith("_:")
        return visible(place.node or "") if is_named else ""
    spot = ":".join(str(part) for part in (place.file, place.line, place.column) if part is not None)
    page = messages.text("report.page", lang, page=place.page) if place.page is not None else None
    paragraph = messages.text("report.paragraph", lang, paragraph=place.paragraph) if place.paragraph is not None else None
    rest = [cell_of(place), place.clause, page, paragraph]
    found = [part for part in rest if part]
    if not found and place.line is None:
        found = [place.pointer] if place.pointer else []
    return visible(" ".join([spot, *found]))


def cell_of(place: Place) -> str:
    """`sheet!cell` of a workbook, or the one of them that is known."""
    return "!".join(part for part in (place.sheet, place.cell) if part is not None)


def value(finding: Finding) -> str | None:
    """The offending value where the message does not show it already, on one line; else None."""
    if not finding.value or finding.value in finding.message or names.compact(finding.value).strip("<>") in finding.message:
        return None
    return visible(finding.value)


def words_of(authority: Authority) -> str:
    """The section and the words that the rule rests on: 四（一）四是「…」; "" where there are none."""
    return visible(f"{authority.section or ''}" + (f"「{authority.quote}」" if authority.quote else ""))


def advice(finding: Finding) -> str | None:
    """What to do, if the finding says so."""
    return visible(finding.fix.text) if finding.fix and finding.fix.text else None
