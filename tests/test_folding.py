"""The folded form: what differs by width, case, spaces, quote marks or script variant only is equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isgkg.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“数字码”治理", '"数字码"治理'),
        ("智能社會", "智能社会"),
        ("ＡＩ　社会实验", "ai社会实验"),
        ("AI social experiment", "aisocialexperiment"),
        ("智慧\u200b校园", "智慧校园"),
    ],
)
def test_variants_fold_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("组织运行模式", "组织运转模式"), ("风险评估", "风险评价")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=50))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
