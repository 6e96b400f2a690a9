"""The daemon: one process, one loop, everything concrete is built here."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.fetch import Fetcher, FetchSettings
from monitor import __version__, feedstate, habits
from monitor.config.model import Config
from monitor.finding import Finder
from monitor.poller import Poller
from monitor.pool import WorkerPool
from monitor.process import raise_file_limit, resident_mb
from monitor.pulse import Pulse
from monitor.schedule import Rhythm, catch_up, repair, rhythm_from_text
from monitor.visitor import Visitor
from monitor.wiring import orders, with_found
from monitor.writing import StoreClient
from pipeline.errors import MonitorError, StoreOutdatedError
from pipeline.model import Failure
from pipeline.store.heartbeat import Beat
from pipeline.store.lock import DaemonLock
from pipeline.store.records import FeedSpec, Settlement
from pipeline.store.sqlite import SqliteStore, migrate_file, open_store
from pipeline.store.upkeep import prune_logs
from pipeline.urls import netloc_key

TICK_S = 1
LOOK_S = 2  # for due links and for what verbs asked of us
BEAT_S = 10
HABITS_S = 60
HABITS_AT_ONCE = 25
FIND_S = 3600  # sources that list no feeds and for which none was found yet
GRACE_S = 9.0  # for what is in flight at SIGTERM; ten seconds are promised
SETTLE_S = 15.0  # `run --once` waits for retries that are due so soon
LATE = timedelta(minutes=2)  # a feed this overdue at the start was missed by a pause of ours

log = structlog.get_logger()


def utc_now() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How this run differs from an ordinary daemon."""

    once: bool = False  # poll, fetch what is new, end
    only_due: bool = False  # with once: feeds that are due, not all
    only: frozenset[str] | None = None  # sources; None: all
    for_s: float | None = None  # end by itself after so many seconds


@dataclass(slots=True)
class Tally:
    """What a run did, for the exit code and for progress."""

    polled: int = 0
    polls_failed: int = 0
    settled: int = 0
    failed: int = 0
    to_poll: int = 0
    discovered: int = 0


class Daemon:
    """Runs the whole monitor until it is told to stop.

    ``reread`` gives a fresh configuration for SIGHUP; it may raise, then the old one stays.
    """

    def __init__(
        self,
        config: Config,
        database: Path,
        *,
        reread: Callable[[], Config] | None = None,
        options: Options | None = None,
        clock: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        progress: Callable[[Tally], None] = lambda _: None,
        config_path: str = "",
    ) -> None:
        self._config = config
        self._database = database
        self._reread = reread
        self._options = options or Options()
        self._clock = clock
        self._rng = rng or random.Random()
        self._progress = progress
        self._config_path = config_path
        self._started = clock()
        self._stop = asyncio.Event()
        self._signal: int | None = None
        self._state = "running"
        self.tally = Tally()
        # Built in run():
        self._store: StoreClient
        self._poller: Poller
        self._visitor: Visitor
        self._fetcher: Fetcher
        self._pool: WorkerPool
        self._pulse: Pulse
        self._jobs: AsyncIOScheduler

    async def run(self) -> int:
        """Run; returns the exit code.  Raises AlreadyRunningError, StoreError before it starts."""
        async with AsyncExitStack() as stack:
            lock = stack.enter_context(DaemonLock(self._database))
            log.debug("locked", file=str(lock.path))
            store = self._open()
            self._store = StoreClient(store)
            stack.push_async_callback(self._store.close)
            await self._build(stack)
            stack.push_async_callback(self._say_stopped)
            self._listen(stack)
            await self._work()
        return self._exit_code()

    def stop(self, number: int | None = None) -> None:
        """Finish what is in flight and end; a second call ends at once."""
        if self._stop.is_set() and number is not None:
            log.warning("stopped_at_once")
            self._pool.close()
            os._exit(128 + number)
        self._signal = number
        self._state = "stopping"
        self._stop.set()

    # -- building ---------------------------------------------------------------------------

    def _open(self) -> SqliteStore:
        self._database.parent.mkdir(parents=True, exist_ok=True)
        pages = self._config.storage.pages_path
        try:
            return open_store(self._database, self._clock(), pages=pages)
        except StoreOutdatedError:
            before, after, backup = migrate_file(self._database, self._clock())
            log.warning("database_upgraded", before=before, after=after, backup=str(backup))
            return open_store(self._database, self._clock(), pages=pages)

    async def _build(self, stack: AsyncExitStack) -> None:
        raise_file_limit()
        told = orders(self._config)
        self._fetcher = await stack.enter_async_context(
            Fetcher(
                FetchSettings(
                    user_agent=told.user_agent,
                    allow_hosts=told.allow_hosts,
                    max_in_flight=told.max_in_flight,
                    delay=told.default_delay,
                    concurrency_per_host=told.default_concurrency,
                    clock=self._clock,
                )
            )
        )
        self._pool = WorkerPool(
            workers=told.workers, timeout=told.worker_timeout, memory=told.worker_memory
        )
        stack.callback(self._pool.close)
        self._visitor = Visitor(
            fetcher=self._fetcher,
            pool=self._pool,
            store=self._store,
            orders=told,
            clock=self._clock,
            rng=self._rng,
            on_settled=self._settled,
        )
        self._poller = Poller(
            fetcher=self._fetcher,
            pool=self._pool,
            store=self._store,
            orders=told,
            clock=self._clock,
            rng=self._rng,
            on_links=self._visitor.wake,
        )
        await self._apply(self._config)
        if not self._options.once:
            await self._spread()
        # What was built stays for years: the collector need not walk it again and again.
        gc.collect()
        gc.freeze()
        self._pulse = Pulse(self._clock_jumped)
        self._pulse.start()
        stack.callback(self._pulse.stop)

    async def _apply(self, config: Config) -> None:
        """Make store, poller and visitor follow a configuration."""
        told = orders(config)
        now = self._clock()
        sources = [source.spec for source in told.sources.values()]
        feeds = [feed.spec for feed in told.feeds]

        def sync(store: SqliteStore) -> None:
            store.feeds.sync(sources, feeds, now)

        await self._store.do(sync, urgent=True)
        self._config = config
        await self._load()
        log.info("configured", sources=len(sources), feeds=len(self._poller.feeds))

    async def _load(self) -> None:
        """Make poller and visitor follow the store's feeds."""
        stored = await self._store.do(lambda s: s.feeds.active(), urgent=True)
        told = with_found(self._config, orders(self._config), stored)
        self._visitor.orders = told
        self._poller.load(told, stored)

    async def _find_feeds(self) -> None:
        """Look for the feeds of sources that list none, one source after the other."""
        for order in list(self._visitor.orders.sources.values()):
            slug = order.spec.slug
            known = any(t.stored.source == slug for t in self._poller.feeds.values())
            if known or order.spec.paused or not order.spec.url or self._stop.is_set():
                continue
            finder = Finder(self._fetcher, self._pool, order.manners, self._clock)
            found = await finder.find(order.spec.url)
            if isinstance(found, Failure):
                log.warning("no_feeds_found", source=slug, reason=found.message)
                continue
            specs = [
                FeedSpec(
                    source=slug,
                    kind=report.candidate.kind,
                    url=report.candidate.url,
                    schedule="auto",
                    origin="found",
                )
                for report in found.proposal.taken
            ]
            now = self._clock()
            await self._store.do(partial(_add_feeds, specs, now), urgent=True)
            log.info("feeds_found", source=slug, feeds=[spec.url for spec in specs])
            await self._load()

    async def _spread(self) -> None:
        """After downtime every overdue feed is polled once, spread over time, not in a storm."""
        now = self._clock()
        late = {
            i: t
            for i, t in self._poller.feeds.items()
            if t.state.last_poll_at and t.state.next_poll_at and t.state.next_poll_at < now - LATE
        }
        times = catch_up(
            [(i, netloc_key(t.order.spec.url)) for i, t in late.items()], now, self._rng
        )
        if not times:
            return
        await self._store.do(lambda s: s.feeds.set_next_polls(times.items()), urgent=True)
        for i, at in times.items():
            tracked = late[i]
            state = replace(tracked.state, next_poll_at=at)
            tracked.stored = replace(tracked.stored, state=state)
        log.info("catching_up", feeds=len(times), until=max(times.values()).isoformat())

    def _listen(self, stack: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop, int(number))
            stack.callback(loop.remove_signal_handler, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        stack.callback(loop.remove_signal_handler, signal.SIGHUP)

    # -- running ----------------------------------------------------------------------------

    async def _work(self) -> None:
        visits = asyncio.create_task(self._visitor.run())
        await self._visitor.refresh()
        self._jobs = self._schedule_jobs()
        log.info(
            "started",
            pid=os.getpid(),
            database=str(self._database),
            feeds=len(self._poller.feeds),
            once=self._options.once,
        )
        await self._beat()
        try:
            if self._options.once:
                await self._find_feeds()
                await self._cycle()
            elif self._options.for_s is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._options.for_s)
            else:
                await self._stop.wait()
        finally:
            self._state = "stopping"
            self._jobs.shutdown(wait=False)
            log.info("stopping", polls=self._poller.in_flight, visits=self._visitor.in_flight)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._poller.drain(), GRACE_S / 2)
            self._poller.cancel()
            await self._visitor.stop(GRACE_S / 2)
            visits.cancel()
            await self._write_habits()

    def _schedule_jobs(self) -> AsyncIOScheduler:
        jobs = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        every: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._look, LOOK_S),
            (self._beat, BEAT_S),
            (self._write_habits, HABITS_S),
        ]
        if not self._options.once:
            every += [(self._tick, TICK_S), (self._find_feeds, FIND_S)]
            jobs.add_job(
                self._upkeep, "cron", hour=3, minute=30, jitter=1800, timezone=self._config.zone
            )
        for run, seconds in every:
            jobs.add_job(run, "interval", seconds=seconds, id=run.__name__)
        if not self._options.once:
            jobs.modify_job("_find_feeds", next_run_time=self._clock())
        jobs.start()
        return jobs

    async def _tick(self) -> None:
        """Start the polls that are due."""
        self._poller.start_due(self._clock())

    async def _look(self) -> None:
        """See what became due in the ledger, and what verbs asked for meanwhile."""
        await self._visitor.refresh()
        now = self._clock()

        def asked(store: SqliteStore) -> list[tuple[int, str | None, bool]]:
            store.feeds.resume_expired(now)
            return store.feeds.changed_outside()

        found = {
            i: (requested, paused)
            for i, requested, paused in await self._store.do(asked, urgent=True)
        }
        for i, tracked in self._poller.feeds.items():
            requested, paused = found.get(i, (None, False))
            stored = tracked.stored
            if requested is None and not stored.requested_at and paused == stored.paused:
                continue
            at = datetime.fromisoformat(requested) if requested else None
            tracked.stored = replace(stored, requested_at=at, paused=paused)
        if not self._options.once and any(requested for requested, _ in found.values()):
            self._poller.start_due(now)

    async def _cycle(self) -> None:
        """Poll each feed once, then work until nothing is due within SETTLE_S."""
        now = self._clock()
        left = {
            i
            for i, t in self._poller.feeds.items()
            if not t.stored.paused
            and (self._options.only is None or t.stored.source in self._options.only)
            and (not self._options.only_due or _is_due(t.state.next_poll_at, now))
        }
        self.tally.to_poll = len(left)
        while not self._stop.is_set():
            before = set(left)
            self._poller.start_due(self._clock(), left)
            left = {i for i in left if not self._poller.feeds[i].running}
            self._update_tally()
            quiet = not left and not self._poller.in_flight and self._visitor.idle()
            if quiet and await self._nothing_soon():
                return
            await self._pause(0.02 if before != left else 0.1)

    async def _nothing_soon(self) -> bool:
        await self._visitor.refresh()
        if not self._visitor.idle():
            return False
        due = await self._store.do(lambda s: s.ledger.next_due(), urgent=True)
        if due is None or due > self._clock() + timedelta(seconds=SETTLE_S):
            return True
        await self._pause(min(1.0, max(0.05, (due - self._clock()).total_seconds())))
        return False

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _settled(self, done: Settlement) -> None:
        if done.outcome is not None or done.link.outcome is not None:
            self.tally.settled += 1
        if done.failure is not None and done.due_at is None:
            self.tally.failed += 1

    def _update_tally(self) -> None:
        self.tally.polled = self._poller.finished
        self.tally.polls_failed = self._poller.failed
        self.tally.discovered = self._poller.discovered
        self._progress(self.tally)

    # -- signs of life, habits, upkeep ------------------------------------------------------

    def _beat_now(self) -> Beat:
        return Beat(
            pid=os.getpid(),
            host=socket.gethostname(),
            version=__version__,
            started_at=self._started,
            at=self._clock(),
            state=self._state,
            memory_mb=resident_mb(),
            in_flight=self._fetcher.in_flight() + self._pool.busy,
            queued=self._visitor.queued + self._visitor.in_flight,
            loop_lag_ms=self._pulse.take_longest_ms(),
            config=self._config_path,
        )

    async def _beat(self) -> None:
        self._update_tally()
        beat = self._beat_now()
        await self._store.do(lambda s: s.heartbeat.beat(beat, s.ledger.pending()), urgent=True)

    async def _say_stopped(self) -> None:
        self._state = "stopped"
        beat = self._beat_now()
        with suppress(MonitorError):
            await self._store.do(lambda s: s.heartbeat.beat(beat, s.ledger.pending()), urgent=True)

    async def _write_habits(self) -> None:
        touched, self._visitor.touched = self._visitor.touched, set()
        if not touched:
            return
        rhythms: dict[str, Rhythm] = {}
        for tracked in self._poller.feeds.values():
            if tracked.stored.source in touched and tracked.state.rhythm:
                rhythms.setdefault(tracked.stored.source, rhythm_from_text(tracked.state.rhythm))

        names = sorted(touched)
        for i in range(0, len(names), HABITS_AT_ONCE):
            # Some at a time: the writer stays free for others in between.
            part = {name: rhythms.get(name) for name in names[i : i + HABITS_AT_ONCE]}
            await self._store.do(partial(habits.refresh, part), urgent=True)

    async def _upkeep(self) -> None:
        """Remove what is over its age, in small steps."""
        now = self._clock()
        before = now - self._config.storage.pages.keep
        gone = 0
        while True:
            n = await self._store.do(lambda s: prune_logs(s.connection(), now))
            gone += n
            if not n or self._stop.is_set():
                break
        pages = self._config.storage.pages_path
        gone += await asyncio.get_running_loop().run_in_executor(None, _prune_pages, pages, before)
        log.info("pruned", rows=gone)

    # -- reload, clock ----------------------------------------------------------------------

    def _reload_soon(self) -> None:
        self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        if self._reread is None:
            return
        try:
            config = self._reread()
            await self._apply(config)
        except MonitorError as error:
            # The old configuration stays in force: a typo must not stop a monitor.
            log.error("reload_refused", error=str(error))  # noqa: TRY400 - the text says it all
        else:
            log.info("reloaded")

    def _clock_jumped(self, seconds: float) -> None:
        log.warning("clock_jumped", seconds=round(seconds))
        now = self._clock()
        for tracked in self._poller.feeds.values():
            fixed = repair(feedstate.to_schedule(tracked.stored), now)
            tracked.stored = replace(tracked.stored, state=feedstate.planned(tracked.state, fixed))
        # APScheduler waits for wall-clock times, which may now be an hour away.
        for job in self._jobs.get_jobs():
            job.reschedule(job.trigger)

    def _exit_code(self) -> int:
        self._update_tally()
        if self._signal == signal.SIGINT:
            return 130
        if self._options.once and (self.tally.polls_failed or self.tally.failed):
            return 4
        return 0


def _add_feeds(specs: list[FeedSpec], now: datetime, store: SqliteStore) -> None:
    store.feeds.add(specs, now)


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is None or at <= now


def _prune_pages(path: Path, before: datetime) -> int:
    from pipeline.store.pages import Pages

    pages = Pages(path)
    gone = 0
    try:
        while step := pages.prune(before):
            gone += step
    finally:
        pages.close()
    return gone
