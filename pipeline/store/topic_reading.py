"""Questions about topics and what matched them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pipeline.store.article_filter import Filter, asked
from pipeline.store.reading import Reader, Row
from pipeline.text.query_tree import Query
from pipeline.times import to_iso


def topics(reader: Reader) -> list[Row]:
    """Return the topics of the configuration by name: id, name, query, stories that matched."""
    return reader.rows(
        "SELECT t.id, t.name, t.query, (SELECT count(DISTINCT m.story) FROM topic_match m "
        "WHERE m.topic = t.id) AS stories FROM topic t WHERE t.removed_at IS NULL "
        "ORDER BY t.name, t.id"
    )


def topic_names(reader: Reader) -> dict[str, str]:
    """Return id -> name of the topics."""
    rows = reader.rows("SELECT id, name FROM topic WHERE removed_at IS NULL ORDER BY name, id")
    return {row["id"]: row["name"] for row in rows}


def topics_of(reader: Reader, article: int) -> list[str]:
    """Return the ids of the topics that an article matches."""
    rows = reader.rows("SELECT topic FROM topic_match WHERE article = ? ORDER BY 1", (article,))
    return [row["topic"] for row in rows]


def topics_at_length(reader: Reader, since: datetime) -> list[Row]:
    """Return the topics with how much matched, and how far a changed one was asked again.

    Each has id, name, query, changed_at, stories, articles, recent (stories since ``since``),
    last_at (when the newest article that matches was first seen) and share (0 to 1 of the stored
    articles that it was asked of).
    """
    return reader.rows(
        "SELECT t.id, t.name, t.query, t.changed_at, "
        "(SELECT count(DISTINCT m.story) FROM topic_match m WHERE m.topic = t.id) AS stories, "
        "(SELECT count(*) FROM topic_match m WHERE m.topic = t.id) AS articles, "
        "(SELECT count(DISTINCT m.story) FROM topic_match m WHERE m.topic = t.id AND m.at >= ?) "
        "AS recent, (SELECT max(m.at) FROM topic_match m WHERE m.topic = t.id) AS last_at, "
        "iif(t.upto IS NULL, 1.0, min(1.0, t.upto * 1.0 / "
        "max(1, (SELECT coalesce(max(id), 0) FROM article)))) AS share "
        "FROM topic t WHERE t.removed_at IS NULL ORDER BY t.name, t.id",
        (to_iso(since),),
    )


def days_of(reader: Reader, query: Query, since: datetime) -> list[Row]:
    """Return (day, stories, articles) that a query finds, of days (UTC) with any, oldest first.

    A story counts on the day of its first article that matches.
    """
    table, where, args, _ = asked(Filter(match=query, since=since))
    return reader.rows(
        "SELECT day, count(*) AS stories, sum(n) AS articles FROM ("
        "SELECT substr(min(a.first_seen_at), 1, 10) AS day, count(*) AS n "
        f"FROM {table} JOIN story st ON st.id = a.story WHERE 1 {where} GROUP BY a.story) "
        "GROUP BY day ORDER BY day",
        args,
    )


def compared(reader: Reader, query: Query, topic: str, since: datetime) -> dict[str, Any]:
    """Return how a query differs from what a topic matched: stories ``gained`` and ``lost``."""
    table, where, args, _ = asked(Filter(match=query, since=since))
    rows = reader.rows(
        f"WITH new AS (SELECT DISTINCT a.story FROM {table} JOIN story st ON st.id = a.story "
        f"WHERE 1 {where}), old AS (SELECT DISTINCT story FROM topic_match WHERE topic = ? "
        "AND at >= ?) SELECT (SELECT count(*) FROM new WHERE story NOT IN old) AS gained, "
        "(SELECT count(*) FROM old WHERE story NOT IN new) AS lost",
        [*args, topic, to_iso(since)],
    )
    return rows[0]


def left_to_ask(reader: Reader, topics: Sequence[str]) -> int:
    """Return how many articles changed topics still have to be asked of, all topics together."""
    marks = ", ".join("?" * len(topics))
    rows = reader.rows(
        "SELECT coalesce(sum(max(0, (SELECT coalesce(max(id), 0) FROM article) - upto)), 0) AS n "
        f"FROM topic WHERE upto IS NOT NULL AND removed_at IS NULL AND id IN ({marks})",
        list(topics),
    )
    return int(rows[0]["n"])
