"""A report as JSON for programs: the stable form that people build on; its fields are those of the model.

Flows in: a Report. Flows out: JSON text.
"""

import json
from dataclasses import asdict

from isgkg.columns import unseen
from isgkg.findings.model import Report, Severity


def as_json(report: Report) -> str:
    """The report as JSON: tool, release, findings, summary; what does not apply is null."""
    return dumps(
        {
            "tool": report.tool,
            "release": report.release,
            "findings": [asdict(finding) for finding in report.findings],
            "summary": {severity.value: report.count(severity) for severity in Severity},
        }
    )


def dumps(document: object) -> str:
    """The document as JSON that can be shown on a terminal and encoded as UTF-8: what cannot be seen is written as an escape."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    # Only strings hold such characters, except for the line breaks of the layout.
    return text.translate({ord(char): json.dumps(char)[1:-1] for char in unseen(text) - {"\n"}})
