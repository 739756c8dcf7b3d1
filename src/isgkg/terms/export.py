"""A term base in the formats in which people exchange and print it.

Flows in: a TermBase and what of it is wanted. Flows out: bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from isgkg import messages
from isgkg.errors import NotFound
from isgkg.messages import Language
from isgkg.terms import chapter, chapter_word, jsons, sheets, skos_writer, table, tbx
from isgkg.terms.model import TermBase

FORMATS: Final = ("skos", "tbx", "csv", "xlsx", "json", "chapter")
_FACET: Final = re.compile(r"[A-Za-z]\d*")


def choose(base: TermBase, codes: Sequence[str] = (), kind: str | None = None) -> TermBase:
    """The concepts of these codes, in their order, or of this kind, in that of the base; all where nothing is asked for.

    A kind is the local name of a class such as SubCategory, or the beginning of codes such as K or S3. Raises NotFound for a code or a kind
    that there is not.
    """
    concepts = base.concepts
    if codes:
        folded = {concept.id.casefold(): concept for concept in concepts}
        unknown = [code for code in codes if code.casefold() not in folded]
        if unknown:
            raise NotFound("terms.unknown-code", codes=", ".join(unknown))
        concepts = tuple(dict.fromkeys(folded[code.casefold()] for code in codes))
    if kind:
        wanted = kind.casefold()
        is_facet = bool(_FACET.fullmatch(kind))
        kept = tuple(
            concept
            for concept in concepts
            if (concept.kind or "").casefold() == wanted or (is_facet and concept.id.casefold().startswith(wanted))
        )
        if not kept:
            known = sorted({concept.kind for concept in base.concepts if concept.kind})
            raise NotFound("terms.unknown-kind", kind=kind, known=", ".join(known) or "—")
        concepts = kept
    return replace(base, concepts=concepts)


def export(base: TermBase, form: str, lang: Language, *, number: int = 3, as_word: bool = False) -> bytes:
    """The term base in one of `FORMATS`. `lang` is that of headings; `number` that of a chapter, which is a Word file or else Markdown.

    Raises InputError where a text does not fit into the format, or a concept is not complete enough for it.
    """
    match form:
        case "skos":
            return skos_writer.write(base)
        case "tbx":
            return tbx.write(base, messages.text("terms.title", lang))
        case "csv":
            return sheets.to_csv(table.write(base, lang))
        case "xlsx":
            return sheets.to_excel(table.write(base, lang), messages.text("terms.title", lang))
        case "json":
            return jsons.write(base)
        case _:
            made = chapter.chapter(base.concepts, number)
            return chapter_word.word(made) if as_word else chapter.markdown(made).encode()
