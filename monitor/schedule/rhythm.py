"""What is known of a feed's rhythm: new items by hour of the week (UTC), the past fading away.

Method: arrivals are taken as a Poisson process whose rate depends on the hour of the week.  Counts
and the time watched fade together with a half-life, so the rate follows an outlet that changes its
habits.  A week has 168 cells and a young feed few items, so each cell leans on what is better
known: its hour of the day times its day of the week, which lean on the overall rate, which leans on
a prior (Gamma-Poisson shrinkage: k hours of prior watching at the expected rate).

Items that one poll would find together count once: an outlet that puts out ten stories at six in
the morning needs one visit at six, not ten in the hour.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

HOURS = 168
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)

# Two weeks: the memory is about three weeks long, enough to see weekends, short enough to follow
# an outlet into its summer schedule.
HALF_LIFE = timedelta(weeks=2)
MEMORY = HALF_LIFE / 0.6931471805599453  # mean age that exponential fading gives
# A first document is believed this far back; older entries are archive, not rhythm.
LOOK_BACK = timedelta(weeks=4)
# Before anything is known: one item an hour, believed as much as six hours of watching.
PRIOR_RATE = 1.0
PRIOR_HOURS = 6.0
# Hours of watching at which a cell counts as much as what it leans on: day rows and hour columns
# against the overall rate, the single hour of the week against row times column.
LEAN_ROW = 6.0
LEAN_CELL = 2.0
# Neighbour hours share their counts, so that the hour before the rush is not asleep.
KERNEL = (0.25, 0.5, 0.25)

SCHEME = "hours-of-week/1"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def bursts(times: Iterable[datetime], width: timedelta) -> list[datetime]:
    """First times of bursts, ascending: what lies within ``width`` of a burst's start joins it."""
    starts: list[datetime] = []
    for time in sorted(times):
        if not starts or time - starts[-1] >= width:
            starts.append(time)
    return starts


def hour_of_week(moment: datetime) -> int:
    """0 for Monday 00:00-01:00 UTC to 167 for Sunday 23:00-24:00."""
    utc = moment.astimezone(UTC)
    return utc.weekday() * 24 + utc.hour


def _fade(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta(0)) / HALF_LIFE))


def _faded_weeks(span: timedelta) -> float:
    """Weeks of observation that a span ending now is worth."""
    return (1 - _fade(span)) * (MEMORY / WEEK)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Faded counts of new items by hour of the week, and how long they were watched for.

    All of it is as of ``at``: time watched since then without news is added when rates are asked
    for, so a poll that finds nothing changes nothing that must be written.
    """

    counts: tuple[float, ...]
    weeks: float  # faded time watched up to ``at``; at most about 2.9
    at: datetime

    def __post_init__(self) -> None:
        sane = all(0 <= count < math.inf for count in self.counts) and 0 <= self.weeks < math.inf
        if len(self.counts) != HOURS or not sane:
            raise ValueError("a rhythm has 168 counts, finite and none below 0")

    @classmethod
    def first(cls, at: datetime, times: Sequence[datetime], slot: timedelta) -> Self:
        """Learn from the publication times in the first document of a feed.

        A feed shows its newest items, so it is complete from its oldest one on; that one only marks
        where the window starts and is not counted.
        """
        starts = [start for start in bursts(times, slot) if start <= at]
        recent = [start for start in starts if start > at - LOOK_BACK]
        span = min(at - starts[0], LOOK_BACK) if starts else timedelta(0)
        if len(recent) == len(starts):
            recent = recent[1:]
        counts = [0.0] * HOURS
        for start in recent:
            counts[hour_of_week(start)] += _fade(at - start)
        return cls(tuple(counts), _faded_weeks(span), at)

    def learn(
        self, since: datetime, at: datetime, times: Sequence[datetime], undated: int,
        slot: timedelta, *, missed: bool = False,
    ) -> Rhythm:  # fmt: skip
        """Add what a poll at ``at`` found, the one before having been at ``since``.

        A time of publication outside of the two is not believed (set back, clock or zone wrong):
        such items and the ``undated`` ones are spread over the time between.  Never more than one
        event per ``slot``.  With ``missed`` (the window rolled over) as many again went by unseen.
        """
        since = min(since, at)
        inside = [time for time in times if since < time <= at]
        starts = bursts(inside, slot)
        room = max(1, int((at - since) / slot))
        spread = min(undated + len(times) - len(inside), room - len(starts))
        factor = 2.0 if missed else 1.0
        old = _fade(at - self.at)
        counts = [count * old for count in self.counts]
        for start in starts:
            counts[hour_of_week(start)] += factor
        if spread > 0:
            steps = min(HOURS, int((at - since) / HOUR) + 1)
            for step in range(steps):
                moment = since + (at - since) * ((step + 0.5) / steps)
                counts[hour_of_week(moment)] += factor * spread / steps
        return Rhythm(tuple(counts), self.weeks_at(at), max(at, self.at))

    def rest(self, gap: timedelta) -> Rhythm:
        """The same rhythm after ``gap`` in which nobody watched: it neither fades nor counts."""
        return Rhythm(self.counts, self.weeks, self.at + gap)

    def weeks_at(self, until: datetime) -> float:
        """Faded weeks of observation if watching went on from ``at`` to ``until``."""
        idle = max(until - self.at, timedelta(0))
        return self.weeks * _fade(idle) + _faded_weeks(idle)

    def rates(self, until: datetime) -> Rates:
        """Expected new items an hour, given that nothing came between ``at`` and ``until``."""
        fade = _fade(until - self.at)
        return Rates([count * fade for count in self.counts], self.weeks_at(until))

    def to_text(self) -> str:
        """One readable line: scheme, time, weeks watched, then 24 counts for each day."""
        stamp = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        days = (
            f"{name} " + " ".join(f"{count:.3g}" for count in self.counts[day * 24 : day * 24 + 24])
            for day, name in enumerate(DAY_NAMES)
        )
        return f"{SCHEME} at {stamp} weeks {self.weeks:.3f} | " + " | ".join(days)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what to_text wrote; ValueError for another scheme or a damaged line."""
        head, *days = text.split(" | ")
        match = re.fullmatch(re.escape(SCHEME) + r" at (\S+)Z weeks (\S+)", head)
        if match is None:
            raise ValueError(f"not a rhythm of scheme {SCHEME}: {text[:40]!r}")
        counts: list[float] = []
        for name, day in zip(DAY_NAMES, days, strict=True):
            label, *numbers = day.split()
            if label != name:
                raise ValueError(f"rhythm: {name} expected, found {label!r}")
            counts.extend(float(number) for number in numbers)
        at = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        return cls(tuple(counts), float(match[2]), at)


class Rates:
    """Expected new items an hour for each hour of the week."""

    def __init__(self, counts: Sequence[float], weeks: float) -> None:
        self._counts = counts
        self._weeks = weeks
        rows = [sum(counts[day * 24 : day * 24 + 24]) for day in range(7)]
        columns = [sum(counts[hour::24]) for hour in range(24)]
        mean = (sum(rows) + PRIOR_RATE * PRIOR_HOURS) / (HOURS * weeks + PRIOR_HOURS)
        self.mean = mean
        lean = LEAN_ROW * mean
        self._days = [(row + lean) / (24 * weeks + LEAN_ROW) / mean for row in rows]
        self._hours = [
            (_smooth(columns, hour) + lean) / (7 * weeks + LEAN_ROW) for hour in range(24)
        ]

    def at(self, cell: int) -> float:
        """The rate in one hour of the week, always above 0."""
        leaning = self._days[cell // 24] * self._hours[cell % 24]
        count = _smooth(self._counts, cell)
        return (count + LEAN_CELL * leaning) / (self._weeks + LEAN_CELL)

    def expected(self, start: datetime, end: datetime) -> float:
        """New items expected between two instants."""
        total = 0.0
        whole, rest = divmod(max(end - start, timedelta(0)), WEEK)
        if whole:
            total += whole * sum(self.at(cell) for cell in range(HOURS))
        for moment, span in _hours(start, rest):
            total += self.at(hour_of_week(moment)) * (span / HOUR)
        return total

    def wait_for(
        self, total: float, start: datetime, limit: timedelta, power: float = 1.0
    ) -> timedelta:
        """How long until the rate to the ``power``, added up hour by hour, makes ``total``.

        With power 1 that is: until so many items are expected.  At most ``limit``.
        """
        left = total
        for moment, span in _hours(start, limit):
            rate = float(self.at(hour_of_week(moment)) ** power)
            here = rate * (span / HOUR)
            if here >= left:
                return min((moment - start) + HOUR * (left / rate), limit)
            left -= here
        return limit


def _smooth(values: Sequence[float], index: int) -> float:
    before, here, after = KERNEL
    last = len(values) - 1
    following = values[0] if index == last else values[index + 1]
    return before * values[index - 1] + here * values[index] + after * following


def _hours(start: datetime, span: timedelta) -> Iterable[tuple[datetime, timedelta]]:
    """The pieces of [start, start + span) that lie in one clock hour each."""
    utc = start.astimezone(UTC)
    end = utc + span
    moment = utc
    while moment < end:
        following = min(moment.replace(minute=0, second=0, microsecond=0) + HOUR, end)
        yield moment, following - moment
        moment = following


def rhythm_to_text(rhythm: Rhythm | None) -> str | None:
    """A rhythm as the store keeps it."""
    return None if rhythm is None else rhythm.to_text()


def rhythm_from_text(text: str | None) -> Rhythm | None:
    """A rhythm from the store; one of another scheme or a damaged one is learned anew (None)."""
    if not text:
        return None
    try:
        return Rhythm.from_text(text)
    except ValueError:
        return None
