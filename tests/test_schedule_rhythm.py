"""What is learned of a feed's rhythm."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.schedule.rhythm import (
    HOURS,
    Rhythm,
    bursts,
    hour_of_week,
    rhythm_from_text,
    rhythm_to_text,
)

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
SLOT = timedelta(minutes=5)
HOUR = timedelta(hours=1)
rhythms = st.builds(
    Rhythm,
    st.lists(st.floats(0, 500), min_size=HOURS, max_size=HOURS).map(tuple),
    st.floats(0, 2.9),
    st.timedeltas(timedelta(0), timedelta(days=9999)).map(lambda age: MONDAY + age),
)


def office_weeks(weeks):
    """Two items an hour, Monday to Friday 8-16 UTC, polled hourly."""
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    now = MONDAY
    for _ in range(weeks * HOURS):
        since, now = now, now + HOUR
        if since.weekday() < 5 and 8 <= since.hour < 16:
            times = [since + timedelta(minutes=10), since + timedelta(minutes=40)]
            rhythm = rhythm.learn(since, now, times, 0, SLOT)
    return rhythm, now


def test_hour_of_week_is_utc():
    assert hour_of_week(MONDAY) == 0
    assert hour_of_week(datetime.fromisoformat("2026-01-05T00:30+03:00")) == 6 * 24 + 21
    assert hour_of_week(MONDAY - timedelta(seconds=1)) == 167


def test_nights_and_weekends_are_learned():
    rhythm, now = office_weeks(4)
    rates = rhythm.rates(now)
    noon, night, saturday_noon = 2 * 24 + 12, 2 * 24 + 2, 5 * 24 + 12
    assert 1.5 < rates.at(noon) < 2.5
    assert rates.at(night) < 0.1
    assert rates.at(saturday_noon) < 0.2
    assert rates.expected(now, now + timedelta(weeks=1)) == pytest.approx(80, rel=0.15)


def test_a_wait_begun_at_night_ends_in_the_rush():
    rhythm, now = office_weeks(4)  # now is a Monday, 00:00
    wait = rhythm.rates(now).wait_for(1.0, now, timedelta(days=7))
    assert timedelta(hours=6) < wait < timedelta(hours=9)


def test_old_habits_fade():
    rhythm, now = office_weeks(4)
    quiet = rhythm.rates(now + timedelta(weeks=6)).mean
    assert quiet < rhythm.rates(now).mean / 5


def test_a_first_document_tells_the_pace():
    times = tuple(MONDAY - timedelta(hours=2 * n) for n in range(1, 21))
    assert Rhythm.first(MONDAY, times, SLOT).rates(MONDAY).mean == pytest.approx(0.5, rel=0.2)


def test_the_oldest_item_only_marks_where_the_window_starts():
    times = tuple(MONDAY - timedelta(hours=n) for n in (1, 2, 3))
    assert sum(Rhythm.first(MONDAY, times, SLOT).counts) == pytest.approx(2, rel=0.01)


def test_an_archive_in_a_first_document_is_no_rhythm():
    times = tuple(MONDAY - timedelta(days=365 + n) for n in range(500))
    assert Rhythm.first(MONDAY, times, SLOT).rates(MONDAY).mean < 0.02


def test_a_first_document_from_the_future_teaches_nothing():
    times = tuple(MONDAY + timedelta(days=n) for n in range(1, 9))
    rhythm = Rhythm.first(MONDAY, times, SLOT)
    assert sum(rhythm.counts) == 0


def test_a_burst_counts_once():
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    times = [MONDAY + timedelta(seconds=n) for n in range(1, 60)]
    learned = rhythm.learn(MONDAY, MONDAY + HOUR, times, 0, SLOT)
    assert sum(learned.counts) == 1


def test_a_replay_of_old_items_is_bounded_by_the_time_between_polls():
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    old = [MONDAY - timedelta(days=n) for n in range(1, 800)]
    learned = rhythm.learn(MONDAY, MONDAY + timedelta(minutes=10), old, 200, SLOT)
    assert sum(learned.counts) == pytest.approx(2)


def test_undated_items_are_spread_over_the_hours_between():
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    learned = rhythm.learn(MONDAY, MONDAY + timedelta(hours=4), (), 4, SLOT)
    assert sum(learned.counts) == pytest.approx(4)
    assert all(learned.counts[hour] > 0.5 for hour in range(4))


def test_a_missed_window_counts_double():
    rhythm = Rhythm.first(MONDAY, (), SLOT)
    times = [MONDAY + timedelta(minutes=20)]
    learned = rhythm.learn(MONDAY, MONDAY + HOUR, times, 0, SLOT, missed=True)
    assert sum(learned.counts) == 2


def test_rest_keeps_the_rates():
    rhythm, now = office_weeks(2)
    later = rhythm.rest(timedelta(days=30))
    assert later.rates(now + timedelta(days=30)).mean == pytest.approx(rhythm.rates(now).mean)


@settings(max_examples=40, deadline=None)
@given(rhythms)
def test_text_comes_back(rhythm):
    text = rhythm_to_text(rhythm)
    again = rhythm_from_text(text)
    assert again is not None
    assert rhythm_to_text(again) == text
    assert again.counts == pytest.approx(rhythm.counts, rel=0.005)
    assert abs(again.at - rhythm.at) < timedelta(seconds=1)
    assert "\n" not in text


@pytest.mark.parametrize(
    "text", [None, "", "x", "hours-of-week/2 at 2026-01-05T00:00:00Z weeks 1 | mon 0", "a | b"]
)
def test_another_scheme_is_learned_anew(text):
    assert rhythm_from_text(text) is None


def test_damaged_text_is_learned_anew():
    text = rhythm_to_text(office_weeks(1)[0])
    assert rhythm_from_text(text.replace("| tue", "| wed")) is None
    assert rhythm_from_text(text[: len(text) // 2]) is None
    assert rhythm_from_text(text.replace("| tue 0", "| tue -1")) is None
    assert rhythm_from_text(text.replace("| tue 0", "| tue nan")) is None
    assert rhythm_from_text(text.replace("| tue 0", "| tue inf")) is None


@settings(max_examples=40, deadline=None)
@given(
    rhythms,
    st.floats(0.01, 5),
    st.timedeltas(timedelta(0), timedelta(days=9)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=9)),
)
def test_the_wait_is_when_so_much_is_expected(rhythm, items, idle, limit):
    start = rhythm.at + idle
    rates = rhythm.rates(start)
    wait = rates.wait_for(items, start, limit)
    assert timedelta(0) < wait <= limit
    expected = rates.expected(start, start + wait)
    if wait < limit:
        assert expected == pytest.approx(items, rel=1e-3)
    else:
        assert expected <= items * 1.001


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_bursts_are_apart_and_cover_all(seconds):
    times = [MONDAY + timedelta(seconds=n) for n in seconds]
    starts = bursts(times, SLOT)
    assert all(b - a >= SLOT for a, b in pairwise(starts))
    assert all(any(timedelta(0) <= time - start < SLOT for start in starts) for time in times)
