"""The built graph: what the tables say, and nothing else, is in it."""

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from isgkg import names
from isgkg.release import sources
from isgkg.release.output import NQUADS, Release
from isgkg.store import EmbeddedStore


def column(store: EmbeddedStore, query: str, *variables: str) -> list[tuple[str, ...]]:
    return [tuple(row[name].value for name in variables) for row in store.select(query)]


def test_counts_of_each_kind_equal_the_inventory(root: Path, release_store: EmbeddedStore) -> None:
    tables = sources.read(root)
    expected = Counter(tables.kinds[item.kind].class_ for item in tables.items)
    query = """SELECT ?class (COUNT(DISTINCT ?item) AS ?n) WHERE {
        GRAPH graph:guideline { ?item a ?class . FILTER ( STRSTARTS(STR(?class), STR(isg:)) ) } } GROUP BY ?class"""
    found = {class_.removeprefix(names.ONT): int(n) for class_, n in column(release_store, query, "class", "n")}
    assert {name: found.get(name) for name in expected} == dict(expected)


def test_every_statement_between_items_has_a_link(release_store: EmbeddedStore) -> None:
    """A plain triple of the graphs text and editorial, but for labels and notes, is one that some isg:Link states there."""
    query = """SELECT ?s ?p ?o WHERE {
        VALUES ?g { graph:text graph:editorial }
        GRAPH ?g { ?s ?p ?o FILTER ( isIRI(?o) && STRSTARTS(STR(?o), STR(c:)) && !STRSTARTS(STR(?s), STR(link:)) ) }
        FILTER NOT EXISTS { GRAPH ?g { ?link isg:linkSubject ?s ; isg:linkPredicate ?p ; isg:linkObject ?o } } }"""
    assert column(release_store, query, "s", "p", "o") == []


def test_a_link_lies_in_the_graph_of_its_basis(release_store: EmbeddedStore) -> None:
    query = "SELECT DISTINCT ?g ?basis WHERE { GRAPH ?g { ?link a isg:Link ; isg:basis ?basis } } ORDER BY ?g ?basis"
    found = [(g.removeprefix(names.GRAPH), basis.removeprefix(names.ONT)) for g, basis in column(release_store, query, "g", "basis")]
    assert found == [("editorial", "editorial"), ("editorial", "lexical"), ("text", "explicit"), ("text", "structural")]


def test_every_item_of_the_inventory_with_a_parent_is_linked_to_it(root: Path, release_store: EmbeddedStore) -> None:
    tables = sources.read(root)
    for item in tables.items:
        if item.parent and item.kind != "variant-designation":
            child, parent = names.concept(item.code), names.concept(item.parent)
            assert release_store.ask(f"ASK {{ {{ <{child}> ?p <{parent}> }} UNION {{ <{parent}> ?p <{child}> }} }}"), item.code


def test_designations_are_published_plainly_and_as_nodes(release_store: EmbeddedStore) -> None:
    query = (
        """SELECT ?item ?form WHERE { ?item skosxl:prefLabel/skosxl:literalForm ?form FILTER NOT EXISTS { ?item skos:prefLabel ?form } }"""
    )
    assert column(release_store, query, "item", "form") == []
    variants = column(release_store, "SELECT ?code WHERE { ?label a isg:VariantDesignation ; skos:notation ?code } ORDER BY ?code", "code")
    assert variants == [("H06",), ("K28",), ("K29",), ("K30",)]
    assert not release_store.ask("ASK { c:H06 ?p ?o }")


def test_names_that_repeat_in_a_scheme_are_qualified_and_the_texts_own_is_kept(release_store: EmbeddedStore) -> None:
    query = 'SELECT ?label ?text WHERE { c:Q0301 skos:prefLabel ?label ; isg:textLabel ?text FILTER ( LANG(?label) = "zh" ) }'
    assert column(release_store, query, "label", "text") == [("科学性（风险跟踪与评价）", "科学性")]


def test_only_the_definition_of_k01_is_quoted(release_store: EmbeddedStore) -> None:
    query = (
        "SELECT ?item ?exact WHERE { ?item isg:definitionEntry ?d . ?d isg:basis isg:explicit ; isg:anchor/oa:hasSelector/oa:exact ?exact }"
    )
    ((item, exact),) = column(release_store, query, "item", "exact")
    assert item == names.concept("K01")
    assert exact.startswith("围绕智能社会发展与治理的现实或潜在问题")
    assert exact.endswith("规范性文件的活动")


def test_editorial_definitions_lie_in_the_editorial_graph(release_store: EmbeddedStore) -> None:
    query = "SELECT (COUNT(?d) AS ?n) WHERE { GRAPH graph:editorial { ?d a isg:DefinitionEntry ; isg:basis isg:editorial } }"
    assert column(release_store, query, "n") == [("592",)]


def test_inference_adds_inverses_and_superclasses_but_no_tautologies(release_store: EmbeddedStore) -> None:
    assert release_store.ask(
        "ASK { GRAPH graph:inferred { c:P103 isg:realizedBy c:G0201 . c:S301 skos:broader c:S3 ; a isg:FrameworkElement } }"
    )
    assert not release_store.ask("ASK { GRAPH graph:inferred { ?x a owl:Thing } }")
    assert not release_store.ask("ASK { GRAPH graph:inferred { ?x ?p ?x } }")
    assert not release_store.ask("ASK { GRAPH graph:inferred { ?x ?p ?o FILTER ( !isIRI(?x) || !isIRI(?o) ) } }")
    assert not release_store.ask("ASK { GRAPH graph:inferred { ?x ?p ?o } GRAPH graph:text { ?x ?p ?o } }")


def test_the_dataset_describes_itself_with_counts_that_are_true(release: Release, release_store: EmbeddedStore) -> None:
    query = "SELECT ?name ?n WHERE { GRAPH graph:meta { ?subset dct:identifier ?name ; void:triples ?n } }"
    described = {name: int(n) for name, n in column(release_store, query, "name", "n")}
    assert described == {name: count for name, count in release.manifest.graphs.items() if name != "meta"}


def test_the_release_parses_as_nquads_and_is_canonical(release: Release, release_folder: Path) -> None:
    lines = (release_folder / NQUADS).read_bytes().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == len(set(lines)) == release.manifest.quads
    assert sum(1 for _ in parse(path=release_folder / NQUADS, format=RdfFormat.N_QUADS)) == release.manifest.quads


def test_blank_nodes_stand_only_in_ontology_and_shapes(release_folder: Path) -> None:
    graphs = {
        quad.graph_name.value.removeprefix(names.GRAPH)
        for quad in parse(path=release_folder / NQUADS, format=RdfFormat.N_QUADS)
        if "_:" in (str(quad.subject)[:2], str(quad.object)[:2])
    }
    assert graphs == {"ontology", "shapes"}


@pytest.mark.parametrize("folder", ["ontology", "shapes"])
def test_every_term_of_the_own_namespace_that_is_used_is_declared(root: Path, folder: str) -> None:
    ontology = [quad for path in (root / "ontology").glob("*.ttl") for quad in parse(path=path, format=RdfFormat.TURTLE)]
    declared = {quad.subject.value for quad in ontology if quad.predicate.value == names.RDF + "type" and hasattr(quad.subject, "value")}
    used = {
        term.value
        for path in (root / folder).glob("*.ttl")
        for quad in parse(path=path, format=RdfFormat.TURTLE)
        for term in (quad.subject, quad.predicate, quad.object)
        if getattr(term, "value", "").startswith(names.ONT) and not hasattr(term, "datatype")
    }
    assert used - declared - {names.ONT} == set()


def test_every_property_of_the_data_is_declared(release_store: EmbeddedStore) -> None:
    """OWL 2 DL asks that every property of an axiom or assertion is declared; so are those of other vocabularies, in external.ttl."""
    query = """SELECT DISTINCT ?p WHERE {
        VALUES ?g { graph:guideline graph:text graph:editorial }
        GRAPH ?g { ?s ?p ?o }
        FILTER ( !STRSTARTS(STR(?p), STR(rdf:)) && !STRSTARTS(STR(?p), STR(owl:)) )
        FILTER NOT EXISTS { GRAPH graph:ontology { ?p a ?kind } } } ORDER BY ?p"""
    assert column(release_store, query, "p") == []
