"""The one long-lived spider: an open Scrapy engine into which requests are injected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

if TYPE_CHECKING:
    from crawler.handler import Line


class NewsCrawler(Crawler):
    """Scrapy's container of the spider, which hands our own parts on to what Scrapy builds."""

    def __init__(self, line: Line) -> None:
        super().__init__(NewsSpider, spider_settings())
        self.line = line
        self.ready = asyncio.Event()  # the engine takes requests


class NewsSpider(Spider):
    """Crawls nothing by itself; keeps the engine and its downloader slots open."""

    name = "news"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:  # noqa: ANN401
        """Connect the spider to its crawler's signals."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        assert isinstance(crawler, NewsCrawler)
        crawler.signals.connect(spider.stay_open, signals.spider_idle)
        crawler.signals.connect(crawler.ready.set, signals.engine_started)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """No requests of its own."""
        requests: tuple[Any, ...] = ()
        for request in requests:
            yield request

    def stay_open(self) -> NoReturn:
        """Keep the spider when nothing is in flight."""
        raise DontCloseSpider


class SilentLog:
    """A log formatter that says nothing: the daemon logs outcomes, not Scrapy's steps."""

    @classmethod
    def from_crawler(cls, _crawler: Crawler) -> SilentLog:
        """Scrapy's way to build it."""
        return cls()

    def crawled(self, *_args: object) -> None:
        """Leave out "Crawled (200)", whose text is built for each response even when unused."""


_HANDLER = "crawler.handler.GuardedDownloadHandler"


def spider_settings() -> dict[str, Any]:
    """Scrapy's settings for ``NewsSpider``, each with its reason."""
    return {
        # One asyncio loop for everything; the reactor would add a second scheduler to it.
        "TWISTED_REACTOR_ENABLED": False,
        # Both execute code for whoever connects, and both are on by default.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # All schemes but http and https: off, so that no redirect can read a file or a bucket.
        "DOWNLOAD_HANDLERS": {
            "http": _HANDLER,
            "https": _HANDLER,
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        # Redirects, robots, cookies, retries and decoding are ours: each hop is guarded, polite
        # and recorded, and decoding happens in a process that can be killed.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        # Unused, but built: the cheapest of each.  The default duplicate filter and statistics
        # would grow for years.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_FORMATTER": "crawler.spider.SilentLog",
        "LOG_ENABLED": False,
        # 100 by default, which starts as many tasks for every response (measured).
        "CONCURRENT_ITEMS": 1,
        # The fetcher's own semaphore bounds what is on the wire; 0 means no limit here.
        "CONCURRENT_REQUESTS": 0,
        # Defaults of a new slot; the fetcher sets each slot from the source's politeness.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        # By default the delay varies by half, downwards too: less than Crawl-delay asks for.
        "DOWNLOAD_DELAY_JITTER": 0,
    }
