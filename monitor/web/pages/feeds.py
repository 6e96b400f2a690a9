"""Topics as feeds: others subscribe to them in the reader of their choice."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from monitor.exporting.feeds import feed as document
from monitor.exporting.feeds import feed_rows
from monitor.web.viewer import OfDesk
from pipeline.errors import NotFoundError
from pipeline.store.reading import Filter
from pipeline.store.topic_reading import topic_names
from pipeline.times import from_iso

router = APIRouter()

NEWEST = 100  # articles in a feed
ALL = "all"  # the feed of everything
_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


@router.get("/feeds/{name}.{form}", name="feed")
def feed(
    request: Request,
    desk: OfDesk,
    name: Annotated[str, Path(max_length=100)],
    form: Literal["atom", "rss"],
) -> Response:
    """Give the newest articles of a topic, or of ``all``, one of each story; 304 if unchanged."""
    with desk.read() as reader:
        names = topic_names(reader)
        if name != ALL and name not in names:
            raise NotFoundError(f"there is no topic '{name}'")
        wanted = Filter(topic=None if name == ALL else name, group=True, limit=NEWEST)
        rows = list(feed_rows(reader, wanted))
    # A feed that says the same is the same, byte for byte: its time is that of the newest article.
    newest = max((row["revised_at"] or row["first_seen_at"] for row in rows), default=None)
    updated = from_iso(newest) if newest else datetime(1970, 1, 1, tzinfo=UTC)
    title = names.get(name, "News monitor")
    body = "".join(document(form, rows, updated, title, name)).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_TYPES[form], headers=headers)
