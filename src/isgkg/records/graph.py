"""Trees into statements: what a record says, as RDF, each statement with its place.

Flows in: the tree of one record, the schema, the vocabulary of the guideline. Flows out: a `Reading`: subject, statements, and notes on
what was read otherwise than it is written, or not at all. The form of a record: docs/records.md; it is JSON-LD with records.context.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, NamedNode
from rapidfuzz import fuzz, process

from isgkg import names
from isgkg.findings import Severity
from isgkg.folding import fold
from isgkg.records import iris, values
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.tree import Entry, Gap, Mapping, Mark, Note, Scalar, Sequence, Statement, Tree
from isgkg.records.values import IDS, Draft, Form, Slot, Subject, escaped, printable
from isgkg.records.vocabulary import Vocabulary

TYPES: Final = frozenset({"type", "@type"})
_KEYWORDS: Final = frozenset({"@context", "@graph", *IDS, *TYPES})
_RDF_TYPE: Final = NamedNode(names.RDF + "type")
_NEAR: Final = 70


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one record says: the node it is about, its statements in the order of the file, the fields left empty, and notes."""

    subject: Subject
    statements: list[Statement]
    notes: list[Note]
    gaps: list[Gap] = field(default_factory=list)


def statements(
    tree: Tree,
    schema: Schema,
    vocabulary: Vocabulary,
    pointer: str = "",
    base_hint: str | None = None,
    *,
    blanks: dict[str, BlankNode] | None = None,
) -> Reading:
    """The statements of one record, which stands at `pointer` of its file.

    `base_hint` is the "@base" of the document around the record, if it has one. `blanks` holds the blank nodes by label; records of one
    file share it, since labels are those of the file.
    """
    return _reader(schema, vocabulary).read(tree, pointer, base_hint, {} if blanks is None else blanks)


def suggestion(value: str, field: Field, vocabulary: Vocabulary) -> str | None:
    """What to write instead of a value that the field does not take: the replacement of a retired code, else the nearest code or choice."""
    written = value.strip()
    if field.kind is Kind.CHOICE:
        return _nearest(written, {name: choice.key for choice in field.choices for name in (choice.key, *choice.labels.values())})
    retired = vocabulary.retired.get(written)
    if retired is not None:
        return retired.replacement
    if written in vocabulary.items:  # an item of another kind: nothing tells what is meant
        return None
    near = vocabulary.nearest(written, field.classes)
    return None if near == written else near


def base_of(tree: Tree | None) -> str | None:
    """The "@base" in the context of this mapping, if there is one."""
    context = tree.get("@context") if isinstance(tree, Mapping) else None
    for part in context.items if isinstance(context, Sequence) else (context,):
        base = part.get("@base") if isinstance(part, Mapping) else None
        if isinstance(base, Scalar) and iris.is_iri(base.text):
            return base.text
    return None


class _Reader:
    """The schema, made ready to read many records."""

    def __init__(self, schema: Schema, vocabulary: Vocabulary) -> None:
        self.schema = schema
        self.vocabulary = vocabulary
        self.forms = {name: Form(described=found, slots={}) for name, found in schema.classes.items()}
        for form in self.forms.values():
            form.slots.update((field.key, self._slot(field, form.described)) for field in form.described.fields)

    def _slot(self, field: Field, owner: RecordClass) -> Slot:
        known: dict[str, values.Term] = {}
        for choice in field.choices:
            known[choice.key] = known[choice.iri] = known[iris.compact(choice.iri)] = NamedNode(choice.iri)
        form = self.forms[field.part] if field.part else None
        read = _part if form else _SPELLED.get((owner.name, field.key)) or _READ[field.kind]
        return Slot(field=field, predicate=NamedNode(field.property), vocabulary=self.vocabulary, read=read, known=known, form=form)

    def read(self, tree: Tree, pointer: str, around: str | None, blanks: dict[str, BlankNode]) -> Reading:
        draft = Draft(root=tree, base="", blanks=blanks)
        if not isinstance(tree, Mapping):
            draft.note("record-type", Severity.VIOLATION, "record.no-mapping", tree, pointer)
            return Reading(subject=BlankNode(), statements=[], notes=draft.notes)
        form, types = self._types(draft, tree, pointer)
        subject = self._subject(draft, tree, pointer, form, base_of(tree) or around)
        draft.statements += (Statement(subject, _RDF_TYPE, node, mark, place) for node, mark, place in types)
        _check_context(draft, tree, pointer)
        _entries(draft, tree, subject, form, pointer)
        return Reading(subject=subject, statements=draft.statements, notes=draft.notes, gaps=draft.gaps)

    def _types(self, draft: Draft, tree: Mapping, pointer: str) -> tuple[Form, list[tuple[NamedNode, Mark, str]]]:
        """The form of a record, and its types with their places. Where none is known, the keys tell."""
        found: list[tuple[NamedNode, Mark, str]] = []
        form = None
        for scalar, place in _scalars(tree, TYPES, pointer):
            described = self._class(scalar.text.strip())
            iri = described.type if described is not None else _iri_of_type(scalar.text.strip())
            if iri is not None:
                found.append((NamedNode(iri), scalar.mark, place))
            if described is not None:
                form = form or self.forms[described.name]
        if form is None:
            form = self._likeliest(tree)
            written = [scalar for scalar, _ in _scalars(tree, TYPES, pointer)]
            key, severity = ("record.type-unknown", Severity.WARNING) if written else ("record.type-missing", Severity.INFO)
            text = written[0].text if written else ""
            name = form.described.name
            draft.note("record-type", severity, key, written[0] if written else tree, pointer, replacement=name, text=text, type=name)
            found.append((NamedNode(form.described.type or ""), tree.mark, pointer))
        return form, found

    def _class(self, text: str) -> RecordClass | None:
        for found in self.schema.records:
            if text in {found.name, found.type, iris.compact(found.type or "")}:
                return found
        return None

    def _likeliest(self, tree: Mapping) -> Form:
        """The class of records that has most of these keys; of two the first in the schema."""
        forms = [self.forms[found.name] for found in self.schema.records]
        return max(forms, key=lambda form: sum(entry.key in form.slots for entry in tree.entries))

    def _subject(self, draft: Draft, tree: Mapping, pointer: str, form: Form, base: str | None) -> Subject:
        """The node of a record: its id, else from its identifier, else a blank node. Sets the base of the draft."""
        draft.base = base or (names.STANDARD if form.described.type == iris.STANDARD_DOCUMENT else names.EXPERIMENT)
        subject = _identity(draft, tree, pointer)
        identifier = tree.get("identifier")
        if subject is None and isinstance(identifier, Scalar):
            iri = iris.of_record(form.described.type or "", identifier.text)
            subject = None if iri is None else NamedNode(iri)
        if base is None:
            # Parts of records without a name must not be taken for each other's: their ids stand under the record's content.
            digest = hashlib.sha256(repr(tree).encode("utf-8", "backslashreplace")).hexdigest() if subject is None else ""
            draft.base = f"{subject.value}/" if isinstance(subject, NamedNode) else f"{draft.base}{digest[:16]}/"
        return BlankNode() if subject is None else subject


def _entries(draft: Draft, tree: Mapping, subject: Subject, form: Form, pointer: str) -> None:
    """The statements about one node."""
    slots = form.slots
    if len({entry.key for entry in tree.entries}) < len(tree.entries):
        draft.notes += _duplicates(tree, pointer)
    for entry in tree.entries:
        if draft.is_full:
            return
        key, value = entry.key, entry.value
        slot = slots.get(key)
        if slot is None:
            _other_key(draft, entry, subject, form, pointer)
        elif isinstance(value, Sequence):
            for position, item in enumerate(value.items):
                if draft.is_full:
                    return
                if isinstance(item, Sequence):
                    draft.note(
                        "record-type",
                        Severity.VIOLATION,
                        "record.nested-list",
                        item,
                        f"{pointer}/{key}/{position}",
                        field=slot.field.labels,
                    )
                elif slot.form is not None and _is_blank(item):
                    draft.gaps.append(Gap(subject, slot.predicate, item.mark, f"{pointer}/{key}/{position}"))
                else:
                    slot.read(draft, item, subject, slot, f"{pointer}/{key}/{position}")
        elif value is not None and not (slot.form is not None and _is_blank(value)):
            slot.read(draft, value, subject, slot, f"{pointer}/{key}")
        else:
            draft.gaps.append(Gap(subject, slot.predicate, entry.mark if value is None else value.mark, f"{pointer}/{key}"))


def _duplicates(tree: Mapping, pointer: str) -> Iterator[Note]:
    seen: set[str] = set()
    for entry in tree.entries:
        if entry.key in seen:
            yield _about_key(entry, pointer, "record.duplicate-key", Severity.WARNING)
        seen.add(entry.key)


def _part(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A part with fields of its own, or a reference to one."""
    if isinstance(value, Scalar) or slot.form is None:
        (values.named if slot.field.kind is Kind.CODE else values.reference)(draft, value, subject, slot, pointer)
        return
    node = _identity(draft, value, pointer) or BlankNode()
    draft.statements.append(Statement(subject, slot.predicate, node, value.mark, pointer))
    _entries(draft, value, node, slot.form, pointer)


def _is_blank(tree: Tree | None) -> bool:
    """Whether this is a part of a form that nobody filled in: keys without values. A part without any key is one that says nothing."""
    if isinstance(tree, Mapping):
        return bool(tree.entries) and all(_is_blank(entry.value) for entry in tree.entries)
    if isinstance(tree, Sequence):
        return all(_is_blank(item) for item in tree.items)
    return tree is None


def _identity(draft: Draft, tree: Mapping, pointer: str) -> Subject | None:
    for entry in tree.entries:
        if entry.key in IDS and entry.value is not None:
            node = draft.node(entry.value.text.strip()) if isinstance(entry.value, Scalar) else None
            if node is None:
                draft.note("record-type", Severity.VIOLATION, "record.id", entry.value, f"{pointer}/{escaped(entry.key)}")
            return node
    return None


def _other_key(draft: Draft, entry: Entry, subject: Subject, form: Form, pointer: str) -> None:
    """A key that is no field of the form: a keyword of JSON-LD, or a mistake."""
    key = entry.key
    if key in TYPES:
        if form.described.type is None:
            slot = form.slots.get("type")
            for scalar, place in _scalars(Mapping((entry,)), TYPES, pointer):
                _type_of_part(draft, scalar, subject, slot, place)
    elif key.startswith("@") and key not in _KEYWORDS:
        draft.notes.append(_about_key(entry, pointer, "record.keyword", Severity.WARNING))
    elif key not in _KEYWORDS:
        near = _nearest_key(key, form)
        message = "record.unknown-key" if near is None else "record.misspelt-key"
        draft.notes.append(_about_key(entry, pointer, message, Severity.WARNING, near, kind=form.described.labels))


def _type_of_part(draft: Draft, scalar: Scalar, subject: Subject, slot: Slot | None, pointer: str) -> None:
    if slot is not None:
        slot.read(draft, scalar, subject, slot, pointer)
        return
    iri = _iri_of_type(scalar.text.strip())
    if iri is None:
        draft.note("record-type", Severity.WARNING, "record.type-of-part", scalar, pointer, text=scalar.text)
    else:
        draft.statements.append(Statement(subject, _RDF_TYPE, NamedNode(iri), scalar.mark, pointer))


def _check_context(draft: Draft, tree: Mapping, pointer: str) -> None:
    """No other context than the one of records is read, least of all from the network."""
    context = tree.get("@context")
    for part in context.items if isinstance(context, Sequence) else (context,):
        mine = isinstance(part, Scalar) and part.text == names.CONTEXT
        only_base = isinstance(part, Mapping) and all(entry.key == "@base" for entry in part.entries)
        if part is not None and not mine and not only_base:
            draft.note("record-key", Severity.WARNING, "record.context", part, f"{pointer}/@context", context=names.CONTEXT)


def _scalars(tree: Mapping, keys: Iterable[str], pointer: str) -> list[tuple[Scalar, str]]:
    """The scalars under these keys, alone or in a list, with their pointers."""
    found = []
    for entry in tree.entries:
        if entry.key in keys:
            place = f"{pointer}/{escaped(entry.key)}"
            if isinstance(entry.value, Sequence):
                found += [(item, f"{place}/{position}") for position, item in enumerate(entry.value.items) if isinstance(item, Scalar)]
            elif isinstance(entry.value, Scalar):
                found.append((entry.value, place))
    return found


def _about_key(entry: Entry, pointer: str, key: str, severity: Severity, near: str | None = None, **named: object) -> Note:
    return Note(
        rule="record-key",
        severity=severity,
        key=key,
        values={"name": printable(entry.key), "near": near, **named},
        mark=entry.mark,
        pointer=f"{pointer}/{escaped(printable(entry.key))}",
        value=printable(entry.key),
        replacement=near,
    )


def _nearest_key(key: str, form: Form) -> str | None:
    """The key that a mistaken one is likest to, by its spelling or by the label of its field."""
    return _nearest(key, {name: slot.field.key for slot in form.slots.values() for name in (slot.field.key, *slot.field.labels.values())})


def _nearest(text: str, meant: dict[str, str]) -> str | None:
    """What is meant by the name that is likest to the text; of equally like ones the first in order."""
    folded = _folded(tuple(meant.items()))
    likeness = process.extract(fold(text), folded.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
    ranked = sorted((-score, name) for name, score, _ in likeness)
    return folded[ranked[0][1]] if ranked else None


@functools.lru_cache(maxsize=256)  # the same few forms and fields, for ten thousand records with the same mistake
def _folded(meant: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(sorted({fold(name): found for name, found in sorted(meant, reverse=True)}.items()))


def _iri_of_type(text: str) -> str | None:
    return iris.expand(text, "") if iris.is_absolute(text) else None


_READ: Final = {
    Kind.TEXT: values.text,
    Kind.STRING: values.string,
    Kind.DATE: values.date,
    Kind.INTEGER: values.integer,
    Kind.BOOLEAN: values.boolean,
    Kind.IRI: values.reference,
    Kind.CODE: values.named,
    Kind.CHOICE: values.named,
    Kind.PART: values.reference,
}

_SPELLED: Final = {
    ("StandardDocument", "identifier"): values.standard_number,
    ("StandardDocument", "ccs"): values.class_code,
    ("Adoption", "adoptedStandard"): values.standard_number,
}
"""Fields of which people write one value in several ways."""

_last: _Reader | None = None


def _reader(schema: Schema, vocabulary: Vocabulary) -> _Reader:
    """The reader for this schema and vocabulary; kept, since a run reads all its records with the same ones."""
    global _last  # noqa: PLW0603  # a cache of one: schema and vocabulary cannot be hashed
    found = _last
    if found is None or found.schema is not schema or found.vocabulary is not vocabulary:
        _last = found = _Reader(schema, vocabulary)
    return found
