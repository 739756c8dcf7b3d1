"""Search: by label, code and pinyin, the best first."""

import pytest

from isgkg.store import EmbeddedStore
from isgkg.terms import graph
from isgkg.terms.model import Concept, Designation, Status, TermBase
from isgkg.terms.search import Rank, search


def base(*terms: str) -> TermBase:
    return TermBase(concepts=tuple(Concept(id=f"T{number}", designations=(Designation(text=term),)) for number, term in enumerate(terms)))


@pytest.fixture(scope="session")
def guideline(release_store: EmbeddedStore) -> TermBase:
    return graph.from_store(release_store)


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("智能社会", Rank.EXACT),
        ("智能 社会", Rank.EXACT),
        ("智能社會", Rank.EXACT),
        ("Intelligent  Society", Rank.EXACT),
        ("ｋ０３", Rank.EXACT),
        ("zhinengshehui", Rank.PINYIN),
        ("zhineng shehui", Rank.PINYIN),
        ("ZhīNéng shè huì", Rank.PINYIN),
        ("zhi4neng2she4hui4", Rank.PINYIN),
        ("智能shehui", Rank.PINYIN),
        ("znsh", Rank.INITIALS),
    ],
)
def test_ways_to_find_a_concept(guideline: TermBase, query: str, rank: Rank) -> None:
    hit = search(guideline, query)[0]
    assert (hit.concept.id, hit.rank) == ("K03", rank)


def test_the_best_come_first() -> None:
    found = search(base("论社会", "社会学", "社会", "色会", "试验"), "社会")
    assert [(hit.concept.id, hit.rank) for hit in found] == [("T2", Rank.EXACT), ("T1", Rank.PREFIX), ("T0", Rank.CONTAINED)]
    found = search(base("上海", "社会", "上海城"), "sh")
    assert [hit.rank for hit in found] == [Rank.INITIALS] * 3


def test_each_reading_of_a_character_finds_it() -> None:
    for query in ("chongqing", "zhongqing", "lvse", "luse", "lüse", "lǜsè", "hangye", "xingye", "hy", "xy"):
        assert search(base("重庆", "绿色", "行业"), query), query
    assert not search(base("重庆"), "chongqi2ng!")


def test_a_syllable_may_be_begun_only_at_the_end() -> None:
    assert search(base("智能社会"), "zhinengsh")
    assert search(base("论智能社会"), "nengshe")
    assert not search(base("智能社会"), "zhishe")
    assert not search(base("智能社会"), "z")


def test_rejected_designations_are_found_after_preferred_ones() -> None:
    both = TermBase(
        concepts=(
            Concept(id="T1", designations=(Designation(text="新词甲"), Designation(text="对照组", status=Status.DEPRECATED))),
            Concept(id="T2", designations=(Designation(text="对照组"),)),
        )
    )
    assert [hit.concept.id for hit in search(both, "對照組")] == ["T2", "T1"]


@pytest.mark.parametrize("query", ["", " ", "“”", "\ud800", "a" * 10_000, "'", "（"])
def test_no_query_breaks_it(guideline: TermBase, query: str) -> None:
    assert isinstance(search(guideline, query), list)
