"""T35 and T36: modal verbs, and where no provision may stand."""

import pytest

from isgkg.consistency.checking import Checked
from isgkg.drafts import reading, sources
from tests.drafts import word_documents
from tests.drafts.word_documents import footnote, note, paragraph, run

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
        ("3 术语和定义\n下列术语和定义适用于本文件。\n3.1\n台账本  register\n登记时应遵循的规则\n", [("misplaced.definition", "应")]),
        ("4 总则\n注：登记应遵循的原则见附录。\n", []),
        ("4 总则\n单位应登记。\n", []),
    ],
)
def test_no_provision_in_asides(text: str, found: list[tuple[str, str]]) -> None:
    assert [(key, words) for key, words, _ in support.words(support.check(text), "T36")] == found


def check(data: bytes) -> Checked:
    (source,) = sources.uploads([("a.docx", data)])
    return support.checker().check(reading.read(source))


@pytest.mark.parametrize(
    ("label", "role"),
    [("注：", "note"), ("注%1：", "note"), ("注 %1", "note"), ("示例：", "example"), ("示例%1：", "example"), ("示例%1", "example")],
)
def test_labels_that_word_counts_make_notes_and_examples(label: str, role: str) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{label}"/>'
        '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    labelled = paragraph("登记应公开。", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    body = paragraph("4 总则") + paragraph("单位应登记。") + labelled + labelled
    found = support.words(check(word_documents.document(body, numbering=numbering)), "T36")
    assert found == [(f"misplaced.{role}", "应", None)] * 2


def test_a_footnote_is_called_so() -> None:
    body = paragraph("4 总则") + paragraph(run("单位登记。"), footnote(2))
    checked = check(word_documents.document(body, footnotes=note(2, paragraph("应公开。"))))
    assert support.words(checked, "T36") == [("misplaced.footnote", "应", None)]


@pytest.mark.parametrize("names", ["本文件主要起草人：应可、宜能。", "本文件起草单位：应急可信研究院。", "主要起草人:应可"])
def test_names_of_drafters_are_no_provisions(names: str) -> None:
    assert support.words(support.check(f"前言\n{names}\n"), "T36") == []
    assert [words for _, words, _ in support.words(support.check(f"前言\n{names}\n各地应执行。\n"), "T36")] == ["应"]
