"""Raw pages in a file of their own, so that extraction can be run again on the past.

``page`` says what came when; ``body`` holds each distinct body once, under its hash.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.errors import StoreTooNewError
from pipeline.store.connect import APPLICATION_ID, connect_write, translated
from pipeline.store.records import KeptPage, RawPage
from pipeline.times import from_iso, to_iso

_SCHEMA = (
    """CREATE TABLE body (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        zstd BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE page (
        id INTEGER PRIMARY KEY,
        link INTEGER NOT NULL,
        url TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        status INTEGER NOT NULL,
        headers TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES body(sha256)
    )""",
    "CREATE INDEX page_link ON page(link, fetched_at)",
    "CREATE INDEX page_fetched ON page(fetched_at)",
    "CREATE INDEX page_body ON page(sha256)",
)


SCHEMA_VERSION = 1


class Pages:
    """The file ``pages.db``.  Its transaction commits before the one of the main file: a crash in
    between leaves a page whose link is still to be fetched, never an article without its page.

    Pages wait in memory until ``commit``, so that the file is locked for a moment only and whoever
    prunes it does not meet the writer.  ``mark``/``forget_since`` follow a savepoint.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[tuple[int, RawPage]] = []
        self._conn = connect_write(path)
        try:
            with translated(path):
                self._found()
        except BaseException:
            self._conn.close()
            raise

    def _found(self) -> None:
        version = self._version()
        if version == 0:
            with self._transaction():
                if self._version() == 0:  # another process may have been first
                    for statement in _SCHEMA:
                        self._conn.execute(statement)
                    self._conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    self._conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version > SCHEMA_VERSION:
            raise StoreTooNewError(
                f"{self.path}: has schema {version}, this release knows {SCHEMA_VERSION}; "
                "upgrade the monitor (the file is left untouched)"
            )

    def _version(self) -> int:
        return int(self._conn.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._conn.execute("COMMIT")
        finally:
            if self._conn.in_transaction:
                self._conn.execute("ROLLBACK")

    def keep(self, link: int, page: RawPage) -> None:
        """Add a page, at the next ``commit``."""
        self._waiting.append((link, page))

    def mark(self) -> int:
        """Return a mark for ``forget_since``."""
        return len(self._waiting)

    def forget_since(self, mark: int) -> None:
        """Drop the pages that came after ``mark``."""
        del self._waiting[mark:]

    def commit(self) -> None:
        """Write the pages that came since the last commit.  Raises StoreError."""
        if not self._waiting:
            return
        with translated(self.path), self._transaction():
            self._conn.executemany(
                "INSERT OR IGNORE INTO body (sha256, size, zstd) VALUES (?, ?, ?)",
                [(page.sha256, page.size, page.zstd) for _, page in self._waiting],
            )
            self._conn.executemany(
                "INSERT INTO page (link, url, fetched_at, status, headers, sha256) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [_row(link, page) for link, page in self._waiting],
            )
        self._waiting.clear()

    def latest(self, link: int) -> RawPage | None:
        """Return the newest page that was kept for a link."""
        for waiting, page in reversed(self._waiting):
            if waiting == link:
                return page
        with translated(self.path):
            row = self._conn.execute(
                "SELECT p.url, p.fetched_at, p.status, p.headers, b.sha256, b.size, b.zstd "
                "FROM page p JOIN body b USING (sha256) WHERE p.link = ? "
                "ORDER BY p.fetched_at DESC, p.id DESC LIMIT 1",
                (link,),
            ).fetchone()
        return raw_page(row) if row else None

    def basis(
        self, links: Sequence[int], page_hash: str | None, since: datetime
    ) -> KeptPage | None:
        """Return the page that a text was taken from: by its hash, else by when the text was new.

        ``links`` lead to the article, whose text stands ``since`` then.  Of an unnamed page the
        newest from before that time is meant, or the first one after it: those that were read
        later and changed nothing hold the same text.  None if no page is kept.
        """
        with translated(self.path):
            rows = self._conn.execute(
                "SELECT id, link, sha256, fetched_at FROM page WHERE link IN "
                f"({', '.join('?' * len(links))}) ORDER BY fetched_at DESC, id DESC",
                links,
            ).fetchall()
            if not rows:
                return None
            at = to_iso(since)
            chosen = (
                next((row for row in rows if row["sha256"] == page_hash), None)
                or next((row for row in rows if row["fetched_at"] <= at), None)
                or rows[-1]
            )
            row = self._conn.execute(
                "SELECT p.url, p.fetched_at, p.status, p.headers, b.sha256, b.size, b.zstd "
                "FROM page p JOIN body b USING (sha256) WHERE p.id = ?",
                (chosen["id"],),
            ).fetchone()
        newest = rows[0]["sha256"] == chosen["sha256"]
        return KeptPage(link=chosen["link"], raw=raw_page(row), newest=newest) if row else None

    def count_before(self, before: datetime) -> tuple[int, int]:
        """Return (pages, bytes of bodies) that ``prune`` would remove."""
        with translated(self.path):
            row = self._conn.execute(
                "SELECT (SELECT count(*) FROM page WHERE fetched_at < ?), "
                "(SELECT coalesce(sum(length(zstd)), 0) FROM body WHERE sha256 NOT IN "
                "(SELECT sha256 FROM page WHERE fetched_at >= ?))",
                (to_iso(before), to_iso(before)),
            ).fetchone()
        return int(row[0]), int(row[1])

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Remove up to ``limit`` pages fetched before a time, and bodies nobody names any more.

        Small steps, so that the single writer is never away for long.  Returns how many pages went.
        """
        with translated(self.path), self._transaction():
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
        return len(rows)

    def check(self) -> list[str]:
        """Return what is wrong with the file, nothing if it is sound."""
        with translated(self.path):
            found = [r[0] for r in self._conn.execute("PRAGMA quick_check") if r[0] != "ok"]
            lost = self._conn.execute(
                "SELECT count(*) FROM page WHERE sha256 NOT IN (SELECT sha256 FROM body)"
            ).fetchone()[0]
        return [*found, f"{lost} pages without their body"] if lost else found

    def connection(self) -> sqlite3.Connection:
        """Return the connection, for backup."""
        return self._conn

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._waiting.clear()
        self._conn.close()


def _row(link: int, page: RawPage) -> tuple[int, str, str, int, str, str]:
    headers = json.dumps(dict(page.headers), ensure_ascii=False)
    return link, page.url, to_iso(page.fetched_at), page.status, headers, page.sha256


def raw_page(row: sqlite3.Row) -> RawPage:
    """Return the page in a row of ``page`` joined with its ``body``."""
    return RawPage(
        url=row["url"],
        fetched_at=from_iso(row["fetched_at"]),
        status=row["status"],
        headers=json.loads(row["headers"]),
        sha256=row["sha256"],
        size=row["size"],
        zstd=row["zstd"],
    )
