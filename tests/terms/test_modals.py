"""Modal verbs: the counts of the guideline's own text, and words that only look like modals."""

from collections import Counter
from pathlib import Path

import pytest

from isgkg.terms.modals import modals


def words(text: str) -> list[str]:
    return [word for _, _, word in modals(text)]


def test_the_guideline_has_the_modals_that_were_counted(root: Path) -> None:
    text = (root / "data/guideline/text.txt").read_text(encoding="utf-8")
    found = modals(text)
    # 9 应, of which the attributive 应遵循的 is none; 3 要 beside 要解决 and 要达到, which name an aim.
    assert Counter(word for _, _, word in found) == {"应": 8, "可能": 7, "可": 4, "要": 3, "须": 1, "必须": 1, "禁止": 1}
    assert all(text[start:end] == word for start, end, word in found)
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("社会应用、应对、效应、适应", []),
        ("可持续、可观测、可测度变量、可控", []),
        ("需要重要的要素和要求", []),
        ("应先培训", ["应"]),
        ("不应公开，不宜使用，不必备案", ["不应", "不宜", "不必"]),
        ("应当登记", ["应当"]),
        ("必须厘清", ["必须"]),
        ("须遵循", ["须"]),
        ("不得泄露，严禁转让，禁止使用，不可外传", ["不得", "严禁", "禁止", "不可"]),
        ("不得不说", []),
        ("得分最高，获得认可", []),
        ("宜采用，适宜", ["宜"]),
        ("可能产生影响，可参考", ["可能", "可"]),
        ("能反映，不能代替，智能技术的能力", ["能", "不能"]),
        ("可重复性，可优化性能", ["可"]),
        ("应遵循的原则，要解决的问题", []),
        ("方案要明确预警机制", ["要"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected
