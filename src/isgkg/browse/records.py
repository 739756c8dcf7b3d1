"""Records of experiments and standards: one record as a person reads it, and the records that speak of an item.

Flows in: a store. Flows out: records with their fields by the names and in the order of shapes/fields.ttl.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from isgkg import names
from isgkg.browse import describe
from isgkg.browse.model import Ref, Texts, local, texts, value
from isgkg.store import Store

_UNORDERED = 10_000


@dataclass(frozen=True, kw_only=True)
class RecordRef:
    """A record as it is mentioned: IRI, identifier ("" for none), title by language, and how it speaks of the item."""

    iri: str
    identifier: str
    title: Texts
    predicate_label: Texts = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a field: an item, a part with fields of its own, or a text with its language; `iri` where it has one."""

    text: str = ""
    lang: str = ""
    iri: str = ""
    item: Ref | None = None
    part: "tuple[Filled, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A field with its values."""

    property: str
    label: Texts
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record with its fields in order; `kind` is its class by language."""

    iri: str
    kind: Texts
    identifier: str
    title: Texts
    fields: tuple[Filled, ...]


def about(store: Store, code: str) -> tuple[RecordRef, ...]:
    """The records of the release that name the item with this code, standards first."""
    rows = store.select(f"""
        SELECT DISTINCT ?record ?identifier ?titleZh ?titleEn ?predicateZh ?predicateEn ?standard WHERE {{
          ?record ?predicate {NamedNode(names.concept(code))} .
          {{ ?record a isg:StandardDocument BIND ( 1 AS ?standard ) }} UNION {{ ?record a isg:Experiment BIND ( 2 AS ?standard ) }}
          OPTIONAL {{ ?record dct:identifier ?identifier }}
          OPTIONAL {{ ?record dct:title ?titleZh FILTER ( LANG(?titleZh) = "zh" ) }}
          OPTIONAL {{ ?record dct:title ?titleEn FILTER ( LANG(?titleEn) = "en" ) }}
          OPTIONAL {{ ?predicate rdfs:label ?predicateZh FILTER ( LANG(?predicateZh) = "zh" ) }}
          OPTIONAL {{ ?predicate rdfs:label ?predicateEn FILTER ( LANG(?predicateEn) = "en" ) }}
        }} ORDER BY ?standard ?identifier ?record ?predicateEn""")
    return tuple(
        RecordRef(
            iri=value(row, "record"),
            identifier=value(row, "identifier"),
            title=texts(row, "title"),
            predicate_label=texts(row, "predicate"),
        )
        for row in rows
    )


def get(store: Store, iri: str) -> Record | None:
    """The record with this IRI; None where the release has none."""
    triples = describe.record(store, iri)
    types = {t.object.value for t in triples if t.subject == NamedNode(iri) and _is_type(t) and isinstance(t.object, NamedNode)}
    kind = next((name for name in ("StandardDocument", "Experiment") if names.ONT + name in types), None)
    if kind is None:
        return None
    reader = _Reader(triples, _labels(store, names.ONT + kind), _items(store, triples))
    title = {t.object.language or "": t.object.value for t in triples if _says(t, iri, "title") and isinstance(t.object, Literal)}
    identifier = next((t.object.value for t in triples if _says(t, iri, "identifier") and isinstance(t.object, Literal)), "")
    return Record(
        iri=iri, kind=_label_of(store, names.ONT + kind), identifier=identifier, title=title, fields=reader.fields(NamedNode(iri))
    )


class _Reader:
    """The statements about a record, by subject and predicate."""

    def __init__(self, triples: list[Triple], labels: Mapping[str, tuple[int, Texts]], items: Mapping[str, Ref]) -> None:
        self._labels = labels
        self._items = items
        self._about: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self._about[triple.subject][triple.predicate.value].append(triple.object)

    def fields(self, node: object, seen: frozenset[object] = frozenset()) -> tuple[Filled, ...]:
        """The fields of a node in their order; a part that is already open is not opened again."""
        found = [
            Filled(
                property=iri,
                label=self._labels.get(iri, (0, {"en": local(iri)}))[1],
                values=tuple(self._value(object_, seen | {node}) for object_ in values),
            )
            for iri, values in self._about[node].items()
            if iri != names.RDF + "type"
        ]
        return tuple(sorted(found, key=lambda filled: (self._labels.get(filled.property, (_UNORDERED, {}))[0], filled.property)))

    def _value(self, node: object, seen: frozenset[object]) -> Value:
        if isinstance(node, Literal):
            return Value(text=node.value, lang=node.language or "")
        part = self.fields(node, seen) if node in self._about and node not in seen else ()
        iri = node.value if isinstance(node, NamedNode) else ""
        labels = self._labels.get(iri)
        return Value(iri=iri, item=self._items.get(iri), part=part, text="" if labels is None else labels[1].get("zh", ""))


def _is_type(triple: Triple) -> bool:
    return triple.predicate.value == names.RDF + "type"


def _says(triple: Triple, iri: str, term: str) -> bool:
    return triple.subject == NamedNode(iri) and triple.predicate.value == names.DCT + term


def _labels(store: Store, class_iri: str) -> Mapping[str, tuple[int, Texts]]:
    """Order and name of each field by the IRI of its property; of several, those that records of this class have."""
    rows = store.select("""
        SELECT ?path ?order ?nameZh ?nameEn ?class WHERE {
          GRAPH graph:shapes {
            ?shape sh:path ?path ; sh:order ?order ; sh:name ?nameZh , ?nameEn FILTER ( LANG(?nameZh) = "zh" && LANG(?nameEn) = "en" )
            OPTIONAL { ?form sh:property ?shape ; sh:targetClass ?class }
          }
        } ORDER BY ?path ?order ?nameZh""")
    found: dict[str, tuple[int, Texts]] = {}
    for row in sorted(rows, key=lambda row: value(row, "class") != class_iri):
        found.setdefault(value(row, "path"), (int(value(row, "order")), texts(row, "name")))
    return found


def _items(store: Store, triples: list[Triple]) -> Mapping[str, Ref]:
    """What the record refers to and has a label: items of the guideline by their codes, values of lists without."""
    wanted = {
        triple.object.value for triple in triples if isinstance(triple.object, NamedNode) and triple.object.value.startswith(names.BASE)
    }
    if not wanted:
        return {}
    values = " ".join(str(NamedNode(iri)) for iri in sorted(wanted))
    rows = store.select(f"""
        SELECT ?item ?code ?labelZh ?labelEn WHERE {{
          VALUES ?item {{ {values} }}
          ?item skos:prefLabel ?labelZh , ?labelEn FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
          OPTIONAL {{ ?item skos:notation ?code }}
        }}""")
    return {value(row, "item"): Ref(code=value(row, "code"), label=texts(row, "label")) for row in rows}


def _label_of(store: Store, iri: str) -> Texts:
    rows = store.select(f"""
        SELECT ?labelZh ?labelEn WHERE {{
          {NamedNode(iri)} rdfs:label ?labelZh , ?labelEn FILTER ( LANG(?labelZh) = "zh" && LANG(?labelEn) = "en" )
        }}""")
    return next((texts(row, "label") for row in rows), {})
