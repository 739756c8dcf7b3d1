"""A report as SARIF 2.1.0 (OASIS), which editors and code hosting services show beside the lines that it is about.

Flows in: a Report. Flows out: JSON text. Section numbers below are those of the standard.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from isgkg import __version__, names
from isgkg.findings import words
from isgkg.findings.json import dumps
from isgkg.findings.model import Finding, Place, Report, Severity
from isgkg.messages import Language

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
_FINGERPRINT = "isgkgFinding/v1"
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def as_sarif(report: Report, lang: Language) -> str:
    """The report as a SARIF log of one run. The texts of a rule are those of its first finding."""
    rules: dict[str, Finding] = {}
    for finding in report.findings:
        rules.setdefault(finding.rule, finding)
    numbers = {rule: number for number, rule in enumerate(rules)}
    seen: Counter[tuple[object, ...]] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": report.tool,
                "version": __version__,
                "informationUri": names.BASE,
                "rules": [_rule(finding) for finding in rules.values()],
            }
        },
        "language": _TAGS[lang],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, numbers[finding.rule], seen, lang) for finding in report.findings],
        "properties": {"release": report.release},
    }
    return dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(finding: Finding) -> dict[str, Any]:
    """A reporting descriptor (3.49): what to do as its short description, the clause and its words as its help."""
    short = finding.fix.text if finding.fix and finding.fix.text else finding.message
    rule: dict[str, Any] = {
        "id": finding.rule,
        "shortDescription": _message(short),
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }
    authority = finding.authority
    if authority:
        basis = words.words_of(authority)
        if basis:
            rule["fullDescription"] = _message(basis)
            rule["help"] = _message(" ".join(part for part in (basis, authority.iri) if part))
        if authority.iri and authority.iri.startswith(("http://", "https://")):
            rule["helpUri"] = _iri(authority.iri)
    return rule


def _result(finding: Finding, number: int, seen: Counter[tuple[object, ...]], lang: Language) -> dict[str, Any]:
    """A result (3.27)."""
    texts = [finding.message, finding.fix.text if finding.fix else None]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": _LEVELS[finding.severity],
        "message": _message(("" if lang == "zh" else " ").join(text for text in texts if text)),
        "partialFingerprints": {_FINGERPRINT: _fingerprint(finding, seen)},
    }
    location = _location(finding.place)
    if location:
        result["locations"] = [location]
    fix = _fix(finding)
    if fix:
        result["fixes"] = [fix]
    if finding.value is not None:
        result["properties"] = {"value": finding.value}
    return result


def _location(place: Place) -> dict[str, Any]:
    """A location (3.28): the file with its region, and the names of the place within the file."""
    location: dict[str, Any] = {}
    if place.file is not None:
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(place.file)}}
        if place.line is not None:
            location["physicalLocation"]["region"] = _region(place)
    logical = list(_logical(place))
    if logical:
        location["logicalLocations"] = logical
    return location


def _logical(place: Place) -> Iterator[dict[str, str]]:
    """Logical locations (3.33); "value" is the standard's kind for JSON, the others are this project's."""
    cell = words.cell_of(place)
    for kind, name in (("cell", cell), ("value", place.pointer), ("clause", place.clause), ("resource", place.node)):
        if name:
            yield {"fullyQualifiedName": name, "kind": kind}


def _region(place: Place) -> dict[str, int]:
    """A region (3.30); a column without its line means nothing."""
    parts = {"startLine": place.line, "startColumn": place.column, "endColumn": place.end_column if place.column is not None else None}
    return {name: number for name, number in parts.items() if number is not None}


def _fix(finding: Finding) -> dict[str, Any] | None:
    """A fix (3.55), where a replacement and the region that it replaces are known."""
    place, fix = finding.place, finding.fix
    if fix is None or fix.replacement is None or None in {place.file, place.line, place.column, place.end_column}:
        return None
    replacement = {"deletedRegion": _region(place), "insertedContent": {"text": fix.replacement}}
    change = {"artifactLocation": {"uri": _uri(place.file or "")}, "replacements": [replacement]}
    return {"artifactChanges": [change], **({"description": _message(fix.text)} if fix.text else {})}


def _fingerprint(finding: Finding, seen: Counter[tuple[object, ...]]) -> str:
    """The same for the same finding in the next run (3.27.17): of neither line nor language, with a number where several would be alike."""
    place = finding.place
    node = None if place.node is None or place.node.startswith("_:") else place.node
    key = (finding.rule, place.file, place.sheet, place.cell, place.clause, node, place.path, finding.value)
    seen[key] += 1
    return hashlib.sha256(repr((*key, seen[key])).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _message(text: str) -> dict[str, str]:
    """A message (3.11): braces are doubled, since single ones hold placeholders; what would be read as a link is escaped."""
    return {"text": _LINK.sub(r"\\[", text.replace("{", "{{").replace("}", "}}"))}


def _uri(file: str) -> str:
    """The file as a URI reference, percent-encoded; of an absolute path a file: URI."""
    path = quote(file.encode("utf-8", "surrogatepass"), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _iri(iri: str) -> str:
    """An IRI as a URI."""
    return quote(iri.encode("utf-8", "surrogatepass"), safe="/:?#[]@!$&'()*+,;=%~")
