"""Finds the stories of an inbox: what is asked of them as SQL that stays fast on a large file."""

from __future__ import annotations

import json
from typing import Any

from pipeline.store.asking import Asked, asked_of
from pipeline.store.inbox_query import InboxQuery
from pipeline.store.reading import Reader, Row
from pipeline.times import to_iso

# Articles that a search finds, newest first, in which stories are looked for before all are: a
# frequent word is in nearly every article, and a page of stories is full long before.
NEWEST = 20_000
_NEAR = 200  # neighbours in a list that are looked at one by one
_HITS = (
    "{} IN (SELECT a.story FROM article_fts f JOIN article a INDEXED BY article_placed "
    "ON a.id = f.rowid WHERE article_fts MATCH ? AND f.rowid >= ?{})"
)
_FEW = 2_000  # articles or stories that are few: sorted, instead of all tried in order


def found(
    reader: Reader, query: InboxQuery, limit: int, columns: str = "st.*"
) -> list[Row]:  # fmt: skip
    """Return rows of stories, newest first; ``columns`` have st.first_seen_at among them."""
    where, args = conditions(reader, query)
    if query.match is None:
        return _rows(reader, columns, where, args, limit)
    asked = asked_of(query.match)
    if asked.match is None:
        where = f"{where} AND {_RUN.format(asked.where)}"
        return _rows(reader, columns, where, [*args, *asked.args], limit)
    number = _matches(reader, asked.match)
    if number > NEWEST and query != _only_searched(query):
        few = _rows(reader, "st.id", where, args, _FEW + 1)
        if len(few) <= _FEW:
            return _among(reader, [row["id"] for row in few], asked, limit, columns)
    where = f"{where} AND {_hits(asked, 'st.id' if number <= _FEW else '+st.id')}"
    if number > NEWEST:
        floor = _nth_newest(reader, asked.match)
        rows = _rows(reader, columns, where, [*args, asked.match, floor, *asked.args], limit)
        # Stories of which only older articles match are older than this.
        if len(rows) == limit and rows[-1]["first_seen_at"] > _latest_before(reader, floor):
            return rows
    return _rows(reader, columns, where, [*args, asked.match, 0, *asked.args], limit)


def _hits(asked: Asked, column: str) -> str:
    """Return a condition with the values: FTS5 expression, lowest article, those of ``asked``."""
    return _HITS.format(column, asked.also)


def _only_searched(query: InboxQuery) -> InboxQuery:
    return InboxQuery(
        reviewer=query.reviewer, match=query.match, before=query.before, limit=query.limit
    )


def _among(
    reader: Reader, stories: list[int], asked: Asked, limit: int, columns: str
) -> list[Row]:  # fmt: skip
    """Return those of a few stories that a frequent word is in.

    Where it is found is read through once: quicker than to look up the story of every article.
    """
    return reader.rows(
        f"SELECT {columns} FROM story st WHERE st.id IN (SELECT a.story FROM article_fts f "
        "JOIN article a INDEXED BY article_placed ON a.id = f.rowid WHERE article_fts MATCH ? "
        "AND +f.rowid IN (SELECT id FROM article INDEXED BY article_in_story "
        f"WHERE story IN (SELECT value FROM json_each(?))){asked.also}) "
        "ORDER BY st.first_seen_at DESC, st.id DESC LIMIT ?",
        (asked.match, json.dumps(stories), *asked.args, limit),
    )


def nearest(
    reader: Reader, query: InboxQuery, place: tuple[str, int], *, newer: bool
) -> int | None:
    """Return the story of a list that stands before (newer) or behind a place; None at its end."""
    where, args = conditions(reader, query)
    sign, order = (">", "ASC") if newer else ("<", "DESC")
    where, args = f"{where} AND (st.first_seen_at, st.id) {sign} (?, ?)", [*args, *place]
    asked = None if query.match is None else asked_of(query.match)
    if asked is not None and asked.match is None:
        where, args = f"{where} AND {_RUN.format(asked.where)}", [*args, *asked.args]
    elif asked is not None and asked.match is not None:
        if _matches(reader, asked.match) > NEWEST:
            # A frequent word is in one of the next stories, most likely.
            rows = reader.rows(
                f"SELECT near.id FROM (SELECT st.id, st.first_seen_at FROM story st WHERE {where} "
                f"ORDER BY st.first_seen_at {order}, st.id {order} LIMIT {_NEAR}) near WHERE "
                "EXISTS (SELECT 1 FROM article a WHERE a.story = near.id AND EXISTS (SELECT 1 "
                f"FROM article_fts WHERE article_fts MATCH ? AND rowid = a.id){asked.also}) "
                f"ORDER BY near.first_seen_at {order}, near.id {order} LIMIT 1",
                [*args, asked.match, *asked.args],
            )
            if rows:
                return int(rows[0]["id"])
        where = f"{where} AND {_hits(asked, '+st.id')}"
        args = [*args, asked.match, 0, *asked.args]
    rows = _rows(reader, "st.id", where, args, 1, order)
    return rows[0]["id"] if rows else None


def is_unread(query: InboxQuery) -> bool:
    """Return True if a query is for all that a reviewer has not read, and nothing else."""
    return query == InboxQuery(
        reviewer=query.reviewer, state="unread", before=query.before, limit=query.limit
    )


def unread(reader: Reader, reviewer: str) -> int:
    """Return how many stories a reviewer neither read nor dismissed: all, less those."""
    rows = reader.rows(
        "SELECT (SELECT count(*) FROM story) - (SELECT count(*) FROM (SELECT 1 FROM review "
        "INDEXED BY review_read WHERE reviewer = ?1 AND read_at IS NOT NULL GROUP BY story)) - "
        "(SELECT count(*) FROM (SELECT 1 FROM review d INDEXED BY review_dismissed "
        "WHERE dismissed_at IS NOT NULL AND reviewer = ?1 AND NOT EXISTS (SELECT 1 FROM review r "
        "WHERE r.story = d.story AND r.reviewer = ?1 AND r.read_at IS NOT NULL) GROUP BY story)) "
        "AS n",
        (reviewer,),
    )
    return int(rows[0]["n"])


def _rows(
    reader: Reader, columns: str, where: str, args: list[Any], limit: int, order: str = "DESC"
) -> list[Row]:  # fmt: skip
    return reader.rows(
        f"SELECT {columns} FROM story st WHERE {where} "
        f"ORDER BY st.first_seen_at {order}, st.id {order} LIMIT ?",
        [*args, limit],
    )


def _matches(reader: Reader, match: str) -> int:
    """Return how many articles a search finds, counted a little beyond NEWEST."""
    rows = reader.rows(
        "SELECT count(*) AS n FROM (SELECT 1 FROM article_fts WHERE article_fts MATCH ? LIMIT ?)",
        (match, NEWEST + 1),
    )
    return int(rows[0]["n"])


def _nth_newest(reader: Reader, match: str) -> int:
    rows = reader.rows(
        "SELECT rowid FROM article_fts WHERE article_fts MATCH ? ORDER BY rowid DESC "
        "LIMIT 1 OFFSET ?",
        (match, NEWEST - 1),
    )
    return int(rows[0]["rowid"]) if rows else 0


def _latest_before(reader: Reader, article: int) -> str:
    """Return when the latest of the articles with lower ids was first seen."""
    rows = reader.rows(
        "SELECT first_seen_at FROM article INDEXED BY article_first_seen WHERE id < ? "
        "ORDER BY first_seen_at DESC LIMIT 1",
        (article,),
    )
    return rows[0]["first_seen_at"] if rows else ""


def credits_of(reader: Reader, agency: str) -> list[str]:
    """Return the values of ``article.agencies`` that have an agency in them.

    There are few of them, whatever the number of articles: each is one step along the index.
    """
    rows = reader.rows(
        "WITH RECURSIVE had(value) AS ("
        "SELECT min(agencies) FROM article INDEXED BY article_agencies WHERE agencies != '[]' "
        "UNION ALL SELECT (SELECT min(agencies) FROM article INDEXED BY article_agencies "
        "WHERE agencies != '[]' AND agencies > value) FROM had WHERE value IS NOT NULL) "
        "SELECT value FROM had WHERE value IS NOT NULL"
    )
    name = agency.casefold()
    return [
        row["value"]
        for row in rows
        if name in (str(one).casefold() for one in json.loads(row["value"]))
    ]


_RUN = "EXISTS (SELECT 1 FROM article a WHERE a.story = st.id AND {})"
_REVIEWED = "EXISTS (SELECT 1 FROM review r WHERE r.story = st.id AND {})"


def conditions(reader: Reader, query: InboxQuery) -> tuple[str, list[Any]]:
    """Return the WHERE clause for story ``st``, and its values; all but the full-text search."""
    where, args = ["1"], list[Any]()

    def add(clause: str, *values: Any) -> None:  # noqa: ANN401  what SQLite takes
        where.append(clause)
        args.extend(values)

    if query.before is not None:
        place = query.before
        add("(st.first_seen_at, st.id) < (?, ?)", place.first_seen_at, place.story)
    if query.since is not None:
        add("st.first_seen_at >= ?", to_iso(query.since))
    if query.until is not None:
        add("st.first_seen_at < ?", to_iso(query.until))
    if query.min_outlets > 1:
        add("st.outlets >= ?", query.min_outlets)
    if query.sources is not None:
        # With "+" the few articles of a story are looked at, not each source sought among them.
        column = "a.source" if len(query.sources) == 1 else "+a.source"
        add(_RUN.format(f"{column} IN ({', '.join('?' * len(query.sources))})"), *query.sources)
    if query.language is not None:
        add(_RUN.format("a.language = ?"), query.language)
    if query.agency is not None:
        values = credits_of(reader, query.agency)
        marks = ", ".join("?" * len(values)) or "NULL"
        add(
            "+st.id IN (SELECT story FROM article INDEXED BY article_agencies "
            f"WHERE agencies != '[]' AND agencies IN ({marks}))",
            *values,
        )
    if query.edited:
        add(_RUN.format("a.revisions > 0"))
    if query.topic is not None:
        add(
            "EXISTS (SELECT 1 FROM topic_match t WHERE t.story = st.id AND t.topic = ?)",
            query.topic,
        )
    _reviewed(query, add)
    return " AND ".join(where), args


def _reviewed(query: InboxQuery, add: Any) -> None:  # noqa: ANN401  the function above
    own = query.reviewer
    if query.state == "unread":
        clause = "r.reviewer = ? AND (r.read_at IS NOT NULL OR r.dismissed_at IS NOT NULL)"
        add("NOT " + _REVIEWED.format(clause), own)
    elif query.state == "read":
        add(_REVIEWED.format("r.reviewer = ? AND r.read_at IS NOT NULL"), own)
        add("NOT " + _REVIEWED.format("r.reviewer = ? AND r.dismissed_at IS NOT NULL"), own)
    elif query.state == "dismissed":
        add(_REVIEWED.format("r.reviewer = ? AND r.dismissed_at IS NOT NULL"), own)
    if query.starred:
        add(_REVIEWED.format("r.reviewer = ? AND r.starred_at IS NOT NULL"), own)
    if query.noted:
        add(_REVIEWED.format("r.note IS NOT NULL"))
    if query.tag is not None:
        tagged = "EXISTS (SELECT 1 FROM json_each(r.tags) WHERE value = ? COLLATE NOCASE)"
        add(_REVIEWED.format(f"r.tags != '[]' AND {tagged}"), query.tag)
    if query.disputed:
        kept = "r.starred_at IS NOT NULL OR r.tags != '[]' OR r.note IS NOT NULL"
        add(
            _REVIEWED.format(
                "r.dismissed_at IS NOT NULL AND EXISTS (SELECT 1 FROM review o WHERE "
                f"o.story = st.id AND o.reviewer != r.reviewer AND o.dismissed_at IS NULL "
                f"AND ({kept.replace('r.', 'o.')}))"
            )
        )
    if query.changed:
        # The articles that were edited are few; all that a reviewer read may be nearly all.
        add(
            "+st.id IN (SELECT a.story FROM article a INDEXED BY article_edited JOIN review r "
            "ON r.story = a.story AND r.reviewer = ? AND r.read_at IS NOT NULL "
            "WHERE a.revisions > 0 AND a.revised_at > r.read_at)",
            own,
        )
