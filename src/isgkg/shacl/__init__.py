"""SHACL over SPARQL: shapes become queries whose solutions are the violations (SHACL Core and SHACL-SPARQL).

Flows in: a shapes graph as a parser gives it, a store, and the literals that the store rewrites. Flows out: validation results.
"""

from isgkg.shacl.beyond import Beyond, beyond
from isgkg.shacl.engine import Queryable, validate
from isgkg.shacl.lexical import Lexical
from isgkg.shacl.report import report
from isgkg.shacl.results import Result
from isgkg.shacl.shapes import Shapes

__all__ = ["Beyond", "Lexical", "Queryable", "Result", "Shapes", "beyond", "report", "validate"]
