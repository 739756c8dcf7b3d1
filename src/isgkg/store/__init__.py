"""The SPARQL seam: everything above speaks SPARQL to a `Store`.

Flows in: a built release. Flows out: solutions, triples, truth values (trusted queries, in this process), or bytes (public queries,
in a pool).
"""

from isgkg.store.base import Answer, Dataset, QueryRequest, Store
from isgkg.store.embedded import EmbeddedStore
from isgkg.store.pool import PoolOptions, QueryPool
from isgkg.store.tokens import Limits, QueryForm, bind_values, inspect

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
