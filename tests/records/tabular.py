"""Arbitrary records that tables can hold, and the form in which two trees of the same meaning are equal."""

from collections.abc import Iterable
from functools import cache

from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from isgkg import files, names
from isgkg.records import tree
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.tabular.layout import is_table
from isgkg.records.tree import Entry, Mapping, Note, Scalar, Tree


@cache
def schema() -> Schema:
    """The schema of the project's shapes."""
    root = files.root()
    shapes = [quad.triple for quad in parse((root / "shapes" / "fields.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=names.BASE)]
    paths = sorted((root / "ontology").glob("*.ttl"))
    ontology = [quad.triple for path in paths for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=names.BASE)]
    return Schema.of(shapes, ontology)


def tree_of(value: object) -> Tree:
    """The tree of dicts, lists and strings."""
    if isinstance(value, dict):
        return Mapping(tuple(Entry(str(key), None if inner is None else tree_of(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return tree.Sequence(tuple(tree_of(inner) for inner in value))
    return Scalar(str(value))


def plain(value: Tree | None) -> object:
    """What a tree means: without places, order, and the several forms of one value, of one text and of a reference."""
    if value is None or isinstance(value, Scalar):
        return value.text if value else None
    if isinstance(value, tree.Sequence):
        found = sorted((plain(item) for item in value.items), key=repr)
        return found[0] if len(found) == 1 else found
    entries = {entry.key: plain(entry.value) for entry in value.entries if entry.value is not None}
    return next(iter(entries.values())) if list(entries) in (["zh"], ["id"]) else sorted(entries.items())


def records_of(found: Iterable[Mapping | Note]) -> list[Mapping]:
    """The records among what a reader of tables gives, where all could be read; parts with equal ids are noted, and read nevertheless."""
    given = [*found]
    assert [item for item in given if isinstance(item, Note) and item.key != "table.same-id"] == []
    return [item for item in given if isinstance(item, Mapping)]


WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8).filter(lambda text: text.strip())
ODD = st.sampled_from(
    ["=1+1", "'quoted", "007", "1e5", "2025-03-01", " 前后有空格 ", "a;b,c\td", '"', "_x0041_", "TRUE", "-", "@", "#N/A", "是"]
)
TEXTS = st.one_of(WORDS, ODD)
LONG = st.one_of(TEXTS, st.builds("{}\n{}".format, TEXTS, TEXTS), st.just("a\r\nb"))
IDS = st.builds("part/{}".format, st.integers(0, 10**6))


def several(values: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """One value, or several different ones."""
    return st.one_of(values, st.lists(values, min_size=2, max_size=3, unique=True))


def value(field: Field, depth: int) -> st.SearchStrategy[object]:
    """What may stand in a field, and in a table."""
    if field.kind is Kind.TEXT:
        one = LONG if field.per_language else several(TEXTS)
        return one | st.dictionaries(st.sampled_from(["zh", "en", "zh-Hant"]), one, min_size=1, max_size=3)
    if field.kind is Kind.STRING:
        return LONG if field.single else several(TEXTS)
    if field.kind is Kind.PART:
        part = record(schema().classes[str(field.part)], depth + 1)
        return st.lists(part, min_size=1, max_size=2) if is_table(field) else part
    written = {
        Kind.DATE: st.sampled_from(["2025-03-01", "2025-3-1", "去年"]),
        Kind.INTEGER: st.sampled_from(["0", "-7", "007", "许多"]),
        Kind.BOOLEAN: st.sampled_from(["true", "false", "1", "maybe"]),
        Kind.IRI: st.sampled_from(["https://example.org/a", "std:GB-T-1-2020", "agent/a1"]),
        Kind.CODE: st.sampled_from(["C203", "P10304", "X1", "某种说法", "https://w3id.org/isgkg/c/C203"]),
        Kind.CHOICE: st.sampled_from([choice.key for choice in field.choices] or ["x"]),
    }[field.kind]
    if field.part:
        new = st.lists(record(schema().classes[field.part], depth + 1), min_size=1, max_size=2)
        return several(written) | new | st.builds(lambda code, concepts: [code, *concepts], written, new)
    return written if field.single else several(written)


@st.composite
def record(draw: st.DrawFn, record_class: RecordClass, depth: int = 0) -> dict[str, object]:
    """A record or a part of this class, with some of its fields."""
    fields = draw(st.lists(st.sampled_from(record_class.fields), min_size=1, max_size=5 if depth == 0 else 3, unique_by=lambda f: f.key))
    found = {field.key: draw(value(field, depth)) for field in fields}
    if depth and draw(st.booleans()):
        found["id"] = draw(IDS)
    return found


@st.composite
def some_records(draw: st.DrawFn) -> list[dict[str, object]]:
    """Records of one class, some with numbers of their own."""
    record_class = draw(st.sampled_from(schema().records))
    found = []
    for number in range(draw(st.integers(1, 3))):
        made = draw(record(record_class))
        made.pop("identifier", None)
        if draw(st.booleans()) or not made:
            made["identifier"] = f"GB/T {number}-2025"
        found.append({"type": record_class.name, **made})
    return found
