"""What the relation rules look at: the text that came in, and what is known that may be akin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline.dedup.facts import same_facts
from pipeline.dedup.likeness import Likeness
from pipeline.dedup.reading import Reading
from pipeline.dedup.titles import titles_alike, titles_equal
from pipeline.model import Article, Known, Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A text that has just been extracted."""

    url_key: str
    source: str
    article: Article
    body_hash: str
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class Similar:
    """A stored article that shares part of its text with the incoming one.

    Both texts without what outlets add to all of theirs.
    """

    known: Known
    text: str
    reading: Reading
    likeness: Likeness
    title: str  # of the incoming one

    @property
    def share_of_new(self) -> float:
        """Share of the incoming text that is in the stored one, 0 to 1."""
        return self.likeness.share_of_new

    @property
    def share_of_old(self) -> float:
        """Share of the stored text that is in the incoming one, 0 to 1."""
        return self.likeness.share_of_old

    @cached_property
    def facts(self) -> float:
        """How likely both tell of the same, by their numbers, names and titles, 0 to 1."""
        return same_facts(self.likeness, self.title, self.known.title)

    @property
    def title_alike(self) -> float:
        """The share of the words of the shorter title that the other has, 0 to 1."""
        return titles_alike(self.title, self.known.title)

    @property
    def same_title(self) -> bool:
        """True if the titles have the same words."""
        return titles_equal(self.title, self.known.title)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """Stored articles that may be related; the store looks them up, the rules judge them."""

    same_url: Known | None = None
    same_url_content_hash: str | None = None  # None: not at hand, body hash and title decide
    same_url_title: str | None = None  # None: that of ``same_url``
    same_url_text: str | None = None  # None: not at hand, the URL then counts as not re-used
    same_body: tuple[Known, ...] = ()  # any outlet, with equal body hash
    similar: tuple[Similar, ...] = ()  # those that share most first
    # Further articles of the stories of ``similar``, which share nothing worth naming
    members: tuple[tuple[Known, Reading], ...] = ()
    own_stories: frozenset[int] = frozenset()  # of ``similar``, those that its outlet is in already
    own: Reading | None = None  # the incoming text without what its outlet adds to all of its own


# A rule answers, or says None and leaves the question to the next one.
Rule = Callable[[Incoming, Candidates], Relation | None]
