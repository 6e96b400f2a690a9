"""Sources and their feeds as OPML 2.0, which every feed reader takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from monitor.exporting.rss import allowed


def opml(
    sources: Iterable[Mapping[str, Any]], now: datetime, title: str = "News monitor"
) -> Iterator[str]:
    """Yield the document piece by piece.

    ``sources`` have name, url, language, tags (a list, or JSON of one) and feeds: a list with kind
    and url.  Only feeds are written: a reader can do nothing with a sitemap.
    """
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n'
        f"<title>{_plain(title)}</title>\n<dateCreated>{format_datetime(now)}</dateCreated>\n"
        "</head>\n<body>\n"
    )
    for source in sources:
        tags = source["tags"]
        tags = json.loads(tags) if isinstance(tags, str) else list(tags)
        for feed in source["feeds"]:
            if feed["kind"] != "feed":
                continue
            values = {
                "type": "rss",
                "text": source["name"],
                "title": source["name"],
                "xmlUrl": feed["url"],
                "htmlUrl": source["url"],
                "language": source.get("language"),
                "category": ",".join(tag.replace(",", " ") for tag in tags),
            }
            told = " ".join(
                f"{name}={quoteattr(allowed(str(value)))}"
                for name, value in values.items()
                if value
            )
            yield f"<outline {told}/>\n"
    yield "</body>\n</opml>\n"


def _plain(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(allowed(text))
