"""Building a release: files in, a checked and frozen graph out.

Flows in: the folder that holds ontology/, shapes/ and data/. Flows out: a `Release`; or the error that says which file and line is wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from isgkg import names
from isgkg.errors import ReasoningError, ReleaseError
from isgkg.findings import Report, Severity, as_text
from isgkg.messages import Language
from isgkg.release import check, conformance, meta, reason, sources, trace, triples, turtle
from isgkg.release.output import Release, source_hash

Graphs = dict[str, list[Triple]]


@dataclass(frozen=True, kw_only=True)
class BuildOptions:
    """How thoroughly to check. `dl` runs HermiT (extra `reason`); `lang` is the language of a rejection."""

    dl: bool = False
    lang: Language = "zh"


def build(root: Path, options: BuildOptions | None = None) -> Release:
    """Read, check, reason, check again, freeze. Raises SourceError, ReasoningError, or ReleaseError with the findings."""
    options = options or BuildOptions()
    tables = sources.read(root)
    graphs = assemble(root, tables)
    graphs["inferred"] = _reasoned(graphs, tables, dl=options.dl)
    graphs["meta"] = sorted(set(meta.describe(graphs, version := turtle.version(graphs["ontology"]))), key=str)
    _reject(_conformance(root, graphs, tables, options.lang), options.lang)
    return Release.of(_canonical(graphs), version=version, source_hash=source_hash(root))


def lint(root: Path, lang: Language) -> Report:
    """All findings of the shapes on the graph, without rejecting it. Raises as `build` does for files that make no graph."""
    tables = sources.read(root)
    graphs = assemble(root, tables)
    graphs["inferred"] = _reasoned(graphs, tables, dl=False)
    return _conformance(root, graphs, tables, lang)


def _conformance(root: Path, graphs: Graphs, tables: sources.Sources, lang: Language) -> Report:
    return conformance.check(graphs, turtle.shapes(root, *conformance.SHAPES), tables, lang)


def _reasoned(graphs: Graphs, tables: sources.Sources, *, dl: bool) -> list[Triple]:
    """What the graphs entail. Raises ReasoningError naming the lines of the tables that contradict each other."""
    try:
        if dl:
            reason.check(_union(graphs))
        return reason.closure(_union(graphs))
    except ReasoningError as error:
        raise trace.placed(error, tables) from error


def assemble(root: Path, tables: sources.Sources) -> Graphs:
    """The graphs that come from files, by local name. Raises SourceError(s)."""
    graphs: Graphs = {"ontology": turtle.read(root, "ontology", required=True)}
    check.check(tables, turtle.declared(graphs["ontology"]))
    graphs["shapes"] = turtle.read(root, "shapes", required=True)
    for folder in ("standards", "experiments"):
        graphs[folder] = turtle.read(root, f"data/{folder}", required=False)
    for quad in set(triples.quads(tables)):
        graphs.setdefault(_local(quad), []).append(quad.triple)
    return graphs


def _local(quad: Quad) -> str:
    """Local name of the quad's graph."""
    graph = quad.graph_name
    return graph.value.removeprefix(names.GRAPH) if isinstance(graph, NamedNode) else ""


def _union(graphs: Graphs) -> set[Triple]:
    return {triple for name, content in graphs.items() if name != "shapes" for triple in content}


def _reject(report: Report, lang: Language) -> None:
    """A graph that breaks a rule of severity violation is not released."""
    if report.reaches(Severity.VIOLATION):
        grave = [finding for finding in report.findings if finding.severity is Severity.VIOLATION]
        shown = Report(tool=report.tool, release=report.release, findings=tuple(grave))
        raise ReleaseError("release.rejected", report=as_text(shown, lang))


def _canonical(graphs: Graphs) -> Iterable[Quad]:
    """The quads with blank nodes named by RDFC-1.0, so that identical sources give identical bytes."""
    dataset = Dataset(
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(names.graph(name)))
        for name, content in graphs.items()
        for triple in content
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
