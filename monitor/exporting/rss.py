"""Articles as an RSS 2.0 document that any reader takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from monitor.cli.output import Row
from pipeline.text.clean import clean_line, excerpt
from pipeline.times import from_iso

LINK = "urn:news-monitor:export"
# What XML 1.0 does not allow, whatever the escaping (production 2 of the recommendation).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rss(rows: Iterable[Row], now: datetime, title: str = "News monitor") -> Iterator[str]:
    """Yield the document piece by piece; ``rows`` are whole articles, newest first."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>{text_of(title)}</title>\n<link>{LINK}</link>\n"
        "<description>Articles that the news monitor collected.</description>\n"
        f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>\n"
        "<generator>news-monitor</generator>\n"
    )
    for row in rows:
        yield _item(row)
    yield "</channel>\n</rss>\n"


def _item(row: Row) -> str:
    at = from_iso(row["published_at"] or row["first_seen_at"])
    parts = [
        f"<title>{text_of(clean_line(row['title']))}</title>",
        f"<link>{text_of(row['url'])}</link>",
        # The same address may be told twice, an article once; and it survives a moved page.
        f'<guid isPermaLink="false">urn:news-monitor:article:{row["id"]}</guid>',
        f"<pubDate>{format_datetime(at)}</pubDate>",
        f"<description>{text_of(row['summary'] or excerpt(row['body'], 300))}</description>",
    ]
    parts += [f"<dc:creator>{text_of(name)}</dc:creator>" for name in json.loads(row["authors"])]
    parts += [f"<category>{text_of(tag)}</category>" for tag in json.loads(row["tags"])]
    parts.append(f"<content:encoded>{text_of(html_of(row['body']))}</content:encoded>")
    if row.get("source_url"):
        parts.append(
            f"<source url={quoteattr(row['source_url'])}>{text_of(row['source'])}</source>"
        )
    return "<item>\n" + "\n".join(parts) + "\n</item>\n"


def html_of(body: str) -> str:
    """Return the paragraphs of a text as HTML."""
    return "".join(f"<p>{escape(allowed(p))}</p>" for p in body.split("\n") if p)


def text_of(value: str) -> str:
    """Return text as it stands in an element."""
    return escape(allowed(value))


def allowed(value: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", value)
