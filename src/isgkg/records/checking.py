"""Checking records: files in, a report out.

Flows in: sources, what they are checked against, options. Flows out: an `Outcome`: the report, and the validation results behind it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize

from isgkg import names, shacl
from isgkg.findings import Finding, Report, Severity
from isgkg.messages import Language
from isgkg.records import demands, fields, ownership, reading, reporting
from isgkg.records.base import Base
from isgkg.records.memory import uncollected
from isgkg.records.reading import Input, Places
from isgkg.records.reporting import Reporter
from isgkg.records.sources import Format, Source
from isgkg.store import loading
from isgkg.store.loading import Loaded

Progress = Callable[[str, int, int], object]
"""Called with what is being done, how much of it is done, and how much there is: "reading" of files, then "checking" of constraints."""


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """How to check. `shapes` are files of one's own shapes instead of the project's; `bare` leaves the guideline's graph out.

    `reference` runs pySHACL instead of this project's engine, and makes no progress that could be told.
    """

    lang: Language = "zh"
    shapes: tuple[Path, ...] = ()
    bare: bool = False
    reference: bool = False
    progress: Progress | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The report, and what it was made from: what the shapes found, and what the readers did."""

    report: Report
    results: Sequence[shacl.Result]
    unread: Sequence[Finding]
    shapes: shacl.Shapes
    remarks: Sequence[Finding] = ()
    """On the shapes themselves: no results of theirs."""

    def turtle(self, least: Severity = Severity.INFO) -> str:
        """The results that are at least this grave as a sh:ValidationReport (SHACL 3.6) in Turtle.

        What was not read is a result, too, on a node without a name: nothing conforms that nobody has read. A note on what was read as it
        was meant is none.
        """
        results = [result for result in self.results if reporting.severity(result).rank <= least.rank]
        unread = [finding for finding in self.unread if finding.severity is not Severity.INFO and finding.severity.rank <= least.rank]
        results += (_as_result(finding, number) for number, finding in enumerate(unread, 1))
        return (serialize(shacl.report(results, self.shapes), format=RdfFormat.TURTLE, prefixes=names.PREFIXES) or b"").decode()


_READABLE: Final = NamedNode(names.SHAPES + "Readable")
_IRIS: Final = {severity: iri for iri, severity in fields.SEVERITIES.items()}


def _as_result(finding: Finding, number: int) -> shacl.Result:
    """What a reader found: the file, as a node, does not conform to the shape of what can be read."""
    place = finding.place
    where = ":".join(str(part) for part in (place.file, place.sheet, place.cell, place.line, place.column) if part is not None)
    said = " ".join(filter(None, [f"{where}: {finding.message}", finding.fix.text if finding.fix else None]))
    return shacl.Result(
        focus_node=BlankNode(f"unread{number}"),
        path=None,
        path_text=None,
        value=None,
        component=names.SH + "NodeConstraintComponent",
        shape=_READABLE,
        severity=_IRIS[finding.severity],
        messages=(Literal(said.encode("utf-8", "backslashreplace").decode()),),  # names of files need not be text
    )


def run(sources: Iterable[Source], base: Base, options: ValidateOptions | None = None) -> Outcome:
    """Read the sources, check what they say, report. A source that cannot be read is a finding.

    Raises InputError for a file of shapes that cannot be read, ShapesError for shapes that are malformed.
    """
    options = options or ValidateOptions()
    given = demands.read(options.shapes, options.lang) if options.shapes else demands.Demands(shapes=base.shapes, remarks=())
    shapes = given.shapes
    with uncollected():
        inputs = _read(list(sources), base, options)
        data = _load(inputs, base, options)
        unread = [finding for input_ in inputs for finding in input_.findings]
        unread += [] if options.bare else ownership.settle(inputs, base, options.lang)
        results = _results(data, inputs, base, shapes, options)
        places = Places(inputs, base, _owners(inputs, data, results))
        places.read(result.focus_node for result in results)
        reporter = Reporter(base=base, shapes=shapes, places=places, lang=options.lang)
        found = [*given.remarks, *unread, *reporter.findings(results)]
        report = Report(tool="isgkg validate", release=base.release, findings=tuple(sorted(found, key=lambda finding: finding.order)))
    return Outcome(report=report, results=results, unread=unread, shapes=shapes, remarks=given.remarks)


def _read(sources: Sequence[Source], base: Base, options: ValidateOptions) -> list[Input]:
    """The inputs. Where only one source is RDF, the store may load it: no other can hold the same record unseen."""
    unwatched = sum(source.declared in _LOADED for source in sources) == 1 and not options.reference
    inputs = []
    for number, source in enumerate(sources):
        inputs.append(reading.read(source, number, base, options.lang, unwatched=unwatched, anything=bool(options.shapes)))
        if options.progress:
            options.progress("reading", number + 1, len(sources))
    return inputs


_LOADED: Final = frozenset({Format.TURTLE, Format.NTRIPLES})
_RECORDS: Final = "SELECT DISTINCT ?record WHERE {{ ?record a ?type FILTER ( ?type IN ({types}) ) }} ORDER BY ?record"
_OWNERS: Final = "SELECT ?part ?owner WHERE { ?owner ?any ?part FILTER ( isBlank(?part) ) }"


def _load(inputs: Sequence[Input], base: Base, options: ValidateOptions) -> Loaded:
    """A store of the guideline's graph and of the file that it may load by itself, whose records are known then.

    A file that turns out to be broken, or to speak of what is not its own, is read again the slow way, which can tell and leave out.
    """
    quads = () if options.bare else base.quads
    written = [triple.object for input_ in inputs for triple in input_.triples if isinstance(triple.object, Literal)]
    file = next((input_ for input_ in inputs if input_.file), None)
    data = loading.load([file.file] if file and file.file else [], quads, written)
    if file is None:
        return data
    types = ", ".join(str(NamedNode(record.type)) for record in base.schema.records if record.type)
    file.records = [row["record"] for row in data.store.select(_RECORDS.format(types=types))]
    if not data.faults and (options.bare or ownership.is_apart(file, data.store, inputs, base)):
        return data
    again = reading.read(file.source, file.number, base, options.lang, anything=bool(options.shapes))
    file.file, file.triples, file.records, file.findings = None, again.triples, again.records, again.findings
    return loading.load([], quads)


def _results(data: Loaded, inputs: Sequence[Input], base: Base, shapes: shacl.Shapes, options: ValidateOptions) -> list[shacl.Result]:
    """What the shapes find in the records; what they find in the guideline's graph is not the records' matter."""
    triples = [triple for input_ in inputs for triple in input_.triples]
    others_of_release = [] if options.bare else _released(base, {record for input_ in inputs for record in input_.records})
    if options.reference:
        from isgkg.shacl import reference  # noqa: PLC0415  # pySHACL takes half a second to import

        results = reference.validate([*triples, *others_of_release, *(() if options.bare else base.quads)], shapes)
    else:
        data.store.add([*others_of_release, *(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)])
        told = None if options.progress is None else partial(options.progress, "checking")
        results = shacl.validate(data.store, shapes, lexical=shacl.Lexical.of([*data.literals, *triples]), progress=told)
    others = set() if options.bare else {quad.subject for quad in (*base.quads, *others_of_release)}
    return [result for result in results if result.focus_node not in others]


def _released(base: Base, records: set[object]) -> list[Quad]:
    """The release's records other than these."""
    return [quad for iri, quads in base.records.items() if NamedNode(iri) not in records for quad in quads]


def _owners(inputs: Iterable[Input], data: Loaded, results: Iterable[shacl.Result]) -> dict[object, object]:
    """What each blank node hangs on."""
    owners: dict[object, object] = {
        triple.object: triple.subject for input_ in inputs for triple in input_.triples if isinstance(triple.object, BlankNode)
    }
    if any(isinstance(result.focus_node, BlankNode) and result.focus_node not in owners for result in results):
        owners |= {row["part"]: row["owner"] for row in data.store.select(_OWNERS)}
    return owners
