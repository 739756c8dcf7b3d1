"""Public queries, run for a client: within its budget, in the pool.

Flows in: a query of the current request. Flows out: its serialized answer.
"""

from flask import request

from isgkg.store import Answer, QueryForm, QueryRequest
from isgkg.web.state import state


def run(query: QueryRequest, form: QueryForm | None = None) -> Answer:
    """The answer; raises what `QueryPool.run` raises, and OverBudget where the client has used up its minute."""
    with state().budgets.charged(request.remote_addr) as charge:
        answer = state().pool.run(query, form)
        charge(answer.seconds)
    return answer
