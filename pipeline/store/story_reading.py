"""What people ask of stories: which there are, their articles, and what stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader, Row, row_id
from pipeline.times import from_iso, to_iso

Order = Literal["seen", "outlets", "spread"]

ORDERS: tuple[Order, ...] = ("seen", "outlets", "spread")
_ORDERS: dict[Order, str] = {
    "seen": "st.last_seen_at DESC, st.id DESC",
    "outlets": "st.outlets DESC, st.articles DESC, st.last_seen_at DESC",
    "spread": "julianday(st.last_seen_at) - julianday(st.first_seen_at) DESC, st.last_seen_at DESC",
}
_MEMBER = (
    "id, source, title, url, url_key, canonical_url, home_url, published_at, published_certainty, "
    "modified_at, first_seen_at, language, authors, agencies, word_count, relation, relation_to, "
    "relation_reason, relation_scores, revisions, page_state, quality, story"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryFilter:
    """Which stories a listing shows; what is None does not restrict."""

    since: datetime | None = None  # with an article seen at or after this
    until: datetime | None = None  # begun before this
    sources: tuple[str, ...] | None = None  # that ran it
    language: str | None = None  # of one of its articles
    agency: str | None = None  # that one of its articles credits
    min_outlets: int = 2
    order: Order = "seen"  # newest activity, most outlets or longest spread first
    limit: int | None = None


def stories(reader: Reader, wanted: StoryFilter) -> Iterator[Row]:
    """Yield stories with what their articles add up to."""
    where, args = _asked(wanted)
    sql = (
        "SELECT st.id, st.title, st.first_article, st.first_seen_at, st.last_seen_at, "
        f"st.articles, st.outlets FROM story st WHERE {where} ORDER BY {_ORDERS[wanted.order]}"
    )
    for row in islice(reader.stream(sql, args), wanted.limit):
        yield {**row, **_sums(reader, row)}


def _asked(wanted: StoryFilter) -> tuple[str, list[Any]]:
    where, args = ["1"], list[Any]()
    if wanted.min_outlets > 1:
        # The first condition is that of a partial index: few stories have several outlets.
        where.append("st.outlets > 1 AND st.outlets >= ?")
        args.append(wanted.min_outlets)
    if wanted.since is not None:
        where.append("st.last_seen_at >= ?")
        args.append(to_iso(wanted.since))
    if wanted.until is not None:
        where.append("st.first_seen_at < ?")
        args.append(to_iso(wanted.until))
    run = "EXISTS (SELECT 1 FROM article a WHERE a.story = st.id AND {})"
    if wanted.sources is not None:
        marks = ", ".join("?" * len(wanted.sources))
        where.append(run.format(f"a.source IN ({marks})"))
        args.extend(wanted.sources)
    if wanted.language is not None:
        where.append(run.format("a.language = ?"))
        args.append(wanted.language)
    if wanted.agency is not None:
        # Through the partial index of the few articles that credit an agency.
        credit = "(SELECT 1 FROM json_each(a.agencies) WHERE value = ? COLLATE NOCASE)"
        where.append(
            "st.id IN (SELECT a.story FROM article a INDEXED BY article_credited "
            f"WHERE a.agencies != '[]' AND EXISTS {credit})"
        )
        args.append(wanted.agency)
    return " AND ".join(where), args


def _sums(reader: Reader, story: Row) -> Row:
    rows = reader.rows(
        "SELECT source, agencies, word_count, revisions, language FROM article WHERE story = ? "
        "ORDER BY first_seen_at, id",
        (story["id"],),
    )
    agencies = (name for row in rows for name in json.loads(row["agencies"]))
    spread = from_iso(story["last_seen_at"]) - from_iso(story["first_seen_at"])
    return {
        "spread_s": round(spread.total_seconds()),
        "sources": list(dict.fromkeys(row["source"] for row in rows)),
        "agencies": list(dict.fromkeys(agencies)),
        "words": max((row["word_count"] for row in rows), default=0),
        "edits": sum(row["revisions"] for row in rows),
        "language": rows[0]["language"] if rows else None,
    }


def story_of(reader: Reader, key: str) -> Row:
    """Return the row of a story by its id.  Raises NotFoundError."""
    number = row_id(key) if key.isdecimal() else None
    found = reader.rows("SELECT * FROM story WHERE id = ?", (number,))
    if not found:
        raise NotFoundError(f"there is no story {key}")
    return {**found[0], **_sums(reader, found[0])}


def members(reader: Reader, story: int, *, bodies: bool = False) -> list[Row]:
    """Return the articles of a story in order of appearance, their texts only if asked for."""
    return reader.rows(
        f"SELECT {_MEMBER}{', body' if bodies else ''} FROM article WHERE story = ? "
        "ORDER BY first_seen_at, id",
        (story,),
    )


def known_keys(reader: Reader, story: int) -> dict[int, set[str]]:
    """Return article -> the keys of all addresses under which it was found, for a story."""
    found: dict[int, set[str]] = {}
    for row in reader.rows(
        "SELECT a.id, a.url_key FROM article a WHERE a.story = ?1 UNION ALL "
        "SELECT l.article, l.url_key FROM link l JOIN article a ON a.id = l.article "
        "WHERE a.story = ?1",
        (story,),
    ):
        found.setdefault(row["id"], set()).add(row["url_key"])
    return found


def beside(reader: Reader, articles: Sequence[int]) -> list[Row]:
    """Return articles that hold these texts or share passages with them and are other stories.

    Round-ups come first.
    """
    marks = ", ".join("?" * len(articles))
    found = reader.rows(
        f"SELECT {_MEMBER} FROM article WHERE relation_to IN ({marks}) "
        f"AND relation IN ('contains', 'related') UNION SELECT {_MEMBER} FROM article "
        f"WHERE json_extract(relation_scores, '$.other') IN ({marks}) AND relation = 'contains'",
        [*articles, *articles],
    )
    return sorted(found, key=lambda row: (row["relation"], row["first_seen_at"], row["id"]))


def pointed_at(reader: Reader, articles: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return what the round-ups and related texts among these articles point at."""
    ids: list[int] = []
    for row in articles:
        if row["relation"] in ("contains", "related"):
            scores = row["relation_scores"]
            told = json.loads(scores) if isinstance(scores, str) else scores
            ids += [i for i in (row["relation_to"], told.get("other")) if isinstance(i, int)]
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    return reader.rows(f"SELECT {_MEMBER} FROM article WHERE id IN ({marks}) ORDER BY id", ids)


def rulings_of(reader: Reader, story: int) -> list[Row]:
    """Return what reviewers decided of the articles of a story, oldest first."""
    return reader.rows(
        "SELECT DISTINCT r.* FROM article a JOIN story_ruling r ON a.id IN (r.article, r.other) "
        "WHERE a.story = ? ORDER BY r.id",
        (story,),
    )


def other_outlets(reader: Reader, story: int, but: str, most: int) -> list[str]:
    """Return sources that ran a story beside one, in order of appearance."""
    rows = reader.rows(
        "SELECT source FROM article WHERE story = ? AND source != ? "
        "GROUP BY source ORDER BY min(first_seen_at), min(id) LIMIT ?",
        (story, but, most),
    )
    return [row["source"] for row in rows]
