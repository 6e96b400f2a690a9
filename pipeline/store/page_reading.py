"""The raw pages that are kept, in the order in which they were fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.store.connect import connect_read, translated
from pipeline.store.pages import raw_page
from pipeline.store.reading import Reader
from pipeline.store.records import RawPage
from pipeline.times import to_iso

_AT_ONCE = 500


def kept_pages(
    database: Path,
    pages: Path,
    *,
    sources: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Iterator[RawPage]:
    """Yield pages, oldest first; in steps, so that a daemon may write meanwhile.

    Raises StoreError when a file is missing or damaged.
    """
    links: set[int] | None = None
    if sources is not None:
        with Reader(database) as reader:
            where, args = reader.among("source", sources)
            links = {row["id"] for row in reader.rows(f"SELECT id FROM link WHERE 1 {where}", args)}
    conn = connect_read(pages)
    try:
        last, given = ("", 0), 0
        while True:
            with translated(pages):
                rows = conn.execute(
                    "SELECT p.*, b.size, b.zstd FROM page p JOIN body b ON b.sha256 = p.sha256 "
                    "WHERE (p.fetched_at, p.id) > (?, ?) AND p.fetched_at >= ? "
                    "AND p.fetched_at < ? ORDER BY p.fetched_at, p.id LIMIT ?",
                    (
                        *last,
                        to_iso(since) if since else "",
                        to_iso(until) if until else "9",
                        _AT_ONCE,
                    ),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                if links is not None and row["link"] not in links:
                    continue
                if limit is not None and given >= limit:
                    return
                given += 1
                yield raw_page(row)
            last = (rows[-1]["fetched_at"], rows[-1]["id"])
    finally:
        conn.close()
