"""What a shapes graph asks beyond SHACL Core and SHACL-SPARQL: rules, JavaScript, targets of SHACL-AF, imports, and misspelt terms.

Flows in: a shapes graph. Flows out: the predicates that the engine passes over (SHACL 1.1 asks for no more), so that whoever runs it can
say so: a constraint that is not checked must not look like one that is met.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode
from rapidfuzz import fuzz, process

from isgkg import names
from isgkg.errors import ShapesError
from isgkg.shacl.shapes import Shapes
from isgkg.shacl.syntax import OTHERS, PARAMETERS
from isgkg.shacl.vocabulary import IMPORTS, Node, sh

_SILENT: Final = frozenset(
    sh(local)
    for local in (
        *("name", "description", "order", "group", "defaultValue", "labelTemplate", "suggestedShapesGraph", "shapesGraph"),
        *("prefixes", "declare", "prefix", "namespace", "select", "ask", "update", "construct"),
        *("parameter", "optional", "validator", "nodeValidator", "propertyValidator"),
        *("alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
        *("result", "conforms", "focusNode", "resultPath", "value", "sourceShape", "sourceConstraint", "sourceConstraintComponent"),
        *("resultSeverity", "resultMessage", "detail", "resultAnnotation", "annotationProperty", "annotationVarName", "annotationValue"),
        *("shapesGraphWellFormed",),
    )
)
"""Terms that are read elsewhere, that ask nothing of data, or that describe reports."""
_ALIKE: Final = 80
"""Likeness (0–100) from which a term is taken for a misspelling of another."""


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """A predicate that is passed over, as it is written with a prefix; the shape where it stands first; what may have been meant."""

    term: str
    shape: str
    meant: str | None


def beyond(shapes: Shapes) -> Iterator[Beyond]:
    """The predicates that the engine passes over, each once, in the order of the graph.

    Raises ShapesError for sh:entailment, for which SHACL (1.5) demands a failure where it is not supported.
    """
    seen: dict[NamedNode, Node] = {}
    for triple in shapes.triples:
        seen.setdefault(triple.predicate, triple.subject)
    if sh("entailment") in seen:
        raise ShapesError("shacl.entailment", shape=shapes.label(seen[sh("entailment")]))
    known = _SILENT | PARAMETERS.keys() | OTHERS.keys()
    for predicate, subject in seen.items():
        if predicate == IMPORTS or (predicate.value.startswith(names.SH) and predicate not in known):
            yield Beyond(term=names.compact(predicate.value), shape=shapes.label(subject), meant=_meant(predicate))


def _meant(predicate: NamedNode) -> str | None:
    if predicate in _ELSEWHERE:
        return None
    locals_ = sorted(term.value.removeprefix(names.SH) for term in (*PARAMETERS, *OTHERS))
    found = process.extractOne(predicate.value.removeprefix(names.SH), locals_, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return f"sh:{found[0]}" if found else None


_ELSEWHERE: Final = frozenset([IMPORTS, *(sh(local) for local in ("target", "js", "rule", "values", "expression"))])
"""Terms of OWL and of SHACL Advanced Features, which are no misspellings."""
