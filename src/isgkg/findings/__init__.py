"""One model for everything that a check can say: SHACL results, term findings, graph lint.

Flows in: what a check found. Flows out: `Finding` and `Report`; one module a rendering beside this one. The JSON form is stable.
"""

from collections.abc import Callable, Mapping
from typing import Final

from isgkg.findings.csv import as_csv
from isgkg.findings.html import as_html
from isgkg.findings.json import as_json
from isgkg.findings.model import Authority, Finding, Fix, Place, Report, Severity
from isgkg.findings.sarif import as_sarif
from isgkg.findings.tally import summary
from isgkg.findings.text import as_text
from isgkg.messages import Language

__all__ = [
    "RENDERINGS",
    "Authority",
    "Finding",
    "Fix",
    "Place",
    "Report",
    "Severity",
    "as_csv",
    "as_html",
    "as_json",
    "as_sarif",
    "as_text",
    "summary",
]


def _as_json(report: Report, _: Language) -> str:
    return as_json(report)


RENDERINGS: Final[Mapping[str, Callable[[Report, Language], str]]] = {
    "text": as_text,
    "summary": summary,
    "json": _as_json,
    "sarif": as_sarif,
    "html": as_html,
    "csv": as_csv,
}
"""The renderings by the names that people give them."""
