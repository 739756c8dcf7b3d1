"""Linked data: every IRI answers with a page or with RDF, and both say the same."""

import gzip
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib.namespace import RDF, SKOS

from isgkg import names
from isgkg.release.output import NQUADS, Release
from isgkg.store.pool import PoolOptions
from isgkg.web import WebOptions, create_app

FORMATS = [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")]
HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/c/S301", "/scheme/S", "/ont", "/shapes", "/src/isg2025", "/src/isg2025/span/4974-5101", "/link/XL283"])
@pytest.mark.parametrize(("media", "parser"), FORMATS)
def test_rdf_in_every_format_carries_canonical_iris(client: FlaskClient, path: str, media: str, parser: str) -> None:
    answer = client.get(path, headers={"Accept": media})
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert "Accept" in answer.headers["Vary"]
    graph = rdflib.Graph().parse(data=answer.data, format=parser)
    assert any(str(subject).startswith(names.BASE) for subject in graph.subjects())
    assert not any("localhost" in str(term) for triple in graph for term in triple)


def test_the_formats_of_an_item_hold_the_same_graph(client: FlaskClient) -> None:
    graphs = [
        set(rdflib.Graph().parse(data=client.get("/c/K02", headers={"Accept": media}).data, format=parser)) for media, parser in FORMATS
    ]
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3]


def test_an_item_comes_with_designations_definition_words_and_links(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/c/S301", headers={"Accept": "text/turtle"}).data, format="turtle")
    item, isg = rdflib.URIRef(names.concept("S301")), rdflib.Namespace(names.ONT)
    assert (item, RDF.type, isg.SubCategory) in graph
    assert {str(label) for label in graph.objects(item, SKOS.prefLabel)} >= {"基层应用标准"}
    assert (rdflib.URIRef(names.LINK + "XL274"), isg.basis, isg.editorial) in graph
    assert any("基层治理" in str(text) for text in graph.objects(None, rdflib.URIRef(names.OA + "exact")))


@pytest.mark.parametrize(
    "path", ["/", "/c/S301", "/c/K01", "/scheme/X", "/ont", "/shapes", "/src/isg2025", "/src/isg2025/span/247-366", "/l/S1-zh-2"]
)
def test_pages_exist_in_both_languages_and_keep_the_language(client: FlaskClient, path: str) -> None:
    zh, en = client.get(path, headers=HTML), client.get(f"{path}?lang=en", headers=HTML)
    assert (zh.status_code, en.status_code) == (200, 200)
    assert '<html lang="zh-Hans">' in zh.text
    assert '<html lang="en">' in en.text
    assert f'href="{path}?lang=en"' in zh.text
    assert 'href="/matrix?lang=en"' in en.text
    assert 'href="/matrix"' in zh.text


@pytest.mark.parametrize("path", ["/", "/c/S301", "/matrix", "/scheme/S", "/src/isg2025"])
def test_links_in_pages_are_site_relative_and_lead_somewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=HTML).text
    targets = {part.split('"')[0].split("#")[0] for part in page.split('href="')[1:]}
    assert not any(target.startswith("http") for target in targets)
    for target in sorted(target for target in targets if target)[:60]:
        with client.get(target.replace("&amp;", "&"), headers={"Accept": "text/html,*/*;q=0.1"}) as answer:
            assert answer.status_code in {200, 303}, target


def test_the_code_of_a_variant_leads_to_its_concept(client: FlaskClient) -> None:
    answer = client.get("/c/H06?lang=en", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/c/H05?lang=en")


@pytest.mark.parametrize(
    "path",
    [
        "/c/Z99",
        "/c/s301x",
        "/c/..%2F..%2Fetc",
        "/scheme/1",
        "/scheme/SS",
        "/src/isg2025/span/1",
        "/src/isg2025/span/99998-99999",
        "/l/none",
        "/link/../c",
        "/x",
    ],
)
def test_what_does_not_exist_is_404_in_one_sentence(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 404
    assert answer.text.count("\n") == 1


def test_an_unknown_code_names_the_nearest(client: FlaskClient) -> None:
    assert "S301" in client.get("/c/S3O1?lang=en", headers=HTML).text


@pytest.mark.parametrize("path", ["/src/isg2025/span/4974-5101/quote", "/src/isg2025/span/4974-5101/position", "/c/s301"])
def test_other_names_of_a_thing_lead_to_it(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 303


def test_every_iri_of_an_items_rdf_can_be_dereferenced(client: FlaskClient) -> None:
    graph = rdflib.Graph().parse(data=client.get("/c/S302", headers={"Accept": "text/turtle"}).data, format="turtle")
    iris = {str(term) for triple in graph for term in triple if str(term).startswith(names.BASE) and isinstance(term, rdflib.URIRef)}
    for iri in sorted(iris):
        path = "/" + iri.removeprefix(names.BASE).split("#")[0]
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code in {200, 303}, iri


def test_every_kind_of_iri_in_the_release_can_be_dereferenced(client: FlaskClient, release_folder: Path) -> None:
    """One IRI of each form, digits and letters of schemes set aside: the forms are those of the dump, not a list kept here."""
    forms: dict[str, str] = {}
    for quad in parse(path=release_folder / NQUADS, format=RdfFormat.N_QUADS):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode) and term.value.startswith(names.BASE):
                path = "/" + term.value.removeprefix(names.BASE).split("#")[0]
                forms.setdefault(re.sub(r"[0-9]+", "0", re.sub(r"(?<=/)[A-Z](?=[0-9/]|$)", "A", path)), path)
    assert len(forms) > 20
    statuses = {path: client.get(path, headers={"Accept": "text/turtle"}).status_code for path in forms.values()}
    assert {path: status for path, status in statuses.items() if status not in {200, 303}} == {}


@pytest.mark.parametrize("path", ["/scheme/S/4", "/scheme/S/0", "/scheme/1/1", "/ont/0.0.1", "/shapes/none"])
def test_what_looks_like_an_iri_of_the_release_but_is_none_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 404


@pytest.mark.parametrize("path", ["/c/S301", "/scheme/S", "/ont", "/shapes"])
def test_who_has_an_answer_of_this_release_is_told_so(client: FlaskClient, path: str) -> None:
    for accept in ("text/turtle", "application/ld+json", "text/html"):
        first = client.get(path, headers={"Accept": accept})
        again = client.get(path, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    other = client.get(path, headers={"Accept": "text/turtle", "If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_void_refuses_an_unusable_host(client: FlaskClient) -> None:
    assert client.get("/.well-known/void", headers={"Host": 'evil"><x'}).status_code == 400


def test_data_may_be_read_by_any_page(client: FlaskClient) -> None:
    assert client.get("/c/S301").headers["Access-Control-Allow-Origin"] == "*"


def test_406_lists_what_is_offered(client: FlaskClient) -> None:
    answer = client.get("/c/S301", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text


def test_the_dump_is_the_release(client: FlaskClient, release: Release) -> None:
    answer = client.get("/isgkg.nq.gz")
    assert hashlib.sha256(gzip.decompress(answer.data)).hexdigest() == release.manifest.sha256
    again = client.get("/isgkg.nq.gz", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_void_names_endpoint_dump_and_counts(client: FlaskClient, release: Release) -> None:
    graph = rdflib.Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    void, dataset = rdflib.Namespace(names.VOID), rdflib.URIRef(names.DATASET)
    assert str(graph.value(dataset, void.sparqlEndpoint)).endswith("/sparql")
    assert str(graph.value(dataset, void.dataDump)).endswith("/isgkg.nq.gz")
    assert int(str(graph.value(dataset, void.triples))) == release.manifest.quads


def test_the_context_makes_json_ld_of_plain_names(client: FlaskClient) -> None:
    context = json.loads(client.get("/context.jsonld").text)["@context"]
    document = {"@context": context, "id": "c:G0201", "realizesPrinciple": "c:P103", "prefLabel": {"zh": "医疗健康公平性"}}
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    expected = (rdflib.URIRef(names.concept("G0201")), rdflib.URIRef(names.ONT + "realizesPrinciple"), rdflib.URIRef(names.concept("P103")))
    assert expected in graph
    assert (rdflib.URIRef(names.concept("G0201")), SKOS.prefLabel, rdflib.Literal("医疗健康公平性", lang="zh")) in graph


def test_no_page_runs_a_script_or_may_be_framed(client: FlaskClient) -> None:
    answer = client.get("/", headers=HTML)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_process_gives_the_same_bytes(app: Flask, release_folder: Path) -> None:
    other = create_app(release_folder)
    try:
        for path in ("/shapes", "/ont", "/.well-known/void", "/sparql", "/exp/ISGX-2025-1001"):
            for media in ("text/turtle", "application/n-triples", "application/ld+json"):
                first, second = (one.test_client().get(path, headers={"Accept": media}) for one in (app, other))
                assert first.status_code == 200
                assert first.data == second.data, (path, media)
    finally:
        other.extensions["isgkg"].pool.close()


@pytest.mark.parametrize("path", ["/isgkg.nq.gz", "/isgkg.nq.zst"])
def test_a_dump_is_of_the_release_with_which_the_service_was_started_or_refused(release_folder: Path, tmp_path: Path, path: str) -> None:
    release = Path(shutil.copytree(release_folder, tmp_path / "release"))
    app = create_app(release, WebOptions(pool=PoolOptions(workers=1)))
    try:
        (release / NQUADS).write_bytes((release / NQUADS).read_bytes()[:1000])
        answer = app.test_client().get(path, headers={"Accept-Language": "en"})
        assert (answer.status_code, "no longer the one" in answer.text) == (500, True)
    finally:
        app.extensions["isgkg"].pool.close()
