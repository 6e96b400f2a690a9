"""Which articles a listing shows, and what that is in SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.store.asking import asked_of
from pipeline.text.query_tree import Query
from pipeline.times import to_iso

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which articles a listing shows; what is None or empty does not restrict."""

    sources: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    language: str | None = None
    agency: str | None = None  # that is credited, by its usual short name
    relation: str | None = None
    revised: bool = False
    min_outlets: int = 1  # of the story
    stories: tuple[int, ...] | None = None  # of these
    match: Query | None = None  # what pipeline.text.parse_query read
    topic: str | None = None  # the id of one that they match
    group: bool = False  # one row a story: its first article, or the newest that matches
    limit: int | None = None


def asked(wanted: Filter) -> tuple[str, str, list[Any], str]:
    """Return (table, condition, its values, order) that a filter asks for."""
    where, args = "", list[Any]()
    if wanted.sources is not None:
        where = f"AND a.source IN ({', '.join('?' * len(wanted.sources))})"
        args = list(wanted.sources)
    for value, clause in (
        (None if wanted.since is None else to_iso(wanted.since), "a.first_seen_at >= ?"),
        (None if wanted.until is None else to_iso(wanted.until), "a.first_seen_at < ?"),
        (wanted.language, "a.language = ?"),
        (wanted.relation, "a.relation = ?"),
    ):
        if value is not None:
            where, args = f"{where} AND {clause}", [*args, value]
    if wanted.agency is not None:
        # The first condition is that of a partial index: few articles credit an agency.
        where += (
            " AND a.agencies != '[]' AND EXISTS (SELECT 1 FROM json_each(a.agencies) "
            "WHERE value = ? COLLATE NOCASE)"
        )
        args = [*args, wanted.agency]
    if wanted.stories is not None:
        where += " AND a.story IN (SELECT value FROM json_each(?))"
        args = [*args, json.dumps(wanted.stories)]
    if wanted.topic is not None:
        where += " AND a.id IN (SELECT article FROM topic_match WHERE topic = ?)"
        args = [*args, wanted.topic]
    if wanted.min_outlets > 1:
        where, args = f"{where} AND st.outlets >= ?", [*args, wanted.min_outlets]
    if wanted.revised:
        where += " AND a.revisions > 0"
    query = None if wanted.match is None else asked_of(wanted.match)
    if query is not None:
        where, args = f"{where}{query.also}", [*args, *query.args]
    if query is None or query.match is None:
        return "article a", where, args, "a.first_seen_at DESC, a.id DESC"
    # The index leads, newest article first, so that a limit ends the search early.
    table = "article_fts f CROSS JOIN article a ON a.id = f.rowid"
    return table, f"{where} AND article_fts MATCH ?", [*args, query.match], "f.rowid DESC"


def once(rows: Iterator[Row], matches: Callable[[int], bool]) -> Iterator[Row]:
    """The first article of each story where it matches, else the newest one that does.

    Done here, because SQL would look at all articles before it gave the first.
    """
    shown: dict[int, int] = {}  # story -> the article that stands for it
    for row in rows:
        first = row.pop("first_article")
        if row["story"] not in shown:
            alone = row["id"] == first or row["story_articles"] == 1
            # The first one comes in its own place, later.
            shown[row["story"]] = row["id"] if alone or not matches(first) else first
        if shown[row["story"]] == row["id"]:
            yield row
