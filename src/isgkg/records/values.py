"""The values of one field as RDF terms, by the kind of the field.

Flows in: a scalar or mapping, and the `Slot` of its field. Flows out: statements and notes, into the `Draft` of the record.
What cannot be read as the field asks is kept as a literal, which the shapes report; a note says what the shapes cannot see.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from isgkg import messages, names, numbers
from isgkg.findings import Severity
from isgkg.folding import fold
from isgkg.records import iris
from isgkg.records.fields import Field, Kind, RecordClass
from isgkg.records.tree import MOST_NOTES, Gap, Mapping, Note, Scalar, Sequence, Statement, Tree
from isgkg.records.vocabulary import Ambiguous, Resolved, Vocabulary, looks_like_code

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
IDS: Final = frozenset({"id", "@id"})
DATATYPES: Final = {
    Kind.DATE: NamedNode(names.XSD + "date"),
    Kind.INTEGER: NamedNode(names.XSD + "integer"),
    Kind.BOOLEAN: NamedNode(names.XSD + "boolean"),
}
_PLAIN: Final = {Kind.DATE: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), Kind.INTEGER: re.compile(r"0|-?[1-9][0-9]{0,14}")}
_WORDS: Final = {"是": "true", "yes": "true", "true": "true", "否": "false", "no": "false", "false": "false"}


@dataclass(kw_only=True)
class Draft:
    """What has been read of a record so far. `root` is the whole record, `base` what its relative ids are under."""

    root: Tree
    base: str
    blanks: dict[str, BlankNode]
    statements: list[Statement] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids that the record and its parts have, as they are written."""
        return frozenset(_ids(self.root))

    @property
    def is_full(self) -> bool:
        """Whether so much is said of the record that reading on would help nobody."""
        return len(self.notes) >= MOST_NOTES

    def node(self, text: str) -> Subject | None:
        """The node with this id; None where the text is no IRI."""
        if text.startswith("_:"):
            return self.blanks.setdefault(text, BlankNode())
        iri = iris.expand(text, self.base)
        return None if iri is None else NamedNode(iri)

    def note(
        self, rule: str, severity: Severity, key: str, tree: Tree, pointer: str, replacement: str | None = None, **values: object
    ) -> None:
        """Add a note about a value."""
        self.notes.append(
            Note(
                rule=rule,
                severity=severity,
                key=key,
                values={name: printable(value) if isinstance(value, str) else value for name, value in values.items()},
                mark=tree.mark,
                pointer=printable(pointer),
                value=printable(tree.text) if isinstance(tree, Scalar) else None,
                replacement=replacement,
            )
        )


@dataclass(kw_only=True, slots=True)
class Slot:
    """A field, ready to read values: `known` holds the terms of texts met before, `form` the slots of its parts by key."""

    field: Field
    predicate: NamedNode
    vocabulary: Vocabulary
    read: "Callable[[Draft, Scalar | Mapping, Subject, Slot, str], None]"
    known: dict[str, Term]
    form: "Form | None" = None


@dataclass(kw_only=True, slots=True)
class Form:
    """A class of records or parts with its slots by key."""

    described: RecordClass
    slots: dict[str, Slot]


def text(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """Text in zh, or by language."""
    if isinstance(value, Scalar):
        _literal(draft, value, subject, slot, pointer, "zh")
        return
    for entry in value.entries:
        language, inner, place = entry.key, entry.value, f"{pointer}/{escaped(entry.key)}"
        if inner is None:
            continue
        if not is_language(language):
            draft.note("record-type", Severity.VIOLATION, "record.language", inner, place, field=slot.field.labels, name=language)
            continue
        items = enumerate(inner.items) if isinstance(inner, Sequence) else ((None, inner),)
        for position, item in items:
            at = place if position is None else f"{place}/{position}"
            if isinstance(item, Scalar):
                _literal(draft, item, subject, slot, at, language)
            else:
                draft.note("record-type", Severity.VIOLATION, "record.not-text", item, at, field=slot.field.labels)


def _literal(draft: Draft, value: Scalar, subject: Subject, slot: Slot, pointer: str, language: str | None) -> None:
    try:
        literal = Literal(value.text, language=language)
    except ValueError:
        _unwritable(draft, value, slot, pointer)
    else:
        draft.statements.append(Statement(subject, slot.predicate, literal, value.mark, pointer))


def string(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """Text of no language, and numbers and dates as they are written, well-formed or not."""
    if isinstance(value, Scalar):
        try:
            literal = Literal(value.text, datatype=DATATYPES.get(slot.field.kind))
        except ValueError:
            _unwritable(draft, value, slot, pointer)
        else:
            draft.statements.append(Statement(subject, slot.predicate, literal, value.mark, pointer))
    else:
        draft.note("record-type", Severity.VIOLATION, "record.not-text", value, pointer, field=slot.field.labels)


def integer(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A whole number; full-width digits are taken for the plain ones."""

    def plain(text: str) -> str:
        usual = unicodedata.normalize("NFKC", text).strip()
        return usual if is_canonical(Kind.INTEGER, usual) else text

    _spelled(draft, value, subject, slot, pointer, plain)


def standard_number(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """The number of a standard, put into normal form (rule D01)."""
    _spelled(draft, value, subject, slot, pointer, _number_form)


def class_code(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A CCS class; “L 70” stands for L70 (rule D17)."""
    _spelled(draft, value, subject, slot, pointer, lambda text: _CCS.sub(r"\1\2", text))


_CCS: Final = re.compile(r"^\s*([A-Z])\s+([0-9]{2})\s*$")


def _spelled(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str, normal: "Callable[[str], str]") -> None:
    if isinstance(value, Scalar) and (meant := normal(value.text)) != value.text:
        draft.note("record-number", Severity.INFO, "record.normal-form", value, pointer, replacement=meant, text=value.text, meant=meant)
        value = Scalar(meant, value.mark, value.quoted)
    string(draft, value, subject, slot, pointer)


def _number_form(text: str) -> str:
    """The normal form of a number; what is no number stays as it is."""
    found = numbers.normalized(text)
    return text if numbers.kind(found) is None else found


def date(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A date; 2025年3月1日, 2025/3/1 and the like are taken for 2025-03-01, since year, month and day cannot be mistaken."""
    if isinstance(value, Scalar) and (match := _WRITTEN_DATE.fullmatch(unicodedata.normalize("NFKC", value.text).strip())):
        meant = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
        if meant != value.text:
            draft.note(
                "record-number", Severity.INFO, "record.normal-form", value, pointer, replacement=meant, text=value.text, meant=meant
            )
            value = Scalar(meant, value.mark, value.quoted)
    string(draft, value, subject, slot, pointer)


_WRITTEN_DATE: Final = re.compile(
    r"([0-9]{4})\s*[年/.-]\s*([0-9]{1,2})\s*[月/.-]\s*([0-9]{1,2})\s*日?(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
)


def boolean(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """true or false; 是, 否, yes and no are taken for them."""
    if isinstance(value, Scalar) and value.text not in {"true", "false"}:
        meant = _WORDS.get(value.text.strip().casefold())
        if meant is not None:
            draft.note("record-label", Severity.INFO, "record.boolean", value, pointer, replacement=meant, text=value.text, meant=meant)
            value = Scalar(meant, value.mark, value.quoted)
    string(draft, value, subject, slot, pointer)


def named(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A code or a choice: by its key, its IRI or its label."""
    terms: Iterable[Term | None] = ()
    if not isinstance(value, Scalar):
        terms = [_only_id(draft, value, slot, pointer)]
    elif value.text in slot.known:
        terms = [slot.known[value.text]]
    elif printable(value.text) != value.text:
        _unwritable(draft, value, slot, pointer)
    elif slot.field.kind is Kind.CODE:
        terms = _codes(draft, value, slot, pointer)
    else:
        terms = [_choice(draft, value, slot, pointer)]
    draft.statements += (Statement(subject, slot.predicate, term, value.mark, pointer) for term in terms if term is not None)


def reference(draft: Draft, value: Scalar | Mapping, subject: Subject, slot: Slot, pointer: str) -> None:
    """A record, a part or a page by its IRI; words are kept as a literal."""
    if isinstance(value, Mapping):
        term = _only_id(draft, value, slot, pointer)
    else:
        written = value.text.strip()
        standard = number(written) if slot.field.kind is Kind.IRI else None
        if slot.field.kind is Kind.IRI and written in slot.vocabulary.items:
            standard = names.concept(written)
        elif slot.field.kind is Kind.IRI and _EXPERIMENT.fullmatch(written):
            standard = iris.of_record(names.ONT + "Experiment", written)
        if standard is not None:
            meant = numbers.normalized(written)
            if meant != written:
                draft.note(
                    "record-number", Severity.INFO, "record.normal-form", value, pointer, replacement=meant, text=written, meant=meant
                )
            term = NamedNode(standard)
        else:
            term = _referred(draft, written)
            if term is None:
                _literal(draft, value, subject, slot, pointer, None)
    if term is not None:
        draft.statements.append(Statement(subject, slot.predicate, term, value.mark, pointer))


_EXPERIMENT: Final = re.compile(r"ISGX-[0-9]{4}-[0-9]{4}")
"""The number of the record of an experiment (rule E01)."""


def _referred(draft: Draft, written: str) -> Term | None:
    if written.startswith("_:") or iris.is_reference(written) or written in draft.ids:
        return draft.node(written)
    return None


def number(written: str) -> str | None:
    """The IRI of the record of the standard with this number; None where it is no number of a standard."""
    if "//" in written or written.partition(":")[0] in names.PREFIXES or not any(char.isdigit() for char in written):
        return None
    return numbers.iri(written) if numbers.kind(numbers.normalized(written)) else None


def _codes(draft: Draft, value: Scalar, slot: Slot, pointer: str) -> list[Term]:
    """The items that a text means: a code, a label, or a code with its label as drop-down lists write them; else several of these."""
    written = value.text.strip()
    found = _code(draft, written, value, slot, pointer)
    if found is not None:
        return [found]
    for between, means in ((_BETWEEN, _means_code), (_LISTED, _means_item)):
        pieces = [piece for piece in between.split(written) if piece]
        if len(pieces) > 1 and all(means(piece, slot) for piece in pieces):
            draft.note("record-label", Severity.INFO, "record.several", value, pointer, text=written, count=len(pieces))
            return [term for piece in pieces if (term := _code(draft, piece, value, slot, pointer)) is not None]
    return [Literal(value.text)]


_BETWEEN: Final = re.compile(r"[、，,;；\s]+(?=[A-Za-z][0-9])")
_LISTED: Final = re.compile(r"\s*[、，,;；]\s*")
_CODE_AND_LABEL: Final = re.compile(r"([A-Za-z][0-9]{1,5})(?![0-9])[\s:：]*([^\s:：].*)", re.DOTALL)


def _means_item(text: str, slot: Slot) -> bool:
    """Whether a part of a list is a code, or a label that only one item has."""
    return _means_code(text, slot) or isinstance(slot.vocabulary.resolve(text, slot.field.classes), Resolved)


def _means_code(text: str, slot: Slot) -> bool:
    match = _CODE_AND_LABEL.fullmatch(text)
    return (match[1] if match else text).upper() in slot.vocabulary.items


def _code(draft: Draft, written: str, value: Scalar, slot: Slot, pointer: str) -> Term | None:
    """The item that a text means; None where it may mean several."""
    if written in slot.vocabulary.items or looks_like_code(written):
        # A code that does not exist is an IRI nevertheless, as in JSON-LD; the shapes report it.
        slot.known[written] = term = NamedNode(names.concept(written))
        return term
    if written.startswith("_:") or iris.is_absolute(written) or ("/" in written and written in draft.ids):
        return draft.node(written) or Literal(value.text)
    usual = unicodedata.normalize("NFKC", written)
    if usual.upper() in slot.vocabulary.items:
        usual = usual.upper()
        draft.note("record-label", Severity.INFO, "record.normal-form", value, pointer, replacement=usual, text=written, meant=usual)
        return NamedNode(names.concept(usual))
    return _labelled(draft, written, value, slot, pointer) or _code_with_label(draft, usual, value, slot, pointer)


def _labelled(draft: Draft, written: str, value: Scalar, slot: Slot, pointer: str) -> Term | None:
    """The item with this label; the text itself where several have it."""
    found = slot.vocabulary.resolve(written, slot.field.classes)
    if isinstance(found, Ambiguous):
        codes = {"zh": "、".join(found.codes), "en": ", ".join(found.codes)}
        draft.note("record-label", Severity.INFO, "record.label-ambiguous", value, pointer, text=written, codes=codes)
        return Literal(value.text)
    if found is None:
        return None
    draft.note("record-label", Severity.INFO, "record.label", value, pointer, replacement=found.code, text=written, code=found.code)
    return NamedNode(found.iri)


def _code_with_label(draft: Draft, written: str, value: Scalar, slot: Slot, pointer: str) -> Term | None:
    """The item whose code stands before its label, as drop-down lists write it; a label that is another item's is a contradiction."""
    match = _CODE_AND_LABEL.fullmatch(written)
    code = match[1].upper() if match else ""
    if match is None or code not in slot.vocabulary.items or _BETWEEN.search(written):
        return None
    if not slot.vocabulary.is_called(code, match[2]):
        label = {lang: slot.vocabulary.label(code, lang) for lang in messages.LANGUAGES}
        draft.note("record-label", Severity.VIOLATION, "record.label-contradicts", value, pointer, text=written, code=code, label=label)
    return NamedNode(names.concept(code))


def _choice(draft: Draft, value: Scalar, slot: Slot, pointer: str) -> Term:
    written = value.text.strip()
    if written in slot.known:
        return slot.known[written]
    folded = fold(written)
    found = sorted((choice.key, choice.iri) for choice in slot.field.choices if folded in {fold(label) for label in choice.labels.values()})
    if not found and len(folded) > 1:
        found = sorted((choice.key, choice.iri) for choice in slot.field.choices if folded in fold(choice.labels.get("zh", "")))
    if len(found) == 1:
        key, iri = found[0]
        draft.note("record-label", Severity.INFO, "record.label", value, pointer, replacement=key, text=written, code=key)
        return NamedNode(iri)
    return (draft.node(written) if iris.is_absolute(written) else None) or Literal(value.text)


def _only_id(draft: Draft, value: Mapping, slot: Slot, pointer: str) -> Term | None:
    """The node that a mapping of nothing but an id stands for."""
    inner = value.entries[0].value if len(value.entries) == 1 and value.entries[0].key in IDS else None
    node = draft.node(inner.text.strip()) if isinstance(inner, Scalar) else None
    if node is None:
        draft.note("record-type", Severity.VIOLATION, "record.not-text", value, pointer, field=slot.field.labels)
    return node


def _unwritable(draft: Draft, value: Scalar, slot: Slot, pointer: str) -> None:
    """Lone surrogates are no text: they come of files that were cut or decoded wrongly, and cannot be kept."""
    draft.note("record-type", Severity.VIOLATION, "record.surrogate", value, pointer, field=slot.field.labels)


def is_language(tag: str) -> bool:
    """Whether a key is a language tag (BCP 47) of a form in use: two or three letters, and subtags."""
    if tag in {"zh", "en"}:
        return True
    primary = tag.partition("-")[0]
    if not (primary.isascii() and primary.isalpha() and len(primary) in {2, 3}):
        return False
    try:
        Literal("", language=tag)
    except ValueError:
        return False
    return True


def _ids(tree: Tree | None) -> Iterator[str]:
    if isinstance(tree, Mapping):
        for entry in tree.entries:
            if entry.key in IDS and isinstance(entry.value, Scalar):
                yield entry.value.text.strip()
            else:
                yield from _ids(entry.value)
    elif isinstance(tree, Sequence):
        for item in tree.items:
            yield from _ids(item)


def is_canonical(kind: Kind, written: str) -> bool:
    """Whether a date, a number or a truth value is written as YAML and JSON write theirs, and needs no quotes."""
    if kind is Kind.BOOLEAN:
        return written in {"true", "false"}
    pattern = _PLAIN.get(kind)
    return pattern is not None and pattern.fullmatch(written) is not None


def printable(text: str) -> str:
    """The text with lone surrogates, which no output can hold, as they are written in JSON."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901, 3)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
