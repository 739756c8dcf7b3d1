"""pySHACL behind the same inputs and the same results, for differential tests. Nothing else of this project imports it.

Flows in: the triples of the data, and a shapes graph. Flows out: results without bindings, in the same order as `isgkg.shacl.validate`
gives them.
"""

import logging
from collections.abc import Iterable

import pyshacl
import rdflib
from pyoxigraph import Literal, Quad, Triple

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl.paths import read
from isgkg.shacl.results import Result, ordered
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.vocabulary import Node
from isgkg.store.exchange import term_from_rdflib, to_rdflib

_SH = rdflib.Namespace(names.SH)


def validate(data: Iterable[Quad | Triple], shapes: Shapes) -> list[Result]:
    """The results of pySHACL, without its extensions. Raises ShapesError where it refuses the shapes."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)  # it shows a traceback for each literal that is ill-formed
    try:
        _, report, text = pyshacl.validate(
            to_rdflib(data), shacl_graph=to_rdflib(shapes.triples), advanced=False, inplace=True, do_owl_imports=False, debug=False
        )
    except Exception as error:  # besides its own, it lets through whatever rdflib, pyparsing and re raise of shapes and literals
        raise ShapesError("shacl.reference", reason=_line(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise ShapesError("shacl.reference", reason=text)
    described = Shapes(Triple(term_from_rdflib(s), term_from_rdflib(p), term_from_rdflib(o)) for s, p, o in report)  # type: ignore[arg-type]  # an RDF graph
    return ordered((_result(report, node, described) for node in report.objects(None, _SH.result)), shapes)


def _line(error: Exception) -> str:
    """What it says, on one line."""
    return " ".join(str(error).split())[:500] or type(error).__name__


def _result(report: rdflib.Graph, node: rdflib.term.Node, described: Shapes) -> Result:
    def value(local: str) -> Node | None:
        found = report.value(node, _SH[local])
        return None if found is None else term_from_rdflib(found)

    def known(local: str) -> Node:
        found = value(local)
        if found is None:
            raise LookupError(local)
        return found

    path = value("resultPath")
    return Result(
        focus_node=known("focusNode"),
        path=path,
        path_text=None if path is None else read(described, path).text,
        value=value("value"),
        component=str(report.value(node, _SH.sourceConstraintComponent)),
        shape=known("sourceShape"),
        severity=str(report.value(node, _SH.resultSeverity)),
        messages=tuple(sorted(map(_literal, report.objects(node, _SH.resultMessage)), key=str)),
        constraint=value("sourceConstraint"),
    )


def _literal(node: rdflib.term.Node) -> Literal:
    term = term_from_rdflib(node)
    return term if isinstance(term, Literal) else Literal(str(node))
