"""Sources, the ledger, volumes, status, edits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query
from fastapi.responses import StreamingResponse

from monitor.review import coverage_told, sources_told
from monitor.review.decisions import decisions
from monitor.review.filters import FilterError
from monitor.review.rules_trial import checked, configured, tried
from monitor.review.timeline_told import timeline
from monitor.status import gather, to_json
from monitor.web.api.shapes import ERRORS, Pause, RulesTrial
from monitor.web.pages.coverage import Selector, chosen
from monitor.web.pages.rules import find
from monitor.web.pages.sources import act
from monitor.web.pages.timeline import began
from monitor.web.viewer import OfDesk
from pipeline.store.reading import LAST_ID
from pipeline.store.reading_edits import EditFilter, edits
from pipeline.store.topic_reading import topic_names
from pipeline.times import parse_since

router = APIRouter(tags=["sources"], responses=ERRORS)

Slug = Annotated[str, Path(min_length=1, max_length=100)]
Since = Annotated[str, Query(max_length=40, description="24h, 7d, 2026-03-01")]


@router.get("/status")
def status(desk: OfDesk) -> dict[str, Any]:
    """Daemon and sources, as `monitor status --json`."""
    with desk.read() as reader:
        return to_json(gather(reader, desk.settings.clock()))


@router.get("/sources")
def sources(desk: OfDesk) -> list[dict[str, Any]]:
    """All sources with their health, problems first."""
    with desk.read() as reader:
        found: list[dict[str, Any]] = to_json(gather(reader, desk.settings.clock()))["sources"]
    return found


@router.get("/sources/{slug}")
def source(desk: OfDesk, slug: Slug) -> dict[str, Any]:
    """One source, as `monitor sources show ID --json`."""
    with desk.read() as reader:
        return sources_told.told(reader, slug, desk.settings.clock())


@router.post("/sources/{slug}/pause")
def pause(desk: OfDesk, slug: Slug, wanted: Pause) -> dict[str, str]:
    """Stop polling a source; the daemon follows within seconds."""
    act(desk, (slug,), "pause", wanted.length, wanted.reason)
    return {"source": slug, "done": "pause"}


@router.post("/sources/{slug}/rules")
async def try_rules(desk: OfDesk, slug: Slug, wanted: RulesTrial) -> dict[str, Any]:
    """Try extraction rules on a stored page; nothing is fetched or saved."""
    place = await run_sync(find, desk, slug, wanted.article or 0)
    rules = checked(wanted.rules)
    base = configured(place.config, place.source, place.kept.url, desk.settings.clock())
    outcome = await tried(place.kept, place.body, rules, base)
    return {"article": place.article, "url": place.kept.url, **asdict(outcome)}


@router.post("/sources/{slug}/{action}")
def resume_or_poll(
    desk: OfDesk,
    slug: Slug,
    action: Annotated[Literal["resume", "poll"], Path(description="What to do.")],
) -> dict[str, str]:
    """Poll a source again, or now; the daemon follows within seconds."""
    act(desk, (slug,), action, "", "")
    return {"source": slug, "done": action}


@router.get("/coverage")
def coverage(
    desk: OfDesk,
    source: Selector = "",
    days: Annotated[
        int, Query(ge=1, le=366, description="So many days back.")
    ] = coverage_told.DAYS,
) -> dict[str, Any]:
    """The ledger: what became of every link, and by source and day with gaps."""
    with desk.read() as reader:
        slugs = chosen(reader, source)
        return {
            **coverage_told.balance(reader, slugs),
            "by_day": coverage_told.by_day(reader, desk.settings.clock(), slugs, days),
        }


@router.get("/coverage/links")
def links(
    desk: OfDesk,
    outcome: Annotated[
        str, Query(max_length=40, description="As `monitor coverage` names them.")
    ] = coverage_told.PENDING,
    source: Selector = "",
    before: Annotated[int | None, Query(ge=1, le=LAST_ID, description="The id of a link.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 100,
) -> list[dict[str, Any]]:
    """The links that ended so, newest first; ``before``: older than the link of that id."""
    if outcome not in coverage_told.OUTCOMES:
        raise FilterError(f"outcome: is one of {', '.join(coverage_told.OUTCOMES)}")
    with desk.read() as reader:
        return reader.links(
            slugs=chosen(reader, source), outcome=outcome, before=before, limit=limit
        )


@router.get("/timeline")
def volume(
    desk: OfDesk,
    by: Annotated[Literal["hour", "day"], Query(description="What a number stands for.")] = "day",
    source: Selector = "",
    topic: Annotated[
        list[str] | None, Query(max_length=50, description="Topics; again for more.")
    ] = None,
    since: Since = "",
) -> dict[str, Any]:
    """Numbers of articles by hour or day, of topics or of sources."""
    now = desk.settings.clock()
    with desk.read() as reader:
        names = topic_names(reader)
        for name in topic or ():
            if name not in names:
                raise FilterError(f"topic: there is no topic '{name[:60]}'")
        return timeline(
            reader,
            by=by,
            since=began(since, by, now, desk.settings.zone),
            until=now,
            zone=desk.settings.zone,
            sources=chosen(reader, source),
            topics=topic or (),
        )


@router.get("/edits")
def all_edits(
    desk: OfDesk,
    source: Selector = "",
    kind: Annotated[
        list[str] | None, Query(max_length=20, description="Kinds; again for more.")
    ] = None,
    silent: Annotated[bool, Query(description="Only silent ones.")] = False,
    since: Since = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 100,
) -> list[dict[str, Any]]:
    """What outlets changed after publishing, newest first."""
    now = desk.settings.clock()
    try:
        start = (
            parse_since(since, now, desk.settings.zone) if since else now - timedelta(days=36500)
        )
    except (ValueError, OverflowError) as error:
        raise FilterError(f"since: {error}") from error
    with desk.read() as reader:
        found = edits(
            reader,
            EditFilter(
                sources=chosen(reader, source), kinds=tuple(kind or ()), silent=silent, since=start,
                sort="time", limit=limit,
            ),
        )  # fmt: skip
        return [
            {
                **row,
                "kinds": json.loads(row["kinds"]),
                "facts": json.loads(row["facts"]),
                "silent": bool(row["silent"]),
            }
            for row in found
        ]


@router.get("/export", response_class=StreamingResponse)
def export(
    desk: OfDesk,
    reviewer: Annotated[str, Query(max_length=60, description="Of one reviewer only.")] = "",
) -> StreamingResponse:
    """Decisions as JSON lines: one row a reviewer and story, as `monitor export --decisions`."""

    def written() -> Iterator[str]:
        with desk.read() as reader:
            for row in decisions(reader, reviewer=reviewer or None):
                yield json.dumps(row, ensure_ascii=False) + "\n"

    return StreamingResponse(written(), media_type="application/x-ndjson")
