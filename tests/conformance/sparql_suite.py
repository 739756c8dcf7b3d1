"""W3C's SPARQL 1.1 test suites as HTTP requests to the application: query, syntax, results formats, protocol, service description.

`python -m tests.conformance.sparql_suite` runs them and prints the table of docs/sparql.md.
"""

import os
import sys
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from isgkg.store import Dataset, EmbeddedStore, PoolOptions, QueryPool
from isgkg.web import WebOptions
from isgkg.web.app import application
from isgkg.web.errors import PROBLEM
from isgkg.web.state import State
from tests.conformance import sparql_answers, sparql_description

CHECKOUT = Path(__file__).parents[2]
SUITE = Path(os.environ.get("ISGKG_CONFORMANCE", CHECKOUT.parent / "shared" / "conformance")).resolve() / "sparql11"
ABSENT = f"no SPARQL test suite at {SUITE}: set ISGKG_CONFORMANCE to the folder that holds sparql11/manifest-all.ttl"
BASE = "https://w3c.github.io/rdf-tests/sparql/sparql11/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
DAWGT = "http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

QUERY = ("aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation", "project-expression")
FOLDERS = (*QUERY, "property-path", "subquery", "syntax-query", "csv-tsv-res", "json-res", "protocol", "service-description")
"""All folders of manifest-sparql11-query.ttl and manifest-sparql11-results.ttl, the protocol and the service description."""

SYNTAX, EVALUATION, CSV_TSV, JSON = "Query: syntax", "Query: evaluation", "Results in CSV and TSV", "Results in JSON"
PROTOCOL, UPDATE, DESCRIPTION = "Protocol: query operation", "Protocol: update operation, refused", "Service Description"
SUITES = (SYNTAX, EVALUATION, CSV_TSV, JSON, PROTOCOL, UPDATE, DESCRIPTION)

_CASES = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
_ABSENT_TERM = "a path of length zero from or to a constant is found only where the data hold that term"
_NO_PATTERN = "GRAPH ?g over a group without a triple pattern is not joined with the names of the graphs"
_LANGUAGE = "GROUP_CONCAT of strings of one language gives a string of that language, not a simple one"
MISSES = {
    _CASES + case: cause
    for case, cause in {
        "aggregates/manifest#agg-groupconcat-04": _LANGUAGE,
        "aggregates/manifest#agg-groupconcat-06": _LANGUAGE,
        "aggregates/manifest#agg-empty-group-count-graph": "GRAPH ?g over a subquery that aggregates groups all graphs together",
        "bindings/manifest#graph": _NO_PATTERN,
        "functions/manifest#bnode01": "BNODE(text) gives one blank node for a text in all solutions, not one in each",
        "negation/manifest#graph-minus": "MINUS inside GRAPH ?g compares ?g, too, which the groups do not share",
        "property-path/manifest#zero_or_more_set_start": _ABSENT_TERM,
        "property-path/manifest#zero_or_more_set_end": _ABSENT_TERM,
        "property-path/manifest#zero_or_one_set_start": _ABSENT_TERM,
        "property-path/manifest#zero_or_one_set_end": _ABSENT_TERM,
        "csv-tsv-res/manifest#tsv03": "xsd:negativeInteger is stored as xsd:integer",
    }.items()
}
"""Cases that the engine (pyoxigraph 0.5.13) does not pass: IRI, and the cause there."""


@dataclass(frozen=True)
class Manifest:
    """A manifest as a graph."""

    folder: str
    triples: tuple = field(repr=False)

    @classmethod
    def of(cls, folder):
        file = SUITE / folder / "manifest.ttl"
        return cls(folder, tuple(quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE, base_iri=f"{BASE}{folder}/")))

    def values(self, subject, iri):
        return [t.object for t in self.triples if t.predicate.value == iri and subject in {None, t.subject}]

    def value(self, subject, iri):
        return next(iter(self.values(subject, iri)), None)

    def members(self, head):
        while head is not None and head != NamedNode(RDF + "nil"):
            yield self.value(head, RDF + "first")
            head = self.value(head, RDF + "rest")


@dataclass(frozen=True)
class Case:
    """A test: its manifest, its node there, its type's local name, and the suite to which it is counted."""

    manifest: Manifest
    node: NamedNode
    type: str
    suite: str

    @property
    def iri(self):
        return self.node.value

    @property
    def name(self):
        return f"{self.manifest.folder}#{self.iri.rsplit('#', 1)[-1]}"

    def value(self, iri):
        return self.manifest.value(self.node, iri)


def suite_of(folder, type_, node):
    if folder == "protocol":
        return UPDATE if "update" in node.value.rsplit("#", 1)[-1] else PROTOCOL
    if "SyntaxTest" in type_:
        return SYNTAX
    return {"csv-tsv-res": CSV_TSV, "json-res": JSON, "service-description": DESCRIPTION}.get(folder, EVALUATION)


def cases():
    for folder in FOLDERS:
        manifest = Manifest.of(folder)
        for node in manifest.members(manifest.value(None, MF + "entries")):
            type_ = manifest.value(node, RDF + "type").value.removeprefix(MF)
            yield Case(manifest, node, type_, suite_of(folder, type_, node))


def file_of(iri):
    return SUITE / iri.value.removeprefix(BASE)


def quads_of(iri, graph):
    file = file_of(iri)
    format_ = sparql_answers.GRAPHS[file.suffix]
    for quad in parse(path=str(file), format=format_, base_iri=iri.value, rename_blank_nodes=True):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


class Services:
    """The application over one small dataset after another; the few used last are kept, as their pools take 0.1 s to start."""

    KEPT = 6

    def __init__(self):
        self._running = OrderedDict()
        self._folder = tempfile.TemporaryDirectory()

    def client(self, default=(), named=(), empty=()):
        """A client of the application: files of its default graph, its named graphs (name, file), and names of graphs without content."""
        key = (tuple(default), tuple(named), tuple(empty))
        if key not in self._running:
            while len(self._running) >= self.KEPT:
                self._running.popitem(last=False)[1].extensions["isgkg"].pool.close()
            self._running[key] = self._start(*key)
        self._running.move_to_end(key)
        return self._running[key].test_client()

    def _start(self, default, named, empty):
        quads = [quad for iri in default for quad in quads_of(iri, DefaultGraph())]
        quads += [quad for name, iri in named for quad in quads_of(iri, name)]
        file = Path(self._folder.name) / "case.nq"
        file.write_bytes(serialize(quads, format=RdfFormat.N_QUADS))
        graphs = {**{name.value: 0 for name in empty}, **{name.value: sum(q.graph_name == name for q in quads) for name, _ in named}}
        state = State(
            manifest=SimpleNamespace(sha256=str(hash(frozenset(quads))), version="0"),
            nquads=file,
            dataset=Dataset(named=graphs),
            store=EmbeddedStore.load(file),
            pool=QueryPool(file, PoolOptions(workers=1, slow_after=5.0)),
            library={},
        )
        app = application(state, WebOptions())
        app.testing = True
        return app

    def close(self):
        for app in self._running.values():
            app.extensions["isgkg"].pool.close()
        self._running.clear()
        self._folder.cleanup()


def run(case, services):
    """Run a case; raises AssertionError where it fails."""
    if case.suite == SYNTAX:
        syntax(case, services)
    elif case.suite == PROTOCOL:
        protocol(case, services)
    elif case.suite == UPDATE:
        refused_update(case, services)
    elif case.suite == DESCRIPTION:
        sparql_description.CHECKS[case.iri.rsplit("#", 1)[-1]](services.client())
    else:
        evaluation(case, services)


def syntax(case, services):
    """What is read as SPARQL may still call a function that the engine does not have: that is another problem."""
    text = file_of(case.value(MF + "action")).read_bytes()
    headers = {"Accept": "application/json"}
    answer = services.client().post("/sparql", data=text, content_type="application/sparql-query", headers=headers)
    is_syntax_error = answer.status_code == 400 and answer.json["type"] == PROBLEM + "query-syntax-error"
    is_read = answer.status_code == 200 or (answer.status_code == 400 and "没有函数" in answer.json["detail"])
    assert is_read if case.type.startswith("Positive") else is_syntax_error, answer.text


def evaluation(case, services):
    action = case.value(MF + "action")
    default = case.manifest.values(action, QT + "data")
    named = [(iri, iri) for iri in case.manifest.values(action, QT + "graphData")]
    query, result = case.manifest.value(action, QT + "query"), case.value(MF + "result")
    # The base IRI of a query is its file's (RFC 3986, 5.1.3), which the protocol has no other way to tell.
    text = f"BASE <{query.value}> {file_of(query).read_text(encoding='utf-8')}"
    kinds = {".srj": "application/sparql-results+json", ".csv": "text/csv", ".tsv": "text/tab-separated-values"}
    table = kinds.get(file_of(result).suffix, "application/sparql-results+xml")
    accept = f"{table}, text/turtle"
    answer = services.client(default, named).get("/sparql", query_string={"query": text}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    found = sparql_answers.read(answer.data, answer.mimetype)
    assert found == sparql_answers.expected(file_of(result), result.value), answer.text


def requests_of(case):
    """The requests of a protocol test: (keywords of the client, node of the expected response)."""
    manifest = case.manifest
    for request in manifest.members(manifest.value(case.value(MF + "action"), HT + "requests")):
        url = urlsplit(manifest.value(request, HT + "absolutePath").value)
        body = manifest.value(request, HT + "body")
        headers = {
            manifest.value(header, HT + "fieldName").value: manifest.value(header, HT + "fieldValue").value
            for header in manifest.members(manifest.value(request, HT + "headers"))
        }
        keywords = {"method": manifest.value(request, HT + "methodName").value, "headers": headers, "query_string": url.query}
        if body is not None:
            encoding = manifest.value(body, CNT + "characterEncoding").value
            keywords["data"] = manifest.value(body, CNT + "chars").value.encode(encoding)
        yield keywords, manifest.value(request, HT + "resp")


def protocol_client(case, services):
    manifest = case.manifest
    given = [
        (NamedNode(manifest.value(node, RDFS + "label").value), manifest.value(node, UT + "graph"))
        for node in manifest.values(case.node, UT + "graphData")
    ]
    names = {name for name, _ in given}
    asked = {
        NamedNode(value)
        for keywords, _ in requests_of(case)
        for key, value in parse_qsl(keywords["query_string"])
        if key in {"default-graph-uri", "named-graph-uri"}
    }
    # The suite names a data0.rdf whose content it does not give, and which does not matter.
    return services.client((), given, sorted(asked - names, key=str))


FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/rdf+xml", "application/n-triples"},
}


def protocol(case, services):
    client = protocol_client(case, services)
    for keywords, response in requests_of(case):
        answer = client.open("/sparql", **keywords)
        allowed = {status.value[-3] for status in case.manifest.values(response, MF + "expectedStatus")}
        assert str(answer.status_code)[0] in allowed, answer.text
        format_, truth = (case.manifest.value(response, MF + name) for name in ("expectedFormat", "expectedBoolean"))
        if format_ is not None:
            assert answer.mimetype in FORMATS[format_.value]
        if truth is not None:
            assert answer.json["boolean"] is (truth.value == "true"), answer.text


def refused_update(case, services):
    """The service only reads: an update is refused by its documented status, and one that is no update request as a bad request."""
    keywords, _ = next(requests_of(case))
    answer = protocol_client(case, services).open("/sparql", **keywords)
    is_update = "update=" in str(keywords) or "sparql-update" in str(keywords)
    is_typed = keywords["method"] == "GET" or (bool(keywords["headers"]) and "text/plain" not in str(keywords))
    assert answer.status_code == (403 if is_update and is_typed else 400), answer.text


def table(results):
    """The figures as a table in Markdown; `results` are (case, message of the failure or None)."""
    lines = ["| Suite | Cases | Passed | Share | Approved by W3C's group | Passed | Share |", "|---|---:|---:|---:|---:|---:|---:|"]
    for suite in SUITES:
        own = [(case, failure) for case, failure in results if case.suite == suite]
        figures = []
        for chosen in (own, [(case, failure) for case, failure in own if case.value(DAWGT + "approval") == NamedNode(DAWGT + "Approved")]):
            passed = sum(failure is None for _, failure in chosen)
            figures += [str(len(chosen)), str(passed), f"{passed / len(chosen):.1%}"]
        lines.append(f"| {suite} | {' | '.join(figures)} |")
    return "\n".join(lines)


def main():
    if not SUITE.exists():
        print(ABSENT)  # noqa: T201  # what the command is for
        return 2
    services, results = Services(), []
    try:
        for case in cases():
            try:
                run(case, services)
                results.append((case, None))
            except (AssertionError, KeyError) as failure:
                results.append((case, str(failure)))
    finally:
        services.close()
    failed = [(case, failure) for case, failure in results if failure is not None]
    print(table(results))  # noqa: T201
    for case, failure in failed:
        print(f"- <{case.iri}>: {MISSES.get(case.iri, failure)}")  # noqa: T201
    return int(any(case.iri not in MISSES for case, _ in failed))


if __name__ == "__main__":
    sys.exit(main())
