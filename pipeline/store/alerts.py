"""What is worth telling and whom: written in the transaction in which it comes about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pipeline.times import to_iso

FRESH = timedelta(days=2)  # what was found or published before that is no news
MINOR = frozenset({"typo", "live_update"})  # edits that nobody is told of
_EDITS = 200  # in one step


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """Something worth telling, once."""

    kind: str  # story, edit, burst, source or daemon
    subject: str  # what it is about; a second one of the same kind and subject is none
    at: datetime
    channels: tuple[str, ...]
    topics: tuple[str, ...] = ()
    article: int | None = None
    source: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)  # JSON


class Alerts:
    """Writes ``alert``, ``delivery`` and ``watched``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def add(self, alert: Alert) -> int | None:
        """Enter an alert for its channels; None if there is one like it already."""
        if not alert.channels:
            return None
        row = self._conn.execute(
            "INSERT INTO alert (kind, subject, at, topics, article, source, facts) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, subject) DO NOTHING RETURNING id",
            (
                alert.kind, alert.subject, to_iso(alert.at), json.dumps(alert.topics),
                alert.article, alert.source, json.dumps(alert.facts, ensure_ascii=False),
            ),
        ).fetchone()  # fmt: skip
        if row is None:
            return None
        self._deliver(row[0], alert.channels)
        return int(row[0])

    def _deliver(self, alert: int, channels: Iterable[str]) -> None:
        self._conn.executemany(
            "INSERT OR IGNORE INTO delivery (alert, channel) VALUES (?, ?)",
            [(alert, channel) for channel in channels],
        )

    def matched(self, matches: Sequence[tuple[str, int]], now: datetime) -> None:
        """Tell of articles that matched topics just now: (topic, article), as they stand.

        Once for a story, whatever topics it matches and whoever runs it later; a channel that
        hears of it by a later topic only is told then.  Nothing is told of articles that are old.
        """
        wanted, old = self._channels("story"), to_iso(now - FRESH)
        articles: dict[int, list[str]] = {}
        for topic, article in matches:
            if wanted.get(topic):
                articles.setdefault(article, []).append(topic)
        for article, topics in articles.items():
            row = self._conn.execute(
                "SELECT a.story, a.source, a.published_at, st.first_seen_at FROM article a "
                "JOIN story st ON st.id = a.story WHERE a.id = ?",
                (article,),
            ).fetchone()
            if row is None or min(row["first_seen_at"], row["published_at"] or "9") < old:
                continue
            channels = tuple(dict.fromkeys(c for topic in topics for c in wanted[topic]))
            told = self._conn.execute(
                "SELECT al.id, al.topics FROM article a JOIN alert al ON al.article = a.id "
                "AND al.kind = 'story' WHERE a.story = ? LIMIT 1",
                (row["story"],),
            ).fetchone()
            if told is None:
                self.add(
                    Alert(
                        kind="story",
                        subject=str(article),
                        at=now,
                        channels=channels,
                        topics=tuple(topics),
                        article=article,
                        source=row["source"],
                    )
                )
                continue
            known = json.loads(told["topics"])
            more = [topic for topic in topics if topic not in known]
            if more:
                self._conn.execute(
                    "UPDATE alert SET topics = ? WHERE id = ?",
                    (json.dumps([*known, *more]), told["id"]),
                )
                self._deliver(told["id"], (c for topic in more for c in wanted[topic]))

    def edited(self, now: datetime) -> bool:
        """Tell of edits that came since the last time; True if there may be more.

        To be called before topics are asked of the new text: an edit may take out the very words
        that matched.
        """
        row = self._conn.execute("SELECT value FROM watched WHERE key = 'edits'").fetchone()
        last = int(row["value"]) if row is not None else 0
        rows = self._conn.execute(
            "SELECT e.id, e.article, e.kinds, e.at, a.source FROM edit e "
            "JOIN article a ON a.id = e.article WHERE e.id > ? ORDER BY e.id LIMIT ?",
            (last, _EDITS),
        ).fetchall()
        if not rows:
            return False
        wanted = self._channels("edit")
        for edit in rows if wanted else ():
            if not set(json.loads(edit["kinds"])) - MINOR or edit["at"] < to_iso(now - FRESH):
                continue
            topics = [
                match["topic"]
                for match in self._conn.execute(
                    "SELECT topic FROM topic_match WHERE article = ? ORDER BY topic",
                    (edit["article"],),
                )
                if wanted.get(match["topic"])
            ]
            self.add(
                Alert(
                    kind="edit",
                    subject=str(edit["id"]),
                    at=now,
                    channels=tuple(dict.fromkeys(c for t in topics for c in wanted[t])),
                    topics=tuple(topics),
                    article=edit["article"],
                    source=edit["source"],
                )
            )
        self.remember("edits", str(rows[-1]["id"]), now)
        return len(rows) == _EDITS

    def _channels(self, kind: str) -> dict[str, list[str]]:
        """Topic -> channels that hear of this."""
        found = {}
        for row in self._conn.execute(
            "SELECT id, notify FROM topic WHERE removed_at IS NULL AND notify != '{}'"
        ):
            if channels := json.loads(row["notify"]).get(kind):
                found[row["id"]] = channels
        return found

    def remember(self, key: str, value: str, at: datetime) -> None:
        """Keep a value under a key."""
        self._conn.execute(
            "INSERT INTO watched (key, value, at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE "
            "SET value = excluded.value, at = excluded.at",
            (key, value, to_iso(at)),
        )
