"""How many articles were stored, by hour or day, source and topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from pipeline.store.reading import Reader, Row
from pipeline.store.rollups import HOURS_KEPT
from pipeline.times import to_iso

Unit = Literal["hour", "day"]
STORED = ("stored", "copy")  # ends of links that brought an article


def volumes(
    reader: Reader,
    *,
    by: Unit,
    since: datetime,
    until: datetime,
    sources: Sequence[str] | None = None,
    topic: str | None = None,
) -> list[dict[str, Any]]:
    """Return (at, source, n): articles that came in an hour or day, which ``at`` begins, in UTC.

    Without a topic from the roll-ups, as long as they are kept; else counted.
    """
    length = 13 if by == "hour" else 10
    start, end = to_iso(since)[:length], to_iso(until)[:length]
    where, args = reader.among("source", sources)
    if topic is not None:
        rows = reader.rows(
            f"SELECT substr(t.at, 1, {length}) AS unit, a.source, count(*) AS n "
            "FROM topic_match t INDEXED BY topic_match_at "
            "JOIN article a INDEXED BY article_placed ON a.id = t.article "
            f"WHERE t.topic = ? AND t.at >= ? AND t.at < ? {where.replace('source', 'a.source')} "
            "GROUP BY 1, 2 ORDER BY 1, 2",
            (topic, to_iso(since), to_iso(until), *args),
        )
    elif by == "hour" and since < until - timedelta(hours=HOURS_KEPT):
        rows = reader.rows(
            f"SELECT substr(first_seen_at, 1, {length}) AS unit, source, count(*) AS n "
            f"FROM article WHERE first_seen_at >= ? AND first_seen_at < ? {where} "
            "GROUP BY 1, 2 ORDER BY 1, 2",
            (to_iso(since), to_iso(until), *args),
        )
    else:
        table = "hourly" if by == "hour" else "daily"
        rows = reader.rows(
            f"SELECT {by} AS unit, source, sum(n) AS n FROM {table} WHERE {by} >= ? AND {by} <= ? "
            f"AND outcome IN ('stored', 'copy') {where} GROUP BY 1, 2 ORDER BY 1, 2",
            (start, end, *args),
        )
    return [
        {"at": _whole(row["unit"]), "source": row["source"], "n": row["n"]}
        for row in rows
        if row["n"]
    ]


def source_days(
    reader: Reader, since: datetime, slugs: Sequence[str] | None = None
) -> dict[str, dict[str, dict[str, int]]]:
    """Return source -> day (UTC) -> outcome -> n, from the daily roll-up."""
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in reader.daily(since, slugs):
        found[row["source"]][row["day"]][row["outcome"]] = row["n"]
    return {source: dict(days) for source, days in found.items()}


def polls_failed(reader: Reader, since: datetime) -> dict[str, dict[str, int]]:
    """Return source -> day (UTC) -> polls that failed, as long as the log of polls is kept."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in reader.rows(
        "SELECT f.source, substr(p.at, 1, 10) AS day, count(*) AS n FROM poll p "
        "JOIN feed f ON f.id = p.feed WHERE p.at >= ? AND p.result = 'failed' GROUP BY 1, 2",
        (to_iso(since),),
    ):
        found[row["source"]][row["day"]] = row["n"]
    return dict(found)


def requests_of(reader: Reader, source: str, since: datetime) -> int:
    """Return how many requests a source was sent for feeds since then."""
    rows: list[Row] = reader.rows(
        "SELECT count(*) AS n FROM poll p JOIN feed f ON f.id = p.feed "
        "WHERE f.source = ? AND p.at >= ?",
        (source, to_iso(since)),
    )
    return int(rows[0]["n"])


def _whole(unit: str) -> str:
    return f"{unit}:00:00.000Z" if len(unit) == 13 else f"{unit}T00:00:00.000Z"
