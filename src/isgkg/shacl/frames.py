"""Frames: sets of nodes as SPARQL patterns.

A frame is a group graph pattern whose solutions bind ?this to each node of a set once. Nothing else of it is in scope outside, so that
frames can be put into any query. Patterns go down (a nested shape gets the frame of the value nodes), and nodes come up. Blank nodes
need no names in this way.

Flows in: a frame and a path. Flows out: the pattern of the value nodes, and the frame that they make.
"""

from isgkg.shacl.paths import Path

_IDENTITY = " BIND(?this AS ?value)"


def value_nodes(frame: str, path: Path | None) -> str:
    """The pattern that binds ?value to the value nodes of each ?this (SHACL 2.1.3, "value nodes"); without a path, ?this itself."""
    if path is None:
        return f"{{ {frame} }}{_IDENTITY}"
    step = f"{{ {frame} }} ?this {path.text} ?value"
    # SPARQL finds a path of length zero only at nodes of the graph; SHACL starts from the focus node, wherever that came from.
    return f"{{ {step} }} UNION {{ {{ {frame} }}{_IDENTITY} }}" if path.nullable else step


def of_value_nodes(frame: str, path: Path | None) -> str:
    """The frame of the value nodes."""
    if path is None:
        return frame
    return f"SELECT (?value AS ?this) WHERE {{ SELECT DISTINCT ?value WHERE {{ {value_nodes(frame, path)} }} }}"


def of_pairs(values: str) -> str:
    """The pattern of focus nodes with their value nodes, each pair once."""
    return f"SELECT DISTINCT ?this ?value WHERE {{ {values} }}"
