"""What a server process loads.

Flows in: $ISGKG_RELEASE, $ISGKG_STORE and $ISGKG_SERVE. Flows out: the application.
"""

import gc
import json
import os
import sys
from pathlib import Path

from flask import Flask

from isgkg import messages
from isgkg.errors import IsgkgError
from isgkg.release import copies
from isgkg.release.locate import ENVIRONMENT
from isgkg.store import kernel
from isgkg.web.app import WebOptions, create_app
from isgkg.web.budgets import BudgetOptions
from isgkg.web.server import SETTINGS


def create() -> Flask:
    """The application for the release that the environment names; the process that loads it goes when the server's main process does.

    Where it cannot be loaded, the process ends with one sentence.
    """
    kernel.die_with(os.getppid())
    try:
        app = create_app(Path(os.environ[ENVIRONMENT]), options())
    except IsgkgError as error:
        sys.exit(error.text(messages.language(os.environ.get("ISGKG_LANG"))))
    gc.collect()
    gc.freeze()  # what is loaded stays: looking through it again and again would delay requests
    return app


def options() -> WebOptions:
    """What `isgkg serve` was given; the defaults for a server of another make, which starts this application itself."""
    store = os.environ.get(copies.ENVIRONMENT) or copies.MEMORY
    given = json.loads(os.environ.get(SETTINGS, "null"))
    if given is None:
        return WebOptions(store=store)
    # Behind a proxy that tells whom it serves, a client of this machine is one like any other.
    budget = BudgetOptions(seconds=given["seconds"], errors=given["errors"], bytes=given["bytes"], local=given["proxies"] > 0)
    return WebOptions(store=store, proxies=given["proxies"], budget=budget, kept_bytes=given["kept"])
