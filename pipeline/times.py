"""Times and durations as programs write them: parsing, and the one form in which we store them.

Times that people wrote ("il y a 3 heures") are not for here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1980, 2100
_LONGEST = 80  # characters; every form that is read is shorter

# Hours from UTC by RFC 822, then by what news feeds mean: IST is India's, CST and BST are those of
# Chicago and London.
_ZONES = {
    name: float(hours)
    for hours, names in {
        "0": "Z UT UTC GMT WET", "1": "BST CET WEST MEZ MET WAT",
        "2": "CEST EET MESZ MEST SAST CAT", "3": "EEST MSK TRT EAT IDT", "3.5": "IRST",
        "4": "GST SAMT MSD", "5": "PKT YEKT UZT", "5.5": "IST", "5.75": "NPT", "6": "BDT OMST",
        "6.5": "MMT", "7": "ICT WIB KRAT", "8": "HKT SGT PHT MYT AWST WITA IRKT",
        "9": "JST KST WIT YAKT", "9.5": "ACST", "10": "AEST VLAT", "10.5": "ACDT",
        "11": "AEDT MAGT", "12": "NZST", "13": "NZDT", "-1": "AZOT", "-2.5": "NDT",
        "-3": "ADT BRT ART UYT CLST", "-3.5": "NST", "-4": "AST EDT CLT VET BOT",
        "-5": "EST CDT COT PET ECT", "-6": "CST MDT", "-7": "MST PDT", "-8": "PST AKDT",
        "-9": "AKST", "-10": "HST",
    }.items()
    for name in names.split()
}  # fmt: skip
# Zones that people name without saying whether it is summer.
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_CLOCK = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
)
_ZONE = (
    r"(?:(?:GMT|UTC)?(?P<offset>[+-][0-9]{1,2}(?::?[0-9]{2})?)"
    r"|(?P<zone>[A-Za-z]+(?:/[A-Za-z_]+){0,2}))"
)
# A second zone, as in "+0000 UTC" and "+0100 (CET)", says the first one again.
_REST = (
    rf"(?:(?:,?\s*T?\s*|,?\s+at\s+|\s+-\s+){_CLOCK}(?:\s*{_ZONE})?(?:\s*[\[(]?[A-Z/_]+[\])]?)?)?\Z"
)
_DAY_NAME = r"(?:[a-z]{2,9}(?:\.?,?\s+|\.?,))?"
_ISO, _RFC, *_OTHERS = (
    re.compile(date + _REST, re.IGNORECASE)
    for date in (
        r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})",
        _DAY_NAME + r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s-]+(?P<name>[a-z]{3,9})\.?,?[\s-]+"
        r"(?P<year>[0-9]{4}|[0-9]{2})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        _DAY_NAME + r"(?P<name>[a-z]{3,9})\.?\s+(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+"
        r"(?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})",
        # With two numbers up to 12 nobody can tell day from month: no time is better than a wrong
        # one.
        r"(?P<day>1[3-9]|2[0-9]|3[01])/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})",
        r"(?P<month>[0-9]{1,2})/(?P<day>1[3-9]|2[0-9]|3[01])/(?P<year>[0-9]{4})",
        r"(?P<day>(?P<month>0?[1-9]|1[0-2]))/(?P=month)/(?P<year>[0-9]{4})",
    )
)
# "+04:00" that lost its plus sign in some URL decoding.
_LOST_PLUS = re.compile(r"(:[0-9]{2}) (?=[0-9]{2}:[0-9]{2}\Z)")
_AMBIGUOUS = re.compile(r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}(?![0-9])")
_COMPACT = re.compile(r"([0-9]{8})T?([0-9]{2})([0-9]{2})([0-9]{2})?(.*)\Z")
_EPOCH = re.compile(r"(?P<s>[0-9]{9,10})(?:\.[0-9]+)?\Z|(?P<ms>[0-9]{13})\Z|(?P<us>[0-9]{16})\Z")


def to_iso(moment: datetime) -> str:
    """An aware time as stored: UTC, milliseconds (cut, not rounded), ``Z``.

    Raises ValueError for a time without zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without zone cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def from_iso(text: str) -> datetime:
    """The time that `to_iso` wrote, aware, in UTC.  Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"not a stored time: {text[:40]!r}")
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def parse_time(text: str, *, zone: tzinfo = UTC) -> datetime | None:
    """The time that a feed or a meta tag states, aware and in UTC, or None.

    Reads ISO 8601 and RFC 822 in the spellings that occur, named zones, epoch seconds and
    milliseconds, English dates.  Without a zone, or with one nobody knows, ``zone`` holds; a day
    without a time is its midnight.  None for what is no time, is incomplete or ambiguous
    (03/04/2026), before 1980 or after 2100.  Never slow: long texts are no times.
    """
    text = text.strip() if len(text) <= _LONGEST else text[: 50 * _LONGEST].strip()
    if not 6 <= len(text) <= _LONGEST:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    try:
        moment = _read(text, zone)
        if moment is None or not FIRST_YEAR - 1 <= moment.year <= LAST_YEAR + 1:
            return None
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _read(text: str, zone: tzinfo) -> datetime | None:
    if text[4:5] == "-":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    text = _LOST_PLUS.sub(r"\1+", text)
    if match := _ISO.match(text) or _RFC.match(text):
        return _build(match, zone)
    if match := _EPOCH.match(text):
        scale = {"s": 1, "ms": 1_000, "us": 1_000_000}[match.lastgroup or "s"]
        number = float(text) if match["s"] else int(text)
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / scale)
    if match := _COMPACT.match(text):
        day, hour, minute, second, rest = match.groups(default="00")
        text = f"{day} {hour}:{minute}:{second}{rest}"
    for form in _OTHERS:
        if match := form.match(text):
            return _build(match, zone)
    return None if _AMBIGUOUS.match(text) else _by_dateutil(text, zone)


def _build(match: re.Match[str], zone: tzinfo) -> datetime:
    """The time in the named groups; raises ValueError if there is no such day or hour."""
    part = match.groupdict()
    year = int(part["year"])
    if year < 100:
        year += 2000 if year < 50 else 1900  # RFC 2822, 4.3
    month = _month(part["name"]) if part.get("name") else int(part["month"])
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    if half := part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half in "pP" else 0)
    micro = int(((part["fraction"] or "0") + "000000")[:6])
    late = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    moment = datetime(
        year, month, int(part["day"]), 0 if late else hour, minute, min(second, 59), micro,
        tzinfo=_zone(part["offset"], part["zone"], zone),
    )  # fmt: skip
    return moment + late


def _month(name: str) -> int:
    number = _MONTHS.get(name[:3].lower())
    if number is None:
        raise ValueError("no such month")
    return number


def _zone(offset: str | None, name: str | None, otherwise: tzinfo) -> tzinfo:
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (
            (int(digits), 0) if len(digits) < 3 else (int(digits[:-2]), int(digits[-2:]))
        )
        if minutes > 59 or hours > 15:
            raise ValueError("no such offset")
        return timezone((1 if offset[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    name = _PLACES.get(name.upper(), name) if name else None
    if name and "/" in name:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            return otherwise
    shift = _ZONES.get(name.upper()) if name else None
    return otherwise if shift is None else timezone(timedelta(hours=shift))


def _by_dateutil(text: str, zone: tzinfo) -> datetime | None:
    """What is left: other orders of English dates.  None unless day, month and year are there."""
    if not any(part.isdigit() and len(part) == 4 for part in re.split(r"[^0-9]+", text)):
        return None
    from dateutil import parser

    def known_zone(name: str | None, offset: int | None) -> tzinfo:
        return timezone(timedelta(seconds=offset)) if offset else _zone(None, name, zone)

    # dateutil fills what is missing from a default, so two defaults show what was missing.
    found = set()
    for default in (datetime(2001, 2, 3), datetime(2005, 6, 7)):  # noqa: DTZ001
        try:
            found.add(parser.parse(text, default=default, tzinfos=known_zone))
        except (ValueError, OverflowError, ArithmeticError, TypeError, IndexError, AttributeError):
            return None
    return found.pop() if len(found) == 1 else None


_UNITS = {
    "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600,
    "hour": 3600, "d": 86400, "day": 86400, "w": 604800, "week": 604800,
}  # fmt: skip
_PIECE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([a-z]+)\s*")


def parse_duration(text: str) -> timedelta:
    """A length of time such as ``90s``, ``5m``, ``1h30m``, ``180d``, ``2w`` or ``2 h 5 min``.

    Raises ValueError, with the accepted form, for anything else, a number without unit included.
    """
    seconds, at = 0.0, 0
    wanted = text.strip().lower()
    while match := _PIECE.match(wanted, at):
        unit = match[2] if match[2] in _UNITS else match[2].removesuffix("s")
        if unit not in _UNITS:
            break
        seconds += float(match[1]) * _UNITS[unit]
        at = match.end()
    if not wanted or at != len(wanted) or len(wanted) > _LONGEST:
        raise ValueError(f"not a duration: {text[:40]!r}; write 90s, 5m, 1h30m, 2d or 2w")
    if seconds > 36525 * 86400:
        raise ValueError(f"longer than a century: {text[:40]!r}")
    return timedelta(seconds=seconds)


def format_duration(length: timedelta) -> str:
    """A length of time for people: ``45 s``, ``3 min``, ``2 h 5 min``, ``4 d``."""
    seconds = int(length.total_seconds())
    if seconds < 0:
        return "-" + format_duration(-length)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 2 * 86400:
        minutes = seconds % 3600 // 60
        return f"{seconds // 3600} h {minutes} min" if minutes else f"{seconds // 3600} h"
    return f"{seconds // 86400} d"


def parse_since(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that ``--since`` means, in UTC: ``24h`` ago, a date or a time in ``zone``.

    ``today`` and ``yesterday`` begin at midnight in ``zone``.  Raises ValueError for anything else.
    """
    word = text.strip().lower()
    if word in ("today", "yesterday"):
        day = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return (day - timedelta(days=word == "yesterday")).astimezone(UTC)
    try:
        return now.astimezone(UTC) - parse_duration(word)
    except ValueError:
        moment = parse_time(text, zone=zone)
    if moment is None:
        raise ValueError(
            f"not a time: {text[:40]!r}; write 24h, 7d, 2026-03-01 or 2026-03-01 12:00"
        )
    return moment
