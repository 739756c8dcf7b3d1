"""What a server process loads.

Flows in: $ISGKG_RELEASE and $ISGKG_STORE. Flows out: the application.
"""

import os
from pathlib import Path

from flask import Flask

from isgkg.release import copies
from isgkg.release.locate import ENVIRONMENT
from isgkg.store import kernel
from isgkg.web.app import WebOptions, create_app


def create() -> Flask:
    """The application for the release that the environment names; the process that loads it goes when the server's main process does."""
    kernel.die_with(os.getppid())
    return create_app(Path(os.environ[ENVIRONMENT]), WebOptions(store=os.environ.get(copies.ENVIRONMENT) or copies.MEMORY))
