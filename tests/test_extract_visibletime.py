"""Times that were written for people, in many languages, scripts and calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.habit import by_language
from pipeline.extract.visibletime import order, readings
from pipeline.text.months import JALALI, MONTHS


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("4 March 2026, 10:30 GMT", at(2026, 3, 4, 10, 30)),
        ("Published: March 4, 2026 at 3:05 p.m. ET", at(2026, 3, 4, 20, 5)),
        ("10:30 AM EST, Wed March 4, 2026", at(2026, 3, 4, 15, 30)),
        ("Mar 4 2026 3 pm", at(2026, 3, 4, 15)),
        ("12:15 am, 4 March 2026", at(2026, 3, 4, 0, 15)),
        ("Veröffentlicht am 27.04.24 um 07:39 Uhr", at(2024, 4, 27, 7, 39)),
        ("4 de marzo de 2026 a las 10:30", at(2026, 3, 4, 10, 30)),
        ("le 4 mars 2026 à 10h30", at(2026, 3, 4, 10, 30)),
        ("1er mars 2026", at(2026, 3, 1)),
        ("4.3.2026 klo 10.30", at(2026, 3, 4, 10, 30)),
        ("2026. március 4. 10:30", at(2026, 3, 4, 10, 30)),
        ("2026 m. kovo 4 d. 10:30", at(2026, 3, 4, 10, 30)),
        ("4 марта 2026, 10:30", at(2026, 3, 4, 10, 30)),
        ("4 tháng 3 năm 2026", at(2026, 3, 4)),
        ("2026年3月4日 下午3:05", at(2026, 3, 4, 15, 5)),
        ("2026年3月4日 15時05分", at(2026, 3, 4, 15, 5)),
        ("令和8年3月4日", at(2026, 3, 4)),
        ("民國115年3月4日", at(2026, 3, 4)),
        ("2026년 3월 4일 오후 3시 5분", at(2026, 3, 4, 15, 5)),
        ("٤ مارس ٢٠٢٦", at(2026, 3, 4)),
        ("4 آذار/مارس 2026", at(2026, 3, 4)),
        ("15 رمضان 1447 هـ - 4 مارس 2026 م", at(2026, 3, 4)),
        ("۱۳ اسفند ۱۴۰۴ ساعت ۱۰:۳۰", at(2026, 3, 4, 10, 30)),
        ("4 มีนาคม 2569 เวลา 10:30 น.", at(2026, 3, 4, 10, 30)),
        ("४ मार्च 2026", at(2026, 3, 4)),
        ("4 במרץ 2026", at(2026, 3, 4)),
        ("2026-03-04 10:30 +0530", at(2026, 3, 4, 5)),
        ("13/04/2026 10:30", at(2026, 4, 13, 10, 30)),
        ("04/13/2026", at(2026, 4, 13)),
    ],
)
def test_reading(line: str, moment: datetime) -> None:
    found = readings(line, language="fa" if "ساعت" in line else None)
    assert [reading.moment for reading in found][:1] == [moment]


@pytest.mark.parametrize(
    "line",
    ["3 hours ago", "yesterday at 10:30", "03/04/2026", "In May 2026 the 4 x", "31.02.2026",
     "4 March", "1.2.3.4", "+1 202 555 0199", "", "15 رمضان 1447", "Ref. 12/345/2026"],
)  # fmt: skip
def test_no_time(line: str) -> None:
    assert readings(line) == []


def test_day_and_month_are_told_apart_by_habit_only() -> None:
    assert [r.moment.month for r in readings("03/04/2026", day_first=True)] == [4]
    assert [r.moment.month for r in readings("03/04/2026", day_first=False)] == [3]
    assert [r.moment.month for r in readings("03.04.2026")] == [4]  # dots are never American
    assert order("13/04/2026 and 03/04/2026") is True
    assert order("04/13/2026") is False
    assert order("03/04/2026") is None
    assert order("32/13/2026") is None


@pytest.mark.parametrize(
    ("tag", "host", "expected"),
    [
        ("de", "x.com", True), ("en-US", "x.co.uk", False), ("en_GB", "x.com", True),
        ("en", "x.co.uk", True), ("en", "x.com", None), (None, "x.in", True), (None, "x.com", None),
    ],
)  # fmt: skip
def test_habit_of_a_language(tag: str | None, host: str, expected: bool | None) -> None:
    assert by_language(tag, host) is expected


def test_changes_are_told_from_publication() -> None:
    found = readings("Published 3 March 2026 9:00 Updated 4 March 2026 10:00")
    assert [(r.moment, r.changed) for r in found] == [
        (at(2026, 3, 3, 9), False),
        (at(2026, 3, 4, 10), True),
    ]
    assert [r.changed for r in readings("Aktualisiert: 04.03.2026")] == [True]
    # the clock of one date is not that of the next
    assert [r.hour for r in readings("March 4, 2026 at 3:05 pm | Updated: March 5, 2026")] == [
        True,
        False,
    ]


def test_the_zone_of_the_source_holds_for_times_without_one() -> None:
    damascus = ZoneInfo("Asia/Damascus")
    assert readings("4 March 2026 10:30", zone=damascus)[0].moment == at(2026, 3, 4, 7, 30)
    assert readings("4 March 2026 10:30 GMT", zone=damascus)[0].moment == at(2026, 3, 4, 10, 30)


def test_months_of_one_spelling_follow_the_language() -> None:
    assert readings("4. listopada 2026", language="hr")[0].moment.month == 10
    assert readings("4 listopada 2026", language="pl")[0].moment.month == 11


@pytest.mark.parametrize("language", sorted(MONTHS))
def test_every_language_has_twelve_months(language: str) -> None:
    assert set(MONTHS[language].values()) == set(range(1, 13))


_DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))
_CLOCKS = st.tuples(st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(MONTHS)), _DAYS, _CLOCKS, st.data())
def test_what_is_written_is_read_in_every_language(
    language: str, day: date, clock: tuple[int, int], data: st.DataObject
) -> None:
    spelled = [name for name, number in MONTHS[language].items() if number == day.month]
    name = data.draw(st.sampled_from(spelled))
    wanted = datetime(day.year, day.month, day.day, *clock, tzinfo=UTC)
    line = f"{day.day} {name} {day.year}, {clock[0]:02}:{clock[1]:02}"
    assert [r.moment for r in readings(line, language=language)] == [wanted], line


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%d.%m.%Y}", "{0:%Y}年{1}月{2}日"]), _DAYS
)
def test_numeric_forms(form: str, day: date) -> None:
    line = form.format(day, day.month, day.day)
    found = [r.moment.date() for r in readings(line, language="de")]
    assert found == [day], line


@settings(max_examples=200, deadline=None)
@given(st.integers(1360, 1478), st.sampled_from(sorted(JALALI)), st.integers(1, 29))
def test_iranian_days_follow_each_other(year: int, name: str, day: int) -> None:
    one, two = (
        readings(f"{n} {name} {year}", language="fa")[0].moment for n in (day, day % 29 + 1)
    )
    assert two - one == timedelta(days=1 if day < 29 else -28)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("1 فروردین 1400", date(2021, 3, 21)),
        ("1 فروردین 1403", date(2024, 3, 20)),
        ("30 اسفند 1403", date(2025, 3, 20)),
        ("1 فروردین 1404", date(2025, 3, 21)),
        ("22 بهمن 1357", None),  # 1979: before there is anything to monitor
    ],
)
def test_iranian_new_year(line: str, day: date | None) -> None:
    assert [r.moment.date() for r in readings(line)] == ([day] if day else [])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_survived(text: str) -> None:
    for reading in readings(text, day_first=True):
        assert reading.moment.tzinfo is not None
    order(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["1 de ", "12 ", "1/1/", "mar 1 ", "1 mar ", "2026. "])
def test_long_lines_end(piece: str) -> None:
    assert readings(piece * 100_000, day_first=True) is not None
    order(piece * 100_000)
