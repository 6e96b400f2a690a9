"""Opening SQLite files the one way this project opens them, and translating what SQLite raises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import StoreCorruptError, StoreError, StoreLockedError

APPLICATION_ID = 0x4E4D6F6E  # "NMon": tells our file from any other SQLite file
BUSY_TIMEOUT_MS = 10_000  # another process (a verb, a backup) may hold the write lock that long


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Turn ``sqlite3`` errors inside the block into ``StoreError`` ones that name the file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise StoreLockedError(f"{path}: another process holds the database: {text}") from error
        if "unable to open" in text:
            raise StoreError(
                f"{path}: cannot be opened; is the folder there, and writable?"
            ) from error
        if "readonly" in text:
            raise StoreError(f"{path}: is read-only") from error
        if "full" in text:
            raise StoreError(f"{path}: the disk is full") from error
        if "malformed" in text:
            raise StoreCorruptError(f"{path}: is damaged: {text}") from error
        raise StoreError(f"{path}: {text}") from error
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "not a database" in text or "malformed" in text or "encrypted" in text:
            raise StoreCorruptError(f"{path}: is damaged or no database: {text}") from error
        raise StoreError(f"{path}: {text}") from error


def connect_write(path: Path) -> sqlite3.Connection:
    """Open ``path`` for writing, made if missing; transactions are begun by hand.

    Raises StoreError and its kinds.
    """
    if path.is_dir():
        raise StoreError(f"{path}: is a folder, not a database file")
    with translated(path):
        conn = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        conn.row_factory = sqlite3.Row
        conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("PRAGMA cache_size = -16384")  # KiB: look-ups by hash touch random pages
        conn.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    return conn


def connect_read(path: Path) -> sqlite3.Connection:
    """Open ``path`` for reading only.  Raises StoreError when it is missing or no database."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder, not a database file")
    if not path.exists():
        raise StoreError(f"{path}: there is no such database yet; `monitor run` makes it")
    with translated(path):
        uri = f"file:{quote(str(path.absolute()))}?mode=ro"
        conn = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        conn.row_factory = sqlite3.Row
        conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        conn.execute("PRAGMA query_only = ON")
        conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return conn
