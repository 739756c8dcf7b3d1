"""YAML is read with the place of every key and value; its scalars stay as they are written."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from isgkg.errors import ContentError
from isgkg.records import yamls
from isgkg.records.tree import Entry, Mapping, Mark, Scalar, Sequence, Tree
from tests.records.refusals import refusal, shortened

TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufeff"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def resolved(tree: Tree | None) -> object:
    """The tree as PyYAML would load it: plain scalars resolved."""
    if isinstance(tree, Mapping):
        return {entry.key: resolved(entry.value) for entry in tree.entries}
    if isinstance(tree, Sequence):
        return [resolved(item) for item in tree.items]
    if isinstance(tree, Scalar):
        return tree.text if tree.quoted else yaml.safe_load(tree.text)
    return None


def without_nulls(value: object) -> object:
    if isinstance(value, list):
        return [without_nulls(item) for item in value if item is not None]
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items()}
    return value


@given(VALUES, st.sampled_from([None, True, False]), st.booleans(), st.sampled_from([20, 1000]))
def test_the_reader_agrees_with_pyyaml(value: object, flow: bool | None, unicode: bool, width: int) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=unicode, width=width)
    assert [resolved(tree) for tree in yamls.read(text)] == ([] if value is None else [without_nulls(value)])


@given(st.text() | st.text(alphabet="ab:- \n\t\"'[]{}&*!|>%@`,?#~\ufeff\x85\u2028𠀀"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        trees = list(yamls.read(text))
    except ContentError as error:
        assert error.line is not None
        assert error.text("zh").endswith("。")
        return
    assert all(isinstance(tree, Scalar | Sequence | Mapping) for tree in trees)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_places_and_text_are_kept(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yamls, "_LOADER", getattr(yaml, loader))
    text = "# 𠀀\n𠀀: {k: '𠀀', d: 2025-03-01}\nx: &a\n- 0010\n- null\n- ~\nx: *a\ny:\nz: ''\n"
    (tree,) = yamls.read(text)
    items = Sequence((Scalar("0010", Mark(4, 3), False),), Mark(3, 4))
    assert tree == Mapping(
        (
            Entry(
                "𠀀",
                Mapping(
                    (
                        Entry("k", Scalar("𠀀", Mark(2, 8)), Mark(2, 5)),
                        Entry("d", Scalar("2025-03-01", Mark(2, 16), False), Mark(2, 13)),
                    ),
                    Mark(2, 4),
                ),
                Mark(2, 1),
            ),
            Entry("x", items, Mark(3, 1)),
            Entry("x", items, Mark(7, 1)),
            Entry("y", None, Mark(8, 1)),
            Entry("z", Scalar("", Mark(9, 4)), Mark(9, 1)),
        ),
        Mark(2, 1),
    )


def test_lines_are_counted_as_editors_count_them() -> None:
    (tree,) = yamls.read("a: 'x\u2028y'\nb: 'x\x85y' #\u2029\nc: 1\n")
    assert isinstance(tree, Mapping)
    assert [entry.mark for entry in tree.entries] == [Mark(1, 1), Mark(2, 1), Mark(3, 1)]


def test_documents_that_are_empty_are_not_there() -> None:
    assert [resolved(tree) for tree in yamls.read("---\na: 1\n---\n---\nb: 2\n...\n")] == [{"a": 1}, {"b": 2}]


def test_standard_tags_are_accepted() -> None:
    (tree,) = yamls.read("[!!str 1, !!int 2, ! x, !!str null]")
    assert isinstance(tree, Sequence)
    assert [(item.text, item.quoted) for item in tree.items] == [("1", True), ("2", False), ("x", True), ("null", True)]


def bomb(levels: int, width: int) -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("a:\n\tb: 1\n", "record-syntax", 2, 1),
        ("a:\n  b: 1\n \tc: 2\n", "record-syntax", 3, 2),
        ("a: [1, 2\nb: 3", "record-syntax", 2, 2),
        ("ok: 1\na: 'x\n\n", "record-syntax", 2, 4),
        ('a: "x', "record-syntax", 1, 4),
        ("@context: x", "record-syntax", 1, 1),
        ("a: `x`", "record-syntax", 1, 4),
        ("a: b: c", "record-syntax", 1, 5),
        ("a: 1\n b: 2", "record-syntax", 2, 3),
        ("a: \x01", "record-syntax", 1, 4),
        ("a: \ud800", "record-syntax", 1, 4),
        ('a: "\\uD800"', "record-syntax", 1, 7),
        ("%YAML 3.0\n---\na", "record-syntax", 1, 1),
        ("%TAG ! tag:x,2000:\n---\na: 1", "record-tag", 1, 1),
        ("a: *x", "record-aliases", 1, 4),
        ("a: &x [1, *x]", "record-aliases", 1, 11),
        ("a: &x {*x : 1}", "record-aliases", 1, 8),
        (bomb(9, 10), "record-aliases", 6, None),
        ("? [a]\n: b", "record-key", 1, 3),
        ("? {a: 1}\n: b", "record-key", 1, 3),
        ("x: &l [1]\n*l : 2", "record-key", 2, 1),
        ("a: !!python/object:os.system x", "record-tag", 1, 4),
        ("a: !!binary eA==", "record-tag", 1, 4),
        ("a: !mine {}", "record-tag", 1, 4),
        ("[" * 65 + "]" * 65, "record-nesting", 1, 65),
        ("[" * 100_000, "record-nesting", 1, None),  # the column is of our limit or of libyaml's own
        ("{a: " * 100_000, "record-nesting", 1, 257),
        ("- " * 100_000, "record-nesting", 1, 129),
        ("\n".join(" " * n + "a:" for n in range(100)), "record-nesting", 65, 65),
        ("a: &x " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*x" + "]" * 40, "record-nesting", 2, 44),
    ],
    ids=shortened,
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_faults_are_named_with_their_place(
    text: str, rule: str, line: int, column: int | None, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yamls, "_LOADER", getattr(yaml, loader))
    error = refusal(lambda: list(yamls.read(text)))
    assert (error.rule, error.line) == (rule, line)
    if loader == "CSafeLoader" and column is not None:
        assert error.column == column


def test_the_usual_mistakes_are_named() -> None:
    keys = {text: refusal(lambda text=text: list(yamls.read(text))).key for text in ("a:\n\tb: 1\n", "a: 'x", "@c: x", "a: b: c")}
    assert list(keys.values()) == [f"record.yaml.{name}" for name in ("tab", "unclosed", "reserved", "colon")]


def test_what_is_quoted_from_a_file_stays_short() -> None:
    assert len(refusal(lambda: list(yamls.read("a: !<" + "x" * 100_000 + "> b"))).text("zh")) < 300


def test_aliases_within_bounds_are_read() -> None:
    (tree,) = yamls.read(bomb(4, 10))
    assert isinstance(tree, Mapping)
    assert len(str(resolved(tree.get("a3"))).split("x")) == 2001
