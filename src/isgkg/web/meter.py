"""What clients are sent, counted.

Flows in: WSGI requests. Flows out: the application's responses; 429 to a client that has been sent its minute's worth.

What a client does not fetch stays in memory, and what was kept costs no computing: without a limit, one client with many connections could
have a server process hold as much as the machine has.
"""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from isgkg.errors import OverBudget
from isgkg.web.bodies import Refuse
from isgkg.web.budgets import Budgets, account
from isgkg.web.parts import whole


class Meter:
    """WSGI middleware. `refuse` answers with an error."""

    def __init__(self, application: WSGIApplication, budgets: Budgets, refuse: Refuse) -> None:
        self._application = application
        self._budgets = budgets
        self._refuse = refuse

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        client = account(environ.get("REMOTE_ADDR"), local=self._budgets.options.local)
        if client is None:
            return self._application(environ, start_response)
        try:
            self._budgets.allow(client)
        except OverBudget as error:
            return self._refuse(error, environ, start_response)
        body = whole(self._application(environ, start_response))
        self._budgets.sent(client, len(body))
        return [body]
