"""How much came in, by hour or day, by topic or source."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from monitor.review.filters import FilterError, Filters
from monitor.review.timeline_told import MOST_DAYS, MOST_HOURS, timeline
from monitor.web.charts import Series, Tick, bars
from monitor.web.pages.coverage import Selector, chosen
from monitor.web.render import page
from monitor.web.viewer import OfDesk
from pipeline.store.topic_reading import topic_names
from pipeline.times import from_iso, parse_since

router = APIRouter()

_TICKS = 10


@router.get("/timeline", name="timeline")
def timeline_page(
    request: Request,
    desk: OfDesk,
    by: Literal["hour", "day"] = "day",
    source: Selector = "",
    topic: Annotated[list[str] | None, Query(max_length=50)] = None,
    since: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show the volume of articles as bars; a bar leads to its stories."""
    now, zone = desk.settings.clock(), desk.settings.zone
    start = began(since, by, now, zone)
    asked = [name for name in topic or () if name]
    with desk.read() as reader:
        names = topic_names(reader)
        for name in asked:
            if name not in names:
                raise FilterError(f"topic: there is no topic '{name[:60]}'")
        found = timeline(
            reader, by=by, since=start, until=now, zone=zone, sources=chosen(reader, source),
            topics=asked,
        )  # fmt: skip
        outlets = reader.outlet_names()
    shown = names if asked else outlets
    series = [
        Series(name=shown.get(one["name"], one["name"]), values=tuple(one["n"]))
        for one in found["series"]
    ]
    units = [from_iso(at) for at in found["units"]]
    chart = bars(
        series,
        _ticks(units, by, zone),
        f"Articles by {by}, {len(units)} {by}s, {found['total']} in all",
        titles=_titles(units, series, by, zone),
        links=_links(found["units"], found["until"], source, asked),
    )
    return page(
        request, "timeline.html", found=found, series=series, chart=chart, by=by, source=source,
        topics=names, asked=asked, since=since, units=units,
    )  # fmt: skip


def began(since: str, by: str, now: datetime, zone: tzinfo) -> datetime:
    """Return where a timeline begins.  Raises FilterError."""
    if not since:
        return now - (timedelta(hours=47) if by == "hour" else timedelta(days=29))
    try:
        start = parse_since(since, now, zone)
    except (ValueError, OverflowError) as error:
        raise FilterError(f"since: {error}") from error
    most = timedelta(hours=MOST_HOURS) if by == "hour" else timedelta(days=MOST_DAYS)
    if start > now:
        raise FilterError("since: lies in the future")
    return max(start, now - most)


def _label(at: datetime, by: str, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:00" if by == "hour" else "%Y-%m-%d")


def _ticks(units: list[datetime], by: str, zone: tzinfo) -> list[Tick]:
    every = max(1, -(-len(units) // _TICKS))
    form = "%d.%m. %Hh" if by == "hour" else "%d.%m."
    return [
        Tick(place=n, text=at.astimezone(zone).strftime(form))
        for n, at in enumerate(units)
        if n % every == every // 2
    ]


def _titles(units: list[datetime], series: list[Series], by: str, zone: tzinfo) -> list[str]:
    titles = []
    for n, at in enumerate(units):
        parts = ", ".join(f"{one.values[n]:.0f} {one.name}" for one in series if one.values[n])
        titles.append(f"{_label(at, by, zone)}: {parts or 'nothing'}")
    return titles


def _links(units: list[str], until: str, source: str, topics: list[str]) -> list[str]:
    found = []
    for start, end in zip(units, [*units[1:], until], strict=True):
        filters: dict[str, Any] = {"state": "all", "since": start, "until": end}
        if source:
            filters["source"] = tuple(source.replace(",", " ").split())
        if len(topics) == 1:
            filters["topic"] = topics[0]
        found.append(f"/?{Filters(**filters).query_string}")
    return found
