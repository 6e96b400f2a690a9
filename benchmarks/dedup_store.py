"""Runs labelled documents through the real store, as pages would go that a daemon fetched."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from benchmarks.dedup_labels import Row
from monitor.jobs import prepared_from
from pipeline import placing
from pipeline.dedup.same_story import ENOUGH
from pipeline.extract.agency import Evidence, credited
from pipeline.model import Article, Link, Relation, RelationKind, Verdict
from pipeline.store.records import Prepared, SourceSpec
from pipeline.store.sqlite import SqliteStore, open_store

PER_COMMIT = 50
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
# What a relation is called in the labels, where "related" is said of round-ups alone and "first" of
# all that begin a story of their own, as an article does that shares passages with another story.
_NAMES = {
    RelationKind.NEW: "first",
    RelationKind.FIRST: "first",
    RelationKind.CONTAINS: "related",
    RelationKind.RELATED: "first",
    RelationKind.COPY: "copy",
    RelationKind.REVISION: "revision",
    RelationKind.UNCHANGED: "revision",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of the documents, and what it cost."""

    found: list[tuple[int, str]]  # story and relation of each document
    reasons: list[str]
    prepare_s: float  # CPU seconds: what a worker would do, without reading HTML
    take_s: float  # CPU seconds: what the writer does, with its commits
    index_bytes: int
    total_bytes: int


def cluster(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Story and relation of each document, in the order given."""
    return take_all(rows).found


def take_all(rows: Sequence[Row], *, reopen_at: Collection[int] = ()) -> Taken:
    """Put documents into a store of their own, which is closed and opened before some of them."""
    found: list[tuple[int, str]] = []
    reasons: list[str] = []
    prepare_s = take_s = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        times = arrivals(rows)
        store = _opened(path, rows, min(times, default=_BEGIN))
        try:
            for start, end in _batches(len(rows), reopen_at):
                if start in reopen_at:
                    store.close()
                    store = open_store(path, times[start])
                began = time.process_time()
                batch = [
                    (_slug(row[1]), prepared(row), at)
                    for row, at in zip(rows[start:end], times[start:end], strict=True)
                ]
                prepare_s += time.process_time() - began
                began = time.process_time()
                with store.transaction():
                    for slug, made, at in batch:
                        with store.step():
                            story, relation = _take(store, slug, made, at)
                        found.append((story, _name(relation)))
                        reasons.append(f"{relation.kind.value}: {relation.reason}")
                take_s += time.process_time() - began
        finally:
            store.close()
        index_bytes, total_bytes = sizes(path)
    return Taken(
        found=found,
        reasons=reasons,
        prepare_s=prepare_s,
        take_s=take_s,
        index_bytes=index_bytes,
        total_bytes=total_bytes,
    )


def prepared(row: Row) -> Prepared:
    """The document as a worker hands it over once its page is read."""
    number, _, title, text, published = row
    paragraphs = tuple(line.strip() for line in text.split("\n") if line.strip())
    url = f"https://{_slug(row[1])}.example/{number}"
    article = Article(
        url=url,
        title=title,
        paragraphs=paragraphs,
        verdict=Verdict.GOOD,
        reason="",
        extractor="labelled/1",
        published_at=datetime.fromisoformat(published) if published else None,
        agencies=credited(Evidence(), paragraphs)[0],
    )
    return prepared_from(article, url, Link(url=url))


def sizes(path: Path) -> tuple[int, int]:
    """Bytes of the fingerprint index in a closed store, and of the whole file."""
    connection = sqlite3.connect(path)
    try:
        pages = connection.execute(
            "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name GLOB 'signature*' "
            "OR name GLOB 'sqlite_autoindex_signature*' OR name GLOB 'furniture*'"
        ).fetchone()
        # A table that is empty still has its one page.
        return int(pages[0]), path.stat().st_size
    finally:
        connection.close()


def _opened(path: Path, rows: Sequence[Row], first: datetime) -> SqliteStore:
    store = open_store(path, first)
    names = {_slug(row[1]): row[1] for row in rows}
    specs = [SourceSpec(slug=slug, name=name) for slug, name in names.items()]
    with store.transaction():
        store.feeds.sync(specs, [], first)
    return store


def _batches(count: int, cuts: Collection[int]) -> list[tuple[int, int]]:
    edges = sorted({0, count, *range(0, count, PER_COMMIT), *(c for c in cuts if 0 < c < count)})
    return list(pairwise(edges))


def _take(store: SqliteStore, slug: str, made: Prepared, at: datetime) -> tuple[int, Relation]:
    article, relation = placing.take(store, slug, made.article.url, made, at)
    known = store.articles.by_id(article)
    if known is None:
        raise AssertionError(f"article {article} is not there")
    return known.story, relation


def _name(relation: Relation) -> str:
    if relation.kind in (RelationKind.NEW, RelationKind.FIRST):
        # Nothing of its own to compare: a notice, a caption.
        return "unrelated" if int(relation.scores.get("own_words", ENOUGH)) < ENOUGH else "first"
    return _NAMES[relation.kind]


def _slug(outlet: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", outlet.lower()).strip("-")
    if plain and outlet.isascii():
        return plain
    return "o" + hashlib.sha256(outlet.encode()).hexdigest()[:16]


def arrivals(rows: Sequence[Row]) -> list[datetime]:
    """When each document came in: as it says itself, but never before the one ahead of it."""
    times: list[datetime] = []
    for row in rows:
        last = times[-1] if times else _BEGIN
        times.append(max(last, datetime.fromisoformat(row[4])) if row[4] else last)
    return times
