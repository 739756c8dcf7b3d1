"""One's own shapes: what of them is not checked is said, and what the reference engine raises is one sentence."""

from pathlib import Path

import pytest

from isgkg.errors import ShapesError
from isgkg.findings import Severity
from isgkg.records.base import Base

from .test_checking import check


@pytest.mark.parametrize(
    ("beyond", "value", "fix"),
    [
        ("ex:S sh:js [ sh:jsFunctionName 'f' ] .", ["sh:js", "sh:jsFunctionName"], "Say it in these, or check it with a tool that has it."),
        ("ex:S sh:maxCuont 1 .", ["sh:maxCuont"], "You may mean sh:maxCount; correct it."),
        ("<http://e/> owl:imports <http://e/b> .", ["owl:imports"], "Give these files by --shapes, too."),
    ],
)
def test_what_of_the_shapes_is_not_checked_is_said(base: Base, tmp_path: Path, beyond: str, value: list[str], fix: str) -> None:
    shapes, data = tmp_path / "s.ttl", tmp_path / "d.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:name 'p' ; sh:order 1 ; sh:maxCount 1 ] . {beyond}",
        encoding="utf-8",
    )
    data.write_text("<http://e/a> <http://e/p> 1 .", encoding="utf-8")
    found = check(base, data, shapes=(shapes,), bare=True, lang="en").findings
    assert [(f.severity, f.place.file, f.value, f.fix and f.fix.text) for f in found if f.value == value[0]] == [
        (Severity.WARNING, str(shapes), value[0], fix)
    ]
    assert [f.value for f in found] == value


def test_shapes_that_demand_reasoning_are_refused(base: Base, tmp_path: Path) -> None:
    """SHACL 1.5: a processor without the entailment regime signals a failure."""
    (tmp_path / "s.ttl").write_text(
        "<http://e/> <http://www.w3.org/ns/shacl#entailment> <http://www.w3.org/ns/entailment/RDFS> .", encoding="utf-8"
    )
    with pytest.raises(ShapesError, match="Reason first"):
        check(base, tmp_path / "s.ttl", shapes=(tmp_path / "s.ttl",), bare=True)


@pytest.mark.parametrize("shape", ["sh:pattern '(('", "sh:in _:b", "sh:sparql [ sh:select 'SELECT {' ]"])
def test_whatever_the_reference_engine_raises_is_one_sentence(base: Base, tmp_path: Path, shape: str) -> None:
    path = tmp_path / "s.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        f"<http://e/S> a sh:NodeShape ; sh:targetNode <http://e/a> ; {shape} . _:b rdf:first 1 ; rdf:rest _:b .",
        encoding="utf-8",
    )
    with pytest.raises(ShapesError, match="pySHACL did not finish"):
        check(base, path, shapes=(path,), bare=True, reference=True)
