"""W3C's SHACL test suite, SHACL Core and SHACL-SPARQL: whole results are compared."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, parse

from isgkg.errors import ShapesError
from isgkg.shacl import Lexical, Shapes, engine, validate
from isgkg.shacl.paths import read
from isgkg.store import EmbeddedStore

CHECKOUT = Path(__file__).parents[2]
SUITE = Path(os.environ.get("ISGKG_CONFORMANCE", CHECKOUT.parent / "shared" / "conformance")).resolve() / "shacl"
CASES = 120
EXPECTED_FAILURES: dict[str, str] = {}
"""Cases that may not pass: path#name, and the reason."""

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SH = "http://www.w3.org/ns/shacl#"
SHAPES_GRAPH = NamedNode("urn:shapes")
ABSENT = f"no SHACL test suite at {SUITE}: set ISGKG_CONFORMANCE to the folder that holds shacl/manifest.ttl"


@dataclass(frozen=True)
class Case:
    file: Path
    manifest: Shapes
    node: NamedNode

    @property
    def name(self):
        return f"{self.file.relative_to(SUITE)}#{self.node.value.rsplit('/', 1)[-1]}"

    def one(self, subject, namespace, local):
        return self.manifest.value(subject, NamedNode(namespace + local))

    def graph(self, local):
        action = self.one(self.node, MF, "action")
        return triples_of(path_of(self.one(action, SHT, local)))


def path_of(iri):
    return Path(unquote(urlparse(iri.value).path))


_PARSED = {}


def triples_of(file):
    if file not in _PARSED:
        _PARSED[file] = [quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE, base_iri=file.as_uri())]
    return _PARSED[file]


def cases_of(file):
    manifest = Shapes(triples_of(file))
    for included in [triple.object for triple in manifest.triples if triple.predicate.value == MF + "include"]:
        yield from cases_of(path_of(included))
    for head in [triple.object for triple in manifest.triples if triple.predicate.value == MF + "entries"]:
        for node in manifest.members(head):
            yield Case(file, manifest, node)


FOUND = list(cases_of(SUITE / "manifest.ttl")) if SUITE.exists() else []


def parameters():
    if not FOUND:
        return [pytest.param(None, id="absent", marks=pytest.mark.skip(reason=ABSENT))]
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(reason=EXPECTED_FAILURES[case.name], strict=True)] if case.name in EXPECTED_FAILURES else [],
        )
        for case in FOUND
    ]


def named(node):
    """Blank nodes of the manifest and of the graphs are the same only as blank nodes."""
    return None if node is None else "[]" if isinstance(node, BlankNode) else str(node)


def expected_results(case, report):
    for node in case.manifest.values(report, NamedNode(SH + "result")):
        path = case.one(node, SH, "resultPath")
        yield (
            named(case.one(node, SH, "focusNode")),
            None if path is None else read(case.manifest, path).text,
            named(case.one(node, SH, "value")),
            case.one(node, SH, "sourceConstraintComponent").value,
            named(case.one(node, SH, "sourceShape")),
            case.one(node, SH, "resultSeverity").value,
        )


def found_results(results):
    for result in results:
        yield (
            named(result.focus_node),
            result.path_text,
            named(result.value),
            result.component,
            named(result.shape),
            result.severity,
        )


@pytest.mark.skipif(not SUITE.exists(), reason=ABSENT)
def test_the_suite_is_whole():
    assert len(FOUND) == CASES
    assert set(EXPECTED_FAILURES) <= {case.name for case in FOUND}


@pytest.mark.parametrize("wide", [500, 1], ids=["", "wide"])
@pytest.mark.parametrize("case", parameters())
def test_case(case, wide, monkeypatch):
    monkeypatch.setattr(engine, "WIDE", wide)  # 1: every frame with a node counts as wide
    data, shapes = case.graph("dataGraph"), case.graph("shapesGraph")
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in data)
    store.extend(Quad(t.subject, t.predicate, t.object, SHAPES_GRAPH) for t in shapes)
    report = case.one(case.node, MF, "result")

    def run():
        return validate(EmbeddedStore(store), Shapes.of(shapes), SHAPES_GRAPH.value, Lexical.of(data))

    if report == NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            run()
    else:
        assert Counter(found_results(run())) == Counter(expected_results(case, report))
