"""What comments and tracked changes have in common: who made them and when, and text that XML can hold.

Flows in: values. Flows out: attributes and elements of WordprocessingML.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from isgkg.drafts.word.package import Element
from isgkg.drafts.word.paragraphs import SPACE

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SIGNS: Final = {"\t": "tab", "\n": "br"}


def writable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def made(id_: int, author: str, when: datetime | None, prefix: str) -> dict[str, str]:
    """The attributes of a comment or a change. A time with a zone is written in UTC, one without as it is."""
    found = {f"{prefix}id": str(id_), f"{prefix}author": writable(author)}
    if when is not None:
        found[f"{prefix}date"] = f"{when if when.tzinfo is None else when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return found


def texts(near: Element, text: str, prefix: str) -> Iterator[Element]:
    """The elements of a run that holds this text."""
    for part in re.split("([\t\n])", writable(text)):
        if part in _SIGNS:
            yield near.makeelement(f"{prefix}{_SIGNS[part]}")
        elif part:
            element = near.makeelement(f"{prefix}t", {SPACE: "preserve"})
            element.text = part
            yield element
