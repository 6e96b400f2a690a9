"""What the store costs per new article, beside raw SQLite, and its look-ups in a full file.

    python -m benchmarks.store [--articles 3000] [--archive 200000] [--pending 20000]

An article is what the pipeline brings: a link discovered with nineteen others, taken up, settled,
with title and body of some 600 words, its search rows and its raw page; 300 to a transaction.  The
raw numbers are ``executemany`` of the same columns with the same indexes, with and without FTS5.
All times are CPU of this process, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.status import fill
from pipeline import ingest
from pipeline.model import Article, FeedKind, Link, Page, Verdict
from pipeline.store.reading import Filter, Reader
from pipeline.store.records import DueLink, FeedSpec, Prepared, RawPage, SourceSpec
from pipeline.store.sqlite import SqliteStore, open_store, pages_path
from pipeline.text import SEARCH_SCHEME, body_hash, content_hash, parse_query, search_text

LIMIT_US = 1200
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PER_POLL, PER_COMMIT, WORDS = 20, 300, 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One article before it is known to the store."""

    source: str
    link: Link
    page: Page
    prepared: Prepared
    raw: RawPage


def samples(n: int, sources: int, rng: random.Random) -> list[Sample]:
    """Make articles whose words are as frequent as words are: the k-th has weight 1/k."""
    syllables = ["ka", "lo", "min", "ter", "su", "ra", "vel", "don", "i", "pas", "qui", "ber", "na"]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 5))) for _ in range(30_000)]
    weights = list(itertools.accumulate(1 / k for k in range(1, len(words) + 1)))
    return [_sample(i, f"outlet-{i % sources:03d}", words, weights, rng) for i in range(n)]


def _sample(
    i: int, source: str, words: list[str], weights: list[float], rng: random.Random
) -> Sample:
    text = rng.choices(words, cum_weights=weights, k=WORDS)
    paragraphs = tuple(" ".join(text[at : at + 40]) + "." for at in range(0, WORDS, 40))
    title = " ".join(text[:9]).capitalize()
    url = f"https://{source}.example/world/2026/{i}/some-words-of-the-title"
    article = Article(
        url=url,
        title=title,
        paragraphs=paragraphs,
        verdict=Verdict.GOOD,
        reason="600 words in 15 paragraphs",
        extractor="readability/1",
        authors=("A. Writer",),
        published_at=NOW - timedelta(minutes=i % 600),
        language="en",
        summary=paragraphs[0],
        tags=("talks", "world"),
        provenance={"title": "json-ld", "authors": "json-ld", "published_at": "json-ld"},
    )
    html = rng.randbytes(6000)  # what 40 kB of HTML come to under zstd
    headers = {"content-type": "text/html; charset=utf-8", "etag": f'"{i}"', "server": "nginx"}
    prepared = Prepared(
        article=article,
        url_key=url.removeprefix("https://"),
        canonical_url=None,
        body_hash=body_hash(paragraphs),
        content_hash=content_hash(title, paragraphs),
        word_count=WORDS,
        search_title=search_text(title),
        search_body=search_text(article.text),
        search_scheme=SEARCH_SCHEME,
    )
    page = Page(url=url, requested_url=url, status=200, headers=headers, body=b"", fetched_at=NOW)
    raw = RawPage(
        url=url,
        fetched_at=NOW,
        status=200,
        headers=headers,
        sha256=hashlib.sha256(html).hexdigest(),
        size=40_000,
        zstd=html,
    )
    link = Link(url=url, title=title, published_at=article.published_at, summary=paragraphs[0])
    return Sample(source=source, link=link, page=page, prepared=prepared, raw=raw)


class Clock:
    """Adds up CPU seconds under names."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._at = time.process_time()

    def lap(self, name: str) -> None:
        """Book the time since the last lap under ``name``."""
        now = time.process_time()
        self.spent[name] = self.spent.get(name, 0.0) + now - self._at
        self._at = now


def ours(path: Path, batch: list[Sample]) -> Clock:
    """Take the samples through the store as the daemon does."""
    store = open_store(path, NOW)
    slugs = sorted({s.source for s in batch})
    with store.transaction():
        store.feeds.sync(
            [SourceSpec(slug=s, name=s) for s in slugs],
            [FeedSpec(source=s, kind=FeedKind.FEED, url=s, schedule="auto") for s in slugs],
            NOW,
        )
    feeds = {f.source: f.id for f in store.feeds.active()}
    clock = Clock()
    for i in range(0, len(batch), PER_COMMIT):
        part = sorted(batch[i : i + PER_COMMIT], key=lambda s: s.source)
        by_key = {s.prepared.url_key: s for s in part}
        clock.lap("rest")
        with store.transaction():
            for source, group in itertools.groupby(part, key=lambda s: s.source):
                links = [(s.prepared.url_key, s.link) for s in group]
                for at in range(0, len(links), PER_POLL):
                    with store.step():
                        store.ledger.discover(source, feeds[source], links[at : at + PER_POLL], NOW)
            clock.lap("discover")
        clock.lap("commit")
        due: list[DueLink] = []
        for source in {s.source for s in part}:
            while found := store.ledger.due(source, NOW, 40, {d.id for d in due}):
                due += found
        clock.lap("due")
        with store.transaction():
            for link in due:
                with store.step():
                    s = by_key[link.url_key]
                    ingest.settle_page(
                        store, link, s.page, s.prepared, s.raw, NOW, NOW + timedelta(minutes=10)
                    )
            clock.lap("settle")
        clock.lap("commit")
    store.close()
    clock.lap("commit")
    return clock


def raw(path: Path, scheme: Path, batch: list[Sample], *, search: bool) -> float:
    """Write the columns that ``ours`` wrote once more by ``executemany``; returns CPU seconds."""
    source = sqlite3.connect(scheme)
    tables = ("source", "feed", "story", "article", "link")
    marks = ", ".join("?" * len(tables))
    sqls = source.execute(
        f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL", tables
    ).fetchall()
    rows = {t: source.execute(f"SELECT * FROM {t} ORDER BY rowid").fetchall() for t in tables}
    fts = source.execute("SELECT sql FROM sqlite_master WHERE name = 'article_fts'").fetchone()[0]
    source.close()
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = NORMAL")
    for (sql,) in sqls:
        conn.execute(sql)
    conn.execute(fts)
    conn.execute("CREATE TABLE body (sha256 TEXT PRIMARY KEY, size, zstd BLOB) WITHOUT ROWID")
    texts = [(i, s.prepared.search_title, s.prepared.search_body) for i, s in enumerate(batch, 1)]
    bodies = [(s.raw.sha256, s.raw.size, s.raw.zstd) for s in batch]
    insert = {t: f"INSERT INTO {t} VALUES ({', '.join('?' * len(rows[t][0]))})" for t in tables}
    for table in tables[:2]:
        conn.executemany(insert[table], rows[table])
    began = time.process_time()
    for i in range(0, len(batch), PER_COMMIT):
        part = slice(i, i + PER_COMMIT)
        conn.execute("BEGIN IMMEDIATE")
        for table in tables[2:]:
            conn.executemany(insert[table], rows[table][part])
        conn.executemany("INSERT INTO body VALUES (?, ?, ?)", bodies[part])
        if search:
            conn.executemany(
                "INSERT INTO article_fts (rowid, title, body) VALUES (?, ?, ?)", texts[part]
            )
        conn.execute("COMMIT")
    conn.close()
    return time.process_time() - began


def timed(name: str, run: Callable[[], object], limit_ms: float, times: int = 7) -> None:
    """Print how long something takes: median of CPU milliseconds."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        run()
        spent.append((time.process_time() - began) * 1000)
    print(f"  {name:44} {statistics.median(spent):8.2f} ms  (limit {limit_ms:g})")


def count(rows: Iterable[object]) -> int:
    """Use up what a listing yields."""
    return sum(1 for _ in rows)


def writing(folder: Path, n: int) -> None:
    """Print the cost of new articles."""
    batch = samples(n, 30, random.Random(1))
    clock = ours(folder / "monitor.db", batch)
    bare = raw(folder / "bare.db", folder / "monitor.db", batch, search=False)
    full = raw(folder / "full.db", folder / "monitor.db", batch, search=True)
    total = sum(clock.spent.values())
    print(f"one new article of {n}, µs of CPU")
    for name, seconds in clock.spent.items():
        print(f"  {name:44} {seconds / n * 1e6:8.0f}")
    print(f"  {'all':44} {total / n * 1e6:8.0f}  (limit {LIMIT_US})")
    print(f"  {'raw executemany, same columns, no search':44} {bare / n * 1e6:8.0f}")
    print(f"  {'raw executemany, same columns, search':44} {full / n * 1e6:8.0f}")
    print(f"  {'ours : raw with search':44} {total / full:8.2f}")


def _prepare_archive(path: Path, articles: int, pending: int) -> list[str]:
    now = datetime.now(UTC)
    fill(path, articles, 1000, now)
    store = open_store(path, now)
    keys = []
    with store.transaction():
        feeds = {f.source: f.id for f in store.feeds.active()}
        each = -(-pending // len(feeds))
        for source, feed in feeds.items():
            links = [
                (f"{source}.example/new/{i}", Link(url=f"https://{source}.example/new/{i}"))
                for i in range(each)
            ]
            keys += [key for key, _ in links]
            store.ledger.discover(source, feed, links, now)
        conn = store.connection()
        # Each fourth story has two articles, as wire copies do.
        conn.execute("UPDATE article SET story = story - 1, relation = 'copy' WHERE id % 4 = 0")
        conn.execute(
            "INSERT INTO article_fts (rowid, title, body) SELECT id, title || iif(id % 50, '', "
            "' ceasefire'), substr(body, 1, 400) FROM article"
        )
    store.close()
    return keys


def looking(folder: Path, articles: int, pending: int) -> None:
    """Print what look-ups take in a large file."""
    path = folder / "archive.db"
    keys = _prepare_archive(path, articles, pending)
    print(f"\nlook-ups with {articles} articles, {pending} pending links, 1000 sources")
    now = datetime.now(UTC)
    store = SqliteStore(path)
    known = [f"x.example/{i}" for i in range(0, articles, max(1, articles // 100))][:100]
    timed("sources_due", lambda: store.ledger.sources_due(now), 10)
    timed("due, 40 links of one source", lambda: store.ledger.due("outlet-0500", now, 40), 2)
    timed("next_due", store.ledger.next_due, 10)
    timed("pending", store.ledger.pending, 5)
    timed(
        "100 known links discovered again",
        lambda: store.ledger.discover("outlet-0001", 1, [(k, Link(url=k)) for k in known], now),
        5,
    )
    timed("100 x by_url_key", lambda: [store.articles.by_url_key(k) for k in keys[:100]], 5)
    timed("100 x by_body", lambda: [store.articles.by_body(k) for k in keys[:100]], 5)
    store.close()
    with Reader(path) as reader:
        week = now - timedelta(days=7)
        group, plain = Filter(group=True, limit=50), Filter(limit=50)
        found = Filter(match=parse_query("ceasefire"), group=True, limit=50)
        often = Filter(match=parse_query("talks"), group=True, limit=50)
        one = Filter(sources=("outlet-0007",), group=True, limit=50)
        timed("list 50", lambda: count(reader.articles(plain)), 50)
        timed("list 50 by story", lambda: count(reader.articles(group)), 50)
        timed("list 50 by story, one source", lambda: count(reader.articles(one)), 50)
        timed(
            "list 50 by story, a week",
            lambda: count(reader.articles(Filter(group=True, since=week, limit=50))),
            50,
        )
        timed("search by story, in 2 of 100", lambda: count(reader.articles(found)), 50)
        timed("search by story, in all", lambda: count(reader.articles(often)), 50)
        timed("coverage, whole ledger", reader.ledger, 100)
        timed("coverage, a week", lambda: reader.ledger(week), 100)
        timed("newest 100 links", reader.links, 5)
        timed("newest 100 failed links", lambda: reader.links(outcome="failed"), 50)
        timed("newest 100 stored links", lambda: reader.links(outcome="stored"), 50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--archive", type=int, default=200_000, help="0 leaves the look-ups out")
    parser.add_argument("--pending", type=int, default=20_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writing(folder, args.articles)
        size = sum(
            p.stat().st_size for p in (folder / "monitor.db", pages_path(folder / "monitor.db"))
        )
        print(f"  {'bytes on disk':44} {size / args.articles:8.0f}")
        if args.archive:
            looking(folder, args.archive, args.pending)


if __name__ == "__main__":
    main()
