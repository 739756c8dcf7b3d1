"""Errors of files of records, and the places that they name.

Flows in: texts and offsets. Flows out: marks, excerpts and RecordErrors.
"""

from typing import Final

from isgkg.errors import ContentError
from isgkg.messages import Language
from isgkg.records.tree import Mark

_SHOWN: Final = 24
_LONGEST: Final = 160


def fault(key: str, rule: str, mark: Mark, **values: object) -> ContentError:
    """The error of this key, at this place; texts among `values` come from the file, and are cut to what a sentence can hold."""
    shown = {name: _visible(value[:_LONGEST]) if isinstance(value, str) else value for name, value in values.items()}
    return ContentError(key, rule=rule, line=mark.line, column=mark.column, sheet=mark.sheet, cell=mark.cell, **shown)


def at(text: str, offset: int) -> Mark:
    """Line and column of an offset of a text whose lines end in "\\n"."""
    return Mark(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def excerpt(text: str, offset: int, reason: str = "") -> dict[Language, str]:
    """The line around an offset with ▸ where it cannot be read on; in English, also the parser's `reason`, which it has in English only."""
    start = max(text.rfind("\n", 0, offset) + 1, offset - _SHOWN)
    end = text.find("\n", offset)
    after = text[offset : min(end if end >= 0 else len(text), offset + _SHOWN)]
    shown = f"“{_visible(text[start:offset])}▸{_visible(after)}”"
    return {"zh": shown, "en": f"{shown} ({_visible(reason[:_LONGEST])})" if reason else shown}


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else "␣" for character in text)
