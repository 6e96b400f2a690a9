"""What the review on a terminal reads and writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from monitor.review import article_told, diff_told, story_told
from monitor.review.filters import Filters
from monitor.review.writing import changed
from pipeline.errors import MonitorError
from pipeline.store.inbox import count, inbox, lines
from pipeline.store.inbox_query import Cursor, InboxPage, InboxQuery, InboxStory
from pipeline.store.reading import Reader
from pipeline.store.reading_edits import edits_in
from pipeline.store.review_reading import reviewer as known_reviewer
from pipeline.store.review_reading import saved_filters
from pipeline.store.review_records import Decision, Done
from pipeline.store.sqlite import SqliteStore
from pipeline.store.topic_reading import topic_names

T = TypeVar("T")
PAGE = 50
COMPARED = 40  # articles of a story in the table of paragraphs
COUNTED = 1000


class ReadOnlyError(MonitorError):
    """A change was asked of a review that was started with --read-only."""


@dataclass(kw_only=True)
class TerminalDesk:
    """The store for one reviewer; opens the file for writing only while it writes."""

    database: Path
    pages: Path
    zone: ZoneInfo
    reviewer: str
    read_only: bool
    clock: Callable[[], datetime]
    filters: Filters

    def __post_init__(self) -> None:
        self.reader = Reader(self.database)
        self.names = self.reader.outlet_names()
        self.topics = topic_names(self.reader)
        self.query(self.filters)  # raises what is wrong with it

    def close(self) -> None:
        """Close the file."""
        self.reader.close()

    @property
    def looked_at(self) -> str | None:
        """When the reviewer looked last."""
        row = known_reviewer(self.reader, self.reviewer)
        return row["looked_at"] if row else None

    def query(self, filters: Filters) -> InboxQuery:
        """Return the question for the store.  Raises FilterError, SelectionError."""
        return filters.query(
            sources=self.reader.sources(removed=True),
            now=self.clock(),
            zone=self.zone,
            reviewer=self.reviewer,
            looked_at=self.looked_at,
            limit=PAGE,
        )

    def page(self, before: Cursor | None = None) -> InboxPage:
        """Return stories of the filter in force."""
        return inbox(self.reader, replace(self.query(self.filters), before=before))

    def count(self) -> int:
        """Return how many stories the filter finds, up to 1000."""
        return count(self.reader, self.query(self.filters), COUNTED)

    def newer(self, than: str) -> int:
        """Return how many stories came since a moment."""
        since = datetime.fromisoformat(than)
        query = replace(self.query(self.filters), since=since)
        return max(0, count(self.reader, query, COUNTED) - 1)

    def story(self, story: int) -> InboxStory | None:
        """Return one line as it is now, None if the story is gone."""
        found = lines(self.reader, [story])
        return found[0] if found else None

    def whole(self, story: int) -> dict[str, Any]:
        """Return all there is to say of a story, with ``text``: its article of origin."""
        told = story_told.told(self.reader, str(story), self.zone, most=COMPARED)
        article = self.reader.article(str(told["origin"]["article"]))
        told["text"] = article_told.told(self.reader, article)
        told["all_edits"] = edits_in(self.reader, told["id"])
        return told

    def last_edit(self, whole: dict[str, Any]) -> diff_told.Comparison | None:
        """Return what the latest edit in a story changed, None if there is none."""
        edited = [row for row in whole["members"] if row["revisions"]]
        if not edited:
            return None
        return diff_told.looked_up(self.reader, str(edited[-1]["id"]), None)

    def saved(self, name: str) -> Filters | None:
        """Return a kept filter."""
        for row in saved_filters(self.reader):
            if row["name"].casefold() == name.casefold():
                return Filters.from_string(row["query"])
        return None

    def decide(
        self, stories: tuple[int, ...], decision: Decision, seen: dict[int, int] | None = None
    ) -> Done:
        """Write a decision.  Raises ReadOnlyError, ReviewConflictError, StoreError, ValueError."""
        return self._write(
            lambda store: store.reviews.decide(
                self.reviewer, decision, self.clock(), stories=stories, seen=seen
            )
        )

    def undo(self) -> Done:
        """Take back the latest change.  Raises NotFoundError, ReviewConflictError."""
        return self._write(lambda store: store.reviews.undo(self.reviewer, self.clock()))

    def looked(self) -> None:
        """Note that the reviewer looks at the inbox; nothing if that cannot be written."""
        if not self.read_only:
            self._write(lambda store: store.reviews.looked(self.reviewer, self.clock()))

    def _write(self, change: Callable[[SqliteStore], T]) -> T:
        if self.read_only:
            raise ReadOnlyError("this review is read-only")
        return changed(self.database, self.pages, change)
