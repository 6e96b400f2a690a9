"""The values that flow through the monitor: frozen, keyword-only, no behaviour beyond themselves.

Times are aware ``datetime`` in UTC.  Where a field may be missing it is ``None`` (one value) or an
empty tuple (several); an empty string is never used to say "unknown", except for ``Article.title``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class FeedKind(StrEnum):
    """What sort of entry point a feed is."""

    FEED = "feed"  # RSS 0.9x-2.0, RDF, Atom, JSON Feed
    SITEMAP = "sitemap"  # urlset, sitemap index, news sitemap, gzipped or not
    SECTION = "section"  # an HTML page with links to articles


class Verdict(StrEnum):
    """What kind of page an extraction found; only GOOD and PARTIAL texts count as articles."""

    GOOD = "good"
    PARTIAL = "partial"
    PAYWALLED = "paywalled"
    CONSENT = "consent"
    SOFT_404 = "soft_404"
    BOT_BLOCK = "bot_block"
    LINK_LIST = "link_list"
    TOO_SHORT = "too_short"
    ERROR = "error"

    @property
    def is_article(self) -> bool:
        """True if a text with this verdict may be stored as an article or a revision."""
        return self in (Verdict.GOOD, Verdict.PARTIAL)


class Certainty(StrEnum):
    """How sure a time is, surest first; the time of a fetch never stands in for one."""

    MACHINE = "machine"  # written for programs: JSON-LD, meta tags, datetime attributes
    VISIBLE = "visible"  # read from text that is written for people
    FEED = "feed"  # only the feed says so
    URL = "url"  # only the address says so: a day without an hour
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """The one way in which a link ended.  A link without one is pending."""

    STORED = "stored"  # a new article
    COPY = "copy"  # a new article whose text another outlet ran before; stored too
    REVISED = "revised"  # led to a known article whose text had changed
    UNCHANGED = "unchanged"  # led to a known article with the same text
    NOT_ARTICLE = "not_article"  # link list, consent page, soft 404, too short, not HTML
    PAYWALLED = "paywalled"
    TOO_OLD = "too_old"
    FILTERED = "filtered"  # an undated archive at first sight of its feed; never fetched
    ROBOTS = "robots"
    BLOCKED = "blocked"  # 401, 403, 451 or a bot wall
    REFUSED = "refused"  # the address guard
    GONE = "gone"  # 404, 410
    FAILED = "failed"  # attempts used up; the reason says with what
    EXTRACTION_FAILED = "extraction_failed"
    CRASHED = "crashed"  # a bug of ours, with its traceback in the log


class FailureKind(StrEnum):
    """Why a request or a document gave us nothing."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"  # what came back was not proper HTTP
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    GONE = "gone"  # 404, 410
    BLOCKED = "blocked"  # 401, 403, 451, bot walls
    RATE_LIMITED = "rate_limited"  # 429, and 503 with Retry-After
    ROBOTS = "robots"
    REFUSED = "refused"  # the address guard: scheme, port or address
    BAD_URL = "bad_url"
    REDIRECTS = "redirects"  # too many, or in a circle
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"  # Content-Encoding broken or unknown
    EMPTY = "empty"
    NOT_HTML = "not_html"
    NOT_A_FEED = "not_a_feed"
    PARSE_ERROR = "parse_error"
    HOSTILE = "hostile"  # entity bombs, absurd depth or size
    EXTRACT_TIMEOUT = "extract_timeout"
    EXTRACT_CRASHED = "extract_crashed"  # the worker died or ran out of memory
    CRASHED = "crashed"  # a bug of ours


class RelationKind(StrEnum):
    """What a text is to those that are already known."""

    NEW = "new"  # stands alone
    FIRST = "first"  # began a story that others joined
    COPY = "copy"  # the same text at another outlet, whole, cut, edited or with more around it
    REVISION = "revision"  # a later state of an article of the same outlet
    CONTAINS = "contains"  # holds the texts of several stories (round-up); in none of them
    RELATED = "related"  # shares passages with a known text and is another story
    UNCHANGED = "unchanged"  # the same article with the same text; never stored


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An article address found by a poll, with what the feed said about it (hints, not facts)."""

    url: str  # absolute, http(s)
    title: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    summary: str | None = None  # plain text
    authors: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRules:
    """Which links of a feed are wanted: regular expressions searched in the absolute URL."""

    allow: tuple[str, ...] = ()  # when given, one must match
    deny: tuple[str, ...] = ()
    css: str | None = None  # section pages: links are taken from what this selects
    max_links: int = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """What one document of a feed held."""

    format: str  # rss2.0, rss0.91, rdf, atom, json, sitemap, sitemapindex, news_sitemap, section
    title: str | None = None
    links: tuple[Link, ...] = ()  # unique, in document order
    children: tuple[str, ...] = ()  # sitemaps named by a sitemap index, newest first
    refresh: timedelta | None = None  # ttl, sy:updatePeriod: how often the publisher says to come
    skipped: Mapping[str, int] = field(default_factory=dict)  # reason -> links left out
    problems: tuple[str, ...] = ()  # what was wrong with the document though items could be read


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What came back for a URL, as it came over the wire: the body is not yet decoded."""

    url: str  # after redirects
    requested_url: str
    status: int
    headers: Mapping[str, str]  # names in lower case; several values joined by ", "
    body: bytes  # still in its Content-Encoding
    fetched_at: datetime
    redirects: tuple[str, ...] = ()  # the URLs passed on the way, first to last before ``url``
    elapsed: float = 0.0  # seconds, without the time spent waiting for our turn

    @property
    def not_modified(self) -> bool:
        """True for 304."""
        return self.status == 304


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Why there is no page or no article; a value, because one failure never stops the rest."""

    kind: FailureKind
    message: str  # one line, for people
    url: str
    status: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """What was taken out of a page."""

    url: str
    title: str
    paragraphs: tuple[str, ...]
    verdict: Verdict
    reason: str  # why this verdict, in words
    extractor: str  # engine and version, e.g. "readability/1"
    canonical_url: str | None = None  # as the page claims it, absolute; believed or not elsewhere
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None  # ISO 639-1, lower case
    summary: str | None = None
    image: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    site_name: str | None = None
    paywalled: bool = False
    provenance: Mapping[str, str] = field(default_factory=dict)  # field -> json-ld, h1, feed …
    shape: str = ""  # a letter for each paragraph: p text, h sub-headline, l list item, q quote
    html: str | None = None  # the body as sanitised HTML, when it was asked for
    agencies: tuple[str, ...] = ()  # wire services that are credited, by their usual name: AFP
    published_certainty: Certainty = Certainty.UNKNOWN
    modified_certainty: Certainty = Certainty.UNKNOWN
    # What the verdict was judged by, by name
    measures: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    rules: str = ""  # digest of the source's rules that were in force, "" for none
    # Field and selector of each of these rules -> whether it found something on this page
    rule_hits: Mapping[tuple[str, str], bool] = field(default_factory=dict)

    @property
    def broken_rules(self) -> tuple[str, ...]:
        """The rules that found nothing on this page, as ``body 'div.post'``."""
        return tuple(f"{name} '{css}'" for (name, css), hit in self.rule_hits.items() if not hit)

    @property
    def text(self) -> str:
        """The body: one paragraph a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A stored article as the relation rule sees it."""

    id: int
    source: str
    url_key: str
    body_hash: str
    title: str
    story: int
    first_seen_at: datetime
    relation: RelationKind = RelationKind.NEW
    published_at: datetime | None = None
    related_to: int | None = None  # where it is RELATED: an article of another story


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """What a text is to a known one, and why."""

    kind: RelationKind
    article: int | None = None  # the known article it relates to
    story: int | None = None
    reason: str = ""
    # What it was judged by: shares of text 0 to 1, differing facts as text; see pipeline.dedup
    scores: Mapping[str, float | int | str] = field(default_factory=dict)
    apart: bool = False  # a REVISION under an address of its own: stored beside the known article
    # What this text shows about stored articles: that one is a round-up, that two stories are one
    shows: tuple[tuple[int, Relation], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """An article as it stood at one visit: what edits and noise are told by."""

    title: str
    paragraphs: tuple[str, ...]
    shape: str = ""  # see ``Article.shape``; "" if not known
    authors: tuple[str, ...] = ()
    modified_at: datetime | None = None
    language: str | None = None
    url: str = ""
    partial: bool = False  # only the beginning was free


class EditKind(StrEnum):
    """What an outlet did to an article after publishing it."""

    GONE = "gone"  # the page is no more
    NEGATION = "negation"  # a "not" came or went
    NUMBER = "number"  # a figure or a date
    NAME = "name"
    QUOTE = "quote"  # words within quotation marks
    PARAGRAPH_REMOVED = "paragraph_removed"
    HEADLINE = "headline"
    CORRECTION = "correction"  # a note about a correction, clarification or update appeared
    STUB = "stub"  # only a fraction of the text is left
    PARAGRAPH_ADDED = "paragraph_added"
    REWORDING = "rewording"
    PAYWALLED = "paywalled"  # a wall hides most of the text now
    BACK = "back"  # the whole page is there again, or the whole text at last
    LIVE_UPDATE = "live_update"  # of a live blog, which changes by its nature
    TYPO = "typo"


class PageState(StrEnum):
    """How the page of an article stands whose text we keep in full."""

    THERE = "there"
    GONE = "gone"
    PAYWALLED = "paywalled"
    STUB = "stub"


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """What an outlet changed between two visits."""

    kinds: tuple[EditKind, ...]  # most material first
    weight: int  # how material, 0 to 100
    silent: bool  # something material changed, and no note says so
    summary: str  # one line, with the essential words
    facts: Mapping[str, object] = field(default_factory=dict)  # evidence, as JSON has it
