"""One life of the daemon in the simulated month.

    python -m benchmarks.month.leg FOLDER UNTIL END NEXT STEP

It is the daemon itself with all its parts (fetcher, workers, writer, alerts), on a clock that is
put forward in steps once everything that was due is done.  END is ``stop`` (as by SIGTERM) or
``kill`` (the process is gone in the middle of visits).  With NEXT = 1 it is of the next release,
which brings a schema of its own.  STEP is in seconds.  Each simulated midnight a line of figures
goes to ``days.jsonl``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import psutil
import structlog
import uvloop

from benchmarks.month.moment import Moment
from benchmarks.month.plan import ZONE
from benchmarks.month.release import next_release
from monitor.config.load import load
from monitor.daemon import Daemon
from monitor.schedule import Cron
from pipeline.store.reading import Reader

if TYPE_CHECKING:
    from monitor.timetable import Timetable

PATIENCE_S = 120.0  # of the real clock, for one step
LINGER_S = 0.005  # that a batch waits for company: here five minutes pass in less than a second

logged: Counter[str] = Counter()


class SimulatedDaemon(Daemon):
    """The daemon, its jobs called by the simulated clock in place of the scheduler."""

    def __init__(self, folder: Path, until: datetime, step: timedelta, *, killed: bool) -> None:
        self._moment = Moment(folder)
        self._folder = folder
        self._until = until
        self._killed = killed
        self._step = step
        config = load(folder / "config.yaml", {})
        super().__init__(
            config, config.storage.path, clock=self._moment.read, rng=random.Random(until.day)
        )
        self._running: asyncio.Task[None] | None = None

    def _schedule_jobs(self) -> Timetable:
        self._running = asyncio.create_task(self._month())
        self._running.add_done_callback(self._month_ended)
        return cast("Timetable", _NoJobs())

    def _seconds(self) -> float:
        return self._clock().timestamp()

    def _month_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = error
        self._stop.set()

    async def _month(self) -> None:
        duties = self._duties
        parts = self._parts
        parts.store._writer._linger = LINGER_S  # noqa: SLF001  no setting: nobody else wants it
        # What is remembered of hosts ages on the simulated clock too.
        parts.fetcher.robots._monotonic = self._seconds  # noqa: SLF001
        parts.fetcher._holds._monotonic = self._seconds  # noqa: SLF001
        await self._guarded(duties.sign)
        hour = -1
        while True:
            now = self._clock()
            if now >= self._until:
                return
            if self._killed and now >= self._until - self._step:
                await self._die()
            await self._look()
            await self._tick()
            await self._settled()
            await self._guarded(duties.match_topics)
            if now.hour != hour:
                hour = now.hour
                await self._guarded(duties.write_habits)
                await self._guarded(duties.find_feeds)
            await self._guarded(duties.watch)
            await self._guarded(duties.send_messages)
            await self._guarded(self._beat)
            await self._put_forward(now)

    async def _put_forward(self, now: datetime) -> None:
        later = now + self._step
        zone = ZoneInfo(ZONE)
        night = now.astimezone(zone).replace(hour=3, minute=30, second=0, microsecond=0)
        if now < night <= later:
            await self._guarded(self._duties.upkeep)
        if later.date() != now.date():
            self._note(now)
        self._moment.set(later)

    async def _settled(self) -> None:
        """Wait until no poll runs and no link is due any more."""
        poller, visitor = self._parts.poller, self._parts.visitor
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if poller.in_flight or not visitor.idle():
                    await asyncio.sleep(0.002)
                elif not poller.start_due(self._clock()):
                    return

    async def _die(self) -> None:
        """Be gone in the middle of visits, with nothing put in order."""
        poller = self._parts.poller
        free = {i for i, t in poller.feeds.items() if not isinstance(t.order.plan, Cron)}
        poller.start_due(self._clock() + timedelta(hours=6), free)
        await asyncio.sleep(0.3)
        os._exit(9)

    def _note(self, now: datetime) -> None:
        process = psutil.Process()
        workers = [child.memory_info().rss for child in process.children(recursive=True)]
        storage = self._config.storage
        with Reader(self._database) as reader:
            counted = reader.counted()
        day = {
            "day": now.date().isoformat(),
            "pid": os.getpid(),
            "wall": round(time.monotonic(), 1),
            "rss": process.memory_info().rss,
            "workers": sum(workers),
            "database": storage.path.stat().st_size,
            "pages": storage.pages_path.stat().st_size if storage.pages_path.exists() else 0,
            "ledger": counted,
            "polls": self._parts.poller.finished,
            "logged": dict(logged),
        }
        with (self._folder / "days.jsonl").open("a") as file:
            file.write(json.dumps(day) + "\n")


class _NoJobs:
    def stop(self) -> None:
        """There is nothing to end."""


def _count(_: object, level: str, event: Any) -> Any:  # noqa: ANN401  structlog's type
    if level in ("error", "critical", "exception"):
        logged[f"{level}: {event.get('event')}"] += 1
        sys.stderr.write(f"{level} {event}\n")
    raise structlog.DropEvent


def main() -> int:
    """Run one life; returns the daemon's exit code."""
    folder, until, end, newer, step = sys.argv[1:]
    structlog.configure(processors=[_count])
    daemon = SimulatedDaemon(
        Path(folder),
        datetime.fromisoformat(until),
        timedelta(seconds=int(step)),
        killed=end == "kill",
    )
    with (
        next_release() if newer == "1" else nullcontext(),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(daemon.run())


if __name__ == "__main__":
    raise SystemExit(main())
