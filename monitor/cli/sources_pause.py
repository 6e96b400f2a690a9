"""``monitor sources pause|resume``: stop polling sources without touching the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.moments import local, utc_now
from monitor.cli.options import Given, NeededSelectors
from monitor.cli.output import note, put
from monitor.cli.reviewing import changed
from monitor.cli.select import select
from pipeline.store.feeds import BY_CONFIG
from pipeline.store.reading import Reader
from pipeline.times import parse_duration


def pause(
    given: Given,
    selectors: NeededSelectors,
    length: Annotated[
        str | None,
        typer.Option("--for", metavar="6h", help="Resume by itself after that.",
                     show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Shown by `monitor status`.")] = "",
) -> int:  # fmt: skip
    """Stop polling sources; a running daemon follows within seconds.

    `monitor fetch` still polls them, through a running daemon, when asked.
    """
    now = utc_now()
    try:
        until = now + parse_duration(length) if length else None
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"--for: {error}") from error
    slugs = _selected(given, selectors)
    changed(given, lambda store: store.feeds.pause(slugs, now, until, reason))
    ending = _until(until, given)
    for slug in slugs:
        put(f"{slug}: paused{ending}")
    return 0


def resume(given: Given, selectors: NeededSelectors) -> int:
    """Poll paused sources again; a running daemon follows within seconds."""
    slugs = _selected(given, selectors)
    with Reader(given.database) as reader:
        rows = {row["slug"]: row for row in reader.sources()}
    changed(given, lambda store: store.feeds.resume(slugs))
    for slug in slugs:
        row = rows[slug]
        put(f"{slug}: {'resumed' if row['paused_at'] else 'was not paused'}")
        if row["paused_reason"] == BY_CONFIG:
            note(f"{slug} is paused in the configuration too, which counts when it is read again")
    return 0


def _selected(given: Given, selectors: Sequence[str]) -> tuple[str, ...]:
    with Reader(given.database) as reader:
        return select(selectors, reader.sources())


def _until(until: datetime | None, given: Given) -> str:
    return f" until {local(until, given.zone)}" if until else ""
