"""The quality of sources' pages by day, and the breaks in it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from pipeline.store.records import Break, Example, PageQuality
from pipeline.times import from_iso, to_iso


class Drift:
    """The tables ``quality`` and ``drift``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def add(self, source: str, seen: PageQuality, at: datetime) -> None:
        """Add one page to the sums of its day (UTC)."""
        body = int(seen.body)
        self._conn.execute(
            "INSERT INTO quality (day, source, pages, bodies, words, no_author, no_date, overlap) "
            "VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (day, source) DO UPDATE SET "
            "pages = pages + 1, bodies = bodies + excluded.bodies, words = words + excluded.words, "
            "no_author = no_author + excluded.no_author, no_date = no_date + excluded.no_date, "
            "overlap = round(overlap + excluded.overlap, 3)",
            (
                to_iso(at)[:10], source, body, seen.words * body, body * (not seen.author),
                body * (not seen.date), round(seen.overlap * body, 3),
            ),
        )  # fmt: skip

    def begin(self, source: str, found: Break) -> None:
        """Write a break, or the new level and examples of one that goes on."""
        examples = json.dumps(
            [{"article": e.article, "url": e.url, "title": e.title} for e in found.examples],
            ensure_ascii=False,
        )
        changed = self._conn.execute(
            "UPDATE drift SET now = ?, examples = ? "
            "WHERE source = ? AND measure = ? AND ended_at IS NULL",
            (found.now, examples, source, found.measure),
        )
        if not changed.rowcount:
            self._conn.execute(
                "INSERT INTO drift (source, measure, since, raised_at, before, now, examples) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    source, found.measure, to_iso(found.since), to_iso(found.raised_at),
                    found.before, found.now, examples,
                ),
            )  # fmt: skip

    def end(self, source: str, measure: str | None, at: datetime, by: str) -> int:
        """End the break of a measure, or all of a source; returns how many there were."""
        which = "" if measure is None else " AND measure = ?"
        return self._conn.execute(
            f"UPDATE drift SET ended_at = ?, ended_by = ? WHERE ended_at IS NULL AND source = ?"
            f"{which}",
            (to_iso(at), by, source, *([] if measure is None else [measure])),
        ).rowcount


def break_of(row: dict[str, object] | sqlite3.Row) -> Break:
    """Return the break behind a row of ``drift``."""
    return Break(
        measure=str(row["measure"]),
        since=from_iso(str(row["since"])),
        raised_at=from_iso(str(row["raised_at"])),
        before=float(str(row["before"])),
        now=float(str(row["now"])),
        examples=tuple(
            Example(article=e["article"], url=e["url"], title=e["title"])
            for e in json.loads(str(row["examples"]))
        ),
    )
