"""One article as JSON tells it: text, origin of each field, states, edits, what is around it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.errors import NotFoundError
from pipeline.store.reading import Reader, Row
from pipeline.store.reading_edits import edits_of as edits
from pipeline.store.records import RawPage
from pipeline.store.review_reading import reviews_of
from pipeline.store.story_reading import beside, members, pointed_at
from pipeline.store.topic_reading import topics_of

__all__ = [
    "as_it_was", "edits", "kept_page", "page_bytes", "scored", "told",
]  # fmt: skip

_JSON_FIELDS = ("authors", "agencies", "tags", "provenance", "measures", "relation_scores")
_INTERNAL = ("search_scheme",)
_SHORT = ("id", "story", "source", "title", "url", "published_at", "first_seen_at", "word_count",
          "relation", "relation_to", "relation_reason", "revisions")  # fmt: skip
_OF_A_STATE = ("title", "body", "shape", "word_count", "modified_at", "content_hash", "extractor")


def told(reader: Reader, article: Row) -> dict[str, Any]:
    """Return all there is to say of an article, given its row (or that of an earlier state)."""
    whole = {
        name: json.loads(value) if name in _JSON_FIELDS and value else value
        for name, value in article.items()
        if name not in _INTERNAL
    }
    whole["paywalled"] = bool(whole.get("paywalled"))
    return {
        "schema": 1,
        **whole,
        "earlier": reader.revisions(article["id"]),
        **_around(reader, article),
        "edits": edits(reader, article["id"]),
        "links": reader.links_of(article["id"]),
        "topics": topics_of(reader, article["id"]),
        "reviews": [
            asdict(review) for review in reviews_of(reader, [article["story"]]).get(
                article["story"], ()
            )
        ],
    }  # fmt: skip


def as_it_was(reader: Reader, article: Row, number: int) -> Row:
    """Return the row of an article as it was in an earlier state.  Raises NotFoundError."""
    revisions = {row["n"]: row for row in reader.revisions(article["id"])}
    if number == len(revisions) + 1:
        return article  # the state of today
    if number not in revisions:
        has = f"has {len(revisions) + 1}" if revisions else "was never edited, there is only 1"
        raise NotFoundError(f"article {article['id']} has no revision {number}; it {has}")
    old = revisions[number]
    return {**article, **{name: old[name] for name in _OF_A_STATE}, "revision": number,
            "seen_at": old["seen_at"], "replaced_at": old["replaced_at"]}  # fmt: skip


def _around(reader: Reader, article: Mapping[str, Any]) -> dict[str, Any]:
    """The other articles of its story, what it has passages of, and who has its own."""
    return {
        "copies": [_short(row) for row in members(reader, article["story"])
                   if row["id"] != article["id"]],
        "beside": [_short(row) for row in beside(reader, [article["id"]])],
        "points_at": [_short(row) for row in pointed_at(reader, [article])],
    }  # fmt: skip


def _short(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _SHORT}


def scored(scores: Mapping[str, Any], reason: str) -> str:
    """Return in words what a relation was judged by, as far as its reason does not tell it."""
    if "%" in reason:
        scores = {"facts": scores.get("facts")}
    words = []
    for name, what in (
        ("share_of_new", "of its text stands there"),
        ("share_of_old", "of the other text stands here"),
        ("facts", "of the numbers and names agree"),
    ):
        value = scores.get(name)
        if isinstance(value, int | float):
            words.append(f"{min(99, round(value * 100)) if value < 1 else 100} % {what}")
    if scores.get("differing"):
        words.append(f"differing: {scores['differing']}")
    return ", ".join(words)


def kept_page(reader: Reader, pages_path: Path, article: int) -> RawPage | None:
    """Return the page of an article that is kept, the newest of its links'; None if there is none.

    Raises StoreError.
    """
    from pipeline.store.pages import Pages

    if not pages_path.exists():
        return None
    pages = Pages(pages_path)
    try:
        found = [pages.latest(link["id"]) for link in reader.links(article=article)]
    finally:
        pages.close()
    return max((page for page in found if page), key=_fetched, default=None)


def page_bytes(page: RawPage) -> bytes:
    """Return the bytes of a kept page as they came."""
    import zstandard

    return zstandard.ZstdDecompressor().decompress(page.zstd, page.size)


def _fetched(page: RawPage) -> datetime:
    return page.fetched_at
