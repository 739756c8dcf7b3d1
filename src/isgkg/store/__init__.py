"""The SPARQL seam: everything above speaks SPARQL to a `Store`.

Flows in: a built release. Flows out: solutions, triples, truth values (trusted queries, in this process), or bytes (public queries,
in a pool).
"""

from isgkg.store.base import Answer, Dataset, QueryRequest, Store
from isgkg.store.clauses import bind_values
from isgkg.store.embedded import EmbeddedStore
from isgkg.store.inspection import Limits, QueryForm, inspect
from isgkg.store.pool import PoolOptions, QueryPool

__all__ = [
    "Answer",
    "Dataset",
    "EmbeddedStore",
    "Limits",
    "PoolOptions",
    "QueryForm",
    "QueryPool",
    "QueryRequest",
    "Store",
    "bind_values",
    "inspect",
]
