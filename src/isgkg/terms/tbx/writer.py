"""Term base → TBX-Basic of version 3, style DCA (ISO 30042:2019).

Flows in: a TermBase. Flows out: bytes that `check` accepts. What TBX-Basic has no category for, such as the kind of a concept and the words
of the guideline, is left out.
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from isgkg.errors import InputError
from isgkg.terms.model import Concept, Definition, Designation, TermBase
from isgkg.terms.tbx.categories import STATUSES
from isgkg.terms.tbx.reader import BROADER, EDITORIAL
from isgkg.terms.xmls import LANG

_NAMESPACE: Final = "urn:iso:std:iso:30042:ed-2"
_STATUS: Final[Mapping[str, str]] = {ours: theirs for theirs, ours in STATUSES.items()}
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME: Final = re.compile(r"[^\w.\-]", re.ASCII)
_START: Final = re.compile(r"[0-9.\-]")


def write(base: TermBase, title: str) -> bytes:
    """The TBX file. Raises InputError where a text holds what XML cannot, or a concept has no designation."""
    space: dict[str, str] = {None: _NAMESPACE}  # type: ignore[dict-item]  # None is the prefix of names without one
    root = etree.Element(f"{{{_NAMESPACE}}}tbx", {"type": "TBX-Basic", "style": "dca", LANG: "zh"}, nsmap=space)
    description = _add(_add(root, "tbxHeader"), "fileDesc")
    _add(_add(description, "titleStmt"), "title", title)
    _add(_add(description, "sourceDesc"), "p", f"isgkg {base.release}" if base.release else "isgkg")
    body = _add(_add(root, "text"), "body")
    for concept in base.concepts:
        _entry(body, concept, base)
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def element_id(id_: str) -> str:
    """The id as an NCName: what that cannot hold as _xHHHH_."""
    escaped = _NAME.sub(lambda found: f"_x{ord(found[0]):04X}_", id_.replace("_x", "_x005F_x"))
    return f"_x{ord(escaped[0]):04X}_{escaped[1:]}" if _START.match(escaped) else escaped


def _entry(body: etree._Element, concept: Concept, base: TermBase) -> None:
    if not concept.designations:
        raise InputError("terms.export.nameless", id=concept.id)
    entry = _add(body, "conceptEntry", id=element_id(concept.id))
    for related, text in ((concept.broader, BROADER), (concept.related, "related")):
        for id_ in related:
            if id_ in base.by_id:  # a reference to what the file does not hold would point nowhere
                _add(entry, "ref", text, type="crossReference", target=element_id(id_))
    if concept.iri:
        _add(entry, "xref", concept.iri, type="externalCrossReference", target=concept.iri)
    langs = list(dict.fromkeys(one.lang for one in concept.designations))
    # What is in a language without terms has no section of its own.
    for definition in (one for one in concept.definitions if one.lang not in langs):
        _definition(entry, definition, tagged=True)
    for lang, note in concept.notes:
        if lang not in langs:
            _note(entry, note, lang)
    for lang in langs:
        _section(entry, concept, lang)


def _section(entry: etree._Element, concept: Concept, lang: str) -> None:
    section = _add(entry, "langSec")
    section.set(LANG, lang)
    for definition in (one for one in concept.definitions if one.lang == lang):
        _definition(section, definition, tagged=False)
    for note in (text for noted, text in concept.notes if noted == lang):
        _add(section, "note", note)
    for one in (one for one in concept.designations if one.lang == lang):
        _term(section, one)


def _definition(holder: etree._Element, definition: Definition, *, tagged: bool) -> None:
    group = _add(holder, "descripGrp")
    about = _add(group, "descrip", definition.text, type="definition")
    if tagged:
        about.set(LANG, definition.lang)
    for source in (definition.source, EDITORIAL if definition.is_editorial else None):
        if source:
            _add(group, "admin", source, type="source")


def _term(section: etree._Element, one: Designation) -> None:
    made = _add(section, "termSec")
    _add(made, "term", one.text)
    group = _add(made, "termNoteGrp") if one.reason else made
    _add(group, "termNote", _STATUS[one.status], type="administrativeStatus")
    for lang, reason in sorted(one.reason.items()):
        _note(group, reason, lang)
    if one.is_editorial:
        _add(made, "admin", EDITORIAL, type="source")


def _note(holder: etree._Element, text: str, lang: str) -> None:
    _add(holder, "note", text).set(LANG, lang)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    if text is not None and _UNFIT.search(text):
        raise InputError("terms.export.control", text=_UNFIT.sub("\ufffd", text))
    made = etree.SubElement(parent, f"{{{_NAMESPACE}}}{name}", attributes)
    made.text = text
    return made
