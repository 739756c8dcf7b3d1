"""Findings that a team has decided to leave as they are: isgkg.toml, which lies beside the drafts and is shared.

Flows in: the file. Flows out: `Suppressions`: a finding that one of them fits becomes information that gives the reason.

    [[suppress]]
    rule = "T28"
    text = "对照组"        # the words found; or clause = "5.2", with all below it; or file = "draft.docx"; at least one
    reason = "引自 GB/T 00000 的原文"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path, PurePath
from typing import Final

from isgkg import messages
from isgkg.errors import InputError, refusal
from isgkg.findings import Finding, Fix, Place, Severity
from isgkg.messages import Language

NAME: Final = "isgkg.toml"
_KEYS: Final = frozenset({"rule", "text", "clause", "file", "reason"})
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """One entry of the file; `file` is a pattern for the name of a draft, `clause` the number of a clause with all below it."""

    rule: str
    reason: str
    text: str | None = None
    clause: str | None = None
    file: str | None = None

    def fits(self, finding: Finding) -> bool:
        """Whether the finding is the one meant."""
        place = finding.place
        return (
            self.rule == finding.rule
            and (self.text is None or self.text == finding.value)
            and (self.clause is None or f"{(place.clause or '').partition(' ')[0]}.".startswith(f"{self.clause}."))
            and (self.file is None or fnmatch(PurePath(place.file or "").name, self.file))
        )


@dataclass(kw_only=True)
class Suppressions:
    """All entries of a file, and which of them have fitted."""

    name: str
    entries: tuple[Suppression, ...]
    _used: set[int] = field(default_factory=set)

    def applied(self, finding: Finding, lang: Language) -> Finding:
        """The finding, as information with the reason where an entry fits it."""
        for number, entry in enumerate(self.entries):
            if entry.fits(finding):
                self._used.add(number)
                told = messages.text("check.suppressed", lang, message=finding.message, reason=entry.reason, file=self.name)
                return replace(finding, severity=Severity.INFO, message=told, fix=None)
        return finding

    def unused(self, lang: Language) -> list[Finding]:
        """One finding for each entry that fitted nothing: it can go, or is misspelt."""
        return [
            Finding(
                rule="suppression",
                severity=Severity.INFO,
                message=messages.text("check.suppression-unused", lang, number=number + 1, rule=entry.rule),
                place=Place(file=self.name),
                fix=Fix(text=messages.text("check.suppression-unused.fix", lang)),
            )
            for number, entry in enumerate(self.entries)
            if number not in self._used
        ]


def read(path: Path) -> Suppressions:
    """The entries of a file. Raises InputError where it cannot be read, or says something else."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("check.config.too-large", file=path)
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            raise InputError("check.config.unreadable", file=path, reason=refusal(error)) from error
        raise InputError("check.config.syntax", file=path, reason=error) from error
    listed = content.get("suppress", [])
    strange = sorted(content.keys() - {"suppress"})
    if strange or not isinstance(listed, list):
        raise InputError("check.config.key", file=path, key=strange[0] if strange else "suppress", known="[[suppress]]")
    return Suppressions(name=str(path), entries=tuple(_entry(path, number, entry) for number, entry in enumerate(listed, 1)))


def _entry(path: Path, number: int, entry: object) -> Suppression:
    if not isinstance(entry, Mapping) or not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise InputError("check.config.entry", file=path, number=number)
    strange = sorted(entry.keys() - _KEYS)
    if strange:
        raise InputError("check.config.key", file=path, key=strange[0], known=", ".join(sorted(_KEYS)))
    if not {"rule", "reason"} <= entry.keys() or not {"text", "clause", "file"} & entry.keys():
        raise InputError("check.config.entry", file=path, number=number)
    return Suppression(**entry)
