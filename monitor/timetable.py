"""When the daemon's recurring jobs run: APScheduler, told what to do when the clock jumps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[None]]

NIGHT = {"hour": 3, "minute": 30, "jitter": 1800}


class Timetable:
    """Jobs by the seconds between two runs, at night, or once; ``run`` calls each of them."""

    def __init__(self, run: Callable[[Job], Awaitable[None]]) -> None:
        self._run = run
        self._jobs = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def every(self, seconds: float, job: Job, *, first: datetime | None = None) -> None:
        """Run a job again and again; ``first``: for the first time then, not after the seconds."""
        more = {} if first is None else {"next_run_time": first}
        self._jobs.add_job(self._run, "interval", (job,), seconds=seconds, id=job.__name__, **more)

    def nightly(self, job: Job, zone: tzinfo) -> None:
        """Run a job each night of a zone."""
        self._jobs.add_job(self._run, CronTrigger(**NIGHT, timezone=zone), (job,), id=job.__name__)

    def now(self, job: Job) -> None:
        """Run a job once, as soon as there is time."""
        self._jobs.add_job(self._run, args=(job,), id=job.__name__)

    def next_times(self) -> dict[str, datetime]:
        """Return when each job runs next."""
        return {job.id: job.next_run_time for job in self._jobs.get_jobs()}

    def start(self) -> None:
        """Begin, in the running loop."""
        self._jobs.start()

    def stop(self) -> None:
        """Start nothing more; what runs is cancelled."""
        self._jobs.shutdown(wait=False)

    def clock_jumped(self, now: datetime) -> None:
        """Go on from the new time.

        APScheduler waits for wall-clock times, and an interval's first one stays where it was.
        """
        for job in self._jobs.get_jobs():
            if isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=now)
            else:
                job.reschedule(job.trigger)
