"""Usual gaps, and from when on silence is remarkable."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from benchmarks.schedule import START, WEEK, publish
from monitor.schedule import Rhythm, silent_after, usual_gap

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SLOT = 5 * MINUTE


def test_office_hours_have_the_gap_of_the_day():
    times = [MONDAY + day * DAY + 8 * HOUR + n * 30 * MINUTE for day in range(5) for n in range(17)]
    assert usual_gap(times) == 30 * MINUTE


def test_a_daily_burst_has_the_gap_of_a_day():
    times = [
        MONDAY + day * DAY + n * 20 * timedelta(seconds=1) for day in range(8) for n in range(9)
    ]
    assert usual_gap(times) == DAY


def test_order_and_copies_do_not_matter():
    times = [MONDAY + n * HOUR for n in range(9)]
    assert usual_gap(times[::-1] + times) == HOUR


def test_little_is_nothing():
    assert usual_gap([]) is None
    assert usual_gap([MONDAY + n * HOUR for n in range(3)]) is None
    assert silent_after(MONDAY, []) is None


def test_without_a_rhythm_the_longest_gap_stands_for_nights():
    times = [MONDAY + day * DAY + 8 * HOUR + n * 30 * MINUTE for day in range(5) for n in range(17)]
    last = times[-1]
    assert silent_after(last, times) == last + 1.5 * 16 * HOUR


def learned(name, seed=5):
    times = publish(name, START - 4 * WEEK, START, Random(seed))
    return Rhythm.first(START, times, SLOT), times


def test_a_weekend_is_no_silence_but_a_monday_without_news_is():
    rhythm, times = learned("office hours")  # about four an hour, Monday to Friday 6-16
    friday = datetime(2026, 1, 9, 15, 50, tzinfo=UTC)
    silent = silent_after(friday, times, rhythm)
    assert datetime(2026, 1, 12, 0, tzinfo=UTC) < silent < datetime(2026, 1, 12, 12, tzinfo=UTC)


@pytest.mark.parametrize(("name", "least", "most"), [("wire", 2 * HOUR, 8 * HOUR)])
def test_a_wire_is_missed_within_hours(name, least, most):
    rhythm, times = learned(name)
    assert least < silent_after(START, times, rhythm) - START < most


@pytest.mark.parametrize("name", ["office hours", "wire", "blog", "bulletin"])
def test_chance_alone_rarely_rings(name):
    """Twelve more weeks of the same outlet: no more than two false alarms."""
    rhythm, times = learned(name)
    later = publish(name, START, START + 12 * WEEK, Random(6))
    alarms = sum(
        silent_after(before, times[-200:], rhythm) < after for before, after in pairwise(later)
    )
    assert alarms <= 2


def test_a_young_rhythm_is_not_believed():
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    assert silent_after(MONDAY, (), rhythm) is None


def test_few_gaps_say_little_about_the_next():
    """An outlet of some three a day: the more is known of it, the sooner its silence is one."""
    rng = Random(3)
    times = [MONDAY]
    while len(times) < 400:
        times.append(times[-1] + DAY * rng.expovariate(3.0))
    waits = [silent_after(times[n], times[: n + 1]) - times[n] for n in (5, 20, 100, 399)]
    longest = [max(b - a for a, b in pairwise(times[: n + 1])) for n in (5, 20, 100, 399)]
    assert waits[0] > 1.6 * longest[0]
    assert waits[-1] < 1.6 * longest[-1]


@pytest.mark.parametrize("rate", [0.5, 1.0, 3.0, 12.0])
def test_the_first_weeks_of_an_outlet_are_as_calm_as_the_later_ones(rate):
    """Asked after each of the first 30 items of 60 outlets: about once in 20 weeks each."""
    alarms, watched = 0, timedelta(0)
    for seed in range(60):
        rng = Random(seed)
        times = [MONDAY]
        for _ in range(30):
            later = times[-1] + DAY * rng.expovariate(rate)
            silent = silent_after(times[-1], times)
            alarms += silent is not None and silent < later
            times.append(later)
        watched += times[-1] - times[0]
    assert alarms <= 1.5 * watched / (20 * WEEK) + 3
