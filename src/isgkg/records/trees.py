"""Statements into trees: the inverse of records.graph.

Flows in: the triples of a graph. Flows out: its records as trees, keys in the order of the schema. What no record holds, or no field
describes, is refused by name, so that nothing is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from isgkg import names
from isgkg.errors import ContentError
from isgkg.messages import LANGUAGES
from isgkg.records import iris
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.tree import Entry, Mapping, Scalar, Sequence, Statement, Tree
from isgkg.records.values import DATATYPES, Subject, is_canonical, is_language, number
from isgkg.records.vocabulary import looks_like_code

RULE: Final = "record-unheld"
_TYPE: Final = names.RDF + "type"
_NAMED: Final = 3
"""How many of the things that cannot be written a message names."""

Values = dict[str, list[NamedNode | BlankNode | Literal]]


def trees(triples: Iterable[Triple | Statement], schema: Schema) -> list[Mapping]:
    """The records of a graph, in the order in which they first appear; values in their order.

    Raises ContentError where a statement belongs to no record, has no field, or has a value that its field cannot hold.
    """
    return _Writer(triples, schema).records()


class _Writer:
    """A graph by subject and predicate, and what has been written of it."""

    def __init__(self, triples: Iterable[Triple | Statement], schema: Schema) -> None:
        self._schema = schema
        self._about: dict[object, Values] = {}
        self._uses: Counter[object] = Counter()
        distinct = dict.fromkeys((triple.subject, triple.predicate.value, triple.object) for triple in triples)
        for subject, predicate, value in distinct:
            self._about.setdefault(subject, defaultdict(list))[predicate].append(value)  # type: ignore[arg-type]  # no triple terms
            self._uses[value] += isinstance(value, BlankNode)
        self._properties = {found.name: found.by_property() for found in schema.classes.values()}
        self._records = {node: found for node in self._about if (found := self._class_of(node)) is not None}
        self._written: set[object] = set()
        self._labels: dict[object, str] = {}

    def records(self) -> list[Mapping]:
        written = [self._record(node, described) for node, described in self._records.items()]
        unheld = [node for node in self._about if node not in self._written]
        if unheld:
            raise ContentError("convert.unheld", rule=RULE, nodes=_listed([_shown(node) for node in unheld]), count=len(unheld))
        return written

    def _class_of(self, node: object) -> RecordClass | None:
        for value in self._about[node].get(_TYPE, ()):
            found = self._schema.of_type(value.value) if isinstance(value, NamedNode) else None
            if found is not None:
                return found
        return None

    def _record(self, node: object, described: RecordClass) -> Mapping:
        unknown = [predicate for predicate in self._about[node] if predicate != _TYPE and predicate not in self._properties[described.name]]
        if unknown:
            listed = _listed([names.compact(predicate) for predicate in unknown])
            raise ContentError("convert.undescribed", rule=RULE, node=_shown(node), properties=listed, kind=described.labels)
        self._written.add(node)
        base = f"{node.value}/" if isinstance(node, NamedNode) else ""
        # A record always has its id, even one that reading would derive: a blank one must not be given a name by its identifier.
        id_ = Entry("id", Scalar(self._id(node, "")))
        # The first type decides on the form when the record is read.
        own = sorted(self._about[node][_TYPE], key=lambda value: value.value != described.type)
        types = [Scalar(described.name if value.value == described.type else self._iri(value, "")) for value in own]
        return Mapping((id_, Entry("type", _one_or_list(types)), *self._entries(node, described, base)))

    def _entries(self, node: object, described: RecordClass, base: str) -> Iterator[Entry]:
        """The fields of a node, without its id and, for records, its types."""
        values = self._about[node]
        if described.type is None and _TYPE in values and "type" not in described.by_key():
            yield Entry("type", _one_or_list([Scalar(self._iri(value, "")) for value in values[_TYPE]]))
        for field in described.fields:
            found = values.get(field.property, [])
            if found and field.kind is Kind.TEXT:
                yield Entry(field.key, self._texts(node, field, found))
            elif found:
                yield Entry(field.key, _one_or_list([self._value(node, field, value, base) for value in found]))

    def _value(self, node: object, field: Field, value: NamedNode | BlankNode | Literal, base: str) -> Tree:
        if isinstance(value, Literal):
            return self._literal(node, field, value)
        part = self._schema.classes[field.part] if field.part else None
        if part is not None and self._is_part(value, part):
            return self._part(value, part, base)
        if field.kind is Kind.CHOICE:
            key = next((choice.key for choice in field.choices if choice.iri == value.value), None)
            return Scalar(self._id(value, "") if key is None else key)
        if field.kind is Kind.CODE:
            code = value.value.removeprefix(names.CONCEPT)
            return Scalar(code if code != value.value and looks_like_code(code) else self._id(value, ""))
        return Scalar(self._reference(value, base))

    def _is_part(self, value: Subject, part: RecordClass) -> bool:
        """Whether this node is to be written here: it has statements, this form has room for all of them, and it is not written yet."""
        if value in self._records or value in self._written:
            return False
        about = self._about.get(value)
        if about is None:
            return isinstance(value, BlankNode) and self._uses[value] == 1
        return all(predicate == _TYPE or predicate in self._properties[part.name] for predicate in about)

    def _part(self, node: Subject, part: RecordClass, base: str) -> Mapping:
        self._written.add(node)
        named = isinstance(node, NamedNode) or self._uses[node] > 1
        ids = (Entry("id", Scalar(self._id(node, base))),) if named else ()
        entries = self._entries(node, part, base) if node in self._about else ()
        return Mapping((*ids, *entries))

    def _id(self, node: object, base: str) -> str:
        """The text of an id: labels of blank nodes are numbered as they come."""
        if isinstance(node, BlankNode):
            return self._labels.setdefault(node, f"_:b{len(self._labels) + 1}")
        return self._iri(node, base)

    def _iri(self, node: object, base: str) -> str:
        text = iris.relative(node.value, base) if isinstance(node, NamedNode) else ""
        if (
            not isinstance(node, NamedNode) or iris.expand(text, base) != node.value
        ):  # a type that is no IRI; an IRI with a prefix as its scheme
            raise ContentError("convert.no-id", rule=RULE, node=_shown(node))
        return text

    def _reference(self, node: Subject, base: str) -> str:
        """A reference: relative where it can be meant as nothing but an IRI."""
        text = self._id(node, base)
        if not isinstance(node, NamedNode) or (iris.is_reference(text) and number(text) is None):
            return text
        return self._iri(node, "")

    def _texts(self, node: object, field: Field, values: list[NamedNode | BlankNode | Literal]) -> Tree:
        """Texts in zh as they are, else by language."""
        by_language: dict[str, list[Tree]] = defaultdict(list)
        for value in values:
            if not isinstance(value, Literal) or value.language is None or not is_language(value.language):
                raise _unfit(node, field, value)
            by_language[value.language].append(Scalar(value.value))
        if by_language.keys() == {"zh"}:
            return _one_or_list(by_language["zh"])
        return Mapping(tuple(Entry(language, _one_or_list(texts)) for language, texts in sorted(by_language.items(), key=_rank)))

    def _literal(self, node: object, field: Field, value: Literal) -> Scalar:
        datatype = DATATYPES.get(field.kind)
        wanted = names.XSD + "string" if datatype is None and field.kind is Kind.STRING else datatype.value if datatype else None
        if value.language is not None or value.datatype.value != wanted:
            raise _unfit(node, field, value)
        return Scalar(value.value, quoted=not is_canonical(field.kind, value.value))


def _rank(entry: tuple[str, object]) -> tuple[int, str]:
    """The languages of the project first."""
    language = entry[0]
    return (*LANGUAGES, language).index(language), language


def _unfit(node: object, field: Field, value: object) -> ContentError:
    return ContentError("convert.unfit", rule=RULE, node=_shown(node), field=field.labels, value=_shown(value))


def _one_or_list(values: list[Tree] | list[Scalar]) -> Tree:
    return values[0] if len(values) == 1 else Sequence(tuple(values))


def _listed(shown: list[str]) -> dict[str, str]:
    more = len(shown) > _NAMED
    return {
        "zh": "、".join(shown[:_NAMED]) + (" 等" if more else ""),
        "en": ", ".join(shown[:_NAMED]) + (" and others" if more else ""),
    }


def _shown(node: object) -> str:
    return names.compact(node.value) if isinstance(node, NamedNode) else str(node)
