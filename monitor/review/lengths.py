"""Lengths of time in their largest unit, for people."""

from __future__ import annotations

_UNITS = (("s", 1, 100), ("m", 60, 100), ("h", 3600, 48))
_LONG = {"m": "min"}


def short(seconds: float | None) -> str:
    """Return a length of time for columns: 40s, 12m, 5h, 9d; "" for None."""
    return "".join(_parts(seconds))


def span(seconds: float | None) -> str:
    """Return a length of time for text: 40 s, 12 min, 5 h, 9 d; "" for None."""
    number, unit = _parts(seconds)
    return f"{number} {_LONG.get(unit, unit)}".strip()


def _parts(seconds: float | None) -> tuple[str, str]:
    if seconds is None:
        return "", ""
    for unit, size, most in _UNITS:
        if seconds < most * size:
            return str(round(seconds / size)), unit
    return str(round(seconds / 86400)), "d"
