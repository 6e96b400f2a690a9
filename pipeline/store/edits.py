"""What outlets did to articles after publishing, and how their pages stand, as it is written."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from pipeline.model import Edit, PageState, State, Verdict
from pipeline.store.records import LookHistory, PageStanding
from pipeline.times import from_iso, to_iso

LOOKS = (
    "WITH told AS (SELECT day, outcome, n FROM daily WHERE source = ?1 AND day >= ?2), "
    "edit AS (SELECT max(day) AS day FROM told WHERE outcome = 'edited' AND n > 0) "
    "SELECT edit.day AS last_edit, "
    "coalesce(sum(n) FILTER (WHERE outcome = 'rechecked'), 0) AS looks, "
    "coalesce(sum(n) FILTER (WHERE outcome = 'not_modified'), 0) AS not_modified "
    "FROM edit LEFT JOIN told ON told.day > coalesce(edit.day, '')"
)
EARLIER = 4  # texts of an article that are looked at


class Edits:
    """The table ``edit``, and the state of the page in ``article``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def add(self, article: int, edit: Edit, at: datetime, *, revised: bool) -> int:
        """Write an edit; ``revised``: it made the latest revision of the article."""
        cursor = self._conn.execute(
            "INSERT INTO edit (article, revision, at, kinds, weight, silent, summary, facts) "
            "VALUES (?1, iif(?2, (SELECT revisions FROM article WHERE id = ?1), NULL), "
            "?3, ?4, ?5, ?6, ?7, ?8)",
            (
                article, revised, to_iso(at), json.dumps([kind.value for kind in edit.kinds]),
                edit.weight, edit.silent, edit.summary,
                json.dumps(dict(edit.facts), ensure_ascii=False),
            ),
        )  # fmt: skip
        return int(cursor.lastrowid or 0)

    def standing(self, article: int) -> PageStanding:
        """Return how the page of an article stands."""
        row = self._conn.execute(
            "SELECT page_state, page_state_at, page_doubt_at FROM article WHERE id = ?", (article,)
        ).fetchone()
        return PageStanding(
            state=PageState(row[0]),
            since=from_iso(row[1]) if row[1] else None,
            doubted_at=from_iso(row[2]) if row[2] else None,
        )

    def set_state(self, article: int, state: PageState, at: datetime) -> None:
        """Write how the page of an article stands from now on; a doubt is over with that."""
        self._conn.execute(
            "UPDATE article SET page_state = ?, page_state_at = ?, page_doubt_at = NULL "
            "WHERE id = ?",
            (state.value, to_iso(at), article),
        )

    def doubt(self, article: int, at: datetime | None) -> None:
        """Note when the page of an article seemed to be gone first; None: it is not."""
        self._conn.execute(
            "UPDATE article SET page_doubt_at = ? WHERE id = ?",
            (to_iso(at) if at else None, article),
        )

    def lives_elsewhere(self, article: int, link: int) -> bool:
        """True if another link to the article was read, after this one was for the last time."""
        row = self._conn.execute(
            "SELECT 1 FROM link l JOIN link this ON this.id = ?2 WHERE l.article = ?1 "
            "AND l.id != ?2 AND l.last_error IS NULL AND l.visited_at IS NOT NULL "
            "AND l.visited_at > coalesce(this.visited_at, '') LIMIT 1",
            (article, link),
        ).fetchone()
        return row is not None

    def look_history(self, source: str, since: datetime) -> LookHistory:
        """Return what looking again at a source's articles brought since a day."""
        row = self._conn.execute(LOOKS, (source, to_iso(since)[:10])).fetchone()
        return LookHistory(last_edit=row[0], looks=row[1], not_modified=row[2])

    def earlier(self, article: int) -> tuple[State, ...]:
        """Return the latest texts of an article up to that of now, oldest first."""
        rows = self._conn.execute(
            "SELECT title, body, shape, modified_at, '[]', NULL, '', NULL "
            "FROM (SELECT * FROM revision WHERE article = ?1 ORDER BY n DESC LIMIT ?2) ORDER BY n",
            (article, EARLIER - 1),
        ).fetchall()
        rows += self._conn.execute(
            "SELECT title, body, shape, modified_at, authors, language, url, quality FROM article "
            "WHERE id = ?",
            (article,),
        ).fetchall()
        return tuple(
            State(
                title=row[0],
                paragraphs=tuple(row[1].split("\n")),
                shape=row[2] or "",
                modified_at=from_iso(row[3]) if row[3] else None,
                authors=tuple(json.loads(row[4])),
                language=row[5],
                url=row[6],
                partial=row[7] == Verdict.PARTIAL.value,
            )
            for row in rows
        )
