"""Records under test: the clean ones, faults planted in them, and what the shapes say."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from isgkg import files, names, shacl
from isgkg.release import sources
from isgkg.release.build import assemble
from isgkg.store import EmbeddedStore

CLEAN = Path(__file__).parent / "clean"
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in names.PREFIXES.items())
EXP = names.EXPERIMENT + "ISGX-2025-0001"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A change of a clean record, and the result that it must cause.

    `remove` are patterns of triples (subject, predicate, object), each a compact or full IRI, or None for any; `add` is Turtle.
    `focus` is the IRI of the focus node, or None where it is a blank node; `path` the SPARQL form of the path, or None.
    """

    rule: str
    focus: str | None
    path: str | None
    severity: str = "Violation"
    remove: tuple[tuple[str | None, str | None, str | None], ...] = ()
    add: str = ""
    value: str | None = None


def turtle(text: str) -> list[Triple]:
    """The triples of Turtle, with all prefixes of the project declared."""
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def clean(name: str) -> list[Triple]:
    """The triples of a clean record, tests/records/clean/NAME.ttl."""
    return turtle((CLEAN / f"{name}.ttl").read_text(encoding="utf-8"))


def planted(triples: Iterable[Triple], fault: Fault) -> list[Triple]:
    """The triples with the fault in them. A pattern that matches nothing is a mistake of the test."""
    kept = list(triples)
    for pattern in fault.remove:
        wanted = [None if term is None else _expanded(term) for term in pattern]
        matching = [t for t in kept if all(w is None or _text(part) == w for w, part in zip(wanted, t, strict=True))]
        assert matching, f"{fault.rule}: nothing matches {pattern}"
        kept = [triple for triple in kept if triple not in matching]
    return kept + turtle(fault.add)


@cache
def guideline() -> tuple[Store, shacl.Shapes, dict[object, str]]:
    """What records are checked against: a store of the guideline's graph, the shapes of records, the rule id of each shape."""
    root = files.root()
    graphs = assemble(root, sources.read(root))
    found = [
        quad.triple
        for name in ("fields", "experiment", "standard")
        if (root / "shapes" / f"{name}.ttl").exists()
        for quad in parse((root / "shapes" / f"{name}.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=names.BASE)
    ]
    rules = {t.subject: t.object.value for t in found if t.predicate.value == names.DCT + "identifier" and isinstance(t.object, Literal)}
    kept = ("ontology", "guideline", "text", "editorial")
    store = Store()
    store.bulk_extend(Quad(t.subject, t.predicate, t.object) for name in kept for t in graphs[name])
    return store, shacl.Shapes.of(found), rules


def results(records: Iterable[Triple]) -> list[tuple[str, shacl.Result]]:
    """(rule id, result) of everything that the shapes of records find in these records."""
    store, shapes, rules = guideline()
    records = list(records)
    new = [quad for triple in records if (quad := Quad(triple.subject, triple.predicate, triple.object)) not in store]
    store.extend(new)
    try:
        found = shacl.validate(EmbeddedStore(store), shapes, lexical=shacl.Lexical.of(records))
    finally:
        for quad in new:
            store.remove(quad)
    return [(rules.get(result.constraint) or rules.get(result.shape) or result.component, result) for result in found]


def matches(fault: Fault, rule: str, result: shacl.Result) -> bool:
    """Whether this is the result that the fault must cause."""
    focus = result.focus_node
    same_focus = isinstance(focus, BlankNode) if fault.focus is None else _text(focus) == _expanded(fault.focus)
    same_value = fault.value is None or (result.value is not None and _text(result.value) == _expanded(fault.value))
    severity = result.severity.removeprefix(names.SH)
    path = None if fault.path is None else _path(fault.path)
    return rule == fault.rule and same_focus and same_value and severity == fault.severity and result.path_text == path


def assert_found(fault: Fault) -> None:
    """The fault, planted in the clean record of an experiment, causes its result, with nothing left open in the messages."""
    of_rule = [(rule, result) for rule, result in results(planted(clean("experiment"), fault)) if rule == fault.rule]
    assert [result for rule, result in of_rule if matches(fault, rule, result)], of_rule
    assert not [message.value for _, result in of_rule for message in result.messages if "{?" in message.value]


def of_rules(rules: Container[str]) -> list[Triple]:
    """The triples of the shapes of experiments, but for the ids of other rules than these."""
    triples = [quad.triple for quad in parse((files.root() / "shapes" / "experiment.ttl").read_bytes(), format=RdfFormat.TURTLE)]
    return [t for t in triples if t.predicate.value != names.DCT + "identifier" or t.object.value in rules]


def declared(rules: Container[str]) -> set[tuple[str, str]]:
    """Rule and severity of each shape that reports one of these rules."""
    triples = of_rules(rules)
    severity = {t.subject: t.object.value.removeprefix(names.SH) for t in triples if t.predicate.value == names.SH + "severity"}
    return {(t.object.value, severity.get(t.subject, "Violation")) for t in triples if t.predicate.value == names.DCT + "identifier"}


def ill_spoken(rules: Container[str]) -> list[str]:
    """The shapes of these rules that do not say in two sentences, in both languages, what is wrong and what to do."""
    triples = of_rules(rules)
    reporting = {t.subject: t.object.value for t in triples if t.predicate.value == names.DCT + "identifier"}
    spoken = {
        (t.subject, t.object.language)
        for t in triples
        if t.predicate.value == names.SH + "message" and re.fullmatch(_TWO_SENTENCES[t.object.language], t.object.value)
    }
    return [rule for subject, rule in reporting.items() for language in _TWO_SENTENCES if (subject, language) not in spoken]


_TWO_SENTENCES = {"zh": r"[^。]+。[^。]+。", "en": r"[^.]+\. [^.]+\."}


def _path(text: str) -> str:
    """A SPARQL path with full IRIs; a compact one is a single predicate."""
    return text if "<" in text else f"<{_expanded(text)}>"


def _expanded(term: str) -> str:
    prefix, colon, local = term.partition(":")
    return names.PREFIXES[prefix] + local if colon and prefix in names.PREFIXES else term


def _text(node: object) -> str:
    return node.value if isinstance(node, NamedNode | Literal) else str(node)
