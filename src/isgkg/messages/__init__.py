"""Every sentence that a user can see, in Chinese and in English.

Flows in: a key and its values. Flows out: one sentence in one language. The sentences stand in zh.py and en.py, which hold the same
keys with the same placeholders (a test compares them).
"""

import functools
import re
from collections.abc import Mapping
from typing import Final, Literal

from isgkg.messages import en, zh

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_TEXTS: Final[dict[Language, dict[str, str]]] = {"zh": zh.TEXTS, "en": en.TEXTS}


def text(key: str, lang: Language, /, **values: object) -> str:
    """The sentence `key` in language `lang`, its placeholders filled with `values`."""
    return _TEXTS[lang][key].format(**values)


def both(key: str, /, **values: object) -> dict[Language, str]:
    """The sentence `key` by language: a value that an error in either language can show."""
    return {lang: text(key, lang, **values) for lang in LANGUAGES}


def known(key: str) -> bool:
    """Whether there is a sentence of this key."""
    return key in en.TEXTS


def language(tag: str | None, default: Language = "zh") -> Language:
    """The supported language for a tag such as "zh_CN.UTF-8" or "en-GB"; `default` where none fits."""
    primary = (tag or "").replace("_", "-").split("-")[0].split(".")[0].lower()
    return next((lang for lang in LANGUAGES if lang == primary), default)


_END: Final[Mapping[Language, re.Pattern[str]]] = {"zh": re.compile("。"), "en": re.compile(r"\.(?=\s+[A-Z])")}


@functools.lru_cache(maxsize=4096)  # ten thousand records lack the same fields
def sentences(text: str, lang: Language) -> tuple[str, str]:
    """The first sentence, which says what is wrong, and the rest, which says what to do. Quoted values may hold full stops."""
    depth = 0
    for position, char in enumerate(text):
        depth += {"“": 1, "”": -1}.get(char, 0)
        if depth <= 0 and _END[lang].match(text, position):
            return text[: position + 1], text[position + 1 :].strip()
    return text, ""
