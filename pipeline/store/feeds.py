"""Sources and feeds in the store: what the config wants, how each feed stands, pauses, requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from pipeline.model import FeedKind
from pipeline.store.records import FeedSpec, FeedState, Habits, PollRecord, SourceSpec, StoredFeed
from pipeline.times import from_iso, to_iso

_STATE = tuple(f.name for f in fields(FeedState))
_SET_STATE = ", ".join(f"{name} = ?" for name in _STATE)


def stamp(value: datetime | None) -> str | None:
    """Return the stored form of a time."""
    return None if value is None else to_iso(value)


def when(value: str | None) -> datetime | None:
    """Return the time behind a stored form."""
    return None if value is None else from_iso(value)


def _state_values(state: FeedState) -> list[Any]:
    values = (getattr(state, name) for name in _STATE)
    return [to_iso(v) if isinstance(v, datetime) else v for v in values]


def _feed(row: sqlite3.Row) -> StoredFeed:
    state: dict[str, Any] = {
        k: (when(row[k]) if k.endswith("_at") or k == "failing_since" else row[k]) for k in _STATE
    }
    return StoredFeed(
        id=row["id"],
        source=row["source"],
        kind=FeedKind(row["kind"]),
        url=row["url"],
        state=FeedState(**state),
        added_at=from_iso(row["added_at"]),
        requested_at=when(row["requested_at"]),
        paused=bool(row["paused"]),
        origin=row["origin"],
    )


BY_CONFIG = "paused in the configuration"


class Feeds:
    """The tables ``source``, ``feed`` and ``poll``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def sync(self, sources: Sequence[SourceSpec], feeds: Sequence[FeedSpec], now: datetime) -> None:
        """Make the tables follow the configuration.

        What the configuration no longer names is marked removed, never deleted: its articles stay.
        A feed whose schedule changed is due at its next tick.  Feeds that were found for a source
        stay as long as the configuration lists none for it.
        """
        at = to_iso(now)
        self._conn.executemany(
            "INSERT INTO source (slug, name, url, tags, language, added_at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (slug) DO UPDATE SET name = excluded.name, "
            "url = excluded.url, tags = excluded.tags, language = excluded.language, "
            "removed_at = NULL",
            [
                (s.slug, s.name, s.url, json.dumps(s.tags, ensure_ascii=False), s.language, at)
                for s in sources
            ],
        )
        self._sync_pauses(sources, at)
        self.add(feeds, now)
        wanted_sources = {s.slug for s in sources}
        wanted = {(f.source, f.url) for f in feeds}
        listed = {f.source for f in feeds}
        rows = self._conn.execute("SELECT slug FROM source WHERE removed_at IS NULL").fetchall()
        gone = [(at, slug) for (slug,) in rows if slug not in wanted_sources]
        self._conn.executemany("UPDATE source SET removed_at = ? WHERE slug = ?", gone)
        rows = self._conn.execute(
            "SELECT id, source, url, origin FROM feed WHERE removed_at IS NULL"
        ).fetchall()
        lost = [
            (at, i)
            for i, source, url, origin in rows
            if (source, url) not in wanted
            and (origin == "config" or source in listed or source not in wanted_sources)
        ]
        self._conn.executemany(
            "UPDATE feed SET removed_at = ?, next_poll_at = NULL WHERE id = ?", lost
        )

    def _sync_pauses(self, sources: Sequence[SourceSpec], at: str) -> None:
        self._conn.executemany(
            "UPDATE source SET paused_at = ?, paused_until = NULL, paused_reason = ? "
            "WHERE slug = ? AND paused_at IS NULL",
            [(at, BY_CONFIG, s.slug) for s in sources if s.paused],
        )
        self._conn.executemany(
            "UPDATE source SET paused_at = NULL, paused_until = NULL, paused_reason = NULL "
            "WHERE slug = ? AND paused_reason = ?",
            [(s.slug, BY_CONFIG) for s in sources if not s.paused],
        )

    def add(self, feeds: Sequence[FeedSpec], now: datetime) -> None:
        """Add feeds, or bring back removed ones.

        One whose kind changed is read anew, whatever it said of its last body.
        """
        at = to_iso(now)
        self._conn.executemany(
            "INSERT INTO feed (source, kind, url, schedule, origin, added_at, next_poll_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, url) DO UPDATE SET "
            "next_poll_at = iif(schedule = excluded.schedule AND kind = excluded.kind "
            "AND removed_at IS NULL, next_poll_at, excluded.next_poll_at), "
            "etag = iif(kind = excluded.kind, etag, NULL), "
            "last_modified = iif(kind = excluded.kind, last_modified, NULL), "
            "body_hash = iif(kind = excluded.kind, body_hash, NULL), kind = excluded.kind, "
            "schedule = excluded.schedule, origin = excluded.origin, removed_at = NULL",
            [(f.source, f.kind.value, f.url, f.schedule, f.origin, at, at) for f in feeds],
        )

    def active(self, slugs: Iterable[str] | None = None) -> list[StoredFeed]:
        """Return the feeds that the configuration names, of all sources or of ``slugs``."""
        where, args = "", []
        if slugs is not None:
            args = sorted(set(slugs))
            where = f" AND f.source IN ({', '.join('?' * len(args))})"
        rows = self._conn.execute(
            "SELECT f.*, s.paused_at IS NOT NULL AS paused FROM feed f JOIN source s "
            f"ON s.slug = f.source WHERE f.removed_at IS NULL{where} ORDER BY f.id",
            args,
        )
        return [_feed(row) for row in rows]

    def changed_outside(self) -> list[tuple[int, str | None, bool]]:
        """Return (feed, requested_at, paused) of feeds that a verb asked something of."""
        rows = self._conn.execute(
            "SELECT f.id, f.requested_at, s.paused_at IS NOT NULL FROM feed f "
            "JOIN source s ON s.slug = f.source "
            "WHERE f.removed_at IS NULL AND (f.requested_at IS NOT NULL OR s.paused_at IS NOT NULL)"
        )
        return [(r[0], r[1], bool(r[2])) for r in rows]

    def set_state(self, feed: int, state: FeedState) -> None:
        """Overwrite the state of a feed."""
        self._conn.execute(
            f"UPDATE feed SET {_SET_STATE} WHERE id = ?", [*_state_values(state), feed]
        )

    def set_next_polls(self, times: Iterable[tuple[int, datetime]]) -> None:
        """Move the next poll of many feeds (catch-up after a pause)."""
        self._conn.executemany(
            "UPDATE feed SET next_poll_at = ? WHERE id = ?", [(to_iso(t), i) for i, t in times]
        )

    def log_poll(self, record: PollRecord) -> None:
        """Write the new state and one line of the poll log; a request is done with it."""
        self._conn.execute(
            f"UPDATE feed SET {_SET_STATE}, "
            "requested_at = iif(requested_at <= ?, NULL, requested_at) WHERE id = ?",
            [*_state_values(record.state), to_iso(record.at), record.feed],
        )
        self._conn.execute(
            "INSERT INTO poll (feed, at, result, http_status, elapsed_ms, bytes, links, new_links, "
            "skipped, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.feed,
                to_iso(record.at),
                record.result,
                record.http_status,
                record.elapsed_ms,
                record.size,
                record.links,
                record.new_links,
                json.dumps(dict(record.skipped)) if record.skipped else None,
                record.message,
            ),
        )

    def pause(
        self, slugs: Iterable[str], now: datetime, until: datetime | None, reason: str
    ) -> None:
        """Stop polling these sources, for good or until a time."""
        self._conn.executemany(
            "UPDATE source SET paused_at = ?, paused_until = ?, paused_reason = ? WHERE slug = ?",
            [(to_iso(now), stamp(until), reason or None, s) for s in slugs],
        )

    def resume(self, slugs: Iterable[str]) -> None:
        """Poll these sources again."""
        self._conn.executemany(
            "UPDATE source SET paused_at = NULL, paused_until = NULL, paused_reason = NULL "
            "WHERE slug = ?",
            [(s,) for s in slugs],
        )

    def resume_expired(self, now: datetime) -> None:
        """End the pauses whose time is over."""
        self._conn.execute(
            "UPDATE source SET paused_at = NULL, paused_until = NULL, paused_reason = NULL "
            "WHERE paused_until IS NOT NULL AND paused_until <= ?",
            (to_iso(now),),
        )

    def request(self, slugs: Iterable[str], now: datetime) -> int:
        """Ask for a poll of all feeds of these sources as soon as may be; returns how many."""
        return sum(
            self._conn.execute(
                "UPDATE feed SET requested_at = ? WHERE source = ? AND removed_at IS NULL",
                (to_iso(now), slug),
            ).rowcount
            for slug in slugs
        )

    def recent(self, source: str, n: int) -> list[tuple[datetime, datetime | None]]:
        """Return (first seen, published) of the newest ``n`` articles of a source, newest first."""
        rows = self._conn.execute(
            "SELECT first_seen_at, published_at FROM article WHERE source = ? "
            "ORDER BY first_seen_at DESC LIMIT ?",
            (source, n),
        )
        return [(from_iso(a), when(b)) for a, b in rows]

    def added_at(self, source: str) -> datetime:
        """Return when the source was first configured."""
        row = self._conn.execute("SELECT added_at FROM source WHERE slug = ?", (source,)).fetchone()
        return from_iso(row[0])

    def set_habits(self, source: str, habits: Habits) -> None:
        """Store how a source behaves."""
        self._conn.execute(
            "UPDATE source SET last_article_at = coalesce(?, last_article_at), usual_gap_s = ?, "
            "silent_at = ?, delay_p50_s = ? WHERE slug = ?",
            (
                stamp(habits.last_article_at),
                habits.usual_gap_s,
                stamp(habits.silent_at),
                habits.delay_p50_s,
                source,
            ),
        )
