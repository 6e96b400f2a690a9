"""Gets the document of a feed, and of the sitemaps an index names; parsing is done by workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.fetch import Fetcher
from monitor import feedstate
from monitor.jobs import FeedJob, FeedRead, read_feed
from monitor.orders import FeedOrder, SourceOrder
from monitor.pool import WorkerPool
from pipeline.model import Failure, Link, Page
from pipeline.store.records import FeedState, StoredFeed

MAX_CHILDREN = 5  # sitemaps of an index read in one poll, newest first
MAX_DEPTH = 3  # of indexes within indexes
# A server whose validators lie is found out by asking without them now and then.
FULL_EVERY = timedelta(hours=24)


@dataclass(slots=True)
class Tracked:
    """A feed as the poller knows it between polls."""

    order: FeedOrder
    source: SourceOrder
    stored: StoredFeed
    children: tuple[str, ...] | None = None  # of a sitemap index; None: not seen since the start
    seen: dict[str, tuple[str | None, str | None, str]] = field(default_factory=dict)
    running: bool = False

    @property
    def state(self) -> FeedState:
        """The stored state."""
        return self.stored.state


@dataclass(slots=True)
class Document:
    """What one request for a feed came to, children included."""

    page: Page | None = None
    failure: Failure | None = None
    read: FeedRead | None = None
    keyed: dict[str, Link] = field(default_factory=dict)
    size: int = 0
    problems: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)  # sitemaps of an index
    seen: dict[str, tuple[str | None, str | None, str]] = field(default_factory=dict)


class Documents:
    """Fetches and reads feed documents."""

    def __init__(self, fetcher: Fetcher, pool: WorkerPool) -> None:
        self._fetcher = fetcher
        self._pool = pool

    async def get(self, tracked: Tracked, now: datetime) -> Document:
        """Ask for a feed; with validators, unless they are not to be trusted now."""
        url, state = tracked.order.spec.url, tracked.state
        full = _wants_full(tracked, now)
        manners = tracked.source.manners
        request = manners.request(
            url, "feed", None if full else state.etag, None if full else state.last_modified
        )
        got = await self._fetcher.fetch(request)
        if isinstance(got, Failure):
            return Document(failure=got)
        document = Document(page=got, size=len(got.body))
        children = tracked.children or ()
        if not got.not_modified:
            read = await self._read(tracked, got, got.url, None if full else state.body_hash)
            if isinstance(read, Failure):
                document.failure = read
                return document
            document.read = read
            document.keyed.update(read.keyed)
            if read.discovery is not None:
                document.problems.extend(read.discovery.problems)
                children = tracked.children = read.discovery.children
        failures: list[Failure] = []
        for child in children[:MAX_CHILDREN]:
            failed = await self._get_child(tracked, child, document, depth=1, full=full)
            failures.extend([failed] if failed else [])
        if failures and len(failures) == len(children[:MAX_CHILDREN]) and not document.keyed:
            document.failure = failures[0]  # an index of nothing that works is not working
        return document

    async def _read(
        self, tracked: Tracked, page: Page, url: str, known: str | None
    ) -> FeedRead | Failure:
        job = FeedJob(
            kind=tracked.order.spec.kind,
            url=url,
            body=page.body,
            content_encoding=page.headers.get("content-encoding", ""),
            content_type=page.headers.get("content-type", ""),
            rules=tracked.order.rules,
            known_hash=known,
            max_size=tracked.source.manners.max_feed,
        )
        return await self._pool.run(read_feed, job, url)

    async def _get_child(
        self, tracked: Tracked, url: str, document: Document, depth: int, *, full: bool
    ) -> Failure | None:
        """Read a sitemap named by an index; what goes wrong with it is noted, not fatal."""
        if url in document.asked:
            return None
        document.asked.add(url)
        known = None if full else tracked.seen.get(url)
        etag, modified, digest = known or (None, None, "")
        got = await self._fetcher.fetch(tracked.source.manners.request(url, "feed", etag, modified))
        if isinstance(got, Failure):
            document.problems.append(f"{url}: {got.kind.value}: {got.message}")
            return got
        if got.not_modified:
            return None
        document.size += len(got.body)
        read = await self._read(tracked, got, got.url, digest or None)
        if isinstance(read, Failure):
            document.problems.append(f"{url}: {read.kind.value}: {read.message}")
            return read
        headers = got.headers
        document.seen[url] = (headers.get("etag"), headers.get("last-modified"), read.body_hash)
        for key, link in read.keyed:
            document.keyed.setdefault(key, link)
        if read.discovery is not None and depth < MAX_DEPTH:
            for child in read.discovery.children[:MAX_CHILDREN]:
                await self._get_child(tracked, child, document, depth + 1, full=full)
        return None


def _wants_full(tracked: Tracked, now: datetime) -> bool:
    state = tracked.state
    if state.validators_lie or feedstate.failed_document(state):
        return True
    if state.format == "sitemapindex" and tracked.children is None:
        return True  # its sitemaps are not known since the start
    return state.last_full_at is None or now - state.last_full_at > FULL_EVERY
