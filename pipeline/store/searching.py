"""The full-text index of articles, written once per transaction."""

from __future__ import annotations

import sqlite3

# (article, title, body) in their search form.
_Texts = tuple[int, str, str]


class SearchIndex:
    """The table ``article_fts``.  Changes wait in memory and are written right before the commit.

    FTS5 writes what it holds to disk at each savepoint: with one savepoint for each article it
    would make a tree of its own for each and merge them for ever.  ``mark``/``forget_since``
    follow a savepoint, so that what is rolled back is not indexed.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._changes: list[tuple[str | None, _Texts]] = []

    def add(self, article: int, title: str, body: str) -> None:
        """Index an article that is not in the index."""
        self._changes.append((None, (article, title, body)))

    def remove(self, article: int, title: str, body: str) -> None:
        """Take an article out; the texts must be those it was added with, FTS5 keeps none."""
        self._changes.append(("delete", (article, title, body)))

    def mark(self) -> int:
        """Return a mark for ``forget_since``."""
        return len(self._changes)

    def forget_since(self, mark: int) -> None:
        """Drop what was asked for after ``mark``."""
        del self._changes[mark:]

    def flush(self) -> None:
        """Write all changes in their order; call inside the transaction."""
        # Topics are asked of the text in the index, so that is where a new one is told.
        self._conn.executemany(
            "INSERT OR IGNORE INTO topic_due (article) VALUES (?)",
            [(texts[0],) for command, texts in self._changes if command is None],
        )
        for command, texts in self._changes:
            if command is None:
                self._conn.execute(
                    "INSERT INTO article_fts (rowid, title, body) VALUES (?, ?, ?)", texts
                )
            else:
                self._conn.execute(
                    "INSERT INTO article_fts (article_fts, rowid, title, body) VALUES (?, ?, ?, ?)",
                    (command, *texts),
                )
        self._changes.clear()
