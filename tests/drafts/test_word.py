"""Word documents: what is read, where comments stand, what a fix changes and what it leaves."""

import io
import random
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from isgkg.drafts.model import Kind, Spot
from isgkg.drafts.word import annotate, fix, reader
from isgkg.drafts.word.numbering import formatted
from isgkg.errors import ContentError

from .documents import W, deleted, inserted, paragraph, word

SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def texts(data: bytes, *, original: bool = False) -> list[str]:
    return [block.text for block in reader.read(data, "d.docx", original=original).blocks]


def numbered(format_: str, text: str) -> str:
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
        f'<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:lvlText w:val="{text}"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )


def in_list(level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr>'


def test_words_over_runs_breaks_and_links_are_one_text() -> None:
    body = paragraph("对", "<w:hyperlink><w:r><w:t>照</w:t></w:r></w:hyperlink>", "<w:r><w:br/></w:r>", "组", "<w:r><w:tab/></w:r>", "AI")
    assert texts(word(body)) == ["对照组\tAI"]


def test_tracked_changes_are_read_as_accepted_or_as_before() -> None:
    data = word(paragraph("设置", deleted("对照组"), inserted("控制组"), "。"))
    assert texts(data) == ["设置控制组。"]
    assert texts(data, original=True) == ["设置对照组。"]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    data = word(paragraph("对照", properties="<w:rPr><w:del w:id='3' w:author='a'/></w:rPr>") + paragraph("组"))
    assert texts(data) == ["对照组"]
    assert texts(data, original=True) == ["对照", "组"]


def test_hidden_text_instructions_and_comments_are_no_text() -> None:
    body = paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>", "<w:r><w:instrText>PAGE</w:instrText></w:r>", "见")
    assert texts(word(body)) == ["见"]


def test_footnotes_and_text_boxes_stand_behind_their_paragraph() -> None:
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("脚注")}</w:footnote></w:footnotes>'
    box = f"<w:txbxContent>{paragraph('框内')}</w:txbxContent>"
    body = paragraph(
        "正文",
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>",
    ) + paragraph("其后")
    blocks = reader.read(word(body, footnotes=notes), "d.docx").blocks
    assert [(block.text, block.kind) for block in blocks] == [
        ("正文", Kind.TEXT),
        ("框内", Kind.BOX),
        ("脚注", Kind.FOOTNOTE),
        ("其后", Kind.TEXT),
    ]
    assert [block.paragraph for block in blocks] == [1, None, None, 2]


def test_cells_headings_and_contents_are_told_apart() -> None:
    document = docx.Document()
    document.add_heading("范围", 2)
    document.add_table(1, 1).cell(0, 0).text = "格"
    given = io.BytesIO()
    document.save(given)
    assert [(block.text, block.kind, block.level) for block in reader.read(given.getvalue(), "d").blocks] == [
        ("范围", Kind.HEADING, 2),
        ("格", Kind.CELL, 0),
    ]
    contents = '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>'
    data = word(f"{contents}{paragraph('1 范围')}</w:sdtContent></w:sdt>{paragraph('正文')}")
    assert [block.kind for block in reader.read(data, "d").blocks] == [Kind.CONTENTS, Kind.TEXT]


def test_numbers_that_word_counts_are_known() -> None:
    body = "".join(paragraph(text, properties=in_list(level)) for text, level in (("甲", 0), ("乙", 1), ("丙", 1), ("丁", 0), ("戊", 1)))
    blocks = reader.read(word(body, numbering=numbered("decimal", "%1.%2")), "d").blocks
    assert [block.number for block in blocks] == ["3", "3.1", "3.2", "4", "4.1"]
    chinese = reader.read(word(body, numbering=numbered("chineseCounting", "第%2条")), "d").blocks
    assert [block.number for block in chinese] == ["3", "第一条", "第二条", "4", "第一条"]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (11, "chineseCounting", "十一"),
        (101, "chineseCounting", "一百零一"),
        (14, "upperRoman", "XIV"),
        (28, "lowerLetter", "bb"),
        (3, "decimalFullWidth", "３"),
        (3, "unknown", "3"),
    ],
)
def test_formats_of_numbers(number: int, form: str, text: str) -> None:
    assert formatted(number, form) == text


def test_an_empty_numbered_paragraph_is_a_block() -> None:
    blocks = reader.read(word(paragraph(properties=in_list(1)) + paragraph("术语"), numbering=numbered("decimal", "%1.%2")), "d").blocks
    assert [(block.text, block.number) for block in blocks] == [("", "3.1"), ("术语", None)]


# Comments and changes

RUNS = ["对照组", "的", "AI ", "<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>", inserted("新"), deleted("旧")]
PIECES = st.lists(st.sampled_from(RUNS), min_size=1)
BODIES = st.lists(PIECES, min_size=1, max_size=4).filter(lambda body: any({"对照组", "的"} & set(pieces) for pieces in body))


def commented(data: bytes) -> dict[str, str]:
    """By the text of each comment the words that it stands at."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
        comments = etree.fromstring(archive.read("word/comments.xml"))
    words: dict[str, str] = {}
    open_: set[str] = set()
    for element in document.iter():
        name, id_ = etree.QName(element).localname, element.get(f"{{{W}}}id") or ""
        if name == "commentRangeStart":
            open_.add(id_)
            words[id_] = ""
        elif name == "commentRangeEnd":
            open_.remove(id_)
        elif name == "t":
            for at in open_:
                words[at] += element.text or ""
    assert not open_
    return {"\n".join("".join(p.itertext()) for p in comment): words[comment.get(f"{{{W}}}id") or ""] for comment in comments}


@SLOW
@given(BODIES, st.randoms(use_true_random=False))
def test_comments_stand_at_the_very_words_and_change_nothing_else(body: list[list[str]], chance: random.Random) -> None:
    data = word("".join(paragraph(*pieces) for pieces in body))
    blocks = reader.read(data, "d").blocks
    spots = []
    for number, block in enumerate(blocks):
        for _ in range(3):
            start = chance.randrange(len(block.text))
            spots.append(Spot(number, start, chance.randint(start + 1, len(block.text))))
    spots = [spot for spot in dict.fromkeys(spots) if blocks[spot.block].text[spot.start : spot.end].strip()]
    remarks = [(spot, f"评语 {number}\n第二行") for number, spot in enumerate(spots)]
    result = annotate.annotate(data, remarks, author="isgkg", initials="i")
    assert reader.read(result, "d").blocks == blocks
    found = commented(result)
    for spot, text in remarks:
        expected = blocks[spot.block].text[spot.start : spot.end]
        assert found[text].replace("\t", "").split() == expected.replace("\t", "").split()
    changed = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(result)) as new:
        assert all(old.read(name) == new.read(name) for name in old.namelist() if name not in changed)


def test_comments_join_those_that_are_there_and_one_on_a_footnote_goes_to_its_mark() -> None:
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("脚注")}</w:footnote></w:footnotes>'
    data = word(paragraph("正文", '<w:r><w:footnoteReference w:id="2"/></w:r>', "其余"), footnotes=notes)
    once = annotate.annotate(data, [(Spot(0, 0, 2), "一")], author="甲", initials="甲")
    twice = annotate.annotate(once, [(Spot(1, 0, 2), "二")], author="甲", initials="甲")
    assert commented(twice) == {"一": "正文", "二": ""}
    assert annotate.annotate(data, [(Spot(0, 0, 2), "一")], author="甲", initials="甲") == once


@SLOW
@given(BODIES, st.text(alphabet="甲乙 <&", max_size=4), st.randoms(use_true_random=False))
def test_a_fix_is_the_new_text_when_accepted_and_the_old_one_before(body: list[list[str]], new: str, chance: random.Random) -> None:
    data = word("".join(paragraph(*pieces) for pieces in body if "新" not in "".join(pieces)) + paragraph("末"))
    blocks = reader.read(data, "d").blocks
    replacements, expected = [], []
    for number, block in enumerate(blocks):
        text = block.text
        at = chance.randrange(len(text))
        if text == "末" or "\t" in text or not text[at : at + 2].strip():
            expected.append(text)
            continue
        replacements.append((Spot(number, at, min(at + 2, len(text))), new))
        expected.append(text[:at] + new + text[at + 2 :])
    result = fix.fix(data, replacements, author="isgkg")
    assert texts(result, original=True) == texts(data, original=True)
    assert "".join("".join(texts(result)).split()) == "".join("".join(expected).split())


def test_words_of_an_insertion_are_changed_within_it() -> None:
    data = word(paragraph("设", inserted("对照组")))
    result = fix.fix(data, [(Spot(0, 1, 4), "控制组")], author="isgkg")
    assert texts(result) == ["设控制组"]
    assert texts(result, original=True) == ["设"]


def test_replacements_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        fix.fix(word(paragraph("对照组")), [(Spot(0, 0, 2), "甲"), (Spot(0, 1, 3), "乙")], author="a")


# Bad input


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"PK\x03\x04 cut", "drafts.word.damaged"),
        (b"plain text", "drafts.word.no-document"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99, "drafts.old-word"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "drafts.password"),
        (zipped(a=b"x"), "drafts.word.no-document"),
        (zipped(a=b"\0" * 50_000_000), "drafts.word.swollen"),
        (word(""), "drafts.empty"),
        (word(paragraph("")), "drafts.empty"),
        (word("<w:tbl><w:tr><w:tc>" * 60 + "</w:tc></w:tr></w:tbl>" * 60), "drafts.word.nested"),
    ],
    ids=["cut", "text", "old", "password", "zip", "bomb", "no body", "no words", "nested"],
)
def test_what_cannot_be_read_says_why(data: bytes, key: str) -> None:
    with pytest.raises(ContentError) as raised:
        reader.read(data, "d.docx")
    assert (raised.value.key, raised.value.rule) == (key, "draft-file")
    assert raised.value.text("zh").count("。") >= 2


def test_entities_are_refused_before_they_are_read() -> None:
    data = word(paragraph("文"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "word/document.xml":
                content = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + content
            new.writestr(entry, content)
    with pytest.raises(ContentError) as raised:
        reader.read(out.getvalue(), "d.docx")
    assert raised.value.key == "drafts.word.doctype"


@SLOW
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=30))
def test_a_damaged_document_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(word(paragraph("对照组", "<w:r><w:tab/></w:r>")))
    for at, value in changes:
        data[at % len(data)] = value
    try:
        reader.read(bytes(data), "d.docx")
    except ContentError as error:
        assert error.rule == "draft-file"
