"""Polls feeds: request, parse in a worker, enter new links in the ledger, decide the next time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from random import Random

import structlog

from crawler.fetch import Fetcher, FetcherClosedError
from monitor import feedstate
from monitor.documents import Document, Documents, Tracked
from monitor.orders import Orders
from monitor.pollresult import document_facts, for_schedule, in_a_word
from monitor.pool import WorkerPool
from monitor.schedule import Waiting, after_poll, pick_due
from monitor.writing import StoreClient
from pipeline.errors import StoreError
from pipeline.model import Failure, FailureKind
from pipeline.store.records import FeedState, PollOutcome, PollRecord, StoredFeed
from pipeline.store.sqlite import SqliteStore
from pipeline.urls import netloc_key

MAX_POLLS = 32  # in flight at a time
TOP_UP = 0.05  # seconds after a poll ended until the next are started, when some wait
STORE_PAUSE = 5.0  # seconds a host's turn is held when the store cannot be written
CRASH_PAUSE = 60.0  # and when a bug of ours keeps even that from being written

log = structlog.get_logger()


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
        self._documents = Documents(fetcher, pool)
        self._store = store
        self._orders = orders
        self._clock = clock
        self._rng = rng
        self._on_links = on_links
        self.feeds: dict[int, Tracked] = {}
        self._hosts: dict[int, str] = {}  # by feed
        self._busy_hosts: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._left_over = False  # more are due than may run now
        self._stopping = False
        self.finished = 0
        self.failed = 0
        self.discovered = 0

    def load(self, orders: Orders, stored: list[StoredFeed]) -> None:
        """Take over the feeds of a (new) configuration; polls in flight go on."""
        self._orders = orders
        before, self.feeds, self._hosts = self.feeds, {}, {}
        for feed in stored:
            order = orders.by_key.get((feed.source, feed.url))
            if order is None:
                continue
            old = before.get(feed.id)
            tracked = Tracked(order=order, source=orders.sources[feed.source], stored=feed)
            if old is not None:
                tracked.stored = feedstate.reordered(feed, old.order, order)
                tracked.children, tracked.seen, tracked.running = (
                    old.children,
                    old.seen,
                    old.running,
                )
            self.feeds[feed.id] = tracked
            self._hosts[feed.id] = netloc_key(order.spec.url)

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
        """Start the polls that are due (or requested); returns how many.

        When more are due than may run at a time, the rest follow as places get free.
        """
        free = MAX_POLLS - len(self._tasks)
        if free <= 0:
            self._left_over = only is None
            return 0
        waiting = [
            Waiting(i, self._hosts[i], _due_at(t, only))
            for i, t in self.feeds.items()
            if _wanted(t, now, i, only)
        ]
        if not waiting:
            self._left_over = False
            return 0
        chosen = pick_due(waiting, now, self._busy_hosts, free)
        self._left_over = only is None and len(chosen) == free
        for feed in chosen:
            self._start(feed)
        return len(chosen)

    def _start(self, feed: int) -> None:
        tracked, host = self.feeds[feed], self._hosts[feed]
        self._busy_hosts.add(host)
        tracked.running = True
        task = asyncio.create_task(self._guarded(tracked, host))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._left_over and not self._stopping:
            self._left_over = False
            # Places get free in groups, as the writer commits: one look at all feeds serves them.
            asyncio.get_running_loop().call_later(TOP_UP, self._top_up)

    def _top_up(self) -> None:
        if not self._stopping:
            self.start_due(self._clock())

    async def _guarded(self, tracked: Tracked, host: str) -> None:
        try:
            await self.poll(tracked)
        except StoreError as error:
            # Nothing was written, so nothing is lost: the feed stays due.  Not at once, though.
            log.error("poll_not_stored", source=tracked.stored.source, error=str(error))  # noqa: TRY400
            await asyncio.sleep(STORE_PAUSE)
        except FetcherClosedError:
            pass  # we are stopping; the feed is due again after the start
        except Exception:
            # Not even the crash could be written.
            log.exception("poll_crashed", source=tracked.stored.source, feed=tracked.order.spec.url)
            await asyncio.sleep(CRASH_PAUSE)
        finally:
            self._busy_hosts.discard(host)
            tracked.running = False
            current = self.feeds.get(tracked.stored.id)  # another one after a reload
            if current is not None:
                current.running = False
            self.finished += 1

    async def poll(self, tracked: Tracked) -> PollOutcome | Failure:
        """Poll one feed and write what came of it.  Raises StoreError when it cannot be written."""
        at = self._clock()
        try:
            document = await self._documents.get(tracked, at)
        except FetcherClosedError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug met with one feed must not end the others
            document = _crashed(tracked, error)
        try:
            state, outcome = await self._store.do(
                lambda store: self._write(store, tracked, document, at)
            )
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - what the document held could not be written
            document = crashed = _crashed(tracked, error)
            state, outcome = await self._store.do(
                lambda store: self._write(store, tracked, crashed, at)
            )
        # Only now: had the links not been written, "not modified" would hide them the next time.
        if document.asked:
            known = {**tracked.seen, **document.seen}
            tracked.seen = {url: known[url] for url in document.asked if url in known}
        current = self.feeds.get(tracked.stored.id, tracked)  # a reload may have replaced it
        requested = current.stored.requested_at
        current.stored = feedstate.reordered(
            replace(
                current.stored,
                state=state,
                requested_at=None if requested and requested <= at else requested,
            ),
            tracked.order,
            current.order,
        )
        current.children, current.seen = tracked.children, tracked.seen
        self._report(tracked, document, outcome, state)
        if outcome is not None and outcome.due:
            self._on_links(tracked.stored.source)
        return document.failure or outcome or PollOutcome(found=0, new=0, shared=0, due=0)

    def _report(
        self, tracked: Tracked, document: Document, outcome: PollOutcome | None, state: FeedState
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

    def _write(
        self, store: SqliteStore, tracked: Tracked, document: Document, at: datetime
    ) -> tuple[FeedState, PollOutcome | None]:
        """Enter the links and decide the next poll, in one transaction (writer's thread)."""
        outcome: PollOutcome | None = None
        source = tracked.source
        if document.failure is None:
            oldest = at - source.max_age if source.max_age is not None else None
            outcome = store.ledger.discover(
                tracked.stored.source,
                tracked.stored.id,
                list(document.keyed.items()),
                at,
                oldest,
                first=tracked.state.last_success_at is None,
            )
        result = for_schedule(tracked, document, outcome, at)
        planned = after_poll(
            tracked.order.plan,
            feedstate.to_schedule(tracked.stored),
            result,
            jitter=self._orders.jitter,
            rng=self._rng,
        )
        page = document.page
        elapsed_ms = round(page.elapsed * 1000) if page else None
        facts = document_facts(tracked, document, at, new=bool(outcome and outcome.new))
        state = feedstate.after(tracked.state, planned, result, facts, elapsed_ms)
        discovery = document.read.discovery if document.read else None
        store.feeds.log_poll(
            PollRecord(
                feed=tracked.stored.id,
                source=tracked.stored.source,
                at=at,
                result=in_a_word(document, outcome),
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

    async def stop(self, patience: float) -> None:
        """Wait up to ``patience`` seconds for the polls in flight, then give them up.

        What those found was not written, so they are due again.
        """
        self._stopping = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=1)


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


def _crashed(tracked: Tracked, error: Exception) -> Document:
    url = tracked.order.spec.url
    log.error("poll_crashed", source=tracked.stored.source, feed=url, exc_info=error)
    message = f"{type(error).__name__}: {error}"[:300]
    return Document(failure=Failure(kind=FailureKind.CRASHED, message=message, url=url))
