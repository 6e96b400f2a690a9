"""What goes in and out of the store that is not a value of the pipeline itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.model import Article, Failure, FeedKind, Link, Outcome, PageState, Relation


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """A source as the configuration wants it."""

    slug: str
    name: str
    url: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    paused: bool = False  # by the configuration


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedSpec:
    """A feed as the configuration wants it; identified by source and URL."""

    source: str
    kind: FeedKind
    url: str
    schedule: str  # for people: "auto", "every 30 min", "cron */20 6-23 * * *"
    origin: str = "config"  # or "found": from the home page of a source that lists no feeds


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """What changes with each poll; seconds where a name ends in ``_s``."""

    next_poll_at: datetime | None = None
    interval_s: int | None = None
    schedule_reason: str | None = None
    failures: float = 0.0
    failing_since: datetime | None = None
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    last_status: int | None = None
    last_links: int | None = None
    typical_ms: int | None = None  # how long an answer takes, smoothed
    last_error: str | None = None
    last_error_message: str | None = None
    last_error_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    validators_lie: int = 0  # 1: the server said "not modified" of a page that was
    last_full_at: datetime | None = None  # when a whole body came last
    body_hash: str | None = None
    format: str | None = None
    title: str | None = None
    rhythm: str | None = None
    http_max_age_s: int | None = None
    publisher_refresh_s: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFeed:
    """A feed with its identity and its state."""

    id: int
    source: str
    kind: FeedKind
    url: str
    state: FeedState
    added_at: datetime
    requested_at: datetime | None = None
    paused: bool = False
    origin: str = "config"


@dataclass(frozen=True, kw_only=True, slots=True)
class PollRecord:
    """One poll, to be written together with the links it found."""

    feed: int
    source: str
    at: datetime
    result: str  # new, nothing_new, not_modified, same_body, failed
    state: FeedState
    http_status: int | None = None
    elapsed_ms: int | None = None
    size: int | None = None
    links: int | None = None
    new_links: int | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    message: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PollOutcome:
    """What a poll brought: all links by kind of news."""

    found: int
    new: int  # rows added to the ledger
    shared: int  # known before
    due: int  # of the new, those to be fetched
    times: tuple[datetime, ...] = ()  # publication times of the new ones, where the feed names them


@dataclass(frozen=True, kw_only=True, slots=True)
class DueLink:
    """A link whose page is to be fetched, for the first time or again."""

    id: int
    url: str
    url_key: str
    source: str
    feed: int
    hints: Link
    due_at: datetime
    discovered_at: datetime
    attempts: int = 0  # failed ones in a row
    visits: int = 0  # successful ones
    etag: str | None = None
    last_modified: str | None = None
    page_hash: str | None = None
    article: int | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A page after all the work that needs no database: done in a worker process."""

    article: Article
    url_key: str
    canonical_url: str | None  # believed
    body_hash: str
    content_hash: str
    word_count: int
    search_title: str
    search_body: str
    search_scheme: int
    # content_hash of the page read without the memory of its site; None: that changed nothing
    unaided_hash: str | None = None
    home_url: str | None = None  # address at another site that the page names as its text's home


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPage:
    """A page as it is kept: the decoded body under zstd, named by its hash."""

    url: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    sha256: str
    size: int
    zstd: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptPage:
    """A raw page that is kept, and the link it came for."""

    link: int
    raw: RawPage
    newest: bool  # no page of these links is newer


@dataclass(frozen=True, kw_only=True, slots=True)
class TextState:
    """What the text of a stored article is from."""

    content_hash: str
    extractor: str
    rules: str
    page_hash: str | None  # None: written before pages were named
    since: datetime  # from when on this text stands

    @property
    def made_with(self) -> str:
        """What took the text out of its page."""
        return made_with(self.extractor, self.rules)


def made_with(extractor: str, rules: str) -> str:
    """The name of an extractor together with a source's rules, as ``reread`` keeps it."""
    return f"{extractor} {rules}".rstrip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """How a visit to a link ended, to be written in one transaction."""

    link: DueLink
    at: datetime
    outcome: Outcome | None  # None: still pending, will be tried again at due_at
    reason: str | None = None
    due_at: datetime | None = None
    failure: Failure | None = None
    article: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    page_hash: str | None = None
    visited: bool = True  # the page was read (304 included)
    event: str | None = None  # counted for a visit after the first: "edited", "rechecked"
    unmodified: bool = False  # the page is the very one we know: counted beside "rechecked"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageStanding:
    """How the page of an article stands whose text is kept."""

    state: PageState
    since: datetime | None  # None: ever since it was stored
    doubted_at: datetime | None  # when it seemed to be gone, until the next look


@dataclass(frozen=True, kw_only=True, slots=True)
class LookHistory:
    """What looking again at a source's articles brought of late."""

    last_edit: str | None = None  # the day of the last one that was found, ISO
    looks: int = 0  # since that day, without it
    not_modified: int = 0  # of these, answered by 304 or by the very same bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class NewArticle:
    """An article row to be added."""

    source: str
    url: str
    prepared: Prepared
    relation: Relation
    first_seen_at: datetime
    fetched_at: datetime
    signature_scheme: int = 0  # of the fingerprint that will be added


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """How a source behaves, from its newest articles."""

    last_article_at: datetime | None
    usual_gap_s: int | None
    silent_at: datetime | None  # from when on no news is remarkable
    delay_p50_s: int | None  # from publication to storage, median


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteHead:
    """What the row of a note says beside its data; see ``site_notes``."""

    scheme: int  # of the data
    version: int
    pages: int  # learned from
    since: str  # day, ISO


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A page that shows a break."""

    article: int | None  # None: it gave none
    url: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A level of a source's pages that is no longer what it was."""

    measure: str  # see monitor.drift.Measure
    since: datetime  # of the first page that counts for it
    raised_at: datetime
    before: float  # the learned level: a share, or words for the length
    now: float
    examples: tuple[Example, ...] = ()  # at most three, the latest last


@dataclass(frozen=True, kw_only=True, slots=True)
class PageQuality:
    """What the first visit to a page gave, to be added up by day."""

    body: bool
    words: int = 0
    author: bool = False  # the page itself names one
    date: bool = False
    overlap: float = 0.0  # share of the body that also stood in the article before


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a reviewer decided of two articles: they share a story, or they do not."""

    id: int  # a later one has a higher id
    article: int
    other: int
    together: bool
    at: datetime
    note: str | None = None

    @property
    def pair(self) -> tuple[int, int]:
        """Both articles, the lower id first."""
        return min(self.article, self.other), max(self.article, self.other)
