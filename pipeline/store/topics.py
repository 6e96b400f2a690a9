"""Topics: saved queries, and which articles match them, kept up to date in small steps."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.errors import QueryError
from pipeline.store.alerts import Alerts
from pipeline.store.asking import asked_of
from pipeline.text import parse_query
from pipeline.text.query_tree import Any, Query
from pipeline.times import to_iso

STEP = 500  # articles whose text is new, in one step
BACK = 5_000  # ids of stored articles that a changed topic is asked of, in one step
_GAP = 100  # ids between two articles that are still asked of together


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicSpec:
    """A topic as the configuration wants it."""

    id: str
    name: str
    query: str  # as people type it
    notify: Mapping[str, Sequence[str]] = field(default_factory=dict)  # kind of alert -> channels


class Topics:
    """Writes ``topic`` and ``topic_match``.

    What decides is the text in the full-text index: a topic matches what a search for its query
    finds.
    """

    def __init__(self, conn: sqlite3.Connection, alerts: Alerts) -> None:
        self._conn = conn
        self._alerts = alerts

    def sync(self, topics: Sequence[TopicSpec], now: datetime) -> list[str]:
        """Follow the configuration; returns the ids of topics whose query cannot be read.

        A topic that is new, has another query or means other sources is asked of all stored
        articles again; one that is no longer configured loses its matches.
        """
        held = {row["id"]: row for row in self._conn.execute("SELECT * FROM topic").fetchall()}
        at, unread = to_iso(now), []
        for topic in topics:
            query, notify = _parsed(topic.query), json.dumps(topic.notify)
            if query is None:
                unread.append(topic.id)
            basis = "" if query is None else self._basis(query)
            row = held.pop(topic.id, None)
            same = row is not None and (row["query"], row["basis"]) == (topic.query, basis)
            if same and row["removed_at"] is None:
                self._conn.execute(
                    "UPDATE topic SET name = ?, notify = ? WHERE id = ?",
                    (topic.name, notify, topic.id),
                )
                continue
            self._conn.execute("DELETE FROM topic_match WHERE topic = ?", (topic.id,))
            self._conn.execute(
                "INSERT INTO topic (id, name, query, basis, notify, upto, changed_at) "
                "VALUES (?, ?, ?, ?, ?, 0, ?) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name, query = excluded.query, "
                "basis = excluded.basis, notify = excluded.notify, upto = 0, "
                "changed_at = excluded.changed_at, removed_at = NULL",
                (topic.id, topic.name, topic.query, basis, notify, at),
            )
        for gone, row in held.items():
            if row["removed_at"] is None:
                self._conn.execute("DELETE FROM topic_match WHERE topic = ?", (gone,))
                self._conn.execute("UPDATE topic SET removed_at = ? WHERE id = ?", (at, gone))
        return unread

    def again(self, topics: Sequence[str]) -> None:
        """Have topics asked of all stored articles again."""
        for topic in topics:
            self._conn.execute("UPDATE topic SET upto = 0 WHERE id = ?", (topic,))

    def waiting(self) -> bool:
        """True if ``match_some`` has something to do."""
        row = self._conn.execute(
            "SELECT EXISTS (SELECT 1 FROM topic_due) OR EXISTS (SELECT 1 FROM topic "
            "WHERE upto IS NOT NULL AND removed_at IS NULL)"
        ).fetchone()
        return bool(row[0])

    def match_some(self, now: datetime) -> bool:
        """Ask topics of the next articles, and tell of edits; True if there is more to do.

        One step takes some milliseconds, so that the single writer stays free for others.
        """
        edits = self._alerts.edited(now)
        due = [
            row[0]
            for row in self._conn.execute(
                "SELECT article FROM topic_due ORDER BY article LIMIT ?", (STEP,)
            )
        ]
        topics = self._conn.execute("SELECT * FROM topic WHERE removed_at IS NULL").fetchall()
        if due and not edits:
            self._match_due(due, topics, now)
        elif not edits:
            behind = next((topic for topic in topics if topic["upto"] is not None), None)
            if behind is None:
                return False
            self._match_back(behind)
        return edits or self.waiting()

    def _match_due(self, due: Sequence[int], topics: Sequence[sqlite3.Row], now: datetime) -> None:
        wanted = set(due)
        marks = [(article,) for article in due]
        had = {
            tuple(row)
            for row in self._conn.execute(
                "SELECT topic, article FROM topic_match "
                "WHERE article IN (SELECT value FROM json_each(?))",
                (json.dumps(due),),
            )
        }
        found: list[tuple[str, int]] = []
        self._conn.executemany("DELETE FROM topic_match WHERE article = ?", marks)
        for topic in topics:
            for low, high in _runs(due):
                hits = self._hits(topic["query"], low, high)
                articles = [article for article in hits if article in wanted]
                self._add(topic["id"], articles)
                found += [(topic["id"], article) for article in articles]
        self._alerts.matched([match for match in found if match not in had], now)
        self._conn.executemany("DELETE FROM topic_due WHERE article = ?", marks)

    def _match_back(self, topic: sqlite3.Row) -> None:
        last = self._conn.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()[0]
        low, high = topic["upto"] + 1, topic["upto"] + BACK
        # One that is asked again without having changed may match less than it did.
        self._conn.execute(
            "DELETE FROM topic_match WHERE topic = ? AND article BETWEEN ? AND ?",
            (topic["id"], low, high),
        )
        self._add(topic["id"], self._hits(topic["query"], low, high))
        self._conn.execute(
            "UPDATE topic SET upto = ? WHERE id = ?", (None if high >= last else high, topic["id"])
        )

    def _hits(self, text: str, low: int, high: int) -> list[int]:
        query = _parsed(text)
        return [] if query is None else matching(self._conn, query, low, high)

    def _basis(self, query: Query) -> str:
        """Return which sources the tags in a query stand for now."""
        tags = tuple(f for f in query.fields() if f.name == "source" and f.value.startswith("@"))
        if not tags:
            return ""
        asked = asked_of(Query(Any(tags)))
        rows = self._conn.execute(
            f"SELECT a.source FROM (SELECT slug AS source FROM source) a WHERE {asked.where} "
            "ORDER BY 1",
            asked.args,
        )
        return " ".join(row[0] for row in rows)

    def _add(self, topic: str, articles: Sequence[int]) -> None:
        self._conn.executemany(
            "INSERT OR REPLACE INTO topic_match (topic, article, story, at) "
            "SELECT ?, id, story, first_seen_at FROM article INDEXED BY article_placed "
            "WHERE id = ?",
            [(topic, article) for article in articles],
        )


def matching(conn: sqlite3.Connection, query: Query, low: int, high: int) -> list[int]:
    """Return the articles from id ``low`` to ``high`` that a query finds."""
    asked = asked_of(query, (low, high))
    if asked.match is None:
        sql = f"SELECT a.id FROM article a WHERE a.id BETWEEN ? AND ?{asked.also} ORDER BY a.id"
        rows = conn.execute(sql, (low, high, *asked.args))
    else:
        table = "article_fts f JOIN article a ON a.id = f.rowid" if asked.where else "article_fts f"
        rows = conn.execute(
            f"SELECT f.rowid FROM {table} WHERE article_fts MATCH ? "
            f"AND f.rowid BETWEEN ? AND ?{asked.also} ORDER BY f.rowid",
            (asked.match, low, high, *asked.args),
        )
    return [row[0] for row in rows]


def _parsed(query: str) -> Query | None:
    try:
        return parse_query(query)
    except QueryError:
        return None


def _runs(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of runs of ids that are near each other."""
    first = last = ids[0]
    for number in ids[1:]:
        if number - last > _GAP:
            yield first, last
            first = number
        last = number
    yield first, last
