"""/validate: records that are uploaded or pasted are checked and reported, and nothing of them is kept.

Flows in: a form with files or text. Flows out: the page with the report, or the report as a file. What is sent stays in memory for the
length of its request: it is neither stored nor logged. Beside it stand what a writer of records needs: templates, the JSON-LD context.
"""

import base64
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, cast

from flask import Blueprint, Request, Response, make_response, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from isgkg import files, findings, messages, names
from isgkg.errors import AnswerTooLarge, EngineFailure, InputError, IsgkgError, NotFound, QueryTimeout
from isgkg.findings import Report
from isgkg.findings.html import fragment
from isgkg.messages import Language
from isgkg.web import checks, i18n
from isgkg.web.caching import cached
from isgkg.web.state import state

blueprint = Blueprint("validate", __name__)

MOST_BYTES = 10_000_000
"""Of a request body: some 4,000 records. More belong on the command line."""
_MOST_FILES = 50
_MOST_LINKED = 500
MOST_TEXT = 500_000
"""Findings, and characters in them, up to which a page carries the report in every format, to be saved without sending all again."""

PAGE = "page"


@dataclass(frozen=True, kw_only=True)
class Download:
    """A format in which the report can be saved."""

    label: str
    media_type: str
    render: Callable[[Report, Language], str]
    extension: str

    @property
    def filename(self) -> str:
        """The name under which it is saved."""
        return f"isgkg-report.{self.extension}"

    def link(self, report: Report, lang: Language) -> str:
        """The report itself as a data: URL, which a browser saves without asking the server again."""
        content = base64.b64encode(self.render(report, lang).encode()).decode()
        return f"data:{self.media_type};charset=utf-8;base64,{content}"


DOWNLOADS = {
    name: Download(label=label, media_type=media_type, render=findings.RENDERINGS[name], extension=extension)
    for name, label, media_type, extension in (
        ("html", "HTML", "text/html", "html"),
        ("csv", "CSV", "text/csv", "csv"),
        ("json", "JSON", "application/json", "json"),
        ("sarif", "SARIF", "application/sarif+json", "sarif"),
    )
}
PASTED = {"yaml": ".yaml", "json": ".json", "turtle": ".ttl", "json-ld": ".jsonld", "rdf-xml": ".rdf", "csv": ".csv"}
"""The formats of pasted text, and the extension by which its reader is found."""
TEMPLATES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
    "json": "application/json",
}
RECORDS = {"experiment": "Experiment", "standard": "StandardDocument"}
"""The kinds of records, by their names in addresses, and their classes."""


class MemoryRequest(Request):
    """A request whose uploads never touch the disk; its size is bounded before it is read."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None, content_length: int | None = None
    ) -> IO[bytes]:
        return io.BytesIO()


class UploadTooLarge(InputError):
    """More was sent than is checked here."""

    status = 413


@blueprint.get("/validate")
def form() -> Response:
    """The form."""
    return _page()


@blueprint.post("/validate")
def check() -> Response:
    """The report on what was sent, as the page or in the format that the button names."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    try:
        wanted = _wanted()
        report = checks.check(
            checks.Job(nquads=state().nquads, release=state().manifest.version, sent=tuple(_sent()), lang=lang_of_client())
        )
    except RequestEntityTooLarge:
        return _refused(UploadTooLarge("validate.too-large", megabytes=MOST_BYTES // 1_000_000))
    except (InputError, QueryTimeout, AnswerTooLarge, EngineFailure) as problem:
        return _refused(problem)
    response = _page(report=report) if wanted is None else _file(wanted, report)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/template/<record>.<form>")
def blank(record: str, form: str) -> Response:
    """An empty record to fill in. Raises NotFound for a kind or a format that has none."""
    if record not in RECORDS or form not in TEMPLATES:
        raise NotFound("web.not-found", path=request.path[:200])
    content = _template(state().nquads, state().manifest.version, record, form, i18n.lang())
    response = Response(content, content_type=TEMPLATES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{record}.{form}"'
    return cached(response)


@blueprint.get("/" + names.CONTEXT.removeprefix(names.BASE))
def context() -> Response:
    """The JSON-LD context of records, under the path of its IRI."""
    content = (files.root() / "shapes" / "record.jsonld").read_bytes()
    return cached(Response(content, content_type="application/ld+json"))


@cache
def _template(nquads: Path, release: str, record: str, form: str, lang: Language) -> bytes | str:
    """Made once in the life of a process: what it is made of need not be kept."""
    from isgkg.records import base, template  # noqa: PLC0415  # with all that workbooks need, which no other view does

    found = base.Base.of(nquads, release)
    codes = template.codes_of(found.vocabulary, found.quads, lang)
    return template.template(found.schema.classes[RECORDS[record]], found.schema, codes, cast("template.Format", form), lang)


def _page(*, report: Report | None = None, problem: IsgkgError | None = None) -> Response:
    lang = i18n.lang()
    # What is too large to be read cannot be shown again.
    given = MultiDict[str, str]() if isinstance(problem, UploadTooLarge) else request.form
    is_small = report is not None and len(report.findings) <= _MOST_LINKED and report.length <= MOST_TEXT
    page = render_template(
        "validate.html",
        report=None if report is None else Markup(fragment(report, lang, _link)),  # noqa: S704  # the rendering escapes what it holds
        links=[(download, download.link(report, lang)) for download in DOWNLOADS.values()] if report is not None and is_small else [],
        error=problem.text(lang) if problem else None,
        text=given.get("text", ""),
        pasted=PASTED,
        written=given.get("as", ""),
        downloads=DOWNLOADS,
        records=RECORDS,
        templates=TEMPLATES,
        most_files=_MOST_FILES,
        megabytes=MOST_BYTES // 1_000_000,
    )
    return make_response(page, problem.status if problem else 200)


def _refused(problem: IsgkgError) -> Response:
    """The form with the sentence above it; a program gets the sentence as it does elsewhere."""
    if not shows_pages():
        raise problem
    return _page(problem=problem)


def _file(download: Download, report: Report) -> Response:
    response = Response(download.render(report, lang_of_client()), content_type=f"{download.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{download.filename}"'
    return response


def shows_pages() -> bool:
    """Whether the client is one that a person reads with."""
    return "text/html" in request.headers.get("Accept", "")


def lang_of_client() -> Language:
    """The language of what the client reads: of the page, or for a program the one that it asks for."""
    return i18n.lang() if shows_pages() else i18n.spoken()


def _link(iri: str) -> str:
    """An IRI of this dataset leads to its page here."""
    return i18n.path_of(iri) or iri


def _wanted() -> Download | None:
    """The format that the form asks for; None is the page, JSON what a program gets. Raises InputError for one that is not offered."""
    name = request.form.get("format") or (PAGE if shows_pages() else "json")
    if name != PAGE and name not in DOWNLOADS:
        raise InputError("validate.format", format=name[:40], offered=", ".join((PAGE, *DOWNLOADS)))
    return DOWNLOADS.get(name)


def _sent() -> Iterator[tuple[str, bytes]]:
    """Name and content of everything that was sent, each name once. Raises InputError for nothing or too many files."""
    text = request.form.get("text", "")
    uploaded = [file for file in request.files.getlist("file") if file.filename]
    if len(uploaded) > _MOST_FILES:
        raise InputError("validate.too-many", count=len(uploaded), limit=_MOST_FILES)
    if not uploaded and not text.strip():
        raise InputError("validate.nothing")
    sent = [(re.split(r"[/\\]", file.filename or "")[-1], file.read()) for file in uploaded]
    if text.strip():
        extension = PASTED.get(request.form.get("as", ""), "")
        sent.append((messages.text("validate.pasted", lang_of_client()) + extension, text.encode("utf-8", "surrogatepass")))
    return _named_apart(sent)


def _named_apart(sent: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The same with a number in names that come again: findings tell their places by the name of the file."""
    taken: set[str] = set()
    for name, content in sent:
        stem, dot, extension = name.rpartition(".")
        candidate, number = name, 1
        while candidate in taken:
            number += 1
            candidate = f"{stem} ({number}){dot}{extension}" if dot else f"{name} ({number})"
        taken.add(candidate)
        yield candidate, content
