"""Builders of what goes into a store, and the stores that the contract suite runs over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pipeline import ingest
from pipeline.model import Article, Failure, FailureKind, FeedKind, Link, Page, Verdict
from pipeline.store import upkeep
from pipeline.store.protocol import Store
from pipeline.store.reading import Filter, Reader
from pipeline.store.records import (
    DueLink,
    FeedSpec,
    Prepared,
    RawPage,
    Settlement,
    SourceSpec,
)
from pipeline.store.sqlite import open_store, pages_path
from pipeline.text import (
    SEARCH_SCHEME,
    body_hash,
    content_hash,
    parse_query,
    search_text,
    word_count,
)

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUTLETS = ("harbour", "orrin", "valley")
# Long enough that equal texts count as copies.
FILLER = (
    "The harbour council met on Tuesday to hear how the new ferry line would be paid for, and who "
    "would run it once the old boats are gone from the river in autumn."
)


def at(minutes: float = 0) -> datetime:
    """A moment some minutes after noon of the test day."""
    return NOW + timedelta(minutes=minutes)


def url_of(name: str, outlet: str = "harbour") -> str:
    return f"https://{outlet}.example/{name}"


def key_of(name: str, outlet: str = "harbour") -> str:
    return f"{outlet}.example/{name}"


def link_to(name: str, outlet: str = "harbour", **hints: Any) -> tuple[str, Link]:
    return key_of(name, outlet), Link(url=url_of(name, outlet), **hints)


def words_of(name: str, n: int = 60) -> str:
    """Words that no other text has: it is no copy, and no page that moved."""
    return " ".join(f"{name}w{i}" for i in range(n))


def prepared(
    name: str = "a",
    *paragraphs: str,
    outlet: str = "harbour",
    title: str = "Ferry line approved",
    verdict: Verdict = Verdict.GOOD,
    key: str | None = None,
    **fields: Any,
) -> Prepared:
    """A page as the workers hand it over."""
    body = paragraphs or (FILLER,)
    article = Article(
        url=url_of(name, outlet),
        title=title,
        paragraphs=body,
        verdict=verdict,
        reason="by the test",
        extractor="test/1",
        **fields,
    )
    return Prepared(
        article=article,
        url_key=key or key_of(name, outlet),
        canonical_url=None,
        body_hash=body_hash(body),
        content_hash=content_hash(title, body),
        word_count=word_count(article.text),
        search_title=search_text(title),
        search_body=search_text(article.text),
        search_scheme=SEARCH_SCHEME,
    )


def page_of(url: str, when: datetime = NOW, **headers: str) -> Page:
    return Page(
        url=url, requested_url=url, status=200, headers=headers, body=b"<p>", fetched_at=when
    )


def raw_of(url: str, body: str, when: datetime = NOW) -> RawPage:
    data = body.encode()
    return RawPage(
        url=url,
        fetched_at=when,
        status=200,
        headers={"content-type": "text/html"},
        sha256=sha256(data).hexdigest(),
        size=len(data),
        zstd=data,  # the store does not look inside
    )


def found_empty(store: Store, outlets: Sequence[str] = OUTLETS, now: datetime = NOW) -> None:
    """Configure one feed for each outlet."""
    store.feeds.sync(
        [SourceSpec(slug=o, name=o.title()) for o in outlets],
        [
            FeedSpec(source=o, kind=FeedKind.FEED, url=f"https://{o}.example/rss", schedule="auto")
            for o in outlets
        ],
        now,
    )


def feed_of(store: Store, outlet: str = "harbour") -> int:
    return next(f.id for f in store.feeds.active() if f.source == outlet)


def discover(
    store: Store,
    *links: tuple[str, Link],
    outlet: str = "harbour",
    now: datetime = NOW,
    **more: Any,
) -> Any:
    return store.ledger.discover(outlet, feed_of(store, outlet), links, now, **more)


def due_link(store: Store, name: str, outlet: str = "harbour", now: datetime = NOW) -> DueLink:
    found = [x for x in store.ledger.due(outlet, now, 1000) if x.url == url_of(name, outlet)]
    assert found, f"{name} of {outlet} is not due"
    return found[0]


def settle(
    store: Store,
    link: DueLink,
    made: Prepared,
    now: datetime = NOW,
    next_visit: datetime | None = None,
) -> Settlement:
    """Write a visit that brought this page."""
    text = f"{made.article.title}\n{made.article.text}"
    return ingest.settle_page(
        store, link, page_of(link.url, now), made, raw_of(link.url, text, now), now, next_visit
    )


def run_story(
    store: Store,
    name: str,
    made: Prepared | None = None,
    *,
    outlet: str = "harbour",
    now: datetime = NOW,
    next_visit: datetime | None = None,
) -> Settlement:
    """Discover a link and write the article it leads to."""
    discover(store, link_to(name, outlet), outlet=outlet, now=now)
    link = due_link(store, name, outlet, now)
    return settle(store, link, made or prepared(name, outlet=outlet), now, next_visit)


def failure(kind: FailureKind = FailureKind.TIMEOUT, **fields: Any) -> Failure:
    return Failure(kind=kind, message="as the test wants", url="https://x.example/", **fields)


@dataclass
class SqliteBench:
    """A store on two files, and the questions that tests ask of it from outside."""

    path: Path
    reopened: bool = False
    _store: Any = field(default=None, repr=False)

    def do(self, run: Callable[[Any], T]) -> T:
        """Run one change as the writer does."""
        store = self.open()
        try:
            with store.transaction(), store.step():
                return run(store)
        finally:
            if self.reopened:
                self.close()

    def open(self) -> Any:
        if self._store is None:
            self._store = open_store(self.path, NOW)
        return self._store

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    # -- questions ----------------------------------------------------------------------------

    def search(self, words: str, **more: Any) -> set[int]:
        wanted = Filter(match=parse_query(words), **more)
        with Reader(self.path) as reader:
            return {row["id"] for row in reader.articles(wanted)}

    def article(self, article: int) -> dict[str, Any]:
        with Reader(self.path) as reader:
            return reader.article(str(article))

    def articles(self) -> list[dict[str, Any]]:
        with Reader(self.path) as reader:
            return list(reader.full_articles(Filter()))

    def revisions(self, article: int) -> list[dict[str, Any]]:
        with Reader(self.path) as reader:
            return reader.revisions(article)

    def links(self, **wanted: Any) -> list[dict[str, Any]]:
        with Reader(self.path) as reader:
            return reader.links(**wanted, limit=10_000)

    def outcomes(self, source: str | None = None) -> Counter[str]:
        """Outcomes counted from the links themselves; pending ones are there under "pending"."""
        with Reader(self.path) as reader:
            rows = reader.ledger(slugs=None if source is None else [source])
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row["outcome"] or "pending"] += row["n"]
        return counts

    def rolled_up(self, source: str | None = None) -> Counter[str]:
        """Counts as they were added up day by day."""
        with Reader(self.path) as reader:
            rows = reader.daily(NOW - timedelta(days=999), None if source is None else [source])
            hourly = reader.counts_since(NOW - timedelta(days=999))
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row["outcome"]] += row["n"]
        if source is None:
            hours: Counter[str] = Counter()
            for row in hourly:
                hours[row["outcome"]] += row["n"]
            assert hours == counts
        return counts

    def problems(self) -> list[str]:
        """What ``db check`` would complain of."""
        found = upkeep.check(self.path, pages_path(self.path))
        return [f"{f.name}: {f.problem}" for f in found if f.problem]


def one_file(folder: Path) -> SqliteBench:
    return SqliteBench(folder / "monitor.db")


def file_reopened_each_time(folder: Path) -> SqliteBench:
    return SqliteBench(folder / "monitor.db", reopened=True)


# A second store joins the suite with a line here: something with the methods of ``SqliteBench``.
BENCHES: dict[str, Callable[[Path], SqliteBench]] = {
    "sqlite": one_file,
    "sqlite-reopened": file_reopened_each_time,
}


@contextmanager
def bench_of(make: Callable[[Path], SqliteBench], folder: Path) -> Iterator[SqliteBench]:
    """A founded store that is checked when the test is over."""
    bench = make(folder)
    bench.do(found_empty)
    try:
        yield bench
        bench.close()
        assert bench.problems() == []
    finally:
        bench.close()
