"""T40: names of the guideline, and its words, are quoted exactly."""

import pytest

from . import support


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("归入养老应用标准。", []),
        ("归入养老的应用标准。", [("name", "养老的应用标准", "养老应用标准")]),
        ("归入智能社会发展和治理场景应用标准。", [("name", "智能社会发展和治理场景应用标准", "智能社会发展与治理场景应用标准")]),
        ("归入场景应用类标准。", [("name", "场景应用类标准", None)]),
        ("代码S305养老应用标准。", [("name.coded", "养老应用标准", None)]),
        ("代码S306养老应用标准，S306（养老应用标准）。", []),
        ("遵循确保公平普惠的原则。", []),
        ("遵循确保公正普惠的原则。", [("name", "确保公正普惠", "确保公平普惠")]),
        ("明确参与主体，科学抽样与分组。", []),
    ],
)
def test_names(sentence: str, found: list[tuple[str, str, str | None]]) -> None:
    assert support.words(support.check(f"4 总则\n4.1 要求\n{sentence}"), "T40") == found


@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("指引要求“科学设置实验组和控制组”。", []),
        ("指引要求“科学设置实验组与控制组，充分考虑弱势群体”。", ["quotation"]),
        ("本指引要求“所有单位都立即建成示范基地”。", ["quotation.none"]),
        ("某市提出“所有单位都立即建成示范基地”。", []),
        ("所谓“控制组”。", []),
    ],
)
def test_quotations(sentence: str, keys: list[str]) -> None:
    assert [key for key, _, _ in support.words(support.check(f"4 总则\n4.1 要求\n{sentence}"), "T40")] == keys
