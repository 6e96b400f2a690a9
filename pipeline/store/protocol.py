"""What the pipeline asks of a store, so that another database can take SQLite's place.

``tests/test_store_contract*.py`` is the same promise as tests: a second store passes unchanged.
All methods are called by one thread, inside ``transaction`` and ``step``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from pipeline.model import Article, Edit, Known, Link, Outcome, PageState, Relation, State
from pipeline.store.heartbeat import Beat
from pipeline.store.records import (
    Break,
    DueLink,
    FeedSpec,
    FeedState,
    KeptPage,
    LookHistory,
    NewArticle,
    NoteHead,
    PageQuality,
    PageStanding,
    PollOutcome,
    PollRecord,
    Prepared,
    RawPage,
    Settlement,
    SourceSpec,
    StoredFeed,
    TextState,
)
from pipeline.store.story_protocol import StoryTable

T = TypeVar("T")


class FeedTable(Protocol):
    """Sources, feeds and the poll log."""

    def sync(self, sources: Sequence[SourceSpec], feeds: Sequence[FeedSpec], now: datetime) -> None:
        """Follow the configuration."""

    def add(self, feeds: Sequence[FeedSpec], now: datetime) -> None:
        """Add feeds, or bring back removed ones."""

    def active(self, slugs: Iterable[str] | None = None) -> list[StoredFeed]:
        """Return the feeds that the configuration names."""

    def set_state(self, feed: int, state: FeedState) -> None:
        """Overwrite the state of a feed."""

    def log_poll(self, record: PollRecord) -> None:
        """Write a poll and the state after it."""

    def pause(
        self, slugs: Iterable[str], now: datetime, until: datetime | None, reason: str
    ) -> None:
        """Stop polling sources."""

    def resume(self, slugs: Iterable[str]) -> None:
        """Poll them again."""

    def request(self, slugs: Iterable[str], now: datetime) -> int:
        """Ask for polls as soon as may be."""


class LinkTable(Protocol):
    """The ledger."""

    def discover(
        self,
        source: str,
        feed: int,
        links: Sequence[tuple[str, Link]],
        now: datetime,
        too_old_before: datetime | None = None,
        *,
        first: bool = False,
    ) -> PollOutcome:
        """Enter the links that are new; ``first``: this feed was never read before."""

    def sources_due(self, now: datetime) -> set[str]:
        """Return the sources that have links to fetch."""

    def due(
        self,
        source: str,
        now: datetime,
        limit: int,
        skip: Iterable[int] = (),
        *,
        latest: bool = False,
    ) -> list[DueLink]:
        """Return links of a source to fetch, oldest due first; with ``latest`` the other way."""

    def article_of(self, link: int) -> int | None:
        """Return the article that a link leads to."""

    def followed(self, link: int, article: int) -> bool:
        """Return whether a newer link leads to the article too, and answered when visited last."""

    def settle(self, done: Settlement) -> None:
        """Write how a visit ended."""

    def link(self, link: int) -> DueLink | None:
        """Return a link by its id."""

    def pending(self) -> int:
        """Return how many links have no outcome yet."""

    def next_due(self) -> datetime | None:
        """Return when the next link is due."""


class ArticleTable(Protocol):
    """Articles, revisions, stories, search index."""

    def by_id(self, article: int) -> Known | None:
        """Return a stored article."""

    def by_url_key(self, key: str) -> Known | None:
        """Return the article stored under an address."""

    def by_body(self, body_hash: str, source: str | None = None) -> tuple[Known, ...]:
        """Return the earliest articles with the same body, and that of ``source``; oldest first."""

    def text_of(self, article: int) -> tuple[str, str, str]:
        """Return (title, body, content hash)."""

    def known_text(self, article: int) -> tuple[Known, str]:
        """Return a stored article with its body."""

    def in_story(self, story: int, limit: int) -> tuple[int, ...]:
        """Return articles of a story."""

    def has_outlet(self, story: int, source: str, without: int = 0) -> bool:
        """True if an outlet has an article in a story, beside one."""

    def lead(self, story: int) -> int | None:
        """Return the first article of a story."""

    def unaided_hash(self, article: int) -> str:
        """Return the content hash of an article as it was before the memory of its site acted."""

    def search_scheme(self, article: int) -> int:
        """Return the scheme that an article's row in the search index was made with."""

    def relation_of(self, article: int) -> Relation:
        """Return how a stored article relates to others."""

    def add(self, new: NewArticle) -> int:
        """Add an article; returns its id."""

    def revise(
        self, article: int, made: Prepared, at: datetime, old_search: tuple[str, str]
    ) -> int:
        """Replace the text of an article, keeping the old one; returns the revision's number."""

    def retire_url(self, article: int, at: datetime) -> None:
        """Take its address from an article: another story stands there now."""

    def move(self, article: int, url: str, url_key: str, canonical_url: str | None) -> bool:
        """Give an article another address; False if another article has it."""

    def touch(self, article: int, new: Article, at: datetime) -> None:
        """Note that an article was read again with the same text."""


class PageTable(Protocol):
    """Raw pages."""

    def keep(self, link: int, page: RawPage) -> None:
        """Add a page."""

    def latest(self, link: int) -> RawPage | None:
        """Return the newest page of a link."""

    def basis(
        self, links: Sequence[int], page_hash: str | None, since: datetime
    ) -> KeptPage | None:
        """Return the page that a text was taken from."""

    def prune(self, before: datetime, limit: int = 1000) -> int:
        """Remove old pages."""


class RemakingTable(Protocol):
    """Articles made anew, in place."""

    def state(self, article: int) -> TextState:
        """Return what the text of an article is from."""

    def links(self, article: int) -> tuple[int, ...]:
        """Return the links that lead to an article."""

    def stamp(self, article: int, rules: str, page_hash: str) -> None:
        """Note what the text of an article is from."""

    def rewrite(
        self,
        article: int,
        made: Prepared,
        page_hash: str,
        old_search: tuple[str, str],
        *,
        newest: bool,
    ) -> None:
        """Replace what an article says, without a revision."""

    def relate(self, article: int, relation: Relation) -> None:
        """Give an article another relation and story."""

    def amend(self, link: int, outcome: Outcome, reason: str, article: int) -> None:
        """Correct the outcome of a link that ended without an article."""

    def mark(self, link: int, page_hash: str, made_with: str, at: datetime, result: str) -> None:
        """Note that a page was read again."""


class EditTable(Protocol):
    """What outlets did to articles, and how their pages stand."""

    def add(self, article: int, edit: Edit, at: datetime, *, revised: bool) -> int:
        """Write an edit; ``revised``: it made the latest revision."""

    def standing(self, article: int) -> PageStanding:
        """Return how the page of an article stands."""

    def set_state(self, article: int, state: PageState, at: datetime) -> None:
        """Write how it stands from now on."""

    def doubt(self, article: int, at: datetime | None) -> None:
        """Note when it seemed to be gone."""

    def lives_elsewhere(self, article: int, link: int) -> bool:
        """True if another link to the article was read since."""

    def look_history(self, source: str, since: datetime) -> LookHistory:
        """Return what looking again at a source's articles brought."""

    def earlier(self, article: int) -> tuple[State, ...]:
        """Return its latest texts up to that of now, oldest first."""


class RuleTable(Protocol):
    """How extraction rules fare."""

    def count(
        self, source: str, hits: Mapping[tuple[str, str], bool], url: str, at: datetime
    ) -> None:
        """Count one page."""

    def sync(self, known: Mapping[str, Collection[tuple[str, str]]]) -> None:
        """Forget the rules that are no more."""


class SignatureTable(Protocol):
    """Fingerprints of texts, and the paragraphs that outlets put into many stories."""

    def look_up(
        self, hashes: Sequence[int], at: datetime, scheme: int, limit: int
    ) -> list[tuple[int, int]]:
        """Return (article, shingles in common), those with most in common first."""

    def add(self, article: int, hashes: Iterable[int], at: datetime, scheme: int) -> None:
        """Add an article's fingerprint."""

    def furniture(self, hashes: Collection[int]) -> frozenset[int]:
        """Return those of these paragraphs that are in many stories."""

    def note(self, hashes: Iterable[int], story: int) -> None:
        """Note that a story has these paragraphs."""

    def forget_months(self, at: datetime) -> int:
        """Drop what no look-up opens any more."""

    def forget_paragraphs(self, at: datetime, part: int) -> int:
        """Drop paragraphs that were seen in one story only, before the time."""

    def unsigned(self, since: datetime, limit: int) -> list[int]:
        """Return articles that have no fingerprint."""

    def signed(self, article: int, scheme: int) -> None:
        """Note that an article has a fingerprint now."""


class NoteTable(Protocol):
    """What was learned of each source: one note each, whose text only its keeper reads."""

    def recall(self, source: str, scheme: int, read: Callable[[str], T]) -> T | None:
        """Return the note of a source, None without one of this scheme."""

    def keep(
        self, source: str, value: T, head: NoteHead, at: datetime, write: Callable[[T], str]
    ) -> None:
        """Replace the note of a source."""

    def forget(self, source: str) -> bool:
        """Remove the note of a source; False if there was none."""


class DriftTable(Protocol):
    """The quality of sources' pages, and the breaks in it."""

    def add(self, source: str, seen: PageQuality, at: datetime) -> None:
        """Add one page to the sums of its day."""

    def begin(self, source: str, found: Break) -> None:
        """Write a break, or the new level of one that goes on."""

    def end(self, source: str, measure: str | None, at: datetime, by: str) -> int:
        """End one break or all of a source; returns how many."""


class HeartbeatRow(Protocol):
    """The daemon's sign of life."""

    def beat(self, beat: Beat, pending_links: int) -> None:
        """Overwrite it."""


class Store(Protocol):
    """The whole of it."""

    @property
    def feeds(self) -> FeedTable:
        """Sources and feeds."""

    @property
    def ledger(self) -> LinkTable:
        """Links."""

    @property
    def articles(self) -> ArticleTable:
        """Articles."""

    @property
    def pages(self) -> PageTable:
        """Raw pages."""

    @property
    def remaking(self) -> RemakingTable:
        """Articles made anew."""

    @property
    def stories(self) -> StoryTable:
        """Stories as reviewers arrange them."""

    @property
    def signatures(self) -> SignatureTable:
        """Fingerprints."""

    @property
    def edits(self) -> EditTable:
        """Edits."""

    @property
    def extract_rules(self) -> RuleTable:
        """Extraction rules."""

    @property
    def sites(self) -> NoteTable:
        """What is remembered of each source's pages."""

    @property
    def levels(self) -> NoteTable:
        """The learned levels of each source's quality."""

    @property
    def drift(self) -> DriftTable:
        """Quality by day, and breaks."""

    @property
    def heartbeat(self) -> HeartbeatRow:
        """Sign of life."""

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block in one transaction."""

    def step(self) -> AbstractContextManager[None]:
        """Shield one change inside a transaction."""

    def close(self) -> None:
        """Close the store."""
