"""What the daemon has been told to do: the configuration as values of the other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from crawler.request import FetchRequest, Purpose
from monitor.schedule import Plan
from pipeline.extract.rules import Rules, holding
from pipeline.model import Link, LinkRules
from pipeline.store.records import FeedSpec, SourceSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Manners:
    """How a source's hosts are treated."""

    delay: float  # seconds between two requests
    concurrency: int
    obey_robots: bool
    verify_tls: bool
    cookies: bool
    timeout: float  # seconds
    max_page: int  # bytes
    max_feed: int  # bytes
    user_agent: str | None = None  # None: the general one

    def request(
        self, url: str, purpose: Purpose, etag: str | None = None, last_modified: str | None = None
    ) -> FetchRequest:
        """Return the request for a document of this source."""
        return FetchRequest(
            url=url,
            etag=etag,
            last_modified=last_modified,
            purpose=purpose,
            max_size=self.max_feed if purpose == "feed" else self.max_page,
            timeout=self.timeout,
            obey_robots=self.obey_robots,
            delay=self.delay,
            concurrency=self.concurrency,
            verify_tls=self.verify_tls,
            cookies=self.cookies,
            user_agent=self.user_agent,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceOrder:
    """A source, and how to treat it."""

    spec: SourceSpec
    manners: Manners
    max_age: timedelta | None  # links that a feed dates older are not fetched
    recheck: tuple[timedelta, ...]  # ages at which a stored article is visited again
    own_recheck: bool = False  # they are the source's own: none is left out
    page_zone: str | None = None  # of times on its pages that name none
    extract: tuple[Rules, ...] = ()  # where the parts of its articles are; the first that holds
    zone: tzinfo = UTC  # of the days for which rules hold

    def hints(self, said: Link) -> Link:
        """Return what a feed said of a link, with what the configuration knows of all of them."""
        if said.language is None and self.spec.language is not None:
            return replace(said, language=self.spec.language)
        return said

    def rules(self, url: str, fetched_at: datetime) -> Rules | None:
        """Return the extraction rules for a page, None if there are none for it."""
        return holding(self.extract, url, fetched_at.astimezone(self.zone).date())

    def live_rules(self, now: datetime) -> frozenset[tuple[str, str]]:
        """Return field and selector of all extraction rules whose time is not over."""
        today = now.astimezone(self.zone).date()
        return frozenset(
            rule
            for rules in self.extract
            if rules.valid_until is None or rules.valid_until >= today
            for rule in rules.selectors()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedOrder:
    """A feed, and when and how to read it."""

    spec: FeedSpec
    plan: Plan
    rules: LinkRules

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the feed: source and URL."""
        return self.spec.source, self.spec.url


@dataclass(frozen=True, kw_only=True, slots=True)
class Orders:
    """All of it."""

    sources: Mapping[str, SourceOrder]
    feeds: tuple[FeedOrder, ...]
    jitter: float
    user_agent: str
    allow_hosts: tuple[str, ...]
    max_in_flight: int
    workers: int
    worker_timeout: float  # seconds
    worker_memory: int  # bytes of address space
    keep_pages: timedelta
    default_delay: float
    default_concurrency: int
    by_key: Mapping[tuple[str, str], FeedOrder] = field(default_factory=dict)
