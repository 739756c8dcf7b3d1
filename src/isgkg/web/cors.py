"""Cross-origin requests (the Fetch standard, "CORS protocol"): public data and no cookies, so that a page of any origin may ask and read.

Flows in: responses. Flows out: the same, with what a browser needs to hand them to the page that asked.
"""

from flask import Flask, Response, request

_ASKED = "Accept, Accept-Language, Content-Type, If-None-Match"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Language, ETag, Retry-After, Server-Timing",
}
"""What every response says, but the one to a preflight."""
_SECONDS = 86_400
"""How long a browser need not ask for permission again."""


def init_app(app: Flask) -> None:
    """Register the headers of every response."""
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        del response.headers["Access-Control-Expose-Headers"]
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = _ASKED
        response.headers["Access-Control-Max-Age"] = str(_SECONDS)
    return response
