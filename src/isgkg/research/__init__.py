"""For researchers: a connection to the graph from Python, tables with types, answers that can be cited and checked again.

Flows in: SPARQL, or questions of the library. Flows out: tables, rdflib graphs, fingerprints, permalinks, citations.
"""

from isgkg.research.citations import Style, Work, cite
from isgkg.research.connection import Connection
from isgkg.research.fingerprint import fingerprint
from isgkg.research.table import Table

__all__ = ["Connection", "Style", "Table", "Work", "cite", "fingerprint"]
