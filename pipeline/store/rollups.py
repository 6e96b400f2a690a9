"""Counts that people look at, added up as they are written: by day and hour, source and outcome."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import datetime

from pipeline.times import to_iso

DISCOVERED = "discovered"
NOT_MODIFIED = "not_modified"  # of the articles that were looked at again
HOURS_KEPT = 8 * 24


class Rollups:
    """Collects counts in memory and writes them once per transaction.

    ``mark``/``forget_since`` follow a savepoint, so that what is rolled back is not counted.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._events: list[tuple[str, str, str, int]] = []

    def add(self, at: datetime, source: str, outcome: str, n: int = 1) -> None:
        """Count ``n`` times ``outcome`` for ``source`` in the hour and day of ``at`` (UTC)."""
        if n:
            self._events.append((to_iso(at)[:13], source, outcome, n))

    def mark(self) -> int:
        """Return a mark for ``forget_since``."""
        return len(self._events)

    def forget_since(self, mark: int) -> None:
        """Drop what was counted after ``mark``."""
        del self._events[mark:]

    def flush(self) -> None:
        """Write the counts into ``hourly`` and ``daily``; call inside the transaction."""
        if not self._events:
            return
        hours: Counter[tuple[str, str, str]] = Counter()
        days: Counter[tuple[str, str, str]] = Counter()
        for hour, source, outcome, n in self._events:
            hours[hour, source, outcome] += n
            days[hour[:10], source, outcome] += n
        self._events.clear()
        for table, unit, counts in (("hourly", "hour", hours), ("daily", "day", days)):
            self._conn.executemany(
                f"INSERT INTO {table} ({unit}, source, outcome, n) VALUES (?, ?, ?, ?) "
                f"ON CONFLICT ({unit}, source, outcome) DO UPDATE SET n = n + excluded.n",
                [(*key, n) for key, n in counts.items()],
            )
