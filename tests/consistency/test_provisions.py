"""T35 and T36: modal verbs, and where no provision may stand."""

import pytest

from isgkg.drafts.model import Block, Draft, Piece

from . import support


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("单位必须登记。", [("modal", "必须", "应")]),
        ("单位须登记。", [("modal", "须", "应")]),
        ("单位不得转让。", [("modal", "不得", "不应")]),
        ("单位不可转让。", [("modal", "不可", "不应")]),
        ("严禁转让。", [("modal", "严禁", "不应")]),
        ("禁止转让。", [("modal", "禁止", "不应")]),
        ("单位要及时登记。", [("modal.perhaps", "要", None)]),
        ("单位应登记，宜公开，可委托，能追溯，可能变化。", []),
        ("必须品、须知、需要、重要、必要、要求、要素。", []),
        ("无须到场，不可燃材料，处理不得当，设置禁止标志。", []),
        ("要解决的问题，要达到的目标。", []),
        ("法规规定“必须登记”。", []),
    ],
)
def test_modal_verbs(sentence: str, found: list[tuple[str, str, str | None]]) -> None:
    assert support.words(support.check(f"4 总则\n4.1 要求\n{sentence}"), "T35") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("前言\n各地应执行。\n", [("misplaced.foreword", "应")]),
        ("前言\n请注意本文件的某些内容可能涉及专利。\n", []),
        ("4 总则\n单位应登记。\n注：登记宜公开。\n", [("misplaced.note", "宜")]),
        ("4 总则\n示例：某市可委托。\n", [("misplaced.example", "可")]),
        ("4 总则\n注 2：某市能登记，可能变化。\n", []),
        ("3 术语和定义\n下列术语和定义适用于本文件。\n3.1\n台账本  register\n必须保存的文件\n", [("misplaced.definition", "必须")]),
        ("4 总则\n单位应登记。\n", []),
        ("前言\n本文件起草单位：应县某可能研究院。\n本文件主要起草人：应勇、宜春。\n", []),
    ],
)
def test_no_provision_in_asides(text: str, found: list[tuple[str, str]]) -> None:
    assert [(key, words) for key, words, _ in support.words(support.check(text), "T36")] == found


@pytest.mark.parametrize(("label", "key"), [("注：", "note"), ("注1：", "note"), ("注 2", "note"), ("示例1：", "example"), ("a)", None)])
def test_notes_whose_label_word_writes_by_itself(label: str, key: str | None) -> None:
    lines = [("4", "总则"), (None, "单位应登记。"), (label, "登记宜公开。")]
    blocks = tuple(Block(text=text, pieces=(Piece(0, line, 1),), number=number) for line, (number, text) in enumerate(lines, 1))
    checked = support.checker().check(Draft(name="a.docx", format="docx", blocks=blocks))
    assert [key for key, _, _ in support.words(checked, "T36")] == ([f"misplaced.{key}"] if key else [])
