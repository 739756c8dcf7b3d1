"""Sources into statements: what each file says, which records it holds, and where everything stands.

Flows in: sources. Flows out: an `Input` a source: triples, the nodes of its records, and findings of the reading. A broken file is an
input with a finding and without triples. Places are found by reading a file again, and only one that has something to report: the places
of ten thousand records would take more memory than the records.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Triple

from isgkg import names
from isgkg.content import encoding
from isgkg.errors import ContentError
from isgkg.findings import Finding, Severity
from isgkg.messages import Language
from isgkg.records import graph, jsons, places, rdf, reporting, yamls
from isgkg.records.base import Base
from isgkg.records.context import context
from isgkg.records.sources import Format, Source
from isgkg.records.tree import MOST_NOTES, NOWHERE, Gap, Mark, Note, Statement, Tree, records
from isgkg.store.loading import RdfFile

Subject = NamedNode | BlankNode
_TYPE: Final = NamedNode(names.RDF + "type")


@dataclass(kw_only=True)
class Input:
    """What one source says. `records` are the nodes of its records in order.

    `file` stands for the triples of a file of RDF that the store may load by itself, which is several times as fast.
    """

    source: Source
    number: int
    triples: list[Triple] = field(default_factory=list)
    file: RdfFile | None = None
    records: list[Subject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def among(self, nodes: set[object]) -> set[object]:
        """Those of the nodes that the source says something about; all where that is not known."""
        return nodes if self.file else nodes & {triple.subject for triple in self.triples}

    def leave_out(self, nodes: Set[object]) -> None:
        """Drop what is said of these nodes."""
        self.records = [record for record in self.records if record not in nodes]
        self.triples = [triple for triple in self.triples if triple.subject not in nodes]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One record of a file of trees, with the statements that it makes and the fields that it leaves empty."""

    subject: Subject
    statements: list[Statement]
    notes: list[Note]
    gaps: list[Gap]


def read(source: Source, number: int, base: Base, lang: Language, *, unwatched: bool = False, anything: bool = False) -> Input:
    """What the source says. `number` tells its blank nodes from those of other sources. Never raises ContentError: that is a finding.

    With `unwatched`, a file of RDF is left to the store where that is safe; then its records are not known yet. A file without a record
    is a mistake, unless `anything` may be checked.
    """
    found = Input(source=source, number=number)
    try:
        if source.format.is_rdf:
            _read_rdf(found, base, lang, unwatched)
        else:
            _read_trees(found, base, lang)
        if not (found.records or found.file or anything):
            found.triples.clear()
            found.findings.append(reporting.of_error(ContentError("record.file.no-record", rule="record-file"), source.name, lang))
    except ContentError as error:
        found.findings.append(reporting.of_error(error, source.name, lang))
    return found


_GB18030: Final = Note(rule=encoding.RULE, severity=Severity.INFO, key="encoding.gb18030", mark=Mark(line=1))


def _read_rdf(found: Input, base: Base, lang: Language, unwatched: bool) -> None:
    source = found.source
    given = source.data
    data, is_gb18030 = encoding.utf8(given)
    if is_gb18030:
        found.findings.append(reporting.of_note(_GB18030, source.name, lang))
    if unwatched:
        found.file = rdf.unwatched(data, source.format, base=names.BASE, path=source.path if data is given else None)
        if found.file:
            return
    found.triples = list(rdf.read(data, source.format, base=names.BASE, context=context(base.schema)))
    types = {NamedNode(record.type) for record in base.schema.records if record.type}
    typed = (triple.subject for triple in found.triples if triple.predicate == _TYPE and triple.object in types)
    found.records = [node for node in typed if isinstance(node, NamedNode | BlankNode)]


def _read_trees(found: Input, base: Base, lang: Language) -> None:
    name = found.source.name
    held: set[Subject] = set()
    for document in documents(found.source, found.number, base):
        if len(found.findings) >= MOST_NOTES and sum(finding.severity is not Severity.INFO for finding in found.findings) >= MOST_NOTES:
            raise ContentError("record.file.too-many", rule="record-file", limit=f"{MOST_NOTES:,}")
        if isinstance(document, Note):
            found.findings.append(reporting.of_note(document, name, lang))
        elif document.subject in held:
            found.findings.append(reporting.of_note(_twice(document), name, lang))
        else:
            found.findings += (reporting.of_note(note, name, lang) for note in document.notes)
            held.add(document.subject)
            found.records.append(document.subject)
            found.triples += (Triple(s.subject, s.predicate, s.object) for s in document.statements)


def _twice(document: Document) -> Note:
    """The second record of this name is not the first one's continuation."""
    shown = reporting.shown(document.subject)
    first = document.statements[0]
    return Note(
        rule="record-repeated",
        severity=Severity.VIOLATION,
        key="record.twice",
        values={"record": shown},
        mark=first.mark,
        pointer=first.pointer,
        value=shown,
    )


def documents(source: Source, number: int, base: Base) -> Iterator[Document | Note]:
    """The records of a file of trees, and notes on the whole file. Raises ContentError where it cannot be read on."""
    blanks: dict[object, BlankNode] = {}
    labels: dict[str, BlankNode] = {}
    for tree in trees(source, base):
        if isinstance(tree, Note):
            yield tree
            continue
        around = graph.base_of(tree)
        for record, pointer in records(tree):
            reading = graph.statements(record, base.schema, base.vocabulary, pointer, around, blanks=labels)
            statements = [_renamed(statement, blanks, number) for statement in reading.statements]
            subject = _same(reading.subject, blanks, number)
            gaps = [gap._replace(subject=_same(gap.subject, blanks, number)) for gap in reading.gaps]
            yield Document(subject=subject, statements=statements, notes=reading.notes, gaps=gaps)


def trees(source: Source, base: Base) -> Iterator[Tree | Note]:
    """The documents of a file of trees. Raises ContentError where it cannot be read on."""
    if source.format is Format.XLSX:
        from isgkg.records.tabular import excel  # noqa: PLC0415  # openpyxl takes longer to import than a record to check

        yield from excel.read(source.data, base.schema)
        return
    decoded = encoding.decode(source.data)
    if decoded.is_gb18030:
        yield _GB18030
    match source.format:
        case Format.YAML:
            yield from yamls.read(decoded.text)
        case Format.CSV:
            from isgkg.records.tabular import csvs  # noqa: PLC0415  # as above

            companions: dict[str, str] = {}
            for name, companion in source.companions.items():
                try:
                    companions[name], is_gb18030 = encoding.decode(companion.data)
                except ContentError as error:
                    yield _of_companion(name, error)
                else:
                    yield from [replace(_GB18030, mark=Mark(line=1, sheet=name))] if is_gb18030 else []
            yield from csvs.read(decoded.text, companions, base.schema)
        case Format.JSONL:
            yield from jsons.read_lines(decoded.text)
        case _:
            yield from jsons.read(decoded.text)


def _of_companion(name: str, error: ContentError) -> Note:
    """A file beside the main one that cannot be read: what it holds is missing, and the rest is checked nevertheless."""
    mark = Mark(error.line, error.column, name)
    return Note(rule=error.rule, severity=Severity.VIOLATION, key=error.key, values=error.values, mark=mark)


def _renamed(statement: Statement, blanks: dict[object, BlankNode], number: int) -> Statement:
    subject, object_ = statement.subject, statement.object
    if isinstance(subject, BlankNode) or isinstance(object_, BlankNode):
        return statement._replace(subject=_same(subject, blanks, number), object=_same(object_, blanks, number))
    return statement


def _same(node: object, blanks: dict[object, BlankNode], number: int) -> "Subject":
    """The node; a blank one under a name that is the same at each reading of the file, and no other file's."""
    if isinstance(node, BlankNode):
        if node not in blanks:
            blanks[node] = BlankNode(f"f{number}n{len(blanks)}")
        return blanks[node]
    return node  # type: ignore[return-value]  # an object is passed through as it is


class Places:
    """Where nodes and their values stand (see `isgkg.records.reporting.Places`)."""

    def __init__(self, inputs: Iterable[Input], base: Base, owners: Mapping[object, object]) -> None:
        """`owners` leads from a blank node of RDF to the node that it hangs on."""
        self._inputs = list(inputs)
        self._base = base
        self._owners = owners
        self._found: dict[tuple[object, ...], tuple[str, Mark, str | None]] = {}

    def read(self, nodes: Iterable[object]) -> None:
        """Find the places of these nodes and of their values, in one pass over the files that speak of them."""
        wanted = {owner for node in nodes for owner in self._line(node)}
        for input_ in sorted(self._inputs, key=lambda input_: input_.file is not None):
            mine = input_.among(wanted)
            if not mine:
                continue
            if input_.source.format.is_rdf:
                text = encoding.decode(input_.source.data).text
                named = [node for node in mine if isinstance(node, NamedNode)]
                found = places.places(text, named, input_.source.format, names.BASE)
                for node in mine:
                    self._found.setdefault((node,), (input_.source.name, NOWHERE, None))
                self._found.update({(node,): (input_.source.name, mark, None) for node, mark in found.items()})
            else:
                with suppress(ContentError):  # told already: what stands before the fault has been read, and its places are found
                    self._read_trees(input_, mine)
        if absent := {node for node in wanted if isinstance(node, NamedNode) and (node,) not in self._found}:
            self._read_mentions(absent)

    def _read_mentions(self, nodes: set[NamedNode]) -> None:
        """Find the places of nodes that are spoken of, and of which nothing is said."""
        for input_ in self._inputs:
            if not input_.source.format.is_rdf and any(triple.object in nodes for triple in input_.triples):
                with suppress(ContentError):
                    self._read_trees(input_, set(nodes))

    def of(self, node: object, predicate: str | None, value: object) -> tuple[str | None, Mark, str | None]:
        file = None
        for owner in self._line(node):
            keys = ((owner, predicate, value), (owner, predicate), (owner,)) if owner is node else ((owner,),)
            for found in filter(None, map(self._found.get, keys)):
                if found[1] != NOWHERE:
                    return found
                file = file or found[0]
        return file, NOWHERE, None

    def _read_trees(self, input_: Input, wanted: set[object]) -> None:
        name = input_.source.name
        for document in documents(input_.source, input_.number, self._base):
            if isinstance(document, Note):
                continue
            for statement in document.statements:
                place = (name, statement.mark, statement.pointer)
                if statement.object in wanted:
                    self._found.setdefault((statement.object,), place)
                if statement.subject in wanted:
                    # The first place of a node is where it is a value; a record has none, and stands where its first statement does.
                    self._found.setdefault((statement.subject,), place)
                    self._found.setdefault((statement.subject, statement.predicate.value), place)
                    self._found.setdefault((statement.subject, statement.predicate.value, statement.object), place)
            for gap in document.gaps:
                if gap.subject in wanted:
                    self._found.setdefault((gap.subject, gap.predicate.value), (name, gap.mark, gap.pointer))

    def _line(self, node: object) -> Iterator[object]:
        """The node, and what it hangs on, up to a node with a name."""
        seen = set()
        current: object | None = node
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self._owners.get(current)
