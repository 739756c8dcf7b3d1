"""Records as hypothesis draws them from the schema: everything that a record may say, in its canonical form.

A record drawn here is a tree whose JSON is JSON-LD with the same meaning; `loose` values, labels for codes and the like, are for the tests
that are about them.
"""

from functools import cache

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

from isgkg import files, names
from isgkg.records.fields import Field, Kind, RecordClass, Schema
from isgkg.records.graph import statements
from isgkg.records.tree import Entry, Mapping, Scalar, Sequence, Tree
from isgkg.records.vocabulary import Vocabulary
from isgkg.release import sources
from isgkg.release.build import assemble
from isgkg.store import EmbeddedStore

LANGUAGES = ("zh", "en", "zh-hant", "fr", "no", "id")
AWKWARD = (
    *(
        "",
        " ",
        "no",
        "null",
        "~",
        "2025-01-01",
        "1e3",
        "true",
        "- a",
        "a: b",
        "a #b",
        "'",
        '"',
        "\\",
        "|",
        ">",
        "&a",
        "*a",
        "!t",
        "%",
        "@x",
    ),
    *("多行\n文字", "多行\n\n文字\n", "\n首行", "末尾\n\n", "  缩进\n两行", "a\tb", "\ta\nb", "😀", "e\u0301", "\u2028", "\x85"),
    *("\ufeff", "\u200b", "\r\n", "`", "https://example.org/a#b"),
)
"""Texts that a format may take for something else."""

WRITTEN = {
    Kind.DATE: st.dates().map(str) | st.sampled_from(["2025", "昨天", "2025-13-41"]),
    Kind.INTEGER: st.integers().map(str) | st.sampled_from(["007", "+1", "3.5", "三"]),
    Kind.BOOLEAN: st.sampled_from(["true", "false", "1", "0", "maybe"]),
}
"""Values of typed fields, well-formed and not."""


@cache
def schema() -> Schema:
    """The project's schema."""
    root = files.root()
    shapes = [quad.triple for quad in parse((root / "shapes/fields.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=names.BASE)]
    ontology = [quad for path in sorted((root / "ontology").glob("*.ttl")) for quad in parse(path=str(path), base_iri=names.BASE)]
    return Schema.of(shapes, ontology)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the guideline."""
    graphs = assemble(files.root(), sources.read(files.root()))
    return Vocabulary.of(EmbeddedStore.of(Quad(*triple) for name in ("ontology", "guideline") for triple in graphs[name]))


def triples_of(*records: Mapping) -> list[Triple]:
    """What records say, as they would stand in one file."""
    blanks: dict[str, BlankNode] = {}
    found = (statements(record, schema(), vocabulary(), blanks=blanks) for record in records)
    return [Triple(s.subject, s.predicate, s.object) for reading in found for s in reading.statements]


def texts(*, controls: bool = True) -> st.SearchStrategy[str]:
    """Texts of all of Unicode but lone surrogates; without `controls`, only what XML can hold."""
    banned = ("Cs",) if controls else ("Cs", "Cc", "Cn", "Co")
    drawn = st.text(st.characters(exclude_categories=banned), max_size=20)
    allowed = [text for text in AWKWARD if controls or all(ord(char) >= 32 or char in "\t\n\r" for char in text)]
    return drawn | st.sampled_from(allowed) | st.lists(st.sampled_from(["", " ", "一", "a", "：", "-", "  b"]), max_size=4).map("\n".join)


def records(*, controls: bool = True) -> st.SearchStrategy[Mapping]:
    """One record."""
    return _records(controls)


def collections(*, controls: bool = True) -> st.SearchStrategy[list[Mapping]]:
    """One to three records with different ids."""
    return st.lists(records(controls=controls), min_size=1, max_size=3, unique_by=lambda record: record.get("id"))


@st.composite
def _records(draw: st.DrawFn, controls: bool) -> Mapping:
    described = draw(st.sampled_from(schema().records))
    number = f"ISGX-2025-{draw(st.integers(1, 9999)):04}"
    namespace = "exp:" if described.name == "Experiment" else "std:"
    id_ = draw(
        st.sampled_from(
            [f"{namespace}{number}", f"{names.PREFIXES[namespace[:-1]]}{number}", f"https://example.org/{number}", f"_:r{number}"]
        )
    )
    return _Drawing(draw, controls, id_).mapping(described, id_, 12)


class _Drawing:
    """One record while it is drawn: its parts are numbered, so that they can be referred to."""

    def __init__(self, draw: st.DrawFn, controls: bool, id_: str) -> None:
        self._draw = draw
        self._texts = texts(controls=controls)
        self._blank_record = id_.startswith("_:")
        self._number = id_[-4:]
        self._parts: dict[str, list[str]] = {}
        self._count = 0

    def mapping(self, described: RecordClass, id_: str | None, size: int) -> Mapping:
        entries = [] if id_ is None else [Entry("id", Scalar(id_))]
        if described.type is not None:
            entries.append(Entry("type", Scalar(described.name)))
        fields = self._draw(st.lists(st.sampled_from(described.fields), unique_by=lambda field: field.key, max_size=size))
        return Mapping((*entries, *(Entry(field.key, self._values(field)) for field in fields)))

    def _values(self, field: Field) -> Tree:
        count = self._draw(st.integers(1, 1 if field.single or field.per_language else 3))
        if field.kind is Kind.TEXT:
            return self._text(count)
        values = [self._value(field) for _ in range(count)]
        return values[0] if count == 1 and self._draw(st.booleans()) else Sequence(tuple(values))

    def _text(self, count: int) -> Tree:
        def some() -> Tree:
            found = [Scalar(self._draw(self._texts)) for _ in range(count)]
            return found[0] if len(found) == 1 else Sequence(tuple(found))

        languages = self._draw(st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=3))
        return Mapping(tuple(Entry(language, some()) for language in languages)) if languages else some()

    def _value(self, field: Field) -> Tree:
        if field.kind is Kind.STRING:
            return Scalar(self._draw(self._texts))
        if field.kind in WRITTEN:
            return Scalar(self._draw(WRITTEN[field.kind]), quoted=False)
        if field.kind is Kind.CHOICE:
            return Scalar(self._draw(st.sampled_from(field.choices)).key)
        if field.kind is Kind.IRI:
            return self._reference(None)
        return self._code(field) if field.kind is Kind.CODE else self._part(field)

    def _code(self, field: Field) -> Tree:
        if field.part is not None and self._draw(st.booleans()):
            return self._part(field)
        members = sorted(frozenset().union(*(vocabulary().members.get(kind, frozenset()) for kind in field.classes)))
        known = [iri.removeprefix(names.CONCEPT) for iri in members]
        return Scalar(self._draw(st.sampled_from([*known, "Z9999", "https://example.org/c", "c:C203"])))

    def _part(self, field: Field) -> Tree:
        part = schema().classes[field.part or ""]
        if field.kind is Kind.PART and self._draw(st.integers(0, 4)) == 0:
            return self._reference(part.name)
        self._count += 1
        label = st.sampled_from([f"part/{self._count}", f"p{self._count}", f"某/{self._count}", f"_:{self._number}p{self._count}"])
        id_ = self._draw(st.none() | (label.filter(lambda text: text.startswith("_:")) if self._blank_record else label))
        if id_ is not None:
            self._parts.setdefault(part.name, []).append(id_)
        return self.mapping(part, id_, 4)

    def _reference(self, part: str | None) -> Tree:
        known = [id_ for name, ids in self._parts.items() for id_ in ids if part in {None, name}]
        return Scalar(self._draw(st.sampled_from([*known, "exp:ISGX-2024-0001", "https://example.org/文件?a=b#c", "std:GB-T-1-2020"])))
