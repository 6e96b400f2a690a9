"""The ledger: what became of every link, by source and day, with its gaps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from monitor import drift_told
from monitor.choosing import select
from monitor.review import coverage_told
from monitor.review.filters import FilterError
from monitor.rulehealth import broken_rules
from monitor.web.render import page
from monitor.web.viewer import OfDesk
from pipeline.store.reading import Reader
from pipeline.store.rereading import rule_counts
from pipeline.store.site_reading import open_breaks
from pipeline.times import to_iso

router = APIRouter()

LINKS = 100  # on a page
SOURCES = 60
Selector = Annotated[str, Query(max_length=1000)]


@router.get("/coverage", name="coverage")
def coverage_page(
    request: Request,
    desk: OfDesk,
    source: Selector = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """Show what became of every link, and on which days a source brought nothing."""
    now = desk.settings.clock()
    with desk.read() as reader:
        slugs = chosen(reader, source)
        at, whole = desk.kept(("balance", slugs), lambda: coverage_told.balance(reader, slugs))
        shown = slugs if slugs is not None else tuple(row["slug"] for row in reader.sources())
        part = shown[start : start + SOURCES]
        grid = coverage_told.by_day(reader, now, part)
        breaks = open_breaks(reader, part)
        rules = broken_rules(rule_counts(reader, part))
    busiest = max((c["stored"] for row in grid["sources"] for c in row["days"]), default=0)
    return page(
        request,
        "coverage.html",
        whole=whole,
        counted_at=to_iso(at),
        grid=grid,
        source=source,
        start=start,
        more=len(shown) > start + SOURCES,
        shown=SOURCES,
        level=lambda n: 0 if not n else min(4, 1 + int(3 * n / max(busiest, 1))),
        breaks=[
            (slug, drift_told.describe(one)) for slug, found in breaks.items() for one in found
        ],
        rules=rules,
    )


@router.get("/coverage/links", name="coverage_links")
def links_page(
    request: Request,
    desk: OfDesk,
    outcome: Annotated[str, Query(max_length=40)] = "pending",
    source: Selector = "",
    before: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> HTMLResponse:
    """Show the links that ended so, newest first, each with why."""
    if outcome not in coverage_told.OUTCOMES:
        raise FilterError(f"outcome: is one of {', '.join(coverage_told.OUTCOMES)}")
    with desk.read() as reader:
        slugs = chosen(reader, source)
        rows = reader.links(slugs=slugs, outcome=outcome, before=before or None, limit=LINKS + 1)
        names = reader.outlet_names()
    return page(
        request, "coverage_links.html", outcome=outcome, source=source, rows=rows[:LINKS],
        more=rows[LINKS - 1]["id"] if len(rows) > LINKS else None, names=names,
        outcomes=coverage_told.OUTCOMES, meaning=coverage_told.MEANING.get(outcome, ""),
    )  # fmt: skip


def chosen(reader: Reader, source: str) -> tuple[str, ...] | None:
    """Return the sources that a selector names, None for all.  Raises SelectionError."""
    selectors = source.replace(",", " ").split()
    return select(selectors, reader.sources(removed=True)) if selectors else None
