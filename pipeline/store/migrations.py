"""The schema, as ordered migrations: each runs once, in a transaction, and is never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import StoreError, StoreOutdatedError, StoreTooNewError
from pipeline.store.connect import APPLICATION_ID, refuse_foreign, translated
from pipeline.store.copying import copy_to, free_name

if TYPE_CHECKING:
    from sqlite_utils import Database

_CREATE = (
    """CREATE TABLE source (
        slug TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        url TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        language TEXT,
        added_at TEXT NOT NULL,
        removed_at TEXT,
        paused_at TEXT,
        paused_until TEXT,
        paused_reason TEXT,
        last_article_at TEXT,
        usual_gap_s INTEGER,
        silent_at TEXT,
        delay_p50_s INTEGER
    )""",
    """CREATE TABLE feed (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES source(slug),
        kind TEXT NOT NULL,
        url TEXT NOT NULL,
        schedule TEXT NOT NULL,
        origin TEXT NOT NULL DEFAULT 'config',
        added_at TEXT NOT NULL,
        removed_at TEXT,
        next_poll_at TEXT,
        requested_at TEXT,
        interval_s INTEGER,
        schedule_reason TEXT,
        failures REAL NOT NULL DEFAULT 0,
        failing_since TEXT,
        last_poll_at TEXT,
        last_success_at TEXT,
        last_new_at TEXT,
        last_status INTEGER,
        last_links INTEGER,
        typical_ms INTEGER,
        last_error TEXT,
        last_error_message TEXT,
        last_error_at TEXT,
        etag TEXT,
        last_modified TEXT,
        validators_lie INTEGER NOT NULL DEFAULT 0,
        last_full_at TEXT,
        body_hash TEXT,
        format TEXT,
        title TEXT,
        rhythm TEXT,
        http_max_age_s INTEGER,
        publisher_refresh_s INTEGER,
        UNIQUE (source, url)
    )""",
    "CREATE INDEX feed_due ON feed(next_poll_at) WHERE removed_at IS NULL",
    """CREATE TABLE poll (
        id INTEGER PRIMARY KEY,
        feed INTEGER NOT NULL REFERENCES feed(id),
        at TEXT NOT NULL,
        result TEXT NOT NULL,
        http_status INTEGER,
        elapsed_ms INTEGER,
        bytes INTEGER,
        links INTEGER,
        new_links INTEGER,
        skipped TEXT,
        message TEXT
    )""",
    "CREATE INDEX poll_feed ON poll(feed, at)",
    "CREATE INDEX poll_at ON poll(at)",
    """CREATE TABLE story (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        first_article INTEGER,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        articles INTEGER NOT NULL DEFAULT 1,
        outlets INTEGER NOT NULL DEFAULT 1
    )""",
    "CREATE INDEX story_last_seen ON story(last_seen_at)",
    """CREATE TABLE article (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES source(slug),
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        url TEXT NOT NULL,
        canonical_url TEXT,
        url_key TEXT NOT NULL,
        authors TEXT NOT NULL DEFAULT '[]',
        published_at TEXT,
        modified_at TEXT,
        first_seen_at TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        language TEXT,
        summary TEXT,
        image TEXT,
        section TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        site_name TEXT,
        word_count INTEGER NOT NULL,
        paywalled INTEGER NOT NULL DEFAULT 0,
        quality TEXT NOT NULL,
        quality_reason TEXT,
        extractor TEXT NOT NULL,
        provenance TEXT NOT NULL DEFAULT '{}',
        story INTEGER NOT NULL REFERENCES story(id),
        relation TEXT NOT NULL,
        relation_to INTEGER REFERENCES article(id),
        relation_reason TEXT,
        revisions INTEGER NOT NULL DEFAULT 0,
        revised_at TEXT,
        body_hash TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        search_scheme INTEGER NOT NULL
    )""",
    "CREATE UNIQUE INDEX article_url_key ON article(url_key)",
    "CREATE INDEX article_body_hash ON article(body_hash)",
    "CREATE INDEX article_first_seen ON article(first_seen_at)",
    "CREATE INDEX article_source_first_seen ON article(source, first_seen_at, published_at)",
    "CREATE INDEX article_story ON article(story, source)",
    """CREATE TABLE revision (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article(id),
        n INTEGER NOT NULL,
        seen_at TEXT NOT NULL,
        replaced_at TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        word_count INTEGER NOT NULL,
        modified_at TEXT,
        content_hash TEXT NOT NULL,
        extractor TEXT NOT NULL,
        UNIQUE (article, n)
    )""",
    "CREATE INDEX revision_replaced ON revision(replaced_at)",
    """CREATE TABLE link (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES source(slug),
        url TEXT NOT NULL,
        outcome TEXT,
        outcome_at TEXT,
        reason TEXT,
        article INTEGER REFERENCES article(id),
        discovered_at TEXT NOT NULL,
        feed INTEGER NOT NULL REFERENCES feed(id),
        due_at TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        visits INTEGER NOT NULL DEFAULT 0,
        visited_at TEXT,
        last_error TEXT,
        etag TEXT,
        last_modified TEXT,
        page_hash TEXT,
        hints TEXT NOT NULL DEFAULT '{}',
        hint_modified_at TEXT,
        url_key TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX link_url_key ON link(url_key)",
    "CREATE INDEX link_due ON link(source, due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX link_ledger ON link(source, outcome, discovered_at)",
    "CREATE INDEX link_discovered ON link(discovered_at)",
    "CREATE INDEX link_article ON link(article) WHERE article IS NOT NULL",
    "CREATE INDEX link_pending ON link(source) WHERE outcome IS NULL",
    """CREATE TABLE daily (
        day TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES source(slug),
        outcome TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (day, source, outcome)
    ) WITHOUT ROWID""",
    """CREATE TABLE hourly (
        hour TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES source(slug),
        outcome TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (hour, source, outcome)
    ) WITHOUT ROWID""",
    """CREATE TABLE daemon (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        pid INTEGER,
        host TEXT,
        version TEXT,
        state TEXT NOT NULL,
        started_at TEXT,
        heartbeat_at TEXT,
        stopped_at TEXT,
        memory_mb REAL,
        in_flight INTEGER,
        queued INTEGER,
        pending_links INTEGER,
        loop_lag_ms REAL,
        config TEXT
    )""",
    # Rows are written by us, not by triggers: what is indexed is the text after our own folding
    # (one token for each Han character, Arabic letter forms made alike), which no tokenizer of
    # SQLite does.  ``content`` lets sqlite-utils and Datasette find the index by themselves.
    """CREATE VIRTUAL TABLE article_fts USING fts5(
        title, body, content="article", content_rowid="id",
        tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co M*'"
    )""",
)


def _m001_founding(db: Database) -> None:
    for statement in _CREATE:
        db.conn.execute(statement)


# Append only.  A migration that has been released is never edited.
MIGRATIONS: tuple[Callable[[Database], None], ...] = (_m001_founding,)

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
