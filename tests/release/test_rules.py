"""Each rule of the shapes: the graph as it is satisfies it, and a planted fault is reported with rule, focus node and severity."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, Store, Triple

from isgkg import names, shacl
from isgkg.findings import Finding, Severity
from isgkg.release import conformance, reason, sources, turtle
from isgkg.release.build import Graphs, assemble, lint
from isgkg.store import EmbeddedStore

CODES = frozenset(
    [
        "K01",
        "K02",
        "K08",
        "K03",
        "Q0201",
        "Q0301",
        "S3",
        "S301",
        "S302",
        "G0201",
        "P1",
        "P103",
        "X2",
        "X203",
        "X20354",
        "T0101",
        "F01",
        "L1",
        "C101",
        "S5",
        "S502",
        "S503",
    ]
)
PREFIXES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in names.PREFIXES.items()) + "PREFIX l: <https://w3id.org/isgkg/l/>\n"


@pytest.fixture(scope="module")
def graphs(root: Path) -> Graphs:
    built = assemble(root, sources.read(root))
    everything = {triple for name, content in built.items() if name != "shapes" for triple in content}
    built["inferred"] = reason.closure(everything)
    return built


@pytest.fixture(scope="module")
def shapes(root: Path) -> list[Triple]:
    """The shapes that the graph itself must meet."""
    return turtle.shapes(root, *conformance.SHAPES)


@pytest.fixture(scope="module")
def excerpt(graphs: Graphs) -> set[Triple]:
    """The ontology, the schemes, and all that is said of a few items and of the links between them: small enough to check in no time."""
    everything = {triple for name, content in graphs.items() if name != "shapes" for triple in content}
    own = {names.concept(code) for code in CODES} | {names.DEFINITION + code for code in CODES} | {names.SOURCE}
    own |= ends(everything, "linkSubject", own) & ends(everything, "linkObject", own)

    def inside(iri: str) -> bool:
        label = iri.startswith(names.LABEL) and iri.removeprefix(names.LABEL).split("-")[0] in CODES
        return label or iri in own or iri.startswith((names.SCHEME, names.SPAN))

    kept = set(graphs["ontology"])
    for triple in everything:
        subject, value = getattr(triple.subject, "value", ""), getattr(triple.object, "value", "")
        refers = isinstance(triple.object, NamedNode) and value.startswith((names.CONCEPT, names.LINK))
        if inside(subject) and (not refers or inside(value) or subject.startswith(names.SCHEME)):
            kept.add(triple)
    return kept


def ends(triples: Iterable[Triple], predicate: str, items: set[str]) -> set[str]:
    """The links one of whose ends, by this predicate, is among `items`."""
    return {
        getattr(triple.subject, "value", "")
        for triple in triples
        if triple.predicate.value == names.ONT + predicate and getattr(triple.object, "value", "") in items
    }


def results(triples: Iterable[Triple], shapes: Iterable[Triple]) -> set[tuple[str, str, str]]:
    """(rule, focus node, severity) of every result, codes for the IRIs of items."""
    shapes = list(shapes)
    rules = conformance._rules(shapes)
    found = shacl.validate(EmbeddedStore(store_of(triples)), shacl.Shapes.of(shapes))
    return {
        (
            rules.get(result.constraint) or rules.get(result.shape) or "",
            names.compact(getattr(result.focus_node, "value", "")),
            result.severity.removeprefix(names.SH),
        )
        for result in found
    }


def store_of(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store


def after(triples: Iterable[Triple], update: str) -> list[Triple]:
    store = store_of(triples)
    store.update(PREFIXES + update)
    return [quad.triple for quad in store]


def test_the_graph_has_no_violation_and_no_warning(root: Path) -> None:
    found = lint(root, "en").findings
    assert [finding for finding in found if finding.severity is not Severity.INFO] == []
    assert {finding.rule for finding in found} == {"T18"}


def test_the_excerpt_satisfies_every_rule(excerpt: set[Triple], shapes: list[Triple]) -> None:
    assert {rule for rule, _, severity in results(excerpt, shapes) if severity != "Info"} == set()


FAULTS = [
    # the term base
    ("T01", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:prefLabel "AI社会实验"@zh }'),
    ("T01", "c:K02", "Violation", 'DELETE DATA { c:K02 skos:prefLabel "人工智能社会实验"@zh }'),
    ("T02", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel "人工智能社会实验"@zh }'),
    ("T02", "c:X20354", "Violation", 'INSERT DATA { c:X20354 skos:altLabel "对照组"@zh }'),
    (
        "T03",
        "c:Q0301",
        "Violation",
        'DELETE WHERE { c:Q0301 skos:prefLabel ?l } ; INSERT DATA { c:Q0301 skos:prefLabel "科学性（治理绩效评价）"@zh , "x"@en }',
    ),
    (
        "T03",
        "c:T0101",
        "Warning",
        'DELETE WHERE { c:T0101 skos:prefLabel ?l } ; INSERT DATA { c:T0101 skos:prefLabel "智能社会"@zh , "x"@en }',
    ),
    (
        "T04",
        "l:K03-zh-1",
        "Violation",
        'INSERT DATA { l:S301-zh-9 a isg:Designation ; isg:foldedForm "智能社会" ; skosxl:literalForm "智能 社会"@zh }',
    ),
    ("T05", "c:S301", "Warning", 'DELETE WHERE { c:T0101 isg:textLabel ?l } ; INSERT DATA { c:T0101 isg:textLabel "基础应用标准" }'),
    ("T06", "l:K02-zh-1", "Violation", "DELETE WHERE { l:K02-zh-1 isg:administrativeStatus ?s }"),
    ("T06", "l:X20354-zh-2", "Violation", "DELETE WHERE { l:X20354-zh-2 isg:preferredDesignation ?p }"),
    ("T06", "l:X20354-zh-2", "Violation", "DELETE WHERE { l:X20354-zh-2 isg:reason ?r }"),
    ("T07", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel "社会实验" }'),
    ("T07", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel "Sozialexperiment"@de }'),
    ("T08", "c:K02", "Warning", 'DELETE DATA { c:K02 skos:prefLabel "AI social experiment"@en }'),
    ("T09", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel " 社会实验"@zh }'),
    ("T09", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel "社会\\u200B实验"@zh }'),
    ("T09", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:altLabel ""@zh }'),
    ("T10", "c:K02", "Violation", "DELETE WHERE { c:K02 skos:definition ?d }"),
    ("T11", "c:K02", "Violation", "DELETE WHERE { <https://w3id.org/isgkg/d/K02> isg:basis ?b }"),
    ("T11", "c:K01", "Violation", 'INSERT DATA { <https://w3id.org/isgkg/d/K01> isg:definitionText "标准化的活动"@zh }'),
    ("T12", "c:K03", "Violation", 'INSERT DATA { c:K03 skos:definition "智能社会的状态"@zh }'),
    (
        "T12",
        "c:G0201",
        "Violation",
        'INSERT DATA { c:G0201 skos:definition "医疗中的健康公平性与可及"@zh . c:x isg:textLabel "医疗" . c:y isg:textLabel "健康公平性" }',
    ),
    (
        "T12",
        "c:K03",
        "Violation",
        'INSERT DATA { c:K03 skos:definition "以人工智能社会实验为特征"@zh . c:K02 skos:definition "智能社会中的方法"@zh }',
    ),
    ("T13", "c:K03", "Warning", 'INSERT DATA { c:K03 skos:definition "是指运用智能技术的社会形态"@zh }'),
    ("T13", "c:K03", "Warning", 'INSERT DATA { c:K03 skos:definition "运用智能技术的社会形态。"@zh }'),
    ("T14", "c:K03", "Warning", 'INSERT DATA { c:K03 skos:definition "运用智能技术的社会形态。注：见前言"@zh }'),
    ("T15", "c:K03", "Warning", 'INSERT DATA { c:K03 skos:definition "不是传统社会的社会形态"@zh }'),
    ("T16", "c:K03", "Violation", 'INSERT DATA { c:K03 skos:definition "应由各方建设的社会形态"@zh }'),
    ("T16", "c:K03", "Violation", 'INSERT DATA { c:K03 skos:definition "必须建设的社会形态"@zh }'),
    (
        "T17",
        "c:K02",
        "Warning",
        'DELETE WHERE { c:K02 skos:definition ?d } ; INSERT DATA { c:K02 skos:definition "研究社会影响的活动"@zh }',
    ),
    ("T18", "c:S301", "Info", 'INSERT DATA { c:S301 skos:definition "基于人工智能社会实验的规定"@zh }'),
    ("T19", "c:K03", "Violation", 'INSERT DATA { c:K03 skos:scopeNote "设有对照组"@zh }'),
    ("T20", "c:S3", "Violation", "INSERT DATA { c:S3 skos:broader c:S301 }"),
    ("T20", "c:S3", "Violation", "INSERT DATA { c:S3 skos:related c:S3 }"),
    ("T21", "c:S301", "Violation", "INSERT DATA { c:S301 skos:related c:S3 }"),
    ("T22", "c:K02", "Violation", "INSERT DATA { c:K02 skos:exactMatch <http://e/x> ; skos:broadMatch <http://e/x> }"),
    ("T22", "c:K02", "Violation", "INSERT DATA { c:K02 skos:exactMatch <http://e/x> ; skos:relatedMatch <http://e/x> }"),
    ("T22", "c:K02", "Warning", "INSERT DATA { c:K02 skos:closeMatch c:K08 }"),
    ("T23", "scheme:S", "Violation", "INSERT DATA { c:S3 skos:broader scheme:S }"),
    ("T23", "c:S3", "Violation", "INSERT DATA { c:S3 a skos:ConceptScheme }"),
    ("T24", "c:T0101", "Info", "DELETE { ?link isg:linkSubject c:T0101 } WHERE { ?link isg:linkSubject c:T0101 }"),
    ("T24", "c:S301", "Warning", "INSERT DATA { c:S301 skos:broader c:P1 . c:S3 skos:broader c:P1 }"),
    ("T24", "c:S3", "Warning", "INSERT DATA { c:S3 skos:broader c:S302 }"),
    ("T24", "scheme:S", "Warning", "DELETE WHERE { scheme:S skos:hasTopConcept ?c }"),
    ("T24", "c:K02", "Info", "INSERT DATA { c:K02 skos:related c:K03 }"),
    ("T25", "c:S301", "Violation", 'INSERT DATA { c:S302 skos:notation "S301"^^isg:code }'),
    ("T25", "c:S301", "Violation", 'DELETE WHERE { c:S301 skos:notation ?n } ; INSERT DATA { c:S301 skos:notation "S3O1"^^isg:code }'),
    ("T25", "c:S301", "Violation", 'DELETE WHERE { c:S3 skos:notation ?n } ; INSERT DATA { c:S3 skos:notation "S9"^^isg:code }'),
    ("T26", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:preferredLabel "x"@en }'),
    ("T26", "c:K02", "Violation", "INSERT DATA { c:K02 skos:seeAlso <urn:isbn:1> }"),
    ("T26", "c:K02", "Violation", "INSERT DATA { c:K02 rdfs:seeAlso <http://例.cn/> }"),
    ("T27", "c:K99", "Violation", "INSERT DATA { c:K99 owl:deprecated true }"),
    ("T27", "c:K02", "Violation", 'INSERT DATA { c:K02 owl:deprecated true ; skos:historyNote "x"@zh }'),
    ("T27", "c:K99", "Violation", 'INSERT DATA { c:K99 owl:deprecated true ; skos:historyNote "x"@zh ; dct:isReplacedBy c:K98 }'),
    # every published thing
    ("item-class", "c:K02", "Violation", "DELETE DATA { c:K02 a skos:Concept }"),
    ("item-code", "c:K02", "Violation", 'INSERT DATA { c:K02 skos:notation "K99"^^isg:code }'),
    ("item-scheme", "c:K02", "Violation", "INSERT DATA { c:K02 skos:inScheme scheme:S }"),
    ("item-anchor", "c:K02", "Violation", "DELETE WHERE { c:K02 isg:anchor ?a }"),
    ("item-label-span", "c:K02", "Violation", "DELETE WHERE { c:K02 isg:labelSpan ?a }"),
    ("item-label-text", "c:K02", "Violation", 'DELETE WHERE { c:K02 isg:textLabel ?a } ; INSERT DATA { c:K02 isg:textLabel "社会实验" }'),
    ("item-definition", "c:K02", "Violation", "DELETE WHERE { c:K02 isg:definitionEntry ?a }"),
    ("designation-form", "l:K02-zh-1", "Violation", "DELETE WHERE { l:K02-zh-1 skosxl:literalForm ?a }"),
    ("designation-basis", "l:K02-zh-1", "Violation", "DELETE WHERE { l:K02-zh-1 isg:basis ?a }"),
    ("designation-folded", "l:K02-zh-1", "Violation", "DELETE WHERE { l:K02-zh-1 isg:foldedForm ?a }"),
    ("definition-text", "d:K02", "Violation", "DELETE WHERE { <https://w3id.org/isgkg/d/K02> isg:definitionText ?a }"),
    ("span-source", "span:247-366", "Violation", "DELETE WHERE { <https://w3id.org/isgkg/src/isg2025/span/247-366> oa:hasSource ?a }"),
    ("span-quote", "span:247-366", "Violation", "DELETE WHERE { <https://w3id.org/isgkg/src/isg2025/span/247-366/quote> a ?a }"),
    ("span-position", "span:247-366", "Violation", "DELETE WHERE { <https://w3id.org/isgkg/src/isg2025/span/247-366/position> a ?a }"),
    (
        "span-order",
        "span:247-366/position",
        "Violation",
        "DELETE { ?x oa:end ?e } INSERT { ?x oa:end 1 } WHERE { ?x oa:start 247 ; oa:end ?e }",
    ),
    (
        "clause-number",
        "span:239-366",
        "Violation",
        "DELETE WHERE { <https://w3id.org/isgkg/src/isg2025/span/239-366> isg:clauseNumber ?a }",
    ),
    ("link-subject", "link:S301-S3", "Violation", "DELETE WHERE { link:S301-S3 isg:linkSubject ?a }"),
    ("link-predicate", "link:S301-S3", "Violation", "DELETE WHERE { link:S301-S3 isg:linkPredicate ?a }"),
    ("link-object", "link:S301-S3", "Violation", "DELETE WHERE { link:S301-S3 isg:linkObject ?a }"),
    ("link-basis", "link:S301-S3", "Violation", "DELETE WHERE { link:S301-S3 isg:basis ?a }"),
    ("link-support", "link:S301-S3", "Violation", "DELETE WHERE { link:S301-S3 isg:anchor ?a }"),
    ("link-support", "link:XL283", "Violation", "DELETE WHERE { link:XL283 isg:reason ?a }"),
    ("link-triple", "link:XL283", "Violation", "DELETE DATA { c:G0201 isg:realizesPrinciple c:P103 }"),
    ("scheme-title", "scheme:S", "Violation", "DELETE WHERE { scheme:S dct:title ?a }"),
    ("scheme-levels", "scheme:S", "Violation", "DELETE WHERE { scheme:S xkos:levels ?a }"),
    ("term-label", "isg:Link", "Violation", "DELETE WHERE { isg:Link rdfs:label ?a }"),
    ("term-definition", "isg:Link", "Violation", "DELETE WHERE { isg:Link skos:definition ?a }"),
    ("term-definition", "isg:Link", "Violation", "DELETE WHERE { isg:Link rdfs:isDefinedBy ?a }"),
]


@pytest.mark.parametrize(
    ("rule", "focus", "severity", "update"), FAULTS, ids=[f"{fault[0]}-{number}" for number, fault in enumerate(FAULTS)]
)
def test_a_planted_fault_is_reported(excerpt: set[Triple], shapes: list[Triple], rule: str, focus: str, severity: str, update: str) -> None:
    iri = {"l": names.LABEL, "d": names.DEFINITION, "span": names.SPAN}
    prefix, local = focus.split(":", 1)
    shown = names.compact(iri[prefix] + local) if prefix in iri else focus
    assert (rule, shown, severity) in results(after(excerpt, update), shapes)


def test_every_rule_of_the_shapes_has_a_fault_planted(shapes: list[Triple]) -> None:
    assert set(conformance._rules(shapes).values()) == {fault[0] for fault in FAULTS}


def test_every_shape_that_can_report_has_a_rule_and_both_messages(shapes: list[Triple]) -> None:
    told = {triple.subject for triple in shapes if triple.predicate.value == names.SH + "message"}
    ruled = set(conformance._rules(shapes))
    assert told == ruled
    for node in told:
        languages = {
            triple.object.language for triple in shapes if triple.subject == node and triple.predicate.value == names.SH + "message"
        }
        assert languages == {"zh", "en"}, node


def test_a_finding_names_file_line_and_value_and_speaks_the_language_asked_for(root: Path, graphs: Graphs, shapes: list[Triple]) -> None:
    tables = sources.read(root)
    damaged = {**graphs, "editorial": [triple for triple in graphs["editorial"] if triple.subject != NamedNode(names.concept("K03"))]}

    def found(lang: str) -> Finding:
        (finding,) = [entry for entry in conformance.check(damaged, shapes, tables, lang).findings if entry.rule == "T10"]
        return finding

    line = next(item.row.line for item in tables.items if item.code == "K03")
    assert (found("zh").place.file, found("zh").place.line) == ("data/guideline/items.tsv", line)
    assert "没有定义" in found("zh").message
    assert "no definition" in found("en").message


def test_blank_nodes_name_no_published_thing(graphs: Graphs) -> None:
    for name in ("guideline", "text", "editorial", "inferred"):
        assert not any(isinstance(term, BlankNode) for triple in graphs[name] for term in (triple.subject, triple.object))
