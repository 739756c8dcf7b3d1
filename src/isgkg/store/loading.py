"""Files of RDF into a store, the fast way: the engine reads them, and no statement of theirs becomes an object of Python.

Flows in: RDF files, and quads that are there already. Flows out: a store whose default graph holds all of it, the files that could not
be read, and the literals that the store has rewritten. While the engine loads in one thread, another looks at the literals; the engine
loads without Python's lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from isgkg import names
from isgkg.store.embedded import EmbeddedStore

Fault = SyntaxError | OSError | MemoryError
_STRING = NamedNode(names.XSD + "string")


@dataclass(frozen=True, kw_only=True)
class RdfFile:
    """A file of RDF: its bytes or where it is, its format, and the IRI that relative ones are resolved against."""

    content: bytes | Path
    format: RdfFormat
    base_iri: str

    def parse(self) -> Iterator[Quad]:
        """Its statements; each reading gives its blank nodes new names. Raises SyntaxError, and OSError of the file."""
        source = {"path": str(self.content)} if isinstance(self.content, Path) else {"input": self.content}
        return parse(**source, format=self.format, base_iri=self.base_iri, rename_blank_nodes=True)

    def load_into(self, store: Store) -> None:
        """Load it, or nothing of it. Raises as `parse`."""
        source = {"path": str(self.content)} if isinstance(self.content, Path) else {"input": self.content}
        store.load(**source, format=self.format, base_iri=self.base_iri)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What became of files.

    `store` holds all statements in its default graph. `literals` are the statements of the files whose literals the store holds in
    another form, and those with the same literal as it is stored: what `isgkg.shacl.Lexical.of` needs, and mostly nothing. `faults`
    tells what is wrong with the files that are not in the store, by position.
    """

    store: EmbeddedStore
    literals: Sequence[Triple]
    faults: Mapping[int, Fault]


def load(files: Sequence[RdfFile], quads: Iterable[Quad] = (), written: Iterable[Literal] = ()) -> Loaded:
    """A store of the files and of `quads`, which keep their blank nodes; blank nodes of different files are different.

    `written` are literals of `quads` that count as those of the files do: `Loaded.literals` has the statements of the files that share a
    stored form with one of them, too. The files are to hold triples: a named graph would stay one. A file that cannot be read is left
    out as a whole.
    """
    held = quads if isinstance(quads, Sequence) else list(quads)
    with ThreadPoolExecutor(1) as thread:
        loading = thread.submit(_load, files, held)
        rewritten = _rewritten(files, written)
        store, faults = loading.result()
    if not rewritten:
        return Loaded(store=EmbeddedStore(store), literals=(), faults=faults)
    sound = [file for position, file in enumerate(files) if position not in faults]
    literals = list(_statements(sound, rewritten))
    if any(isinstance(statement.subject, BlankNode) for statement in literals):
        # The store has other names for the blank nodes than the parser; it gets the parser's.
        literals = []
        store = Store()
        store.bulk_extend(held)
        store.bulk_extend(_noting((quad for file in sound for quad in file.parse()), rewritten, literals))
    return Loaded(store=EmbeddedStore(store), literals=tuple(literals), faults=faults)


def stored(literals: Iterable[Literal]) -> dict[Literal, Literal]:
    """What the store makes of these literals, found by storing them."""
    written = list(literals)
    store = Store()
    predicate = NamedNode(names.RDF + "value")
    store.extend(Quad(NamedNode(f"urn:literal:{index}"), predicate, literal) for index, literal in enumerate(written))
    found = {quad.subject.value: quad.object for quad in store if isinstance(quad.subject, NamedNode)}
    return {literal: found[f"urn:literal:{index}"] for index, literal in enumerate(written)}


def _load(files: Sequence[RdfFile], quads: Sequence[Quad]) -> tuple[Store, dict[int, Fault]]:
    store = Store()
    store.bulk_extend(quads)
    faults: dict[int, Fault] = {}
    for position, file in enumerate(files):
        try:
            file.load_into(store)
        except (SyntaxError, OSError, MemoryError) as error:
            faults[position] = error
    return store, faults


def _rewritten(files: Sequence[RdfFile], others: Iterable[Literal]) -> frozenset[Literal]:
    """The literals that share their stored form with one that the store has rewritten."""
    written = set(filter(_may_change, others))
    for file in files:
        try:
            written.update(filter(_may_change, _literals(file)))
        except (SyntaxError, OSError, MemoryError):  # the thread that loads says so
            continue
    forms = stored(written)
    changed = {form for literal, form in forms.items() if form != literal}
    return frozenset(literal for literal, form in forms.items() if form in changed)


def _may_change(literal: Literal) -> bool:
    """A literal with a language, and a string, stays as it is."""
    return literal.language is None and literal.datatype != _STRING


def _literals(file: RdfFile) -> Iterator[Literal]:
    for quad in file.parse():
        found = quad.object
        if type(found) is Literal:  # faster than isinstance, a million times over
            yield found


def _statements(files: Iterable[RdfFile], literals: frozenset[Literal]) -> Iterator[Triple]:
    """The statements that have one of these literals as object."""
    for file in files:
        for quad in file.parse():
            if isinstance(quad.object, Literal) and quad.object in literals:
                yield quad.triple


def _noting(quads: Iterable[Quad], literals: frozenset[Literal], noted: list[Triple]) -> Iterator[Quad]:
    """The quads, while those that have one of these literals as object are noted."""
    for quad in quads:
        if isinstance(quad.object, Literal) and quad.object in literals:
            noted.append(quad.triple)
        yield quad
