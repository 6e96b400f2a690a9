"""The inbox: stories newest first, filters that are plain addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.choosing import SelectionError
from monitor.review.filters import FilterError, Filters, cursor_from, cursor_text
from monitor.web.desk import Desk
from monitor.web.lists import row_values
from monitor.web.render import page
from monitor.web.viewer import OfDesk, OfViewer, Viewer
from pipeline.store.inbox import count, inbox
from pipeline.store.inbox_query import InboxPage, InboxQuery
from pipeline.store.reading import Reader, Row
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_reading import saved_filters
from pipeline.times import from_iso, to_iso

router = APIRouter()

COUNTED = 1000  # stories are counted up to that
_NAMES = {
    "q": "search", "source": "source", "topic": "topic", "tag": "tag", "lang": "language",
    "agency": "agency", "since": "since", "until": "until", "outlets": "outlets",
    "new": "new since I last looked", "starred": "starred", "noted": "with a note",
    "disputed": "disputed", "changed": "changed since I read it", "edited": "edited",
}  # fmt: skip


@router.get("/", name="inbox")
def inbox_page(request: Request, desk: OfDesk, viewer: OfViewer, before: str = "") -> HTMLResponse:
    """Show the stories that the filters in the address ask for."""
    problem, status = "", 200
    with desk.read() as reader:
        known = known_reviewer(reader, viewer.name)
        looked_at = known["looked_at"] if known else None
        sources = reader.sources(removed=True)
        try:
            filters = Filters.parse(request.query_params.multi_items())
            query = asked(desk, viewer, filters, sources, looked_at)
            query = replace(query, before=cursor_from(before))
            found = inbox(reader, query, COUNTED)
        except (FilterError, SelectionError) as error:
            problem, status = str(error), 400
            filters, found = Filters(), InboxPage(stories=(), next=None)
            query = InboxQuery(reviewer=viewer.name, state="unread")
        values = {
            **row_values(reader, {row["slug"]: row["name"] for row in sources}),
            **_counts(reader, viewer, filters, query, found.total, looked_at),
            "saved": saved_filters(reader),
            "nothing_stored": not reader.totals()["articles"],
        }
    return page(
        request,
        "inbox.html",
        status,
        filters=filters,
        found=found,
        problem=problem,
        before=before,
        looked_at=looked_at,
        divider=_divider(found, looked_at, before),
        chips=_chips(filters),
        older=[*filters.params(), ("before", cursor_text(found.next))] if found.next else None,
        list_url=f"/?{filters.query_string}" if filters.params() else "/",
        upto=to_iso(desk.settings.clock()),
        slugs=[row["slug"] for row in sources if row["removed_at"] is None],
        **values,
    )


def asked(
    desk: Desk, viewer: Viewer, filters: Filters, sources: list[Row], looked_at: str | None
) -> InboxQuery:
    """Return the question of filters for a viewer.  Raises FilterError, SelectionError."""
    return filters.query(
        sources=sources,
        now=desk.settings.clock(),
        zone=desk.settings.zone,
        reviewer=viewer.name,
        looked_at=looked_at,
    )


def _counts(
    reader: Reader,
    viewer: Viewer,
    filters: Filters,
    query: InboxQuery,
    shown: int,
    looked_at: str | None,
) -> dict[str, Any]:
    plain = replace(query, before=None)
    unread = InboxQuery(reviewer=viewer.name, state="unread")
    waiting = shown if plain == replace(unread, limit=plain.limit) else (
        count(reader, unread, COUNTED)
    )  # fmt: skip
    new = 0
    if looked_at is not None and not filters.new:
        new = count(reader, replace(unread, since=from_iso(looked_at)), COUNTED)
    some = f"{shown}" if shown < COUNTED else f"{COUNTED} or more"
    return {
        "found_text": f"{some} {'story' if shown == 1 else 'stories'}",
        "all_text": some,
        "new_count": new,
        "tabs": [
            ("unread", "Unread", str(waiting) if waiting < COUNTED else f"{COUNTED}+"),
            ("read", "Read", None),
            ("dismissed", "Dismissed", None),
            ("all", "All", None),
        ],
    }


def _divider(found: InboxPage, looked_at: str | None, before: str) -> int:
    """The first story that was there when the reviewer looked last, unless all of them were."""
    if looked_at is None or not found.stories or before:
        return 0
    if found.stories[0].first_seen_at < looked_at:
        return 0
    return next((s.story for s in found.stories if s.first_seen_at < looked_at), 0)


def _chips(filters: Filters) -> list[tuple[str, str, str]]:
    """Each filter in force: its name, its value, and the address without it."""
    chips = []
    for name, value in filters.params():
        if name == "state":
            continue
        if name == "source":
            less = filters.but(source=tuple(part for part in filters.source if part != value))
        else:
            default = getattr(Filters(), name)
            less = filters.but(**{name: default})
        flag = isinstance(getattr(Filters(), name), bool)
        chips.append((_NAMES[name], "" if flag else value, f"/?{less.query_string}"))
    return chips
