"""/check: a draft that is uploaded or pasted is checked for its terms, shown with what was found, and not kept.

Flows in: a form with a file or text. Flows out: the page with the findings beside the text; the annotated Word document or the report as a
file. What is sent stays in memory for the length of its request: it is neither stored nor logged.
"""

import base64
import re
from typing import Final

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from isgkg.errors import AnswerTooLarge, EngineFailure, InputError, IsgkgError, QueryTimeout
from isgkg.findings.html import fragment
from isgkg.web import checks, i18n
from isgkg.web.checks import Draft
from isgkg.web.state import state
from isgkg.web.validate import DOWNLOADS, MOST_TEXT, UploadTooLarge, lang_of_client, shows_pages

blueprint = Blueprint("drafts", __name__)

_MOST_BYTES: Final = 20_000_000
PASTED: Final = {"txt": ".txt", "md": ".md", "html": ".html"}
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_LINKED: Final = 4_000_000
"""Bytes of an annotated document up to which the page carries it, to be saved without sending the draft again."""


@blueprint.get("/check")
def form() -> Response:
    """The form."""
    return _page()


@blueprint.post("/check")
def check() -> Response:
    """The findings on what was sent, as the page, or as JSON for a program."""
    request.max_content_length = request.max_form_memory_size = _MOST_BYTES
    try:
        lang = lang_of_client()
        draft = checks.check_draft(checks.Job(nquads=state().nquads, release=state().manifest.version, sent=(_sent(),), lang=lang))
    except RequestEntityTooLarge:
        return _refused(UploadTooLarge("drafts.web.too-large", megabytes=_MOST_BYTES // 1_000_000))
    except (InputError, QueryTimeout, AnswerTooLarge, EngineFailure) as problem:
        return _refused(problem)
    if shows_pages():
        response = _page(draft=draft)
    else:
        response = Response(DOWNLOADS["json"].render(draft.report, lang), content_type="application/json; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(*, draft: Draft | None = None, problem: IsgkgError | None = None) -> Response:
    lang = i18n.lang()
    links = []
    if draft is not None and draft.report.length <= MOST_TEXT:
        links = [(download.label, download.filename, download.link(draft.report, lang)) for download in DOWNLOADS.values()]
    if draft is not None and draft.annotated is not None and len(draft.annotated) <= _MOST_LINKED:
        url = f"data:{WORD};base64,{base64.b64encode(draft.annotated).decode()}"
        links.insert(0, ("Word", re.sub(r"\.docx$", "", draft.name) + "-isgkg.docx", url))
    page = render_template(
        "check.html",
        draft=draft,
        report=None if draft is None else Markup(fragment(draft.report, lang, _link)),  # noqa: S704  # the rendering escapes what it holds
        links=links,
        error=problem.text(lang) if problem else None,
        text="" if isinstance(problem, UploadTooLarge) else request.form.get("text", ""),
        pasted=PASTED,
        written=request.form.get("as", "") if not isinstance(problem, UploadTooLarge) else "",
        megabytes=_MOST_BYTES // 1_000_000,
    )
    return make_response(page, problem.status if problem else 200)


def _refused(problem: IsgkgError) -> Response:
    if not shows_pages():
        raise problem
    return _page(problem=problem)


def _link(iri: str) -> str:
    """An IRI of this dataset leads to its page here."""
    return i18n.path_of(iri) or iri


def _sent() -> tuple[str, bytes]:
    """Name and content of the draft that was sent. Raises InputError for none."""
    text = request.form.get("text", "")
    uploaded = request.files.get("file")
    if uploaded is not None and uploaded.filename:
        return re.split(r"[/\\]", uploaded.filename)[-1], uploaded.read()
    if not text.strip():
        raise InputError("drafts.web.nothing")
    extension = PASTED.get(request.form.get("as", ""), ".txt")
    return f"draft{extension}", text.encode("utf-8", "surrogatepass")
