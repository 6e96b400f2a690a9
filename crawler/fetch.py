"""Gets one document politely and safely: guard, robots, host slot, redirects, one result."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner
from yarl import URL

from crawler.classify import StoppedError, bot_wall, describe, failure_kind, status_kind
from crawler.connections import Connections
from crawler.guard import AddressGuard
from crawler.handler import META, Exchange, Line
from crawler.holds import DEFAULT_HOLD, Holds, parse_retry_after
from crawler.pace import Pace
from crawler.redirects import REDIRECTS, Chain, Cookies
from crawler.request import FetchRequest, FetchSettings
from crawler.robots import Robots, RobotsVerdict
from crawler.slots import host_slot
from crawler.spider import NewsCrawler
from pipeline.errors import MonitorError
from pipeline.model import Failure, FailureKind, Page
from pipeline.urls import host_of, netloc_key, parse

__all__ = ["FetchRequest", "FetchSettings", "Fetcher", "FetcherClosedError", "RobotsVerdict"]

_ACCEPT = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json,"
    " application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.1",
    "robots": "text/plain, */*;q=0.5",
}
_ENCODINGS = "gzip, br, zstd, deflate"
_PER_TURN = 8  # requests begun in one turn of the loop: some 3 ms


class FetcherClosedError(MonitorError):
    """The fetcher was closed while this request waited or ran."""


class Fetcher:
    """All requests of the process; an async context manager, bound to the running loop.

    Results are values: a ``Page``, or a ``Failure`` for whatever the net did.  Only cancellation,
    bugs and ``FetcherClosedError`` are raised.  Wait and limits are per host (host:port).
    """

    def __init__(self, settings: FetchSettings) -> None:
        self.settings = settings
        self.robots = Robots(self.fetch, settings.user_agent, settings.monotonic)
        self._guard = AddressGuard(settings.allow_hosts)
        self._holds = Holds(settings.monotonic)
        self._cookies = Cookies()
        self._pace = Pace(_PER_TURN)
        self._tasks: dict[
            asyncio.Task[Any], int
        ] = {}  # callers inside fetch(), nested ones counted
        self._left = asyncio.Event()  # set when the last of them leaves while we close
        self._open = 0
        self._closing = False
        self._line: Line | None = None
        self._crawler: NewsCrawler | None = None
        self._crawl: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Fetcher:
        # The certificates are read from disk: some 30 ms, once.
        connections = Connections(self.settings, self._guard)
        self._line = Line(connections, asyncio.Semaphore(self.settings.max_in_flight))
        crawler = self._crawler = NewsCrawler(self._line)
        runner = AsyncCrawlerRunner(crawler.settings)
        self._crawl = runner.crawl(crawler)
        ready = asyncio.ensure_future(crawler.ready.wait())
        await asyncio.wait({ready, self._crawl}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            await connections.close()
            self._crawl.result()  # raises what kept the engine from starting
            raise RuntimeError("the crawl ended before it began")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing = True
        for task in self._tasks:  # each leaves fetch() with FetcherClosedError at its next step
            task.cancel()
        if self._tasks:
            await self._left.wait()
        if self._crawler is not None and self._crawl is not None:
            await self._crawler.stop_async()
            await asyncio.wait({self._crawl})
        if self._line is not None:
            await self._line.connections.close()
            self._line = None

    def closed(self) -> bool:
        """True before it is entered and from the moment it is left."""
        return self._closing or self._line is None

    def in_flight(self) -> int:
        """Requests on the wire now."""
        return self._line.in_flight if self._line is not None else 0

    def waiting(self) -> int:
        """Requests that wait for their host's turn, for robots.txt or for a free place."""
        return max(self._open - self.in_flight(), 0)

    async def fetch(self, request: FetchRequest) -> Page | Failure:
        """Get ``request.url``, following redirects.

        The wait for the host's turn is not part of ``request.timeout``, which bounds each hop.

        Raises:
            FetcherClosedError: the fetcher is closed, or was meanwhile.
        """
        if self.closed():
            raise FetcherClosedError("the fetcher is closed")
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = self._tasks.get(task, 0) + 1
        self._open += 1
        try:
            await self._pace.step()
            return await self._follow(request)
        except asyncio.CancelledError:
            if self.closed() and task.uncancel() == 0:
                raise FetcherClosedError("the fetcher was closed") from None
            raise
        finally:
            self._open -= 1
            self._tasks[task] -= 1
            if not self._tasks[task]:
                del self._tasks[task]
                if self.closed() and not self._tasks:
                    self._left.set()

    async def _follow(self, request: FetchRequest) -> Page | Failure:
        """Hop by hop until there is a result."""
        chain = Chain(self._cookies if request.cookies else Cookies())
        url = request.url
        elapsed = 0.0
        exchange: Exchange | None = None
        try:
            try:
                url = str(parse(url))
            except ValueError as error:
                raise StoppedError(FailureKind.BAD_URL, str(error)) from error
            while True:
                exchange = None
                cookie = chain.enter(url)
                refused = await self._hindrance(url, request)
                if isinstance(refused, Failure):
                    return refused
                exchange = self._exchange(url, request, cookie, first=not chain.passed)
                await self._send(exchange, url, request, crawl_delay=refused)
                elapsed += exchange.elapsed
                if exchange.status not in REDIRECTS:
                    return self._result(exchange, url, request, chain, elapsed)
                url = chain.follow(url, exchange.answer.get("location"), exchange.set_cookies)
        except Exception as error:
            in_body = exchange is not None and exchange.in_body
            kind = failure_kind(error, in_body=in_body)
            if kind is None:
                raise
            return _failure(kind, describe(error, kind), request, url)

    async def _hindrance(self, url: str, request: FetchRequest) -> Failure | float:
        """What forbids a request to ``url`` now, or else the Crawl-delay in seconds (0: none)."""
        reason = self._guard.check_url(url)
        if reason is not None:
            return _failure(FailureKind.REFUSED, reason, request, url)
        held = self._holds.remaining(netloc_key(url))
        if held is not None:
            text = f"the host asked us to wait {held.total_seconds():.0f} s more"
            return _failure(FailureKind.RATE_LIMITED, text, request, url, retry_after=held)
        if not request.obey_robots:
            return 0.0
        verify = _verifies(url, request)
        verdict = await self.robots.verdict(url, verify_tls=verify)
        if verdict.failure is not None:
            cause = verdict.failure
            return _failure(
                cause.kind, verdict.reason, request, url, cause.status, cause.retry_after
            )
        if not verdict.allowed:
            return _failure(FailureKind.ROBOTS, verdict.reason, request, url)
        return verdict.crawl_delay or 0.0

    def _exchange(
        self, url: str, request: FetchRequest, cookie: str | None, *, first: bool
    ) -> Exchange:
        headers = [
            ("User-Agent", request.user_agent or self.settings.user_agent),
            ("Accept", _ACCEPT[request.purpose]),
            ("Accept-Encoding", _ENCODINGS if request.purpose != "robots" else "identity"),
        ]
        if first and request.etag and _sendable(request.etag):
            headers.append(("If-None-Match", request.etag))
        if first and request.last_modified and _sendable(request.last_modified):
            headers.append(("If-Modified-Since", request.last_modified))
        if cookie:
            headers.append(("Cookie", cookie))
        return Exchange(
            url=URL(url, encoded=True),
            headers=headers,
            purpose=request.purpose,
            timeout=request.timeout,
            max_size=request.max_size,
            verify_tls=_verifies(url, request),
        )

    async def _send(
        self, exchange: Exchange, url: str, request: FetchRequest, *, crawl_delay: float
    ) -> None:
        """Queue the exchange in its host's slot and wait until it is done.

        Raises what the handler raises.
        """
        key = netloc_key(url)
        if request.purpose == "robots":
            key = f"{key}/robots.txt"  # what waits for it must not make it wait
        carrier = Request(
            url,
            meta={META: exchange, "download_slot": key, "verbatim_url": True},
            dont_filter=True,
        )
        assert self._crawler is not None
        engine: Any = self._crawler.engine
        default = self.settings
        delay = default.delay if request.delay is None else request.delay
        concurrency = request.concurrency or default.concurrency_per_host
        slot = host_slot(
            engine.downloader,
            key,
            delay=max(delay, crawl_delay),
            concurrency=1 if crawl_delay else concurrency,
        )
        try:
            await engine.download_async(carrier)
        except asyncio.CancelledError:
            exchange.given_up = True
            if exchange.task is not None:
                exchange.task.cancel()
            for waiting in slot.queue:
                if waiting[0] is carrier:  # or it would take a turn of the host for nothing
                    slot.queue.remove(waiting)
                    break
            raise

    def _result(
        self, exchange: Exchange, url: str, request: FetchRequest, chain: Chain, elapsed: float
    ) -> Page | Failure:
        """Judge the answer at the end of the chain."""
        status, answer = exchange.status, exchange.answer
        if request.cookies:
            self._cookies.take(url, exchange.set_cookies)
        if status == 304:
            asked = not chain.passed and (request.etag or request.last_modified)
            if not asked:
                text = "304 Not Modified, though nothing was asked about"
                return _failure(FailureKind.PROTOCOL, text, request, url, status)
        else:
            wait = self._hold(url, status, answer)
            kind = status_kind(status, answer)
            if kind is None and not exchange.body and request.purpose != "robots":
                kind = FailureKind.EMPTY
            if kind is not None:
                wall = bot_wall(status, answer)
                text = f"HTTP {status}" + (f", {wall}" if wall else "")
                if kind is FailureKind.EMPTY:
                    text += " without a body"
                return _failure(kind, text, request, url, status, wait)
        return Page(
            url=url,
            requested_url=request.url,
            status=status,
            headers=answer,
            body=exchange.body,
            fetched_at=self.settings.clock(),
            redirects=tuple(chain.passed),
            elapsed=elapsed,
        )

    def _hold(self, url: str, status: int, answer: dict[str, str]) -> timedelta | None:
        """Obey 429, and 503 with Retry-After: no request to the host for that long."""
        if status not in (429, 503):
            return None
        wait = parse_retry_after(answer.get("retry-after"), now=self.settings.clock())
        if wait is None:
            if status == 503:
                return None
            wait = DEFAULT_HOLD
        if wait > timedelta(0):
            self._holds.set(netloc_key(url), wait)
        return wait


def _verifies(url: str, request: FetchRequest) -> bool:
    """Certificates may go unverified only at the host for which that was allowed."""
    return request.verify_tls or host_of(url) != host_of(request.url)


def _sendable(value: str) -> bool:
    return len(value) <= 4096 and value.isprintable()


def _failure(
    kind: FailureKind,
    text: str,
    request: FetchRequest,
    at: str,
    status: int | None = None,
    retry_after: timedelta | None = None,
) -> Failure:
    if at.partition("#")[0] != request.url.partition("#")[0]:
        text = f"{text} (redirected to {at[:300]})"
    return Failure(kind=kind, message=text, url=request.url, status=status, retry_after=retry_after)
