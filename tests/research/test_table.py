"""Tables: values of their datatypes, frames with their types, fingerprints that say when two answers are one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from isgkg import names
from isgkg.errors import InputError
from isgkg.research import Table, fingerprint
from isgkg.research.connection import is_ordered
from isgkg.research.table import value


def typed(text: str, local: str) -> Literal:
    return Literal(text, datatype=NamedNode(names.XSD + local))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (None, None),
        (NamedNode("http://e/a"), "http://e/a"),
        (BlankNode("b"), "_:b"),
        (Literal("词", language="zh"), "词"),
        (typed("007", "integer"), 7),
        (typed("5", "unsignedByte"), 5),
        (typed("1.50", "decimal"), Decimal("1.50")),
        (typed("1e3", "double"), 1000.0),
        (typed("1", "boolean"), True),
        (typed("2025-02-28", "date"), date(2025, 2, 28)),
        (typed("2025-02-28T10:00:00Z", "dateTime"), datetime(2025, 2, 28, 10, tzinfo=UTC)),
        (typed("2025-02-30", "date"), "2025-02-30"),
        (typed("20250228", "date"), "20250228"),
        (typed("2025-02-28Z", "date"), "2025-02-28Z"),
        (typed("1_000", "integer"), "1_000"),
        (typed("yes", "boolean"), "yes"),
        (typed("x", "decimal"), "x"),
        (Literal("a", datatype=NamedNode("http://e/own")), "a"),
    ],
)
def test_a_term_is_the_value_of_its_datatype_or_its_text(term: object, expected: object) -> None:
    found = value(term)
    assert (found, type(found)) == (expected, type(expected))


COLUMNS = {
    "text": (Literal("a"), Literal("b"), None),
    "count": (typed("1", "integer"), None, typed("3", "integer")),
    "share": (typed("1", "integer"), typed("0.5", "decimal"), typed("2e0", "double")),
    "true": (typed("true", "boolean"), None, typed("false", "boolean")),
    "day": (typed("2025-02-28", "date"), None, typed("1066-10-14", "date")),
    "moment": (typed("2025-02-28T10:00:00Z", "dateTime"), None, None),
    "mixed": (typed("1", "integer"), Literal("a"), None),
    "huge": (typed(str(2**70), "integer"), None, None),
    "empty": (None, None, None),
}
TABLE = Table(tuple(COLUMNS), tuple(zip(*COLUMNS.values(), strict=True)))


def test_rows_and_columns() -> None:
    assert len(TABLE) == 3
    assert TABLE[0]["count"] == 1
    assert TABLE[-1]["text"] is None
    assert [row["text"] for row in TABLE] == ["a", "b", None] == TABLE.column("text")
    assert [row["text"] for row in TABLE[1:]] == ["b", None]
    with pytest.raises(InputError) as caught:
        TABLE.column("none")
    assert caught.value.text("en") == f"The table has no column “none”. Choose one of: {', '.join(COLUMNS)}."


def test_a_printed_table_is_aligned_and_says_how_many_rows_there_are() -> None:
    table = Table(("code", "zh", "en"), ((Literal("S301"), Literal("基层应用标准"), None), (Literal("K1"), Literal("词\n"), Literal("a"))))
    assert str(table).splitlines() == ["code  zh            en", "S301  基层应用标准", "K1    词␊           a", "(rows: 2)"]
    assert repr(table) == str(table)
    assert str(Table((), ())) == "\n(rows: 0)"
    long = Table(("n",), tuple((typed(str(number), "integer"),) for number in range(1234)))
    assert str(long).splitlines()[-2:] == ["19", "(rows: 1234; the first 20 are shown)"]
    assert len(str(Table(("n",), ((Literal("长" * 1000),),)))) < 100


def test_a_table_in_a_notebook_is_escaped() -> None:
    shown = Table(("a",), ((Literal("<script>&"),), (None,)))._repr_html_()
    assert "<td>&lt;script&gt;&amp;</td></tr><tr><td></td>" in shown
    assert "<th>a</th>" in shown
    assert "(rows: 2)" in shown


def test_a_frame_of_pandas_has_types() -> None:
    frame = TABLE.to_pandas()
    assert list(frame.columns) == list(COLUMNS)
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert kinds["moment"].startswith("datetime64")
    assert kinds["day"].startswith("datetime64") or list(frame["day"])[2] == date(1066, 10, 14)
    assert [kinds[name] for name in ("text", "count", "share", "true", "mixed", "huge", "empty")] == [
        *("string", "Int64", "Float64", "boolean", "object", "object", "string")
    ]
    assert frame["count"].sum() == 4
    assert frame["huge"][0] == 2**70
    assert pd.isna(frame["count"][1])


def test_a_frame_of_polars_has_types() -> None:
    frame = TABLE.to_polars()
    assert [frame.schema[name] for name in ("text", "count", "share", "true", "day", "mixed", "huge", "empty")] == [
        *(pl.String, pl.Int64, pl.Float64, pl.Boolean, pl.Date, pl.String, pl.String, pl.String)
    ]
    assert isinstance(frame.schema["moment"], pl.Datetime)
    assert frame["count"].sum() == 4
    assert frame["day"].to_list() == [date(2025, 2, 28), None, date(1066, 10, 14)]
    assert frame["huge"][0] == str(2**70)


def test_a_table_without_rows_is_a_frame_without_rows() -> None:
    empty = Table(("a", "b"), ())
    assert empty.to_pandas().shape == (0, 2)
    assert empty.to_polars().shape == (0, 2)


TERMS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8"), max_size=5).map(Literal),
    st.integers(0, 3).map(lambda number: NamedNode(f"http://e/{number}")),
    st.integers(0, 3).map(lambda number: typed(str(number), "integer")),
)
ROWS = st.lists(st.tuples(TERMS, TERMS), max_size=6)


@given(ROWS, st.randoms())
def test_the_order_of_rows_counts_only_where_the_query_gives_one(rows: list[tuple[object, object]], random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    one, other = Table(("a", "b"), tuple(rows)), Table(("a", "b"), tuple(shuffled))
    assert fingerprint(one) == fingerprint(other)
    assert (fingerprint(one, ordered=True) == fingerprint(other, ordered=True)) == (rows == shuffled)


@given(ROWS, ROWS)
def test_different_answers_have_different_fingerprints(one: list[object], other: list[object]) -> None:
    same = sorted(map(str, one)) == sorted(map(str, other))
    assert (fingerprint(Table(("a", "b"), tuple(one))) == fingerprint(Table(("a", "b"), tuple(other)))) == same


def test_graphs_truth_values_and_blank_nodes_have_fingerprints() -> None:
    def graph(name: str) -> list[Triple]:
        p = NamedNode("http://e/p")
        return [Triple(BlankNode(name), p, Literal("a")), Triple(NamedNode("http://e/s"), p, BlankNode(name))]

    assert fingerprint(graph("b0")) == fingerprint(reversed(graph("c9")))
    assert fingerprint(graph("b0")) != fingerprint(graph("b0")[:1])
    assert fingerprint(True) != fingerprint(False)
    assert fingerprint(Table(("a",), ((BlankNode("x"),),))) == fingerprint(Table(("a",), ((BlankNode("y"),),)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT * { ?s ?p ?o } order by ?s", True),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 3 } }", False),
        ("SELECT ?order { ?s ?p 'ORDER BY' } # ORDER BY", False),
    ],
)
def test_whether_a_query_orders_its_rows(query: str, expected: bool) -> None:
    assert is_ordered(query) is expected
