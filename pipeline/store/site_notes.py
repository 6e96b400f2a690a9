"""Notes about sources that change with every page: held in memory, written now and then.

A note is a value of whoever keeps it; the store knows its text only.  Writing 20 kB for each page
would cost more than all the rest of storing it, so a note that is well established is written with
every tenth change and when the store closes: kill -9 costs it nine pages of evidence at most.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from pipeline.store.records import NoteHead
from pipeline.times import to_iso

T = TypeVar("T")

EVERY = 10  # changes of a note between two writes
YOUNG = 8  # pages; a note of fewer is written each time
HELD = 400  # notes of a table held in memory, some 60 kB each


@dataclass(frozen=True, slots=True)
class _Held:
    value: Any
    stamp: str | None  # updated_at of the row that it stands for
    head: NoteHead | None = None
    at: datetime | None = None
    write: Callable[[Any], str] | None = None
    unsaved: int = 0


class Notes:
    """The table ``site`` or ``level``; follows savepoints like the other deferred parts."""

    def __init__(self, conn: sqlite3.Connection, table: str) -> None:
        self._conn = conn
        self._table = table
        self._held: dict[str, _Held] = {}
        self._before: list[tuple[str, _Held | None]] = []  # what ``keep`` replaced, in order
        self._flushed = False

    def recall(self, source: str, scheme: int, read: Callable[[str], T]) -> T | None:
        """Return the note of a source, made from its text by ``read``.

        None without one, and for one of another scheme or that ``read`` has a ValueError for: it
        is made anew then.  What another process removed is gone here, too.
        """
        row = self._conn.execute(
            f"SELECT scheme, updated_at FROM {self._table} WHERE source = ?", (source,)
        ).fetchone()
        stamp = row[1] if row else None
        held = self._held.pop(source, None)
        if held is not None and held.stamp == stamp:
            self._held[source] = held  # at the end: the first ones were not used for longest
            return cast("T | None", held.value)
        value = None
        if row and row[0] == scheme:
            text = self._conn.execute(
                f"SELECT data FROM {self._table} WHERE source = ?", (source,)
            ).fetchone()[0]
            try:
                value = read(text)
            except ValueError:
                value = None
        self._held[source] = _Held(value, stamp)
        return value

    def keep(
        self, source: str, value: T, head: NoteHead, at: datetime, write: Callable[[T], str]
    ) -> None:
        """Replace the note of a source; ``recall`` it first."""
        if self._flushed:
            self._before.clear()
            self._flushed = False
        held = self._held.get(source)
        self._before.append((source, held))
        stamp, unsaved = (held.stamp, held.unsaved) if held is not None else (None, 0)
        self._held[source] = _Held(value, stamp, head, at, write, unsaved + 1)

    def forget(self, source: str) -> bool:
        """Remove the note of a source; False if there was none."""
        self._held.pop(source, None)
        cursor = self._conn.execute(f"DELETE FROM {self._table} WHERE source = ?", (source,))
        return cursor.rowcount > 0

    @property
    def unsaved(self) -> bool:
        """True if something is held that is not written."""
        return any(held.unsaved for held in self._held.values())

    def mark(self) -> int:
        """Return a mark for ``forget_since``."""
        if self._flushed:
            self._before.clear()
            self._flushed = False
        return len(self._before)

    def forget_since(self, mark: int) -> None:
        """Take back what was kept after ``mark``."""
        while len(self._before) > mark:
            source, held = self._before.pop()
            if held is None:
                self._held.pop(source, None)
            else:
                self._held[source] = held

    def flush(self, *, everything: bool = False) -> None:
        """Write what is due; call inside the transaction."""
        touched = self._held if everything else dict.fromkeys(s for s, _ in self._before)
        for source in list(touched):
            held = self._held.get(source)
            if held is None or not held.unsaved or held.head is None:
                continue
            if everything or held.unsaved >= EVERY or held.head.pages <= YOUNG:
                self._held[source] = self._written(source, held)
        for source in list(self._held)[: max(0, len(self._held) - HELD)]:
            held = self._held.pop(source)
            if held.unsaved:
                self._written(source, held)
        self._flushed = True

    def _written(self, source: str, held: _Held) -> _Held:
        assert held.head is not None
        assert held.at is not None
        assert held.write is not None
        head, stamp = held.head, to_iso(held.at)
        self._conn.execute(
            f"INSERT OR REPLACE INTO {self._table} "
            "(source, scheme, version, pages, since, updated_at, data) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                source, head.scheme, head.version, head.pages, head.since, stamp,
                held.write(held.value),
            ),
        )  # fmt: skip
        return _Held(held.value, stamp)
