"""Reports as text for a terminal and as JSON for programs.

Flows in: a Report. Flows out: a string. The JSON form is the stable one that people build on; its fields are those of the model.
"""

import json
from dataclasses import asdict

from isgkg import messages
from isgkg.findings.model import Finding, Place, Report, Severity
from isgkg.messages import Language


def as_json(report: Report) -> str:
    """The report as JSON: tool, release, findings, summary; what does not apply is null."""
    document = {
        "tool": report.tool,
        "release": report.release,
        "findings": [_finding(finding) for finding in report.findings],
        "summary": {severity.value: report.count(severity) for severity in Severity},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def as_text(report: Report, lang: Language) -> str:
    """The report for a terminal: one block a finding, then a line of counts."""
    blocks = [_block(finding, lang) for finding in report.findings]
    counts = {severity.value: report.count(severity) for severity in Severity}
    return "\n".join([*blocks, messages.text("report.summary", lang, **counts)])


def _finding(finding: Finding) -> dict[str, object]:
    empty = {"authority": None, "fix": None}
    return {**empty, **asdict(finding)}


def _block(finding: Finding, lang: Language) -> str:
    severity = messages.text(f"severity.{finding.severity}", lang)
    lines = [f"{_where(finding.place)}{severity} {finding.rule}: {finding.message}"]
    if finding.authority and finding.authority.quote:
        lines.append(f"    {finding.authority.section or ''}「{finding.authority.quote}」")
    if finding.fix and finding.fix.text:
        lines.append(f"    → {finding.fix.text}")
    return "\n".join(lines)


def _where(place: Place) -> str:
    if place.file is None:
        return f"{place.node}: " if place.node else ""
    spot = ":".join(str(part) for part in (place.file, place.line, place.column) if part is not None)
    return f"{spot}: "
