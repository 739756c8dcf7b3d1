"""Words in texts: as a search for each of them would find them, and through what stands between characters without being seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.consistency.matching import Matcher

WORDS = ("对照组", "对照", "组织", "实验组", "AI", "社会实验")
MATCHER = Matcher((word, word) for word in WORDS)
HIDDEN = st.sampled_from(["\u200b", "\ufeff", "\u00ad", "\u2060\u200c"])
PIECES = st.lists(st.sampled_from([*"对照组织实验社会的，a ", "AI", "對"]), max_size=20)


def leftmost_longest(text: str) -> list[tuple[int, int, str]]:
    found, at = [], 0
    plain = text.replace("對", "对").lower()
    while at < len(plain):
        here = [word for word in WORDS if plain.startswith(word.lower(), at)]
        word = max(here, key=len, default=None)
        if word is None:
            at += 1
            continue
        end = at + len(word)
        if word != "AI" or (
            not (plain[max(at - 1, 0) : at].isascii() and plain[max(at - 1, 0) : at].isalpha())
            and not (plain[end : end + 1].isascii() and plain[end : end + 1].isalpha())
        ):
            found.append((at, end, word))
        at = end
    return found


@given(PIECES)
def test_words_are_found_leftmost_longest(pieces: list[str]) -> None:
    text = "".join(pieces).replace(" ", "、")
    assert [tuple(match) for match in MATCHER.find(text)] == leftmost_longest(text)


@pytest.mark.parametrize("between", [" ", "\u200b \ufeff", " \u200b", "\u00ad\u2060\u00a0"])
def test_a_space_between_chinese_characters_is_passed_over_with_what_hides_beside_it(between: str) -> None:
    assert list(MATCHER.find(f"组{between}织")) == [(0, 2 + len(between), "组织")]


@given(PIECES, st.data())
def test_characters_without_width_change_nothing_but_offsets(pieces: list[str], data: st.DataObject) -> None:
    plain = "".join(pieces)
    hidden = [data.draw(st.one_of(st.just(""), HIDDEN)) for _ in plain]
    text = "".join(char + more for char, more in zip(plain, hidden, strict=True))
    found = list(MATCHER.find(text))
    assert [match.meaning for match in found] == [match.meaning for match in MATCHER.find(plain)]
    for match, bare in zip(found, MATCHER.find(plain), strict=True):
        shown = [char for char in text[match.start : match.end] if char not in "\u200b\ufeff\u00ad\u2060\u200c"]
        assert "".join(shown) == plain[bare.start : bare.end]
        assert (text[match.start], text[match.end - 1]) == (shown[0], shown[-1])
