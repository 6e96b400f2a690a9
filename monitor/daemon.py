"""The daemon's life: lock, build, run on a schedule, reload, stop."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from monitor import catching_up
from monitor.alerts.keeper import daemon_before
from monitor.config.model import Config
from monitor.cycle import Options, Tally, once
from monitor.duties import Duties
from monitor.observing.systemd import Systemd
from monitor.parts import Parts, build, utc_now
from monitor.process import terminal_is_gone
from monitor.pulse import Pulse
from monitor.reload import needs_restart
from monitor.timetable import Timetable
from pipeline.errors import MonitorError, StoreError
from pipeline.store.lock import DaemonLock

if TYPE_CHECKING:
    from monitor.observing.http import Endpoint

__all__ = ["Daemon", "Options", "Tally"]

TICK_S = 1
LOOK_S = 2
BEAT_S = 10
TOPICS_S = 5.0
LAST_STEPS = 20  # of asking topics, when the daemon ends
SEND_S = 5.0
WATCH_S = 60
HABITS_S = 60
FIND_S = 3600  # sources that list no feeds and for which none was found yet
GRACE_S = 6.0  # for what is in flight at SIGTERM; ten are promised, ending takes one to three
FIXED = ("contact", "storage", "workers", "log")  # read at the start only

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
        self._reloading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()  # begun by signals and jumps of the clock
        self._systemd = Systemd()
        self._endpoint: Endpoint | None = None
        self.tally = Tally()
        # Built in run():
        self._parts: Parts
        self._duties: Duties
        self._pulse: Pulse
        self._jobs: Timetable

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
                self._spread()
            # What was built stays for years: the collector need not walk it again and again.
            gc.collect()
            gc.freeze()
            self._pulse = Pulse(self._clock_jumped)
            self._duties = Duties(
                self._parts, self._pulse, self._stop, self._database, self._config_path
            )
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

    def _spread(self) -> None:
        """After downtime every overdue feed is polled once, spread over time, not in a storm."""
        times = catching_up.spread(self._parts.poller, self._clock(), self._rng)
        if times:
            self._soon(self._keep(times))
            log.info("catching_up", feeds=len(times), until=max(times.values()).isoformat())

    async def _keep(self, times: dict[int, datetime]) -> None:
        # Should it fail, a restart before the polls would spread them anew.
        with suppress(StoreError):
            await self._parts.store.do(lambda s: s.feeds.set_next_polls(times.items()), urgent=True)

    def _listen(self, stack: AsyncExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop, int(number))
            stack.callback(loop.remove_signal_handler, number)
        self._terminal = sys.stdin is not None and sys.stdin.isatty()
        loop.add_signal_handler(signal.SIGHUP, self._hung_up)
        stack.callback(loop.remove_signal_handler, signal.SIGHUP)

    async def _work(self) -> None:
        visitor = self._parts.visitor
        before = await asyncio.to_thread(daemon_before, self._database, self._clock())
        await self._duties.begin_alerts(before)
        visits = asyncio.create_task(visitor.run())
        visits.add_done_callback(self._visits_ended)
        await visitor.refresh()
        await self._beat()
        if self._options.http:
            await self._serve()
        self._jobs = self._schedule_jobs()
        self._pulse.start()
        log.info(
            "started",
            pid=os.getpid(),
            database=str(self._database),
            feeds=len(self._parts.poller.feeds),
            once=self._options.once,
        )
        self._systemd.ready(self._in_a_line())
        try:
            if self._options.once:
                await self._unless_stopped(self._duties.find_feeds())
                await once(self._parts, self._options, self._stop, self.tally, self._tell)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._options.for_s)
        finally:
            await self._finish(visits)

    async def _serve(self) -> None:
        # Imported here: most daemons serve nothing, and a start should be quick.
        from monitor.observing.http import Endpoint

        storage = self._config.storage
        self._endpoint = Endpoint(
            self._options.http,
            database=self._database,
            pages=storage.pages_path,
            clock=self._clock,
            beaten=lambda: self._duties.beaten,
            state=lambda: self._duties.state,
        )
        await self._endpoint.start()

    def _in_a_line(self) -> str:
        parts = self._parts
        return (
            f"{len(parts.poller.feeds)} feeds; {parts.fetcher.in_flight()} requests, "
            f"{parts.visitor.queued} visits wait"
        )

    async def _finish(self, visits: asyncio.Task[None]) -> None:
        self._systemd.stopping()
        self._stop.set()
        self._duties.state = "stopping"
        self._jobs.stop()
        parts = self._parts
        log.info("stopping", polls=parts.poller.in_flight, visits=parts.visitor.in_flight)
        self._pulse.stop()
        if self._endpoint is not None:
            await self._endpoint.stop()
        for task in (visits, *self._tasks):
            task.cancel()
        await asyncio.gather(
            parts.poller.stop(GRACE_S),
            parts.visitor.stop(GRACE_S),
            self._duties.finish_messages(GRACE_S),
        )
        with suppress(MonitorError):
            await self._duties.write_habits()
            await self._duties.match_topics(LAST_STEPS)
            if self._options.once:
                await self._duties.watch()
                await self._duties.send_messages()

    async def _unless_stopped(self, work: Coroutine[None, None, None]) -> None:
        """Do some work, or leave it when we are told to stop."""
        task, stop = asyncio.create_task(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _visits_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("visits_broke", error=repr(error))
            self._broken = error
            self._stop.set()

    def _schedule_jobs(self) -> Timetable:
        duties = self._duties
        jobs = Timetable(self._guarded)
        jobs.every(LOOK_S, self._look)
        jobs.every(BEAT_S, self._beat)
        jobs.every(HABITS_S, duties.write_habits)
        jobs.every(TOPICS_S, duties.match_topics)
        jobs.every(SEND_S, duties.send_messages)
        if not self._options.once:
            jobs.every(TICK_S, self._tick)
            jobs.every(FIND_S, duties.find_feeds, first=self._clock())
            jobs.every(WATCH_S, duties.watch)
            jobs.nightly(duties.upkeep, self._config.zone)
            jobs.now(duties.sign)
        jobs.start()
        return jobs

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> None:
        """Run a job; what the store refuses is done again at its next time."""
        name = job.__name__.strip("_")
        try:
            await job()
        except asyncio.CancelledError:
            # At the end the scheduler gives up on what runs: that is no mistake.
            if not self._stop.is_set():
                raise
        except StoreError as error:
            log.error("job_not_stored", job=name, error=str(error))  # noqa: TRY400
        except Exception as error:
            log.exception("job_crashed", job=name)
            if job == self._beat:
                # Not the file but the writer is broken.  Whoever supervises us can start us anew.
                self._broken = error
                self._stop.set()

    async def _tick(self) -> None:
        self._pulse.check()
        self._parts.poller.start_due(self._clock())

    async def _look(self) -> None:
        if await self._duties.look() and not self._options.once:
            self._parts.poller.start_due(self._clock())

    async def _beat(self) -> None:
        self._tell()
        await self._duties.beat()
        # Only now: a writer that hangs must not look alive.
        self._systemd.alive(self._in_a_line())

    def _tell(self) -> None:
        self.tally.take(self._parts)
        self._progress(self.tally)

    def _hung_up(self) -> None:
        if self._terminal and terminal_is_gone():
            self.stop(signal.SIGHUP)
        else:
            self._soon(self._reload())

    async def _reload(self) -> None:
        if self._reread is None:
            return
        async with self._reloading:
            self._systemd.reloading()
            await self._take_over(self._reread)
            self._systemd.ready(self._in_a_line())
        if not self._options.once:
            await self._guarded(self._duties.find_feeds)

    async def _take_over(self, reread: Callable[[], Config]) -> None:
        try:
            # A thousand sources take longer to read than the loop may stand still.
            config = await asyncio.to_thread(reread)
            await self._parts.apply(config)
        except MonitorError as error:
            # The old configuration stays in force: a typo must not stop a monitor.
            log.error("reload_refused", error=str(error))  # noqa: TRY400 - the text says it all
        else:
            log.info("reloaded")
            if keys := needs_restart(self._config, config):
                log.warning("restart_needed", keys=keys)

    def _clock_jumped(self, seconds: float) -> None:
        log.warning("clock_jumped", seconds=round(seconds))
        now = self._clock()
        catching_up.mend(self._parts.poller, now)
        if seconds > 0:
            self._spread()
        self._jobs.clock_jumped(now)

    def _exit_code(self) -> int:
        self._tell()
        if self._signal == signal.SIGINT:
            return 130
        if self._options.once and (self.tally.polls_failed or self.tally.failed):
            return 4
        return 0
