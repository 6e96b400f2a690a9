"""``monitor fetch``: polls sources now, through the running daemon or by itself."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from monitor.cli.moments import utc_now
from monitor.cli.options import Given, NeededSelectors, Shape
from monitor.cli.output import Column, emit, note
from monitor.cli.progress import Progress
from monitor.cli.select import select
from pipeline.store.lock import DaemonLock
from pipeline.store.reading import Reader, Row
from pipeline.times import from_iso

LOOK_S = 0.5
COLUMNS = (
    Column(key="source"),
    Column(key="kind"),
    Column(key="result", style=lambda r: "red" if r["result"] == "failed" else ""),
    Column(key="new_links", title="new", kind="number"),
    Column(key="links", kind="number"),
    Column(key="elapsed_ms", title="ms", kind="number"),
    Column(key="message", flexible=True),
    Column(key="url", shown=False),
    Column(key="http_status", kind="number", shown=False),
    Column(key="bytes", kind="number", shown=False),
    Column(key="at", kind="time", shown=False),
)


def verb(
    given: Given,
    shape: Shape,
    selectors: NeededSelectors,
    timeout: Annotated[
        float, typer.Option("--timeout", min=1, help="Seconds to wait for a running daemon.")
    ] = 120.0,
) -> int:
    """Poll sources now, due or not, and fetch what is new; one line a feed.

    A running daemon is asked to do it, paused sources included; else it is done here.  Exits with 4
    when some failed.
    """
    holder = DaemonLock(given.database).holder() if given.database.exists() else None
    rows = _by_daemon(given, selectors, timeout) if holder is not None else _here(given, selectors)
    emit(rows, COLUMNS, shape, empty="no feed to poll")
    waiting = any(row["result"] == "waiting" for row in rows)
    if not rows or waiting:
        return 1 if not rows or all(row["result"] == "waiting" for row in rows) else 4
    return 4 if any(row["result"] == "failed" for row in rows) else 0


def _here(given: Given, selectors: Sequence[str]) -> list[dict[str, Any]]:
    from monitor.cli.running import run_daemon
    from monitor.daemon import Options

    config = given.load()
    slugs = select(selectors, [{"slug": s.id, "tags": s.tags} for s in config.sources])
    started = utc_now()
    options = Options(once=True, only=frozenset(slugs))
    run_daemon(given, config, options, what="polls and pages", trouble_only=True)
    with Reader(given.database) as reader:
        feeds = reader.feeds(slugs)
        paused = {row["slug"] for row in reader.sources() if row["paused_at"]}
        for slug in sorted(paused & set(slugs)):
            note(f"{slug} is paused; `monitor sources resume {slug}` first")
        return [_line(feed, _polled(reader, feed, started)) for feed in feeds
                if feed["source"] not in paused]  # fmt: skip


def _by_daemon(given: Given, selectors: Sequence[str], timeout: float) -> list[dict[str, Any]]:
    from pipeline.store.sqlite import SqliteStore

    with Reader(given.database) as reader:
        slugs = select(selectors, reader.sources())
        feeds = {feed["id"]: feed for feed in reader.feeds(slugs)}
        asked_at = utc_now()
        store = SqliteStore(given.database, pages=given.pages)
        try:
            with store.transaction():
                store.feeds.request(slugs, asked_at)
        finally:
            store.close()
        done: dict[int, Row | None] = {}
        until = time.monotonic() + timeout
        with Progress("polls", given, total=len(feeds)) as shown:
            while len(done) < len(feeds) and time.monotonic() < until:
                for row in reader.requests([i for i in feeds if i not in done]):
                    if row["requested_at"] is None:
                        done[row["id"]] = _polled(reader, feeds[row["id"]], asked_at)
                shown.update(len(done), text=", ".join(_waiting(feeds, done)))
                if len(done) == len(feeds):
                    break
                if DaemonLock(given.database).holder() is None:
                    note("the daemon ended meanwhile; the requests stand for its next start")
                    break
                time.sleep(LOOK_S)
    return [_line(feed, done.get(i)) for i, feed in feeds.items()]


def _waiting(feeds: Mapping[int, Row], done: Mapping[int, object]) -> list[str]:
    return sorted({feed["source"] for i, feed in feeds.items() if i not in done})[:3]


def _polled(reader: Reader, feed: Row, since: datetime) -> Row | None:
    latest = reader.polls(feed["id"], 1)
    return latest[0] if latest and from_iso(latest[0]["at"]) >= since else None


def _line(feed: Row, poll: Row | None) -> dict[str, Any]:
    line: dict[str, Any] = dict(poll) if poll else {"result": "waiting"}
    return {**line, "source": feed["source"], "kind": feed["kind"], "url": feed["url"]}
