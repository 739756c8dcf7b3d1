"""Fonts, fills, heights and pages of a workbook of records.

Flows in: nothing but a sheet to hang styles on. Flows out: styles by name, which cells share.
"""

from copy import copy
from functools import partial
from typing import Final

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FILLS: Final = ("DDEBF7", "E2EFDA", "FFF2CC", "FCE4D6", "EDEDED", "E4DFEC")
"""The colours of the sections of a form."""
_TALLEST: Final = 400
"""Heights in points: Excel allows 409."""


def fit(sheet: Worksheet) -> None:
    """Print as many pages as it takes, each as wide as the sheet."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def height(text: str, width: float) -> float:
    """The height in points of the lines that a text takes in a column of this width; Chinese characters are two wide."""
    lines = sum(1 + int((len(line) + len(line.encode("utf-8", "replace"))) / 2 / (width + 1)) for line in text.split("\n"))
    return float(min(_TALLEST, 15 * lines))


def of(sheet: Worksheet) -> dict[str, Cell]:
    """Cells whose styles others share: making a style anew for each cell would take most of the time."""
    thin = Side(style="thin", color="D0D0D0")
    wrapped = Alignment(wrap_text=True, vertical="top")
    font = partial(Font, name="Calibri", family=2)  # 2: sans serif, where Calibri is missing
    fonts = {
        "title": font(size=14, bold=True),
        "head": font(size=11, bold=True),
        "key": font(size=8, color="808080"),
        "help": font(size=9, color="595959"),
        "english": font(size=9, color="595959"),
        "example": font(size=9, italic=True, color="808080"),
        "data": font(size=11),
        "blank": font(size=11),
        "needed": font(size=11),
        "closed": font(size=11),
        **{f"group{number}": font(size=11, bold=True) for number in range(len(FILLS))},
    }
    fills = {f"group{number}": fill for number, fill in enumerate(FILLS)}
    fills |= {"head": "BDD7EE", "example": "F7F7F7", "english": "F2F2F2", "needed": "FFFBE6", "closed": "D9D9D9"}
    found: dict[str, Cell] = {}
    for place, (name, chosen) in enumerate(fonts.items(), 1):
        model = Cell(sheet, 1, place)
        model.font, model.alignment, model.number_format = chosen, copy(wrapped), "@"
        if name not in ("title", "blank"):
            model.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        if name in fills:
            model.fill = PatternFill("solid", fgColor=fills[name])
        found[name] = model
    return found
