"""What a record may hold: the classes of records and parts, and their fields, read from shapes/fields.ttl.

Flows in: the triples of the shapes and of the ontology. Flows out: a `Schema`, which readers, writers, templates and the JSON-LD context
share, so that a field is described in one place only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from isgkg import names
from isgkg.findings import Severity
from isgkg.messages import Language

Node = NamedNode | BlankNode | Literal | Triple
Texts = Mapping[Language, str]


class Kind(StrEnum):
    """What the value of a field is."""

    TEXT = "text"  # rdf:langString
    STRING = "string"  # xsd:string
    DATE = "date"  # xsd:date
    INTEGER = "integer"  # xsd:integer
    BOOLEAN = "boolean"  # xsd:boolean
    IRI = "iri"  # reference to a record, a part or a page
    CODE = "code"  # item of the guideline, by its code; with `part`, also a new concept
    CHOICE = "choice"  # one of `choices`
    PART = "part"  # a resource with fields of its own: the class `part`


DATATYPES: Final[Mapping[str, Kind]] = {
    names.RDF + "langString": Kind.TEXT,
    names.XSD + "string": Kind.STRING,
    names.XSD + "date": Kind.DATE,
    names.XSD + "integer": Kind.INTEGER,
    names.XSD + "boolean": Kind.BOOLEAN,
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A value that a field may take: its IRI, the key that stands for it in YAML and JSON, its labels."""

    iri: str
    key: str
    labels: Texts


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of a record or part. `key` is the local name of `property` (an IRI) and the key in YAML, JSON and tables.

    `single` allows one value; `per_language` one value a language. `classes` are IRIs of the classes of the guideline whose codes fit;
    `part` names the RecordClass of the values. `need` is the gravity of leaving the field out, None where nothing is said of it.
    """

    key: str
    property: str
    kind: Kind
    labels: Texts
    help: Texts
    order: int
    group: str | None = None
    single: bool = False
    per_language: bool = False
    classes: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    part: str | None = None
    need: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A section of a record."""

    name: str
    labels: Texts
    order: int


@dataclass(frozen=True, kw_only=True)
class RecordClass:
    """A class of records (`type` is its IRI) or of parts of a record (`type` is None), with its fields in order."""

    name: str
    labels: Texts
    type: str | None
    fields: tuple[Field, ...]

    def by_key(self) -> Mapping[str, Field]:
        """The fields by key."""
        return {field.key: field for field in self.fields}

    def by_property(self) -> Mapping[str, Field]:
        """The fields by the IRI of their property."""
        return {field.property: field for field in self.fields}


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All classes by name, and the sections by name."""

    classes: Mapping[str, RecordClass]
    groups: Mapping[str, Group]

    @property
    def records(self) -> tuple[RecordClass, ...]:
        """The classes of whole records: Experiment, StandardDocument."""
        return tuple(found for found in self.classes.values() if found.type is not None)

    def of_type(self, iri: str) -> RecordClass | None:
        """The class of records with this type."""
        return next((found for found in self.records if found.type == iri), None)

    def choices(self) -> Mapping[str, Choice]:
        """All values that stand for themselves, by key."""
        fields = (field for found in self.classes.values() for field in found.fields)
        return {choice.key: choice for field in fields for choice in field.choices}

    @classmethod
    def of(cls, shapes: Iterable[Quad | Triple], ontology: Iterable[Quad | Triple]) -> "Schema":
        """The schema that the shapes graph describes, with the labels of the ontology."""
        return _Reader(shapes, ontology).schema()


def key_of(iri: str) -> str:
    """The key of a property or choice: the local name of its IRI."""
    return iri.replace("#", "/").rsplit("/", 1)[-1]


_FIELDS: Final = names.BASE + "shapes#"
SEVERITIES: Final = {names.SH + "Violation": Severity.VIOLATION, names.SH + "Warning": Severity.WARNING, names.SH + "Info": Severity.INFO}


class _Reader:
    """The shapes graph, indexed by subject and predicate."""

    def __init__(self, shapes: Iterable[Quad | Triple], ontology: Iterable[Quad | Triple]) -> None:
        self._values: dict[tuple[Node, str], list[Node]] = defaultdict(list)
        self._subjects: dict[str, None] = {}
        for triple in shapes:
            self._values[triple.subject, triple.predicate.value].append(triple.object)
            if triple.predicate.value == names.SH + "property" and isinstance(triple.subject, NamedNode):
                self._subjects[triple.subject.value] = None
        self._labels: dict[str, dict[Language, str]] = defaultdict(dict)
        for triple in ontology:
            if triple.predicate.value == names.RDFS + "label" and isinstance(triple.subject, NamedNode):
                self._add(self._labels[triple.subject.value], triple.object)
        self._needs = self._all_needs()

    def schema(self) -> Schema:
        shapes = [shape for shape in self._subjects if self._is_form(shape)]
        part_of = {
            target.value: key_of(shape)
            for shape in shapes
            for target in self._all(shape, names.SH + "targetObjectsOf")
            if isinstance(target, NamedNode)
        }
        classes = [self._class(NamedNode(shape), part_of) for shape in shapes]
        groups = [self._group(node) for node in self._groups()]
        return Schema(classes={found.name: found for found in classes}, groups={found.name: found for found in groups})

    def _is_form(self, shape: str) -> bool:
        """Whether this is a shape of shapes/fields.ttl: its properties have names and an order."""
        return any(self._values.get((part, names.SH + "order")) for part in self._all(shape, names.SH + "property"))

    def _class(self, shape: NamedNode, part_of: Mapping[str, str]) -> RecordClass:
        targets = self._iris(shape, names.SH + "targetClass")
        target = targets[0] if targets else None
        owners = tuple(targets or self._iris(shape, names.SH + "targetObjectsOf"))
        nodes = self._all(shape.value, names.SH + "property")
        named = {self._iris(node, names.SH + "path")[0]: self._texts(node, names.SH + "name") for node in nodes}
        fields = (self._field(node, owners, part_of, named) for node in nodes)
        return RecordClass(
            name=key_of(shape.value),
            labels=self._texts(shape, names.RDFS + "label"),
            type=target,
            fields=tuple(sorted(fields, key=lambda field: field.order)),
        )

    def _field(self, node: Node, owners: Sequence[str], part_of: Mapping[str, str], named: Mapping[str, Texts]) -> Field:
        path = self._iris(node, names.SH + "path")[0]
        classes, part = self._classes(node)
        choices = tuple(self._choice(value.value, named) for value in self._list(node, names.SH + "in") if isinstance(value, NamedNode))
        datatypes = self._iris(node, names.SH + "datatype")
        if datatypes:
            kind = DATATYPES[datatypes[0]]
        elif choices:
            kind = Kind.CHOICE
        elif classes:
            kind = Kind.CODE
        else:
            kind = Kind.IRI if self._iris(node, names.SH + "nodeKind") == [names.SH + "IRI"] else Kind.PART
        groups = self._iris(node, names.SH + "group")
        return Field(
            key=key_of(path),
            property=path,
            kind=kind,
            labels=self._texts(node, names.SH + "name"),
            help=self._texts(node, names.SH + "description"),
            order=self._integer(node, "order"),
            group=key_of(groups[0]) if groups else None,
            single=bool(self._values.get((node, names.SH + "maxCount"))),
            per_language=bool(self._values.get((node, names.SH + "uniqueLang"))),
            classes=classes,
            choices=choices,
            part=part if part else part_of[path] if kind is Kind.PART else None,
            need=min((self._needs[owner, path] for owner in owners if (owner, path) in self._needs), key=lambda s: s.rank, default=None),
        )

    def _classes(self, node: Node) -> tuple[tuple[str, ...], str | None]:
        """The classes whose members fit, and the form of a new one, if any."""
        found = self._iris(node, names.SH + "class")
        part = None
        for option in self._list(node, names.SH + "or"):
            found += self._iris(option, names.SH + "class")
            part = next((key_of(iri) for iri in self._iris(option, names.SH + "node")), part)
        return tuple(found), part

    def _choice(self, iri: str, named: Mapping[str, Texts]) -> Choice:
        """A value with its labels; a property that is a field of the same class stands for that field."""
        labels = named.get(iri) or self._labels.get(iri) or {"zh": key_of(iri), "en": key_of(iri)}
        return Choice(iri=iri, key=key_of(iri), labels=labels)

    def _groups(self) -> list[Node]:
        found = {node: None for (subject, predicate), values in self._values.items() if predicate == names.SH + "group" for node in values}
        return list(found)

    def _group(self, node: Node) -> Group:
        return Group(name=key_of(_iri(node)), labels=self._texts(node, names.RDFS + "label"), order=self._integer(node, "order"))

    def _all_needs(self) -> dict[tuple[str, str], Severity]:
        """How grave it is to leave out a property: by target (class, or property whose values are meant) and property.

        Only what holds of every such node counts: sh:minCount directly under a shape with that target.
        """
        needs: dict[tuple[str, str], Severity] = {}
        for (shape, predicate), parts in [*self._values.items()]:
            if predicate != names.SH + "property":
                continue
            targets = [*self._iris(shape, names.SH + "targetClass"), *self._iris(shape, names.SH + "targetObjectsOf")]
            for part in parts:
                if not self._values.get((part, names.SH + "minCount")) or self._integer(part, "minCount") < 1:
                    continue
                severity = next((SEVERITIES[iri] for iri in self._iris(part, names.SH + "severity")), Severity.VIOLATION)
                for path in self._iris(part, names.SH + "path"):
                    for target in targets:
                        known = needs.get((target, path))
                        needs[target, path] = severity if known is None or severity.rank < known.rank else known
        return needs

    def _all(self, subject: str, predicate: str) -> list[Node]:
        return self._values.get((NamedNode(subject), predicate), [])

    def _iris(self, node: Node, predicate: str) -> list[str]:
        return [value.value for value in self._values.get((node, predicate), []) if isinstance(value, NamedNode)]

    def _integer(self, node: Node, local: str) -> int:
        value = self._values[node, names.SH + local][0]
        return int(value.value) if isinstance(value, Literal) else 0

    def _texts(self, node: Node, predicate: str) -> Texts:
        found: dict[Language, str] = {}
        for value in self._values.get((node, predicate), []):
            self._add(found, value)
        return found

    def _list(self, node: Node, predicate: str) -> list[Node]:
        """The members of the RDF list."""
        found: list[Node] = []
        rest = next(iter(self._values.get((node, predicate), [])), None)
        while rest is not None and rest != NamedNode(names.RDF + "nil"):
            found += self._values[rest, names.RDF + "first"]
            rest = next(iter(self._values[rest, names.RDF + "rest"]), None)
        return found

    @staticmethod
    def _add(texts: dict[Language, str], value: Node) -> None:
        if isinstance(value, Literal) and value.language == "zh":
            texts["zh"] = value.value
        elif isinstance(value, Literal) and value.language == "en":
            texts["en"] = value.value


def _iri(node: Node) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)
