"""Changes of decisions from a process that lives for one change or waits long between two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.store.sqlite import SqliteStore

T = TypeVar("T")


def changed(database: Path, pages: Path, change: Callable[[SqliteStore], T]) -> T:
    """Run a change of the store and commit it; the daemon may be writing to the same file.

    Raises StoreError and what the change raises.
    """
    store = SqliteStore(database, pages=pages)
    try:
        with store.transaction():
            return change(store)
    finally:
        store.close()
