"""Checking records: files in, a report out.

Flows in: sources, what they are checked against, options. Flows out: an `Outcome`: the report, and the validation results behind it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize

from isgkg import messages, names, shacl
from isgkg.findings import Finding, Fix, Place, Report, Severity
from isgkg.messages import Language
from isgkg.records import reading, reporting
from isgkg.records.base import Base, read_shapes
from isgkg.records.memory import uncollected
from isgkg.records.reading import Input, Places
from isgkg.records.reporting import Reporter
from isgkg.records.sources import Format, Source
from isgkg.store import loading
from isgkg.store.loading import Loaded

Progress = Callable[[int, int], object]


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """How to check. `shapes` are files of one's own shapes instead of the project's; `bare` leaves the guideline's graph out.

    `reference` runs pySHACL instead of this project's engine. `progress` is called with the number of files read and their count.
    """

    lang: Language = "zh"
    shapes: tuple[Path, ...] = ()
    bare: bool = False
    reference: bool = False
    progress: Progress | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The report, and what the shapes found."""

    report: Report
    results: Sequence[shacl.Result]
    shapes: shacl.Shapes

    def turtle(self) -> str:
        """The results as a sh:ValidationReport (SHACL 3.6) in Turtle."""
        triples = shacl.report(self.results, self.shapes)
        return (serialize(triples, format=RdfFormat.TURTLE, prefixes=names.PREFIXES) or b"").decode()


def run(sources: Iterable[Source], base: Base, options: ValidateOptions | None = None) -> Outcome:
    """Read the sources, check what they say, report. A source that cannot be read is a finding.

    Raises SourceError for a file of shapes that cannot be read, ShapesError for shapes that are malformed.
    """
    options = options or ValidateOptions()
    shapes = shacl.Shapes.of(read_shapes(options.shapes)) if options.shapes else base.shapes
    with uncollected():
        inputs = _read(list(sources), base, options)
        data = _load(inputs, base, options)
        repeated = _once(inputs, options.lang)
        results = _results(data, inputs, base, shapes, options)
        places = Places(inputs, base, _owners(inputs, data, results))
        places.read(result.focus_node for result in results)
        reporter = Reporter(base=base, shapes=shapes, places=places, lang=options.lang)
        found = [finding for input_ in inputs for finding in input_.findings]
        found += [*repeated, *reporter.findings(results)]
        report = Report(tool="isgkg validate", release=base.release, findings=tuple(sorted(found, key=lambda finding: finding.order)))
    return Outcome(report=report, results=results, shapes=shapes)


def _read(sources: Sequence[Source], base: Base, options: ValidateOptions) -> list[Input]:
    """The inputs. Where only one source is RDF, the store may load it: no other can hold the same record unseen."""
    unwatched = sum(source.declared in _LOADED for source in sources) == 1 and not options.reference
    inputs = []
    for number, source in enumerate(sources):
        inputs.append(reading.read(source, number, base, options.lang, unwatched=unwatched, anything=bool(options.shapes)))
        if options.progress:
            options.progress(number + 1, len(sources))
    return inputs


_LOADED: Final = frozenset({Format.TURTLE, Format.NTRIPLES})
_RECORDS: Final = "SELECT DISTINCT ?record WHERE {{ ?record a ?type FILTER ( ?type IN ({types}) ) }} ORDER BY ?record"
_OWNERS: Final = "SELECT ?part ?owner WHERE { ?owner ?any ?part FILTER ( isBlank(?part) ) }"


def _load(inputs: Sequence[Input], base: Base, options: ValidateOptions) -> Loaded:
    """A store of the guideline's graph and of the file that it may load by itself, whose records are known then."""
    files = [input_ for input_ in inputs if input_.file]
    written = [triple.object for input_ in inputs for triple in input_.triples if isinstance(triple.object, Literal)]
    data = loading.load([input_.file for input_ in files if input_.file], () if options.bare else base.quads, written)
    types = ", ".join(str(NamedNode(record.type)) for record in base.schema.records if record.type)
    for position, input_ in enumerate(files):
        if position in data.faults:
            again = reading.read(input_.source, input_.number, base, options.lang)
            input_.file, input_.findings = None, again.findings
        else:
            input_.records = [row["record"] for row in data.store.select(_RECORDS.format(types=types))]
            if not (input_.records or options.shapes):
                input_.findings.append(reporting.of_error(reading.no_record(), input_.source.name, options.lang))
    return data


def _once(inputs: Sequence[Input], lang: Language) -> list[Finding]:
    """Each record once: one that stands in a second file is reported there, and left out."""
    repeated: list[Finding] = []
    first: dict[object, str] = {}
    for input_ in sorted(inputs, key=lambda input_: (input_.file is None, input_.number)):
        for record in dict.fromkeys(input_.records):
            name = input_.source.name
            if isinstance(record, NamedNode) and first.setdefault(record, name) != name:
                repeated.append(_repeated(record, name, first[record], lang))
                input_.leave_out(record)
    return repeated


def _repeated(record: NamedNode, file: str, other: str, lang: Language) -> Finding:
    text = messages.text("record.repeated", lang, record=reporting.shown(record), other=other)
    problem, remedy = reporting.sentences(text, lang)
    return Finding(
        rule="record-repeated",
        severity=Severity.VIOLATION,
        message=problem,
        place=Place(file=file, node=record.value),
        value=reporting.shown(record),
        fix=Fix(text=remedy),
    )


def _results(data: Loaded, inputs: Sequence[Input], base: Base, shapes: shacl.Shapes, options: ValidateOptions) -> list[shacl.Result]:
    """What the shapes find in the records; what they find in the guideline's graph is not the records' matter."""
    triples = [triple for input_ in inputs for triple in input_.triples]
    standards = [] if options.bare else _standards(base, {record for input_ in inputs for record in input_.records})
    if options.reference:
        from isgkg.shacl import reference  # noqa: PLC0415  # pySHACL takes half a second to import

        results = reference.validate([*triples, *standards, *(() if options.bare else base.quads)], shapes)
    else:
        data.store.add([*standards, *(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)])
        results = shacl.validate(data.store, shapes, lexical=shacl.Lexical.of([*data.literals, *triples]))
    others = set() if options.bare else {quad.subject for quad in (*base.quads, *standards)}
    return [result for result in results if result.focus_node not in others]


def _standards(base: Base, records: set[object]) -> list[Quad]:
    """The release's records of standards other than these."""
    return [quad for iri, quads in base.standards.items() if NamedNode(iri) not in records for quad in quads]


def _owners(inputs: Iterable[Input], data: Loaded, results: Iterable[shacl.Result]) -> dict[object, object]:
    """What each blank node hangs on."""
    owners: dict[object, object] = {
        triple.object: triple.subject for input_ in inputs for triple in input_.triples if isinstance(triple.object, BlankNode)
    }
    if any(isinstance(result.focus_node, BlankNode) and result.focus_node not in owners for result in results):
        owners |= {row["part"]: row["owner"] for row in data.store.select(_OWNERS)}
    return owners
