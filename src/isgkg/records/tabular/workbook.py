"""The cells of a workbook (.xlsx, ECMA-376), as text, without trust in the file.

Flows in: bytes. Flows out: the sheets with their cells. Only values are read: no styles but those of dates, no links, no macros. A workbook
that would swell when it is unpacked, that declares entities or that is protected by a password is refused.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from isgkg.content import archives
from isgkg.content.archives import Fault
from isgkg.errors import ContentError

RULE: Final = "record-workbook"
MAX_CELLS: Final = 5_000_000
"""How many cells with a value a workbook may hold."""

_FAULTS: Final = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, RuntimeError, OSError),
    *(StopIteration, LookupError, ValueError, OverflowError),
)
"""What zipfile and expat raise on damaged files, and what follows from numbers or references that are none."""
_CHUNK: Final = 1024**2
"""How much expat is fed at once: it looks again at an element that is not complete, so that small pieces of a long one take long."""
_MERGED: Final = 10_000
_ALL_MERGED: Final = 1_000_000
"""How many cells a merged cell may cover for its text to count in all of them, and how many all merged cells of a sheet."""
_ESCAPED: Final = re.compile("_x([0-9A-Fa-f]{4})_")  # ST_Xstring: ECMA-376 part 1, 22.9.2.19

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A sheet: its title, the texts of its cells by row and column (from 1), and the cells without a value, with the key of the reason."""

    title: str
    texts: dict[Place, str]
    faults: dict[Place, str]


def read(data: bytes) -> list[Cells]:
    """The sheets of a workbook in order. Raises ContentError where it is no workbook, or one that is not to be opened."""
    _refuse(archives.fault_of(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse(archives.fault_within(archive))
            return _Workbook(archive).sheets()
    except _FAULTS as error:
        raise ContentError("excel.damaged", rule=RULE) from error


_REFUSALS: Final = {
    Fault.PASSWORD: "record.file.password",
    Fault.OLD: "record.file.old-excel",
    Fault.NO_ARCHIVE: "excel.damaged",
    Fault.SWOLLEN: "excel.swollen",
}


def _refuse(found: Fault | None) -> None:
    if found is not None:
        raise ContentError(_REFUSALS[found], rule=RULE, limit=archives.MAX_BYTES // 1024**2)


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lower(): name for name in archive.namelist()}
        self._count = 0

    def sheets(self) -> list[Cells]:
        main = next(target for target in self._related("").values() if target.endswith("workbook.xml"))
        book = _Book()
        self._parse(main, book.start, None)
        targets = self._related(main)
        shared, styles = _Strings(), _Styles()
        for target in targets.values():
            if posixpath.basename(target).lower() == "sharedstrings.xml":
                self._parse(target, shared.start, shared.end, shared.text)
            elif posixpath.basename(target).lower() == "styles.xml":
                self._parse(target, styles.start, styles.end)
        epoch = CALENDAR_MAC_1904 if book.mac else CALENDAR_WINDOWS_1900
        found = []
        for title, relation in book.sheets:
            if "worksheet" in targets.get(relation, ""):
                sheet = _Sheet(title, shared.texts, styles.dates(), epoch, MAX_CELLS - self._count)
                self._parse(targets[relation], sheet.start, sheet.end, sheet.text)
                self._count += len(sheet.texts)
                found.append(Cells(title=title, texts=sheet.merged(), faults=sheet.faults))
        return found

    def _related(self, part: str) -> dict[str, str]:
        """The parts that a part refers to, by the id of the relation."""
        folder, name = posixpath.split(part)
        found: dict[str, str] = {}

        def start(local: str, attributes: Mapping[str, str]) -> None:
            if local == "Relationship" and attributes.get("TargetMode") != "External":
                # An absolute target begins at the root of the archive; join() then drops the folder.
                found[attributes["Id"]] = posixpath.normpath(posixpath.join(folder, attributes["Target"])).lstrip("/")

        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), start, None)
        return found

    def _parse(
        self,
        part: str,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
        if end is not None:
            parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(self._names[part.lower()]) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise ContentError("excel.doctype", rule=RULE)


class _Book:
    """workbook.xml: the sheets in order, and from when days are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.mac = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next(value for key, value in attributes.items() if key.endswith(" id"))
            self.sheets.append((attributes["name"], relation))
        elif name == "workbookPr":
            self.mac = attributes.get("date1904") in {"1", "true"}


class _Strings:
    """sharedStrings.xml. Text in <rPh> is how to pronounce the string, and no part of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._is_text = self._is_phonetic = False

    def start(self, name: str, _: Mapping[str, str]) -> None:
        if name == "rPh":
            self._is_phonetic = True
        elif name == "t":
            self._is_text = not self._is_phonetic

    def end(self, name: str) -> None:
        if name == "si":
            self.texts.append(_unescaped("".join(self._parts)))
            self._parts.clear()
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "t":
            self._is_text = False

    def text(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)


class _Styles:
    """styles.xml: which styles of cells show a number as a date."""

    def __init__(self) -> None:
        self._formats = dict(BUILTIN_FORMATS)
        self._used: list[int] = []
        self._is_cell = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cell = True
        elif name == "xf" and self._is_cell:
            self._used.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_cell = False

    def dates(self) -> frozenset[int]:
        # 27–36 and 50–58 are the built-in dates of Chinese Excel: ECMA-376 part 1, 18.8.30.
        east = {*range(27, 37), *range(50, 59)}
        return frozenset(style for style, code in enumerate(self._used) if code in east or is_date_format(self._formats.get(code)))


@dataclass(kw_only=True)
class _Open:
    """A cell that is being read."""

    place: Place
    type: str
    style: int
    parts: list[str] = field(default_factory=list)
    has_formula: bool = False


class _Sheet:
    """A worksheet."""

    def __init__(self, title: str, shared: list[str], dates: frozenset[int], epoch: datetime, limit: int) -> None:
        self._title = title
        self.texts: dict[Place, str] = {}
        self.faults: dict[Place, str] = {}
        self._shared, self._dates, self._epoch, self._limit = shared, dates, epoch, limit
        self._merges: list[str] = []
        self._row = self._column = 0
        self._cell: _Open | None = None
        self._is_value = self._is_phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            place = coordinate_to_tuple(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
            self._column = place[1]
            self._cell = _Open(place=place, type=attributes.get("t", "n"), style=int(attributes.get("s", "0")))
        elif name == "f" and self._cell is not None:
            self._cell.has_formula = True
        elif name == "rPh":
            self._is_phonetic = True
        elif name in ("v", "t"):
            self._is_value = not self._is_phonetic
        elif name == "mergeCell":
            self._merges.append(attributes["ref"])

    def text(self, text: str) -> None:
        if self._is_value and self._cell is not None:
            self._cell.parts.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_value = False
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "c" and self._cell is not None:
            self._close(self._cell)
            self._cell = None

    def _close(self, cell: _Open) -> None:
        raw = "".join(cell.parts)
        if cell.type == "e":
            self.faults[cell.place] = "excel.error"
        elif cell.has_formula and not raw and cell.type != "str":
            self.faults[cell.place] = "excel.formula"
        elif raw:
            self.texts[cell.place] = self._value(cell, raw)
            if len(self.texts) > self._limit:
                raise ContentError("excel.swollen", rule=RULE, limit=archives.MAX_BYTES // 1024**2)

    def _value(self, cell: _Open, raw: str) -> str:
        if cell.type == "s":
            return self._shared[int(raw)]
        if cell.type in ("str", "inlineStr"):
            return _unescaped(raw)
        if cell.type == "b":
            return "false" if raw.strip() in {"0", "false"} else "true"
        if cell.type == "d":
            return raw.removesuffix("T00:00:00")
        number = float(raw)
        if cell.style in self._dates:
            return _date(number, self._epoch)
        return str(int(number)) if number.is_integer() else repr(number)

    def merged(self) -> dict[Place, str]:
        """The texts, with that of a merged cell in all the cells that it covers. Raises ContentError where these are too many."""
        covered = 0
        for reference in self._merges:
            first, _, last = reference.partition(":")
            (top, left), (bottom, right) = coordinate_to_tuple(first), coordinate_to_tuple(last or first)
            text = self.texts.get((top, left))
            area = (right - left + 1) * (bottom - top + 1)
            if text is not None and area <= _MERGED:
                covered += area
                if covered > _ALL_MERGED:
                    raise ContentError("excel.merged", rule=RULE, sheet=self._title, limit=_ALL_MERGED)
                self.texts |= {(row, column): text for row in range(top, bottom + 1) for column in range(left, right + 1)}
        return self.texts


def _date(number: float, epoch: datetime) -> str:
    """The date that a number of days means; with the time, if it has one."""
    try:
        found = from_excel(number, epoch)
    except (OverflowError, ValueError):
        return repr(number)
    if isinstance(found, datetime):
        return found.date().isoformat() if found.time() == time() else found.isoformat()
    return str(found) if isinstance(found, time | timedelta) else repr(number)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


_UNWRITABLE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """The text as a cell holds it: what XML cannot carry, or would change, as _xHHHH_."""
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match.group()):04X}_", text)
