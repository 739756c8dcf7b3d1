"""Modal verbs (能愿动词) in Chinese text, without word segmentation.

Flows in: text. Flows out: the places of modals. Words that hold a modal's character without being one, such as 应用 and 必要, are masked
first, unless they go on as a modal and a verb, as 应变 does in 应变更; of two modals that begin at one place the longer counts, so that
必须 is no 须 and 不应 no 应. 得 alone is never taken: whether it is
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
    "应届 应答 应激 应变 应聘 应邀 应付 应运 因应 感应 呼应 回应 应不应 应力 应试 应征 应诉 应税 应纳税额 应收账款 应收款 应交税费 应酬 "
    "应有尽有 应接不暇 一应俱全 顺应 "
    "可靠 可信 可行 可视 可读 许可 认可 可解释 可用性 可扩展 可操作 可互操作 可穿戴 可再生 可变 可量化 可比 可见 可观 可靠性 可信度 "
    "可编程 可燃 可溶 可塑 可疑 可选 可调 可吸入 可降解 可回收 可移动 可知 可谓 可贵 可惜 可喜 可怕 可爱 可乐 宁可 不可或缺 不可避免 "
    "不可分割 不可抗力 不可逆 不可否认 可不可 不可燃 不可溶 不可见 不可知 不可控 不可信 不可靠 不可用性 不可再生 不可预见 不可预测 "
    "不可预知 不可替代 不可思议 不可降解 不可回收 不可撤销 不可移动文物 必不可少 缺一不可 "
    "要点 概要 摘要 要件 简要 首要 要么 只要 不要 将要 要是 要害 要务 紧要 次要 扼要 索要 要闻 要约 提要 要领 要旨 机要 精要 "
    "若要 如要 想要 要价 要塞 要道 "
    "便宜 事宜 宜居 宜人 宜昌 权宜 地制宜 时制宜 人制宜 相宜 须知 胡须 须臾 无须 毋须 必需 必须品 "
    "能力 能源 能耗 能效 能量 能见 能够 能否 能人 能手 能动 能级 能带 功能 智能 性能 职能 效能 技能 节能 赋能 动能 潜能 机能 核能 电能 "
    "势能 热能 光能 风能 太阳能 储能 用能 产能 体能 才能 本能 全能 万能 新能源 低能 高能 异能 能不能 "
    "不得不 不得已 不得了 不得而知 不得人心 舍不得 恨不得 怪不得 巴不得 由不得 求之不得 不能不 得不到 不可能 有可能 可能性 "
    "禁止性 禁止令 禁止标志 禁止标识 禁止标牌 禁止符号"
)
"""Further words of the same kind. 不得不 and 不能不 say a necessity, which is none of the forms of GB/T 1.1."""
_CONTINUED: Final = (
    "应变更 应变换 应变为 应聘请 应聘用 应邀请 应答复 应运行 应运用 应运营 应运维 应运输 应付费 应付诸 应付出 应力求 应力争 应力图 应试验 "
    "应试用 应试点 应试行 应试运行 应征求 应征集 应征得 应征询 应激发 应激励 应激活 "
    "可变更 可变换 可变为 可比照 可比对 可比较 可读取 可读入 可视情况 可视需要 可视具体 可观察 可观看 可行使 可选择 可选用 可选取 可选派 "
    "可选配 可调整 可调用 可调取 可调查 可调阅 可调动 可调配 可调解 "
    "可调研 可调试 可靠近 不可靠近 不可燃放 不可燃烧 不可燃用 须知晓 须知道 须知会 要约束 要约定 要领取 要务必 要务实"
)
"""Where a word of the others ends within the verb: of 应变更 the modal is 应, though 应变 alone is none."""
_MODALS: Final = "应当 不应 应 不宜 宜 可能 不可 不必 不得 不能 可 能 必须 须 严禁 禁止 要"
_OWN: Final = tuple(_MODALS.split())
_SPOKEN: Final = (*_OWN, *(max((own for own in _OWN if word.startswith(own)), key=len) for word in _CONTINUED.split()))
"""The modal that each of these says; the words behind them say none."""
_WORDS: Final = (*_OWN, *_CONTINUED.split(), *dict.fromkeys((*_OF_THE_RULES.split(), *_FURTHER.split())))
_AUTOMATON: Final = AhoCorasick(list(_WORDS), matchkind=MatchKind.LeftmostLongest)
"""Finds the words of both kinds, of two that begin at one place the longer; ten times as fast as a regular expression of as many."""
_PROPERTY: Final = re.compile("[\u4e00-\u9fff]{2}性(?![能别质格化])")
"""Behind 可, as in 可重复性 and 可接受性: the name of a property; 性 in 性能 and 个性化 belongs to the next word."""
_ATTRIBUTE: Final = re.compile("[\u4e00-\u9fff]{2}的(?!话)|有的|尽的")
"""Behind 应 or 要: 应遵循的原则 and 要解决的问题 say which ones, and ask nothing."""
_DUE: Final = re.compile("有的|尽的")
"""Behind 应, as in 应有的 and 应尽的: what is due."""
_AIM: Final = re.compile("解决|达到")
"""Behind 要 a verb that names an aim, as in 要达到目标, makes no requirement."""
_VERB: Final = re.compile("[\u4e00-\u9fff]{2}")
"""要 at the end of a sentence, or before a numeral or a sign, is a noun."""
_UNFIT: Final = re.compile("[当体法](?:[的地]|[^\u4e00-\u9fff]|$)")
"""Behind 不得, as in 处理不得当: not in 不得当众."""
_SIGN: Final = re.compile("(?:通行|驶入|停车|停留|入内|吸烟|烟火|鸣笛|触摸|攀登)(?:标志|标识|标牌|符号)")
"""Behind 禁止 and 严禁: the name of a sign forbids nothing."""


def modals(text: str, *, attributive: bool = False) -> list[tuple[int, int, str]]:
    """The modals of the text from left to right: start, end (in code points), and the modal.

    With `attributive`, 应 before a verb and 的 counts, too: in a definition, 应遵循的规则 says what is to be done.
    Source: the forms of verbs of GB/T 1.1—2020, annex C, and the words that it does not allow for them (rules T16, T35, T36).
    """
    found = []
    for word, start, _ in _AUTOMATON.find_matches_as_indexes(text):
        if word >= len(_SPOKEN):
            continue
        modal = _SPOKEN[word]
        end = start + len(modal)
        if _is_modal(modal, text, end, attributive=attributive):
            found.append((start, end, modal))
    return found


def _is_modal(word: str, text: str, end: int, *, attributive: bool) -> bool:
    """Whether the word is a modal where it stands."""
    match word:
        case "可":
            return not _PROPERTY.match(text, end)
        case "不得":
            return not _UNFIT.match(text, end)
        case "禁止" | "严禁":
            return not _SIGN.match(text, end)
        case "应":
            return not (_DUE if attributive else _ATTRIBUTE).match(text, end)
        case "要":
            return not (_ATTRIBUTE.match(text, end) or _AIM.match(text, end)) and bool(_VERB.match(text, end))
    return True
