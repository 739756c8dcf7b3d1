"""Tables of terms as files: CSV and Excel workbooks.

Flows in: bytes, or rows. Flows out: rows, or bytes that are the same for the same rows. A workbook is looked at before openpyxl unpacks it:
what would swell, is locked, or declares entities is refused.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import ParseError

from lxml.etree import XMLSyntaxError
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from isgkg.content import archives, encoding
from isgkg.content.archives import Fault
from isgkg.errors import ContentError, InputError
from isgkg.terms.table import RULE, Row

_FAULTS: Final = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, LookupError, ValueError, TypeError, AttributeError, OverflowError),
    *(ParseError, XMLSyntaxError),
)
"""What zipfile, openpyxl and its parsers raise on damaged files."""
_REFUSALS: Final = {
    Fault.PASSWORD: "terms.excel.password",
    Fault.OLD: "terms.excel.old",
    Fault.NO_ARCHIVE: "terms.excel.damaged",
    Fault.SWOLLEN: "terms.excel.swollen",
}
_CHUNK: Final = 1024**2
_MAX_ROWS: Final = 100_000
_MAX_COLUMNS: Final = 256
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FORMULA: Final = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST: Final = 32_767
"""Characters of a cell (Excel specifications and limits)."""


def from_csv(data: bytes) -> Iterator[Row]:
    """The rows of a CSV file with commas, semicolons or tabs between its cells, each with the line that it begins on.

    Raises ContentError (rules encoding, terms-table) where it is no text, or a quote has no end.
    """
    text = encoding.decode(data).text
    head = text.lstrip("\n").partition("\n")[0]
    delimiter = max(",\t;", key=lambda sign: (head.count(sign), sign == ","))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_unquoted(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise ContentError("terms.csv.quote", rule=RULE, line=line) from error


def _unquoted(cell: str) -> str:
    """The cell without the apostrophe that keeps a spreadsheet from running it (see `to_csv`)."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def to_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """CSV (RFC 4180) with a byte order mark, by which spreadsheets know UTF-8; what they would run has an apostrophe in front."""
    out = io.StringIO()
    csv.writer(out).writerows([[f"'{cell}" if _FORMULA.match(cell) else _fit(cell) for cell in row] for row in rows])
    return "\ufeff".encode() + out.getvalue().encode()


def _fit(cell: str) -> str:
    if _UNFIT.search(cell) or len(cell) > _LONGEST:
        raise InputError("terms.export.control", text=_UNFIT.sub("\ufffd", cell)[:80])
    return cell


def from_excel(data: bytes) -> tuple[str, Iterator[Row]]:
    """The title of the first sheet that holds anything, and its rows. Raises ContentError (rule terms-table)."""
    _refuse(archives.fault_of(data))
    try:
        _inspect(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it leaves out, such as lists of choices
            found = _first(data)
    except _FAULTS as error:
        raise ContentError("terms.excel.damaged", rule=RULE) from error
    if found is None:
        raise ContentError("terms.table.empty", rule=RULE)
    return found


def _first(data: bytes) -> tuple[str, Iterator[Row]] | None:
    """The title and the rows of the first sheet that is not empty."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = list(_rows(sheet))
            if any(any(cells) for _, cells in rows):
                return sheet.title, iter(rows)
    finally:
        book.close()
    return None


def _rows(sheet: Worksheet) -> Iterator[Row]:
    """The rows, counted anew: the size that the file claims is not believed."""
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=_MAX_COLUMNS), start=1):
        if number > _MAX_ROWS:
            raise ContentError("terms.excel.swollen", rule=RULE, limit=archives.MAX_BYTES // 1024**2)
        yield number, ["" if value is None else _text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


def _refuse(found: Fault | None) -> None:
    if found is not None:
        raise ContentError(_REFUSALS[found], rule=RULE, limit=archives.MAX_BYTES // 1024**2)


def _inspect(data: bytes) -> None:
    """Raises ContentError for an archive that would swell, and for one whose XML declares a document type."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _refuse(archives.fault_within(archive))
        for name in archive.namelist():
            if not name.lower().endswith((".xml", ".rels")):
                continue
            with archive.open(name) as part:
                tail = b""
                while chunk := part.read(_CHUNK):
                    # In UTF-16 there is a NUL between the letters; a cell's own "<" is escaped, so that this is markup.
                    if b"<!DOCTYPE" in (tail + chunk).replace(b"\0", b""):
                        raise ContentError("terms.excel.doctype", rule=RULE)
                    tail = chunk[-32:]


def to_excel(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """A workbook of one sheet; cells are texts, never formulas."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, place)
                assert isinstance(cell, Cell)
                cell.value = _fit(text)
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1)
    for place in range(1, len(rows[0]) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 12 if place == 1 else 30
    sheet.freeze_panes = "C2"
    raw = io.BytesIO()
    book.properties.creator = "isgkg"
    book.properties.created = datetime(*_EPOCH)  # noqa: DTZ001  # the archive holds it without a zone
    book.save(raw)
    return settled(raw.getvalue())


def settled(data: bytes) -> bytes:
    """The same office file without the hour of its making: the same bytes for the same content."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:modified|created)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
