"""Simulate weeks of publishing and compare the learned schedule with fixed intervals.

Run: python -m benchmarks.schedule [--weeks 8] [--seed 1] [--price 2]

Each outlet publishes at random by its own habit (a Poisson process by hour, or a daily bulletin).
The schedule under test polls it through the very functions that the daemon uses; a poll sees the
newest 20 items.  Printed: requests a day, and the delay from publication to the poll that found the
item (median, 95th percentile, worst), over all weeks but the first, which is given apart.
"""

from __future__ import annotations

import argparse
import bisect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

from monitor.schedule import Auto, Every, FeedState, Plan, PollResult, after_poll, polls

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HISTORY = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
WINDOW = 20
JITTER = 0.1


def office(moment: datetime) -> float:
    """Four items an hour on working days from 6 to 16 UTC, next to nothing otherwise."""
    return 4.0 if moment.weekday() < 5 and 6 <= moment.hour < 16 else 0.05


def wire(moment: datetime) -> float:
    """Sixty items a day, round the clock, a third as many at night."""
    return 3.2 if 5 <= moment.hour < 21 else 1.1


def blog(moment: datetime) -> float:
    """Two items a week, at any hour of the day."""
    return 2 / 7 / 15 if 7 <= moment.hour < 22 else 0.0


OUTLETS: dict[str, Callable[[datetime], float] | None] = {
    "office hours": office,
    "wire": wire,
    "blog": blog,
    "bulletin": None,
}
PLANS: dict[str, Plan] = {
    "auto 5m-24h": Auto(timedelta(minutes=5), timedelta(hours=24)),
    "every 5m": Every(timedelta(minutes=5)),
    "every 1h": Every(timedelta(hours=1)),
}


@dataclass(frozen=True)
class Run:
    """What one plan did for one outlet."""

    polls: int
    delays: list[float]  # minutes, items of the weeks after the first
    first_polls: int
    first_delays: list[float]
    lost: int
    busy_us: float  # CPU microseconds for one decision


def publish(name: str, start: datetime, end: datetime, rng: Random) -> list[datetime]:
    """Publication times of an outlet, ascending."""
    rate = OUTLETS[name]
    times: list[datetime] = []
    if rate is None:  # eight items within ten minutes, daily about half past four UTC
        day = start
        while day < end:
            first = day + timedelta(hours=4, minutes=30 + rng.gauss(0, 8))
            times += sorted(first + timedelta(minutes=rng.uniform(0, 10)) for _ in range(8))
            day += timedelta(days=1)
        return times
    peak = 4.0
    moment = start
    while True:
        moment += timedelta(hours=rng.expovariate(peak))
        if moment >= end:
            return times
        if rng.random() < rate(moment) / peak:
            times.append(moment)


def simulate(plan: Plan, times: list[datetime], weeks: int, rng: Random) -> Run:
    """Poll an outlet that publishes at ``times`` from START on."""
    state = FeedState()
    now, end = START, START + weeks * WEEK
    seen = 0  # items before this index are known
    counts = [0, 0]
    delays: list[list[float]] = [[], []]
    lost = 0
    busy = 0.0
    while now < end:
        visible = bisect.bisect_right(times, now)
        oldest = max(0, visible - WINDOW)
        new = times[max(seen, oldest) : visible]
        later = now >= START + WEEK
        counts[later] += 1
        if state.last_poll_at is not None:
            lost += max(0, oldest - seen)
            delays[later] += [(now - time).total_seconds() / 60 for time in new]
        result = PollResult(
            at=now,
            ok=True,
            new_links=len(new),
            times=tuple(new),
            shared_with_last=None if state.last_poll_at is None else seen > oldest,
            not_modified=not new,
        )
        started = process_time()
        state = after_poll(plan, state, result, jitter=JITTER, rng=rng)
        busy += process_time() - started
        seen = visible
        assert state.next_poll_at is not None
        now = state.next_poll_at
    return Run(counts[1], delays[1], counts[0], delays[0], lost, busy / sum(counts) * 1e6)


def quantile(values: list[float], share: float) -> float:
    """The value below which ``share`` of them lie; nan for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--price", type=float, default=polls.PRICE / timedelta(minutes=1))
    options = parser.parse_args()
    polls.PRICE = timedelta(minutes=options.price)
    print(
        f"{options.weeks} weeks; a poll is worth {options.price:g} minutes of delay; "
        "delays in minutes"
    )
    print(
        f"{'outlet':13}{'plan':13}{'items/day':>10}{'polls/day':>10}{'median':>8}{'p95':>8}"
        f"{'worst':>8}{'lost':>6}   {'week 1: polls/day':>17}{'median':>8}{'us CPU':>8}"
    )
    for outlet in OUTLETS:
        times = publish(outlet, START - HISTORY, START + options.weeks * WEEK, Random(options.seed))
        for name, plan in PLANS.items():
            run = simulate(plan, times, options.weeks, Random(options.seed))
            days = 7 * (options.weeks - 1)
            print(
                f"{outlet:13}{name:13}{len(run.delays) / days:10.1f}{run.polls / days:10.1f}"
                f"{quantile(run.delays, 0.5):8.1f}{quantile(run.delays, 0.95):8.1f}"
                f"{max(run.delays, default=float('nan')):8.1f}{run.lost:6d}   "
                f"{run.first_polls / 7:17.1f}{quantile(run.first_delays, 0.5):8.1f}"
                f"{run.busy_us:8.0f}"
            )


if __name__ == "__main__":
    main()
