"""T28, T29, T39: what is found, what is not, and what is to be written instead."""

import pytest

from . import support

BODY = "4 总则\n4.1 要求\n"


@pytest.mark.parametrize("text", ["设置对照组。", "设置對照組。", "“对照组的设置”", "对 照 组", "对\u200b照\u00ad组", "对照\u00a0组"])
def test_a_rejected_wording_is_found_in_any_script_and_fixed(text: str) -> None:
    ((key, _, replacement),) = support.words(support.check(BODY + text), "T28")
    assert (key, replacement) == ("rejected.deprecated", "控制组")


@pytest.mark.parametrize("text", ["设置控制组。", "“对照组”一词不用。", "《对照组设置指南》", "对　照组", "对照  组", "对照"])
def test_titles_mentions_and_other_words_are_no_rejected_wording(text: str) -> None:
    assert support.words(support.check(BODY + text), "T28") == []


@pytest.mark.parametrize("text", ["对照组织", "對照組織", "参照对照组建的单位", "数据处理组件", "处理组合", "处理组成部分", "干预组织"])
def test_a_term_that_runs_on_into_another_word_is_none(text: str) -> None:
    assert support.words(support.check(BODY + text), "T28") == []


@pytest.mark.parametrize("text", ["对照组建议", "对照组合计", "对照组建立", "对照组成员", "对照组长期", "对照组", "对照组的件数"])
def test_a_term_before_a_word_of_its_own_is_found(text: str) -> None:
    assert [words for _, words, _ in support.words(support.check(BODY + text), "T28")] == ["对照组"]


def test_a_term_within_a_longer_one_is_not_reported() -> None:
    checked = support.check(BODY + "人工智能社会实验")
    assert [(match.meaning.concept.id, match.start, match.end) for match in checked.reading.found[2]] == [("K02", 0, 8)]


def test_two_wordings_of_one_concept_are_mixed_and_one_is_admitted() -> None:
    mixed = support.check(BODY + "老年人\n老年群体")
    assert support.words(mixed, "T29") == [("mixed", "老年群体", "老年人")]
    alone = support.check(BODY + "老年群体")
    assert support.words(alone, "T29") == [("admitted", "老年群体", "老年人")]
    assert support.words(support.check(BODY + "老年人"), "T29") == []


def test_the_further_term_of_an_entry_is_mixed_with_it() -> None:
    chapter = "3 术语和定义\n下列术语和定义适用于本文件。\n3.1\n实验台账  register\n台账簿册\n记录实验过程的文件\n4 总则\n"
    assert support.words(support.check(chapter + "填写台账簿册。"), "T29") == [("mixed.own", "台账簿册", "实验台账")]
    assert support.words(support.check(chapter + "填写实验台账。"), "T29") == []


@pytest.mark.parametrize("text", ["包括基础通用、技术和方法、效果评价等部分。", "包括组织应用、科学测量和综合反馈三个阶段。"])
def test_short_names_of_parts_and_stages_are_accepted(text: str) -> None:
    assert support.words(support.check(BODY + text), "T29") == []


def test_modifiers_drift_where_the_guideline_has_one() -> None:
    checked = support.check(BODY + "智慧社区与智能社区")
    assert [words for _, words, _ in support.words(checked, "T39")] == ["智能社区"]
    assert support.words(support.check(BODY + "智慧社区与智能家居"), "T39") == []
    assert support.words(support.check(BODY + "智能技术与智能技术"), "T39") == []
