"""Names for blank nodes that do not depend on the order of the triples.

Flows in: the triples of records. Flows out: the same graph with its blank nodes named b1, b2, …. RDFC-1.0 would name those of every graph
canonically, but takes factorial time where records without a name have parts that are alike (its section 7.1), as empty forms have. The
names given here are canonical where blank nodes form trees, as they do in records, and correct everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Triple

Edge = tuple[bool, str, BlankNode]
"""Whether it leads away from the node, its predicate, and the blank node at the other end."""


def renamed(triples: Iterable[Triple]) -> list[Triple]:
    """The distinct triples, with blank nodes named by what is said of them; sorted."""
    found = list(dict.fromkeys(triples))
    label = _labels(found)
    named = (
        Triple(label.get(t.subject, t.subject), t.predicate, label.get(t.object, t.object))
        if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)
        else t
        for t in found
    )
    return sorted(named, key=str)


def _labels(triples: list[Triple]) -> dict[object, BlankNode]:
    edges: dict[BlankNode, list[Edge]] = {}
    constant: dict[BlankNode, list[tuple[bool, str, str]]] = defaultdict(list)
    for subject, predicate, value in triples:
        if isinstance(subject, BlankNode):
            edges.setdefault(subject, [])
            if isinstance(value, BlankNode):
                edges[subject].append((True, predicate.value, value))
            else:
                constant[subject].append((True, predicate.value, str(value)))
        if isinstance(value, BlankNode):
            edges.setdefault(value, [])
            if isinstance(subject, BlankNode):
                edges[value].append((False, predicate.value, subject))
            else:
                constant[value].append((False, predicate.value, str(subject)))
    return _numbered(edges, _colours(edges, {node: tuple(sorted(constant[node])) for node in edges}))


def _colours(edges: Mapping[BlankNode, list[Edge]], constant: Mapping[BlankNode, tuple[object, ...]]) -> dict[BlankNode, int]:
    """A number for each node, equal for nodes that their surroundings do not tell apart (colour refinement)."""
    colours = _ranks(constant)
    count = len(set(colours.values()))
    while True:
        around = {
            node: (colours[node], tuple(sorted((away, predicate, colours[other]) for away, predicate, other in edges[node])))
            for node in edges
        }
        colours = _ranks(around)
        finer = len(set(colours.values()))
        if finer == count:
            return colours
        count = finer


def _ranks(keys: Mapping[BlankNode, tuple[object, ...]]) -> dict[BlankNode, int]:
    rank = {key: position for position, key in enumerate(sorted(set(keys.values())))}
    return {node: rank[key] for node, key in keys.items()}


def _numbered(edges: Mapping[BlankNode, list[Edge]], colours: Mapping[BlankNode, int]) -> dict[object, BlankNode]:
    """Numbers in order of colours, each node followed by those that hang on it, so that parts that are alike stay with their wholes."""
    labels: dict[object, BlankNode] = {}
    roots = sorted(edges, key=lambda node: (any(not away for away, _, _ in edges[node]), colours[node]))
    for root in roots:
        open_ = [root]
        while open_:
            node = open_.pop()
            if node not in labels:
                labels[node] = BlankNode(f"b{len(labels) + 1}")
                below = sorted(
                    ((predicate, colours[other], other) for away, predicate, other in edges[node] if away), key=lambda edge: edge[:2]
                )
                open_ += [other for _, _, other in reversed(below)]
    return labels
