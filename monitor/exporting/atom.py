"""Articles as an Atom 1.0 document (RFC 4287)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from monitor.cli.output import Row
from monitor.exporting.rss import allowed, html_of, text_of
from pipeline.text.clean import clean_line, excerpt
from pipeline.times import from_iso


def atom(
    rows: Iterable[Row], now: datetime, title: str = "News monitor", *, name: str = "export"
) -> Iterator[str]:
    """Yield the document piece by piece; ``rows`` are whole articles, newest first.

    ``name`` tells one feed from another: readers know a feed by its id.
    """
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>urn:news-monitor:{text_of(name)}</id>\n<title>{text_of(title)}</title>\n"
        f"<updated>{_stamp(now)}</updated>\n<generator>news-monitor</generator>\n"
    )
    for row in rows:
        yield _entry(row)
    yield "</feed>\n"


def _entry(row: Row) -> str:
    language = f" xml:lang={quoteattr(row['language'])}" if row.get("language") else ""
    seen = from_iso(row["first_seen_at"])
    published = from_iso(row["published_at"]) if row["published_at"] else seen
    updated = from_iso(row["revised_at"]) if row["revised_at"] else seen
    parts = [
        f"<id>urn:news-monitor:article:{row['id']}</id>",
        f"<title>{text_of(clean_line(row['title']))}</title>",
        f'<link rel="alternate" href={quoteattr(allowed(row["url"]))}/>',
        f"<published>{_stamp(published)}</published>",
        f"<updated>{_stamp(updated)}</updated>",
    ]
    # An entry must have an author; where none is named it is the outlet.
    authors = json.loads(row["authors"]) or [row.get("source_name") or row["source"]]
    parts += [f"<author><name>{text_of(name)}</name></author>" for name in authors]
    parts += [
        f"<category term={quoteattr(allowed(clean_line(tag)))}/>" for tag in json.loads(row["tags"])
    ]
    summary = row["summary"] or excerpt(row["body"], 300)
    parts.append(f"<summary>{text_of(summary)}</summary>")
    parts.append(f'<content type="html"{language}>{text_of(html_of(row["body"]))}</content>')
    return "<entry>\n" + "\n".join(parts) + "\n</entry>\n"


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
