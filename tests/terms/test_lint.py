"""The rules of terms on a user's file: each finds what it should, and leaves alone what is sound."""

from dataclasses import replace

import pytest

from isgkg.store import EmbeddedStore
from isgkg.terms import graph
from isgkg.terms.document import Document
from isgkg.terms.lint import lint
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

SOUND = Concept(
    id="T1",
    designations=(
        Designation(text="智能社会"),
        Designation(text="intelligent society", lang="en"),
        Designation(text="数智社会", status=Status.ADMITTED),
        Designation(text="智慧社会", status=Status.DEPRECATED, reason={"zh": "不用"}),
    ),
    definitions=(Definition(text="以智能技术为支撑的社会形态", source="GB/T 1—2020，3.1"),),
)
OTHER = Concept(
    id="T2",
    designations=(Designation(text="治理绩效"), Designation(text="governance performance", lang="en")),
    definitions=(Definition(text="治理活动取得的成效", is_editorial=True),),
)


def rules(*concepts: Concept) -> list[tuple[str, str]]:
    report = lint(Document(base=TermBase(concepts=concepts)), "zh", "a.csv")
    lint(Document(base=TermBase(concepts=concepts)), "en")
    assert all(finding.fix and finding.fix.text and finding.place.file == "a.csv" for finding in report.findings)
    return [(finding.rule, finding.severity.value) for finding in report.findings]


def test_sound_terms_have_no_findings() -> None:
    assert rules(SOUND, OTHER) == []


def add(**changes: object) -> Designation:
    return replace(Designation(text="别称", status=Status.ADMITTED), **changes)  # type: ignore[arg-type]


V, W = "violation", "warning"


@pytest.mark.parametrize(
    ("designations", "expected"),
    [
        ([add(status=Status.PREFERRED)], [("T01", V)]),
        ([add(text="智能社会")], [("T02", V)]),
        ([add(text="智慧社会", reason={})], [("T02", V), ("T19", V)]),
        ([add(text="治理 绩效")], [("T04", V), ("T04", V)]),
        ([add(text="ＡＩ社会"), add(text="AI社会")], [("T04", V), ("T04", V)]),
        ([add(status=Status.SUPERSEDED)], [("T06", V)]),
        ([add(status=Status.DEPRECATED, lang="de", reason={"en": "x"})], [("T06", V)]),
        ([add(lang="")], [("T07", V)]),
        ([add(lang="中文")], [("T07", V)]),
        ([add(lang="zh-Hant")], []),
        ([add(text="")], [("T09", V)]),
        ([add(text="智慧\u200b校园")], [("T09", V)]),
        ([add(text=" 校园")], [("T09", V)]),
    ],
)
def test_designations(designations: list[Designation], expected: list[tuple[str, str]]) -> None:
    assert rules(replace(SOUND, designations=(*SOUND.designations, *designations)), OTHER) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("指智能社会", [("T12", V), ("T13", W)]),
        ("是指治理的过程", [("T13", W)]),
        ("治理的过程。", [("T13", W)]),
        ("过程；以及结果", [("T14", W)]),
        ("过程。结果", [("T14", W)]),
        ("不新建的场景", [("T15", W)]),
        ("应由委员会开展的审查", [("T16", V)]),
        ("可能出现的、可持续的社会应用", []),
        ("应遵循的准则", []),
        ("与智慧社会相近的形态", [("T19", V)]),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    assert rules(replace(SOUND, definitions=(Definition(text=text, is_editorial=True),)), OTHER) == expected


def test_what_is_missing() -> None:
    assert rules(replace(SOUND, definitions=())) == [("T10", V)]
    assert rules(replace(SOUND, definitions=(Definition(text="某种社会形态"),))) == [("T11", V)]
    assert rules(replace(OTHER, designations=OTHER.designations[:1])) == [("T08", W)]
    assert rules(replace(OTHER, designations=OTHER.designations[1:])) == [("T01", V)]


def test_one_name_on_two_concepts() -> None:
    assert rules(OTHER, replace(OTHER, id="T3")) == [("T03", V), ("T03", V)]
    schemes = [replace(OTHER, id=id_, iri=f"https://w3id.org/isgkg/c/{id_}") for id_ in ("K46", "S40501")]
    assert rules(*schemes) == [("T03", W), ("T03", W)]
    assert rules(*(replace(concept, notes=(("zh", "一注"),)) for concept in schemes)) == []


def test_definitions_that_turn_in_a_circle() -> None:
    one = replace(OTHER, definitions=(Definition(text="智能社会的成效", is_editorial=True),))
    two = replace(SOUND, definitions=(Definition(text="有治理绩效的形态", is_editorial=True),))
    assert rules(two, one) == [("T12", V), ("T12", V)]
    parts = [
        Concept(id=word, designations=(Designation(text=word), Designation(text=word, lang="en")), definitions=OTHER.definitions)
        for word in ("测量", "要素")
    ]
    whole = replace(
        OTHER,
        id="T5",
        designations=(Designation(text="测量要素"), Designation(text="x", lang="en")),
        definitions=(Definition(text="作测量的要素", is_editorial=True),),
    )
    assert rules(*parts, whole) == [("T12", V)]


def test_a_hierarchy_in_a_circle() -> None:
    assert rules(replace(SOUND, broader=("T2",)), replace(OTHER, broader=("T1",))) == [("T20", V), ("T20", V)]
    assert rules(replace(SOUND, related=("T1",))) == [("T20", V)]
    assert rules(replace(SOUND, broader=("T1",))) == [("T20", V)]
    assert rules(replace(SOUND, broader=("T9",)), OTHER) == []


def test_the_guidelines_own_terms_are_sound(release_store: EmbeddedStore) -> None:
    assert lint(Document(base=graph.from_store(release_store)), "en").findings == ()


def test_ten_thousand_concepts_take_a_moment() -> None:
    concepts = tuple(
        replace(OTHER, id=f"T{n}", designations=(Designation(text=f"治理绩效{n}"), Designation(text="x", lang="en"))) for n in range(10_000)
    )
    report = lint(Document(base=TermBase(concepts=concepts)), "zh")
    assert report.findings == ()
