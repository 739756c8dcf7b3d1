"""Servers of other makes give the answers that the store in memory gives: questions, pages, public queries, checks of records.

What a make answers in its own way otherwise is in docs/stores.md.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from isgkg import cli, questions
from isgkg.errors import QueryError, ReleaseError
from isgkg.release import copies
from isgkg.release.locate import ENVIRONMENT
from isgkg.release.output import NQUADS, read_manifest
from isgkg.store import EmbeddedStore
from isgkg.store.base import QueryRequest
from isgkg.store.pool import PoolOptions
from isgkg.store.remote import RemoteQueries, RemoteStore
from isgkg.web import WebOptions, create_app
from isgkg.web.state import State

from . import makes

PAGES = (
    *("/", "/matrix", "/matrix/S301/P303", "/search?q=隐私", "/search?q=privacyx", "/c/S301", "/c/P203", "/c/X104", "/c/T0101"),
    *(
        "/scheme/S",
        "/ont",
        "/shapes",
        "/src/isg2025",
        "/link/XL001",
        "/exp/ISGX-2025-1001",
        "/sparql?question=CQ01",
        "/c/NONE",
        "/context.jsonld",
    ),
    *("/c/S301?format=turtle", "/exp/ISGX-2025-1001?format=n-triples", "/scheme/S?format=n-triples", "/src/isg2025?format=turtle"),
)
TABLE = "application/sparql-results+json"
OTHER = "http://www.openlinksw.com/schemas/virtrdf#"
"""A graph that Virtuoso has of its own."""
PUBLIC = (
    (
        "SELECT ?code ?label WHERE { ?s a isg:SubCategory ; skos:notation ?code ; skos:prefLabel ?label } ORDER BY STR(?code) LANG(?label)",
        "text/csv",
    ),
    ("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", TABLE),
    ("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g", "text/tab-separated-values"),
    ("SELECT (COUNT(*) AS ?n) WHERE { GRAPH graph:shapes { ?s ?p ?o } }", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) FROM graph:text WHERE { ?s ?p ?o }", "text/csv"),
    (f"SELECT (COUNT(*) AS ?n) FROM <{OTHER}> WHERE {{ ?s ?p ?o }}", "text/csv"),
    (f"SELECT (COUNT(*) AS ?n) FROM graph:text FROM <{OTHER}> WHERE {{ ?s ?p ?o }}", "text/csv"),
    (f"SELECT (COUNT(*) AS ?n) FROM NAMED <{OTHER}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) FROM graph:text WHERE { GRAPH ?g { ?s ?p ?o } }", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) FROM NAMED graph:text WHERE { ?s ?p ?o }", "text/csv"),
    ("SELECT (COUNT(*) AS ?n) FROM NAMED <graph/text> WHERE { GRAPH ?g { ?s ?p ?o } }", "text/csv"),
    (f"SELECT ?s WHERE {{ GRAPH <{OTHER}> {{ ?s ?p ?o }} }}", "text/csv"),
    (f"SELECT ?s WHERE {{ VALUES ?g {{ <{OTHER}> }} GRAPH ?g {{ ?s ?p ?o }} }}", "text/csv"),
    ("SELECT ?code WHERE { <c/S301> skos:notation ?code }", "text/csv"),
    ("BASE <https://w3id.org/isgkg/c/> SELECT ?code WHERE { <S301> skos:notation ?code }", "text/csv"),
    ("ASK { c:S301 a isg:SubCategory }", "application/sparql-results+xml"),
    ("ASK { c:S301 a isg:Experiment }", TABLE),
    ("CONSTRUCT { ?s skos:prefLabel ?o } WHERE { ?s skos:prefLabel ?o ; isothes:broaderPartitive c:S3 }", "application/n-triples"),
)


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def make(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    if getattr(makes, name.upper()) is None:
        pytest.skip(f"{name} is not installed: nothing was compared with it")
    return name


@pytest.fixture(scope="module")
def url(make: str, release_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with getattr(makes, make)(release_folder / NQUADS, tmp_path_factory.mktemp(make)) as url:
        yield url


@pytest.fixture(scope="module")
def store(url: str, release_folder: Path) -> Iterator[RemoteStore]:
    store = copies.opened(url, release_folder, read_manifest(release_folder))
    assert isinstance(store, RemoteStore)
    yield store
    store.close()


@pytest.fixture(scope="module")
def clients(url: str, release_folder: Path) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """Clients of the application with the store in memory and with the remote one."""
    apps = [create_app(release_folder, WebOptions(store=place, pool=PoolOptions(deadline=60.0))) for place in (copies.MEMORY, url)]
    yield apps[0].test_client(), apps[1].test_client()
    for app in apps:
        state: State = app.extensions["isgkg"]
        state.pool.close()


def test_every_question_has_the_same_answer(store: RemoteStore, release_store: EmbeddedStore, root: Path) -> None:
    different = set()
    for question in questions.load(root).values():
        expected, found = ([tuple(map(str, row)) for row in each.select(question.text)] for each in (release_store, store))
        if expected != found:
            different.add(question.id)
    assert different == set()


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_the_same(path: str, clients: tuple[FlaskClient, FlaskClient]) -> None:
    expected, found = (client.get(path, headers={} if "format=" in path else {"Accept": "text/html"}) for client in clients)
    assert found.status_code == expected.status_code
    assert _without_time(found.text) == _without_time(expected.text)


def _without_time(page: str) -> str:
    return re.sub(r"用时 [0-9.]+ 毫秒", "", page)


@pytest.mark.parametrize(("query", "media"), PUBLIC)
def test_public_queries_have_the_same_answer(query: str, media: str, store: RemoteStore, release_store: EmbeddedStore) -> None:
    request = QueryRequest(query=query, media_type=media)
    found = RemoteQueries(store).run(request).body
    expected = release_store.evaluate(request, byte_limit=10_000_000)
    if media == "application/n-triples":
        assert sorted(found.splitlines()) == sorted(expected.splitlines())
    else:
        assert found == expected


def test_a_dataset_that_is_named_counts(store: RemoteStore, release_store: EmbeddedStore) -> None:
    text = "https://w3id.org/isgkg/graph/text"
    for default, named in (((text,), ()), ((), (text,)), ((text,), (text,))):
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
            query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
            request = QueryRequest(query=query, media_type="text/csv", default_graphs=default, named_graphs=named)
            assert RemoteQueries(store).run(request).body == release_store.evaluate(request, byte_limit=1000)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x WHERE { ?x",
        "SELECT ?x WHERE {\n  ?x a isg:Level ; skos:notation }",
        "SELECT (<urn:f>(1) AS ?x) {}",
        'SELECT (<XML_URI_GET>("http://127.0.0.1:1/", "") AS ?x) {}',
        'SELECT (bif:cfg_item_value(bif:virtuoso_ini_path(),"Parameters","DirsAllowed") AS ?x) {}',
    ],
)
def test_what_is_no_sparql_is_a_mistake_of_the_query(query: str, store: RemoteStore, release_store: EmbeddedStore) -> None:
    request = QueryRequest(query=query, media_type=TABLE)
    with pytest.raises(QueryError) as expected:
        release_store.evaluate(request, byte_limit=1000)
    with pytest.raises(QueryError) as caught:
        RemoteQueries(store).run(request)
    assert type(caught.value) is type(expected.value)
    assert caught.value.text("zh") == expected.value.text("zh")


@pytest.mark.parametrize("records", ["data/experiments", "data/standards", "data/examples"])
def test_records_are_checked_alike(
    records: str, url: str, release_folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv(ENVIRONMENT, str(release_folder))
    arguments = ["validate", records, "--format", "json", "--lang", "en"]
    results = [(cli.run([*arguments, "--store", place]), capsys.readouterr().out) for place in ("memory", url)]
    assert results[0] == results[1]


@pytest.mark.skipif(makes.VIRTUOSO is None, reason="virtuoso is not installed: nothing was compared with it")
def test_a_server_that_cuts_answers_is_refused(release_folder: Path, tmp_path: Path) -> None:
    with (
        makes.virtuoso(release_folder / NQUADS, tmp_path, rows=10_000) as url,
        pytest.raises(ReleaseError, match="ResultSetMaxRows = 1000000"),
    ):
        copies.opened(url, release_folder, read_manifest(release_folder))


@pytest.mark.skipif(makes.OXIGRAPH is None, reason="oxigraph is not installed: nothing was compared with it")
def test_a_store_that_lacks_a_statement_is_refused(release_folder: Path, tmp_path: Path) -> None:
    lines = (release_folder / NQUADS).read_text(encoding="utf-8").splitlines(keepends=True)
    short = tmp_path / "short.nq"
    short.write_text("".join(line for number, line in enumerate(lines) if number != 1000), encoding="utf-8")
    with makes.oxigraph(short, tmp_path) as url, pytest.raises(ReleaseError, match="statements, and the release has"):
        copies.opened(url, release_folder, read_manifest(release_folder))
