"""JSON is read strictly, with the place of every key and value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.errors import ContentError
from isgkg.records import jsons
from isgkg.records.tree import Entry, Mapping, Mark, Scalar, Sequence, Tree
from tests.records.refusals import refusal, shortened

TEXT = st.text(alphabet=st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def plain(tree: Tree | None) -> object:
    """The tree as Python values, numbers read by the json module."""
    if isinstance(tree, Mapping):
        return {entry.key: plain(entry.value) for entry in tree.entries}
    if isinstance(tree, Sequence):
        return [plain(item) for item in tree.items]
    if isinstance(tree, Scalar):
        return tree.text if tree.quoted else json.loads(tree.text)
    return None


def without_nulls(value: object) -> object:
    """What is left of lists when null is not there."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items()}
    return value


@given(VALUES, st.sampled_from([None, 0, 1, "\t"]), st.booleans())
def test_the_reader_agrees_with_the_json_module(value: object, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = list(jsons.read(text))
    assert [plain(tree) for tree in found] == ([] if value is None else [without_nulls(value)])


@given(st.text() | st.text(alphabet="{}[]\",:\\u0123.eE+- \nturefalsn'/#"))
def test_what_the_json_module_refuses_is_refused(text: str) -> None:
    def constant(_: str) -> object:
        raise ValueError

    try:
        expected = json.loads(text, parse_constant=constant)
    except (ValueError, RecursionError):
        assert refusal(lambda: list(jsons.read(text))).line is not None
        return
    try:
        assert [plain(tree) for tree in jsons.read(text)] == ([] if expected is None else [without_nulls(expected)])
    except ContentError as error:
        assert error.key in {"record.json.surrogate", "record.text.control", "record.nesting"}


def test_places_and_text_are_kept() -> None:
    (tree,) = jsons.read('{"𠀀": "值", "n": 1.10,\n\t"n": [true, null, -0e1]}')
    assert tree == Mapping(
        (
            Entry("𠀀", Scalar("值", Mark(1, 7)), Mark(1, 2)),
            Entry("n", Scalar("1.10", Mark(1, 17), False), Mark(1, 12)),
            Entry("n", Sequence((Scalar("true", Mark(2, 8), False), Scalar("-0e1", Mark(2, 20), False)), Mark(2, 7)), Mark(2, 2)),
        ),
        Mark(1, 1),
    )


def test_json_lines_hold_a_document_each() -> None:
    found = list(jsons.read_lines('{"a": 1}\n\n{"a": 2}\n'))
    assert [(plain(tree), tree.mark.line) for tree in found] == [({"a": 1}, 1), ({"a": 2}, 3)]


def test_a_bad_line_of_json_lines_does_not_stop_the_others() -> None:
    first, bad, cut, last, end = jsons.read_lines('{"a": 1}\n{bad}\n{"a": "1\n{"a": 2}\n{"a"')
    assert (plain(first), plain(last)) == ({"a": 1}, {"a": 2})
    assert [(note.key, note.mark) for note in (bad, cut, end)] == [
        ("record.json.key", Mark(2, 2)),
        ("record.json.unclosed", Mark(3, 7)),
        ("record.json.colon", Mark(5, 5)),
    ]


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        ("", "record.json.end", 1, 1),
        ('{"a": 1', "record.json.end", 1, 8),
        ('{"a": [1, 2', "record.json.end", 1, 12),
        ('{"a"', "record.json.colon", 1, 5),
        ('{"a": 1,\n}', "record.json.trailing-comma", 2, 1),
        ("[1, 2,]", "record.json.trailing-comma", 1, 7),
        ("{'a': 1}", "record.json.quotes", 1, 2),
        ('{"a": “b”}', "record.json.quotes", 1, 7),
        ('{"a": 1 // one\n}', "record.json.comment", 1, 9),
        ('{\n  # c\n"a": 1}', "record.json.comment", 2, 3),
        ("/* c */ {}", "record.json.comment", 1, 1),
        ('{"a": 1 "b": 2}', "record.json.separator", 1, 9),
        ('{"a": [1}', "record.json.separator", 1, 9),
        ('{"a": NaN}', "record.json.word", 1, 7),
        ("[-Infinity]", "record.json.word", 1, 2),
        ("[True]", "record.json.word", 1, 2),
        ("{a: 1}", "record.json.key", 1, 2),
        ('{"a": b}', "record.json.syntax", 1, 7),
        ("[01]", "record.json.syntax", 1, 2),
        ("[1.]", "record.json.syntax", 1, 2),
        ("[２]", "record.json.syntax", 1, 2),
        ('["a\nb"]', "record.json.unclosed", 1, 2),
        ('["a', "record.json.unclosed", 1, 2),
        ('["a\tb"]', "record.text.control", 1, 4),
        ('["\\x"]', "record.json.escape", 1, 3),
        ('["\\ud800"]', "record.json.surrogate", 1, 2),
        ('["\ud800"]', "record.text.control", 1, 3),
        ("{} {}", "record.json.more", 1, 4),
        ("[" * 65 + "]" * 65, "record.nesting", 1, 65),
        ("[" * 1_000_000, "record.nesting", 1, 65),
        ('{"a":' * 1_000_000, "record.nesting", 1, 321),
        ('"' + "\\\\" * 100_000 + "\\q" * 100_000, "record.json.escape", 1, 200_002),
        ('["' + "a" * 1_000_000, "record.json.unclosed", 1, 2),
    ],
    ids=shortened,
)
def test_faults_are_named_with_their_place(text: str, key: str, line: int, column: int) -> None:
    error = refusal(lambda: list(jsons.read(text)))
    assert (error.key, error.line, error.column) == (key, line, column)


def test_as_many_levels_as_allowed_are_read() -> None:
    assert len(list(jsons.read("[" * jsons.MAX_DEPTH + "]" * jsons.MAX_DEPTH))) == 1
