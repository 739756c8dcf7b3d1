"""Files that are no Word documents, or that are not to be trusted: a sentence for people, and never another exception."""

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isgkg import messages
from isgkg.drafts.model import Spot
from isgkg.drafts.word import package, reader
from isgkg.drafts.word.annotate import annotate
from isgkg.drafts.word.fix import fix
from isgkg.errors import ContentError
from tests.drafts.word_documents import (
    box,
    document,
    field,
    footnote,
    inserted,
    note,
    paragraph,
    parts,
    rezipped,
    run,
    table,
    zipped,
)

WHOLE = document(
    paragraph(
        "设置", inserted(run("对照组")), box(paragraph("盒")), footnote(1), field("TOC", run("甲")), properties='<w:pStyle w:val="1"/>'
    )
    + table((paragraph("格", properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),)),
    styles='<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="2"/></w:style>',
    numbering='<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    footnotes=note(1, paragraph("注")),
    comments="",
)


def with_part(name: str, content: bytes) -> bytes:
    return rezipped(WHOLE, lambda part, data: content if part == name else data)


def without(name: str) -> bytes:
    return zipped({part: data for part, data in parts(paragraph("甲")).items() if part != name})


def workbook() -> bytes:
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def doubled() -> bytes:
    target = io.BytesIO(WHOLE)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("WORD/document.xml", b"<a/>")
    return target.getvalue()


def empty() -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return target.getvalue()


def entity(encoding: str) -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return with_part("word/document.xml", text.encode(encoding))


DEEP = "<w:sdt><w:sdtContent>" * 120 + paragraph("甲") + "</w:sdtContent></w:sdt>" * 120
DEEPER = "<w:sdt>" * 300 + "</w:sdt>" * 300
FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "drafts.word.no-document"),
    "text": ("设置对照组".encode, "drafts.word.no-document"),
    "workbook": (workbook, "drafts.word.no-document"),
    "no main part": (lambda: without("word/document.xml"), "drafts.word.no-document"),
    "no relations": (lambda: without("_rels/.rels"), "drafts.word.no-document"),
    "another root": (lambda: with_part("word/document.xml", b"<document/>"), "drafts.word.no-document"),
    "cut off": (lambda: WHOLE[: len(WHOLE) // 2], "drafts.word.damaged"),
    "only the sign": (lambda: b"PK\x03\x04 and so on", "drafts.word.damaged"),
    "no XML": (lambda: with_part("word/document.xml", b"<w:document"), "drafts.word.damaged"),
    "empty XML": (lambda: with_part("word/styles.xml", b""), "drafts.word.damaged"),
    "two of one name": (doubled, "drafts.word.damaged"),
    "password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "drafts.password"),
    "old": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument", "drafts.old-word"),
    "bomb": (lambda: with_part("word/styles.xml", b" " * 64 * 1024**2), "drafts.word.swollen"),
    "doctype": (lambda: entity("ascii"), "drafts.word.doctype"),
    "doctype in UTF-16": (lambda: entity("utf-16"), "drafts.word.doctype"),
    "doctype in UTF-32": (lambda: entity("utf-32"), "drafts.word.doctype"),
    "deep": (lambda: document(DEEP), "drafts.word.nested"),
    "deeper": (lambda: document(DEEPER), "drafts.word.nested"),
    "no text": (empty, "drafts.empty"),
}


@pytest.mark.parametrize(("data", "key"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_refused(data: Callable[[], bytes], key: str) -> None:
    with pytest.raises(ContentError) as caught:
        reader.read(data(), "a.docx")
    assert (caught.value.key, caught.value.rule) == (key, "draft-file")
    assert all(caught.value.text(lang) for lang in messages.LANGUAGES)


def test_parts_too_large_for_a_tree_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_XML", 1000)
    with pytest.raises(ContentError) as caught:
        reader.read(document(paragraph("对照组" * 1000)), "a.docx")
    assert caught.value.key == "drafts.word.swollen"


def test_parts_are_found_by_their_relations() -> None:
    moved = {name.replace("word/document", "text/main"): part for name, part in parts(paragraph("甲")).items()}
    moved["_rels/.rels"] = moved["_rels/.rels"].replace(b"word/document.xml", b"/Text/Main.xml")
    assert reader.read(zipped(moved), "a.docx").blocks[0].text == "甲"
    found = annotate(zipped(moved), [(Spot(0, 0, 1), "一")], author="甲", initials="甲")
    assert {"text/comments.xml", "text/_rels/main.xml.rels"} <= set(zipfile.ZipFile(io.BytesIO(found)).namelist())


def all_of(data: bytes) -> None:
    """Reads, annotates and mends, as far as the document goes."""
    try:
        blocks = reader.read(data, "a.docx").blocks
        reader.read(data, "a.docx", original=True)
        index = next(index for index, block in enumerate(blocks) if block.text)
        spot = Spot(index, 0, len(blocks[index].text))
        annotate(data, [(spot, "甲")], author="甲", initials="甲")
        fix(data, [(spot, "甲")], author="甲")
    except ContentError as error:
        assert all(error.text(lang) for lang in messages.LANGUAGES)


def damaged(draw: st.DataObject, data: bytes) -> bytes:
    content = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        place = draw.draw(st.integers(0, len(content)))
        content[place : place + draw.draw(st.sampled_from([1, 1, 1, 0, 40]))] = draw.draw(st.binary(max_size=2))
    return bytes(content)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_damage_to_the_archive_gives_a_content_error_or_a_draft(draw: st.DataObject) -> None:
    all_of(damaged(draw, WHOLE))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_damage_to_a_part_gives_a_content_error_or_a_draft(draw: st.DataObject) -> None:
    names = zipfile.ZipFile(io.BytesIO(WHOLE)).namelist()
    chosen = draw.draw(st.sampled_from(names))
    all_of(rezipped(WHOLE, lambda name, part: damaged(draw, part) if name == chosen else part))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_elements_in_any_order_give_a_content_error_or_a_draft(draw: st.DataObject) -> None:
    names = (
        "p",
        "r",
        "t",
        "tbl",
        "tc",
        "ins",
        "del",
        "sdt",
        "txbxContent",
        "footnoteReference",
        "ruby",
        "pPr",
        "fldChar",
        "hyperlink",
        "br",
    )
    nested = st.recursive(
        st.just("甲"),
        lambda inner: st.builds(
            lambda name, parts: f'<w:{name} w:id="1">{"".join(parts)}</w:{name}>', st.sampled_from(names), st.lists(inner, max_size=3)
        ),
        max_leaves=30,
    )
    body = draw.draw(st.lists(nested, min_size=1, max_size=4))
    all_of(document(paragraph("甲") + "".join(body), footnotes=note(1, "".join(body))))
