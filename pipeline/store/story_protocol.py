"""What the pipeline asks of a store about stories; a part of ``pipeline.store.protocol``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from pipeline.store.records import Ruling


class StoryTable(Protocol):
    """Stories as reviewers arrange them."""

    def followers(self, article: int, limit: int) -> tuple[int, ...]:
        """Return the copies and later states of an article in its story, oldest first."""

    def beside(self, article: int, limit: int) -> tuple[int, ...]:
        """Return articles of other stories that were found related to an article."""

    def rulings(self, articles: Iterable[int]) -> tuple[Ruling, ...]:
        """Return the rulings in force that name at least one of the articles, oldest first."""

    def barred(self, article: int, candidates: Collection[int]) -> frozenset[int]:
        """Return those of the candidates that an article may not share a story with."""

    def may_move(self, article: int, story: int | None, *, alone: bool = False) -> bool:
        """False if taking an article to a story (None: to one of its own) breaks a ruling."""

    def split(self, story: int, articles: Sequence[int], at: datetime, note: str = "") -> int:
        """Take articles out of a story into one of their own; returns its id."""

    def merge(self, stories: Sequence[int], at: datetime, note: str = "") -> int:
        """Put stories together; returns the id of the one that stays."""
