"""Fetches and reads single documents without writing anything, for `sources test|discover|add`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from crawler.fetch import Fetcher
from monitor.cli.moments import utc_now
from monitor.finding import Finder
from monitor.jobs import FeedJob, FeedRead, PageJob, PageRead, read_feed, read_page
from monitor.orders import Manners, Orders
from monitor.pool import WorkerPool
from monitor.review.extracted_told import article_json
from monitor.wiring import fetch_settings, orders
from pipeline.errors import MonitorError
from pipeline.extract.rules import Rules
from pipeline.model import Failure, FeedKind, Link, LinkRules, Page
from pipeline.times import to_iso

if TYPE_CHECKING:
    from monitor.config.model import Config, Source

T = TypeVar("T")
SHOWN_LINKS = 5
_STRANGER = "new-source"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is needed to look at the web as the daemon would, guard and politeness included."""

    fetcher: Fetcher
    pool: WorkerPool
    manners: Manners
    zone: str | None  # of times on its pages that name none

    def finder(self, progress: Callable[[str], None]) -> Finder:
        """Return a finder of feeds."""
        return Finder(self.fetcher, self.pool, self.manners, utc_now, progress)

    async def get(self, url: str, *, feed: bool) -> tuple[dict[str, Any], Page | None]:
        """Fetch a document; returns what to tell of it, and the page if there is one."""
        verdict = await self.fetcher.robots.verdict(url, verify_tls=self.manners.verify_tls)
        robots = {
            "allowed": None if verdict.failure else verdict.allowed,  # null: nobody can tell
            "reason": verdict.reason,
            "crawl_delay": verdict.crawl_delay,
            "obeyed": self.manners.obey_robots,
        }
        got = await self.fetcher.fetch(self.manners.request(url, "feed" if feed else "page"))
        if isinstance(got, Failure):
            return {"url": url, "robots": robots, "failure": failed(got)}, None
        fetch = {
            "status": got.status,
            "type": got.headers.get("content-type"),
            "encoding": got.headers.get("content-encoding"),
            "bytes": len(got.body),
            "redirects": [*got.redirects, got.url] if got.redirects else [],
            "elapsed_ms": round(got.elapsed * 1000),
        }
        return {"url": url, "robots": robots, "fetch": fetch}, got

    async def links(self, kind: FeedKind, page: Page, rules: LinkRules) -> FeedRead | Failure:
        """Read a document as a feed, sitemap or section page."""
        job = FeedJob(
            kind=kind,
            url=page.url,
            body=page.body,
            content_encoding=page.headers.get("content-encoding", ""),
            content_type=page.headers.get("content-type", ""),
            rules=rules,
            max_size=self.manners.max_feed,
        )
        return await self.pool.run(read_feed, job, page.url)

    async def extracted(self, page: Page, link: Link, rules: Rules | None = None) -> dict[str, Any]:
        """Take the article out of a page; returns what to tell of it."""
        job = PageJob(
            url=page.url,
            body=page.body,
            link=link,
            content_encoding=page.headers.get("content-encoding", ""),
            content_type=page.headers.get("content-type", ""),
            max_size=self.manners.max_page,
            zone=self.zone,
            fetched_at=page.fetched_at,
            rules=rules,
        )
        read: PageRead | Failure = await self.pool.run(read_page, job, page.url)
        if isinstance(read, Failure):
            return {"url": page.url, "failure": failed(read)}
        return {"url": page.url, **article_json(read)}


def failed(failure: Failure) -> dict[str, Any]:
    """Return a failure as JSON tells it."""
    return {"kind": failure.kind.value, "message": failure.message, "status": failure.status}


def told(read: FeedRead) -> dict[str, Any]:
    """Return what a feed document held as JSON tells it."""
    assert read.discovery is not None
    found = read.discovery
    links = [link for _, link in read.keyed]
    times = [link.published_at for link in links if link.published_at]
    return {
        "format": found.format,
        "title": found.title,
        "links": len(links),
        "dated": len(times),
        "newest": to_iso(max(times)) if times else None,
        "sitemaps": len(found.children),
        "skipped": dict(found.skipped),
        "problems": list(found.problems),
        "first": [
            {
                "url": link.url,
                "title": link.title,
                "published_at": to_iso(link.published_at) if link.published_at else None,
            }
            for link in links[:SHOWN_LINKS]
        ],
    }


@asynccontextmanager
async def trial(config: Config, source: Source) -> AsyncIterator[Trial]:
    """Open what looking at ``source`` needs."""
    wanted: Orders = orders(config.model_copy(update={"sources": (source,)}))
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher(fetch_settings(wanted)))
        pool = WorkerPool(workers=1, timeout=wanted.worker_timeout, memory=wanted.worker_memory)
        stack.callback(pool.close)
        order = wanted.sources[source.id]
        yield Trial(fetcher=fetcher, pool=pool, manners=order.manners, zone=order.page_zone)


def stranger(url: str) -> Source:
    """Return a source that stands for an address nobody configured.  Raises typer.BadParameter."""
    from pydantic import ValidationError

    from monitor.config.model import Source

    address = url if "://" in url else f"https://{url}"
    try:
        return Source.model_validate({"id": _STRANGER, "url": address})
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(f"{url}: {why}") from error


def or_raise(found: T | Failure) -> T:
    """Return a result; a failure becomes an error for people."""
    if isinstance(found, Failure):
        raise MonitorError(f"{found.url}: {found.kind.value}: {found.message}")
    return found


def placed(rows: Sequence[Mapping[str, Any]], host: str) -> list[Mapping[str, Any]]:
    """Return rows that name as ``place`` what their ``url`` has behind the outlet's own host."""
    return [{**row, "place": row["url"].partition(f"//{host}")[2] or row["url"]} for row in rows]
