"""Who reviews at the command line, and how their changes are written."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, TypeVar

import typer

from monitor.cli.options import Given
from pipeline.store.review_records import clean_name
from pipeline.store.sqlite import SqliteStore

T = TypeVar("T")

ReviewerOption = Annotated[
    str | None,
    typer.Option("--reviewer", metavar="NAME", help="Who decides (also MONITOR_REVIEWER).",
                 show_default="your user name"),
]  # fmt: skip


def reviewer_name(given: str | None) -> str:
    """Return the reviewer's name: given, MONITOR_REVIEWER, or the user's.  Raises BadParameter."""
    name = given or os.environ.get("MONITOR_REVIEWER") or _user()
    try:
        return clean_name(name)
    except ValueError as error:
        raise typer.BadParameter(f"--reviewer: {error}") from error


def _user() -> str:
    with suppress(Exception):
        return getpass.getuser()
    return os.environ.get("USER") or "reviewer"


def changed(given: Given, change: Callable[[SqliteStore], T]) -> T:
    """Run a change of the store and commit it; the daemon may be writing to the same file.

    Raises StoreError and what the change raises.
    """
    store = SqliteStore(given.database, pages=given.pages)
    try:
        with store.transaction():
            return change(store)
    finally:
        store.close()
