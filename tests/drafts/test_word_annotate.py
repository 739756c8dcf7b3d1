"""Remarks as Word comments: at the very words, and nothing else in the document is touched."""

import io
from datetime import UTC, datetime, timedelta, timezone

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from isgkg.drafts.model import Block, Spot
from isgkg.drafts.word.annotate import annotate
from tests.drafts.word_documents import (
    STRICT,
    W,
    anchored,
    bare,
    blocks,
    box,
    document,
    footnote,
    inserted,
    margin,
    note,
    paragraph,
    parts,
    ruby,
    run,
    some_documents,
    strict,
    table,
    unzipped,
    zipped,
)

PREFIX = f"{{{W}}}"
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=60)


def annotated(data: bytes, *remarks: tuple[Spot, str], when: datetime | None = None) -> bytes:
    return annotate(data, remarks, author="isgkg", initials="IS", when=when)


def spot(data: bytes, words: str) -> Spot:
    """The place of words that stand in the document once."""
    ((index, start),) = [(index, block.text.index(words)) for index, block in enumerate(blocks(data)) if words in block.text]
    return Spot(index, start, start + len(words))


def comments(data: bytes) -> list[etree._Element]:
    return list(etree.fromstring(unzipped(data)["word/comments.xml"]))


def written(comment: etree._Element) -> list[str]:
    return ["".join(text.text or "" for text in lines.iter(f"{PREFIX}t")) for lines in comment]


CASES = {
    "within a run": paragraph("设置对照组和实验组"),
    "over runs": paragraph("设置对", run("照", "<w:b/>"), "组和"),
    "over a break": "<w:p><w:r><w:t>设置对照</w:t><w:br/><w:t>组和</w:t></w:r></w:p>",
    "in an insertion": paragraph("设置", inserted(run("对照") + run("组和"))),
    "into an insertion": paragraph("设置对", inserted(run("照组和"))),
    "out of a link": paragraph(f"<w:hyperlink>{run('设置对照')}</w:hyperlink>", "组和"),
    "in a table": table((table((paragraph("设置对照组和"),)) + paragraph(),)),
    "in a text box": paragraph("甲", box(paragraph("设置对照组和"))),
    "over a mark": paragraph("设置对照", properties="<w:rPr><w:del/></w:rPr>") + paragraph("组和"),
    "around a note": paragraph("对照", footnote(1), "组"),
    "around a text box": paragraph("对照", box(paragraph("盒")), "组"),
}


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_a_comment_stands_at_the_very_words(body: str) -> None:
    data = document(body, footnotes=note(1, paragraph("注")))
    found = annotated(data, (spot(data, "对照组"), "改为控制组"))
    assert anchored(found) == {"0": "对照组"}
    assert blocks(found) == blocks(data)


def test_the_mark_of_a_comment_follows_its_range() -> None:
    data = document(paragraph("设置对照组和"))
    root = etree.fromstring(unzipped(annotated(data, (Spot(0, 2, 5), "甲")))["word/document.xml"])
    (end,) = root.iter(f"{PREFIX}commentRangeEnd")
    mark = end.getnext()
    assert mark is not None
    assert [element.tag for element in mark] == [f"{PREFIX}commentReference"]


def test_runs_keep_their_look_where_they_are_cut() -> None:
    data = document(paragraph(run("设置对照组和", "<w:b/>")))
    root = etree.fromstring(unzipped(annotated(data, (Spot(0, 2, 5), "甲")))["word/document.xml"])
    assert [
        element.find(f"{PREFIX}rPr/{PREFIX}b") is not None for element in root.iter(f"{PREFIX}r") if element.find(f"{PREFIX}t") is not None
    ] == [
        True,
        True,
        True,
    ]


def test_a_remark_on_a_note_stands_at_its_mark() -> None:
    data = document(
        paragraph("甲", '<w:r><w:t>乙</w:t><w:footnoteReference w:id="1"/><w:t>丙</w:t></w:r>'), footnotes=note(1, paragraph("对照组"))
    )
    found = annotated(data, (Spot(1, 0, 3), "注"))
    root = etree.fromstring(unzipped(found)["word/document.xml"])
    (start,) = root.iter(f"{PREFIX}commentRangeStart")
    mark = start.getnext()
    assert mark is not None
    assert [element.tag for element in mark] == [f"{PREFIX}footnoteReference"]
    assert anchored(found) == {"0": ""}
    assert unzipped(found)["word/footnotes.xml"] == unzipped(data)["word/footnotes.xml"]
    assert blocks(found) == blocks(data)


@pytest.mark.parametrize(("body", "where"), [(paragraph("甲", "乙"), "甲乙"), (paragraph(), ""), ("", "")])
def test_a_remark_on_a_header_stands_at_the_first_paragraph(body: str, where: str) -> None:
    data = document(body + margin("header", "header"), header=paragraph("设置对照组"))
    last = len(blocks(data)) - 1
    found = annotated(data, (Spot(last, 2, 5), "换"))
    assert anchored(found) == {"0": where}
    assert unzipped(found)["word/header.xml"] == unzipped(data)["word/header.xml"]
    assert blocks(found) == blocks(data)


def test_a_ruby_is_marked_as_a_whole() -> None:
    data = document(paragraph("甲", ruby("对照组"), "乙"))
    assert anchored(annotated(data, (Spot(0, 2, 3), "一"))) == {"0": "对照组"}


def test_a_remark_on_no_words_stands_at_its_paragraph() -> None:
    numbering = '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:lvlText w:val="3.%1"/></w:lvl></w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    data = document(paragraph(properties='<w:numPr><w:numId w:val="1"/></w:numPr>') + paragraph("对照组"), numbering=numbering)
    found = annotated(data, (Spot(0, 0, 0), "没有术语"), (Spot(1, 1, 1), "整段"))
    assert anchored(found) == {"0": "", "1": "对照组"}
    assert blocks(found) == blocks(data)


def test_remarks_that_overlap_and_that_end_together_stay_in_order() -> None:
    data = document(paragraph("设置对照组和实验组"))
    found = annotated(data, (Spot(0, 2, 5), "一"), (Spot(0, 0, 5), "二"), (Spot(0, 4, 9), "三"), (Spot(0, 2, 5), "四"))
    assert anchored(found) == {"0": "对照组", "1": "设置对照组", "2": "组和实验组", "3": "对照组"}
    root = etree.fromstring(unzipped(found)["word/document.xml"])
    assert [element.get(f"{PREFIX}id") for element in root.iter(f"{PREFIX}commentReference")] == ["0", "1", "3", "2"]


def test_only_what_has_to_changes() -> None:
    before = parts(paragraph("对照组"), styles="", footnotes=note(1, paragraph("注")))
    after = unzipped(annotated(zipped(before), (Spot(0, 0, 3), "甲")))
    allowed = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert {name for name in after if after[name] != before.get(name)} == allowed
    assert list(after)[: len(before)] == list(before)


def test_comments_join_those_that_are_there() -> None:
    made = docx.Document()
    words = made.add_paragraph("设置对照组")
    made.add_comment(words.runs, "旧", author="甲")
    target = io.BytesIO()
    made.save(target)
    before = target.getvalue()
    found = annotated(before, (Spot(0, 2, 5), "新\n第二行"))
    assert anchored(found) == {"0": "设置对照组", "1": "对照组"}
    assert [written(comment) for comment in comments(found)] == [["旧"], ["新", "第二行"]]
    assert {name for name, part in unzipped(found).items() if part != unzipped(before)[name]} == {"word/document.xml", "word/comments.xml"}
    assert [comment.text for comment in docx.Document(io.BytesIO(found)).comments] == ["旧", "新\n第二行"]


@pytest.mark.parametrize(
    ("when", "date"),
    [
        (None, None),
        (datetime(2025, 3, 1, 8, tzinfo=UTC), "2025-03-01T08:00:00Z"),
        (datetime(2025, 3, 1, 8, tzinfo=timezone(timedelta(hours=8))), "2025-03-01T00:00:00Z"),
    ],
)
def test_author_and_date_are_as_given(when: datetime | None, date: str | None) -> None:
    (comment,) = comments(annotated(document(paragraph("甲")), (Spot(0, 0, 1), "一\x00二\ud800"), when=when))
    assert [comment.get(f"{PREFIX}{name}") for name in ("author", "initials", "date")] == ["isgkg", "IS", date]
    assert written(comment) == ["一二"]


def test_the_same_remarks_give_the_same_bytes() -> None:
    data = document(paragraph("对照组"))
    assert annotated(data, (Spot(0, 0, 3), "甲")) == annotated(data, (Spot(0, 0, 3), "甲"))
    assert annotated(data) == data


def test_the_strict_form_gets_strict_comments() -> None:
    data = strict(document(paragraph("设置对照组")))
    found = annotated(data, (Spot(0, 2, 5), "甲"))
    assert blocks(found) == blocks(data)
    assert comments(found)[0].tag == f"{{{STRICT}}}comment"
    assert b"http://purl.oclc.org/ooxml/officeDocument/relationships/comments" in unzipped(found)["word/_rels/document.xml.rels"]


@pytest.mark.parametrize("wrong", [Spot(1, 0, 1), Spot(-1, 0, 1), Spot(0, 0, 4), Spot(0, 2, 1), Spot(0, -1, 1)])
def test_spots_that_are_none_are_refused(wrong: Spot) -> None:
    with pytest.raises(ValueError, match="no place"):
        annotated(document(paragraph("对照组")), (wrong, "甲"))


def some_spots(found: tuple[Block, ...]) -> st.SearchStrategy[list[Spot]]:
    """Places of at least one character that is no space."""
    every = [
        Spot(index, start, end)
        for index, block in enumerate(found)
        for start in range(len(block.text))
        for end in range(start + 1, len(block.text) + 1)
    ]
    return st.lists(st.sampled_from(every), min_size=1, max_size=6)


@SLOW
@given(some_documents(), st.data())
def test_a_document_reads_the_same_with_comments(data: bytes, more: st.DataObject) -> None:
    spots = more.draw(some_spots(blocks(data)))
    found = annotated(data, *((place, "甲") for place in spots))
    for original in (False, True):
        assert blocks(found, original=original) == blocks(data, original=original)
    assert len(comments(found)) == len(spots)


@SLOW
@given(some_documents(has_ruby=False), st.data())
def test_comments_hold_the_words_of_their_spots(data: bytes, more: st.DataObject) -> None:
    found = blocks(data)
    spots = more.draw(some_spots(found))
    expected = {
        str(number): "" if found[place.block].kind == "footnote" else bare(found[place.block].text[place.start : place.end])
        for number, place in enumerate(spots)
    }
    assert anchored(annotated(data, *((place, "甲") for place in spots))) == expected
