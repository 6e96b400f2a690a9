"""Whole copies of a database, live or not."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.connect import translated


def free_name(wanted: Path) -> Path:
    """Return the name, or the next free one: a migration that failed left its backup behind."""
    name, n = wanted, 2
    while name.exists():
        name, n = wanted.with_name(f"{wanted.stem}-{n}{wanted.suffix}"), n + 1
    return name


def copy_to(conn: sqlite3.Connection, target: Path) -> None:
    """Copy a live database to ``target`` with SQLite's online backup.  Raises StoreError.

    What stands at ``target`` is whole: the copy is made beside it and moved there.
    """
    if target.exists():
        raise StoreError(f"{target}: exists already; it is not overwritten")
    part = target.with_name(f"{target.name}.part")
    with translated(part):
        part.unlink(missing_ok=True)
        out = sqlite3.connect(part, isolation_level=None)
        try:
            # In one step, on one snapshot: taken in several, the copy would start over with each
            # commit of the writer and never end.  WAL lets the writer go on meanwhile.
            conn.backup(out, pages=-1)
            out.execute("PRAGMA journal_mode = DELETE")  # one file, and all of it is in it
        except BaseException:
            out.close()
            part.unlink(missing_ok=True)
            raise
        out.close()
    part.replace(target)
