"""Reasoning: HermiT agrees with the graph as it is, and a planted contradiction is explained."""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from isgkg import names
from isgkg.errors import ReasoningError
from isgkg.release import reason, sources, trace
from isgkg.release.build import BuildOptions, assemble, build, lint

from .conftest import Edit

TYPE, SUBCLASS = NamedNode(names.RDF + "type"), NamedNode(names.RDFS + "subClassOf")


def isg(local: str) -> NamedNode:
    return NamedNode(names.ONT + local)


@pytest.fixture(scope="module")
def triples(root: Path) -> set[Triple]:
    graphs = assemble(root, sources.read(root))
    return {triple for name, content in graphs.items() if name != "shapes" for triple in content}


def test_the_graph_is_consistent_and_every_class_can_have_a_member(triples: set[Triple]) -> None:
    reason.check(triples)


def test_a_principle_that_is_also_a_scenario_is_explained(triples: set[Triple]) -> None:
    with pytest.raises(ReasoningError) as caught:
        reason.check({*triples, Triple(NamedNode(names.concept("P1")), TYPE, isg("Scenario"))})
    assert caught.value.key == "reason.inconsistent"
    axioms = str(caught.value.values["axioms"])
    assert "P1 type Principle" in axioms
    assert "P1 type Scenario" in axioms
    assert "DisjointClasses" in axioms


def test_a_class_that_can_have_no_member_is_named(triples: set[Triple]) -> None:
    impossible = {
        Triple(isg("Both"), TYPE, NamedNode(names.OWL + "Class")),
        Triple(isg("Both"), SUBCLASS, isg("Level")),
        Triple(isg("Both"), SUBCLASS, isg("Step")),
    }
    with pytest.raises(ReasoningError) as caught:
        reason.check(triples | impossible)
    assert caught.value.key == "reason.unsatisfiable"
    assert caught.value.values["classes"] == "isg:Both"
    assert "Both subClassOf Level" in str(caught.value.values["axioms"])


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        ("S301", "criterionOf", "S3"),  # a sub-category is no criterion
        ("X101", "realizesPrinciple", "C101"),  # a scenario is no principle
        ("X10101", "requirementOf", "R01"),  # a role is no step
    ],
)
def test_a_link_between_the_wrong_kinds_is_a_contradiction(triples: set[Triple], subject: str, predicate: str, value: str) -> None:
    wrong = Triple(NamedNode(names.concept(subject)), isg(predicate), NamedNode(names.concept(value)))
    with pytest.raises(ReasoningError) as caught:
        reason.check({*triples, wrong})
    assert f"{subject} {predicate} {value}" in str(caught.value.values["axioms"])


def test_the_closure_refuses_two_codes_for_one_thing(triples: set[Triple]) -> None:
    """isg:atLevel is functional: a scenario at two levels would make the levels one."""
    wrong = Triple(NamedNode(names.concept("C101")), isg("atLevel"), NamedNode(names.concept("L2")))
    with pytest.raises(ReasoningError) as caught:
        reason.closure({*triples, wrong})
    assert caught.value.values["axioms"] == "C101 atLevel L1\nC101 atLevel L2"


def test_the_closure_names_two_subjects_of_an_inverse_functional_predicate(triples: set[Triple]) -> None:
    unique = Triple(isg("atLevel"), TYPE, NamedNode(names.OWL + "InverseFunctionalProperty"))
    with pytest.raises(ReasoningError) as caught:
        reason.closure({*triples, unique})
    assert {"C101 atLevel L1", "C102 atLevel L1"} <= set(str(caught.value.values["axioms"]).split("\n"))


def test_a_contradiction_names_the_lines_that_take_part(edit: Edit, copy: Path) -> None:
    edit("data/guideline/links.tsv", "\nXL001\tC101\tatLevel\tL1\t", "\nXL001\tC101\tatLevel\tC102\t")
    with pytest.raises(ReasoningError) as caught:
        build(copy, BuildOptions(dl=True))
    lines = caught.value.text("zh").split("\n")
    assert "data/guideline/links.tsv:2: XL001: C101 atLevel C102" in lines
    assert [line for line in lines if line.startswith("data/guideline/items.tsv:") and line.endswith(": C102: C102 type Scenario")]
    assert "DisjointClasses(Level Scenario)" in lines


def test_two_codes_for_one_thing_are_named_by_their_lines(edit: Edit, copy: Path) -> None:
    edit("data/guideline/links.tsv", "\nXL002\tC102\tatLevel\t", "\nXL002\tC101\tatLevel\t")
    edit("data/guideline/links.tsv", "\nXL001\tC101\tatLevel\tL1\t", "\nXL001\tC101\tatLevel\tL2\t")
    with pytest.raises(ReasoningError) as caught:
        lint(copy, "en")
    assert caught.value.values["axioms"] == (
        "data/guideline/links.tsv:3: XL002: C101 atLevel L1\ndata/guideline/links.tsv:2: XL001: C101 atLevel L2"
    )


def test_the_relation_to_a_parent_is_named_by_the_line_of_the_item(root: Path) -> None:
    error = trace.placed(ReasoningError("reason.inconsistent", axioms="S301 broaderPartitive S3\nX domain Y"), sources.read(root))
    first, second = str(error.values["axioms"]).split("\n")
    assert re.fullmatch(r"data/guideline/items\.tsv:\d+: S301-S3: S301 broaderPartitive S3", first)
    assert second == "X domain Y"


def test_an_error_without_axioms_stays_as_it_is(root: Path) -> None:
    error = ReasoningError("reason.missing")
    assert trace.placed(error, sources.read(root)) is error


def test_the_closure_is_sorted_and_new(triples: set[Triple]) -> None:
    found = reason.closure(triples)
    assert found == sorted(found, key=str)
    assert not set(found) & triples


def test_no_file_is_left_behind(triples: set[Triple], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    reason.check(triples)
    reason.closure(triples)
    assert list(tmp_path.iterdir()) == []
