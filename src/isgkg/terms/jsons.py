"""A term base as JSON for programs: all that it holds, in a form that stays the same.

Flows in: a TermBase, or the bytes of such a file. Flows out: JSON text, or a Document. The fields are those of the model.
"""

import json
from dataclasses import asdict
from typing import Any, Final

from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.terms.document import Document
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase

RULE: Final = "terms-json"


def write(base: TermBase) -> bytes:
    """The JSON: {"release": …, "concepts": [{"id", "iri", "designations", "definitions", "notes", …}]}."""
    document = {"release": base.release, "concepts": [asdict(concept) for concept in base.concepts]}
    # Halves of surrogate pairs, which UTF-8 does not hold, are written as escapes.
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def is_ours(data: bytes) -> bool:
    """Whether this JSON is that of `write`, not JSON-LD."""
    head = encoding.utf8(data)[0].lstrip()
    return head.startswith(b"{") and b'"concepts"' in head and b'"@context"' not in head


def read(data: bytes) -> Document:
    """The term base. Raises ContentError (rules terms-json, encoding) where the file is not what `write` makes."""
    try:
        document = json.loads(encoding.utf8(data)[0])
        base = TermBase(concepts=tuple(map(_concept, document["concepts"])), release=document.get("release"))
    except json.JSONDecodeError as error:
        raise ContentError("terms.rdf.json", rule=RULE, line=error.lineno, column=error.colno) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ContentError("terms.json.shape", rule=RULE) from error
    if not all(map(_is_sound, base.concepts)) or len(base.by_id) != len(base.concepts):
        raise ContentError("terms.json.shape", rule=RULE)
    return Document(base=base)


def _is_sound(concept: Concept) -> bool:
    """Whether what should be text is text: a dataclass takes anything."""
    needed = (
        *(concept.id, *concept.broader, *concept.related),
        *(text for one in concept.designations for text in (one.text, one.lang, *one.reason, *one.reason.values())),
        *(text for one in concept.definitions for text in (one.text, one.lang)),
    )
    optional = (concept.iri, concept.kind, concept.section, concept.quote, concept.span, *(one.source for one in concept.definitions))
    flags = (*(one.is_editorial for one in concept.designations), *(one.is_editorial for one in concept.definitions))
    return (
        bool(concept.designations)
        and all(isinstance(text, str) for text in needed)
        and all(text is None or isinstance(text, str) for text in optional)
        and all(isinstance(flag, bool) for flag in flags)
    )


def _concept(item: dict[str, Any]) -> Concept:
    return Concept(
        id=item["id"],
        iri=item.get("iri"),
        designations=tuple(Designation(**{**one, "status": Status(one.get("status", "preferred"))}) for one in item["designations"]),
        definitions=tuple(Definition(**one) for one in item.get("definitions", ())),
        notes=tuple((str(lang), str(note)) for lang, note in item.get("notes", ())),
        broader=tuple(item.get("broader", ())),
        related=tuple(item.get("related", ())),
        **{field: item.get(field) for field in ("kind", "section", "quote", "span")},
    )
