"""Answers for researchers: the question library over HTTP, permalinks that tell whether an answer has changed, citations.

Flows in: GET requests. Flows out: pages, results in every format, JSON, citations as text. Nothing is kept: a permalink holds the query,
the release and the fingerprint of the answer, and opening it asks again and compares.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from isgkg import messages, names, questions
from isgkg.browse import items, links, overview
from isgkg.errors import InputError, NotFound
from isgkg.questions import Question
from isgkg.research import Style, Table, Work, cite, fingerprint
from isgkg.research.connection import is_ordered, leaves_open
from isgkg.store import QueryForm, QueryRequest, inspect
from isgkg.store.embedded import TABLE_FORMATS
from isgkg.store.inspection import is_repeatable
from isgkg.web import formats, i18n, negotiation, running
from isgkg.web.caching import cached, page
from isgkg.web.state import state

blueprint = Blueprint("research", __name__)

HTML: Final = "text/html"
JSON: Final = "application/json"
_MEDIA: Final[Mapping[Style, str]] = {
    Style.BIBTEX: "application/x-bibtex",
    Style.CSL: "application/vnd.citationstyles.csl+json",
    Style.GBT7714: "text/plain",
}
_RESULTS: Final = ("csv", "tsv", "json", "xml")
_GRAPH_RESULTS: Final = ("turtle", "n-triples", "rdf-xml", "json-ld")
"""The formats in which an answer can be downloaded, by their names in ?format=."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_RELEASE: Final = re.compile(r"[0-9A-Za-z.+-]{1,40}")
_DEFAULT_GRAPHS: Final = "default-graph-uri"
_NAMED_GRAPHS: Final = "named-graph-uri"
_OF_THE_PAGE: Final = frozenset({"question", "query", "lang", "release", "sha256", "style", _DEFAULT_GRAPHS, _NAMED_GRAPHS})
"""The parameters of /answer; any other is one of the question's."""
_PARAMETER: Final = "p-"
"""How the parameters of a question are told from those of the page, where both stand in one URL."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query, the graphs that it is put to (none: the service's default), where it comes from, and the URL parameters that lead to it."""

    text: str
    arguments: Mapping[str, str | list[str]]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    question: Question | None = None

    @property
    def chosen(self) -> dict[str, str | list[str]]:
        """The values of the question's parameters that are given, by name."""
        return {name.removeprefix(_PARAMETER): value for name, value in self.arguments.items() if name.startswith(_PARAMETER)}

    def request(self, media: str) -> QueryRequest:
        """What the pool is asked."""
        return QueryRequest(query=self.text, media_type=media, default_graphs=self.default_graphs, named_graphs=self.named_graphs)


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer now, and what a permalink said of it: `was` and `then` are the fingerprint and the release there."""

    table: Table | None
    truth: bool | None
    graph: str | None
    sha256: str
    was: str | None
    then: str | None

    @property
    def is_unchanged(self) -> bool | None:
        """Whether it is the answer of the permalink; None where there is none to compare with."""
        return None if self.was is None else self.was == self.sha256


@blueprint.get("/questions")
def library() -> Response:
    """The questions by who asks them; for programs, a JSON list."""
    if negotiation.choose(request.headers.get("Accept"), (HTML, JSON)) == HTML:
        return page("questions.html", users=by_user())
    return cached(jsonify([_described(question) for question in state().library.values()]), request.host_url)


@blueprint.get("/questions/<id_>")
def question(id_: str) -> Response:
    """The answer of a question with the values that ?parameter= gives: a page with its SPARQL, or a result in the format wanted."""
    asked = _asked(id_, {name: value for name, value in request.args.items() if name not in {"lang", "format"} and value})
    offered = (*TABLE_FORMATS, HTML)
    wanted = request.args.get("format")
    media = formats.media_type(wanted, TABLE_FORMATS, strict=True) if wanted else None
    media = media or negotiation.choose(request.headers.get("Accept"), offered)
    if media != HTML:
        with running.charged() as run:
            return running.respond(run, asked.request(media), inspect(asked.text, state().pool.limits))
    return make_response(_page("question.html", asked, _answered(asked)))


@blueprint.get("/answer")
def answer() -> Response:
    """The answer to a query or a question, with its permalink and citations; ?release= and ?sha256= say which answer was cited.

    ?style= gives one citation as text; Accept: application/json the comparison for programs.
    """
    asked = _asked_here()
    then, was = request.args.get("release"), request.args.get("sha256")
    if (then is None) != (was is None) or (then and not _RELEASE.fullmatch(then)) or (was and not _SHA256.fullmatch(was)):
        raise InputError("answer.permalink")
    found = _answered(asked, was=was, then=then)
    style = _style()
    if style is not None:
        return _citation(_work(asked, found), style)
    if negotiation.choose(request.headers.get("Accept"), (HTML, JSON)) == HTML:
        return make_response(_page("answer.html", asked, found))
    return jsonify(
        query=asked.text,
        release=state().manifest.version,
        sha256=found.sha256,
        permalink=_permalink(asked, found),
        cited=None if was is None else {"release": then, "sha256": was},
        unchanged=found.is_unchanged,
        determined=not leaves_open(asked.text),
    )


@blueprint.get("/cite", defaults={"code": None})
@blueprint.get("/cite/<code>")
def citation(code: str | None) -> Response:
    """How to cite the release, or one item or link of it: a page with every style, or one of them as text, as ?style= or Accept asks."""
    work = _work_of(code)
    style = _style()
    if style is not None:
        return _citation(work, style)
    return make_response(render_template("cite.html", work=work, citations=_citations(work), code=code))


def by_user() -> dict[str, list[Question]]:
    """The questions by who asks them."""
    found: dict[str, list[Question]] = {user: [] for user in questions.USERS}
    for entry in state().library.values():
        found[entry.user].append(entry)
    return found


def _described(entry: Question) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": dict(entry.titles.items()),
        "user": entry.user,
        "url": url_for("research.question", id_=entry.id, _external=True),
        "parameters": [
            {"name": parameter.name, "label": dict(parameter.labels.items()), "class": parameter.class_iri, "default": parameter.default}
            for parameter in entry.parameters
        ],
        "query": entry.text,
    }


def _asked(id_: str, values: Mapping[str, str]) -> Asked:
    """The question with these values. Raises NotFound for an id or a value that is none, InputError for an unknown parameter."""
    entry = state().library.get(id_)
    if entry is None:
        raise NotFound("web.no-question", name=id_[:40])
    text = questions.checked(state().store, entry, values)
    chosen = questions.codes(entry, values)
    return Asked(text=text, question=entry, arguments={"question": entry.id, **{_PARAMETER + name: code for name, code in chosen.items()}})


def _asked_here() -> Asked:
    """What the URL asks: ?question= with its parameters, or ?query= with the graphs that it is put to.

    Raises InputError for both at once, and for a query whose answer is another each time: there is nothing to come back to.
    """
    id_, text = request.args.get("question"), request.args.get("query", "")
    graphs = {name: running.known_graphs(request.args.getlist(name)) for name in (_DEFAULT_GRAPHS, _NAMED_GRAPHS)}
    if id_ is not None:
        if text or any(graphs.values()):
            raise InputError("answer.both")
        given = {name: value for name, value in request.args.items() if name not in _OF_THE_PAGE and value}
        return _asked(id_, {name.removeprefix(_PARAMETER): value for name, value in given.items()})
    if not text.strip():
        raise InputError("web.sparql.no-query")
    if not is_repeatable(text):
        raise InputError("answer.changing")
    named = {name: [*iris] for name, iris in graphs.items() if iris}
    return Asked(text=text, default_graphs=graphs[_DEFAULT_GRAPHS], named_graphs=graphs[_NAMED_GRAPHS], arguments={"query": text, **named})


def _answered(asked: Asked, *, was: str | None = None, then: str | None = None) -> Answered:
    with running.charged() as run:
        form: QueryForm = inspect(asked.text, state().pool.limits)
        is_graph = form in {"CONSTRUCT", "DESCRIBE"}
        media = "application/n-triples" if is_graph else "application/sparql-results+json"
        body = running.shown(run, asked.request(media), form).body
        table = truth = graph = None
        if is_graph:
            sha256 = fingerprint([quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)])
            graph = "".join(sorted(body.decode().splitlines(keepends=True)))
        elif isinstance(parsed := parse_query_results(body, QueryResultsFormat.JSON), QuerySolutions):
            table = Table.of(parsed)
            sha256 = fingerprint(table, ordered=is_ordered(asked.text))
        else:
            truth = bool(parsed)
            sha256 = fingerprint(truth)
    return Answered(table=table, truth=truth, graph=graph, sha256=sha256, was=was, then=then)


def _page(template: str, asked: Asked, found: Answered) -> str:
    work = _work(asked, found)
    return render_template(
        template,
        asked=asked,
        found=found,
        question=asked.question,
        header=found.table.columns if found.table else (),
        rows=found.table.terms[: running.SHOWN_ROWS] if found.table else (),
        labels=overview.labels(state().store),
        choices=choices(asked.question),
        chosen=asked.chosen,
        downloads=_downloads(asked, found),
        permalink=_permalink(asked, found),
        citations=_citations(work),
        release=state().manifest.version,
        is_open=leaves_open(asked.text),
    )


def _downloads(asked: Asked, found: Answered) -> dict[str, str]:
    """The whole answer in every result format: format → URL. A question has URLs of its own; a query is asked as the service asks it."""
    formats_ = _RESULTS if found.graph is None else _GRAPH_RESULTS
    if asked.question is not None:
        values: dict[str, Any] = asked.chosen
        return {name: url_for("research.question", id_=asked.question.id, format=name, **values) for name in formats_}
    arguments: dict[str, Any] = {**asked.arguments}  # the query and its graphs
    return {name: url_for("sparql.get", format=name, **arguments) for name in formats_}


def choices(entry: Question | None) -> dict[str, list[tuple[str, str]]]:
    """For each parameter of the question, the codes to choose from with their labels."""
    return {
        parameter.name: [(code, zh if i18n.lang() == "zh" else en) for code, zh, en in questions.choices(state().store, parameter)]
        for parameter in (entry.parameters if entry else ())
    }


def _permalink(asked: Asked, found: Answered) -> str:
    """The URL of the answer as it is now."""
    values: dict[str, Any] = {**asked.arguments, "release": state().manifest.version, "sha256": found.sha256}
    return url_for("research.answer", **values, _external=True)


def _work(asked: Asked, found: Answered) -> Work:
    lang = i18n.lang()
    title = asked.question.titles[lang] if asked.question else messages.text("cite.answer", lang)
    return Work(
        key=f"isgkg-{found.sha256[:12]}",
        title=f"{title} ({messages.text('cite.release', lang)})",
        version=state().manifest.version,
        url=_permalink(asked, found),
        accessed=datetime.now(UTC).date(),
    )


def _work_of(code: str | None) -> Work:
    """The release, or an item or a link of it. Raises NotFound for a code that is none."""
    lang, version = i18n.lang(), state().manifest.version
    title, url, key = messages.text("cite.release", lang), names.BASE, f"isgkg-{version}"
    if code is not None:
        id_, label, url = _cited(code)
        title, key = f"{id_} {label} ({title})", f"isgkg-{version}-{id_}"
    return Work(key=key, title=title, version=version, url=url, accessed=datetime.now(UTC).date())


def _cited(code: str) -> tuple[str, str, str]:
    """Code, label and IRI of an item, or of a link: its two ends and the relation between them. Raises NotFound for a code that is none."""
    entry = links.get(state().store, code.upper())
    if entry is None:
        item = items.get(state().store, code)
        return item.code, i18n.local(item.label), item.iri
    parts = (i18n.local(entry.subject.label), i18n.local(entry.predicate_label), i18n.local(entry.object.label))
    return entry.id, " → ".join(parts), names.LINK + entry.id


def _citations(work: Work) -> dict[Style, str]:
    return {style: cite(work, style) for style in Style}


def _style() -> Style | None:
    """The style that ?style= names, else the one whose media type Accept prefers; None where it is a page or the comparison that is wanted.

    Raises InputError for a style that is none, NotAcceptable where Accept names nothing that there is.
    """
    wanted = request.args.get("style")
    if wanted is None:
        media = negotiation.choose(request.headers.get("Accept"), (HTML, JSON, *_MEDIA.values()))
        return next((style for style, own in _MEDIA.items() if own == media), None)
    if wanted not in {style.value for style in Style}:
        raise InputError("cite.style", style=wanted[:40], known=", ".join(Style))
    return Style(wanted)


def _citation(work: Work, style: Style) -> Response:
    return Response(cite(work, style), content_type=f"{_MEDIA[style]}; charset=utf-8")
