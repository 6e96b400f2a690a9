"""Reads times that were written for people, in the languages, scripts and calendars of news."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from pipeline.text.months import JALALI, MONTHS
from pipeline.times import FIRST_YEAR, LAST_YEAR, parse_time

_LONGEST = 300  # characters of a line that is read


def _folded(text: str) -> str:
    """``text`` with ASCII digits, in lower case, without marks that only steer its direction."""
    text = unicodedata.normalize("NFKC", text).lower().replace("i̇", "i")
    if text.isascii():
        return text
    text = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else " " if c in "\u200c\u200d" else c
        for c in text
        if unicodedata.category(c) != "Cf" or c in "\u200c\u200d"
    )
    return text.replace("ي", "ی").replace("ك", "ک").replace("ـ", "")


# Where languages disagree, the one with the most readers has the word; see ``_OWN``.
_MONTHS: dict[str, int] = {}
for _spellings in MONTHS.values():
    for _spelling, _number in _spellings.items():
        _MONTHS.setdefault(_folded(_spelling), _number)
# "listopada" is October in Zagreb and November in Warsaw.
_OWN: dict[str, dict[str, int]] = {
    language: {
        _folded(name): number
        for name, number in spellings.items()
        if _MONTHS[_folded(name)] != number
    }
    for language, spellings in MONTHS.items()
}
_JALALI = {_folded(name): number for name, number in JALALI.items()}
_NAME = "|".join(
    sorted(map(re.escape, {*_MONTHS, *_JALALI}), key=len, reverse=True)
).replace("\\ ", r"\s+")  # fmt: skip

_NAMED = rf"(?<![^\W\d_])(?P<name>{_NAME})(?![^\W\d_])"
_YEAR = r"(?P<year>[12][0-9]{3})(?![0-9])"
_DAY = r"(?<![0-9:.])(?P<day>[0-9]{1,2})"
# 4 March 2026, 4. März 2026, 4 de marzo de 2026, 4-Mar-2026, 4 tháng 3 năm 2026, 4 آذار/مارس 2026
_DAY_MONTH = (
    rf"{_DAY}(?:st|nd|rd|th|er|[ºª°]|-е|-го)?[.,]?"
    rf"\s*(?:de\s+|of\s+|d['’]|di\s+|-\s*|/\s*|,\s*)?{_NAMED}"
    r"(?:\s*/\s*[^\W\d_ ]+(?:\s[^\W\d_]+)?)?[.’׳']?,?"
    rf"\s*(?:del?\s+|of\s+|năm\s+|-\s*|/\s*|г\.?\s*)?{_YEAR}"
)
# March 4, 2026; Mar. 4th 2026
_MONTH_DAY = rf"{_NAMED}[.’]?\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,|\s|\.)\s*{_YEAR}"
# 2026. március 4., 2026 m. kovo 4 d., 2026. gada 4. marts
_YEAR_MONTH = (
    rf"{_YEAR}(?:\.|\s|,|-)\s*(?:m\.?\s+|gada\s+|e?ko\s+|оны\s+|жылғы\s+)?"
    rf"(?:(?P<before>[0-9]{{1,2}})\.?\s+)?{_NAMED}(?:\s+(?P<day>[0-9]{{1,2}})(?![0-9:]))?"
)
# 2026年3月4日, 2026년 3월 4일
_HAN = rf"{_YEAR}\s*[年년]\s*(?P<month>[0-9]{{1,2}})\s*[月월]\s*(?P<day>[0-9]{{1,2}})\s*[日일號号]?"
_ERA = (
    r"(?P<era>令和|民國|民国)\s*(?P<year>[0-9]{1,3}|元)\s*年"
    r"\s*(?P<month>[0-9]{1,2})\s*月\s*(?P<day>[0-9]{1,2})"
)
# 2026-03-04, 2026/03/04, 2026.3.4, 1404/12/13
_YEAR_FIRST = (
    r"(?<![0-9])(?P<year>[12][0-9]{3})\s?(?P<sep>[-/.])\s?(?P<month>[0-9]{1,2})\s?(?P=sep)"
    r"\s?(?P<day>[0-9]{1,2})(?![0-9])"
)
# 04.03.2026, 04/03/2026, 04-03-2026, 4.3.26
_YEAR_LAST = (
    r"(?<![0-9./-])(?P<one>[0-9]{1,2})\s?(?P<sep>[-/.])\s?(?P<two>[0-9]{1,2})\s?(?P=sep)"
    r"\s?(?P<year>[12][0-9]{3}|[0-9]{2})(?![0-9])"
)
_NUMERIC = re.compile(_YEAR_LAST)
_FORMS = (
    *map(re.compile, (_DAY_MONTH, _MONTH_DAY, _YEAR_MONTH, _HAN, _ERA, _YEAR_FIRST)),
    _NUMERIC,
)
_CLOCK = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후|晚上|凌晨|早上)?\s*(?<![0-9])(?P<hour>[0-9]{1,2})"
    r"(?:\s*(?P<sep>[:.٫]|h|時|时|點|点|시|ч)\s*(?P<minute>[0-5][0-9]|[0-9](?=\s*[分분]))?(?![0-9])"
    r"\s?(?:[:分분]\s?(?P<second>[0-5][0-9])?)?)?"
    r"(?:\s*(?P<half>[ap]\.?\s?m\b\.?|صباحا|مساء|ص(?!\w)|م(?!\w)|ق\.?ظ|ب\.?ظ|μ\.?μ|π\.?μ))?"
    r"(?:\s*(?:uhr|hs|hrs|น|klo|kl)\b\.?)?"
    r"(?:\s*\(?(?P<zone>(?:utc|gmt)\s?(?:[+-]\s?[0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}:?[0-9]{2}"
    r"|[a-z]{2,4}(?![a-z])))?"
)
_BEFORE = 28  # characters before a date in which its clock may stand
_AFTER = 34  # the same behind it
_AFTERNOON = ("p", "下午", "午後", "오후", "晚上", "مساء", "м", "م", "ب", "μ.μ", "μμ")
_MORNING = ("a", "上午", "午前", "오전", "凌晨", "早上", "صباح", "ص", "ق", "π")
_CHANGED = re.compile(
    r"updat|aktualisier|stand\s*:|geändert|mis à jour|mise à jour|modifi|actuali[tz]"
    r"|aggiorna|atualiz|bijgewerkt|gewijzigd|uppdater|oppdater|opdater|päivit|muokattu|aktualiz|zaktualiz"
    r"|frissít|actualizat|izmijen|ažurira|обновл|изменен|оновл|редакти|ενημέρωση|ενημερώθηκε"
    r"|güncelle|تحدیث|تحديث|به روز|بروز|עודכן|עדכון|अपडेट|হালনাগাদ|อัปเดต|diperbarui|dikemas"
    r"|cập nhật|更新|最終|수정|업데이트|last change|changed|edited|revised|imesasishwa"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A time found in a line of text."""

    moment: datetime  # aware, UTC
    hour: bool  # False: only the day is said, and the time is its midnight
    changed: bool  # the line calls it the time of a change
    start: int  # where in the line the date begins


def readings(
    text: str, *, zone: tzinfo = UTC, day_first: bool | None = None, language: str | None = None
) -> list[Reading]:
    """The times that a line names, in order; relative ones ("3 hours ago") are none.

    ``zone`` holds for those without one.  03/04/2026 is read with ``day_first``, and not at all
    when that is None.  ``language`` (ISO 639-1) decides between months and calendars that are
    written alike.  Never slow: only the first 300 characters are read.
    """
    line = _folded(text[:_LONGEST])
    found: list[Reading] = []
    last = 0
    for match in _matches(line):
        if match.start() < last:
            continue
        day = _day(match, day_first, language)
        if day is None:
            continue
        clock, end = _clock(line, match, last)
        changed = _CHANGED.search(line, last, match.start()) is not None
        last = end
        moment, hour = _moment(day, clock, zone)
        if moment is not None:
            found.append(Reading(moment=moment, hour=hour, changed=changed, start=match.start()))
    return found


def order(text: str) -> bool | None:
    """Whether numeric dates in ``text`` put the day first; None when they do not tell.

    Only 13/04/2026 and 04/13/2026 tell; dots are read day first anywhere.
    """
    for match in _NUMERIC.finditer(_folded(text[:_LONGEST])):
        one, two = int(match["one"]), int(match["two"])
        if match["sep"] != "." and max(one, two) < 32 and (one > 12) != (two > 12):
            return one > 12
    return None


def _matches(line: str) -> Iterator[re.Match[str]]:
    if not any(map(str.isdigit, line)):
        return
    found = [match for form in _FORMS for match in form.finditer(line)]
    yield from sorted(found, key=lambda match: (match.start(), -match.end()))


def _day(match: re.Match[str], day_first: bool | None, language: str | None) -> date | None:
    part = match.groupdict()
    try:
        year = 1 if part["year"] == "元" else int(part["year"])
        if part.get("era"):
            year += 2018 if part["era"] == "令和" else 1911
        if part.get("name"):
            day = int(part["day"] or part.get("before") or 0)
            name = " ".join(part["name"].split())
            if name in _JALALI and 1300 <= year < 1500:
                return _from_jalali(year, _JALALI[name], day)
            own = _OWN.get(language or "", {})
            month = own.get(name, _MONTHS.get(name, 0))
        elif part.get("one"):
            one, two = int(part["one"]), int(part["two"])
            if part["sep"] == "." or one > 12 or one == two:
                first = True
            elif two > 12:
                first = False
            elif day_first is None:
                return None
            else:
                first = day_first
            day, month = (one, two) if first else (two, one)
            year += 2000 if year < 100 else 0
        else:
            month, day = int(part["month"]), int(part["day"])
            if 1300 <= year < 1430 and language in ("fa", "ps", "ckb", "az", None):
                return _from_jalali(year, month, day)
        if 2400 < year < 2700:
            year -= 543  # the Buddha's, in Thailand
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _clock(line: str, date_at: re.Match[str], left: int) -> tuple[re.Match[str] | None, int]:
    """The clock beside a date, behind it or else before it, and where both of them end."""
    end = date_at.end()
    for match in _CLOCK.finditer(line, end, end + _AFTER):
        if _is_clock(match):
            if any(map(str.isdigit, line[end : match.start()])):
                break
            return match, match.end()
    for match in _CLOCK.finditer(line, max(left, date_at.start() - _BEFORE), date_at.start()):
        if _is_clock(match) and match["sep"] != ".":
            return match, end
    return None, end


def _is_clock(match: re.Match[str]) -> bool:
    if match["minute"] is None and not (
        match["half"] or match["sep"] in ("時", "时", "시", "點", "点")
    ):
        return match["sep"] == "h"
    return int(match["hour"]) < 25


def _moment(day: date, clock: re.Match[str] | None, zone: tzinfo) -> tuple[datetime | None, bool]:
    text = day.isoformat()
    if clock is not None:
        hour = int(clock["hour"])
        half = (clock["half"] or clock["before"] or "").replace(" ", "")
        if half and half.startswith(_AFTERNOON) and hour < 12:
            hour += 12
        elif half and half.startswith(_MORNING) and hour == 12:
            hour = 0
        if hour < 24:
            stated = (clock["zone"] or "").replace(" ", "").upper()
            timed = f"{text} {hour:02}:{clock['minute'] or '00'}:{clock['second'] or '00'} {stated}"
            moment = parse_time(timed.strip(), zone=zone)
            if moment is not None:
                return moment, True
    return parse_time(text, zone=zone), False


def _from_jalali(year: int, month: int, day: int) -> date | None:
    """The day in the Iranian calendar; right for its years 1300 to 1500.  ValueError if none."""
    if not (1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        raise ValueError("no such day")
    # Years with a 30th of Esfand are 8 in 33.
    cycles, rest = divmod(year - 1, 33)
    leap = 8 * cycles + sum(long <= rest for long in (1, 5, 9, 13, 17, 22, 26, 30))
    days = 365 * (year - 1) + leap + (month - 1) * 30 + min(month - 1, 6) + day - 1
    return date.fromordinal(date(622, 3, 21).toordinal() + days)
