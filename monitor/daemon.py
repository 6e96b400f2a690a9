"""The daemon's life: lock, build, run on a schedule, reload, stop."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor import feedstate
from monitor.config.model import Config
from monitor.cycle import Options, Tally, once
from monitor.duties import Duties
from monitor.parts import Parts, build, utc_now
from monitor.pulse import Pulse
from monitor.schedule import catch_up, repair
from pipeline.errors import MonitorError
from pipeline.store.lock import DaemonLock
from pipeline.urls import netloc_key

__all__ = ["Daemon", "Options", "Tally"]

TICK_S = 1
LOOK_S = 2
BEAT_S = 10
HABITS_S = 60
FIND_S = 3600  # sources that list no feeds and for which none was found yet
GRACE_S = 9.0  # for what is in flight at SIGTERM; ten seconds are promised
LATE = timedelta(minutes=2)  # a feed this overdue at the start was missed by a pause of ours

log = structlog.get_logger()


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
        self._stop = asyncio.Event()
        self._signal: int | None = None
        self._broken: BaseException | None = None
        self._reloading: asyncio.Task[None] | None = None
        self.tally = Tally()
        # Built in run():
        self._parts: Parts
        self._duties: Duties
        self._jobs: AsyncIOScheduler

    async def run(self) -> int:
        """Run; returns the exit code.

        Raises AlreadyRunningError or StoreError before it starts, and what a bug raised in a part
        without which nothing goes on: whoever supervises us starts us anew.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(DaemonLock(self._database))
            self._parts = await build(
                stack,
                self._config,
                self._database,
                clock=self._clock,
                rng=self._rng,
                on_settled=self.tally.count,
            )
            if not self._options.once:
                await self._spread()
            # What was built stays for years: the collector need not walk it again and again.
            gc.collect()
            gc.freeze()
            pulse = Pulse(self._clock_jumped)
            pulse.start()
            stack.callback(pulse.stop)
            self._duties = Duties(self._parts, pulse, self._stop, self._config_path)
            stack.push_async_callback(self._duties.say_stopped)
            self._listen(stack)
            await self._work()
        if self._broken is not None:
            raise self._broken
        return self._exit_code()

    def stop(self, number: int | None = None) -> None:
        """Finish what is in flight and end; a second signal ends at once."""
        if self._stop.is_set() and number is not None:
            log.warning("stopped_at_once")
            self._parts.pool.close()
            os._exit(128 + number)
        self._signal = number
        self._stop.set()

    async def _spread(self) -> None:
        """After downtime every overdue feed is polled once, spread over time, not in a storm."""
        now = self._clock()
        late = {
            i: t
            for i, t in self._parts.poller.feeds.items()
            if t.state.last_poll_at and t.state.next_poll_at and t.state.next_poll_at < now - LATE
        }
        hosts = [(i, netloc_key(t.order.spec.url)) for i, t in late.items()]
        times = catch_up(hosts, now, self._rng)
        if not times:
            return
        await self._parts.store.do(lambda s: s.feeds.set_next_polls(times.items()), urgent=True)
        for i, at in times.items():
            state = replace(late[i].state, next_poll_at=at)
            late[i].stored = replace(late[i].stored, state=state)
        log.info("catching_up", feeds=len(times), until=max(times.values()).isoformat())

    def _listen(self, stack: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop, int(number))
            stack.callback(loop.remove_signal_handler, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload_soon)
        stack.callback(loop.remove_signal_handler, signal.SIGHUP)

    async def _work(self) -> None:
        visitor = self._parts.visitor
        visits = asyncio.create_task(visitor.run())
        visits.add_done_callback(self._visits_ended)
        await visitor.refresh()
        await self._beat()
        self._jobs = self._schedule_jobs()
        log.info(
            "started",
            pid=os.getpid(),
            database=str(self._database),
            feeds=len(self._parts.poller.feeds),
            once=self._options.once,
        )
        try:
            if self._options.once:
                await self._duties.find_feeds()
                await once(self._parts, self._options, self._stop, self.tally, self._tell)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._options.for_s)
        finally:
            await self._finish(visits)

    async def _finish(self, visits: asyncio.Task[None]) -> None:
        self._stop.set()
        self._duties.state = "stopping"
        self._jobs.shutdown(wait=False)
        parts = self._parts
        log.info("stopping", polls=parts.poller.in_flight, visits=parts.visitor.in_flight)
        with suppress(TimeoutError):
            await asyncio.wait_for(parts.poller.drain(), GRACE_S / 2)
        parts.poller.cancel()
        await parts.visitor.stop(GRACE_S / 2)
        visits.cancel()
        with suppress(MonitorError):
            await self._duties.write_habits()

    def _visits_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("visits_broke", error=repr(error))
            self._broken = error
            self._stop.set()

    def _schedule_jobs(self) -> AsyncIOScheduler:
        jobs = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        duties = self._duties
        every: list[tuple[Callable[[], Awaitable[None]], float]] = [
            (self._look, LOOK_S),
            (self._beat, BEAT_S),
            (duties.write_habits, HABITS_S),
        ]
        if not self._options.once:
            every.append((self._tick, TICK_S))
            jobs.add_job(duties.find_feeds, "interval", seconds=FIND_S, next_run_time=self._clock())
            zone = self._config.zone
            jobs.add_job(duties.upkeep, "cron", hour=3, minute=30, jitter=1800, timezone=zone)
        for run, seconds in every:
            jobs.add_job(run, "interval", seconds=seconds)
        jobs.start()
        return jobs

    async def _tick(self) -> None:
        self._parts.poller.start_due(self._clock())

    async def _look(self) -> None:
        if await self._duties.look() and not self._options.once:
            self._parts.poller.start_due(self._clock())

    async def _beat(self) -> None:
        self._tell()
        await self._duties.beat()

    def _tell(self) -> None:
        self.tally.take(self._parts)
        self._progress(self.tally)

    def _reload_soon(self) -> None:
        self._reloading = asyncio.create_task(self._reload())

    async def _reload(self) -> None:
        if self._reread is None:
            return
        try:
            await self._parts.apply(self._reread())
        except MonitorError as error:
            # The old configuration stays in force: a typo must not stop a monitor.
            log.error("reload_refused", error=str(error))  # noqa: TRY400 - the text says it all
        else:
            log.info("reloaded")
            await self._duties.find_feeds()

    def _clock_jumped(self, seconds: float) -> None:
        log.warning("clock_jumped", seconds=round(seconds))
        now = self._clock()
        for tracked in self._parts.poller.feeds.values():
            fixed = repair(feedstate.to_schedule(tracked.stored), now)
            tracked.stored = replace(tracked.stored, state=feedstate.planned(tracked.state, fixed))
        # APScheduler waits for wall-clock times, and an interval's first one stays where it was.
        for job in self._jobs.get_jobs():
            if isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=now)
            else:
                job.reschedule(job.trigger)

    def _exit_code(self) -> int:
        self._tell()
        if self._signal == signal.SIGINT:
            return 130
        if self._options.once and (self.tally.polls_failed or self.tally.failed):
            return 4
        return 0
