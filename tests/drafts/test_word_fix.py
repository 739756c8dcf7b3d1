"""Replacements as tracked changes: accepted, they give the new text; undone, the old one."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from isgkg.drafts.model import Block, Spot
from isgkg.drafts.word.fix import fix
from tests.drafts.word_documents import (
    W,
    blocks,
    box,
    document,
    footnote,
    inserted,
    margin,
    note,
    paragraph,
    ruby,
    run,
    some_documents,
    strict,
    table,
    texts,
    unzipped,
)

PREFIX = f"{{{W}}}"


def fixed(data: bytes, *replacements: tuple[Spot, str], when: datetime | None = None) -> bytes:
    return fix(data, replacements, author="isgkg", when=when)


def body_of(data: bytes) -> etree._Element:
    return etree.fromstring(unzipped(data)["word/document.xml"])


def shape(element: etree._Element) -> str:
    """Changes and texts in short: -old-, +new+, by their authors."""
    sign = {f"{PREFIX}ins": "+", f"{PREFIX}del": "-"}.get(str(element.tag), "")
    if element.tag in {f"{PREFIX}t", f"{PREFIX}delText"}:
        return element.text or ""
    return sign + "".join(map(shape, element)) + sign


CASES = {
    "within a run": (paragraph("设置对照组和"), "设置-对照组-+控制组+和"),
    "over runs": (paragraph("设置对", run("照", "<w:b/>"), "组和"), "设置-对照组-+控制组+和"),
    "over a break": ("<w:p><w:r><w:t>设置对照</w:t><w:br/><w:t>组和</w:t></w:r></w:p>", "设置-对照组-+控制组+和"),
    "in an insertion": (paragraph("设", inserted(run("置对照组和"))), "设+置-对照组-++控制组++和+"),
    "at the end of an insertion": (paragraph("设", inserted(run("对照组"))), "设+-对照组-++控制组+"),
    "into an insertion": (paragraph("设置对", inserted(run("照组和"))), "设置-对-+控制组++-照组-和+"),
    "in a table": (table((paragraph("设置对照组和"),)), "设置-对照组-+控制组+和"),
    "around a note": (paragraph("对照", footnote(1), "组"), "-对照-+控制组+-组-"),
    "in a ruby": (paragraph("设", ruby("置对照组和"), "乙"), "设-yin置对照组和-+置控制组和+乙"),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_words_are_struck_out_and_the_new_ones_inserted(body: str, expected: str) -> None:
    data = document(body, footnotes=note(1, paragraph("注")))
    ((index, start),) = [(index, block.text.index("对照组")) for index, block in enumerate(blocks(data)) if "对照组" in block.text]
    found = fixed(data, (Spot(index, start, start + 3), "控制组"))
    assert shape(body_of(found)) == expected
    assert texts(found) == [text.replace("对照组", "控制组") for text in texts(data)]
    assert blocks(found, original=True) == blocks(data, original=True)


def test_the_new_words_look_like_the_first_of_the_old() -> None:
    look = '<w:b/><w:rPrChange w:id="1"><w:rPr/></w:rPrChange>'
    (insertion,) = body_of(fixed(document(paragraph(run("对", look), "照组")), (Spot(0, 0, 3), "控制组"))).iter(f"{PREFIX}ins")
    assert [element.tag for element in insertion[0][0]] == [f"{PREFIX}b"]


def test_who_when_and_ids_of_their_own() -> None:
    data = document(paragraph("设置", inserted(run("对照组和"))))
    found = body_of(fixed(data, (Spot(0, 2, 5), "控制组"), when=datetime(2025, 3, 1, tzinfo=UTC)))
    changes = list(found.iter(f"{PREFIX}ins", f"{PREFIX}del"))
    ids = [element.get(f"{PREFIX}id") for element in changes]
    assert len(set(ids)) == len(ids) == 4
    assert [element.get(f"{PREFIX}author") for element in changes] == ["甲", "isgkg", "isgkg", "甲"]
    assert [element.get(f"{PREFIX}date") for element in changes if element.get(f"{PREFIX}author") == "isgkg"] == [
        "2025-03-01T00:00:00Z"
    ] * 2
    assert not body_of(fixed(data, (Spot(0, 2, 5), "控制组"))).xpath("//@w:date", namespaces={"w": W})


def test_words_may_be_taken_out_and_new_ones_may_have_tabs() -> None:
    data = document(paragraph("设置对照组"))
    assert texts(fixed(data, (Spot(0, 0, 2), ""))) == ["对照组"]
    assert texts(fixed(data, (Spot(0, 0, 2), "甲\t乙\x00"))) == ["甲\t乙对照组"]


def test_notes_are_mended_in_their_own_part() -> None:
    data = document(paragraph("甲", footnote(1)), footnotes=note(1, paragraph("设置对照组")))
    found = fixed(data, (Spot(1, 2, 5), "控制组"))
    assert texts(found) == ["甲", "设置控制组"]
    assert texts(found, original=True) == ["甲", "设置对照组"]
    assert {name for name, part in unzipped(found).items() if part != unzipped(data)[name]} == {"word/footnotes.xml"}


def test_headers_are_mended_in_their_own_part() -> None:
    data = document(paragraph("甲") + margin("header", "header"), header=paragraph("设置对照组"))
    found = fixed(data, (Spot(1, 2, 5), "控制组"))
    assert texts(found) == ["甲", "设置控制组"]
    assert {name for name, part in unzipped(found).items() if part != unzipped(data)[name]} == {"word/header.xml"}


def test_a_text_box_is_mended_for_older_programs_too() -> None:
    data = document(paragraph("甲", box(paragraph("设置对照组"))))
    found = fixed(data, (Spot(1, 2, 5), "控制组"))
    assert texts(found) == ["甲", "设置控制组"]
    assert shape(body_of(found)) == "甲" + "设置-对照组-+控制组+" * 2


def test_the_strict_form_is_mended() -> None:
    assert texts(fixed(strict(document(paragraph("对照组"))), (Spot(0, 0, 3), "控制组"))) == ["控制组"]


@pytest.mark.parametrize(
    ("spots", "match"),
    [
        ([Spot(0, 0, 2), Spot(0, 1, 3)], "overlap"),
        ([Spot(0, 0, 2), Spot(0, 0, 2)], "overlap"),
        ([Spot(0, 1, 1)], "no words"),
        ([Spot(0, 0, 9)], "no place"),
        ([Spot(5, 0, 1)], "no place"),
    ],
)
def test_what_cannot_be_replaced_is_refused(spots: list[Spot], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        fixed(document(paragraph("对照组")), *((spot, "甲") for spot in spots))


def test_two_replacements_within_one_ruby_are_refused() -> None:
    with pytest.raises(ValueError, match="ruby"):
        fixed(document(paragraph(ruby("对照组"))), (Spot(0, 0, 1), "甲"), (Spot(0, 2, 3), "乙"))


def test_nothing_to_replace_changes_nothing() -> None:
    data = document(paragraph("对照组"))
    assert fixed(data) == data


def some_replacements(found: tuple[Block, ...]) -> st.SearchStrategy[list[tuple[Spot, str]]]:
    """New words for places that do not overlap, of characters that are no spaces."""
    words = [
        Spot(index, start, end)
        for index, block in enumerate(found)
        for start in range(len(block.text))
        for end in range(start + 1, len(block.text) + 1)
        if not any(char.isspace() for char in block.text[start:end])
    ]
    new = st.text("控制组xyz", min_size=1, max_size=4)
    drawn = st.lists(st.tuples(st.sampled_from(words), new), min_size=1, max_size=5)
    return drawn.map(_apart)


def _apart(replacements: list[tuple[Spot, str]]) -> list[tuple[Spot, str]]:
    kept: list[tuple[Spot, str]] = []
    for spot, text in sorted(replacements):
        if not kept or kept[-1][0].block != spot.block or kept[-1][0].end <= spot.start:
            kept.append((spot, text))
    return kept


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=100)
@given(some_documents(has_ruby=False), st.data())
def test_accepted_it_is_the_new_text_and_undone_the_old(data: bytes, more: st.DataObject) -> None:
    before = blocks(data)
    replacements = more.draw(some_replacements(before))
    found = fixed(data, *replacements)
    expected = [block.text for block in before]
    for spot, text in reversed(replacements):
        expected[spot.block] = expected[spot.block][: spot.start] + text + expected[spot.block][spot.end :]
    # What a line break stands for depends on the characters beside it, which may be new.
    assert ["".join(text.split()) for text in texts(found)] == ["".join(text.split()) for text in expected]
    assert blocks(found, original=True) == blocks(data, original=True)
