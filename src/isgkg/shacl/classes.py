"""SHACL types, subclasses and instances in the data (SHACL 1.1, "SHACL instance").

Flows in: the subclass statements of the data. Flows out: the pattern of the instances of classes, and the condition of being one.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from pyoxigraph import BlankNode, NamedNode

from isgkg import names
from isgkg.shacl.vocabulary import SUBCLASS_OF, TYPE, Node

SUBCLASSES_QUERY: Final = f"SELECT DISTINCT ?class ?superclass WHERE {{ ?class <{names.RDFS}subClassOf> ?superclass }}"


class Classes:
    """The class hierarchy of the data."""

    def __init__(self, subclass_pairs: Iterable[tuple[Node, Node]]) -> None:
        self._below: dict[Node, list[Node]] = defaultdict(list)
        for class_, superclass in subclass_pairs:
            self._below[superclass].append(class_)

    def instances(self, classes: Iterable[NamedNode]) -> str:
        """The pattern that binds ?this to the instances of any of the classes."""
        patterns = []
        named: set[NamedNode] = set()
        for class_ in classes:
            found, all_named = self._closure(class_)
            if all_named:
                named |= found
            else:
                patterns.append(f"{{ ?this {TYPE} ?class . ?class {SUBCLASS_OF}* {class_} }}")
        if len(named) == 1 and not patterns:
            return f"?this {TYPE} {named.pop()}"
        if named:
            patterns.append(f"{{ VALUES ?class {{ {_sorted(named, ' ')} }} ?this {TYPE} ?class }}")
        return " UNION ".join(patterns)

    def membership(self, class_: NamedNode, variable: str = "value") -> str:
        """The pattern that ?`variable` is an instance of the class."""
        named, all_named = self._closure(class_)
        if named == {class_} and all_named:
            return f"?{variable} {TYPE} {class_}"
        condition = f"?class IN ({_sorted(named, ', ')})"
        if not all_named:
            condition += f" || EXISTS {{ ?class {SUBCLASS_OF}* {class_} }}"
        return f"?{variable} {TYPE} ?class FILTER({condition})"

    def _closure(self, class_: NamedNode) -> tuple[set[NamedNode], bool]:
        """The class and its subclasses that have a name, and whether all have."""
        seen: set[Node] = {class_}
        pending: list[Node] = [class_]
        while pending:
            for below in self._below.get(pending.pop(), ()):
                if below not in seen:
                    seen.add(below)
                    pending.append(below)
        return {node for node in seen if isinstance(node, NamedNode)}, not any(isinstance(node, BlankNode) for node in seen)


def _sorted(classes: set[NamedNode], separator: str) -> str:
    return separator.join(sorted(map(str, classes)))
