"""The chapter 术语和定义 as a Word file.

Flows in: a Chapter. Flows out: the bytes of a .docx, the same for the same chapter. Headings, numbers and terms are in 黑体, the text is in
宋体, both 五号 (10.5 pt), notes in 小五 (9 pt), as the standards of the GB series are set.
"""

import io
from datetime import datetime
from typing import Final

from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import CharacterStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from isgkg.errors import InputError
from isgkg.terms.chapter import LEAD, Chapter, Entry
from isgkg.terms.sheets import settled

_HEI: Final = "黑体"
_SONG: Final = "宋体"
_LATIN: Final = "Times New Roman"
_SIZE: Final = Pt(10.5)
_SMALL: Final = Pt(9)
_INDENT: Final = 2 * _SIZE


def word(made: Chapter) -> bytes:
    """The .docx. Raises InputError for a text with characters that XML does not hold."""
    document = Document()
    _set(document.styles["Normal"], _SONG)
    heading = document.styles["Heading 1"]
    _set(heading, _HEI)
    assert isinstance(heading, CharacterStyle)
    heading.font.color.rgb = RGBColor(0, 0, 0)
    heading.font.bold = False
    properties = document.core_properties
    properties.author = properties.last_modified_by = "isgkg"
    properties.title, properties.comments = made.heading, ""
    properties.created = properties.modified = datetime(1980, 1, 1)  # noqa: DTZ001  # the file holds it without a zone
    try:
        document.add_heading(made.heading, 1)
        _text(document, LEAD)
        for entry in made.entries:
            _entry(document, entry)
    except ValueError as error:
        raise InputError("terms.export.control", text=made.heading) from error
    raw = io.BytesIO()
    document.save(raw)
    return settled(raw.getvalue())


def _entry(document: Word, entry: Entry) -> None:
    _font(_line(document).add_run(entry.number), _HEI)
    term = _line(document, indent=True)
    _font(term.add_run(entry.term), _HEI, bold=True)
    if entry.english:
        _font(term.add_run(f"  {entry.english}"), _HEI)
    for admitted in entry.admitted:
        _font(_line(document, indent=True).add_run(admitted), _SONG)
    _text(document, entry.definition)
    for note in entry.notes:
        label, colon, rest = note.partition("：")
        line = _line(document, indent=True)
        _font(line.add_run(label + colon), _HEI, size=_SMALL)
        _font(line.add_run(rest), _SONG, size=_SMALL)
    if entry.source:
        _text(document, f"[来源：{entry.source}]")


def _line(document: Word, *, indent: bool = False) -> Paragraph:
    line = document.add_paragraph()
    line.paragraph_format.space_after = Pt(0)
    if indent:
        line.paragraph_format.first_line_indent = _INDENT
    return line


def _text(document: Word, text: str) -> None:
    _font(_line(document, indent=True).add_run(text), _SONG)


def _font(run: Run, chinese: str, *, bold: bool = False, size: Pt = _SIZE) -> None:
    run.font.name = _LATIN
    run.font.size = size
    run.font.bold = bold or None
    # python-docx sets the Latin font only; Chinese characters have one of their own.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)


def _set(style: object, chinese: str) -> None:
    assert isinstance(style, CharacterStyle)
    style.font.name, style.font.size = _LATIN, _SIZE
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a font of the theme would count before ours
    fonts.set(qn("w:eastAsia"), chinese)
