"""Word documents for tests: written out in XML, or drawn at random."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from lxml import etree

from isgkg.drafts.model import Block
from isgkg.drafts.word import reader

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def parts(body: str, **others: str) -> dict[str, bytes]:
    """The parts of a document: its body, and others by the kind of their relation, all without their root."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes", "comments": "comments"}
    roots |= {"header": "hdr", "footer": "ftr"}
    relations = "".join(f'<Relationship Id="rId{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>' for kind in others)
    overrides = "".join(f'<Override PartName="/word/{kind}.xml" ContentType="{MAIN_TYPE}.{kind}+xml"/>' for kind in others)
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        "word/media/other.bin": "untouched",
    }
    texts |= {f"word/{kind}.xml": f"<w:{roots[kind]} {NAMESPACES}>{content}</w:{roots[kind]}>" for kind, content in others.items()}
    return {name: text.encode() for name, text in texts.items()}


def zipped(content: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in content.items():
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    return zipped({name: change(name, part) for name, part in unzipped(data).items()})


def document(body: str, **others: str) -> bytes:
    return zipped(parts(body, **others))


def margin(kind: str, part: str) -> str:
    """The properties of a section with this part, such as “header”, as its header or footer."""
    return f'<w:sectPr><w:{kind}Reference w:type="default" xmlns:r="{RELATIONS}" r:id="rId{part}"/></w:sectPr>'


def strict(data: bytes) -> bytes:
    """The document in the strict form of ISO/IEC 29500."""

    def change(_: str, part: bytes) -> bytes:
        part = part.replace(W.encode(), STRICT.encode())
        return part.replace(RELATIONS.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")

    return rezipped(data, change)


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def gone(text: str) -> str:
    return f'<w:r><w:delText xml:space="preserve">{escape(text)}</w:delText></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    inside = "".join(part if part.startswith("<") else run(part) for part in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def inserted(content: str) -> str:
    return f'<w:ins w:id="900" w:author="甲">{content}</w:ins>'


def deleted(content: str) -> str:
    return f'<w:del w:id="901" w:author="甲">{content}</w:del>'


def box(content: str) -> str:
    """A text box as Word writes it: for newer and for older programs, with the same text."""
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{content}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def table(*rows: tuple[str, ...]) -> str:
    return "<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows) + "</w:tbl>"


def footnote(id_: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{id_}"/></w:r>'


def note(id_: int, content: str) -> str:
    return f'<w:footnote w:id="{id_}">{content}</w:footnote>'


def field(instruction: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{mark('begin')}<w:r><w:instrText>{instruction}</w:instrText></w:r>{mark('separate')}{result}{mark('end')}"


def ruby(text: str) -> str:
    return f"<w:r><w:ruby><w:rt>{run('yin')}</w:rt><w:rubyBase>{run(text)}</w:rubyBase></w:ruby></w:r>"


def blocks(data: bytes, *, original: bool = False) -> tuple[Block, ...]:
    return reader.read(data, "a.docx", original=original).blocks


def texts(data: bytes, *, original: bool = False) -> list[str]:
    return [block.text for block in blocks(data, original=original)]


def anchored(data: bytes) -> dict[str, str]:
    """The text that stands between the ends of the range of each comment, spaces left out."""
    prefix = f"{{{W}}}"
    root = etree.fromstring(unzipped(data)["word/document.xml"])
    found: dict[str, str] = {}
    opened: dict[str, int] = {}
    for element in root.iter():
        around = [str(outer.tag).rpartition("}")[2] for outer in element.iterancestors()]
        id_, depth = element.get(f"{prefix}id") or "", around.count("txbxContent")
        if element.tag == f"{prefix}commentRangeStart":
            opened[id_], found[id_] = depth, ""
        elif element.tag == f"{prefix}commentRangeEnd":
            del opened[id_]
        elif (
            element.tag == f"{prefix}t"
            and element.getparent().find(f"{prefix}rPr/{prefix}vanish") is None
            and not {"del", "moveFrom", "Fallback", "rt"} & set(around)
        ):
            for open_id, at in opened.items():
                if at == depth:
                    found[open_id] += element.text or ""
    assert not opened
    return {id_: bare(text) for id_, text in found.items()}


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


WORDS = st.text("智能社会对照组 abc、-", min_size=1, max_size=6)


@st.composite
def some_inline(draw: st.DrawFn, *, has_ruby: bool, is_note: bool) -> str:
    """A part of a paragraph."""
    text = draw(WORDS)
    forms: list[Callable[[], str]] = [
        lambda: run(text),
        lambda: run(text, "<w:b/>"),
        lambda: f"<w:r><w:t>{escape(text)}</w:t><w:tab/><w:t>{escape(draw(WORDS))}</w:t></w:r>",
        lambda: f"<w:r><w:t>{escape(text)}</w:t><w:br/><w:t>{escape(draw(WORDS))}</w:t><w:lastRenderedPageBreak/></w:r>",
        lambda: inserted(run(text) + "<w:proofErr/>" + run(draw(WORDS))),
        lambda: inserted(run(text) + deleted(gone(draw(WORDS)))),
        lambda: deleted(gone(text)),
        lambda: f'<w:moveFrom w:id="902" w:author="甲">{run(text)}</w:moveFrom>',
        lambda: f'<w:moveTo w:id="903" w:author="甲">{run(text)}</w:moveTo>',
        lambda: f"<w:hyperlink>{run(text)}{run(draw(WORDS))}</w:hyperlink>",
        lambda: f"<w:sdt><w:sdtPr/><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>",
        lambda: field("REF a", run(text)),
        lambda: run(text, "<w:vanish/>"),
        lambda: "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>",
        *([] if is_note else [lambda: footnote(draw(st.integers(1, 3))), lambda: box(paragraph(run(text), inserted(run(draw(WORDS)))))]),
        *([lambda: ruby(text)] if has_ruby else []),
    ]
    return draw(st.sampled_from(forms))()


@st.composite
def some_documents(draw: st.DrawFn, *, has_ruby: bool = True) -> bytes:
    """A document with at least one block of text."""

    def some_paragraph(*, is_note: bool = False) -> str:
        mark = draw(st.sampled_from(["", "", "", '<w:rPr><w:del w:id="904"/></w:rPr>', '<w:rPr><w:ins w:id="905"/></w:rPr>']))
        return paragraph(*draw(st.lists(some_inline(has_ruby=has_ruby, is_note=is_note), min_size=1, max_size=5)), properties=mark)

    content = [paragraph(draw(WORDS.filter(str.strip)))]
    for _ in range(draw(st.integers(1, 4))):
        content.append(some_paragraph())
        if draw(st.booleans()):
            content.append(table((some_paragraph(), some_paragraph()), (table((some_paragraph(),)) + paragraph(), some_paragraph())))
    notes = "".join(note(id_, some_paragraph(is_note=True)) for id_ in (1, 2))
    return document("".join(content), footnotes=notes)
