"""Words into which a designation runs without being meant: 对照组织 is 对照 and 组织, 处理组件 is 处理 and 组件.

Flows in: text, and a designation found in it. Flows out: whether its last character belongs to the next word.

Matching takes no account of words, so that last characters of designations with which common words begin are listed, each with what follows
it there. What may follow the designation as a word of its own is kept apart: 对照组建议 is 对照组 and 建议. Where both readings are
common, as in 对照组成员, the designation is taken: a finding too many can be suppressed, one too few is not seen.
"""

import re
from collections.abc import Mapping
from typing import Final

_NEXT: Final[Mapping[str, re.Pattern[str]]] = {
    "组": re.compile("件|织|装|态|团|建(?![议立档])|合(?![计并格作适法理同规])|成部分"),
}
"""By the last character of a designation, what follows it in words that begin with it."""


def runs_on(text: str, end: int) -> bool:
    """Whether the designation that ends here runs on into a common word. Text of either script may be given in its leveled form."""
    following = _NEXT.get(text[end - 1])
    return following is not None and following.match(text, end) is not None
