"""Whether the copies on a running news web land in their stories, in whatever order pages arrive.

    python -m benchmarks.syndication --base-port 8800 [--outlets 200] [--articles 20]
        [--order feed|shuffled|reversed|orders] [--seed N]... [--cache FILE] [--texts]

``feed`` runs the whole daemon once over an empty database.  The other orders fetch and extract each
page once, without the memory of sites, and settle the articles in this process, in the order named;
``orders`` does so as they are listed, reversed and shuffled by each seed, and compares the stories
of all runs.  What is true is asked from the web: `/_ctl/truth` gives each article's story.  Exits
with 1 when a pair of articles is in one story that should not be, or is not that should, or when
two orders give other stories.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import pickle
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from benchmarks.outlets import Truth, get, truths, write_config
from benchmarks.watched import run_daemon
from monitor.jobs import PageJob, PageRead, read_page
from pipeline import ingest
from pipeline.model import FeedKind, Link, Page
from pipeline.store.records import FeedSpec, Prepared, RawPage, SourceSpec
from pipeline.store.sqlite import open_store
from pipeline.urls import canonical_key

_BATCH = 100  # pages in one transaction
_SHOWN = 12
_BEGIN = datetime(2026, 1, 5, 6, tzinfo=UTC)

Partition = frozenset[frozenset[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """An article as a run left it in the database."""

    url: str
    story: int
    relation: str
    to: str | None  # URL of the article it is related to
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Pairs of articles that are in one story, held against those that should be."""

    right: int
    wrong: tuple[tuple[str, str], ...]  # in one story, and should not be
    missed: tuple[tuple[str, str], ...]  # should be in one story, and are not
    absent: tuple[str, ...]  # not stored at all

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none was found."""
        found = self.right + len(self.wrong)
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 where there are none."""
        true = self.right + len(self.missed)
        return self.right / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def faultless(self) -> bool:
        """True if every article is stored and where it belongs."""
        return not (self.wrong or self.missed or self.absent)


def pairs(groups: Mapping[str, object]) -> set[tuple[str, str]]:
    """All pairs of names that are in one group, each in order."""
    members: defaultdict[object, list[str]] = defaultdict(list)
    for name, group in groups.items():
        members[group].append(name)
    return {pair for names in members.values() for pair in combinations(sorted(names), 2)}


def score(true: Mapping[str, str], found: Mapping[str, int]) -> Score:
    """Hold stories by URL against the true ones; what is not known to be true does not count."""
    told = pairs({url: story for url, story in found.items() if url in true})
    meant = pairs(true)
    return Score(
        right=len(told & meant),
        wrong=tuple(sorted(told - meant)),
        missed=tuple(sorted(meant - told)),
        absent=tuple(sorted(true.keys() - found.keys())),
    )


def partition(found: Mapping[str, int]) -> Partition:
    """The stories as sets of URLs, whatever their numbers."""
    members: defaultdict[int, set[str]] = defaultdict(set)
    for url, story in found.items():
        members[story].add(url)
    return frozenset(frozenset(urls) for urls in members.values())


# -- runs -----------------------------------------------------------------------------------------


def by_daemon(folder: Path, outlets: int, port: int) -> dict[str, Stored]:
    """Run the daemon once from an empty database; returns what it stored, by URL."""
    path = folder / "config.yaml"
    config = write_config(path, outlets, port)
    run_daemon(path, once=True)
    return stored(config.storage.path)


def settle(folder: Path, pages: Sequence[tuple[Truth, Prepared]]) -> dict[str, Stored]:
    """Take prepared pages into a new store, in this order; returns what is stored, by URL."""
    database = folder / "monitor.db"
    store = open_store(database, _BEGIN)
    by_source: defaultdict[str, list[Truth]] = defaultdict(list)
    for truth, _ in pages:
        by_source[truth.source].append(truth)
    sources = [SourceSpec(slug=slug, name=slug) for slug in by_source]
    feeds = [
        FeedSpec(source=slug, kind=FeedKind.FEED, url=f"http://{slug}.example/rss", schedule="auto")
        for slug in by_source
    ]
    due = {}
    try:
        with store.transaction():
            store.feeds.sync(sources, feeds, _BEGIN)
            for feed in store.feeds.active():
                listed = by_source[feed.source]
                links = [Link(url=t.url, title=t.title) for t in listed]
                keyed = [(canonical_key(link.url), link) for link in links]
                store.ledger.discover(feed.source, feed.id, keyed, _BEGIN)
                waiting = store.ledger.due(feed.source, _BEGIN, len(listed))
                due.update({link.url: link for link in waiting})
        for start in range(0, len(pages), _BATCH):
            with store.transaction():
                for number, (truth, made) in enumerate(pages[start : start + _BATCH], start):
                    at = _BEGIN + timedelta(seconds=number)
                    page = Page(
                        url=truth.url, requested_url=truth.url, status=200, headers={}, body=b"",
                        fetched_at=at,
                    )  # fmt: skip
                    raw = RawPage(
                        url=truth.url, fetched_at=at, status=200, headers={},
                        sha256=f"{number:064x}", size=0, zstd=b"",
                    )  # fmt: skip
                    ingest.settle_page(store, due[truth.url], page, made, raw, at, None, keep=False)
    finally:
        store.close()
    return stored(database)


def stored(database: Path) -> dict[str, Stored]:
    """All articles of a database, by URL."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = conn.execute(
            "SELECT a.url, a.story, a.relation, b.url, a.relation_reason FROM article a "
            "LEFT JOIN article b ON b.id = a.relation_to"
        ).fetchall()
    finally:
        conn.close()
    return {
        url: Stored(url=url, story=story, relation=relation, to=to, reason=reason or "")
        for url, story, relation, to, reason in rows
    }


def read_all(expected: Sequence[Truth], cache: Path | None) -> list[tuple[Truth, Prepared]]:
    """Fetch and extract all pages, each once, in worker processes."""
    if cache is not None and cache.exists():
        found = pickle.loads(cache.read_bytes())
        return [(truth, found[truth.url]) for truth in expected if truth.url in found]
    with multiprocessing.Pool() as pool:
        made = pool.map(_read, expected, chunksize=20)
    read = [(t, p) for t, p in zip(expected, made, strict=True) if p is not None]
    print(f"{len(read)} of {len(expected)} pages hold articles", file=sys.stderr)
    if cache is not None:
        cache.write_bytes(pickle.dumps({t.url: p for t, p in read}))
    return read


def _read(truth: Truth) -> Prepared | None:
    host, _, path = truth.url.removeprefix("http://").partition("/")
    wire = http.client.HTTPConnection(host, timeout=60)
    try:
        body = get(wire, f"/{path}")
    finally:
        wire.close()
    link = Link(url=truth.url, title=truth.title)
    read = read_page(PageJob(url=truth.url, body=body, link=link, content_type="text/html"))
    made = read.prepared if isinstance(read, PageRead) else None
    if made is None or not made.article.verdict.is_article:
        print(f"no article: {truth.url}", file=sys.stderr)
        return None
    return made


def in_order(
    name: str, seed: int, pages: Iterable[tuple[Truth, Prepared]]
) -> list[tuple[Truth, Prepared]]:
    """The pages as they are to arrive: ``listed``, ``reversed`` or ``shuffled``."""
    arranged = list(pages)
    if name == "reversed":
        arranged.reverse()
    elif name == "shuffled":
        random.Random(seed).shuffle(arranged)
    return arranged


# -- telling --------------------------------------------------------------------------------------


def tell(name: str, expected: Sequence[Truth], found: Mapping[str, Stored], texts: bool) -> Score:
    """Print how a run did, with what went wrong; returns its score."""
    true = {truth.url: truth.story for truth in expected}
    result = score(true, {url: article.story for url, article in found.items()})
    kinds = Counter(article.relation for article in found.values())
    print(
        f"{name}: precision {result.precision:.4f}, recall {result.recall:.4f}, F1 {result.f1:.4f}"
        f"; {result.right} pairs right, {len(result.wrong)} wrong, {len(result.missed)} missed, "
        f"{len(result.absent)} articles absent; {dict(sorted(kinds.items()))}"
    )
    by_url = {truth.url: truth for truth in expected}
    for word, listed in (("wrong", result.wrong), ("missed", result.missed)):
        for pair in listed[:_SHOWN]:
            print(f"  {word}: " + "  |  ".join(_named(by_url[u], found.get(u)) for u in pair))
            if texts:
                _print_texts(by_url[u] for u in pair)
        if len(listed) > _SHOWN:
            print(f"  … {len(listed) - _SHOWN} more {word}")
    for url in result.absent[:_SHOWN]:
        print(f"  absent: {url}")
    return result


def _named(truth: Truth, article: Stored | None) -> str:
    told = f"{truth.source} {truth.url} (story {truth.story}"
    if article is None:
        return f"{told}, not stored)"
    return f"{told}, here {article.story}, {article.relation}: {article.reason or '-'})"


def _print_texts(pair: Iterable[Truth]) -> None:
    for truth in pair:
        print(f"    -- {truth.url}: {truth.title}")
        for paragraph in truth.paragraphs:
            print(f"       {paragraph}")


def _direct(args: argparse.Namespace, expected: Sequence[Truth]) -> bool:
    pages = read_all(expected, args.cache)
    runs = {
        "listed": [("listed", 0)],
        "reversed": [("reversed", 0)],
        "shuffled": [("shuffled", seed) for seed in args.seed],
        "orders": [("listed", 0), ("reversed", 0), *(("shuffled", s) for s in args.seed)],
    }[args.order]
    good = True
    seen: dict[str, Partition] = {}
    for order, seed in runs:
        name = f"{order} {seed}" if order == "shuffled" else order
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            began = time.process_time()
            found = settle(Path(folder), in_order(order, seed, pages))
            spent = time.process_time() - began
        result = tell(name, expected, found, args.texts)
        print(f"  {len(pages) / spent:.0f} documents per CPU second")
        good = good and result.faultless
        seen[name] = partition({url: article.story for url, article in found.items()})
    for one, other in combinations(seen, 2):
        if differing := seen[one] ^ seen[other]:
            good = False
            print(f"{one} and {other} give other stories: {len(differing)} differ")
            for story in sorted(map(sorted, differing))[:_SHOWN]:
                print(f"  {story}")
    return good


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--base-port", type=int, required=True)
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--articles", type=int, default=20, help="each outlet has; all in its feed")
    orders = ["feed", "listed", "reversed", "shuffled", "orders"]
    parser.add_argument("--order", choices=orders, default="feed")
    parser.add_argument("--seed", type=int, action="append", help="of a shuffle; more than one")
    parser.add_argument("--cache", type=Path, help="keep what was extracted in this file")
    parser.add_argument("--texts", action="store_true", help="print the texts of what went wrong")
    args = parser.parse_args()
    args.seed = args.seed or [1, 2, 3]
    expected = truths(args.outlets, args.articles, args.base_port)
    if args.order == "feed":
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found = by_daemon(Path(folder), args.outlets, args.base_port)
        good = tell("daemon", expected, found, args.texts).faultless
    else:
        good = _direct(args, expected)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
