"""What the store held at a moment of the past: the same rows whenever it is asked.

Texts are those of their revision at that moment; counts of a story are of the articles that were
there.  Left out is what is overwritten without a trace (tags, pictures, the place of a page).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pipeline.store.reading import Reader, Row
from pipeline.times import to_iso

_ARTICLES = """
WITH there AS MATERIALIZED (
    SELECT id, source, story, first_seen_at FROM article WHERE first_seen_at <= :at
), told AS MATERIALIZED (
    SELECT story, count(*) AS articles, count(DISTINCT source) AS outlets FROM there GROUP BY story
)
SELECT a.id, a.source, coalesce(r.title, a.title) AS title,
    coalesce((SELECT l.url FROM link l WHERE l.article = a.id AND l.outcome_at <= :at
        ORDER BY l.discovered_at, l.id LIMIT 1), a.url) AS url,
    a.published_at, a.first_seen_at, a.language,
    coalesce(r.word_count, a.word_count) AS word_count,
    a.story, t.outlets, t.articles AS story_articles,
    CASE WHEN a.relation IN ('new', 'first') OR a.relation_to NOT IN (SELECT id FROM there)
        THEN iif(t.articles > 1 AND NOT EXISTS (SELECT 1 FROM there e WHERE e.story = a.story
            AND (e.first_seen_at, e.id) < (a.first_seen_at, a.id)), 'first', 'new')
        ELSE a.relation END AS relation,
    iif(a.relation_to IN (SELECT id FROM there), a.relation_to, NULL) AS relation_to,
    iif(r.n IS NULL, a.revisions, r.n - 1) AS revisions,
    coalesce(r.content_hash, a.content_hash) AS content_hash,
    coalesce(r.body, a.body) AS body
FROM there h JOIN article a ON a.id = h.id JOIN told t ON t.story = a.story
LEFT JOIN revision r ON r.article = a.id AND r.n = (
    SELECT min(n) FROM revision WHERE article = a.id AND replaced_at > :at)
WHERE 1 {where} ORDER BY a.first_seen_at DESC, a.id DESC LIMIT :limit
"""


def articles_as_of(
    reader: Reader,
    at: datetime,
    *,
    sources: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    limit: int | None = None,
) -> Iterator[Row]:
    """Yield the articles that were stored at a moment, as they stood then, newest first."""
    where = ""
    args: dict[str, object] = {
        "at": to_iso(at), "limit": -1 if limit is None else limit,
    }  # fmt: skip
    if sources is not None:
        marks = []
        for number, slug in enumerate(sources):
            args[f"s{number}"] = slug
            marks.append(f":s{number}")
        where += f" AND a.source IN ({', '.join(marks) or 'NULL'})"
    for name, value, clause in (
        ("since", since and to_iso(since), "a.first_seen_at >= :since"),
        ("before", until and to_iso(until), "a.first_seen_at < :before"),
        ("language", language, "a.language = :language"),
    ):
        if value is not None:
            args[name] = value
            where += f" AND {clause}"
    yield from reader.stream(_ARTICLES.format(where=where), args)


def stories(reader: Reader, at: datetime | None, limit: int | None) -> Iterator[Row]:
    """Yield stories, newest first: who ran them, from the articles that were there at a moment."""
    yield from reader.stream(
        "SELECT s.*, f.title FROM (SELECT a.story AS id, "
        "min(a.first_seen_at) AS first_seen_at, max(a.first_seen_at) AS last_seen_at, "
        "count(*) AS articles, count(DISTINCT a.source) AS outlets, "
        "json_group_array(DISTINCT a.source) AS sources, json_group_array(a.id) AS article_ids "
        "FROM (SELECT id, story, source, first_seen_at FROM article "
        "WHERE :at IS NULL OR first_seen_at <= :at ORDER BY id) a "
        "GROUP BY a.story) s JOIN story f ON f.id = s.id "
        "ORDER BY s.first_seen_at DESC, s.id DESC LIMIT :limit",
        {"at": at and to_iso(at), "limit": -1 if limit is None else limit},
    )


def revisions(
    reader: Reader, at: datetime | None, sources: Sequence[str] | None, limit: int | None
) -> Iterator[Row]:
    """Yield the earlier states of articles, newest first; those replaced up to a moment."""
    where, args = reader.among("a.source", sources)
    yield from reader.stream(
        "SELECT r.article, r.n, a.source, r.seen_at, r.replaced_at, r.title, r.word_count, "
        "r.modified_at, r.content_hash, r.extractor, r.body FROM revision r "
        "JOIN article a ON a.id = r.article WHERE (? IS NULL OR r.replaced_at <= ?) "
        f"{where} ORDER BY r.replaced_at DESC, r.id DESC LIMIT ?",
        [at and to_iso(at), at and to_iso(at), *args, -1 if limit is None else limit],
    )
