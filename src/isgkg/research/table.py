"""A result as a table of Python values, and as a frame of pandas or polars.

Flows in: solutions. Flows out: rows by variable. An IRI is its text; a literal is the value of its datatype where that has one in Python,
else its lexical form; what is unbound is None.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Final, TypeAlias, overload

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from isgkg import messages, names
from isgkg.columns import aligned, visible
from isgkg.errors import InputError

if TYPE_CHECKING:
    import pandas
    import polars

Value: TypeAlias = str | int | float | bool | Decimal | date | datetime | None
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple | None


_SHOWN: Final = 20
"""Rows of a table that is printed."""
_WIDEST: Final = 60
"""Columns of a terminal that one of its cells takes."""


@dataclass(frozen=True, repr=False)
class Table(Sequence[Mapping[str, Value]]):
    """The solutions of a SELECT query, in its order. `columns` are its variables; `terms` the RDF terms behind the values, row by row.

    Printed, or as the last line of a notebook's cell, it shows its first rows and says how many there are.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term, ...], ...]

    @classmethod
    def of(cls, solutions: QuerySolutions) -> "Table":
        """The table of these solutions, which are consumed."""
        columns = tuple(variable.value for variable in solutions.variables)
        return cls(columns, tuple(tuple(solution[name] for name in columns) for solution in solutions))

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mapping[str, Value]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Value] | Sequence[Mapping[str, Value]]:
        if isinstance(index, slice):
            return [self._row(terms) for terms in self.terms[index]]
        return self._row(self.terms[index])

    def __len__(self) -> int:
        return len(self.terms)

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        return map(self._row, self.terms)

    def __str__(self) -> str:
        return "\n".join([*aligned([self.columns, *self._first_rows()], _WIDEST), self._count()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """What notebooks show."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self._first_rows())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{escape(self._count())}</p>"

    def _first_rows(self) -> list[list[str]]:
        """The values of the first rows as text, on one line each; "" for what is unbound."""
        return [["" if term is None else visible(str(value(term))) for term in row] for row in self.terms[:_SHOWN]]

    def _count(self) -> str:
        """How many rows there are, in the language of this package's errors."""
        was_cut = len(self) > _SHOWN
        return messages.text("research.first-rows" if was_cut else "table.rows", "en", count=len(self), shown=_SHOWN)

    def column(self, name: str) -> list[Value]:
        """The values of one column. Raises InputError for a name that is none."""
        if name not in self.columns:
            raise InputError("research.no-column", name=name, known=", ".join(self.columns) or "–")
        place = self.columns.index(name)
        return [value(terms[place]) for terms in self.terms]

    def to_pandas(self) -> "pandas.DataFrame":
        """A frame whose columns have pandas' own nullable types: Int64, Float64 (also of decimals), boolean, string, datetime64; a column
        of several kinds is of objects. Raises InputError where pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415  # an optional dependency
        except ImportError as error:
            raise InputError("research.frames", package="pandas") from error
        frame = {}
        for name in self.columns:
            values, kind = _aligned(self.column(name))
            if kind is date or kind is datetime:
                series = pd.Series(values, dtype="object")
                try:
                    frame[name] = series if kind is datetime and _mixes_zones(values) else pd.to_datetime(series)
                except (ValueError, OverflowError):  # years that fit into no datetime64 stay objects
                    frame[name] = series
            else:
                frame[name] = pd.Series(values, dtype=_PANDAS.get(kind, "object"))
        return pd.DataFrame(frame, columns=list(self.columns))

    def to_polars(self) -> "polars.DataFrame":
        """A frame with the types Int64, Float64 (also of decimals), Boolean, String, Date and Datetime; a column of several kinds is of
        strings. Raises InputError where polars is not installed.
        """
        try:
            import polars as pl  # noqa: PLC0415  # an optional dependency
        except ImportError as error:
            raise InputError("research.frames", package="polars") from error
        frame = {}
        for name in self.columns:
            values, kind = _aligned(self.column(name))
            if kind is None or kind is str or (kind is datetime and _mixes_zones(values)):
                frame[name] = pl.Series(name, [None if one is None else str(one) for one in values], dtype=pl.String)
            else:
                frame[name] = pl.Series(name, values, dtype=pl.Date if kind is date else None)
        return pl.DataFrame(frame)

    def _row(self, terms: Sequence[Term]) -> dict[str, Value]:
        return dict(zip(self.columns, map(value, terms), strict=True))


def value(term: Term) -> Value:
    """The term as a value of Python. A literal that its datatype does not have, such as the 30th of February, stays text."""
    if term is None:
        return None
    if isinstance(term, Literal):
        read = _READ.get(term.datatype.value)
        try:
            return term.value if read is None else read(term.value)
        except (ValueError, ArithmeticError):
            return term.value
    return term.value if isinstance(term, NamedNode) else str(term)


_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGERS: Final = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_PANDAS: Final[Mapping[type | None, str]] = {int: "Int64", float: "Float64", bool: "boolean", str: "string"}
_INT64: Final = range(-(2**63), 2**63)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _boolean(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text] if text in {"true", "1", "false", "0"} else _none(text)


def _none(text: str) -> bool:
    raise ValueError(text)


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):  # with a time zone, a date of XML Schema is none of Python
        raise ValueError(text)
    return date.fromisoformat(text)


_READ: Final[Mapping[str, Callable[[str], Value]]] = {
    **{names.XSD + local: _integer for local in _INTEGERS},
    names.XSD + "decimal": Decimal,
    names.XSD + "double": float,
    names.XSD + "float": float,
    names.XSD + "boolean": _boolean,
    names.XSD + "date": _date,
    names.XSD + "dateTime": datetime.fromisoformat,
}


def _aligned(values: Sequence[Value]) -> tuple[list[Value], type | None]:
    """The values of a column, and their one type; numbers of several kinds become floats. None where there is no one type."""
    kinds = {type(one) for one in values if one is not None}
    if kinds <= {int} and any(one is not None and one not in _INT64 for one in values):
        return list(values), None
    if kinds and kinds <= {int, float, Decimal} and kinds != {int}:
        return [None if one is None else float(one) for one in values], float  # type: ignore[arg-type]  # numbers, as just checked
    return list(values), kinds.pop() if len(kinds) == 1 else str if not kinds else None


def _mixes_zones(values: Sequence[Value]) -> bool:
    return len({one.utcoffset() for one in values if isinstance(one, datetime)}) > 1
