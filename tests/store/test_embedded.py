"""The embedded store: answers of each kind, datasets, dumps, and errors of this project only."""

import io
import json

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from isgkg.errors import AnswerTooLarge, QueryError, QuerySyntaxError, ReleaseError
from isgkg.store.base import QueryRequest
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS, EmbeddedStore

GRAPH = "https://w3id.org/isgkg/graph/"
JSON = "application/sparql-results+json"
A, B, P = NamedNode("http://e/a"), NamedNode("http://e/b"), NamedNode("http://e/p")
QUADS = [
    Quad(A, P, B, NamedNode(GRAPH + "guideline")),
    Quad(A, P, B, NamedNode(GRAPH + "text")),
    Quad(B, P, Literal("名", language="zh"), NamedNode(GRAPH + "experiments")),
    Quad(B, P, Literal("shape"), NamedNode(GRAPH + "shapes")),
]


@pytest.fixture(scope="module")
def store():
    return EmbeddedStore.of(QUADS)


def ask_for(store, query, media_type=JSON, *, byte_limit=10_000, **dataset):
    return store.evaluate(QueryRequest(query=query, media_type=media_type, **dataset), byte_limit=byte_limit)


def objects(answer):
    return sorted(row["o"]["value"] for row in json.loads(answer)["results"]["bindings"])


def test_the_default_graph_is_the_union_without_shapes(store):
    assert [(row["s"], row["o"]) for row in store.select("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s")] == [(A, B), (B, QUADS[2].object)]


def test_named_graphs_stay_apart(store):
    assert store.ask("PREFIX e: <http://e/> ASK { GRAPH graph:shapes { e:b e:p 'shape' } }")
    assert not store.ask("ASK { ?s ?p 'shape' }")


def test_the_projects_prefixes_need_no_declaration(store):
    assert not store.ask("ASK { ?s skos:prefLabel ?o }")


def test_constructed_triples_are_sorted_and_distinct(store):
    triples = store.construct("CONSTRUCT { ?o <http://e/of> ?s } { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?o)) } }")
    assert [(t.subject, t.object) for t in triples] == [(B, A)]
    assert len(store.construct("DESCRIBE <http://e/a> <http://e/b>")) == 2


def test_every_offered_representation_is_written(store):
    for media_type in TABLE_FORMATS:
        assert b"http://e/b" in ask_for(store, "SELECT ?o { <http://e/a> ?p ?o }", media_type)
    for media_type, form in GRAPH_FORMATS.items():
        body = ask_for(store, "CONSTRUCT WHERE { ?s ?p ?o }", media_type)
        assert {t.subject for t in parse(body, form)} == {A, B}
    assert json.loads(ask_for(store, "ASK {}"))["boolean"] is True


def test_the_protocols_dataset_replaces_the_stores(store):
    query = "SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    experiments, shapes = GRAPH + "experiments", GRAPH + "shapes"
    assert objects(ask_for(store, query, default_graphs=(experiments,))) == ["名"]
    assert objects(ask_for(store, query, named_graphs=(shapes,))) == ["shape"]
    assert objects(ask_for(store, query, default_graphs=(experiments,), named_graphs=(shapes,))) == ["shape", "名"]
    assert objects(ask_for(store, query, default_graphs=("http://e/none",))) == []


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_an_answer_is_whole_or_refused(store, query):
    media_type = JSON if query.startswith("SELECT") else "application/n-triples"
    whole = ask_for(store, query, media_type)
    assert ask_for(store, query, media_type, byte_limit=len(whole)) == whole
    with pytest.raises(AnswerTooLarge) as caught:
        ask_for(store, query, media_type, byte_limit=len(whole) - 1)
    assert caught.value.values["limit"] == len(whole) - 1


@pytest.mark.parametrize("method", ["select", "ask", "construct"])
def test_syntax_errors_have_a_place(store, method):
    with pytest.raises(QuerySyntaxError) as caught:
        getattr(store, method)("SELECT *\n{ ?s ?p }")
    assert caught.value.line == 2
    assert caught.value.column > 1


@pytest.mark.parametrize(("method", "query"), [("select", "ASK {}"), ("ask", "SELECT * {}"), ("construct", "ASK {}")])
def test_a_query_of_another_form_is_refused(store, method, query):
    with pytest.raises(QuerySyntaxError):
        getattr(store, method)(query)


@pytest.mark.parametrize("update", ["INSERT DATA { <http://e/a> <http://e/a> <http://e/a> }", "CLEAR ALL"])
def test_updates_are_no_queries(store, update):
    with pytest.raises(QuerySyntaxError):
        ask_for(store, update)


def test_an_error_of_the_evaluation_is_translated(store):
    with pytest.raises(QueryError) as caught:
        ask_for(store, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert caught.value.key == "query.failed"
    assert caught.value.text("zh")


@pytest.mark.parametrize(
    "action",
    [
        lambda store: ask_for(store, "ASK {}", default_graphs=("no iri",)),
        lambda store: ask_for(store, "ASK {}", "text/nothing"),
        lambda store: ask_for(store, "SELECT ('\ud800' AS ?x) {}"),
        lambda store: store.ask("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
        lambda store: store.construct("CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    ],
    ids=["dataset", "media type", "surrogate", "ask", "construct"],
)
def test_no_foreign_error_escapes(store, action):
    with pytest.raises(QueryError):
        action(store)


def test_dumps_give_the_named_graphs_back(store):
    output = io.BytesIO()
    store.dump(output)
    assert set(parse(output.getvalue(), RdfFormat.N_QUADS)) == set(QUADS)
    output = io.BytesIO()
    store.dump(output, GRAPH + "experiments")
    assert output.getvalue().decode() == '<http://e/b> <http://e/p> "名"@zh .\n'


@pytest.mark.parametrize("content", [None, "<a> <b>", "<http://e/a> <http://e/p> <http://e/b"])
def test_an_unreadable_release_is_named(tmp_path, content):
    path = tmp_path / "release.nq"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ReleaseError) as caught:
        EmbeddedStore.load(path)
    assert str(path) in str(caught.value)


def test_a_release_is_loaded(store, tmp_path):
    path = tmp_path / "release.nq"
    with path.open("wb") as file:
        store.dump(file)
    assert EmbeddedStore.load(path).ask("ASK { <http://e/a> <http://e/p> <http://e/b> }")
