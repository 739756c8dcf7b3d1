"""The terms of SHACL and RDF that the engine reads and writes.

Flows in: local names. Flows out: pyoxigraph's terms.
"""

from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from isgkg import names

Node: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""An RDF term. Triples are terms of RDF 1.2; SHACL gives them no meaning, and the engine passes them through."""


def sh(local: str) -> NamedNode:
    """The term of the SHACL vocabulary with this local name."""
    return NamedNode(names.SH + local)


TYPE: Final = NamedNode(names.RDF + "type")
FIRST: Final = NamedNode(names.RDF + "first")
REST: Final = NamedNode(names.RDF + "rest")
NIL: Final = NamedNode(names.RDF + "nil")
CLASS: Final = NamedNode(names.RDFS + "Class")
SUBCLASS_OF: Final = NamedNode(names.RDFS + "subClassOf")
IMPORTS: Final = NamedNode(names.OWL + "imports")
STRING: Final = NamedNode(names.XSD + "string")
LANG_STRING: Final = NamedNode(names.RDF + "langString")
INTEGER: Final = NamedNode(names.XSD + "integer")
BOOLEAN: Final = NamedNode(names.XSD + "boolean")
TRUE: Final = Literal("true", datatype=BOOLEAN)
"""The only literal that activates a boolean parameter: "1"^^xsd:boolean is another term."""


def is_string(node: Node) -> bool:
    """Whether a node is a literal of datatype xsd:string."""
    return isinstance(node, Literal) and node.datatype == STRING
