"""Answers for a terminal: a table of solutions, an item on one screen.

Flows in: a query's answer, or an Item. Flows out: text, aligned by display width (a Chinese character is two columns wide).
"""

import unicodedata

from pyoxigraph import Literal, NamedNode

from isgkg import messages, names
from isgkg.browse.items import Item
from isgkg.browse.model import LinkView, Quote, Ref, Texts
from isgkg.columns import aligned, width
from isgkg.messages import Language
from isgkg.store import Store

_WIDEST = 60
_CONTEXT = 600
"""Code points shown on each side of a quote: any clause is shorter, but the longest."""


def truth(answer: bool, lang: Language) -> str:
    """The answer to an ASK query."""
    return messages.text("table.true" if answer else "table.false", lang)


def table(store: Store, query: str, lang: Language) -> str:
    """The answer to a SELECT query as aligned columns, IRIs with prefixes, and a count."""
    solutions = store.select(query)
    header = [variable.value for variable in solutions.variables]
    rows = [[_cell(solution[name]) for name in header] for solution in solutions]
    lines = aligned([header, *rows], _WIDEST)
    rule = "─" * max((width(line) for line in lines), default=0)
    was_cut = any(width(cell) > _WIDEST for row in rows for cell in row)
    count = messages.text("table.cut" if was_cut else "table.rows", lang, count=len(rows))
    return "\n".join([lines[0], rule, *lines[1:], count])


def item(view: Item, lang: Language) -> str:
    """All about one item on one screen."""
    other: Language = "en" if lang == "zh" else "zh"
    path = messages.text("show.path-separator", lang).join(_ref(ref, lang) for ref in view.ancestors)
    head = [
        f"{view.code}  {_text(view.label, lang)}",
        f"      {_text(view.label, other)}",
        f"      {_text(view.kind, lang)} · {_text(view.scheme_label, lang)} · <{view.iri}>",
    ]
    if path:
        head.append(f"      {path}")
    sections = [
        ("show.definition", [f"{_text(view.definition, lang)}{_basis(view.definition_basis, lang)}"] if view.definition else []),
        ("show.quote", _quote(view.quote, lang)),
        (
            "show.designations",
            [_designation(entry.text, entry.status, entry.reason, lang) for entry in view.designations if entry.status != "preferred"],
        ),
        ("show.notes", [f"{messages.text(f'note.{note.property}', lang)}: {_text(note.text, lang)}" for note in view.notes]),
        ("show.children", [f"{ref.code:<7}{_text(ref.label, lang)}" for ref in view.children]),
        ("show.links-out", [_link(link, lang, outward=True) for link in view.links_out]),
        ("show.links-in", [_link(link, lang, outward=False) for link in view.links_in]),
    ]
    blocks = ["\n".join(head)]
    for key, lines in sections:
        if lines:
            blocks.append("\n".join([messages.text(key, lang), *(f"  {line}" for line in lines)]))
    return "\n\n".join(blocks)


def _quote(quote: Quote, lang: Language) -> list[str]:
    shown = quote.cut(_CONTEXT)
    place = messages.text("show.place", lang, clause=quote.clause, start=quote.start, end=quote.end)
    return [f"{shown.before}【{shown.text}】{shown.after}".replace("\n", " "), place]


def _designation(text: str, status: str, reason: Texts, lang: Language) -> str:
    because = f" ({reason[lang]})" if lang in reason else ""
    return f"{text} [{messages.text(f'status.{status}', lang)}]{because}"


def _link(link: LinkView, lang: Language, *, outward: bool) -> str:
    """Subject, relation and object in this order; the item itself is not repeated in front, and behind it is "this item"."""
    relation = _text(link.predicate_label, lang)
    parts = [relation, _ref(link.object, lang)] if outward else [_ref(link.subject, lang), relation, messages.text("page.here", lang)]
    because = f" ({link.reason[lang]})" if lang in link.reason else ""
    return f"{' → '.join(parts)}{_basis(link.basis, lang)}{because}"


def _ref(ref: Ref, lang: Language) -> str:
    return f"{ref.code} {_text(ref.label, lang)}"


def _text(texts: Texts, lang: Language) -> str:
    """The text in `lang`, else in the other language; a dash where there is none."""
    return texts.get(lang) or next(iter(texts.values()), "—")


def _basis(basis: str, lang: Language) -> str:
    return f" [{messages.text(f'basis.{basis}', lang)}]" if basis else ""


def _cell(term: object) -> str:
    """A term for people: prefixed IRIs, literals without their quotes, control characters as spaces."""
    if term is None:
        return ""
    text = names.compact(term.value) if isinstance(term, NamedNode) else term.value if isinstance(term, Literal) else str(term)
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cf"} else char for char in text)
