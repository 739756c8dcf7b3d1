"""Modal verbs (能愿动词) in Chinese text, without word segmentation.

Flows in: text. Flows out: the places of modals. Words that hold a modal's character without being one, such as 应用 and 必要, are masked
first; of two modals that begin at one place the longer counts, so that 必须 is no 须 and 不应 no 应. 得 alone is never taken: whether it is
a modal or a particle cannot be told without the sentence.
"""

import re
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

_OF_THE_RULES: Final = (
    "应用 适应 响应 应对 应急 相应 反应 对应 供应 效应 可持续 可观测 可测度 可测量 可审核 可监督 可追溯 可溯 可控 "
    "需要 重要 主要 要素 要求 必要 纲要 获得 取得 适宜"
)
"""The words that docs/rules.md names under T16; 可能, which it names too, is a modal of its own that states a possibility."""
_FURTHER: Final = (
    "应届 应答 应激 应变 应聘 应邀 应付 应运 因应 感应 呼应 回应 应不应 "
    "可靠 可信 可行 可视 可读 许可 认可 可解释 可用性 可扩展 可操作 可互操作 可穿戴 可再生 可变 可量化 可比 可见 可观 可靠性 可信度 "
    "可编程 宁可 不可或缺 不可避免 不可分割 不可抗力 不可逆 不可否认 可不可 "
    "要点 概要 摘要 要件 简要 首要 要么 只要 不要 将要 要是 要害 要务 紧要 次要 扼要 索要 要闻 要约 提要 要领 要旨 机要 精要 险要 "
    "便宜 事宜 宜居 宜人 宜昌 权宜 须知 胡须 须臾 必需 必须品 "
    "能力 能源 能耗 能效 能量 能见 能够 能否 能人 能手 能动 能级 能带 功能 智能 性能 职能 效能 技能 节能 赋能 动能 潜能 机能 核能 电能 "
    "势能 热能 光能 风能 太阳能 储能 用能 产能 体能 才能 本能 全能 万能 新能源 低能 高能 异能 能不能 "
    "不得不 不得已 不得了 不得而知 不能不 得不到 不可能 有可能 可能性 禁止性"
)
"""Further words of the same kind. 不得不 and 不能不 say a necessity, which is none of the forms of GB/T 1.1."""
_MODALS: Final = "应当 不应 应 不宜 宜 可能 不可 不必 不得 不能 可 能 必须 须 严禁 禁止 要"
_OWN: Final = tuple(_MODALS.split())
_WORDS: Final = (*_OWN, *dict.fromkeys((*_OF_THE_RULES.split(), *_FURTHER.split())))
_AUTOMATON: Final = AhoCorasick(list(_WORDS), matchkind=MatchKind.LeftmostLongest)
"""Finds the words of both kinds, of two that begin at one place the longer; ten times as fast as a regular expression of as many."""
_PROPERTY: Final = re.compile("[\u4e00-\u9fff]{2}性(?![能别质格化])")
"""Behind 可, as in 可重复性 and 可接受性: the name of a property; 性 in 性能 and 个性化 belongs to the next word."""
_ATTRIBUTE: Final = re.compile("[\u4e00-\u9fff]{2}的(?!话)|有的|尽的")
"""Behind 应 or 要: 应遵循的原则 and 要解决的问题 say which ones, and ask nothing."""
_AIM: Final = re.compile("解决|达到")
"""Behind 要 a verb that names an aim, as in 要达到目标, makes no requirement."""
_VERB: Final = re.compile("[\u4e00-\u9fff]{2}")
"""要 at the end of a sentence, or before a numeral or a sign, is a noun."""


def modals(text: str) -> list[tuple[int, int, str]]:
    """The modals of the text from left to right: start, end (in code points), and the modal.

    Source: the forms of verbs of GB/T 1.1—2020, annex C, and the words that it does not allow for them (rules T16, T35, T36).
    """
    return [
        (start, end, _WORDS[word])
        for word, start, end in _AUTOMATON.find_matches_as_indexes(text)
        if word < len(_OWN) and _is_modal(_WORDS[word], text, end)
    ]


def _is_modal(word: str, text: str, end: int) -> bool:
    """Whether 应, 要 and 可 are modals where they stand; the other words always are."""
    if word == "可":
        return not _PROPERTY.match(text, end)
    if word not in {"应", "要"}:
        return True
    if _ATTRIBUTE.match(text, end):
        return False
    return word == "应" or not (_AIM.match(text, end) or not _VERB.match(text, end))
