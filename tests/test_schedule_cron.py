"""Cron lines against an oracle that walks every minute of the days around a clock change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.schedule.crontab import check, next_fire
from pipeline.errors import ConfigError

MINUTE = timedelta(minutes=1)

# zone, and the UTC midnight two days or so before its clock changes
CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 27, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 23, tzinfo=UTC)),
    ("Asia/Damascus", datetime(2022, 3, 23, tzinfo=UTC)),  # no midnight
    ("Asia/Damascus", datetime(2021, 10, 27, tzinfo=UTC)),  # 23:00-24:00 comes twice
    ("Asia/Damascus", datetime(2022, 10, 26, tzinfo=UTC)),  # summer time for good
    ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC)),  # by half an hour
    ("Africa/Casablanca", datetime(2026, 2, 13, tzinfo=UTC)),  # back for Ramadan
    ("Asia/Kathmandu", datetime(2026, 1, 1, tzinfo=UTC)),  # no change, odd offset
]


def fires(line, zone, start, end):
    found = []
    now = start
    while True:
        now = next_fire(line, zone, now)
        if now >= end:
            return found
        found.append(now)


def local(*times, zone):
    return [time.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for time in times]


def test_a_time_that_does_not_exist_fires_once_after_the_gap():
    start = datetime(2026, 3, 27, 12, tzinfo=UTC)
    found = fires("30 2 * * *", "Europe/Berlin", start, start + timedelta(days=3))
    assert local(*found, zone="Europe/Berlin") == ["28 02:30", "29 03:00", "30 02:30"]


def test_a_time_that_comes_twice_fires_the_first_time():
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = fires("30 2 * * *", "Europe/Berlin", start, start + timedelta(days=2))
    assert found == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]


def test_damascus_midnight_that_did_not_exist():
    start = datetime(2022, 3, 24, 12, tzinfo=UTC)
    found = fires("0 0 * * *", "Asia/Damascus", start, start + timedelta(days=2))
    assert local(*found, zone="Asia/Damascus") == ["25 01:00", "26 00:00"]


def test_damascus_evening_hour_that_came_twice():
    start = datetime(2021, 10, 28, 12, tzinfo=UTC)
    found = fires("30 23 * * *", "Asia/Damascus", start, start + timedelta(days=2))
    assert found == [
        datetime(2021, 10, 28, 20, 30, tzinfo=UTC),
        datetime(2021, 10, 29, 21, 30, tzinfo=UTC),
    ]


def test_a_rhythm_goes_on_through_the_hour_that_comes_twice():
    start = datetime(2026, 10, 24, 23, 59, tzinfo=UTC)
    found = fires("*/20 * * * *", "Europe/Berlin", start, start + timedelta(hours=3))
    assert [b - a for a, b in pairwise(found)] == [timedelta(minutes=20)] * 8


@st.composite
def field(draw, low, high):
    """A cron field as text, with the numbers it stands for."""
    shape = draw(st.sampled_from(["*", "*/n", "list", "range"]))
    if shape == "*":
        return "*", set(range(low, high + 1))
    if shape == "*/n":
        step = draw(st.integers(2, (high - low) // 2))
        return f"*/{step}", set(range(low, high + 1, step))
    if shape == "list":
        numbers = draw(st.sets(st.integers(low, high), min_size=1, max_size=4))
        return ",".join(map(str, sorted(numbers))), numbers
    first = draw(st.integers(low, high))
    last = draw(st.integers(first, high))
    return f"{first}-{last}", set(range(first, last + 1))


@settings(max_examples=40, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    minute=field(0, 59),
    hour=field(0, 23),
    weekday=field(0, 6),
)
def test_every_minute_of_the_days_of_a_clock_change(change, minute, hour, weekday):
    zone, start = change
    start += timedelta(days=1)
    end = start + timedelta(days=2)
    line = f"{minute[0]} {hour[0]} * * {weekday[0]}"
    any_hour = hour[0].startswith("*")
    rhythm = any_hour or minute[0].startswith("*")

    def matches(wall):
        return (
            wall.minute in minute[1]
            and wall.hour in hour[1]
            and wall.isoweekday() % 7 in weekday[1]
        )

    expected = []
    place = ZoneInfo(zone)
    before = start.astimezone(place)
    moment = start + MINUTE
    while moment < end:
        here = moment.astimezone(place)
        hit = matches(here) and (rhythm or not here.fold)
        skipped = before.replace(tzinfo=None) + MINUTE
        while not any_hour and skipped < here.replace(tzinfo=None):  # the gap, if there is one
            hit = hit or matches(skipped)
            skipped += MINUTE
        if hit:
            expected.append(moment)
        before = here
        moment += MINUTE
    assert fires(line, zone, start, end) == expected


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 6 * * 0", ["2026-11-29", "2026-12-06"]),
        ("0 6 * * 7", ["2026-11-29", "2026-12-06"]),
        ("0 6 * * sun", ["2026-11-29", "2026-12-06"]),
        ("0 6 * * 5-7", ["2026-11-27", "2026-11-28", "2026-11-29"]),
        ("0 6 * * SAT-MON", ["2026-11-28", "2026-11-29", "2026-11-30"]),
        ("0 6 * * 1/3", ["2026-11-26", "2026-11-30"]),
        ("0 6 1 * *", ["2026-12-01", "2027-01-01"]),
        ("0 6 1 * 1", ["2026-11-30", "2026-12-01", "2026-12-07"]),  # either day field is enough
        ("0 6 29 2 *", ["2028-02-29", "2032-02-29"]),
        ("0 6 * jan *", ["2027-01-01", "2027-01-02"]),
        ("@weekly", ["2026-11-29", "2026-12-06"]),
    ],
)
def test_days_are_read_as_cron_reads_them(line, days):
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    found = []
    for _ in days:
        now = next_fire(line, "UTC", now)
        found.append(now.date().isoformat())
    assert found == days


@pytest.mark.parametrize(
    ("line", "zone", "message"),
    [
        ("* * * *", "UTC", "five fields"),
        ("61 * * * *", "UTC", "61"),
        ("0 6 * * 8", "UTC", "day of the week"),
        ("0 6 * * 1/0", "UTC", "step"),
        ("0 6 * * x", "UTC", "day of the week"),
        ("0 0 31 2 *", "UTC", "never fires"),
        ("0 6 * * *", "Europe/Atlantis", "not known"),
        ("0 6 * * *", "../etc/passwd", "not known"),
        ("0 6 * * *", "", "not known"),
    ],
)
def test_what_cannot_work_is_said(line, zone, message):
    with pytest.raises(ConfigError, match=message):
        check(line, zone)


def test_it_is_strictly_later_whatever_the_zone_of_the_argument():
    at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    for zone in ("UTC", "Asia/Damascus", "America/New_York"):
        assert next_fire("0 * * * *", "UTC", at.astimezone(ZoneInfo(zone))) == at + timedelta(
            hours=1
        )
