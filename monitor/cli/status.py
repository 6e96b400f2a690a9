"""``monitor status``: the daemon and the sources at a glance, problems first."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from monitor import drift_told
from monitor.cli.moments import ago, local, utc_now
from monitor.cli.options import Given, Selectors, Shape, on_terminal
from monitor.cli.output import Column, Row, emit, put, put_json
from monitor.cli.select import chosen
from monitor.health import Severity
from monitor.review.lengths import short
from monitor.status import DaemonStatus, SourceStatus, Status, gather, to_json
from pipeline.errors import StoreCorruptError, StoreError
from pipeline.store.reading import Reader
from pipeline.text.clean import clean_line

REFRESH_S = 2.0
MOST_PROBLEMS = 25  # reasons that are written out above the table

_STYLE = {Severity.OK: "", Severity.DEGRADED: "yellow", Severity.CRITICAL: "bold red"}
_DAEMON_STYLE = {"running": "green", "starting": "green", "hung": "bold red", "died": "bold red"}
_QUIET_STATES = {"paused": "dim", "new": "dim", "quiet": ""}


def verb(
    given: Given,
    shape: Shape,
    selectors: Selectors = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep showing it.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="One line for cron; exit 0 fine, 10 degraded, 11 critical, 12 no daemon.",
        ),
    ] = False,
    problems: Annotated[
        bool, typer.Option("--problems", help="Only sources with a problem.")
    ] = False,
) -> int:
    """Show the daemon and each source: state, polls, last article, what came in 24 hours.

    Problems come first, with their reason in words. --json is documented in docs/status-json.md.
    """
    if check:
        return _check(given, selectors)
    if watch:
        return _watch(given, shape, selectors, problems=problems)
    status = _gathered(given, selectors)
    if problems:
        status = _only_problems(status)
    if shape.form == "json" and not shape.columns:
        put_json(to_json(status))
        return 0
    if shape.machine:
        emit(_limited(_rows(status), shape), COLUMNS, shape)
        return 0
    if on_terminal() or shape.form == "table":
        from monitor.cli.tables import console

        screen = console(shape)
        screen.print(_picture(status, shape, screen.width))
    else:
        for line in _head(status, shape):
            put(line)
        for severity, text in _reasons(status):
            put(f"{severity:<8}  {text}")
        put("")
        emit(_limited(_rows(status), shape), COLUMNS, shape, empty="no source to show")
    return 0


def _gathered(given: Given, selectors: Sequence[str] | None) -> Status:
    with Reader(given.database) as reader:
        slugs = chosen(selectors, reader.sources()) if selectors else None
        return gather(reader, utc_now(), slugs)


def _only_problems(status: Status) -> Status:
    return replace(status, sources=tuple(s for s in status.sources if s.health.severity))


# -- the rows ---------------------------------------------------------------------------------


def _style(row: Row) -> str:
    return _STYLE[row["_"].health.severity] or _QUIET_STATES.get(row["state"], "green")


COLUMNS = (
    Column(key="id", title="source", flexible=True),
    Column(key="name", shown=False),
    Column(key="state", style=_style),
    Column(key="severity", shown=False),
    Column(key="reason", shown=False),
    Column(key="last_poll_at", title="polled", kind="time", text=lambda r: r["polled"]),
    Column(key="next_poll_at", title="next", kind="time", text=lambda r: r["next"]),
    Column(key="last_article_at", title="news", kind="time", text=lambda r: r["news"]),
    Column(key="usual_gap_s", title="gap", kind="span"),
    Column(key="new_24h", title="24h", kind="number"),
    Column(key="copies_24h", title="copies", kind="number"),
    Column(key="failed_24h", title="failed", kind="number",
           style=lambda r: "yellow" if r["failed_24h"] else "dim"),
    Column(key="delay_p50_s", title="delay", kind="span"),
    Column(key="feeds", kind="number", shown=False),
    Column(key="since", kind="time", shown=False),
    Column(key="drift", kind="json", shown=False),
)  # fmt: skip


def _rows(status: Status) -> list[Row]:
    rows: list[Row] = []
    for source, values in zip(status.sources, to_json(status)["sources"], strict=True):
        rows.append(
            {
                **values,
                "_": source,
                "polled": ago(source.last_poll_at, status.at),
                "next": _next(source, status),
                "news": ago(source.last_article_at, status.at),
            }
        )
    return rows


def _next(source: SourceStatus, status: Status) -> str:
    if source.next_poll_at is None:
        return ""
    seconds = (source.next_poll_at - status.at).total_seconds()
    return short(seconds) if seconds >= 1 else "now"


def _limited(rows: list[Row], shape: Shape) -> list[Row]:
    most = shape.most(0)
    return rows if most is None else rows[:most]


# -- the lines above --------------------------------------------------------------------------


def _head(status: Status, shape: Shape) -> list[str]:
    return [_daemon_line(status.daemon, status, shape), *_totals(status)]


def _daemon_line(daemon: DaemonStatus, status: Status, shape: Shape) -> str:
    since = f"since {local(daemon.since, shape.zone)}" if daemon.since else ""
    if daemon.state == "never":
        return "daemon:  not running; `monitor run` starts it"
    if daemon.state == "stopped":
        return f"daemon:  not running {since} (stopped)"
    if daemon.state == "died":
        seen = ago(daemon.heartbeat_at, status.at)
        return f"daemon:  not running; it ended without a word, last seen {seen} ago"
    parts = [f"pid {daemon.pid}" if daemon.pid else "", since]
    if daemon.state == "starting":
        return ", ".join(filter(None, ["daemon:  starting", *parts]))
    if daemon.state == "hung":
        parts.append(f"no sign of life for {ago(daemon.heartbeat_at, status.at)}")
    parts += [
        f"{daemon.memory_mb:.0f} MB" if daemon.memory_mb else "",
        f"{_n(daemon.queued or 0)} queued, {daemon.in_flight or 0} in flight",
        f"loop lag {daemon.loop_lag_ms:.0f} ms" if daemon.loop_lag_ms is not None else "",
    ]
    return f"daemon:  {', '.join(filter(None, [daemon.state, *parts]))}"


def _totals(status: Status) -> list[str]:
    bad = [
        f"{_n(count)} {word}"
        for count, word in (
            (status.count(Severity.CRITICAL), "critical"),
            (status.count(Severity.DEGRADED), "degraded"),
            (sum(s.health.state == "paused" for s in status.sources), "paused"),
        )
        if count
    ]
    new, copies, failed = (
        sum(getattr(s, name) for s in status.sources) for name in ("new", "copies", "failed")
    )
    return [
        f"sources: {', '.join([_n(len(status.sources)), *bad])}",
        f"in 24 h: {_n(new)} new, {_n(copies)} copies, {_n(failed)} failed",
        f"stored:  {_n(status.articles)} articles, {_n(status.revisions)} edits",
        f"pending: {_n(status.pending)} links",
    ]


def _n(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _reasons(status: Status) -> list[tuple[str, str]]:
    bad = [s for s in status.sources if s.health.severity]
    lines: list[tuple[str, str]] = []
    for s in bad[:MOST_PROBLEMS]:
        lines.append((s.health.severity.name.lower(), f"{s.slug}: {clean_line(s.health.reason)}"))
        lines += (("", f"  {line}") for line in _breaks(s))
    if len(bad) > MOST_PROBLEMS:
        lines.append(("", f"and {len(bad) - MOST_PROBLEMS} more"))
    return lines


def _breaks(source: SourceStatus) -> list[str]:
    """Breaks in the quality of pages, each with its examples; one may be the reason above."""
    lines: list[str] = []
    for found in source.drift:
        told = drift_told.describe(found)
        if not source.health.reason.startswith(told):
            lines.append(told)
        lines += drift_told.examples(found)
    return lines


def _picture(status: Status, shape: Shape, width: int, height: int | None = None) -> Any:  # noqa: ANN401  rich is imported late
    """Return all of it for a terminal; cut to ``height`` lines if given."""
    from rich.console import Group
    from rich.text import Text

    from monitor.cli.tables import table_of

    first, *others = _head(status, shape)
    parts: list[Any] = [Text(first, style=_DAEMON_STYLE.get(status.daemon.state, "yellow"))]
    parts += [Text(line) for line in others]
    reasons = _reasons(status)
    if height is not None:
        reasons = reasons[: max(3, height // 3)]
    for word, text in reasons:
        style = "bold red" if word == "critical" else "yellow"
        parts.append(
            Text.assemble((f"{word:<8}  ", style), text, no_wrap=True, overflow="ellipsis")
        )
    parts.append(Text(""))
    rows = _limited(_rows(status), shape)
    if height is not None:
        rows = rows[: max(1, height - len(parts) - 4)]
    if rows:
        columns = [c for c in COLUMNS if c.shown]
        parts.append(table_of(rows, columns, shape, width))
    return Group(*parts)


# -- watch and check --------------------------------------------------------------------------


def _watch(given: Given, shape: Shape, selectors: Sequence[str] | None, *, problems: bool) -> int:
    if not on_terminal():
        raise typer.BadParameter("--watch needs a terminal; call status again and again instead")
    from rich.live import Live

    from monitor.cli.tables import console

    screen = console(shape)
    try:
        with Live(console=screen, screen=True, auto_refresh=False) as live:
            while True:
                status = _gathered(given, selectors)
                if problems:
                    status = _only_problems(status)
                live.update(_picture(status, shape, screen.width, screen.height), refresh=True)
                time.sleep(REFRESH_S)
    except KeyboardInterrupt:
        return 0  # the way to end it


def _check(given: Given, selectors: Sequence[str] | None) -> int:
    try:
        status = _gathered(given, selectors)
    except StoreCorruptError as error:
        put(f"CRITICAL: {clean_line(str(error))}")
        return 11
    except StoreError as error:
        if given.database.exists():
            put(f"CRITICAL: {clean_line(str(error))}")
            return 11
        put(f"NOT RUNNING: {clean_line(str(error))}")
        return 12
    bad = [s for s in status.sources if s.health.severity]
    told = [f"{s.slug} {s.health.state} ({clean_line(s.health.reason, 80)})" for s in bad[:3]]
    if len(bad) > 3:
        told.append(f"{len(bad) - 3} more")
    if not status.daemon.running:
        told.insert(0, f"daemon {status.daemon.state}")
    elif status.daemon.state == "hung":
        told.insert(0, f"daemon hung, pid {status.daemon.pid}")
    what = "; ".join(told) or f"{len(status.sources)} sources work"
    new = sum(s.new for s in status.sources)
    failed = sum(s.failed for s in status.sources)
    put(
        f"{status.word.upper()}: {what.replace('|', '/')} | problems={len(bad)} new_24h={new} "
        f"failed_24h={failed} pending={status.pending}"
    )
    sys.stdout.flush()
    return status.code
