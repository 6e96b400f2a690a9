"""Times of programs: every spelling that feeds use, and nothing that is doubtful."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.times import (
    format_duration,
    from_iso,
    parse_duration,
    parse_since,
    parse_time,
    to_iso,
)

NOON = "2026-03-01T12:00:00.000Z"
DAMASCUS = ZoneInfo("Asia/Damascus")  # UTC+3
MOMENTS = st.datetimes(
    datetime(1980, 1, 2),  # noqa: DTZ001
    datetime(2100, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from(
        [UTC, DAMASCUS, ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Kathmandu")]
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01t12:00:00z",
        "2026-03-01T12:00Z",
        "2026-03-01T12Z",
        "2026-03-01T12:00:00.000000000Z",
        "2026-03-01T12:00:00,000Z",
        "2026-03-01T13:00:00+01:00",
        "2026-03-01T13:00:00+0100",
        "2026-03-01T13:00:00+01",
        "2026-03-01T13:00:00 01:00",
        "2026-03-01T17:45:00+05:45",
        "2026-03-01 12:00:00",
        "2026-03-01 12:00:00 +0000 UTC",
        "2026-03-01T12:00:00.000Z[UTC]",
        "2026-03-01 13:00:00 Europe/Berlin",
        "2026/03/01 12:00",
        "2026-3-1 12:00",
        "20260301T120000Z",
        "20260301120000",
        "202603011200",
        "Sun, 01 Mar 2026 12:00:00 GMT",
        "Sun,01 Mar 2026 12:00:00 GMT",
        "Sun, 1 Mar 2026 12:00 UT",
        "Sun, 01 Mar 2026 13:00:00 +0100 (CET)",
        "Sun, 01 March 2026 13:00:00 CET",
        "01 Mar 26 07:00 EST",
        "Sunday, 01-Mar-26 15:00:00 MSK",
        "Sun, 01 Mar 2026 17:30:00 IST",
        "Sun Mar  1 12:00:00 2026",
        "Sun Mar 01 12:00:00 +0000 2026",
        "Sunday, March 1, 2026 12:00 PM",
        "March 1, 2026 at 7:00 a.m. EST",
        "Mar 1, 2026 7:00am ET",
        "1st March 2026 12:00",
        "01.03.2026 12:00",
        "01.03.2026, 12:00 Uhr",
        "  1772366400\n",
        "1772366400.000",
        "1772366400000",
        "1772366400000000",
    ],
)
def test_spellings_of_noon(text):
    moment = parse_time(text)
    assert moment is not None
    assert to_iso(moment) == NOON
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1970-01-01T00:00:00Z",
        "1979-12-31T23:59:59Z",
        "2101-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "2026-02-30",
        "2026-13-01",
        "2026-03-01T25:00:00Z",
        "2026-03-01T12:00:00+99:00",
        "Sun, 01 Foo 2026 12:00:00 GMT",
        "Sun, 32 Mar 2026 12:00:00 GMT",
        "03/04/2026",
        "3/4/2026 10:00",
        "2026",
        "March 2026",
        "2026-03",
        "Mar 1",
        "12:00",
        "-1772366400",
        "0",
        "yesterday",
        "1772366400" * 10,
        "\x00" * 30,
        "2026-03-01T12:00:00Z" + " x" * 40,
    ],
)
def test_what_is_no_time(text):
    assert parse_time(text) is None


@pytest.mark.parametrize("filler", ["1", "x", " ", "2026-03-01 ", "((((", "+", "١", "0:"])
def test_long_texts_are_no_times(filler):
    assert parse_time(filler * 200_000) is None


def test_zone_holds_where_none_is_named():
    for text in (
        "2026-03-01 15:00:00",
        "Sun, 01 Mar 2026 15:00:00",
        "Sun, 01 Mar 2026 15:00:00 XYZ",
    ):
        moment = parse_time(text, zone=DAMASCUS)
        assert moment is not None
        assert to_iso(moment) == NOON
    day = parse_time("2026-03-01", zone=DAMASCUS)
    assert day is not None
    assert to_iso(day) == "2026-02-28T21:00:00.000Z"


def test_days_that_can_be_told_apart_from_months():
    assert parse_time("13/02/2026") == parse_time("02/13/2026") == parse_time("2026-02-13")
    assert parse_time("03/03/2026") == parse_time("2026-03-03")


def test_leap_second_and_midnight_at_the_end_of_the_day():
    assert parse_time("2026-03-01T23:59:60Z") == parse_time("2026-03-01T23:59:59Z")
    assert parse_time("2026-03-01T24:00:00Z") == parse_time("2026-03-02T00:00:00Z")


@given(MOMENTS)
def test_what_is_stored_comes_back(moment):
    text = to_iso(moment)
    assert len(text) == 24
    again = from_iso(text)
    assert again.tzinfo is UTC
    assert timedelta() <= moment.astimezone(UTC) - again < timedelta(milliseconds=1)
    assert parse_time(text) == again
    assert to_iso(again) == text


@given(
    MOMENTS,
    st.sampled_from(["%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%d %H:%M:%S%z", "%d %B %Y %H:%M:%S %z"]),
)
def test_written_out_and_read_back(moment, form):
    moment = moment.replace(microsecond=0)
    # An hour that comes twice is equal to no time of another zone.
    assert parse_time(moment.strftime(form)) == moment.astimezone(UTC)


@given(st.text(max_size=90) | st.text(alphabet="0123456789-/:. TZ+APMJanuary,SunGMT", max_size=40))
def test_no_text_breaks_it(text):
    moment = parse_time(text)
    assert moment is None or 1980 <= moment.year <= 2100


def test_stored_times_have_a_zone():
    with pytest.raises(ValueError, match="without zone"):
        to_iso(datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="not a stored time"):
        from_iso("2026-03-01T12:00:00")
    with pytest.raises(ValueError):
        from_iso("noon")
    assert to_iso(datetime(2026, 3, 1, 15, tzinfo=timezone(timedelta(hours=3)))) == NOON


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("1h30m", 5400),
        ("180d", 180 * 86400),
        ("2w", 14 * 86400),
        (" 1.5 h ", 5400),
        ("2 hours 5 minutes", 7500),
        ("0s", 0),
    ],
)
def test_durations(text, seconds):
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "5", "m", "-5m", "5 parsecs", "5m!", "1h 30", "1e3s", "9" * 20 + "w", "999999w"]
)
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match=r"duration|century"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (185, "3 min"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
        (47 * 3600, "47 h"),
        (4 * 86400 + 5, "4 d"),
        (-185, "-3 min"),
    ],
)
def test_durations_for_people(seconds, text):
    assert format_duration(timedelta(seconds=seconds)) == text


@given(st.integers(0, 400 * 86400))
def test_a_shown_duration_can_be_typed(seconds):
    shown = parse_duration(format_duration(timedelta(seconds=seconds))).total_seconds()
    assert shown <= seconds < shown + 86400


def test_since():
    now = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)
    assert parse_since("24h", now, DAMASCUS) == now - timedelta(days=1)
    assert parse_since("7d", now, DAMASCUS) == now - timedelta(days=7)
    assert to_iso(parse_since("2026-03-01", now, DAMASCUS)) == "2026-02-28T21:00:00.000Z"
    assert to_iso(parse_since("2026-03-01 15:00", now, DAMASCUS)) == NOON
    assert to_iso(parse_since("2026-03-01T12:00Z", now, DAMASCUS)) == NOON
    assert to_iso(parse_since("today", now, DAMASCUS)) == "2026-02-28T21:00:00.000Z"
    assert to_iso(parse_since("yesterday", now, UTC)) == "2026-02-28T00:00:00.000Z"
    with pytest.raises(ValueError, match="write 24h"):
        parse_since("lately", now, UTC)
