"""Articles of the store as a feed, RSS or Atom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from monitor.exporting.atom import atom
from monitor.exporting.rss import rss
from pipeline.store.reading import Filter, Reader

Row = dict[str, Any]


def feed_rows(reader: Reader, wanted: Filter) -> Iterator[Row]:
    """Yield whole articles with what feeds tell of their outlets."""
    known = {row["slug"]: row for row in reader.sources(removed=True)}
    for row in reader.full_articles(wanted):
        source = known[row["source"]]
        yield {**row, "source_url": source["url"], "source_name": source["name"]}


def feed(
    form: Literal["rss", "atom"], rows: Iterable[Row], updated: datetime, title: str, name: str
) -> Iterator[str]:
    """Yield a document: a head, a piece for each article, a tail."""
    return rss(rows, updated, title) if form == "rss" else atom(rows, updated, title, name=name)
