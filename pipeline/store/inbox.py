"""The inbox: stories newest first, each with what a reviewer has to know to decide on it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.store.asking import asked_of
from pipeline.store.inbox_query import InboxPage, InboxQuery, InboxStory, Member
from pipeline.store.inbox_where import conditions, found, is_unread, nearest, unread
from pipeline.store.reading import Reader, Row
from pipeline.store.review_reading import reviews_of
from pipeline.text.query_tree import Query
from pipeline.text.snippet import Snippets

EXCERPT = 300  # characters
MEMBERS = 20  # of a story that are told


def inbox(reader: Reader, query: InboxQuery, counted: int = 0) -> InboxPage:
    """Return one page of the inbox; stories of the whole list are counted up to ``counted``."""
    # The first page is the beginning of what is counted, so it is looked for once.
    together = counted > query.limit and query.before is None and not is_unread(query)
    rows = found(reader, query, counted if together else query.limit + 1)
    if together:
        total = len(rows)
    else:
        total = count(reader, replace(query, before=None), counted) if counted else 0
    stories = told(reader, rows[: query.limit])
    if query.match is not None:
        stories = with_snippets(reader, stories, query.match)
    more = len(rows) > query.limit
    return InboxPage(stories=stories, next=stories[-1].cursor if more else None, total=total)


def count(reader: Reader, query: InboxQuery, most: int = 1000) -> int:
    """Return how many stories there are, at most ``most``."""
    if query.match is not None:
        return len(found(reader, query, most, "st.first_seen_at"))
    if is_unread(query):
        return min(unread(reader, query.reviewer), most)
    where, args = conditions(reader, query)
    rows = reader.rows(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM story st WHERE {where} LIMIT ?)", [*args, most]
    )
    return int(rows[0]["n"])


def story_ids(reader: Reader, query: InboxQuery, most: int) -> list[int]:
    """Return the ids of what a query finds, for changes in bulk."""
    return [row["id"] for row in found(reader, query, most, "st.id, st.first_seen_at")]


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
    return nearest(reader, query, place, newer=True), nearest(reader, query, place, newer=False)


def told(reader: Reader, rows: Sequence[Row]) -> tuple[InboxStory, ...]:
    """Return what there is to tell of stories, given their rows."""
    ids = [row["id"] for row in rows]
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    members: dict[int, list[Row]] = defaultdict(list)
    for row in reader.rows(
        "SELECT id, story, source, url, title, language, agencies, first_seen_at, published_at, "
        "revisions, revised_at, page_state, paywalled, word_count FROM article WHERE id IN ("
        "SELECT a.id FROM story st JOIN article a ON a.id IN ("
        "SELECT id FROM article INDEXED BY article_in_story WHERE story = st.id "
        f"ORDER BY first_seen_at, id LIMIT {MEMBERS}) WHERE st.id IN ({marks})) "
        "ORDER BY first_seen_at, id",
        ids,
    ):
        members[row["story"]].append(row)
    edits = {
        row["story"]: row
        for row in reader.rows(
            "SELECT story, sum(revisions) AS n, max(revised_at) AS at FROM article "
            f"INDEXED BY article_edited WHERE revisions > 0 AND story IN ({marks}) GROUP BY story",
            ids,
        )
    }
    leads = {
        row["id"]: " ".join((row["body"] or row["summary"] or "").split())
        for row in reader.rows(
            f"SELECT id, substr(body, 1, {EXCERPT}) AS body, summary FROM article "
            f"WHERE id IN ({marks})",
            [row["first_article"] for row in rows],
        )
    }
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
            excerpt=leads.get(row["first_article"], ""),
            members=tuple(_member(m) for m in members[row["id"]]),
            topics=tuple(topics[row["id"]]),
            edits=edits[row["id"]]["n"] if row["id"] in edits else 0,
            revised_at=edits[row["id"]]["at"] if row["id"] in edits else None,
            silent=row["id"] in silent,
            reviews=reviews.get(row["id"], ()),
        )
        for row in rows
    )


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


def with_snippets(
    reader: Reader, stories: tuple[InboxStory, ...], query: Query
) -> tuple[InboxStory, ...]:
    """Return the stories with the place of a text where a search found something.

    Of each story that is the first article that matches; if only its headline does, there is none.
    """
    asked = asked_of(query)
    if asked.match is None:
        return stories
    ids = [member.article for story in stories for member in story.members]
    rows = reader.rows(
        "SELECT id, body FROM article WHERE id IN (SELECT min(a.id) FROM article_fts f "
        "JOIN article a INDEXED BY article_placed ON a.id = f.rowid WHERE article_fts MATCH ? "
        # Looked for all at once: a search for the beginning of a word takes long to set up.
        "AND f.rowid BETWEEN ? AND ? AND +f.rowid IN (SELECT value FROM json_each(?))"
        f"{asked.also} GROUP BY a.story)",
        (asked.match, min(ids, default=0), max(ids, default=0), json.dumps(ids), *asked.args),
    )
    bodies = {row["id"]: row["body"] for row in rows}
    look = Snippets(query)
    return tuple(
        replace(
            story,
            snippet=next(
                (look(bodies[m.article]) for m in story.members if m.article in bodies), ""
            ),
        )
        for story in stories
    )
