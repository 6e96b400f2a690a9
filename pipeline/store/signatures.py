"""The index of fingerprints, and the paragraphs that an outlet puts into many of its stories.

An index is a table a month, ``signature_202611_1`` (month and scheme), with a row for each sampled
shingle and article.  Copies arrive within days, so a look-up opens the newest months only and costs
the same however large the archive is; older ones are dropped.  Nothing is kept in memory.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pipeline.times import to_iso

NEWEST = 64  # postings of one shingle that are looked at
MONTHS = 3  # that are looked up: this one and those before
_MANY = 3  # stories with a paragraph, from which on it is the outlet's and no story's
PARTS = 64  # of the table ``furniture``
_SPAN = (1 << 35) // PARTS  # hashes have 35 bits


class Signatures:
    """The tables ``signature``, ``signature_YYYYMM_SCHEME`` and ``furniture``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def look_up(
        self, hashes: Sequence[int], at: datetime, scheme: int, limit: int
    ) -> list[tuple[int, int]]:
        """Return (article, shingles in common) of those with most in common, at most ``limit``.

        ``at`` is when the article was seen; partitions of its month and of two on either side are
        looked at.  Of equals the newest come first.
        """
        found: Counter[int] = Counter()
        for month in self._months(at, scheme):
            # One hash at a time: those of stock phrases have postings without end.
            sql = (
                f"SELECT article FROM {_table(month, scheme)} WHERE hash = ? ORDER BY article DESC"
            )
            for value in hashes:
                rows = self._conn.execute(f"{sql} LIMIT {NEWEST}", (value,))
                found.update(row[0] for row in rows)
        return sorted(found.items(), key=lambda item: (-item[1], -item[0]))[:limit]

    def add(self, article: int, hashes: Iterable[int], at: datetime, scheme: int) -> None:
        """Add an article's fingerprint to the month in which it was seen."""
        month = _month(at)
        if month not in self._months(at, scheme):
            self._begin(month, scheme)
        self._conn.executemany(
            f"INSERT OR IGNORE INTO {_table(month, scheme)} (hash, article) VALUES (?, ?)",
            [(value, article) for value in hashes],
        )

    def furniture(self, hashes: Collection[int]) -> frozenset[int]:
        """Return those of these paragraphs (hashes of outlet and text) that are in many stories."""
        if not hashes:
            return frozenset()
        marks = ", ".join("?" * len(hashes))
        rows = self._conn.execute(
            f"SELECT hash FROM furniture WHERE hash IN ({marks}) AND stories >= {_MANY}",
            tuple(hashes),
        )
        return frozenset(row[0] for row in rows)

    def note(self, hashes: Iterable[int], story: int) -> None:
        """Note that a story has these paragraphs."""
        self._conn.executemany(
            "INSERT INTO furniture (hash, story, stories) VALUES (?, ?, 1) "
            "ON CONFLICT (hash) DO UPDATE SET stories = stories + 1, story = excluded.story "
            "WHERE story != excluded.story",
            [(value, story) for value in hashes],
        )

    def forget_months(self, at: datetime) -> int:
        """Drop months that no look-up opens any more; returns how many."""
        oldest = _shifted(_month(at), 1 - MONTHS)
        old = self._conn.execute(
            "SELECT month, scheme FROM signature WHERE month < ?", (oldest,)
        ).fetchall()
        for month, scheme in old:
            self._conn.execute(f"DROP TABLE {_table(month, scheme)}")
            self._conn.execute(
                "DELETE FROM signature WHERE month = ? AND scheme = ?", (month, scheme)
            )
        return len(old)

    def forget_paragraphs(self, at: datetime, part: int) -> int:
        """Drop what was seen in one story only, and that before the time; returns how many.

        A part of the table at a time, 0 to ``PARTS`` - 1, since others wait for the writer.
        """
        first = part * _SPAN
        # Stories are numbered in the order in which they begin.
        return self._conn.execute(
            "DELETE FROM furniture WHERE hash >= ? AND hash < ? AND stories < ? AND story < "
            "(SELECT story FROM article WHERE first_seen_at >= ? ORDER BY first_seen_at LIMIT 1)",
            (first, first + _SPAN, _MANY, to_iso(at)),
        ).rowcount

    def unsigned(self, since: datetime, limit: int) -> list[int]:
        """Return articles seen since then that have no fingerprint, oldest first."""
        rows = self._conn.execute(
            "SELECT id FROM article WHERE first_seen_at >= ? AND signature_scheme = 0 "
            "ORDER BY first_seen_at, id LIMIT ?",
            (to_iso(since), limit),
        )
        return [row[0] for row in rows]

    def signed(self, article: int, scheme: int) -> None:
        """Note that an article that was stored without a fingerprint has one now."""
        self._conn.execute(
            "UPDATE article SET signature_scheme = ? WHERE id = ?", (scheme, article)
        )

    def _months(self, at: datetime, scheme: int) -> list[str]:
        month = _month(at)
        rows = self._conn.execute(
            "SELECT month FROM signature WHERE scheme = ? AND month BETWEEN ? AND ? "
            "ORDER BY month DESC",
            (scheme, _shifted(month, 1 - MONTHS), _shifted(month, MONTHS - 1)),
        )
        return [row[0] for row in rows]

    def _begin(self, month: str, scheme: int) -> None:
        self._conn.execute(
            f"CREATE TABLE {_table(month, scheme)} (hash INTEGER NOT NULL, "
            "article INTEGER NOT NULL, PRIMARY KEY (hash, article)) WITHOUT ROWID"
        )
        self._conn.execute("INSERT INTO signature (month, scheme) VALUES (?, ?)", (month, scheme))


def _table(month: str, scheme: int) -> str:
    return f"signature_{int(month):06d}_{int(scheme)}"


def _month(at: datetime) -> str:
    return f"{at:%Y%m}"


def _shifted(month: str, by: int) -> str:
    number = int(month[:4]) * 12 + int(month[4:]) - 1 + by
    return f"{number // 12:04d}{number % 12 + 1:02d}"
