"""The inbox: stories newest first, each with what a reviewer has to know to decide on it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pipeline.store.inbox_query import InboxPage, InboxQuery, InboxStory, Member
from pipeline.store.reading import Reader, Row
from pipeline.store.review_reading import reviews_of
from pipeline.times import to_iso

EXCERPT = 300  # characters
MEMBERS = 20  # of a story that are told


def inbox(reader: Reader, query: InboxQuery) -> InboxPage:
    """Return one page of the inbox."""
    where, args = _where(query)
    rows = reader.rows(
        "SELECT st.* FROM story st WHERE "
        f"{where} ORDER BY st.first_seen_at DESC, st.id DESC LIMIT ?",
        [*args, query.limit + 1],
    )
    stories = told(reader, rows[: query.limit])
    more = len(rows) > query.limit
    return InboxPage(stories=stories, next=stories[-1].cursor if more else None)


def count(reader: Reader, query: InboxQuery, most: int = 1000) -> int:
    """Return how many stories there are, at most ``most``."""
    where, args = _where(query)
    rows = reader.rows(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM story st WHERE {where} LIMIT ?)", [*args, most]
    )
    return int(rows[0]["n"])


def story_ids(reader: Reader, query: InboxQuery, most: int) -> list[int]:
    """Return the ids of what a query finds, for changes in bulk."""
    where, args = _where(query)
    rows = reader.rows(
        f"SELECT st.id FROM story st WHERE {where} ORDER BY st.first_seen_at DESC, st.id DESC "
        "LIMIT ?",
        [*args, most],
    )
    return [row["id"] for row in rows]


def lines(reader: Reader, stories: Sequence[int]) -> tuple[InboxStory, ...]:
    """Return the lines of stories by their ids, in that order; those that are gone are left out."""
    marks = ", ".join("?" * len(stories))
    rows = reader.rows(f"SELECT * FROM story WHERE id IN ({marks})", stories)
    order = {story: place for place, story in enumerate(stories)}
    return told(reader, sorted(rows, key=lambda row: order[row["id"]]))


def beside_in_list(reader: Reader, query: InboxQuery, story: int) -> tuple[int | None, int | None]:
    """Return the stories that stand before and behind one in a list; None at its ends.

    The story itself need not be in the list any more: it may have been read since.
    """
    rows = reader.rows("SELECT first_seen_at FROM story WHERE id = ?", (story,))
    if not rows:
        return None, None
    place = (rows[0]["first_seen_at"], story)
    where, args = _where(query)
    found = []
    for sign, order in ((">", "ASC"), ("<", "DESC")):
        near = reader.rows(
            f"SELECT st.id FROM story st WHERE {where} AND (st.first_seen_at, st.id) {sign} (?, ?) "
            f"ORDER BY st.first_seen_at {order}, st.id {order} LIMIT 1",
            [*args, *place],
        )
        found.append(near[0]["id"] if near else None)
    return found[0], found[1]


def told(reader: Reader, rows: Sequence[Row]) -> tuple[InboxStory, ...]:
    """Return what there is to tell of stories, given their rows."""
    ids = [row["id"] for row in rows]
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    members: dict[int, list[Row]] = defaultdict(list)
    for row in reader.rows(
        "SELECT id, story, source, url, title, language, agencies, first_seen_at, published_at, "
        "revisions, revised_at, page_state, paywalled, word_count, summary, "
        f"substr(body, 1, {EXCERPT}) AS body FROM article WHERE story IN ({marks}) "
        "ORDER BY first_seen_at, id",
        ids,
    ):
        members[row["story"]].append(row)
    topics: dict[int, list[str]] = defaultdict(list)
    for row in reader.rows(
        f"SELECT DISTINCT story, topic FROM topic_match WHERE story IN ({marks}) ORDER BY 1, 2", ids
    ):
        topics[row["story"]].append(row["topic"])
    silent = {
        row["story"]
        for row in reader.rows(
            "SELECT DISTINCT a.story FROM edit e JOIN article a ON a.id = e.article "
            f"WHERE e.silent AND a.story IN ({marks})",
            ids,
        )
    }
    reviews = reviews_of(reader, ids)
    return tuple(
        InboxStory(
            story=row["id"],
            title=row["title"],
            first_article=row["first_article"],
            first_seen_at=row["first_seen_at"],
            last_seen_at=row["last_seen_at"],
            articles=row["articles"],
            outlets=row["outlets"],
            excerpt=_excerpt(members[row["id"]], row["first_article"]),
            members=tuple(_member(m) for m in members[row["id"]][:MEMBERS]),
            topics=tuple(topics[row["id"]]),
            edits=sum(m["revisions"] for m in members[row["id"]]),
            revised_at=max(
                (m["revised_at"] for m in members[row["id"]] if m["revised_at"]), default=None
            ),
            silent=row["id"] in silent,
            reviews=reviews.get(row["id"], ()),
        )
        for row in rows
    )


def _excerpt(members: Sequence[Row], first: int) -> str:
    lead = next((row for row in members if row["id"] == first), members[0] if members else None)
    if lead is None:
        return ""
    return " ".join((lead["body"] or lead["summary"] or "").split())


def _member(row: Row) -> Member:
    names = (
        "source", "url", "title", "language", "first_seen_at", "published_at", "revisions",
        "revised_at", "page_state", "word_count",
    )  # fmt: skip
    return Member(
        article=row["id"],
        agencies=tuple(json.loads(row["agencies"])),
        paywalled=bool(row["paywalled"]),
        **{name: row[name] for name in names},
    )


_RUN = "EXISTS (SELECT 1 FROM article a WHERE a.story = st.id AND {})"
_REVIEWED = "EXISTS (SELECT 1 FROM review r WHERE r.story = st.id AND {})"


def _where(query: InboxQuery) -> tuple[str, list[Any]]:
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
        add(_RUN.format(f"a.source IN ({', '.join('?' * len(query.sources))})"), *query.sources)
    if query.language is not None:
        add(_RUN.format("a.language = ?"), query.language)
    if query.agency is not None:
        credit = "EXISTS (SELECT 1 FROM json_each(a.agencies) WHERE value = ? COLLATE NOCASE)"
        add(_RUN.format(credit), query.agency)
    if query.edited:
        add(_RUN.format("a.revisions > 0"))
    if query.match is not None:
        found = "a.id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)"
        add(_RUN.format(found), query.match)
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
        add(
            _REVIEWED.format(
                "r.reviewer = ? AND r.read_at IS NOT NULL AND EXISTS (SELECT 1 FROM article a "
                "WHERE a.story = st.id AND a.revisions > 0 AND a.revised_at > r.read_at)"
            ),
            own,
        )
