"""Polls feeds: request, parse in a worker, enter new links in the ledger, decide the next time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import structlog

from crawler.fetch import Fetcher, FetcherClosedError
from monitor import feedstate
from monitor.jobs import FeedJob, FeedRead, read_feed
from monitor.orders import FeedOrder, Orders, SourceOrder
from monitor.pool import WorkerPool
from monitor.schedule import PollResult, Waiting, after_poll, pick_due
from monitor.writing import StoreClient
from pipeline.errors import StoreError
from pipeline.model import Discovery, Failure, FailureKind, FeedKind, Link, Page
from pipeline.store.records import FeedState, PollOutcome, PollRecord, StoredFeed
from pipeline.store.sqlite import SqliteStore
from pipeline.urls import netloc_key

MAX_POLLS = 32  # in flight at a time
MAX_CHILDREN = 5  # sitemaps of an index read in one poll, newest first
MAX_DEPTH = 3  # of indexes within indexes
# A server whose validators lie is found out by asking without them now and then.
FULL_EVERY = timedelta(hours=24)
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)

log = structlog.get_logger()


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
class _Document:
    """What one request for a feed came to, children included."""

    page: Page | None = None
    failure: Failure | None = None
    read: FeedRead | None = None
    keyed: dict[str, Link] = field(default_factory=dict)
    size: int = 0
    problems: list[str] = field(default_factory=list)


class Poller:
    """Keeps the feeds and runs their polls; one in flight per host."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        pool: WorkerPool,
        store: StoreClient,
        orders: Orders,
        clock: Callable[[], datetime],
        rng: Random,
        on_links: Callable[[str], None],
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._store = store
        self._orders = orders
        self._clock = clock
        self._rng = rng
        self._on_links = on_links
        self.feeds: dict[int, Tracked] = {}
        self._busy_hosts: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.finished = 0
        self.failed = 0
        self.discovered = 0

    def load(self, orders: Orders, stored: list[StoredFeed]) -> None:
        """Take over the feeds of a (new) configuration; polls in flight go on."""
        self._orders = orders
        before, self.feeds = self.feeds, {}
        for feed in stored:
            order = orders.by_key.get((feed.source, feed.url))
            if order is None:
                continue
            old = before.get(feed.id)
            tracked = Tracked(order=order, source=orders.sources[feed.source], stored=feed)
            if old is not None:
                tracked.children, tracked.seen, tracked.running = (
                    old.children,
                    old.seen,
                    old.running,
                )
            self.feeds[feed.id] = tracked

    @property
    def in_flight(self) -> int:
        """How many polls run."""
        return len(self._tasks)

    def next_due(self) -> datetime | None:
        """Return when the next poll is due; None if no feed waits."""
        times = [
            t.state.next_poll_at
            for t in self.feeds.values()
            if t.state.next_poll_at and not t.stored.paused and not t.running
        ]
        return min(times, default=None)

    def start_due(self, now: datetime, only: set[int] | None = None) -> int:
        """Start the polls that are due (or requested); returns how many."""
        waiting = [
            Waiting(i, netloc_key(t.order.spec.url), _due_at(t, only))
            for i, t in self.feeds.items()
            if _wanted(t, now, i, only)
        ]
        if not waiting:
            return 0
        chosen = pick_due(waiting, now, self._busy_hosts, MAX_POLLS - len(self._tasks))
        for feed in chosen:
            self._start(self.feeds[feed])
        return len(chosen)

    def _start(self, tracked: Tracked) -> None:
        host = netloc_key(tracked.order.spec.url)
        self._busy_hosts.add(host)
        tracked.running = True
        task = asyncio.create_task(self._guarded(tracked, host))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, tracked: Tracked, host: str) -> None:
        try:
            await self.poll(tracked)
        except StoreError as error:
            # Nothing was written, so nothing is lost: the feed stays due.  Not at once, though.
            log.error("poll_not_stored", source=tracked.stored.source, error=str(error))  # noqa: TRY400
            await asyncio.sleep(5)
        except FetcherClosedError:
            pass  # we are stopping; the feed is due again after the start
        finally:
            self._busy_hosts.discard(host)
            tracked.running = False
            self.finished += 1

    async def poll(self, tracked: Tracked) -> PollOutcome | Failure:
        """Poll one feed and write what came of it.  Raises StoreError when it cannot be written."""
        at = self._clock()
        try:
            document = await self._get(tracked, at)
        except Exception as error:
            log.exception("poll_crashed", source=tracked.stored.source, feed=tracked.order.spec.url)
            message = f"{type(error).__name__}: {error}"[:300]
            document = _Document(
                failure=Failure(
                    kind=FailureKind.CRASHED, message=message, url=tracked.order.spec.url
                )
            )
        state, outcome = await self._store.do(
            lambda store: self._write(store, tracked, document, at)
        )
        current = self.feeds.get(tracked.stored.id, tracked)  # a reload may have replaced it
        requested = current.stored.requested_at
        current.stored = replace(
            current.stored,
            state=state,
            requested_at=None if requested and requested <= at else requested,
        )
        current.children, current.seen = tracked.children, tracked.seen
        self._report(tracked, document, outcome, state)
        if outcome is not None and outcome.due:
            self._on_links(tracked.stored.source)
        return document.failure or outcome or PollOutcome(found=0, new=0, shared=0, due=0)

    def _report(
        self, tracked: Tracked, document: _Document, outcome: PollOutcome | None, state: FeedState
    ) -> None:
        facts = {
            "source": tracked.stored.source,
            "feed": tracked.order.spec.url,
            "next": state.next_poll_at.isoformat(timespec="seconds")
            if state.next_poll_at
            else None,
        }
        if document.failure is not None:
            self.failed += 1
            log.warning(
                "poll_failed",
                kind=document.failure.kind.value,
                reason=document.failure.message,
                **facts,
            )
        elif outcome is not None and outcome.new:
            self.discovered += outcome.new
            log.info("polled", found=outcome.found, new=outcome.new, **facts)
        else:
            log.debug("polled", found=outcome.found if outcome else None, new=0, **facts)

    # -- the request ------------------------------------------------------------------------

    async def _get(self, tracked: Tracked, now: datetime) -> _Document:
        url, state = tracked.order.spec.url, tracked.state
        full = self._wants_full(tracked, now)
        manners = tracked.source.manners
        request = manners.request(
            url, "feed", None if full else state.etag, None if full else state.last_modified
        )
        got = await self._fetcher.fetch(request)
        if isinstance(got, Failure):
            return _Document(failure=got)
        document = _Document(page=got, size=len(got.body))
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
        for child in children[:MAX_CHILDREN]:
            await self._get_child(tracked, child, document, depth=1)
        return document

    def _wants_full(self, tracked: Tracked, now: datetime) -> bool:
        state = tracked.state
        if state.validators_lie or feedstate.failed_document(state):
            return True
        if state.format == "sitemapindex" and tracked.children is None:
            return True  # its sitemaps are not known since the start
        return state.last_full_at is None or now - state.last_full_at > FULL_EVERY

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

    async def _get_child(self, tracked: Tracked, url: str, document: _Document, depth: int) -> None:
        """Read a sitemap named by an index; what goes wrong with it is noted, not fatal."""
        etag, modified, digest = tracked.seen.get(url, (None, None, ""))
        got = await self._fetcher.fetch(tracked.source.manners.request(url, "feed", etag, modified))
        if isinstance(got, Failure):
            document.problems.append(f"{url}: {got.kind.value}: {got.message}")
            return
        if got.not_modified:
            return
        document.size += len(got.body)
        read = await self._read(tracked, got, got.url, digest or None)
        if isinstance(read, Failure):
            document.problems.append(f"{url}: {read.kind.value}: {read.message}")
            return
        headers = got.headers
        tracked.seen[url] = (headers.get("etag"), headers.get("last-modified"), read.body_hash)
        for key, link in read.keyed:
            document.keyed.setdefault(key, link)
        if read.discovery is not None and depth < MAX_DEPTH:
            for child in read.discovery.children[:MAX_CHILDREN]:
                await self._get_child(tracked, child, document, depth + 1)

    # -- what came of it --------------------------------------------------------------------

    def _write(
        self, store: SqliteStore, tracked: Tracked, document: _Document, at: datetime
    ) -> tuple[FeedState, PollOutcome | None]:
        """Enter the links and decide the next poll, in one transaction (writer's thread)."""
        outcome: PollOutcome | None = None
        source = tracked.source
        if document.failure is None:
            oldest = at - source.max_age if source.max_age is not None else None
            outcome = store.ledger.discover(
                tracked.stored.source, tracked.stored.id, list(document.keyed.items()), at, oldest
            )
        result = _result(tracked, document, outcome, at)
        planned = after_poll(
            tracked.order.plan,
            feedstate.to_schedule(tracked.stored),
            result,
            jitter=self._orders.jitter,
            rng=self._rng,
        )
        page = document.page
        elapsed_ms = round(page.elapsed * 1000) if page else None
        facts = _facts(tracked, document, at)
        state = feedstate.after(tracked.state, planned, result, facts, elapsed_ms)
        discovery = document.read.discovery if document.read else None
        store.feeds.log_poll(
            PollRecord(
                feed=tracked.stored.id,
                source=tracked.stored.source,
                at=at,
                result=_word(document, outcome),
                state=state,
                http_status=page.status
                if page
                else (document.failure.status if document.failure else None),
                elapsed_ms=elapsed_ms,
                size=document.size,
                links=outcome.found if outcome and discovery else None,
                new_links=outcome.new if outcome else None,
                skipped=discovery.skipped if discovery else {},
                message=document.failure.message
                if document.failure
                else "; ".join(document.problems) or None,
            )
        )
        return state, outcome

    async def drain(self) -> None:
        """Wait for the polls in flight."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def cancel(self) -> None:
        """Give up the polls in flight; what they found so far was not written, and is due again."""
        for task in self._tasks:
            task.cancel()


def _wanted(tracked: Tracked, now: datetime, feed: int, only: set[int] | None) -> bool:
    if tracked.running:
        return False
    if only is not None:
        return feed in only
    if tracked.stored.requested_at is not None:
        return True  # somebody asked by hand: a pause is no reason to refuse
    due = tracked.state.next_poll_at
    return not tracked.stored.paused and (due is None or due <= now)


def _due_at(tracked: Tracked, only: set[int] | None) -> datetime | None:
    if only is not None or tracked.stored.requested_at is not None:
        return None
    return tracked.state.next_poll_at


def _word(document: _Document, outcome: PollOutcome | None) -> str:
    if document.failure is not None:
        return "failed"
    if outcome is not None and outcome.new:
        return "new"
    if document.page is not None and document.page.not_modified:
        return "not_modified"
    if document.read is not None and document.read.discovery is None:
        return "same_body"
    return "nothing_new"


def _result(
    tracked: Tracked, document: _Document, outcome: PollOutcome | None, at: datetime
) -> PollResult:
    page, failure = document.page, document.failure
    discovery: Discovery | None = document.read.discovery if document.read else None
    found = re.search(_MAX_AGE, page.headers.get("cache-control", "")) if page else None
    shared = None
    if outcome is not None and outcome.found and tracked.state.last_success_at is not None:
        shared = outcome.shared > 0
    return PollResult(
        at=at,
        ok=failure is None,
        failure=failure,
        new_links=outcome.new if outcome else 0,
        times=outcome.times if outcome else (),
        shared_with_last=shared,
        not_modified=bool(page and page.not_modified),
        max_age=timedelta(seconds=int(found[1])) if found else None,
        refresh=discovery.refresh if discovery else None,
    )


def _facts(tracked: Tracked, document: _Document, at: datetime) -> feedstate.DocumentFacts | None:
    """What a whole document tells of itself; None when there was none to read."""
    page, read = document.page, document.read
    if page is None or read is None or document.failure is not None:
        return None
    state = tracked.state
    etag = page.headers.get("etag")
    lies = bool(state.validators_lie) or (
        etag is not None
        and etag == state.etag
        and state.body_hash is not None
        and read.body_hash != state.body_hash
    )
    same = read.discovery is None
    return feedstate.DocumentFacts(
        etag=etag,
        last_modified=page.headers.get("last-modified"),
        validators_lie=lies,
        body_hash=read.body_hash,
        format=state.format if same or read.discovery is None else read.discovery.format,
        title=state.title if same or read.discovery is None else read.discovery.title,
        links=state.last_links if same else len(document.keyed),
        at=at,
    )


__all__ = ["FeedKind", "Poller", "Tracked"]
