"""TBX of any version and style → term base.

Flows in: bytes. Flows out: a Document. The file is checked first; one that breaks TBX-Basic is not read.
"""

import re
from collections.abc import Iterator
from typing import Final

from isgkg.messages import Language
from isgkg.terms import languages, xmls
from isgkg.terms.document import Document
from isgkg.terms.faults import TermFileError
from isgkg.terms.model import Concept, Definition, Designation, Status, TermBase
from isgkg.terms.tbx import nodes
from isgkg.terms.tbx.categories import CONCEPT, STATUSES
from isgkg.terms.tbx.check import faults_of
from isgkg.terms.tbx.nodes import Node

EDITORIAL: Final = "editorial"
"""As a source: the words are those of the editors of the term base (rule T11)."""
BROADER: Final = "broader"
"""As the text of a cross-reference: TBX-Basic has no other way to tell a broader concept from a related one."""
_ESCAPED: Final = re.compile("_x([0-9A-F]{4,6})_")


def read(data: bytes, name: str) -> Document:
    """The terms of a TBX file. Raises TermFileError with all faults against TBX-Basic, ContentError where it is no XML."""
    root = nodes.of(xmls.parse(data))
    faults = faults_of(root)
    if faults:
        raise TermFileError(name, faults)
    entries = [node for node in root.walk() if node.name == CONCEPT]
    default = languages.canonical(root.lang or "") or "zh"
    concepts = tuple(_concept(entry, default) for entry in entries)
    return Document(base=TermBase(concepts=concepts), lines={plain(entry.attributes["id"]): entry.line for entry in entries})


def plain(id_: str) -> str:
    """The id of a concept from that of an element, which cannot hold every character."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), id_)


def _concept(entry: Node, default: str) -> Concept:
    sections = [(languages.canonical(section.lang or "") or default, section) for section in entry.all("langSec")]
    references = [node for node in entry.all("ref") if node.category == "crossReference" and "target" in node.attributes]
    targets = [(plain(node.attributes["target"]), node.text == BROADER) for node in references]
    external = (node.attributes.get("target") or node.text for node in entry.all("xref") if node.category == "externalCrossReference")
    return Concept(
        id=plain(entry.attributes["id"]),
        iri=next(external, None),
        designations=tuple(one for lang, section in sections for one in _designations(section, lang)),
        definitions=(
            *_definitions(entry, default),
            *(one for lang, section in sections for one in _definitions(section, lang)),
        ),
        notes=(
            *((languages.canonical(note.lang or "") or default, note.text) for note in entry.all("note") if note.text),
            *((lang, note.text) for lang, section in sections for note in section.all("note") if note.text),
        ),
        broader=tuple(target for target, is_broader in targets if is_broader),
        related=tuple(target for target, is_broader in targets if not is_broader),
    )


def _definitions(holder: Node, lang: str) -> Iterator[Definition]:
    """The definitions of a section, each with the sources of its group."""
    for node in holder.all("descrip", "descripGrp"):
        about = node if node.name == "descrip" else next(node.all("descrip"))
        if about.category == "definition":
            sources = list(_sources(node))
            named = [source for source in sources if source != EDITORIAL]
            yield Definition(
                text=about.text,
                lang=languages.canonical(about.lang or "") or lang,
                source="; ".join(named) or None,
                is_editorial=EDITORIAL in sources,
            )


def _sources(holder: Node) -> Iterator[str]:
    for node in holder.all("admin", "adminGrp"):
        about = node if node.name == "admin" else next(node.all("admin"))
        if about.category == "source":
            yield about.text


def _designations(section: Node, lang: str) -> Iterator[Designation]:
    """The terms of a language. One without a status is the preferred term if none is marked so and none stands before it, else admitted."""
    terms = list(section.all("termSec"))
    statuses = [_status(term) for term in terms]
    for number, (term, given) in enumerate(zip(terms, statuses, strict=True)):
        is_first = given is None and Status.PREFERRED not in statuses and statuses.index(None) == number
        yield Designation(
            text=next(term.all("term")).text,
            lang=lang,
            status=given or (Status.PREFERRED if is_first else Status.ADMITTED),
            reason=_reason(term, lang),
            is_editorial=EDITORIAL in _sources(term),
        )


def _status_nodes(term: Node) -> Iterator[tuple[Node, Node]]:
    """The notes of a term on its status, with the group that each stands in, else with itself."""
    for node in term.all("termNote", "termNoteGrp"):
        about = node if node.name == "termNote" else next(node.all("termNote"))
        if about.category == "administrativeStatus":
            yield about, node


def _status(term: Node) -> Status | None:
    return next((Status(STATUSES[about.text]) for about, _ in _status_nodes(term)), None)


def _reason(term: Node, lang: str) -> dict[Language, str]:
    """Why a term has its status: the notes beside its status, else those of the term."""
    grouped = [note for _, group in _status_nodes(term) for note in group.all("note")]
    found: dict[Language, str] = {}
    for note in grouped or term.all("note"):
        tag = languages.canonical(note.lang or "") or lang
        found.setdefault("zh" if tag.startswith("zh") else "en", note.text)
    return {key: text for key, text in found.items() if text}
