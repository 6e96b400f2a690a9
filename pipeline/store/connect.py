"""Opening SQLite files the one way this project opens them, and translating what SQLite raises."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pipeline.errors import StoreCorruptError, StoreError, StoreLockedError
from pipeline.store.asking import add_functions

APPLICATION_ID = 0x4E4D6F6E  # "NMon": tells our file from any other SQLite file
BUSY_TIMEOUT_MS = 10_000  # another process (a verb, a backup) may hold the write lock that long


# Mistakes in our own use of SQLite: they go through as what they are.
_BUGS = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def translate(error: sqlite3.Error, path: Path | str) -> StoreError | None:
    """Return the ``StoreError`` that names the file, None for a mistake of our own."""
    if isinstance(error, _BUGS) or not isinstance(error, sqlite3.DatabaseError):
        return None
    text = str(error)
    # The primary result code; Python's own refusals carry none.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _LOCKED:
        return StoreLockedError(f"{path}: another process holds the database: {text}")
    if code in _DAMAGED:
        return StoreCorruptError(f"{path}: is damaged or no database: {text}")
    said = {
        sqlite3.SQLITE_CANTOPEN: "cannot be opened; is the folder there, and writable?",
        sqlite3.SQLITE_READONLY: "is read-only",
        sqlite3.SQLITE_PERM: "may not be opened; whose file is it?",
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_IOERR: f"cannot be read or written: {text}",
    }
    return StoreError(f"{path}: {said.get(code, text)}")


def is_trouble(error: sqlite3.Error) -> bool:
    """True if the disk or another process is to blame, not the statement: worth another try."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        *_LOCKED,
        *_DAMAGED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_INTERRUPT,
    )


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Turn ``sqlite3`` errors inside the block into ``StoreError`` ones that name the file."""
    try:
        yield
    except sqlite3.Error as error:
        known = translate(error, path)
        if known is None:
            raise
        raise known from error


def refuse_foreign(conn: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError if another program made the file; reads only."""
    with translated(path):
        app = int(conn.execute("PRAGMA application_id").fetchone()[0])
        tables = int(conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if tables and app != APPLICATION_ID:
        raise StoreError(f"{path}: is an SQLite file of some other program; it is left untouched")


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
    try:
        with translated(path):
            conn.row_factory = sqlite3.Row
            add_functions(conn)
            conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            refuse_foreign(conn, path)  # before the next line, which would change the file
            conn.execute("PRAGMA journal_mode = WAL")
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA foreign_keys = ON")
            conn.execute("PRAGMA temp_store = MEMORY")
            conn.execute("PRAGMA cache_size = -16384")  # KiB: look-ups by hash touch random pages
            conn.execute(f"PRAGMA journal_size_limit = {64 << 20}")
    except BaseException:
        conn.close()
        raise
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
    try:
        with translated(path):
            conn.row_factory = sqlite3.Row
            add_functions(conn)
            conn.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            conn.execute("PRAGMA query_only = ON")
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        conn.close()
        raise
    return conn
