"""How the extraction rules of each source fare: on how many pages each found something."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime

from pipeline.times import to_iso


class ExtractRules:
    """The table ``extract_rule``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def count(
        self, source: str, hits: Mapping[tuple[str, str], bool], url: str, at: datetime
    ) -> None:
        """Count one page: field and selector of each rule in force -> whether it found anything."""
        now = to_iso(at)
        self._conn.executemany(
            "INSERT INTO extract_rule (source, field, selector, pages, found, misses, last_at, "
            "found_at, missing_since, example) VALUES (?1, ?2, ?3, 1, ?4, NOT ?4, ?5, "
            "iif(?4, ?5, NULL), iif(?4, NULL, ?5), iif(?4, NULL, ?6)) "
            "ON CONFLICT (source, field, selector) DO UPDATE SET pages = pages + 1, "
            "found = found + ?4, misses = iif(?4, 0, misses + 1), last_at = ?5, "
            "found_at = iif(?4, ?5, found_at), "
            "missing_since = iif(?4, NULL, coalesce(missing_since, ?5)), "
            "example = iif(?4, NULL, ?6)",
            [(source, name, css, hit, now, url) for (name, css), hit in hits.items()],
        )

    def sync(self, known: Mapping[str, Collection[tuple[str, str]]]) -> None:
        """Forget the rules that no source has any more, given as source -> (field, selector)."""
        rows = self._conn.execute("SELECT source, field, selector FROM extract_rule").fetchall()
        self._conn.executemany(
            "DELETE FROM extract_rule WHERE source = ? AND field = ? AND selector = ?",
            [tuple(row) for row in rows if (row[1], row[2]) not in known.get(row[0], ())],
        )
