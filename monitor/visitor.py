"""Visits links: fetches the page, has the article taken out of it, writes how the link ended."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random

import structlog

from crawler.fetch import Fetcher, FetcherClosedError
from monitor import sitebook
from monitor.again import Again
from monitor.backlog import mixed
from monitor.jobs import PageRead, read_page
from monitor.kept import job_of_page, read_basis
from monitor.orders import Orders, SourceOrder
from monitor.pool import WorkerPool
from monitor.schedule import retry_at
from monitor.writing import StoreClient
from pipeline import ingest
from pipeline.errors import StoreError
from pipeline.extract.site_memory import SiteMemory
from pipeline.model import Failure, FailureKind, Outcome, Page
from pipeline.store.records import DueLink, RawPage, Settlement
from pipeline.store.sqlite import SqliteStore

MAX_VISITS = 512  # tasks at a time; most wait for their host's turn, the wire has its own limit
LOADED = 40  # links of one source held in memory
BACKLOG = 12  # jobs per worker that may wait for extraction before no more pages are fetched
STORE_PAUSE = 5.0  # seconds before a source is tried again after the store said no

log = structlog.get_logger()


class Visitor:
    """Works off the due links, fairly between sources."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        pool: WorkerPool,
        store: StoreClient,
        orders: Orders,
        clock: Callable[[], datetime],
        rng: Random,
        on_settled: Callable[[Settlement], None] = lambda _: None,
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._store = store
        self.orders = orders
        self._clock = clock
        self._rng = rng
        self._on_settled = on_settled
        self._unseen: set[str] = set()  # sources whose due links in the ledger we have not seen yet
        self._queues: dict[str, deque[DueLink]] = {}  # never empty ones
        self._sites: dict[str, SiteMemory | None] = {}  # as the store had it last
        self._again = Again(rng)
        self._flying: dict[str, set[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._held: set[str] = set()
        self._forgotten: set[str] = set()  # while links were being loaded
        self._loading = False
        self.outcomes: Counter[str] = Counter()
        self.touched: set[str] = set()  # sources with new articles since somebody looked
        self._room = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """How many visits run."""
        return len(self._tasks)

    @property
    def queued(self) -> int:
        """How many links are loaded and wait for a place."""
        return sum(len(queue) for queue in self._queues.values())

    def wake(self, source: str) -> None:
        """Say that a source may have new due links."""
        self._unseen.add(source)
        self._queues.pop(source, None)  # news shall not wait behind a backlog that is loaded
        self._room.set()

    def forget(self, sources: Iterable[str]) -> None:
        """Start no more of the links that are loaded of these sources; they stay in the ledger."""
        for source in sources:
            self._queues.pop(source, None)
            self._unseen.discard(source)
            self._forgotten.add(source)

    async def refresh(self) -> None:
        """Ask the ledger which sources have due links."""
        now = self._clock()
        due = await self._store.do(lambda s: s.ledger.sources_due(now), urgent=True)
        self._unseen |= due
        if due:
            self._room.set()

    def idle(self) -> bool:
        """True if nothing is in flight, loaded, being loaded or known to wait."""
        return not (self._tasks or self._unseen or self._queues or self._loading)

    async def run(self) -> None:
        """Start visits as places get free, until cancelled."""
        while True:
            await self._room.wait()
            self._room.clear()
            try:
                await self._fill()
            except Exception as error:
                # Whatever it was, the links are still in the ledger, and this loop must not end.
                if isinstance(error, StoreError):
                    log.error("links_not_read", error=str(error))  # noqa: TRY400
                else:
                    log.exception("links_not_read")
                await asyncio.sleep(STORE_PAUSE)
                self._room.set()

    async def _fill(self) -> None:
        # Those with the least in flight first, so that no source waits for a larger one.
        ready = self._unseen | self._queues.keys()
        for source in sorted(ready, key=lambda s: len(self._flying.get(s, ()))):
            order = self.orders.sources.get(source)
            if order is None or source in self._held:
                self._unseen.discard(source)
                self._queues.pop(source, None)
                continue
            try:
                await self._fill_source(source, order)
            except StoreError:
                raise
            except Exception:
                # A row that cannot be read; the other sources have no part in it.
                log.exception("links_not_read", source=source)
                self._hold(source)
            if self._full():
                return

    def _full(self) -> bool:
        return (
            self._stopping
            or len(self._tasks) >= MAX_VISITS
            or self._pool.busy > self.orders.workers * BACKLOG
        )

    async def _fill_source(self, source: str, order: SourceOrder) -> None:
        # One more than the host takes at a time, so that the next is at hand when its turn comes.
        places = order.manners.concurrency + 1
        while len(self._flying.get(source, ())) < places and not self._full():
            link = await self._next(source)
            if link is None:
                return
            self._flying.setdefault(source, set()).add(link.id)
            task = asyncio.create_task(self._guarded(link, order))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _next(self, source: str) -> DueLink | None:
        queue = self._queues.get(source)
        if queue is None:
            if source not in self._unseen:
                return None
            # From here on, whoever adds links wakes us again.
            self._unseen.discard(source)
            now, flying = self._clock(), frozenset(self._flying.get(source, ()))
            self._forgotten.clear()
            self._loading = True
            try:
                found, self._sites[source] = await self._store.do(
                    lambda s: (
                        mixed(s, source, now, LOADED, flying),
                        sitebook.memory_of(s, source),
                    ),
                    urgent=True,
                )
                await self._again.ask(self._store, source, now)
            except StoreError:
                self._unseen.add(source)
                raise
            finally:
                self._loading = False
            if not found or source in self._forgotten:
                return None
            if len(found) == LOADED:
                self._unseen.add(source)
            queue = self._queues[source] = deque(found)
        link = queue.popleft()
        if not queue:
            del self._queues[source]
        return link

    async def _guarded(self, link: DueLink, order: SourceOrder) -> None:
        try:
            done = await self._visit(link, order)
        except StoreError as error:
            # Not written, so not done: the link stays due in the ledger.
            log.error("visit_not_stored", source=link.source, url=link.url, error=str(error))  # noqa: TRY400
            self._hold(link.source)
        except FetcherClosedError:
            pass  # we are stopping; the link is still due
        except Exception as error:
            log.exception("visit_crashed", source=link.source, url=link.url)
            await self._crashed(link, order, error)
        else:
            self._report(done)
        finally:
            flying = self._flying.get(link.source)
            if flying is not None:
                flying.discard(link.id)
                if not flying:
                    self._flying.pop(link.source, None)
            self._room.set()

    def _hold(self, source: str) -> None:
        self._held.add(source)
        self._queues.pop(source, None)

        def release() -> None:
            self._held.discard(source)
            self.wake(source)

        asyncio.get_running_loop().call_later(STORE_PAUSE, release)

    async def _crashed(self, link: DueLink, order: SourceOrder, error: Exception) -> None:
        message = f"{type(error).__name__}: {error}"[:300]
        failure = Failure(kind=FailureKind.CRASHED, message=message, url=link.url)
        try:
            self._report(await self._failed(link, order, failure))
        except StoreError as broken:
            log.error("visit_not_stored", source=link.source, url=link.url, error=str(broken))  # noqa: TRY400
            self._hold(link.source)
        except Exception:
            # Not even the crash could be written: the link stays due, but not at once.
            log.exception("visit_not_stored", source=link.source, url=link.url)
            self._hold(link.source)

    def _report(self, done: Settlement) -> None:
        link = done.link
        word = done.outcome.value if done.outcome else "retry"
        self.outcomes[done.event or word if link.outcome else word] += 1
        facts = {
            "source": link.source,
            "url": link.url,
            "article": done.article,
            "reason": done.reason,
        }
        if done.failure is not None:
            log.warning("page_failed", kind=done.failure.kind.value, outcome=word, **facts)
        elif done.outcome in (Outcome.STORED, Outcome.COPY, Outcome.REVISED):
            self.touched.add(link.source)
            log.info("page", outcome=word, **facts)
        else:
            log.debug("page", outcome=word, **facts)
        self._on_settled(done)

    # -- one visit --------------------------------------------------------------------------

    async def _visit(self, link: DueLink, order: SourceOrder) -> Settlement:
        again = link.page_hash is not None
        request = order.manners.request(
            link.url, "page", link.etag if again else None, link.last_modified if again else None
        )
        page = await self._fetcher.fetch(request)
        if isinstance(page, Failure):
            return await self._failed(link, order, page)
        if page.not_modified:
            return await self._unmodified(link, order, page)
        job = job_of_page(link, order, page, self._sites.get(link.source))
        read = await self._pool.run(read_page, job, page.url)
        if isinstance(read, Failure):
            return await self._failed(link, order, read)
        if read.prepared is None:
            return await self._unmodified(link, order, page)
        return await self._page(link, order, page, read)

    async def _failed(self, link: DueLink, order: SourceOrder, failure: Failure) -> Settlement:
        now = self._clock()
        retry = retry_at(link.attempts + 1, failure, now, self._rng)
        if retry is None and link.article is not None:
            # An outage of hours must not end the search for edits of a stored article.
            retry = self._again.next_visit(link, order, now)
        looks = self._again.looks(link, order, now)
        return await self._store.do(
            lambda store: ingest.settle_failure(store, link, failure, now, retry, looks)
        )

    async def _unmodified(self, link: DueLink, order: SourceOrder, page: Page) -> Settlement:
        now = self._clock()
        due = self._again.next_visit(link, order, now)
        if link.outcome is not None and link.article is None:
            due = self._again.looks(link, order, now).second_at
        return await self._store.do(
            lambda store: ingest.settle_unmodified(store, link, page, now, due)
        )

    async def _page(
        self, link: DueLink, order: SourceOrder, page: Page, read: PageRead
    ) -> Settlement:
        prepared = read.prepared
        assert prepared is not None
        basis = None
        if link.article is not None:
            site = self._sites.get(link.source)
            basis = await read_basis(self._store, self._pool, link, order, prepared, site)
        now = self._clock()
        due = self._again.next_visit(link, order, now)
        raw = RawPage(
            url=page.url,
            fetched_at=page.fetched_at,
            status=page.status,
            headers=page.headers,
            sha256=read.sha256,
            size=read.size,
            zstd=read.zstd,
        )

        looks = self._again.looks(link, order, now)
        keep = self.orders.keep_pages > timedelta(0)

        def write(store: SqliteStore) -> tuple[Settlement, sitebook.Learned]:
            done = ingest.settle_page(
                store, link, page, prepared, raw, now, due, keep=keep, basis=basis, looks=looks
            )
            return done, sitebook.learn(store, prepared, read.lesson, done, now)

        done, learned = await self._store.do(write)
        if done.event == "edited":
            self._again.edited(link.source)
        if learned.memory is not None:
            self._sites[link.source] = learned.memory
        sitebook.tell(link.source, learned)
        return done

    async def stop(self, patience: float) -> None:
        """Start nothing more, and wait up to ``patience`` seconds for what is in flight."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=1)
