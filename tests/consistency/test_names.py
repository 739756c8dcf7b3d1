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
        ("遵循促进开放包容的原则。", [("name", "促进开放包容", "促进包容开放")]),
        ("开展数据分析与收集。", [("name", "数据分析与收集", "数据收集与分析")]),
        ("归入智能技术伦常规则标准。", [("name", "智能技术伦常规则标准", "智能技术伦理原则标准")]),
        ("遵循“确保公正普爱”的原则。", [("name", "确保公正普爱", "确保公平普惠")]),
        ("遵循确保公正普爱的原则，明确考核目标。", []),
        ("“考核目标”“养老院”“能源”“促进社会和谐”。", []),
        ("代码S306养老机构标准。", [("name.coded", "养老机构标准", None)]),
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
        ("归入“智能社会发展和治理场景应用标准”。", ["name"]),
        ("指引要求“三是确保公正普惠。保证智能技术应用中秉持公正平等”。", ["quotation"]),
        ("某市提出“所有单位都立即建成示范基地”。", []),
        ("所谓“控制组”。", []),
    ],
)
def test_quotations(sentence: str, keys: list[str]) -> None:
    assert [key for key, _, _ in support.words(support.check(f"4 总则\n4.1 要求\n{sentence}"), "T40")] == keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("按照《智能社会发展与治理标准化指引（2025版）》执行", []),
        ("按照《智能社会发展与治理标准化指引(2025版)》执行", []),
        ("按照《智能社会发展与治理标准化指引》执行", []),
        ("按照《智能社会发展与治理标准化指南（2025版）》执行", ["智能社会发展与治理标准化指南（2025版）"]),
        ("按照《智能社会发展与治理标准化指引（2024版）》执行", ["智能社会发展与治理标准化指引（2024版）"]),
        ("按照《智能社会治理标准化指引》执行", ["智能社会治理标准化指引"]),
        ("按照智能社会发展与治理标准化指引（2024版）执行", ["智能社会发展与治理标准化指引（2024版）"]),
        ("按照《国家标准化发展纲要》执行", []),
        ("按照《智能社会发展与治理计算实验指南（2025版）》执行", []),
    ],
)
def test_the_title_of_the_guideline(text: str, found: list[str]) -> None:
    for before in ("4 总则\n4.1 要求\n", "2 规范性引用文件\n", "参考文献\n"):
        assert support.words(support.check(before + text), "T40") == [("title", words, None) for words in found]
