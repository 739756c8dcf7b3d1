"""Citations: what is cited, in the styles that reference managers and Chinese journals take.

Flows in: a `Work`. Flows out: BibTeX, CSL-JSON, or a reference by GB/T 7714—2015 (electronic resource, [DB/OL]).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Style(StrEnum):
    """The styles; `label` is what people call each."""

    BIBTEX = "bibtex"
    CSL = "csl-json"
    GBT7714 = "gbt7714"

    @property
    def label(self) -> str:
        return {Style.BIBTEX: "BibTeX", Style.CSL: "CSL-JSON", Style.GBT7714: "GB/T 7714"}[self]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is cited: a release, a concept of it, or an answer from it. `key` is its name among citations, `accessed` the day on which it
    was seen. A release has no date of its own: it is known by its version.
    """

    key: str
    title: str
    version: str
    url: str
    accessed: date
    responsible: str = "isgkg"


def cite(work: Work, style: Style) -> str:
    """The citation, as text that ends in a line break."""
    return _STYLES[style](work)


def _bibtex(work: Work) -> str:
    fields = {
        "author": f"{{{_tex(work.responsible)}}}",  # in braces of their own: no family name, no capitals lost
        "title": f"{{{_tex(work.title)}}}",
        "version": _tex(work.version),
        "url": work.url,
        "urldate": work.accessed.isoformat(),
    }
    return f"@misc{{{work.key},\n" + "".join(f"  {name} = {{{content}}},\n" for name, content in fields.items()) + "}\n"


def _csl(work: Work) -> str:
    item = {
        "id": work.key,
        "type": "dataset",
        "author": [{"literal": work.responsible}],
        "title": work.title,
        "version": work.version,
        "URL": work.url,
        "accessed": {"date-parts": [[work.accessed.year, work.accessed.month, work.accessed.day]]},
    }
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _gbt7714(work: Work) -> str:
    """GB/T 7714—2015, 4.6: 主要责任者. 题名: 其他题名信息[文献类型标识/文献载体标识]. [引用日期]. 获取和访问路径."""
    return f"{work.responsible}. {work.title}: {work.version}[DB/OL]. [{work.accessed.isoformat()}]. {work.url}.\n"


_STYLES: Final[Mapping[Style, Callable[[Work], str]]] = {Style.BIBTEX: _bibtex, Style.CSL: _csl, Style.GBT7714: _gbt7714}
_SPECIAL: Final = re.compile(r"[&%$#_{}]")


def _tex(text: str) -> str:
    """The text with TeX's special characters escaped; what has no simple escape is left out."""
    return _SPECIAL.sub(r"\\\g<0>", re.sub(r"[\\~^]", "", text))
