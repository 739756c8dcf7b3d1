"""Modal verbs: the counts of the guideline's own text, and words that only look like modals."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("无须到场，毋须登记，因地制宜", []),
        ("尚须补正，须根据结果调整，编制宜公开", ["须", "须", "宜"]),
        ("不可燃材料、不可再生资源、不可预见的费用，缺一不可，必不可少", []),
        ("可燃气体、可回收物、可选项、可移动设备", []),
        ("不可燃放，不可分发", ["不可", "不可"]),
        ("处理不得当。做法不得体的，处置不得法", []),
        ("不得当众公布，不得体罚，由不得，怪不得", ["不得", "不得"]),
        ("禁止标志、禁止通行标志和严禁烟火标识", []),
        ("禁止通行，禁止使用标志，严禁烟火", ["禁止", "禁止", "严禁"]),
        ("应力、应急、应收账款、顺应、应税", []),
        ("应力求准确，应收集数据，统一应由单位申报，申报应及时", ["应"] * 4),
        ("应变能力，应聘人员，应征者，应试者，应邀到会", []),
        ("应变更登记，应聘请专家，应征求意见，应试验三次，应邀请各方", ["应"] * 5),
        ("可变因素，可视化，可比价格，可选方案，可调参数", []),
        ("可变更计划，可视情况而定，可比照执行，可选择方法，可调整参数", ["可"] * 5),
        ("除了不得转让外，不可靠近", ["不得", "不可"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("应遵循的规则", ["应"]), ("应有的水平", []), ("应由人开展的审查", ["应"])])
def test_what_is_to_be_done_counts_where_it_is_asked_for(text: str, expected: list[str]) -> None:
    assert [word for _, _, word in modals(text, attributive=True)] == expected


@given(st.text(alphabet="应可须要不得禁止力变更根知用的当众，。", max_size=30))
def test_modals_stand_where_they_are_said_to_and_do_not_overlap(text: str) -> None:
    found = modals(text)
    assert all(text[start:end] == word for start, end, word in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
