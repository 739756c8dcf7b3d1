"""The language of a page: zh by default, en by ?lang=en, kept in every link.

Flows in: the request. Flows out: `lang()`, and for templates `t` (a message), `local` (a text by language), `link` (a URL of this site).
"""

import re
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from flask import Flask, has_request_context, request, url_for
from markupsafe import Markup, escape

from isgkg import messages, names
from isgkg.messages import Language

DEFAULT: Language = "zh"


def init_app(app: Flask) -> None:
    """Give the templates their functions."""
    app.jinja_env.globals.update(t=t, local=local, link=link, path_of=path_of, lang=lang, other_language=other_language)
    app.jinja_env.globals.update(compact=names.compact, known=messages.known, is_code=is_code)
    app.jinja_env.filters.update(words=words, shown=shown)


def lang() -> Language:
    """The language of the current request: ?lang=, else zh."""
    return messages.language(request.args.get("lang"), DEFAULT) if has_request_context() else DEFAULT


def spoken() -> Language:
    """The language for a client that shows no page: ?lang=, else the first of Accept-Language that is supported, else zh."""
    if "lang" in request.args:
        return lang()
    return cast(Language, request.accept_languages.best_match(messages.LANGUAGES) or DEFAULT)


def t(key: str, **values: object) -> str:
    """The message `key` in the language of the request."""
    return messages.text(key, lang(), **values)


def local(texts: Mapping[str, str], language: Language | None = None) -> str:
    """A text in the language of the request, else in the other one."""
    chosen = language or lang()
    return texts.get(chosen) or next(iter(texts.values()), "")


def link(endpoint: str, **values: object) -> str:
    """A site-relative URL that keeps the language."""
    if lang() != DEFAULT:
        values.setdefault("lang", lang())
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # view arguments of any type


def path_of(iri: str) -> str | None:
    """The site-relative path of an IRI of this dataset, which keeps the language; None for any other IRI."""
    if not iri.startswith(names.BASE) or iri.removeprefix(names.BASE).startswith(("/", "\\")):  # "//host" is no path
        return None
    path, _, fragment = iri.removeprefix(names.BASE).partition("#")
    query = f"?lang={lang()}" if lang() != DEFAULT else ""
    return f"/{path}{query}" + (f"#{fragment}" if fragment else "")


def other_language() -> tuple[Language, str]:
    """The other language, and the URL of this very page in it."""
    target: Language = "en" if lang() == "zh" else "zh"
    # What a stranger names is no keyword of url_for, which has some of its own (_anchor, _scheme).
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    given += [("lang", target)] if target != DEFAULT else []
    path = url_for(request.endpoint, **(request.view_args or {})) if request.endpoint else url_for("pages.home")
    return target, f"{path}?{urlencode(given)}" if given else path


def words(text: str) -> Markup:
    """Words of the guideline with their line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def shown(message: str) -> str:
    """A message of the shapes with an ellipsis for each placeholder, which only a result fills."""
    return re.sub(r"\{[?$]\w+\}", "…", message)


def is_code(text: str) -> bool:
    """Whether a text has the form of an item's code."""
    return re.fullmatch(r"[A-Z][0-9]{1,5}", text) is not None
