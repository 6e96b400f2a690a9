"""Raw pages in a file of their own, so that extraction can be run again on the past.

``page`` says what came when; ``body`` holds each distinct body once, under its hash.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

from pipeline.store.connect import APPLICATION_ID, connect_write, translated
from pipeline.store.records import RawPage
from pipeline.times import from_iso, to_iso

_SCHEMA = (
    """CREATE TABLE IF NOT EXISTS body (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        zstd BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS page (
        id INTEGER PRIMARY KEY,
        link INTEGER NOT NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES body(sha256)
    )""",
    "CREATE INDEX IF NOT EXISTS page_link ON page(link, fetched_at)",
    "CREATE INDEX IF NOT EXISTS page_fetched ON page(fetched_at)",
    "CREATE INDEX IF NOT EXISTS page_body ON page(sha256)",
)


class Pages:
    """The file ``pages.db``.  Its transaction commits before the one of the main file: a crash in
    between leaves a page whose link is still to be fetched, never an article without its page.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._conn = connect_write(path)
        with translated(path):
            for statement in _SCHEMA:
                self._conn.execute(statement)
            self._conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def keep(self, link: int, page: RawPage) -> None:
        """Add a page; begins a transaction if none is open."""
        if not self._conn.in_transaction:
            self._conn.execute("BEGIN IMMEDIATE")
        self._conn.execute(
            "INSERT OR IGNORE INTO body (sha256, size, zstd) VALUES (?, ?, ?)",
            (page.sha256, page.size, page.zstd),
        )
        self._conn.execute(
            "INSERT INTO page (link, url, fetched_at, status, headers, sha256) VALUES (?, ?, ?, ?, ?, ?)",
            (
                link,
                page.url,
                to_iso(page.fetched_at),
                page.status,
                json.dumps(dict(page.headers), ensure_ascii=False),
                page.sha256,
            ),
        )

    def commit(self) -> None:
        """Commit what was kept since the last commit."""
        if self._conn.in_transaction:
            self._conn.execute("COMMIT")

    def rollback(self) -> None:
        """Drop what was kept since the last commit."""
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")

    def latest(self, link: int) -> RawPage | None:
        """Return the newest page that was kept for a link."""
        row = self._conn.execute(
            "SELECT p.url, p.fetched_at, p.status, p.headers, b.sha256, b.size, b.zstd "
            "FROM page p JOIN body b USING (sha256) WHERE p.link = ? "
            "ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1",
            (link,),
        ).fetchone()
        return _raw(row) if row else None

    def count_before(self, before: datetime) -> tuple[int, int]:
        """Return (pages, bytes of bodies) that ``prune`` would remove."""
        row = self._conn.execute(
            "SELECT count(*) FROM page WHERE fetched_at < ?", (to_iso(before),)
        ).fetchone()
        size = self._conn.execute(
            "SELECT coalesce(sum(length(zstd)), 0) FROM body WHERE sha256 NOT IN "
            "(SELECT sha256 FROM page WHERE fetched_at >= ?)",
            (to_iso(before),),
        ).fetchone()
        return int(row[0]), int(size[0])

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Remove up to ``limit`` pages fetched before a time, and bodies nobody names any more.

        Small steps, so that the single writer is never away for long.  Returns how many pages went.
        """
        with translated(self.path):
            self._conn.execute("BEGIN IMMEDIATE")
            rows = self._conn.execute(
                "DELETE FROM page WHERE id IN (SELECT id FROM page WHERE fetched_at < ? "
                "ORDER BY fetched_at LIMIT ?) RETURNING sha256",
                (to_iso(before), limit),
            ).fetchall()
            self._conn.executemany(
                "DELETE FROM body WHERE sha256 = ? AND NOT EXISTS "
                "(SELECT 1 FROM page WHERE page.sha256 = body.sha256)",
                [(row[0],) for row in rows],
            )
            self._conn.execute("COMMIT")
        return len(rows)

    def check(self) -> list[str]:
        """Return what is wrong with the file, nothing if it is sound."""
        return [r[0] for r in self._conn.execute("PRAGMA quick_check") if r[0] != "ok"]

    def connection(self) -> sqlite3.Connection:
        """Return the connection, for backup."""
        return self._conn

    def close(self) -> None:
        """Roll back what is open and close the file."""
        self.rollback()
        self._conn.close()


def _raw(row: sqlite3.Row) -> RawPage:
    return RawPage(
        url=row["url"],
        fetched_at=from_iso(row["fetched_at"]),
        status=row["status"],
        headers=json.loads(row["headers"]),
        sha256=row["sha256"],
        size=row["size"],
        zstd=row["zstd"],
    )
