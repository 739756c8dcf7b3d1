"""The graph against its own shapes (shapes/graph.ttl, shapes/terms.ttl).

Flows in: the graphs of a build, and the tables that know the line of every code. Flows out: a Report whose findings name file and line.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad, Triple

from isgkg import names, shacl
from isgkg.findings import Finding, Place, Report, Severity
from isgkg.messages import Language
from isgkg.release import turtle
from isgkg.release.sources import Sources
from isgkg.release.tables import Row
from isgkg.store import EmbeddedStore

_RULE = NamedNode(names.DCT + "identifier")
_IRI = re.compile(rf"{re.escape(names.BASE)}[\w/#.-]*\w", re.ASCII)
_SEVERITIES = {names.SH + "Violation": Severity.VIOLATION, names.SH + "Warning": Severity.WARNING, names.SH + "Info": Severity.INFO}


SHAPES = ("graph", "terms")
"""Files of shapes/ that the graph must meet. The others speak about records, which may fall short of what is asked of them."""


def check(graphs: Mapping[str, Sequence[Triple]], own: Sequence[Triple], tables: Sources, lang: Language) -> Report:
    """All findings of the shapes `own` on the union of the graphs but shapes, messages in `lang`.

    Raises SourceError where the ontology says no version, which is that of the report.
    """
    quads = [
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(names.graph(name)))
        for name, content in graphs.items()
        for triple in content
    ]
    shapes = shacl.Shapes.of(own)
    results = shacl.validate(EmbeddedStore.of(quads), shapes, shapes_graph=names.graph("shapes"), lexical=shacl.Lexical.of(quads))
    rules = _rules(own)
    lines = _lines(tables)
    findings = (_finding(result, rules, lines, lang) for result in results)
    version = turtle.version(graphs["ontology"])
    return Report(tool="isgkg lint", release=version, findings=tuple(sorted(findings, key=lambda finding: finding.order)))


def _rules(shapes: Iterable[Triple]) -> dict[object, str]:
    """The rule id of each shape and constraint that has one."""
    return {triple.subject: triple.object.value for triple in shapes if triple.predicate == _RULE and isinstance(triple.object, Literal)}


def _finding(result: shacl.Result, rules: Mapping[object, str], lines: Mapping[str, Row], lang: Language) -> Finding:
    node = result.focus_node
    iri = node.value if isinstance(node, NamedNode) else str(node)
    row = lines.get(_code_of(iri))
    value = result.value
    return Finding(
        rule=rules.get(result.constraint) or rules.get(result.shape) or names.compact(result.component),
        severity=_SEVERITIES.get(result.severity, Severity.VIOLATION),
        message=f"{names.compact(iri)}: {_message(result.messages, lang)}",
        place=Place(file=row.file if row else None, line=row.line if row else None, node=iri, path=result.path_text),
        value=None if value is None else getattr(value, "value", str(value)),
    )


def _message(messages: Sequence[Literal], lang: Language) -> str:
    """The message in `lang`, else the first one; IRIs of this dataset in it are shown with their prefix where they have one."""
    chosen = [message.value for message in messages if (message.language or "").startswith(lang)]
    text = next(iter([*chosen, *(message.value for message in messages)]), "")
    return _IRI.sub(lambda match: names.compact(match[0]).strip("<>"), text)


def _lines(tables: Sources) -> dict[str, Row]:
    """The line that a code or a link comes from."""
    rows = {item.code: item.row for item in tables.items}
    return rows | {link.id: link.row for link in tables.links}


def _code_of(iri: str) -> str:
    """The code that an IRI of this project is about: of a concept, a definition, a label, a link."""
    local = iri.removeprefix(names.BASE).split("/")[-1]
    return local.split("-")[0]
