"""Stories as reviewers arrange them, and what has to be counted anew when articles move."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pipeline.errors import NotFoundError
from pipeline.store.records import Ruling
from pipeline.times import from_iso, to_iso

_RULED = 60  # articles of a side, each of which is ruled apart from each of the other
_MOST = 500  # values in one statement; SQLite takes more, but not in every build


class Stories:
    """Writes ``story``, the story and relation of articles, and ``story_ruling``.

    A ruling is about two articles, the lower id first when it is looked up; the newest of a pair is
    in force.  What a later run does to stories asks here first (`barred`, `may_move`).
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def followers(self, article: int, limit: int) -> tuple[int, ...]:
        """Return the copies and later states of an article in its story, oldest first."""
        rows = self._conn.execute(
            "SELECT id FROM article WHERE story = (SELECT story FROM article WHERE id = ?) "
            "AND relation_to = ? AND relation IN ('copy', 'revision') ORDER BY id LIMIT ?",
            (article, article, limit),
        )
        return tuple(row[0] for row in rows)

    def beside(self, article: int, limit: int) -> tuple[int, ...]:
        """Return articles of other stories that were found related to an article."""
        rows = self._conn.execute(
            "SELECT id FROM article WHERE relation_to = ? AND relation = 'related' "
            "AND relation IN ('contains', 'related') "  # as the partial index has it
            "ORDER BY id LIMIT ?",
            (article, limit),
        )
        return tuple(row[0] for row in rows)

    # -- what later runs ask ------------------------------------------------------------------

    def rulings(self, articles: Iterable[int]) -> tuple[Ruling, ...]:
        """Return the rulings in force that name at least one of the articles, oldest first."""
        if not self._any():
            return ()
        newest: dict[tuple[int, int], Ruling] = {}
        for row in self._rows(
            "SELECT * FROM story_ruling WHERE article IN ({0}) UNION "
            "SELECT * FROM story_ruling WHERE other IN ({0})",
            articles,
            times=2,
        ):
            ruling = Ruling(
                id=row["id"], article=row["article"], other=row["other"],
                together=bool(row["together"]), note=row["note"], at=from_iso(row["at"]),
            )  # fmt: skip
            held = newest.get(ruling.pair)
            if held is None or held.id < ruling.id:
                newest[ruling.pair] = ruling
        return tuple(sorted(newest.values(), key=lambda ruling: ruling.id))

    def barred(self, article: int, candidates: Collection[int]) -> frozenset[int]:
        """Return those of the candidates that an article may not share a story with.

        These are the ones that a reviewer took apart from it, and all in their stories.  If the
        article leads its story, what was ruled of the others in it counts too: they would go along.
        One look at an index when nobody has ruled anything.
        """
        if not candidates or not self._any():
            return frozenset()
        movers = self._movers(article)
        apart = _ends(self.rulings(movers), movers, together=False)
        if not apart:
            return frozenset()
        stories = self._stories_of((article, *candidates, *apart))
        closed = {stories[other] for other in apart if other in stories} - {stories.get(article)}
        return frozenset(c for c in candidates if c in apart or stories.get(c) in closed)

    def may_move(self, article: int, story: int | None, *, alone: bool = False) -> bool:
        """False if taking an article to a story (None: to one of its own) breaks a ruling.

        It may not come to what it was taken apart from, nor leave what it was put together with.
        """
        if not self._any():
            return True
        movers = {article} if alone else self._movers(article)
        here = self._stories_of((article,)).get(article)
        if here == story:
            return True
        found = self.rulings(movers)
        bound = self._stories_of(_ends(found, movers, together=True))
        if here in bound.values():
            return False
        apart = self._stories_of(_ends(found, movers, together=False))
        return story is None or story not in apart.values()

    # -- what reviewers do --------------------------------------------------------------------

    def split(self, story: int, articles: Sequence[int], at: datetime, note: str = "") -> int:
        """Take articles out of a story into one of their own; returns its id.

        Raises NotFoundError if there is no such story, an article is not in it, or none would stay.
        """
        members = self._members(story)
        leaving = list(dict.fromkeys(articles))
        for article in leaving:
            if article not in members:
                raise NotFoundError(f"article {article} is not in story {story}")
        staying = [member for member in members if member not in set(leaving)]
        if not leaving or not staying:
            raise NotFoundError(f"no article would {'stay in' if leaving else 'leave'} it")
        leaving.sort(key=members.index)
        self._rule(leaving, staying, together=False, at=at, note=note)
        own = begin(self._conn, leaving[0])
        self._move(leaving, own)
        reason = _told(f"a reviewer took it out of story {story}", note)
        self._lead(leaving[0], reason)
        for article in leaving[1:]:
            self._relate(article, leaving[0], reason)
        for changed in (story, own):
            recount(self._conn, changed)
        return own

    def merge(self, stories: Sequence[int], at: datetime, note: str = "") -> int:
        """Put stories together; returns the id of the one that stays, which is the first named.

        The earliest article leads it.  Raises NotFoundError if a story is not there, or only one is
        named.
        """
        kept, *others = dict.fromkeys(stories)
        if not others:
            raise NotFoundError("it takes two stories to merge")
        parts = {story: self._members(story) for story in (kept, *others)}
        for story in others:
            self._rule(parts[story], parts[kept], together=True, at=at, note=note)
            self._move(parts[story], kept)
            parts[kept] = [*parts[kept], *parts[story]]
        recount(self._conn, kept)
        first = self._members(kept)[0]
        for story in (kept, *others):
            lead = parts[story][0]
            if lead != first:
                self._relate(lead, first, _told(f"a reviewer put story {story} here", note))
        for story in others:
            recount(self._conn, story)  # none is left in it
        return kept

    # -- how ----------------------------------------------------------------------------------

    def _any(self) -> bool:
        return self._conn.execute("SELECT 1 FROM story_ruling LIMIT 1").fetchone() is not None

    def _rule(
        self,
        ones: Sequence[int],
        others: Sequence[int],
        *,
        together: bool,
        at: datetime,
        note: str,
    ) -> None:
        """Write a ruling for each article against the first of the others.

        Two stories that are put together need one, by their first articles.  What was ruled
        otherwise between any of both sides is overruled by name, so that the newest word on each
        pair is the same.
        """
        near, far_side = ones[:_RULED], others[:_RULED]
        pairs = {(a, b) for a in near for b in far_side} if not together else {(ones[0], others[0])}
        far = set(others)
        for ruling in self.rulings(ones):
            one, other = ruling.article, ruling.other
            if other not in far:
                one, other = other, one
            if other in far and one in set(ones) and ruling.together != together:
                pairs.add((one, other))
        self._conn.executemany(
            "INSERT INTO story_ruling (at, article, other, together, note) VALUES (?, ?, ?, ?, ?)",
            [(to_iso(at), one, other, int(together), note or None) for one, other in sorted(pairs)],
        )

    def _members(self, story: int) -> list[int]:
        found = self._conn.execute(
            "SELECT id FROM article WHERE story = ? ORDER BY first_seen_at, id", (story,)
        ).fetchall()
        if not found:
            raise NotFoundError(f"there is no story {story}")
        return [row[0] for row in found]

    def _movers(self, article: int) -> set[int]:
        """The articles that change their story with this one (see ``Remaking.relate``)."""
        row = self._conn.execute(
            "SELECT s.id FROM story s JOIN article a ON a.story = s.id "
            "WHERE a.id = ? AND s.first_article = a.id",
            (article,),
        ).fetchone()
        return {article} if row is None else {article, *self._members(row[0])}

    def _stories_of(self, articles: Iterable[int]) -> dict[int, int]:
        rows = self._rows("SELECT id, story FROM article WHERE id IN ({0})", articles)
        return {row["id"]: row["story"] for row in rows}

    def _rows(self, sql: str, articles: Iterable[int], times: int = 1) -> list[sqlite3.Row]:
        wanted, found = list(dict.fromkeys(articles)), []
        for start in range(0, len(wanted), _MOST):
            part = wanted[start : start + _MOST]
            marks = ", ".join("?" * len(part))
            found += self._conn.execute(sql.format(marks), part * times).fetchall()
        return found

    def _move(self, articles: Sequence[int], story: int) -> None:
        self._conn.executemany(
            "UPDATE article SET story = ? WHERE id = ?", [(story, article) for article in articles]
        )

    def _relate(self, article: int, first: int, reason: str) -> None:
        self._conn.execute(
            "UPDATE article SET relation = 'copy', relation_to = ?, relation_reason = ?, "
            "relation_scores = '{}' WHERE id = ?",
            (first, reason, article),
        )

    def _lead(self, article: int, reason: str) -> None:
        self._conn.execute(
            "UPDATE article SET relation = 'new', relation_to = NULL, relation_reason = ?, "
            "relation_scores = '{}' WHERE id = ?",
            (reason, article),
        )


def begin(conn: sqlite3.Connection, article: int) -> int:
    """Make a story that takes its title and time from an article; returns its id."""
    cursor = conn.execute(
        "INSERT INTO story (title, first_seen_at, last_seen_at) "
        "SELECT title, first_seen_at, first_seen_at FROM article WHERE id = ?",
        (article,),
    )
    return int(cursor.lastrowid or 0)


def recount(conn: sqlite3.Connection, story: int) -> None:
    """Make a story say what its articles are; one without any goes.

    Its first article leads it, whatever it was before, and copies of an article that is elsewhere
    now are copies of the first.
    """
    first = conn.execute(
        "SELECT id, title, relation FROM article WHERE story = ? ORDER BY first_seen_at, id "
        "LIMIT 1",
        (story,),
    ).fetchone()
    if first is None:
        conn.execute("DELETE FROM story WHERE id = ?", (story,))
        return
    conn.execute(
        "UPDATE story SET (articles, outlets, first_seen_at, last_seen_at) = "
        "(SELECT count(*), count(DISTINCT source), min(first_seen_at), max(first_seen_at) "
        "FROM article WHERE story = ?1), first_article = ?2, title = ?3 WHERE id = ?1",
        (story, first["id"], first["title"]),
    )
    if first["relation"] in ("copy", "revision"):
        conn.execute(
            "UPDATE article SET relation = 'new', relation_to = NULL, relation_scores = '{}', "
            "relation_reason = 'the earliest that is left of its story' WHERE id = ?",
            (first["id"],),
        )
    conn.execute(
        "UPDATE article SET relation = iif((SELECT articles FROM story WHERE id = ?1) > 1, "
        "'first', 'new') WHERE id = ?2 AND relation IN ('new', 'first')",
        (story, first["id"]),
    )
    conn.execute(
        "UPDATE article SET relation_to = ?2, relation_scores = '{}', relation_reason = "
        "'what it copied is in another story now' WHERE story = ?1 AND id != ?2 "
        "AND relation IN ('copy', 'revision', 'new', 'first') AND (relation_to IS NULL "
        "OR relation_to NOT IN (SELECT id FROM article WHERE story = ?1))",
        (story, first["id"]),
    )
    conn.execute(
        "UPDATE article SET relation = 'copy' WHERE story = ?1 AND id != ?2 "
        "AND relation IN ('new', 'first')",
        (story, first["id"]),
    )


def _ends(rulings: Iterable[Ruling], of: Collection[int], *, together: bool) -> set[int]:
    """The articles outside of these that rulings of this kind name."""
    found = (set(ruling.pair) for ruling in rulings if ruling.together is together)
    return set().union(*found).difference(of)


def _told(what: str, note: str) -> str:
    return f"{what}: {note}" if note else what
