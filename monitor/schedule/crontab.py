"""Cron lines: which instant comes next, in a zone whose clock is put forward and back.

Lines are read as cron(8) reads them: five fields, Sunday is 0 and 7, and when both day fields are
restricted either one is enough.  (APScheduler's own reading differs in both, so days of the week
are handed to it by name, and day rules are joined here.)

When the clock changes:

* Put forward: a time that does not exist that day fires once, at the first moment after the gap;
  several of them fire once together.  Lines with ``*`` or ``*/n`` as hour need no such repair.
* Put back: a time that comes twice fires the first time only.  Lines with ``*`` or ``*/n`` as
  minute or hour are a rhythm and go on through both.

APScheduler alone fires 02:30 twice when the clock goes back, and leaves out a midnight that does
not exist (Damascus, until 2022) for that whole day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.errors import ConfigError

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
# Clock changes are at least this far apart in every zone since 1990 (Morocco at Ramadan: 4 weeks).
STEP = timedelta(days=7)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Line:
    """A cron line made ready: its triggers work on wall-clock time dressed up as UTC."""

    triggers: tuple[CronTrigger, ...]
    zone: ZoneInfo
    any_hour: bool
    rhythm: bool

    def wall_after(self, wall: datetime) -> datetime | None:
        """The next matching naive wall-clock time after ``wall``, clock changes left aside."""
        start = wall.replace(tzinfo=UTC) + timedelta(microseconds=1)
        found = [trigger.get_next_fire_time(None, start) for trigger in self.triggers]
        times = [time.replace(tzinfo=None) for time in found if time is not None]
        return min(times, default=None)


def check(expression: str, zone: str) -> None:
    """Raise ConfigError unless the line can be read, its zone is known and it fires some day."""
    line = _read(expression, zone)
    if line.wall_after(datetime(2024, 1, 1)) is None:  # noqa: DTZ001  wall-clock time
        raise ConfigError(f"cron {expression!r} never fires")


def next_fire(expression: str, zone: str, after: datetime) -> datetime:
    """The first instant (UTC) after ``after`` at which the line fires.

    Raises ConfigError as ``check`` does.
    """
    line = _read(expression, zone)
    moment = after.astimezone(UTC)
    inclusive = False
    while True:
        offset = _offset(moment, line.zone)
        wall = (moment + offset).replace(tzinfo=None)
        match = line.wall_after(wall - timedelta(microseconds=1) if inclusive else wall)
        if match is None:
            raise ConfigError(f"cron {expression!r} never fires")
        candidate = match.replace(tzinfo=UTC) - offset
        change = _first_change(moment, candidate, line.zone)
        if change is None:
            if line.rhythm or not candidate.astimezone(line.zone).fold:
                return candidate
            moment, inclusive = candidate, False
        else:
            end_of_gap = (change + _offset(change, line.zone)).replace(tzinfo=None)
            if match < end_of_gap and not line.any_hour:
                return change
            moment, inclusive = change, True


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _first_change(start: datetime, end: datetime, zone: tzinfo) -> datetime | None:
    """The first instant in (start, end] with another UTC offset than ``start``, to the second."""
    offset = _offset(start, zone)
    low = start
    while low < end:
        high = min(low + STEP, end)
        if _offset(high, zone) != offset:
            break
        low = high
    else:
        return None
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == offset:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=1024)
def _read(expression: str, zone: str) -> _Line:
    """Read a line; the cache keeps a poll from paying for it again."""
    from apscheduler.triggers.cron import CronTrigger

    fields = NICKNAMES.get(expression.strip().lower(), expression).lower().split()
    if len(fields) != 5:
        raise ConfigError(
            f"cron {expression!r}: five fields are needed (minute hour day month weekday), "
            f"found {len(fields)}"
        )
    try:
        place = ZoneInfo(zone)
    except (OSError, ValueError, LookupError) as error:
        raise ConfigError(f"time zone {zone!r} is not known") from error
    minute, hour, day, month, weekday = fields
    try:
        names = _weekdays(weekday)
        either = not day.startswith("*") and not weekday.startswith("*")
        days = [(day, "*"), ("*", names)] if either else [(day, names)]
        triggers = tuple(
            CronTrigger(
                minute=minute, hour=hour, day=on, month=month, day_of_week=weekly, timezone=UTC
            )
            for on, weekly in days
        )
    except ValueError as error:
        raise ConfigError(f"cron {expression!r}: {error}") from error
    any_hour = hour.startswith("*")
    return _Line(triggers, place, any_hour, any_hour or minute.startswith("*"))


def _weekdays(field: str) -> str:
    """A weekday field as day names, which mean the same everywhere; ValueError if unreadable."""
    if field == "*":
        return "*"
    chosen: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            low, high = 0, 6
        else:
            low = _weekday(first)
            high = _weekday(last) if dash else (6 if slash else low)
        if dash and high < low:  # fri-sun, sat-mon: over the end of the week
            high += 7
        stride = int(step) if slash else 1
        if stride < 1:
            raise ValueError(f"step {step!r} in the weekday field")
        chosen.update(number % 7 for number in range(low, high + 1, stride))
    return ",".join(DAYS[number] for number in sorted(chosen))


def _weekday(text: str) -> int:
    if text in DAYS:
        return DAYS.index(text)
    if text.isascii() and text.isdigit() and int(text) <= 7:
        return int(text)
    raise ValueError(f"{text!r} is no day of the week")
