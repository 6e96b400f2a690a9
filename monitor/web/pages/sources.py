"""The outlets: health at a glance, one source in full, and what can be done about them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from monitor.health import Severity
from monitor.review import sources_told
from monitor.review.memory_told import lines as memory_lines
from monitor.status import Status, gather, to_json
from monitor.web.back import see
from monitor.web.charts import Series, bars, sparkline
from monitor.web.desk import Desk
from monitor.web.render import page
from monitor.web.viewer import OfDesk
from pipeline.errors import MonitorError, NotFoundError
from pipeline.store.feeds import BY_CONFIG
from pipeline.store.inbox import inbox
from pipeline.store.inbox_query import InboxQuery
from pipeline.store.reading import Reader
from pipeline.store.reading_edits import EditFilter, edits
from pipeline.store.volumes import STORED, source_days
from pipeline.times import parse_duration

router = APIRouter()

DAYS = 30
SHOWN = 100  # sources on one page
Text = Annotated[str, Form(max_length=2000)]


class PauseError(MonitorError):
    """A length of time that is none."""


@router.get("/sources", name="sources")
def sources_page(
    request: Request,
    desk: OfDesk,
    q: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    tag: Annotated[str, Query(max_length=100)] = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """Show all sources, problems first."""
    now = desk.settings.clock()
    with desk.read() as reader:
        status = gather(reader, now)
        found = _chosen(status, q, state, tag)
        shown = found[start : start + SHOWN]
        days = source_days(reader, now - timedelta(days=DAYS - 1), [s.slug for s in shown])
    names = _days(now)
    told = {one["id"]: one for one in to_json(status, shown)["sources"]}
    rows = []
    for source in shown:
        own = days.get(source.slug, {})
        values = [sum(own.get(day, {}).get(o, 0) for o in STORED) for day in names]
        label = f"{sum(values)} articles in {DAYS} days, {max(values)} on the busiest"
        rows.append(
            {
                **told[source.slug],
                "tags": json.loads(source.tags),
                "spark": sparkline(values, label),
                "month": sum(values),
            }
        )
    return page(
        request, "sources.html", status=status, rows=rows, found=len(found), start=start,
        shown=SHOWN, q=q, state=state, tag=tag, states=_states(status), tags=_tags(status),
        severities=Severity,
    )  # fmt: skip


@router.get("/sources/{slug}", name="source")
def source_page(request: Request, desk: OfDesk, slug: str) -> HTMLResponse:
    """Show one source: its feeds, polls, volume, outcomes, edits, what was learned of it."""
    now = desk.settings.clock()
    with desk.read() as reader:
        told = sources_told.told(reader, slug, now, polls=25)
        days = source_days(reader, now - timedelta(days=DAYS - 1), [slug]).get(slug, {})
        latest = inbox(reader, InboxQuery(sources=(slug,), limit=8))
        changed = list(edits(reader, EditFilter(sources=(slug,), sort="time", limit=8)))
    return page(
        request,
        "source.html",
        told=told,
        memory=memory_lines(told),
        chart=_chart(days, _days(now)),
        latest=latest.stories,
        edits=[{**row, "kinds": json.loads(row["kinds"])} for row in changed],
        by_config=told["paused_reason"] == BY_CONFIG,
        asked=max((feed["requested_at"] for feed in told["feeds"] if feed["requested_at"]),
                  default=None),
    )  # fmt: skip


@router.post("/sources/pause", name="pause_sources")
def pause_many(
    desk: OfDesk,
    action: Text,
    slug: Annotated[list[str] | None, Form()] = None,
    length: Text = "",
    reason: Text = "",
    back: Text = "/sources",
) -> Response:
    """Pause, resume or poll several sources."""
    slugs = tuple(dict.fromkeys(slug or ()))
    if not slugs:
        raise NotFoundError("choose at least one source")
    act(desk, slugs, action, length, reason)
    return see(back, "/sources")


@router.post("/sources/{slug}/{action}", name="source_action")
def source_action(
    desk: OfDesk,
    slug: str,
    action: str,
    length: Text = "",
    reason: Text = "",
    back: Text = "",
) -> Response:
    """Pause, resume or poll one source; the daemon follows within seconds."""
    act(desk, (slug,), action, length, reason)
    return see(back, f"/sources/{slug}")


def act(desk: Desk, slugs: tuple[str, ...], action: str, length: str, reason: str) -> None:
    """Do it.  Raises NotFoundError for unknown sources and actions, PauseError."""
    with desk.read() as reader:
        _known(reader, slugs)
    now = desk.settings.clock()
    if action == "pause":
        try:
            until = now + parse_duration(length) if length.strip() else None
        except (ValueError, OverflowError) as error:
            raise PauseError(f"for how long? {error}") from error
        desk.write(lambda store: store.feeds.pause(slugs, now, until, reason.strip()[:500]))
    elif action == "resume":
        desk.write(lambda store: store.feeds.resume(slugs))
    elif action == "poll":
        desk.write(lambda store: store.feeds.request(slugs, now))
    else:
        raise NotFoundError(f"there is no action '{action[:40]}'; there are pause, resume, poll")


def _known(reader: Reader, slugs: tuple[str, ...]) -> None:
    known = {row["slug"] for row in reader.sources()}
    for slug in slugs:
        if slug not in known:
            raise NotFoundError(f"there is no source '{slug[:80]}'")


def _chosen(status: Status, q: str, state: str, tag: str) -> list[Any]:
    words = q.casefold().split()
    return [
        source
        for source in status.sources
        if (not state or source.health.state == state)
        and (not tag or tag in json.loads(source.tags))
        and all(word in f"{source.slug} {source.name}".casefold() for word in words)
    ]


def _states(status: Status) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for source in status.sources:
        counts[source.health.state] = counts.get(source.health.state, 0) + 1
    return sorted(counts.items())


def _tags(status: Status) -> list[str]:
    return sorted({tag for source in status.sources for tag in json.loads(source.tags)})


def _days(now: datetime) -> list[str]:
    return [f"{now - timedelta(days=DAYS - 1 - n):%Y-%m-%d}" for n in range(DAYS)]


_PARTS = (
    ("new", ("stored",)),
    ("copies", ("copy",)),
    ("no article", ("not_article", "paywalled", "too_old", "filtered", "gone", "robots")),
    ("failed", ("failed", "extraction_failed", "crashed", "blocked", "refused")),
)


def _chart(days: dict[str, dict[str, int]], names: list[str]) -> Any:  # noqa: ANN401  Markup
    from monitor.web.charts import Tick

    series = [
        Series(
            name=name,
            values=tuple(sum(days.get(day, {}).get(o, 0) for o in parts) for day in names),
        )
        for name, parts in _PARTS
    ]
    titles = [
        f"{day}: " + ", ".join(f"{one.values[n]:.0f} {one.name}" for one in series)
        for n, day in enumerate(names)
    ]
    ticks = [Tick(place=n, text=day[5:]) for n, day in enumerate(names) if n % 7 == 1]
    total = sum(sum(one.values) for one in series)
    label = f"Links by what became of them, {DAYS} days, {total:.0f} in all"
    return bars(series, ticks, label, titles=titles, height=200)
