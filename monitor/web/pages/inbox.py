"""The inbox: stories newest first, filters that are plain addresses."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from monitor.review.filters import Filters, cursor_from, cursor_text
from monitor.web.render import page
from monitor.web.viewer import OfDesk, OfViewer
from pipeline.store import inbox as stories
from pipeline.store.review_reading import reviewer as known_reviewer

router = APIRouter()


@router.get("/", name="inbox")
def inbox(request: Request, desk: OfDesk, viewer: OfViewer, before: str = "") -> HTMLResponse:
    """Show the stories that the filters in the address ask for."""
    filters = Filters.parse(request.query_params.multi_items())
    with desk.read() as reader:
        known = known_reviewer(reader, viewer.name)
        query = filters.query(
            sources=reader.sources(removed=True),
            now=desk.settings.clock(),
            zone=desk.settings.zone,
            reviewer=viewer.name,
            looked_at=known["looked_at"] if known else None,
            before=cursor_from(before),
        )
        found = stories.inbox(reader, query)
    older = [*filters.params(), ("before", cursor_text(found.next))] if found.next else None
    return page(request, "inbox.html", filters=filters, found=found, older=older)
