"""Fills what a page did not say about its article with what the feed said about its link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.model import Article, Link

# Page first: feeds shorten titles, cut summaries and repeat the time of the last change.
_FIELDS = (
    ("title", "title"),
    ("published_at", "published_at"),
    ("modified_at", "modified_at"),
    ("summary", "summary"),
    ("authors", "authors"),
    ("language", "language"),
    ("tags", "tags"),
    ("image", "image"),
)


def merge_hints(article: Article, link: Link) -> Article:
    """``article`` with its gaps filled from ``link``, provenance "feed"; what it has stays.

    A publication time that the page only has in its address (a day without an hour) gives way to
    the feed's, if both mean the same day or neighbours.
    """
    changes: dict[str, Any] = {}
    origins = dict(article.provenance)
    for ours, theirs in _FIELDS:
        hint = getattr(link, theirs)
        if hint and not getattr(article, ours):
            changes[ours] = hint
            origins[ours] = "feed"
    if (
        origins.get("published_at") == "url"
        and article.published_at is not None
        and link.published_at is not None
        and abs((link.published_at - article.published_at).total_seconds()) < 2 * 86_400
    ):
        changes["published_at"] = link.published_at
        origins["published_at"] = "feed"
    return replace(article, provenance=origins, **changes) if changes else article
