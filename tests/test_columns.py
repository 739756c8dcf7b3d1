"""Text in the columns of a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg import columns


@pytest.mark.parametrize(("text", "width"), [("", 0), ("abc", 3), ("社会", 4), ("e\u0301", 1), ("Ａ", 2)])
def test_width(text: str, width: int) -> None:
    assert columns.width(text) == width


@given(st.text(), st.integers(2, 40))
def test_what_is_cut_fits_and_is_the_beginning(text: str, limit: int) -> None:
    shown = columns.cut(text, limit)
    assert columns.width(shown) <= limit
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]) and columns.width(text) > limit)


@given(st.lists(st.tuples(st.text("ab社会", max_size=9), st.text("ab社会", min_size=1, max_size=9)), min_size=1))
def test_columns_begin_at_the_same_width(rows: list[tuple[str, str]]) -> None:
    widest = max(columns.width(columns.cut(first, 8)) for first, _ in rows)
    for line, (first, second) in zip(columns.aligned(rows, 8), rows, strict=True):
        shown = columns.cut(first, 8)
        assert line == shown + " " * (widest - columns.width(shown) + 2) + columns.cut(second, 8)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("普通 text", "普通 text"), ("a\nb\tc", "a␊b␉c"), ("\x1b[0m", "␛[0m"), ("\x7f", "␡"), ("\u202e", "⟨U+202E⟩"), ("\ud800", "⟨U+D800⟩")],
)
def test_what_cannot_be_seen_is_made_visible(text: str, shown: str) -> None:
    assert columns.visible(text) == shown


@given(st.text(st.characters()))
def test_visible_text_has_nothing_that_cannot_be_seen(text: str) -> None:
    shown = columns.visible(text)
    assert columns.unseen(shown) == set()
    assert all(char in shown for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
