"""What reviewers decide, as it is written: each change with what it was before, to be undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.errors import NotFoundError, ReviewConflictError
from pipeline.store.review_records import Decision, Done, clean_name
from pipeline.store.review_rules import (
    KEPT,
    NOTHING,
    decided,
    dumped,
    loaded,
    merged,
    named,
    state_of,
    version_of,
)
from pipeline.times import from_iso, to_iso

PAUSE = timedelta(minutes=30)  # without a sign of a reviewer: what comes then is a new look


class Reviews:
    """Writes ``review`` and its log.

    A decision of a reviewer is about a story and stands at one of its articles: the one that was
    named, or the first.  When stories come together a reviewer has several rows in one, which count
    as one: what one of them says holds.  The next change makes one row of them.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    # -- reviewers ----------------------------------------------------------------------------

    def ensure(self, name: str, at: datetime) -> str:
        """Add a reviewer unless known; returns the name as it is kept.  Raises ValueError."""
        kept = clean_name(name)
        self._conn.execute(
            "INSERT OR IGNORE INTO reviewer (name, added_at) VALUES (?, ?)", (kept, to_iso(at))
        )
        return kept

    def looked(self, reviewer: str, at: datetime, *, all_seen: bool = False) -> None:
        """Note that a reviewer looks at the inbox.

        ``looked_at``, after which everything is new, moves up to their last sign of life once they
        come back from a pause, so that it stays while they work; with ``all_seen`` to now.
        """
        name = self.ensure(reviewer, at)
        row = self._conn.execute(
            "SELECT looked_at, active_at FROM reviewer WHERE name = ?", (name,)
        ).fetchone()
        looked, active = row
        if all_seen:
            looked = to_iso(at)
        elif active is not None and at - from_iso(active) > PAUSE:
            looked = active
        self._conn.execute(
            "UPDATE reviewer SET looked_at = ?, active_at = ? WHERE name = ?",
            (looked, to_iso(at), name),
        )

    # -- decisions ----------------------------------------------------------------------------

    def decide(
        self,
        reviewer: str,
        decision: Decision,
        at: datetime,
        *,
        stories: Sequence[int] = (),
        articles: Sequence[int] = (),
        seen: Mapping[int, int] | None = None,
        action: str = "",
    ) -> Done:
        """Change a reviewer's decisions on stories, named themselves or by one of their articles.

        ``seen``: story -> the ``version`` of the decisions that the change was made up on; where
        another is there, nothing is written.  One call is one event of the log.  Raises
        NotFoundError for what is not there, ReviewConflictError, ValueError for too many tags.
        """
        name = self.ensure(reviewer, at)
        anchors = self._anchors(stories, articles)
        changes: list[tuple[int, dict[str, Any] | None, dict[str, Any] | None]] = []
        touched = []
        for story, anchor in anchors.items():
            rows = self._rows(name, story)
            if seen is not None and story in seen and seen[story] != version_of(rows):
                raise ReviewConflictError(
                    f"story {story}: your decisions on it were changed elsewhere at "
                    f"{max((row['updated_at'] for row in rows), default='?')}"
                )
            now = merged(rows)
            new = decided(now, decision, to_iso(at))
            if new == now and len(rows) < 2:
                continue
            if new == now == dict(NOTHING):
                continue
            touched.append(story)
            own = rows[0]["article"] if rows else anchor
            changes += [(row["article"], state_of(row), None) for row in rows[1:]]
            changes.append((own, state_of(rows[0]) if rows else None, new))
        if not changes:
            return Done(event=None, action=action or named(decision), stories=())
        told = action or named(decision)
        event = self._log(name, told, at, changes)
        for article, _, after in changes:
            self._put(name, article, after, at)
        return Done(event=event, action=told, stories=tuple(touched))

    def undo(self, reviewer: str, at: datetime, event: int | None = None) -> Done:
        """Take back an event of a reviewer, the latest one unless named.

        Raises NotFoundError if there is none to take back, ReviewConflictError if what it changed
        was changed again since.
        """
        name = clean_name(reviewer)
        row = self._conn.execute(
            "SELECT id, action FROM review_event WHERE reviewer = ?1 AND undone_at IS NULL "
            "AND undoes IS NULL AND (?2 IS NULL OR id = ?2) ORDER BY id DESC LIMIT 1",
            (name, event),
        ).fetchone()
        if row is None:
            raise NotFoundError("there is nothing to undo")
        changes = [
            (change[0], loaded(change[2]), loaded(change[1]))
            for change in self._conn.execute(
                "SELECT article, before, after FROM review_change WHERE event = ?", (row["id"],)
            ).fetchall()
        ]
        for article, expected, _ in changes:
            held = self._conn.execute(
                "SELECT * FROM review WHERE article = ? AND reviewer = ?", (article, name)
            ).fetchone()
            if (state_of(dict(held)) if held else None) != expected:
                raise ReviewConflictError(
                    f"'{row['action']}' cannot be undone: article {article} was decided on again"
                )
        undoing = self._log(name, f"undo {row['action']}", at, changes, undoes=row["id"])
        self._conn.execute(
            "UPDATE review_event SET undone_at = ? WHERE id = ?", (to_iso(at), row["id"])
        )
        for article, _, after in changes:
            self._put(name, article, after, at)
        stories = self._conn.execute(
            "SELECT DISTINCT a.story FROM review_change c JOIN article a ON a.id = c.article "
            "WHERE c.event = ? ORDER BY 1",
            (undoing,),
        ).fetchall()
        return Done(event=undoing, action=row["action"], stories=tuple(s[0] for s in stories))

    # -- saved filters ------------------------------------------------------------------------

    def save_filter(self, name: str, query: str, reviewer: str, at: datetime) -> int:
        """Keep a filter under a name, in place of one of that name; returns its id."""
        by = self.ensure(reviewer, at)
        self._conn.execute(
            "INSERT INTO saved_filter (name, query, reviewer, saved_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET query = excluded.query, "
            "reviewer = excluded.reviewer, saved_at = excluded.saved_at",
            (clean_name(name), query, by, to_iso(at)),
        )
        row = self._conn.execute(
            "SELECT id FROM saved_filter WHERE name = ?", (clean_name(name),)
        ).fetchone()
        return int(row[0])

    def drop_filter(self, number: int) -> None:
        """Forget a saved filter.  Raises NotFoundError."""
        if not self._conn.execute("DELETE FROM saved_filter WHERE id = ?", (number,)).rowcount:
            raise NotFoundError(f"there is no saved filter {number}")

    # -- how ----------------------------------------------------------------------------------

    def _anchors(self, stories: Iterable[int], articles: Iterable[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for article in articles:
            row = self._conn.execute(
                "SELECT story FROM article WHERE id = ?", (article,)
            ).fetchone()
            if row is None:
                raise NotFoundError(f"there is no article {article}")
            found.setdefault(row[0], article)
        for story in stories:
            row = self._conn.execute(
                "SELECT first_article FROM story WHERE id = ?", (story,)
            ).fetchone()
            if row is None:
                raise NotFoundError(f"there is no story {story}")
            found.setdefault(story, row[0])
        return found

    def _rows(self, reviewer: str, story: int) -> list[dict[str, Any]]:
        rows = self._conn.execute(
            "SELECT * FROM review WHERE story = ? AND reviewer = ? ORDER BY article",
            (story, reviewer),
        )
        return [dict(row) for row in rows]

    def _put(
        self, reviewer: str, article: int, state: Mapping[str, Any] | None, at: datetime
    ) -> None:
        # An empty row stays: its version must go on counting.
        values = NOTHING if state is None else state
        columns = ", ".join(KEPT)
        marks = ", ".join(f":{name}" for name in KEPT)
        sets = ", ".join(f"{name} = excluded.{name}" for name in KEPT)
        self._conn.execute(
            f"INSERT INTO review (reviewer, article, story, version, updated_at, {columns}) "
            "VALUES (:reviewer, :article, (SELECT story FROM article WHERE id = :article), 1, :at, "
            f"{marks}) ON CONFLICT (article, reviewer) DO UPDATE SET version = version + 1, "
            f"updated_at = excluded.updated_at, {sets}",
            {"reviewer": reviewer, "article": article, "at": to_iso(at), **values},
        )

    def _log(
        self,
        reviewer: str,
        action: str,
        at: datetime,
        changes: Sequence[tuple[int, Mapping[str, Any] | None, Mapping[str, Any] | None]],
        undoes: int | None = None,
    ) -> int:
        cursor = self._conn.execute(
            "INSERT INTO review_event (at, reviewer, action, undoes) VALUES (?, ?, ?, ?)",
            (to_iso(at), reviewer, action, undoes),
        )
        event = int(cursor.lastrowid or 0)
        self._conn.executemany(
            "INSERT INTO review_change (event, article, before, after) VALUES (?, ?, ?, ?)",
            [(event, article, dumped(old), dumped(new)) for article, old, new in changes],
        )
        return event
