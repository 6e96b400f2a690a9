"""The store on SQLite: two files, one write connection, transactions with a savepoint per step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pipeline.errors import StoreError
from pipeline.store.alerts import Alerts
from pipeline.store.articles import Articles
from pipeline.store.connect import connect_write, is_trouble, translate, translated
from pipeline.store.edits import Edits
from pipeline.store.extractrules import ExtractRules
from pipeline.store.feeds import Feeds
from pipeline.store.heartbeat import Heartbeat
from pipeline.store.ledger import Ledger
from pipeline.store.migrations import SCHEMA_VERSION, check_version, migrate, require_current
from pipeline.store.outbox import Outbox
from pipeline.store.pages import Pages
from pipeline.store.remaking import Remaking
from pipeline.store.reviews import Reviews
from pipeline.store.rollups import Rollups
from pipeline.store.searching import SearchIndex
from pipeline.store.signatures import Signatures
from pipeline.store.site_drift import Drift
from pipeline.store.site_notes import Notes
from pipeline.store.stories import Stories
from pipeline.store.topics import Topics


def pages_path(path: Path) -> Path:
    """Return where raw pages are kept for a database: ``monitor.db`` -> ``monitor.pages.db``."""
    return path.with_name("pages.db" if path.name == "monitor.db" else f"{path.stem}.pages.db")


class _Deferred(Protocol):
    """What is collected in memory and written at the end of a transaction."""

    def mark(self) -> int: ...

    def forget_since(self, mark: int) -> None: ...


class SqliteStore:
    """Everything that is written; to be used by one thread at a time.

    ``transaction`` commits both files (pages first), ``step`` shields one change from the others in
    the same transaction.
    """

    def __init__(self, path: Path, *, pages: Path | None = None) -> None:
        self.path = path
        self._spoiled = False
        self._conn = connect_write(path)
        try:
            require_current(self._conn, path)
            self.rollups = Rollups(self._conn)
            self.feeds = Feeds(self._conn)
            self.ledger = Ledger(self._conn, self.rollups)
            self.search = SearchIndex(self._conn)
            self.articles = Articles(self._conn, self.search)
            self.remaking = Remaking(self._conn, self.search, self.rollups)
            self.stories = Stories(self._conn)
            self.reviews = Reviews(self._conn)
            self.alerts = Alerts(self._conn)
            self.outbox = Outbox(self._conn)
            self.topics = Topics(self._conn, self.alerts)
            self.signatures = Signatures(self._conn)
            self.edits = Edits(self._conn)
            self.extract_rules = ExtractRules(self._conn)
            self.heartbeat = Heartbeat(self._conn)
            self.sites = Notes(self._conn, "site")
            self.levels = Notes(self._conn, "level")
            self.drift = Drift(self._conn)
            self.pages = Pages(pages or pages_path(path))
            self._deferred: tuple[_Deferred, ...] = (
                self.rollups, self.search, self.sites, self.levels, self.pages,
            )  # fmt: skip
        except BaseException:
            self._conn.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in one immediate transaction.  Raises StoreError when it cannot commit."""
        with translated(self.path):
            self._roll_back()  # what an earlier one could not even take back
            self._conn.execute("BEGIN IMMEDIATE")
            self._spoiled = False
            try:
                yield
                if self._spoiled:
                    raise StoreError(f"{self.path}: a change that failed could not be taken back")
                self.rollups.flush()
                self.search.flush()
                self.sites.flush()
                self.levels.flush()
                self.pages.commit()
                self._conn.execute("COMMIT")
            except BaseException:
                for deferred in self._deferred:
                    deferred.forget_since(0)
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._conn.in_transaction:  # SQLite may have rolled back by itself (disk full)
            self._conn.execute("ROLLBACK")

    @contextmanager
    def step(self) -> Iterator[None]:
        """Shield one change: if the block raises, only its own changes are undone.

        A full disk and the like come out as StoreError; a mistake of the block as what it is.
        """
        marks = [deferred.mark() for deferred in self._deferred]
        self._conn.execute("SAVEPOINT step")
        try:
            yield
            self._conn.execute("RELEASE step")
        except BaseException as error:
            for deferred, mark in zip(self._deferred, marks, strict=True):
                deferred.forget_since(mark)
            self._undo_step()
            if isinstance(error, sqlite3.Error) and is_trouble(error):
                raise translate(error, self.path) or error from error
            raise

    def _undo_step(self) -> None:
        if not self._conn.in_transaction:
            return
        try:
            self._conn.execute("ROLLBACK TO step")
            self._conn.execute("RELEASE step")
        except sqlite3.Error:
            self._spoiled = True  # half a change must not be committed with the others

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and COMMIT."""
        return self._conn.in_transaction

    def connection(self) -> sqlite3.Connection:
        """Return the write connection, for upkeep inside this package."""
        return self._conn

    def close(self) -> None:
        """Write the notes that wait, close both files."""
        if self.sites.unsaved or self.levels.unsaved:
            # A disk that fails now has said so to everybody who waited for something.
            with suppress(StoreError), self.transaction():
                self.sites.flush(everything=True)
                self.levels.flush(everything=True)
        self.pages.close()
        self._conn.close()


def open_store(path: Path, now: datetime, *, pages: Path | None = None) -> SqliteStore:
    """Open a database for writing; a new file gets the schema, an older one is refused.

    Raises StoreError and its kinds; an older file needs ``migrate_file`` first.
    """
    conn = connect_write(path)
    try:
        if check_version(conn, path) == 0:
            migrate(conn, path, now)
    finally:
        conn.close()
    return SqliteStore(path, pages=pages)


def migrate_file(path: Path, now: datetime) -> tuple[int, int, Path | None]:
    """Upgrade a file to the schema of this release; see ``migrations.migrate``."""
    conn = connect_write(path)
    try:
        return migrate(conn, path, now)
    finally:
        conn.close()


__all__ = ["SCHEMA_VERSION", "SqliteStore", "migrate_file", "open_store", "pages_path"]
