"""Errors as answers: one sentence, the status of the exception's class; a page for a browser, problem details or plain text for a program.

Flows in: exceptions. Flows out: responses. Nothing else in the web layer catches IsgkgError, but views that show it beside their form.
"""

import re
from collections.abc import Mapping

from flask import Flask, Response, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from isgkg import messages, names
from isgkg.errors import ContentError, IsgkgError, Overloaded, QuerySyntaxError
from isgkg.web import i18n, negotiation

_STATUS_KEYS = {400: "web.bad-request", 404: "web.not-found", 405: "web.method", 413: "web.body-too-large", 415: "web.media-type"}
PROBLEM = names.BASE + "problem/"
"""The types of problems: one for each class of errors, such as …/problem/query-timeout."""


def init_app(app: Flask) -> None:
    """Register the handlers and the headers of every response."""
    app.register_error_handler(IsgkgError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.after_request(_headers)


def _ours(error: IsgkgError) -> Response:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
    title = messages.text(f"problem.{name}", _lang()) if messages.known(f"problem.{name}") else messages.text("problem.other", _lang())
    response = _response(error.text(_lang()), error.status, {"type": PROBLEM + name, "title": title}, _details(error))
    if isinstance(error, Overloaded):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _details(error: IsgkgError) -> dict[str, int]:
    """What a program need not read out of the sentence: line and column, from 1, in code points; the seconds after which to try again."""
    if isinstance(error, QuerySyntaxError | ContentError) and error.line:
        return {"line": error.line, **({"column": error.column} if error.column else {})}
    return {"retryAfter": error.retry_after} if isinstance(error, Overloaded) else {}


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
    """The error in the form that Accept asks for: a page, problem details (RFC 9457), or the sentence itself."""
    match _form():
        case "text/html":
            response = make_response(render_template("error.html", sentence=sentence, status=status), status)
        case "application/problem+json":
            body = json.dumps({**kind, "status": status, "detail": sentence, **details}, sort_keys=False)
            response = Response(body + "\n", status, content_type="application/problem+json")
        case _:
            response = Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = _lang()
    response.vary.add("Accept-Language")
    return response


def _headers(response: Response) -> Response:
    """No script runs, nothing is framed, no type is guessed; negotiated answers are cached apart."""
    response.headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.vary.add("Accept")
    return response
