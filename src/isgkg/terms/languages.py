"""Language tags (BCP 47): their one spelling here.

Flows in: a tag as a file has it. Flows out: the tag as the term base holds it, or None for what is no tag.
"""

import re
from typing import Final

_TAG: Final = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*"
)
"""language [-extlang] [-script] [-region] *(-variant): RFC 5646, 2.1, without extensions and private use."""
_PLAIN_CHINESE: Final = frozenset({"zh-CN", "zh-Hans", "zh-Hans-CN", "cmn", "cmn-Hans", "cmn-Hans-CN", "chi", "zho"})
"""What people write for Chinese in simplified characters, which the guideline's own terms have as zh."""
_PLAIN_ENGLISH: Final = frozenset({"eng"})


def canonical(tag: str) -> str | None:
    """The tag in the usual case (RFC 5646, 2.1.1), zh for Chinese in simplified characters; None where it is no tag."""
    text = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(text):
        return None
    first, *rest = text.split("-")
    parts = [
        first.lower(),
        *(part.title() if len(part) == 4 and part.isalpha() else part.upper() if len(part) == 2 else part for part in rest),
    ]
    cased = "-".join(parts)
    return "zh" if cased in _PLAIN_CHINESE else "en" if cased in _PLAIN_ENGLISH else cased
