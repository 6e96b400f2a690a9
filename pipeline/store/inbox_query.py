"""Which stories the inbox shows, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipeline.store.review_records import StoryReview
from pipeline.text.query_tree import Query

State = Literal["unread", "read", "dismissed", "all"]
STATES: tuple[State, ...] = ("unread", "read", "dismissed", "all")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A place in the inbox, between two stories: the time and id of the one before it."""

    first_seen_at: str
    story: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxQuery:
    """Which stories the inbox shows, newest first; what is None, False or empty does not restrict.

    What is asked of an article holds for a story when one of its articles has it.
    """

    reviewer: str = ""  # whose reading ``state`` and ``changed`` are about; "": nobody's
    state: State = "all"  # unread: neither read nor dismissed
    starred: bool = False  # by the reviewer
    noted: bool = False  # by anybody
    disputed: bool = False  # one dismissed it, another starred, tagged or noted it
    changed: bool = False  # edited since the reviewer read it
    tag: str | None = None  # by anybody
    topic: str | None = None  # its id
    sources: tuple[str, ...] | None = None
    language: str | None = None
    agency: str | None = None  # by its usual short name
    since: datetime | None = None  # first seen at or after
    until: datetime | None = None  # first seen before
    min_outlets: int = 1
    edited: bool = False  # by its outlet
    match: Query | None = None  # what pipeline.text.parse_query read
    before: Cursor | None = None  # older than this place
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One article of a story, as the inbox tells of it."""

    article: int
    source: str
    url: str
    title: str
    language: str | None
    agencies: tuple[str, ...]
    first_seen_at: str
    published_at: str | None
    revisions: int
    revised_at: str | None
    page_state: str
    paywalled: bool
    word_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxStory:
    """One line of the inbox."""

    story: int
    title: str
    first_article: int
    first_seen_at: str
    last_seen_at: str
    articles: int
    outlets: int
    excerpt: str  # beginning of the text of its first article, or its summary
    members: tuple[Member, ...]  # in order of appearance; of a large story the first 20
    topics: tuple[str, ...]  # ids
    edits: int  # revisions of all its articles
    revised_at: str | None  # the latest
    silent: bool  # one of its edits was not owned up to
    reviews: tuple[StoryReview, ...]  # everybody's
    snippet: str = ""  # where a search found it, hits between \x02 and \x03

    @property
    def cursor(self) -> Cursor:
        """The place behind this story."""
        return Cursor(first_seen_at=self.first_seen_at, story=self.story)

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies that its articles credit."""
        return tuple(dict.fromkeys(name for member in self.members for name in member.agencies))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of all reviewers."""
        return tuple(dict.fromkeys(tag for review in self.reviews for tag in review.tags))

    @property
    def walled(self) -> bool:
        """True if every article of it is behind a wall."""
        return bool(self.members) and all(member.paywalled for member in self.members)

    @property
    def missing(self) -> bool:
        """True if the page of one of its articles is gone."""
        return any(member.page_state == "gone" for member in self.members)

    @property
    def disputed(self) -> bool:
        """True if one reviewer dismissed it and another starred, tagged or noted it."""
        return any(review.dismissed_at for review in self.reviews) and any(
            not review.dismissed_at and (review.starred_at or review.tags or review.note)
            for review in self.reviews
        )

    def outlet_names(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of its outlets in order of appearance."""
        slugs = dict.fromkeys(member.source for member in self.members)
        return tuple(names.get(slug, slug) for slug in slugs)

    def review_of(self, reviewer: str) -> StoryReview:
        """Return a reviewer's decisions on it, an empty one if there are none."""
        for review in self.reviews:
            if review.reviewer == reviewer:
                return review
        return StoryReview(reviewer=reviewer, story=self.story)


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxPage:
    """Some stories, and where to go on."""

    stories: tuple[InboxStory, ...]
    next: Cursor | None  # None: there are no more
    total: int = 0  # stories of the whole list, as far as they were counted
