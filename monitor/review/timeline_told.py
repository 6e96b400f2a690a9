"""How much came in, by hour or day, as JSON tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from pipeline.store.reading import Reader
from pipeline.store.volumes import Unit, topic_volumes, volumes
from pipeline.times import from_iso, to_iso

MOST_HOURS, MOST_DAYS = 7 * 24, 366
NAMED = 7  # series of their own; the others are one
OTHERS = "others"


def timeline(
    reader: Reader,
    *,
    by: Unit,
    since: datetime,
    until: datetime,
    zone: tzinfo,
    sources: Sequence[str] | None = None,
    topics: Sequence[str] = (),
) -> dict[str, Any]:
    """Return numbers of articles by hour or day of a zone.

    ``series`` are topics where some are asked for, else the sources with most, and "others".
    """
    start = _floor(since, by, zone)
    units = _units(start, until, by, zone)
    places = {to_iso(at): n for n, at in enumerate(units)}
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(units))
    # Days of a zone are not those of the roll-up unless the zone is UTC.
    fine: Unit = by if by == "hour" or _is_utc(zone, until) else "hour"

    def add(name: str, row: dict[str, Any]) -> None:
        place = places.get(to_iso(_floor(from_iso(row["at"]), by, zone)))
        if place is not None:
            counts[name][place] += row["n"]

    for topic in topics:
        for row in topic_volumes(
            reader, topic, by=fine, since=start, until=until, sources=sources
        ):  # fmt: skip
            add(topic, row)
    if not topics:
        for row in volumes(
            reader, by=fine, since=start, until=until, sources=sources, named=NAMED
        ):  # fmt: skip
            add(row["source"] or OTHERS, row)
    series = sorted(
        counts.items(), key=lambda item: (item[0] == OTHERS, -sum(item[1]), item[0])
    )  # fmt: skip
    return {
        "by": by,
        "since": to_iso(start),
        "until": to_iso(until),
        "units": [to_iso(at) for at in units],
        "series": [
            {"name": name, "kind": "topic" if topics else "source", "n": values}
            for name, values in series
        ],
        "total": sum(sum(values) for _, values in series),
    }


def _units(start: datetime, until: datetime, by: Unit, zone: tzinfo) -> list[datetime]:
    found: list[datetime] = []
    at = start
    while at < until and len(found) < (MOST_HOURS if by == "hour" else MOST_DAYS):
        found.append(at)
        if by == "hour":
            at += timedelta(hours=1)
        else:  # a day may have 23 or 25 hours
            at = _floor(at.astimezone(zone) + timedelta(hours=26), by, zone)
    return found


def _floor(at: datetime, by: Unit, zone: tzinfo) -> datetime:
    if by == "hour":
        return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    local = at.astimezone(zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def _is_utc(zone: tzinfo, at: datetime) -> bool:
    return at.astimezone(zone).utcoffset() == timedelta(0) and str(zone) in ("UTC", "Etc/UTC")
