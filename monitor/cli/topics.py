"""``monitor topics list|backfill``: saved queries, and what they match."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from monitor.alerts.hearing import topic_specs
from monitor.cli.moments import utc_now
from monitor.cli.options import Given, Shape
from monitor.cli.output import Column, Row, emit, note
from monitor.cli.progress import Progress
from monitor.cli.reviewing import changed
from monitor.config.suggest import did_you_mean
from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore
from pipeline.store.topic_reading import left_to_ask, topics_at_length

DAYS = 30


def _matches(row: Row) -> str:
    asked = "" if row["share"] == 1 else f" (asked of {row['share']:.0%})"
    return f"{row['stories']}{asked}"


COLUMNS = (
    Column(key="id"),
    Column(key="name", shown=False),
    Column(key="stories", kind="number", text=_matches),
    Column(key="articles", kind="number", shown=False),
    Column(key="recent", title="30 days", kind="number"),
    Column(key="last_at", title="last", kind="time"),
    Column(key="notify", kind="list"),
    Column(key="query", flexible=True),
    Column(key="changed_at", kind="time", shown=False),
    Column(key="share", shown=False),
)


def list_topics(given: Given, shape: Shape) -> int:
    """List the topics of the configuration with the stories that matched, of all time and lately.

    A topic that is new or was changed is asked of all stored articles by the daemon; until it has
    come to the end, the share that was asked is told.
    """
    channels = {t.id: list(t.notify) for t in given.load().topics} if given.config_path else {}
    with Reader(given.database) as reader:
        rows = topics_at_length(reader, utc_now() - timedelta(days=DAYS))
    known = {row["id"] for row in rows}
    late = sorted(set(channels) - known)
    told = ({**row, "notify": channels.get(row["id"], [])} for row in rows)
    emit(told, COLUMNS, shape, empty="no topics; they stand under `topics` in config.yaml")
    if late:
        note(f"in the configuration only: {', '.join(late)}; `monitor topics backfill` asks them")
    return 0


def backfill(
    given: Given,
    topics: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC]...", help="Their ids; all by default.", show_default=False),
    ] = None,
) -> int:
    """Ask topics of all stored articles again, now, in small steps beside a running daemon.

    Nobody needs this after a change: the daemon does the same by itself.  No alert is sent for what
    is found in the past.
    """
    config = given.load()
    configured = config.topics
    names = [topic.id for topic in configured]
    for wanted in topics or ():
        if wanted not in names:
            hint = did_you_mean(wanted, names) or f"known: {', '.join(names) or 'none'}"
            raise NotFoundError(f"there is no topic '{wanted}' ({hint})")
    chosen = topics or names
    specs = topic_specs(config)

    def begin(store: SqliteStore) -> None:
        store.topics.sync(specs, utc_now())
        store.topics.again(chosen)

    def step(store: SqliteStore) -> bool:
        return store.topics.match_some(utc_now())

    changed(given, begin)
    with Reader(given.database) as reader:
        total = left_to_ask(reader, chosen)
        with Progress("asking topics of articles", given, total=total) as progress:
            while (left := left_to_ask(reader, chosen)) and changed(given, step):
                progress.update(total - left)
        found = [row for row in topics_at_length(reader, utc_now()) if row["id"] in chosen]
    for row in found:
        note(f"{row['id']}: {row['stories']} stories, {row['articles']} articles")
    return 0
