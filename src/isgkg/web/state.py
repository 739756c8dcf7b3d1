"""What the views share: the release, its store, what runs public queries, the question library.

Flows in: what create_app made. Flows out: `state()`, for the application that handles the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import current_app

from isgkg.questions import Question
from isgkg.release.output import Manifest
from isgkg.store import Dataset
from isgkg.store.base import QueryRunner, Store
from isgkg.web.budgets import Budgets


@dataclass(frozen=True, kw_only=True)
class State:
    """Read only but for `budgets`: every request sees the same release."""

    manifest: Manifest
    nquads: Path
    dataset: Dataset
    store: Store
    pool: QueryRunner
    library: Mapping[str, Question]
    budgets: Budgets = field(default_factory=Budgets)


def state() -> State:
    """The state of the current application."""
    return cast(State, current_app.extensions["isgkg"])
