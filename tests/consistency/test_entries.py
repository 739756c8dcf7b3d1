"""T30 to T34 and T37: the chapter on terms and definitions."""

import pytest

from isgkg.consistency.rules.entries import diff

from . import support

LEAD_IN = "下列术语和定义适用于本文件。"
ENTRY = "3.1\n实验台账  experiment register\n记录实验过程的文件\n"


def chapter(lead_in: str = LEAD_IN, entries: str = ENTRY, rest: str = "4 总则\n填写实验台账。\n") -> str:
    return f"1 范围\n本文件规定了实验。\n3 术语和定义\n{lead_in}\n{entries}{rest}"


def faults(text: str, rule: str) -> list[tuple[str, str]]:
    return [(key, words) for key, words, _ in support.words(support.check(text), rule)]


@pytest.mark.parametrize(
    ("lead_in", "entries", "keys"),
    [
        (LEAD_IN, ENTRY, []),
        ("GB/T 1.1—2020界定的以及下列术语和定义适用于本文件。", ENTRY, []),
        ("GB/T 1.1—2020界定的术语和定义适用于本文件。", "", []),
        ("本文件没有需要界定的术语和定义。", "", []),
        ("本文件没有需要界定的术语和定义。", ENTRY, ["lead-in.entries"]),
        (LEAD_IN, "", ["lead-in.no-entries"]),
        ("以下术语适用于本标准。", ENTRY, ["lead-in"]),
        ("", ENTRY, ["no-lead-in"]),
    ],
)
def test_the_lead_in_is_one_of_four_and_fits(lead_in: str, entries: str, keys: list[str]) -> None:
    assert [key for key, _ in faults(chapter(lead_in, entries), "T30")] == keys


def test_a_standard_without_the_chapter_is_told() -> None:
    assert [key for key, _ in faults("1 范围\n本文件规定了实验。\n4 总则\n", "T30")] == ["no-terms-chapter"]
    assert faults("会议纪要\n讨论了实验。\n", "T30") == []


@pytest.mark.parametrize(
    ("entries", "keys"),
    [
        (ENTRY, []),
        ("3.1\n实验台账  experiment register\n台账\n记录实验过程的文件\n注：一种文件。\n[来源：GB/T 7027—2002，3.1]\n", []),
        ("3.1 实验台账  experiment register\n记录实验过程的文件\n", ["entry.glued"]),
        ("3.1\n实验台账：记录实验过程的文件\n", ["entry.glued", "entry.no-equivalent"]),
        ("3.1\n实验台账\n记录实验过程的文件\n", ["entry.no-equivalent"]),
        ("3.1\n实验台账\nexperiment register\n记录实验过程的文件\n", []),
        ("3.1\n实验台账  experiment register\n", ["entry.no-definition"]),
        ("3.1\n实验台账  experiment register\n记录实验过程的文件\n保存五年的文件\n", ["entry.second-definition"]),
    ],
)
def test_the_layout_of_an_entry(entries: str, keys: list[str]) -> None:
    assert [key for key, _ in faults(chapter(entries=entries), "T31")] == keys


def test_contents_list_no_entries() -> None:
    text = "目次\n1 范围\n3 术语和定义\n3.1 实验台账\n4 总则\n" + chapter()
    assert faults(text, "T31") == [("entry.in-contents", "3.1 实验台账")]


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("[来源：GB/T 7027—2002，3.1]", []),
        ("[来源：GB/T 7027—2002，3.1，有修改]", []),
        ("[来源：智能社会发展与治理标准化指引（2025版），一（一）]", []),
        ("[来源：GB/T 7027—2002]", ["source.form"]),
        ("[GB/T 7027 3.1]", ["source.form"]),
        ("[来源：GB/T 99998—2014，5.2]", ["source.unknown"]),
    ],
)
def test_sources(source: str, keys: list[str]) -> None:
    assert [key for key, _ in faults(chapter(entries=f"{ENTRY}{source}\n"), "T32")] == keys


def test_definitions_are_compared_with_the_agreed_ones() -> None:
    concept = support.known().base.by_id["K01"]
    agreed = concept.definition("zh")
    assert agreed is not None
    head = f"3.1\n{concept.name}  standardization\n"
    assert faults(chapter(entries=f"{head}{agreed.text}。\n"), "T33") == []
    ((key, words),) = faults(chapter(entries=f"{head}{agreed.text.replace('现实或', '')}\n"), "T33")
    assert (key, words) == ("definition", agreed.text.replace("现实或", ""))
    ((key, _),) = faults(chapter(entries="3.1\n控制组  control group\n不接触技术的一组对象\n"), "T33")
    assert key == "definition.editorial"


def test_a_full_stop_at_the_end_of_a_definition_is_no_difference() -> None:
    checked = support.check(chapter(entries="3.1\n控制组  control group\n不接触技术的一组对象。\n"))
    (fault,) = (fault for fault in checked.faults if fault.rule == "T33")
    assert "。" not in str(fault.values["diff"])


def test_a_diff_shows_what_goes_and_what_comes() -> None:
    assert diff("甲乙丙", "甲丁丙") == "甲［-乙-］｛+丁+｝丙"
    assert diff("甲", "甲") == "甲"


def test_what_is_defined_is_used_and_what_is_used_often_is_defined() -> None:
    assert faults(chapter(rest="4 总则\n其他。\n"), "T34") == [("unused", "实验台账")]
    often = "4 总则\n填写实验台账。\n社会影响，社会影响，社会影响。\n"
    assert faults(chapter(rest=often), "T34") == [("undefined", "社会影响")]
    assert faults(chapter(lead_in="GB/T 1.1—2020界定的以及下列术语和定义适用于本文件。", rest=often), "T34") == []
    assert faults(chapter(), "T34") == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("填写实验台账（3.1）。", []),
        ("填写实验台账（3.9）。", [("reference.missing", "3.9", None)]),
        ("填写表格（3.1）。", [("reference.other", "3.1", None)]),
        ("填写控制台账（4.2）。", []),
        ("填写实验台账（见3.1），实验台账[3.1]，按规定登记（见3.1），见 3.1。", []),
        ("填写实验台账（见3.9）。", [("reference.missing", "3.9", None)]),
        ("填写实验台账[3.9]。", [("reference.missing", "3.9", None)]),
        ("登记的方法见3.9。", [("reference.missing", "3.9", None)]),
        ("登记的方法见4.9，编码见GB/T 7027—2002，3.9，表见3.9.1版。", [("reference.missing", "3.9.1", None)]),
        ("填写表格[3.1]。", [("reference.other", "3.1", None)]),
    ],
)
def test_cross_references(sentence: str, found: list[tuple[str, str, str | None]]) -> None:
    assert support.words(support.check(chapter(rest=f"4 总则\n{sentence}实验台账\n")), "T37") == found


def test_a_heading_in_the_chapter_on_terms_can_be_referred_to() -> None:
    grouped = chapter(entries="3.1 通用术语\n3.1.1\n实验台账  experiment register\n记录实验过程的文件\n")
    assert faults(f"{grouped}术语见3.1。\n", "T37") == []


def test_a_cross_reference_in_a_definition_is_checked_and_no_difference() -> None:
    concept = support.known().base.by_id["K01"]
    agreed = concept.definition("zh")
    assert agreed is not None
    text = agreed.text.replace("活动", "活动（见3.9）")
    checked = support.check(chapter(entries=f"3.1\n{concept.name}  standardization\n{text}\n"))
    assert support.words(checked, "T33") == []
    assert support.words(checked, "T37") == [("reference.missing", "3.9", None)]


def test_a_cross_reference_to_another_entry_is_mended() -> None:
    entries = ENTRY + "3.2\n实验分区  experiment zone\n开展实验的分区\n"
    checked = support.check(chapter(entries=entries, rest="4 总则\n填写实验台账（3.2），划定实验分区（3.2）。\n"))
    assert support.words(checked, "T37") == [("reference.other", "3.2", "3.1")]
