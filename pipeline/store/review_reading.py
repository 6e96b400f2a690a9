"""Questions about what reviewers decided."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.store.reading import Reader, Row
from pipeline.store.review_records import StoryReview
from pipeline.store.review_rules import joined


def reviews_of(reader: Reader, stories: Sequence[int]) -> dict[int, tuple[StoryReview, ...]]:
    """Return story -> the decisions of everybody who decided something, by name."""
    marks = ", ".join("?" * len(stories))
    rows: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in reader.rows(
        f"SELECT * FROM review WHERE story IN ({marks}) ORDER BY story, reviewer, article", stories
    ):
        rows[row["story"], row["reviewer"]].append(row)
    found: dict[int, list[StoryReview]] = defaultdict(list)
    for (story, _), own in rows.items():
        found[story].append(joined(own))
    return {story: tuple(reviews) for story, reviews in found.items()}


def reviewers(reader: Reader) -> list[Row]:
    """Return all reviewers: name, added_at, looked_at, active_at."""
    return reader.rows("SELECT * FROM reviewer ORDER BY name")


def reviewer(reader: Reader, name: str) -> Row | None:
    """Return one reviewer, None if the name is new."""
    found = reader.rows("SELECT * FROM reviewer WHERE name = ?", (name,))
    return found[0] if found else None


def review_tags(reader: Reader) -> list[Row]:
    """Return (tag, n): on how many stories each tag is, the most frequent first."""
    return reader.rows(
        "SELECT t.value AS tag, count(DISTINCT r.story) AS n FROM review r, json_each(r.tags) t "
        "WHERE r.tags != '[]' GROUP BY 1 ORDER BY 2 DESC, 1"
    )


def saved_filters(reader: Reader) -> list[Row]:
    """Return the saved filters by name."""
    return reader.rows("SELECT * FROM saved_filter ORDER BY name")


def last_event(reader: Reader, reviewer: str) -> Row | None:
    """Return what `undo` would take back, None if there is nothing."""
    found = reader.rows(
        "SELECT id, at, action FROM review_event WHERE reviewer = ? AND undone_at IS NULL "
        "AND undoes IS NULL ORDER BY id DESC LIMIT 1",
        (reviewer,),
    )
    return found[0] if found else None


def events_of(reader: Reader, story: int) -> list[Row]:
    """Return what was decided on the articles of a story, oldest first, with before and after."""
    rows = reader.rows(
        "SELECT e.id, e.at, e.reviewer, e.action, e.undone_at, e.undoes, c.article, c.before, "
        "c.after FROM article a JOIN review_change c ON c.article = a.id "
        "JOIN review_event e ON e.id = c.event WHERE a.story = ? ORDER BY e.id, c.article",
        (story,),
    )
    return [
        {
            **row,
            "before": json.loads(row["before"]) if row["before"] else None,
            "after": json.loads(row["after"]) if row["after"] else None,
        }
        for row in rows
    ]


def decided(
    reader: Reader, *, reviewer: str | None = None, sources: tuple[str, ...] | None = None
) -> Iterator[tuple[Row, StoryReview]]:
    """Yield the article that a decision stands at, and the decision, by story and reviewer."""
    where, args = reader.among("a.source", sources)
    if reviewer is not None:
        where, args = f"{where} AND r.reviewer = ?", [*args, reviewer]
    rows = reader.stream(
        "SELECT r.*, a.id AS article_id, a.title, a.url, a.source, a.language, a.published_at, "
        "a.first_seen_at, s.outlets, s.articles AS story_articles FROM review r "
        "JOIN article a ON a.id = r.article JOIN story s ON s.id = r.story "
        f"WHERE 1 {where} ORDER BY r.story, r.reviewer, r.article",
        args,
    )
    named = ("title", "url", "source", "language", "published_at", "first_seen_at", "outlets",
             "story_articles")  # fmt: skip
    for _, group in groupby(rows, key=lambda row: (row["story"], row["reviewer"])):
        own = list(group)
        review = joined(own)
        if review == replace(
            StoryReview(reviewer=review.reviewer, story=review.story),
            version=review.version,
            updated_at=review.updated_at,
        ):
            continue  # everything was taken back
        first = own[0]
        yield {"article": first["article_id"], **{name: first[name] for name in named}}, review


def logged(reader: Reader, *, reviewer: str | None = None) -> Iterator[Row]:
    """Yield each change of a decision, oldest first."""
    where, args = ("WHERE e.reviewer = ?", [reviewer]) if reviewer is not None else ("", [])
    for row in reader.stream(
        "SELECT e.id AS event, e.at, e.reviewer, e.action, e.undone_at, e.undoes, c.article, "
        "a.story, a.url, c.before, c.after FROM review_event e JOIN review_change c "
        f"ON c.event = e.id JOIN article a ON a.id = c.article {where} ORDER BY e.id, c.article",
        args,
    ):
        yield {
            **row,
            "before": json.loads(row["before"]) if row["before"] else None,
            "after": json.loads(row["after"]) if row["after"] else None,
        }
