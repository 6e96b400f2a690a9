"""Finds the feeds of an outlet from its home page, over the network; chooses nothing by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.discovery.autodiscover import (
    FeedCandidate,
    common_paths,
    feeds_in_robots,
    section_candidate,
)
from crawler.discovery.proposal import Proposal, propose
from crawler.fetch import Fetcher
from monitor.jobs import FeedJob, FeedRead, HomeJob, read_feed, read_home
from monitor.orders import Manners
from monitor.pool import WorkerPool
from pipeline.model import Discovery, Failure, FeedKind, Link, Page

MAX_TRIED = 25  # candidates that are fetched for one outlet
MAX_CHILDREN = 3  # sitemaps of an index that are looked into


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A candidate that was asked for, and what it held or why not."""

    candidate: FeedCandidate
    discovery: Discovery | None = None
    failure: Failure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """All candidates with what they held, and the best set of them."""

    tried: tuple[Tried, ...]
    proposal: Proposal


class Finder:
    """Asks an outlet for its feeds, politely: one request after the other."""

    def __init__(
        self,
        fetcher: Fetcher,
        pool: WorkerPool,
        manners: Manners,
        clock: Callable[[], datetime],
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._manners = manners
        self._clock = clock
        self._progress = progress

    async def find(self, url: str) -> Found | Failure:
        """Look for feeds from a page of the outlet (its home page, or a feed itself)."""
        self._progress(url)
        home = await self._fetcher.fetch(self._manners.request(url, "feed"))
        if isinstance(home, Failure):
            return home
        tried: list[Tried] = []
        given = FeedCandidate(kind=FeedKind.FEED, url=home.url, origin="given")
        direct = await self._read(given, home)
        if direct.discovery is not None:
            tried.append(direct)
        candidates = list(await self._candidates(home)) if direct.discovery is None else []
        seen = {home.url}
        for candidate in candidates:
            if candidate.url in seen or len(seen) > MAX_TRIED:
                continue
            seen.add(candidate.url)
            self._progress(candidate.url)
            tried.append(await self._try(candidate))
        if direct.discovery is None:
            tried.append(await self._read(section_candidate(home.url), home))
        read = [(t.candidate, t.discovery) for t in tried if t.discovery is not None]
        return Found(tried=tuple(tried), proposal=propose(read, self._clock()))

    async def fetch(self, url: str) -> Page | Failure:
        """Fetch what may be a feed."""
        return await self._fetcher.fetch(self._manners.request(url, "feed"))

    async def _candidates(self, home: Page) -> Iterable[FeedCandidate]:
        found: list[FeedCandidate] = []
        job = HomeJob(
            url=home.url,
            body=home.body,
            content_encoding=home.headers.get("content-encoding", ""),
            content_type=home.headers.get("content-type", ""),
            max_size=self._manners.max_feed,
        )
        named = await self._pool.run(read_home, job, home.url)
        if not isinstance(named, Failure):  # else robots.txt and the usual paths are worth a try
            found.extend(named)
        robots = await self._fetcher.robots.verdict(home.url)
        lines = "\n".join(f"Sitemap: {address}" for address in robots.sitemaps)
        found.extend(feeds_in_robots(lines, home.url))
        found.extend(common_paths(home.url))
        return found

    async def _try(self, candidate: FeedCandidate) -> Tried:
        got = await self._fetcher.fetch(self._manners.request(candidate.url, "feed"))
        if isinstance(got, Failure):
            return Tried(candidate=candidate, failure=got)
        return await self._read(candidate, got)

    async def _read(self, candidate: FeedCandidate, page: Page) -> Tried:
        read = await self.read(candidate.kind, page)
        if isinstance(read, Failure):
            return Tried(candidate=candidate, failure=read)
        assert read.discovery is not None
        links = dict(read.keyed)
        children = read.discovery.children[:MAX_CHILDREN]
        for child in children:
            got = await self._fetcher.fetch(self._manners.request(child, "feed"))
            if isinstance(got, Failure):
                continue
            below = await self.read(FeedKind.SITEMAP, got)
            if isinstance(below, FeedRead):
                for key, link in below.keyed:
                    links.setdefault(key, link)
        return Tried(candidate=candidate, discovery=_whole(read.discovery, links.values()))

    async def read(self, kind: FeedKind, page: Page) -> FeedRead | Failure:
        """Parse a fetched document in a worker."""
        job = FeedJob(
            kind=kind,
            url=page.url,
            body=page.body,
            content_encoding=page.headers.get("content-encoding", ""),
            content_type=page.headers.get("content-type", ""),
            max_size=self._manners.max_feed,
        )
        return await self._pool.run(read_feed, job, page.url)


def _whole(bare: Discovery, links: Iterable[Link]) -> Discovery:
    return replace(bare, links=tuple(links))
