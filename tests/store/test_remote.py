"""The remote store against servers that behave badly: an error of the right class by the deadline, and never a short answer."""

import base64
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from isgkg import names
from isgkg.errors import (
    AnswerTooLarge,
    InputError,
    Overloaded,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReleaseError,
    StoreFailure,
    StoreUnavailable,
)
from isgkg.messages import LANGUAGES
from isgkg.release import copies
from isgkg.release.output import read_manifest
from isgkg.store import EmbeddedStore
from isgkg.store.base import QueryRequest
from isgkg.store.remote import PASSWORD, USER, RemoteOptions, RemoteQueries, RemoteStore

from .. import hostile as hostile_queries
from . import hostile

OPTIONS = RemoteOptions(trusted_seconds=0.6, deadline=0.6, wait_seconds=0.1, failures=2, rest_seconds=30.0)
SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
NOWHERE = "urn:isgkg:none"
TABLE = "application/sparql-results+json"


_OPEN: list[RemoteStore] = []


def remote(url: str, options: RemoteOptions = OPTIONS) -> RemoteStore:
    """A store that is closed after the test."""
    _OPEN.append(RemoteStore(url, options))
    return _OPEN[-1]


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    yield
    while _OPEN:
        _OPEN.pop().close()


def request(query: str = SELECT, media: str = TABLE, **graphs: tuple[str, ...]) -> QueryRequest:
    return QueryRequest(query=query, media_type=media, **graphs)


def sent(server: hostile.Server) -> dict[str, list[str]]:
    """The parameters of the last request."""
    return parse_qs(server.requests[-1].partition(b"\r\n\r\n")[2].decode("ascii"))


@pytest.mark.parametrize(("behave", "error"), hostile.BAD)
def test_a_bad_server_is_an_error_by_the_deadline(behave: hostile.Behaviour, error: type[QueryError]) -> None:
    for ask in (lambda store: store.select(SELECT), lambda store: RemoteQueries(store).run(request())):
        with hostile.serving(behave) as server:
            store = remote(server.url)
            start = time.monotonic()
            with pytest.raises(QueryError) as caught:
                ask(store)
            assert time.monotonic() - start < 1.5
            assert type(caught.value) is error
            assert all(caught.value.text(lang) for lang in LANGUAGES)


def test_a_huge_answer_is_too_large() -> None:
    huge = b'{"head":{"vars":["s"]},"results":{"bindings":[' + b" " * 2_000_000 + b"]}}"
    chunked = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {TABLE}\r\nTransfer-Encoding: chunked\r\n\r\n{len(huge):x}\r\n".encode()
        + huge
        + b"\r\n0\r\n\r\n"
    )
    for behave in (hostile.answer(huge), hostile.raw(chunked)):
        with hostile.serving(behave) as server, pytest.raises(AnswerTooLarge):
            RemoteQueries(remote(server.url, replace(OPTIONS, answer_bytes=1_000_000))).run(request())


def test_a_graph_that_is_no_graph_is_a_failure() -> None:
    with hostile.serving(hostile.answer(b"<urn:a> <urn:b> <urn:c", media="application/n-triples")) as server, pytest.raises(StoreFailure):
        remote(server.url).construct("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_store_that_is_down_is_unavailable_at_once_and_then_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    store = remote(url)
    start = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreUnavailable) as caught:
            store.ask("ASK { ?s ?p ?o }")
    assert time.monotonic() - start < 2
    assert caught.value.status == 503
    assert 1 <= caught.value.retry_after <= 30


def test_an_address_that_swallows_packets_is_unavailable_within_two_seconds() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(4)]  # the queue of connections is full: new ones get no answer
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        start = time.monotonic()
        with pytest.raises(StoreUnavailable):
            remote(f"http://127.0.0.1:{listener.getsockname()[1]}/", replace(OPTIONS, deadline=5.0, trusted_seconds=5.0)).select(SELECT)
        assert time.monotonic() - start < 2
        for filler in fillers:
            filler.close()


def test_a_server_that_hangs_is_left_alone_for_pages_but_no_stranger_can_bring_that_about() -> None:
    with hostile.serving(hostile.hang) as server:
        store = remote(server.url, replace(OPTIONS, deadline=0.1, trusted_seconds=0.1))
        for _ in range(3):
            with pytest.raises(QueryTimeout):
                RemoteQueries(store).run(request())
        for error in (QueryTimeout, QueryTimeout, StoreUnavailable):
            with pytest.raises(error):
                store.select(SELECT)


def test_connections_are_kept_and_replaced_when_the_server_has_closed_them() -> None:
    with hostile.serving(hostile.answer(hostile.ONE)) as server:
        store = remote(server.url)
        for _ in range(5):
            assert [row["s"].value for row in store.select(SELECT)] == ["urn:x"]
        assert (server.connections, len(server.requests)) == (1, 5)
    once = hostile.answer(hostile.ONE)

    def close_after(connection: socket.socket, text: bytes) -> None:
        once(connection, text)

    with hostile.serving(close_after) as server:
        store = remote(server.url)
        for _ in range(3):
            assert len(list(store.select(SELECT))) == 1
        assert server.connections == 3


def test_no_more_queries_than_places_run_at_once() -> None:
    with hostile.serving(hostile.hang) as server:
        queries = RemoteQueries(remote(server.url, replace(OPTIONS, places=0)))
        with pytest.raises(Overloaded):
            queries.run(request())
        assert server.connections == 0


def test_the_dataset_is_named_so_that_no_default_of_the_server_counts() -> None:
    union = [names.graph(name) for name in names.DEFAULT_GRAPHS]
    text = names.graph("text")
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        store = remote(server.url)
        store.select(SELECT)
        assert sent(server)["default-graph-uri"] == union
        assert sent(server)["named-graph-uri"] == [names.graph(name) for name in names.GRAPHS]
        queries = RemoteQueries(store)
        for query, expected in (
            (SELECT, f"SELECT ?s  FROM <{text}> FROM NAMED <{NOWHERE}> WHERE {{ ?s ?p ?o }}"),
            ("SELECT (EXISTS { ?s ?p ?o } AS ?x){}", f"SELECT (EXISTS {{ ?s ?p ?o }} AS ?x) FROM <{text}> FROM NAMED <{NOWHERE}> {{}}"),
            ("SELECT * FROM <urn:secret> {}", f"SELECT *  FROM <{text}> FROM NAMED <{NOWHERE}> {{}}"),
        ):
            queries.run(request(query, default_graphs=(text, "urn:other")))
            assert not sent(server).keys() & {"default-graph-uri", "named-graph-uri"}
            assert sent(server)["query"] == [expected]
        for query, expected in (
            (f"SELECT ?s FROM <{text}> {{ ?s ?p ?o }}", f"FROM <{text}> FROM NAMED <{NOWHERE}>"),
            ("SELECT ?s FROM NAMED graph:text {}", f"FROM <{NOWHERE}> FROM NAMED <{text}>"),
            ("PREFIX g: <graph/> BASE <https://w3id.org/isgkg/> SELECT ?s FROM g:text {}", f"FROM <{text}> FROM NAMED <{NOWHERE}>"),
            ("SELECT ?s from <\\u0067raph/text>FROM<urn:secret>{}", f"FROM <{text}> FROM NAMED <{NOWHERE}>"),
            ("SELECT ?s FROM <urn:secret> FROMNAMED<urn:secret> {}", f"FROM <{NOWHERE}> FROM NAMED <{NOWHERE}>"),
        ):
            queries.run(request(query))
            assert not sent(server).keys() & {"default-graph-uri", "named-graph-uri"}
            assert expected in sent(server)["query"][0]
            assert "secret" not in sent(server)["query"][0]


def test_prefixes_are_declared_where_they_are_used_and_escapes_are_decoded() -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        remote(server.url).select('PREFIX c: <urn:own>\nSELECT ?s { ?s a isg:X , c:Y ; skos:z "\\u0041" }')
        assert sent(server)["query"] == [
            f'PREFIX isg: <{names.ONT}> PREFIX skos: <{names.SKOS}> PREFIX c: <urn:own>\nSELECT ?s {{ ?s a isg:X , c:Y ; skos:z "A" }}'
        ]


def test_relative_iris_are_those_of_this_service() -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        remote(server.url).select("SELECT ?s { ?s a <ont#X> }")
        assert sent(server)["query"] == [f"BASE <{names.SERVICE}> SELECT ?s {{ ?s a <ont#X> }}"]
        for own in ("BASE <http://e/> SELECT ?s { ?s a <ont#X> }", "SELECT ?s { ?s a <urn:x> }"):
            remote(server.url).select(own)
            assert sent(server)["query"] == [own]
        # By these names Virtuoso would call a procedure of its own that fetches from anywhere.
        for query in (
            "SELECT (<XML_URI_GET>() AS ?s) {}",
            "PREFIX p: <> SELECT (p:XML_URI_GET() AS ?s) {}",
            "BASE <> SELECT (<A>() AS ?s) {}",
        ):
            remote(server.url).select(query)
            assert sent(server)["query"] == [f"BASE <{names.SERVICE}> {query}"]


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX f: <bif:> SELECT (f:now() AS ?x) {}",
        "PREFIX f: <bi> SELECT (f:f:now() AS ?x) {}",
        "SELECT (<SQL:x>() AS ?x) {}",
        "SELECT (<b\\u0069f:x>() AS ?x) {}",
        "SELECT (<SQLVAL::bif:http_get>('http://127.0.0.1/') AS ?x) {}",
        "PREFIX f: <LONG::bif:> SELECT (f:upper('a') AS ?x) {}",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "DELETE WHERE { ?s ?p ?o }",
    ],
)
def test_what_reaches_out_of_the_store_is_refused(query: str) -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server, pytest.raises(QueryRefused):
        RemoteQueries(remote(server.url)).run(request(query))
    assert server.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (<http://www.openlinksw.com/schemas/bif#now>() AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER <urn:f>(?o) }",
        "PREFIX f: <urn:> SELECT * { ?s ?p ?o } ORDER BY ?o f:f(?s)",
        "SELECT * { BIND(xsd:string(<XML_URI_GET>('/')) AS ?x) }",
    ],
)
def test_no_function_of_a_servers_own_is_called(query: str) -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server, pytest.raises(QueryError) as caught:
        RemoteQueries(remote(server.url)).run(request(query))
    assert (caught.value.key, server.requests) == ("query.function", [])


def test_casts_lists_and_paths_are_no_functions_of_a_servers_own() -> None:
    queries = [
        "SELECT (xsd:integer('1') AS ?x) {}",
        "SELECT * { ?s <urn:p> (1 2) ; isg:basis (3) . ?s (isg:a|(<urn:p>/isg:b)) ?o }",
        "SELECT * { GRAPH graph:text { ?s a ( ?x ) } FILTER ( ?x IN ( <urn:a>, isg:b ) ) }",
    ]
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        for query in queries:
            RemoteQueries(remote(server.url)).run(request(query))
    assert len(server.requests) == len(queries)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { { SELECT * FROM <urn:x> { ?s ?p ?o } } }",
        "SELECT * { ?s ?p ?o } FROM <urn:x> LIMIT 1",
        "SELECT * FROM <urn:x> ?s { ?s ?p ?o } FROM <urn:y>",
        "SELECT * FROM { ?s ?p ?o }",
        "SELECT * FROM",
        "ASKFROM<urn:x>{}",
    ],
)
def test_a_dataset_is_named_only_where_sparql_has_it(query: str) -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server, pytest.raises(QuerySyntaxError) as caught:
        RemoteQueries(remote(server.url)).run(request(query))
    assert (caught.value.line, server.requests) == (1, [])


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ('SELECT (bif:cfg_item_value(bif:virtuoso_ini_path(),"Parameters","DirsAllowed") AS ?x) {}', 9),
        ("SELECT ?s { ?s a foaf:Person }", 18),
        ("SELECT (BIF:x() AS ?x) {}", 9),
        ("SELECT (\\u0073ql:x() AS ?x) {}", 9),
        ("SELECT (b\\U00000069f:x() AS ?x) {}", 9),
        ("PREFIX skos: <urn:x> SELECT (sql:x() AS ?x) {}", 30),
    ],
)
def test_a_prefix_that_a_server_predeclares_is_not_declared(query: str, column: int, release_store: EmbeddedStore) -> None:
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        store = remote(server.url)
        for ask in (lambda: RemoteQueries(store).run(request(query)), lambda: store.select(query)):
            with pytest.raises(QuerySyntaxError) as caught:
                ask()
            with pytest.raises(QuerySyntaxError) as expected:
                release_store.select(query)
            assert (caught.value.line, caught.value.column) == (1, column)
            assert caught.value.text("en") == expected.value.text("en")
    assert server.requests == []


FAULTY = [
    "SELECT ?x WHERE {\n ?x a isg:X ; }} skos:x",
    "SELECT (<urn:f>(1) AS ?x) {}",
    "ASK { ?s ?p ?o FILTER(isg:f(?s)) }",
    "SELECT (1 2) {}",
]


@pytest.mark.parametrize("query", FAULTY)
@pytest.mark.parametrize("status", ["400 Bad Request", "500 Internal Server Error", "422 What"])
def test_what_is_the_query_s_fault_is_said_as_in_memory(query: str, status: str, release_store: EmbeddedStore) -> None:
    with hostile.serving(hostile.answer(b"Virtuoso 37000 Error SP030", status=status, media="text/plain")) as server:
        store = remote(server.url)
        with pytest.raises(QueryError) as expected:
            release_store.evaluate(request(query), byte_limit=1000)
        for _ in range(3):  # it does not speak against the server, either
            for ask in (lambda: RemoteQueries(store).run(request(query)), lambda: store.evaluate(request(query), byte_limit=1000)):
                with pytest.raises(QueryError) as caught:
                    ask()
                assert type(caught.value) is type(expected.value)
                assert [caught.value.text(lang) for lang in LANGUAGES] == [expected.value.text(lang) for lang in LANGUAGES]


@pytest.mark.parametrize(
    "query", [hostile_queries.EATING[2], "ASK { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 200} }}" for i in range(4)) + " }"]
)
def test_looking_for_a_fault_takes_little_time_and_no_memory_of_this_process(query: str) -> None:
    with hostile.serving(hostile.answer(b"", status="500 Internal Server Error")) as server:
        queries = RemoteQueries(remote(server.url))
        start = time.monotonic()
        with pytest.raises(StoreFailure):
            queries.run(request(query))
        assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("status", "extra", "says"),
    [
        ("404 Not Found", "", "no SPARQL query endpoint"),
        ("405 Method Not Allowed", "Allow: GET\r\n", "no SPARQL query endpoint"),
        ("401 Unauthorized", "WWW-Authenticate: Basic\r\n", USER),
        ("403 Forbidden", "WWW-Authenticate: Basic\r\n", USER),
        ("403 Forbidden", "", "asks for no password"),
        ("400 Bad Request", "", "nothing is wrong"),
        ("500 Internal Server Error", "", "status 500"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(status: str, extra: str, says: str) -> None:
    with hostile.serving(hostile.answer(b"", status=status, extra=extra)) as server, pytest.raises(StoreFailure, match=says) as caught:
        remote(server.url).select(SELECT)
    assert (USER in caught.value.text("en")) == (says == USER)


def test_an_address_with_another_name_or_without_tls_is_told_apart_from_a_server_that_is_down() -> None:
    with pytest.raises(StoreUnavailable, match="name of the store's server cannot be found"):
        remote("http://no-such-host.invalid/sparql").select(SELECT)
    with hostile.serving(hostile.answer(hostile.ONE)) as plain, pytest.raises(StoreUnavailable, match="does not speak TLS"):
        remote(plain.url.replace("http://", "https://")).select(SELECT)


def test_times_are_told_as_they_were_set_and_advice_on_queries_goes_to_those_who_asked_one() -> None:
    with hostile.serving(hostile.hang) as server:
        store = remote(server.url)
        with pytest.raises(QueryTimeout, match=r"within 0\.6 s.* Make it more selective"):
            RemoteQueries(store).run(request())
        with pytest.raises(QueryTimeout, match=r"within 0\.6 s") as caught:
            store.select(SELECT)
        assert "selective" not in caught.value.text("en")
    with hostile.serving(hostile.answer(hostile.NOTHING, extra="X-SPARQL-MaxRows: 10000\r\n")) as server:
        with pytest.raises(StoreFailure, match="add LIMIT"):
            RemoteQueries(remote(server.url)).run(request())
        with pytest.raises(StoreFailure, match="ResultSetMaxRows") as cut:
            remote(server.url).select(SELECT)
        assert "LIMIT" not in cut.value.text("en")


def test_a_store_that_goes_and_comes_back_is_logged_once_each(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISGKG_LANG", "en")
    monkeypatch.setenv(USER, "reader")
    monkeypatch.setenv(PASSWORD, "geheim")
    broken = [True]

    def behave(connection: socket.socket, text: bytes) -> object:
        return (hostile.answer(b"", status="500 Gone") if broken[0] else hostile.answer(hostile.ONE))(connection, text)

    with hostile.serving(behave) as server:
        store = remote(server.url + "?key=geheim", replace(OPTIONS, rest_seconds=0.05))
        for _ in range(5):
            with pytest.raises(QueryError):
                store.select(SELECT)
            time.sleep(0.06)
        broken[0] = False
        for _ in range(3):
            store.select(SELECT)
    down, back = [record.getMessage() for record in caplog.records if record.name == "isgkg.store.remote"]
    assert "has failed 2 times in a row" in down
    assert "status 500" in down
    assert "answers again" in back
    assert "geheim" not in caplog.text


def test_credentials_come_from_the_environment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="ISGKG_STORE_USER") as caught:
        remote("http://user:secret@127.0.0.1/")
    assert "secret" not in caught.value.text("en")
    monkeypatch.setenv(USER, "reader")
    with pytest.raises(InputError, match=PASSWORD):
        remote("http://127.0.0.1/")
    monkeypatch.setenv(PASSWORD, "geheim")
    with hostile.serving(hostile.answer(hostile.NOTHING)) as server:
        remote(server.url).select(SELECT)
    assert b"Authorization: Basic " + base64.b64encode(b"reader:geheim") in server.requests[0]


@pytest.mark.parametrize("url", ["ftp://x/", "http:///x", "http://x:99999/", "http://x/#y", "http://x/ y", "http://é/", "http://x/\n"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        remote(url)


def test_a_method_takes_queries_of_its_form_only() -> None:
    store = remote("http://127.0.0.1:1/")
    for call, query in ((store.select, "ASK {}"), (store.ask, SELECT), (store.construct, SELECT)):
        with pytest.raises(QuerySyntaxError):
            call(query)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ('{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#boolean","value":"1"}', "true"),
        ('{"type":"literal","datatype":"http://www.w3.org/2001/XMLSchema#boolean","value":"0"}', "false"),
        ('{"type":"bnode","value":"nodeID://b10000"}', "bnodeIDxxxb10000"),
    ],
)
def test_virtuoso_s_ways_are_put_right(term: str, expected: str) -> None:
    body = f'{{"head":{{"link":[],"vars":["s"]}},"results":{{"bindings":[{{"s":{term}}}]}}}}'.encode()
    with hostile.serving(hostile.answer(body)) as server:
        assert [row["s"].value for row in remote(server.url).select(SELECT)] == [expected]


def test_an_ask_that_is_answered_with_a_table_is_understood() -> None:
    body = (
        b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[{"__ASK_RETVAL":{"type":"typed-literal","datatype":"","value":"1"}}]}}'
    )
    with hostile.serving(hostile.answer(body)) as server:
        assert remote(server.url).ask("ASK {}") is True


def test_a_store_without_the_release_is_refused(release_folder: Path) -> None:
    body = b'{"head":{"vars":["version"]},"results":{"bindings":[]}}'
    with hostile.serving(hostile.answer(body)) as server, pytest.raises(ReleaseError, match="meta"):
        copies.opened(server.url, release_folder, read_manifest(release_folder), OPTIONS)
