"""What rows of the inbox need beside the stories themselves, and rows by themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request

from monitor.review.filters import FilterError, Filters
from monitor.web.desk import Desk
from monitor.web.render import environment
from monitor.web.viewer import Viewer
from pipeline.store.inbox import lines
from pipeline.store.reading import Reader
from pipeline.store.review_reading import review_tags
from pipeline.store.topic_reading import topic_names

MOST_TAGS = 100  # that are offered


def row_values(reader: Reader, names: dict[str, str] | None = None) -> dict[str, Any]:
    """Return names of outlets and topics, and the tags there are."""
    return {
        "names": reader.outlet_names() if names is None else names,
        "topic_names": topic_names(reader),
        "known_tags": [row["tag"] for row in review_tags(reader)[:MOST_TAGS]],
    }


def rows_again(
    request: Request, desk: Desk, viewer: Viewer, stories: tuple[int, ...], back: str
) -> str:
    """Return rows of the inbox as they are now, to take the place of those on the page."""
    template = environment().get_template("row.html")
    try:
        query = Filters.from_string(urlsplit(back).query).query_string
    except (FilterError, ValueError):
        query = ""
    with desk.read() as reader:
        values = row_values(reader)
        found = lines(reader, stories)
    return "".join(
        template.render(
            parts=environment().get_template("parts.html").module,
            story=story, viewer=viewer, zone=desk.settings.zone, now=desk.settings.clock(),
            query=query, list_url=back, done=True, oob=True, **values,
        )
        for story in found
    )  # fmt: skip
