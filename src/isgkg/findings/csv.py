"""A report as CSV for a spreadsheet: one row a finding.

Flows in: a Report. Flows out: CSV text (RFC 4180) that begins with a byte order mark, by which spreadsheets know UTF-8.
"""

import csv
import io
import re
from collections.abc import Iterator

from isgkg import messages
from isgkg.findings.model import Finding, Report
from isgkg.messages import Language

_COLUMNS = (
    *("file", "line", "column", "sheet", "cell", "clause", "page", "severity", "rule", "message", "advice", "value", "replacement"),
    *("excerpt", "section", "quote", "authority", "pointer", "node", "path"),
)
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def as_csv(report: Report, lang: Language) -> str:
    """The report as CSV, its header and its severities in `lang`.

    A spreadsheet would run a cell that begins with = + - @, a tab or a line break as a formula. So such a cell is given an apostrophe in
    front, and so is one where apostrophes precede such a character: whoever takes one apostrophe away from cells of this form has the text
    back. Halves of surrogate pairs, which UTF-8 cannot hold, are written as \\udXXX.
    """
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([messages.text(f"finding.{column}", lang) for column in _COLUMNS])
    for finding in report.findings:
        writer.writerow([_harmless(cell) for cell in _cells(finding, lang)])
    return out.getvalue()


def _cells(finding: Finding, lang: Language) -> Iterator[object]:
    """The cells of a row, in the order of `_COLUMNS`."""
    place, authority, fix = finding.place, finding.authority, finding.fix
    yield from (place.file, place.line, place.column, place.sheet, place.cell, place.clause, place.page)
    yield from (messages.text(f"severity.{finding.severity}", lang), finding.rule, finding.message)
    yield from (fix and fix.text, finding.value, fix and fix.replacement, finding.excerpt)
    yield from (authority and authority.section, authority and authority.quote, authority and authority.iri)
    yield from (place.pointer, place.node, place.path)


def _harmless(cell: object) -> str:
    text = _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", "" if cell is None else str(cell))
    return f"'{text}" if _FORMULA.match(text) else text
