"""The schema, as ordered migrations: each runs once, in a transaction, and is never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StoreError, StoreOutdatedError, StoreTooNewError
from pipeline.store import (
    alert_schema,
    extraction_schema,
    founding,
    review_schema,
    topic_schema,
    tracing_schema,
)
from pipeline.store.connect import APPLICATION_ID, refuse_foreign, translated
from pipeline.store.copying import copy_to, free_name

if TYPE_CHECKING:
    from sqlite_utils import Database


def _m001_founding(db: Database) -> None:
    for statement in founding.CREATE:
        db.conn.execute(statement)


def _m002_extraction(db: Database) -> None:
    for statement in extraction_schema.STATEMENTS:
        db.conn.execute(statement)


def _m003_tracing(db: Database) -> None:
    for statement in tracing_schema.STATEMENTS:
        db.conn.execute(statement)


def _m004_review(db: Database) -> None:
    for statement in review_schema.STATEMENTS:
        db.conn.execute(statement)


def _m005_topics(db: Database) -> None:
    for statement in topic_schema.STATEMENTS:
        db.conn.execute(statement)


def _m006_alerts(db: Database) -> None:
    for statement in alert_schema.STATEMENTS:
        db.conn.execute(statement)


# Append only.  A migration that has been released is never edited.
MIGRATIONS: tuple[Callable[[Database], None], ...] = (
    _m001_founding,
    _m002_extraction,
    _m003_tracing,
    _m004_review,
    _m005_topics,
    _m006_alerts,
)

SCHEMA_VERSION = len(MIGRATIONS)


def check_version(conn: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of an open file, 0 for an empty one.

    Raises StoreTooNewError or StoreError (some other program's file); never writes.
    """
    refuse_foreign(conn, path)
    with translated(path):
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise StoreTooNewError(
            f"{path}: has schema {version}, this release knows {SCHEMA_VERSION}; "
            "upgrade the monitor (the file is left untouched)"
        )
    return version


def require_current(conn: sqlite3.Connection, path: Path) -> None:
    """Raise StoreOutdatedError unless the file has the schema of this release."""
    version = check_version(conn, path)
    if version < SCHEMA_VERSION:
        raise StoreOutdatedError(
            f"{path}: has schema {version}, this release needs {SCHEMA_VERSION}; "
            "run `monitor db migrate` (it makes a backup first)"
        )


def migrate(conn: sqlite3.Connection, path: Path, now: datetime) -> tuple[int, int, Path | None]:
    """Bring an open file up to the schema of this release.

    Returns the version before, the version after, and the backup that was made of an older file
    (None when nothing had to be saved).  All steps commit together: a crash leaves the old file.
    """
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    before = check_version(conn, path)
    if before == SCHEMA_VERSION:
        return before, before, None
    backup = None
    if before:
        backup = free_name(path.with_name(f"{path.name}.v{before}-{now:%Y%m%dT%H%M%SZ}.bak"))
        copy_to(conn, backup)
    steps = Migrations("news-monitor")
    for number, step in enumerate(MIGRATIONS, start=1):
        steps(name=f"{number:03d}{step.__name__[5:]}")(step)
    with translated(path):
        # A step may rebuild a table that others point to; what points where is checked at the end.
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("BEGIN IMMEDIATE")
        try:
            if check_version(conn, path) < SCHEMA_VERSION:  # another process may have been first
                steps.apply(Database(conn))
                conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")  # both are transactional
            lost = conn.execute("PRAGMA foreign_key_check").fetchone()
            if lost is not None:
                raise StoreError(f"{path}: not upgraded, rows of {lost[0]} would point nowhere")
            conn.execute("COMMIT")
        finally:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            conn.execute("PRAGMA foreign_keys = ON")
    return before, SCHEMA_VERSION, backup
