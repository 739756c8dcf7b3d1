"""Errors as answers: one sentence, the status of the exception's class; a page for a browser, problem details or plain text for a program.

Flows in: exceptions. Flows out: responses. Nothing else in the web layer catches IsgkgError, but views that show it beside their form.
"""

import re
from collections.abc import Iterable, Mapping
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from isgkg import messages, names
from isgkg.errors import ContentError, InputError, IsgkgError, NotFound, OverBudget, Overloaded, QuerySyntaxError
from isgkg.web import caching, i18n, negotiation

_STATUS_KEYS = {400: "web.bad-request", 404: "web.not-found", 405: "web.method", 413: "web.body-too-large", 415: "web.media-type"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
"""Of every response: no script runs, nothing is framed, no type is guessed."""
PROBLEM = names.BASE + "problem/"
"""The types of problems: one for each class of errors, such as …/problem/query-timeout."""


def init_app(app: Flask) -> None:
    """Register the handlers and the headers of every response."""
    app.register_error_handler(IsgkgError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.before_request(_demand_readable)
    app.after_request(_headers)
    app.add_url_rule("/" + PROBLEM.removeprefix(names.BASE) + "<name>", view_func=problem)


def composed(app: Flask, error: IsgkgError, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The application's response to an error that was found before it saw the request."""
    with app.request_context(environ):
        response = app.finalize_request(app.handle_user_exception(error))
    return response(environ, start_response)


def problem(name: str) -> Response:
    """What a type of problems is: its title. Raises NotFound for none."""
    if not messages.known(f"problem.{name}"):
        raise NotFound("web.not-found", path=request.path[:200])
    title = messages.text(f"problem.{name}", _lang())
    return _represent(title, name, {"type": PROBLEM + name, "title": title})


class EncodedBody(InputError):
    """A request whose body has a content coding (RFC 9110, 15.5.16)."""

    status = 415


def _demand_readable() -> None:
    """Raise InputError for a Host header that is no name of a host, because links to this service are made of it (RFC 9110, 7.2), and
    EncodedBody.
    """
    if not request.host:
        raise InputError("web.host")
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", ""}:
        raise EncodedBody("web.encoded", coding=coding[:40])


def _ours(error: IsgkgError) -> Response:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
    name = name if messages.known(f"problem.{name}") else "other"
    kind = {"type": PROBLEM + name, "title": messages.text(f"problem.{name}", _lang())}
    response = _response(error.text(_lang()), error.status, kind, _details(error))
    if isinstance(error, Overloaded | OverBudget):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _details(error: IsgkgError) -> dict[str, int]:
    """What a program need not read out of the sentence: line and column, from 1, in code points; the seconds after which to try again."""
    if isinstance(error, QuerySyntaxError | ContentError) and error.line:
        return {"line": error.line, **({"column": error.column} if error.column else {})}
    return {"retryAfter": error.retry_after} if isinstance(error, Overloaded | OverBudget) else {}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    sentence = messages.text(_STATUS_KEYS.get(status, "web.internal"), _lang(), path=request.path)
    response = _response(sentence, status, {"type": "about:blank", "title": error.name}, {})
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _lang() -> messages.Language:
    return i18n.lang() if _form() == "text/html" else i18n.spoken()


def _form() -> negotiation.ErrorType:
    return negotiation.error_type(request.headers.get("Accept"))


def _response(sentence: str, status: int, kind: Mapping[str, str], details: Mapping[str, int]) -> Response:
    response = _represent(sentence, status, {**kind, "status": status, "detail": sentence, **details})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _represent(sentence: str, heading: str | int, members: Mapping[str, str | int]) -> Response:
    """In the form that Accept asks for: a page, problem details with these members (RFC 9457, 3.1), or the sentence itself."""
    match _form():
        case "text/html":
            response = make_response(render_template("error.html", sentence=sentence, status=heading))
        case "application/problem+json":
            response = Response(json.dumps(members, sort_keys=False) + "\n", content_type="application/problem+json")
        case _:
            response = Response(sentence + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Content-Language"] = _lang()
    caching.varies(response, "Accept-Language")
    return response


def _headers(response: Response) -> Response:
    """Negotiated answers are cached apart."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    caching.varies(response, "Accept")
    return response
