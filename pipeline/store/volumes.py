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
    named: int = 7,
) -> list[dict[str, Any]]:
    """Return (at, source, n): articles that came in an hour or day, which ``at`` begins, in UTC.

    The ``named`` sources with most articles are told apart, all others are source None.  From the
    roll-ups, as long as they are kept; else counted.
    """
    length = 13 if by == "hour" else 10
    where, args = reader.among("source", sources)
    if by == "hour" and since < until - timedelta(hours=HOURS_KEPT):
        table = "article INDEXED BY article_source_first_seen"
        unit, number = f"substr(first_seen_at, 1, {length})", "count(*)"
        where = f"first_seen_at >= ? AND first_seen_at < ? {where}"
        args = [to_iso(since), to_iso(until), *args]
    else:
        table, unit, number = ("hourly" if by == "hour" else "daily"), by, "sum(n)"
        where = f"{by} >= ? AND {by} <= ? AND outcome IN ('stored', 'copy') {where}"
        args = [to_iso(since)[:length], to_iso(until)[:length], *args]
    rows = reader.rows(
        f"WITH v AS MATERIALIZED (SELECT {unit} AS unit, source, {number} AS n FROM {table} "
        f"WHERE {where} GROUP BY 1, 2), "
        "top AS (SELECT source FROM v GROUP BY source ORDER BY sum(n) DESC, source LIMIT ?) "
        "SELECT unit, iif(source IN (SELECT source FROM top), source, NULL) AS source, "
        "sum(n) AS n FROM v WHERE n > 0 GROUP BY 1, 2 ORDER BY 1, 2",
        [*args, named],
    )
    return [{"at": _whole(row["unit"]), "source": row["source"], "n": row["n"]} for row in rows]


def topic_volumes(
    reader: Reader,
    topic: str,
    *,
    by: Unit,
    since: datetime,
    until: datetime,
    sources: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Return (at, n): articles of a topic that came in an hour or day, which ``at`` begins."""
    where, args = reader.among("a.source", sources)
    place = "JOIN article a INDEXED BY article_placed ON a.id = t.article" if where else ""
    rows = reader.rows(
        f"SELECT substr(t.at, 1, {13 if by == 'hour' else 10}) AS unit, count(*) AS n "
        f"FROM topic_match t INDEXED BY topic_match_at {place} "
        f"WHERE t.topic = ? AND t.at >= ? AND t.at < ? {where} GROUP BY 1 ORDER BY 1",
        (topic, to_iso(since), to_iso(until), *args),
    )
    return [{"at": _whole(row["unit"]), "n": row["n"]} for row in rows]


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
