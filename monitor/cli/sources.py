"""``monitor sources list|show``: what is configured and how it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from monitor.cli.moments import ago, local, utc_now
from monitor.cli.options import Given, JsonOption, Selectors, Shape
from monitor.cli.output import Column, Row, emit, limited, put, put_json, put_prose
from monitor.cli.select import select
from monitor.cli.sources_recheck import plan_json, planned
from monitor.review.lengths import short
from monitor.review.memory_told import lines as memory_lines
from monitor.review.memory_told import remembered
from monitor.review.sources_told import latest_polls, ruled
from monitor.status import SourceStatus, gather
from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader
from pipeline.store.rereading import rule_counts
from pipeline.text.clean import clean_line
from pipeline.times import from_iso

_SOURCES = (
    Column(key="id"),
    Column(key="state"),
    Column(key="feeds", kind="number"),
    Column(key="tags", kind="list"),
    Column(key="name", flexible=True),
    Column(key="url", flexible=True),
    Column(key="language", shown=False),
    Column(key="reason", shown=False),
)
_FEEDS = (
    Column(key="id", kind="number", shown=False),
    Column(key="kind"),
    Column(key="schedule"),
    Column(key="last_poll_at", title="polled", kind="time"),
    Column(key="next_poll_at", title="next", kind="time"),
    Column(key="last_links", title="links", kind="number"),
    Column(key="url", flexible=True),
)
_POLLS = (
    Column(key="at", title="poll", kind="time"),
    Column(key="kind"),
    Column(key="result", style=lambda r: "red" if r["result"] == "failed" else ""),
    Column(key="http_status", title="status", kind="number"),
    Column(key="elapsed_ms", title="ms", kind="number"),
    Column(key="links", kind="number"),
    Column(key="new_links", title="new", kind="number"),
    Column(key="message", flexible=True),
)
_RULES = (
    Column(key="rule"),
    Column(key="pages", kind="number"),
    Column(key="found", kind="number", style=lambda r: "yellow" if r["broken"] else ""),
    Column(key="found_at", title="last found", kind="time"),
    Column(key="missing_since", title="missing since", kind="time"),
    Column(key="selector", flexible=True),
)
_POLLS_SHOWN = 10


def list_sources(given: Given, shape: Shape, selectors: Selectors = None) -> int:
    """List the sources of the configuration, with what the daemon made of them."""
    rows = _all(given)
    if selectors:
        wanted = set(select(selectors, rows))
        rows = [row for row in rows if row["slug"] in wanted]
    emit(limited(rows, shape.most(0), "sources"), _SOURCES, shape, empty="no sources yet")
    return 0


def _all(given: Given) -> list[dict[str, Any]]:
    """Return the configuration's sources in its order, then what only the database knows."""
    known: dict[str, Row] = {}
    states: dict[str, SourceStatus] = {}
    if given.database.exists():
        with Reader(given.database) as reader:
            known = {row["slug"]: row for row in reader.sources()}
            states = {s.slug: s for s in gather(reader, utc_now()).sources}
    configured = given.load().sources if given.config_path is not None else ()
    if not configured and not known and given.config_path is None:
        raise NotFoundError("no config.yaml and no database here; `monitor init` makes both")
    rows = []
    for source in configured:
        state = states.get(source.id)
        rows.append(
            {
                "id": source.id, "slug": source.id, "name": source.name, "url": str(source.url),
                "tags": list(source.tags), "language": source.language,
                "feeds": state.feeds if state else len(source.feeds),
                "state": state.health.state if state else "not yet",
                "reason": state.health.reason if state else "the daemon has not seen it yet",
            }
        )  # fmt: skip
    listed = {row["slug"] for row in rows}
    for slug, row in known.items():
        if slug not in listed:
            state = states[slug]
            gone = given.config_path is not None
            rows.append(
                {
                    "id": slug, "slug": slug, "name": row["name"], "url": row["url"],
                    "tags": json.loads(row["tags"]), "language": row["language"],
                    "feeds": state.feeds,
                    "state": "removed" if gone else state.health.state,
                    "reason": "no longer in the configuration" if gone else state.health.reason,
                }
            )  # fmt: skip
    return rows


def show(
    given: Given,
    slug: Annotated[str, typer.Argument(metavar="ID", help="A source.")],
    json_: JsonOption = False,
) -> int:
    """Show one source: state and reason, each feed with its schedule, the latest polls.

    With what was learned of its pages: lines that are left out, usual levels, breaks in them.
    """
    now = utc_now()
    with Reader(given.database) as reader:
        (found,) = _only(select([slug], reader.sources()), slug)
        row = next(row for row in reader.sources() if row["slug"] == found)
        feeds = reader.feeds([found])
        status = gather(reader, now, [found]).sources[0]
        polls = latest_polls(reader, feeds, _POLLS_SHOWN)
        outcomes = {r["outcome"] or "pending": r["n"] for r in reader.ledger(None, [found])}
        rules = rule_counts(reader, [found])
        learned = remembered(reader, found)
        plan = planned(given, reader, found, now)
    if json_:
        told: dict[str, Any] = {
            "state": status.health.state, "severity": status.health.severity.name.lower(),
            "reason": status.health.reason,
        }  # fmt: skip
        row = {**row, "tags": json.loads(row["tags"])}
        told["recheck"] = plan_json(plan)
        told |= {"feeds": feeds, "polls": polls, "links": outcomes, "extract_rules": ruled(rules)}
        put_json({"schema": 1, **row, **told, **learned})
        return 0
    put(f"{row['name'] and clean_line(row['name'])} ({found})")
    lines = (
        ("url", clean_line(row["url"] or "")),
        ("tags", ", ".join(json.loads(row["tags"]))),
        ("state", f"{status.health.state}: {clean_line(status.health.reason)}"),
        ("last article", ago(status.last_article_at, now)),
        ("usual gap", short(row["usual_gap_s"])),
        ("remarkable silence", local(row["silent_at"], given.zone)),
        ("delay", short(row["delay_p50_s"])),
        ("links", ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items()))),
        ("looked at again", str(plan) if plan else ""),
        ("watched since", local(row["added_at"], given.zone)),
    )
    for name, value in (*lines, *memory_lines(learned)):
        if value:
            put_prose(f"  {name:<18} {value}", " " * 21)
    shape = Shape(color=given.color, zone=given.zone)
    put("")
    emit(feeds, _FEEDS, shape, empty="no feeds yet")
    for feed in feeds:
        _tell_trouble(feed)
    put("")
    if rules:
        emit(ruled(rules), _RULES, shape)
        put("")
    emit(polls, _POLLS, shape, empty="no polls yet")
    return 0


def _tell_trouble(feed: Row) -> None:
    if feed["schedule_reason"]:
        put_prose(f"  {feed['kind']}: {clean_line(feed['schedule_reason'])}", "    ")
    if feed["last_error"]:
        since = feed["failing_since"]
        lasting = f" since {from_iso(since):%Y-%m-%d %H:%M} UTC" if since else ""
        message = clean_line(feed["last_error_message"] or "")
        put_prose(f"  {feed['kind']}: fails{lasting}: {message}", "    ")
    if feed["validators_lie"]:
        put(f"  {feed['kind']}: its ETag lies; asked without it")


def _only(slugs: Sequence[str], given: str) -> tuple[str]:
    if len(slugs) != 1:
        raise typer.BadParameter(f"'{given}' selects {len(slugs)} sources; name one")
    return (slugs[0],)
