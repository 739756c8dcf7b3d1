"""Tables: tab-separated files with a header line, one line an item.

Flows in: a file of data/. Flows out: rows that know their line. In a cell ⏎ stands for a line break of the guideline's text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from isgkg import files
from isgkg.errors import SourceError

LINE_BREAK = "⏎"


@dataclass(frozen=True)
class Row:
    """One line of a table: `file` as shown to people, `line` counted from 1, and the cells by column name."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def number(self, column: str) -> int:
        """The cell as a non-negative integer. Raises SourceError where it is none."""
        text = self.cells[column]
        if not text.isdecimal():
            raise SourceError("source.number", file=self.file, line=self.line, column=column, value=text, rule="table")
        return int(text)

    def offsets(self, start: str = "start", end: str = "end") -> tuple[int, int] | None:
        """The code-point offsets in these two columns; None where both are empty. Raises SourceError otherwise."""
        if not self.cells[start] and not self.cells[end]:
            return None
        return self.number(start), self.number(end)


def read(path: Path, shown_as: str, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table with exactly these columns. Raises SourceError naming file and line; `shown_as` is the name that it shows."""
    lines = files.read_text(path, shown_as).split("\n")
    header = lines[0].split("\t")
    if header != list(columns):
        raise SourceError("source.header", file=shown_as, line=1, expected=" ".join(columns), found=" ".join(header), rule="table")
    for line, content in enumerate(lines[1:], start=2):
        if not content:
            continue
        cells = content.split("\t")
        if len(cells) != len(columns):
            raise SourceError("source.columns", file=shown_as, line=line, expected=len(columns), found=len(cells), rule="table")
        yield Row(shown_as, line, {name: cell.replace(LINE_BREAK, "\n") for name, cell in zip(columns, cells, strict=True)})
