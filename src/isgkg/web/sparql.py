"""/sparql: SPARQL 1.1 Protocol, query operation; the service's description; and the query page.

Flows in: GET, form POST, direct POST. Flows out: results in the format that Accept names, or the page with a table. Public query text is
evaluated in the pool only.
"""

import itertools
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request, url_for
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from werkzeug.datastructures import MultiDict

from isgkg import names, questions
from isgkg.browse import overview
from isgkg.errors import InputError, NotAcceptable, NotFound, QueryError, QueryRefused
from isgkg.questions import Question
from isgkg.store import QueryRequest
from isgkg.store.embedded import GRAPH_FORMATS, TABLE_FORMATS
from isgkg.store.inspection import inspect
from isgkg.web import description, formats, i18n, negotiation, research, running
from isgkg.web.caching import cached
from isgkg.web.rdf import rdf
from isgkg.web.state import state

blueprint = Blueprint("sparql", __name__)

HTML = "text/html"
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_TEXT_GRAPHS = tuple(names.graph(name) for name in names.DEFAULT_GRAPHS if name not in {"editorial", "inferred"})
"""What the text itself carries: without editorial links, and without what was inferred from them."""

_DATASET = ("default-graph-uri", "named-graph-uri")
"""The parameters that name the dataset (SPARQL 1.1 Protocol, 2.1.4)."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The parameters of a query operation (SPARQL 1.1 Protocol, 2.1), parsed once."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


@blueprint.get("/sparql")
def get() -> Response:
    """A query in the URL, or a prepared question by its id; without either the service's description; for a browser, the page."""
    if not request.args.keys() & {"query", "question", "update"}:
        return _description()
    offered = (*TABLE_FORMATS, *GRAPH_FORMATS, HTML)
    if "format" not in request.args and negotiation.choose(request.headers.get("Accept"), offered) == HTML:
        return _page()
    question = _question()
    with running.charged() as run:
        return _answer(run, _parameters(request.args, _bound(question) if question and "query" not in request.args else None))


@blueprint.post("/sparql")
def post() -> Response:
    """A query as a form, or as the body itself."""
    with running.charged() as run:
        return _answer(run, _posted())


def _posted() -> Parameters:
    """The parameters of a POST (SPARQL 1.1 Protocol, 2.1.2 and 2.1.3)."""
    media = request.mimetype
    if media == _FORM:
        if request.args.keys() & {"query", "update"}:
            raise InputError("web.sparql.both")
        return _parameters(request.form, None, request.args)
    if media == _QUERY:
        if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise InputError("web.sparql.encoding")
        try:
            text = request.get_data(cache=False).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("web.sparql.encoding") from error
        return _parameters(request.args, text)
    if media == _UPDATE:
        raise QueryRefused("query.update", keyword="application/sparql-update")
    raise InputError("web.sparql.media-type", found=media or "-")


def _description() -> Response:
    """What the service is, in RDF (SPARQL 1.1 Service Description, 2); for a browser, the page."""
    offered = (*GRAPH_FORMATS, HTML)
    wanted = request.args.get("format")
    try:
        media = formats.media_type(wanted, offered, strict=False) if wanted else None
        media = media or negotiation.choose(request.headers.get("Accept"), offered)
    except NotAcceptable as error:
        raise InputError("web.sparql.no-query") from error  # who wants a table has forgotten the query
    if media == HTML:
        return _page()
    endpoint, void = url_for("sparql.get", _external=True), url_for("dumps.void", _external=True)
    triples = description.describe(state().dataset, endpoint, (*TABLE_FORMATS, *GRAPH_FORMATS), void)
    response = cached(rdf(triples, media), f"{media} {request.host_url}")
    response.headers["Link"] = f'<{url_for("dumps.void")}>; rel="describedby"'
    return response


def _parameters(given: MultiDict[str, str], body: str | None, url: MultiDict[str, str] | None = None) -> Parameters:
    """`given` holds the parameters, but for a query that is the `body`; graphs may also stand in the `url` of a form."""
    if "update" in given:
        raise QueryRefused("query.update", keyword="update=")
    queries = ([body] if body is not None else []) + given.getlist("query")
    if len(queries) != 1 or not queries[0].strip():
        raise InputError("web.sparql.no-query" if not any(queries) else "web.sparql.many-queries")
    default, named = (running.known_graphs([*given.getlist(name), *(url.getlist(name) if url else ())]) for name in _DATASET)
    return Parameters(query=queries[0], default_graphs=default, named_graphs=named)


def _answer(run: running.Run, parameters: Parameters) -> Response:
    """The answer in the format that ?format= or Accept names."""
    form = inspect(parameters.query, state().pool.limits)
    offered = tuple(TABLE_FORMATS if form in {"SELECT", "ASK"} else GRAPH_FORMATS)
    accept = request.headers.get("Accept")
    wanted = request.args.get("format") or (request.form.get("format") if request.method == "POST" else None)
    media = formats.media_type(wanted, offered, strict=not accept or "*/*" in accept) if wanted else None
    media = media or negotiation.choose(accept, offered)
    return running.respond(run, _request(parameters, media), form)


def _request(parameters: Parameters, media: str) -> QueryRequest:
    return QueryRequest(
        query=parameters.query, media_type=media, default_graphs=parameters.default_graphs, named_graphs=parameters.named_graphs
    )


@dataclass(frozen=True)
class _Table:
    """A result for the page: column names, rows of terms, how many there are in all, and the seconds in the engine."""

    header: tuple[str, ...]
    rows: tuple[tuple[NamedNode | BlankNode | Literal | None, ...], ...]
    total: int
    seconds: float
    truth: bool | None = None
    graph: str | None = None


def _page() -> Response:
    """The query box, the questions, and the result as a table."""
    text = request.args.get("query", "")
    question, error, result, status = None, None, None, 200
    graphs = {name: request.args.getlist(name) for name in _DATASET if name in request.args}
    only_text = not graphs and request.args.get("basis") == "text"
    if only_text:
        graphs = {_DATASET[0]: [*_TEXT_GRAPHS]}
    try:
        question = _question()
        text = _without_prologue(_bound(question)) if question and not text else text
        if text.strip():
            given = MultiDict(request.args)
            if question and not request.args.get("query"):
                given["query"] = text
            for name, iris in graphs.items():
                given.setlist(name, iris)
            result = _table(_parameters(given, None))
    except (InputError, QueryError) as problem:
        error, status = problem.text(i18n.lang()), problem.status
    page = render_template(
        "sparql.html",
        text=text or ("" if error else _EXAMPLE),
        result=result,
        error=error,
        users=research.by_user(),
        question=question,
        labels=overview.labels(state().store),
        choices=research.choices(question),
        only_text=only_text,
        graphs=graphs,
    )
    return make_response(page, status)


def _question() -> Question | None:
    """The prepared question that ?question= names. Raises NotFound for a name that is none."""
    name = request.args.get("question", "")
    if name and name not in state().library:
        raise NotFound("web.no-question", name=name[:40])
    return state().library.get(name)


def _bound(question: Question) -> str:
    """The text of the question with the values that ?p-NAME= gives. Raises InputError for an unknown name or an unfit value."""
    given = {name.removeprefix("p-"): value for name, value in request.args.items() if name.startswith("p-") and value}
    return questions.bind(question, given)


def _without_prologue(text: str) -> str:
    """The query as it is shown: the prefixes of the files are predeclared here, and their comments are the form's own labels."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith(("#", "PREFIX"))), 0)
    return "\n".join(lines[first:])


_EXAMPLE = """SELECT ?code ?label WHERE {
  ?standard a isg:SubCategory ; skos:notation ?code ; skos:prefLabel ?label .
  FILTER ( LANG(?label) = "zh" )
} ORDER BY ?code"""


def _table(parameters: Parameters) -> _Table:
    with running.charged() as run:
        form = inspect(parameters.query, state().pool.limits)
        if form in {"CONSTRUCT", "DESCRIBE"}:
            answer = running.shown(run, _request(parameters, "text/turtle"), form)
            return _Table((), (), answer.body.count(b"\n"), answer.seconds, graph=answer.body.decode())
        answer = running.shown(run, _request(parameters, "application/sparql-results+json"), form)
        parsed = parse_query_results(answer.body, QueryResultsFormat.JSON)
        if not isinstance(parsed, QuerySolutions):
            return _Table((), (), 1, answer.seconds, truth=bool(parsed))
        header = tuple(variable.value for variable in parsed.variables)
        rows = tuple(tuple(solution[name] for name in header) for solution in itertools.islice(parsed, running.SHOWN_ROWS))
        return _Table(header, rows, len(rows) + sum(1 for _ in parsed), answer.seconds)
