"""Errors as answers: one sentence, the status of the exception's class, a page for a browser and plain text for a program.

Flows in: exceptions. Flows out: responses. Nothing else in the web layer catches IsgkgError.
"""

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from isgkg import messages
from isgkg.errors import IsgkgError, OverBudget, Overloaded
from isgkg.web import i18n

_STATUS_KEYS = {400: "web.bad-request", 404: "web.not-found", 405: "web.method", 413: "web.body-too-large", 415: "web.media-type"}


def init_app(app: Flask) -> None:
    """Register the handlers and the headers of every response."""
    app.register_error_handler(IsgkgError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.after_request(_headers)


def _ours(error: IsgkgError) -> Response:
    response = _response(error.text(_lang()), error.status)
    if isinstance(error, Overloaded | OverBudget):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _response(messages.text(_STATUS_KEYS.get(status, "web.internal"), _lang(), path=request.path), status)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _lang() -> messages.Language:
    return i18n.lang() if _wants_page() else i18n.spoken()


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match(["text/plain", "text/html"], default="text/plain") == "text/html"


def _response(sentence: str, status: int) -> Response:
    if _wants_page():
        return make_response(render_template("error.html", sentence=sentence, status=status), status)
    return Response(sentence + "\n", status, content_type="text/plain; charset=utf-8")


def _headers(response: Response) -> Response:
    """No script runs, nothing is framed, no type is guessed; negotiated answers are cached apart."""
    response.headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Access-Control-Allow-Origin", "*")  # public data, no cookies: any page may read it
    response.headers.add("Vary", "Accept")
    return response
