"""Who reviews at the command line, and how their changes are written."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, TypeVar

import typer

from monitor.choosing import SelectionError
from monitor.cli.moments import utc_now
from monitor.cli.options import Given
from monitor.review import writing
from pipeline.store.inbox import story_ids
from pipeline.store.reading import Reader
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_records import clean_name
from pipeline.store.sqlite import SqliteStore

T = TypeVar("T")

ReviewerOption = Annotated[
    str | None,
    typer.Option("--reviewer", metavar="NAME", help="Who decides (also MONITOR_REVIEWER).",
                 show_default="your user name"),
]  # fmt: skip


WhereOption = Annotated[
    str | None,
    typer.Option("--where", metavar="FILTER", show_default=False,
                 help="Of stories that the inbox would show: 'state=all&tag=names'."),
]  # fmt: skip
MOST = 1_000_000  # stories that one call is about


def stories_where(given: Given, reader: Reader, reviewer: str | None, where: str) -> list[int]:
    """Return the ids of the stories that the inbox would show with a filter, newest first.

    Raises BadParameter.
    """
    from monitor.review.filters import FilterError, Filters

    name = reviewer_name(reviewer)
    known = known_reviewer(reader, name)
    try:
        query = Filters.from_string(where).query(
            sources=reader.sources(removed=True),
            now=utc_now(),
            zone=given.zone,
            reviewer=name,
            looked_at=known["looked_at"] if known else None,
        )
    except (FilterError, SelectionError) as error:
        raise typer.BadParameter(f"--where: {error}") from error
    return story_ids(reader, query, MOST)


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
    """Run a change of the store that was given and commit it.  Raises as `writing.changed`."""
    return writing.changed(given.database, given.pages, change)
