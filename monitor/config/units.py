"""Sizes, shares and durations as they are written in the configuration, and back again."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from pipeline.times import parse_duration

_SIZE = re.compile(r"(\d{1,16})(?:\.(\d{1,3}))? ?([kmgt]i?)?b?", re.IGNORECASE | re.ASCII)
_SHARE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?) ?(%?)", re.ASCII)
_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_WEEK = 604_800
_STEPS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


@lru_cache(maxsize=512)
def read_duration(text: str) -> timedelta:
    """``90s``, ``5m``, ``1h30m``, ``180d``, ``2w``; ``0`` needs no unit.  Raises ValueError."""
    if text.strip() == "0":
        return timedelta()
    try:
        return parse_duration(text)
    except (ValueError, OverflowError):
        raise ValueError(
            f"'{text[:40]}' is no duration: write 90s, 5m, 1h30m, 180d or 2w"
        ) from None


def duration_text(value: timedelta) -> str:
    """A spelling that ``read_duration`` reads back, to the second: ``1h30m``, ``180d``."""
    left = round(value.total_seconds())
    if left and left % _WEEK == 0 and left < 5 * _WEEK:  # beyond, days read better: 180d
        return f"{left // _WEEK}w"
    parts = []
    for unit, seconds in _STEPS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def read_size(text: str) -> int:
    """Bytes: ``4MB`` is 4,000,000, ``4MiB`` 4,194,304, a bare number bytes.  Raises ValueError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text[:40]}' is no size: write 500KB, 4MB or 1GB")
    whole, part, unit = match.groups()
    unit = (unit or "").lower()
    factor: int = (1024 if unit.endswith("i") else 1000) ** _POWER[unit.rstrip("i")]
    return int(whole) * factor + (int(part) * factor // 10 ** len(part) if part else 0)


def size_text(value: int) -> str:
    """The shortest exact spelling that ``read_size`` reads back."""
    best = str(value) + "B"
    for unit, power in _POWER.items():
        for suffix, base in (("iB", 1024), ("B", 1000)):
            if unit and value and value % base**power == 0:
                candidate = f"{value // base**power}{unit.upper()}{suffix}"
                if len(candidate) <= len(best):
                    best = candidate
    return best


def read_share(text: str) -> float:
    """``10%`` or ``0.1`` as 0.1.  Raises ValueError."""
    match = _SHARE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"'{text[:40]}' is no share: write 10% or 0.1")
    number, percent = match.groups()
    return float(number) / 100 if percent else float(number)


def share_text(value: float) -> str:
    """A share in percent, read back by ``read_share``: 0.1 is ``10%``."""
    return f"{round(value * 100, 6):g}%"
