"""Decisions as rows: one a reviewer and story, for export, spreadsheets and inter-coder figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.store.reading import Reader
from pipeline.store.review_reading import decided, logged


def decisions(
    reader: Reader, *, reviewer: str | None = None, sources: tuple[str, ...] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what reviewers decided, by story and reviewer, oldest story first.

    ``article`` is the one that the decision stands at.
    """
    for row, review in decided(reader, reviewer=reviewer, sources=sources):
        yield {
            "story": review.story,
            "reviewer": review.reviewer,
            "read_at": review.read_at,
            "starred_at": review.starred_at,
            "dismissed_at": review.dismissed_at,
            "dismiss_reason": review.dismiss_reason,
            "tags": list(review.tags),
            "note": review.note,
            "updated_at": review.updated_at,
            **row,
        }


def log(reader: Reader, *, reviewer: str | None = None) -> Iterator[dict[str, Any]]:
    """Yield every change of a decision, oldest first, with what was before and after."""
    yield from logged(reader, reviewer=reviewer)
