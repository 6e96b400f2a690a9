"""Times and lengths of time as people read them in tables."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import typer

from monitor.review.lengths import short
from pipeline.times import from_iso, parse_since


def utc_now() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


def local(value: str | datetime | None, zone: tzinfo) -> str:
    """Return a stored time in ``zone``: 2026-03-01 14:05."""
    if value is None:
        return ""
    moment = from_iso(value) if isinstance(value, str) else value
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


_CERTAINTY = {"visible": "visible text", "url": "address", "feed": "feed"}


def dated(value: str | datetime | None, certainty: str | None, zone: tzinfo) -> str:
    """Return a stored time with how sure it is, unless a program wrote it on the page.

    2026-03-01 14:05 (visible text).  From an address only the day is known, and only it is shown.
    """
    shown = local(value, zone)
    if not shown or certainty not in _CERTAINTY:
        return shown
    if certainty == "url":
        shown = shown[:10]
    return f"{shown} ({_CERTAINTY[certainty]})"


def ago(value: datetime | None, now: datetime) -> str:
    """Return how long ago, or in how long: ``5m``, ``3h``, ``12d``, ``in 5m``; "" for None."""
    if value is None:
        return ""
    seconds = (now - value).total_seconds()
    return f"in {short(-seconds)}" if seconds < 0 else short(seconds)


def since(text: str | None, zone: tzinfo, now: datetime | None = None) -> datetime | None:
    """Return the moment that ``--since`` or ``--until`` means.  Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return parse_since(text, now or utc_now(), zone)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def size(number: float) -> str:
    """Return a number of bytes for people: 812 B, 14.2 kB, 3.1 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError


__all__ = ["ago", "dated", "local", "short", "since", "size", "utc_now"]
