"""Knows what each host's robots.txt lets us do; fetched when needed, kept for a day (RFC 9309)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from protego import Protego

from crawler.decode import decode_prefix
from crawler.request import MAX_ROBOTS, FetchRequest
from crawler.sniff import looks_like
from pipeline.errors import DecodeError
from pipeline.model import Failure, FailureKind, Page
from pipeline.urls import netloc_key

FRESH = 24 * 3600.0  # seconds a copy is used (RFC 9309, 2.4)
STALE = 24 * 3600.0  # seconds more that a good copy is used while the host cannot give a new one
RETRY = 600.0  # seconds until an unreachable robots.txt is asked for again
MAX_CRAWL_DELAY = 60.0  # seconds; more would starve a feed, and is nearly always a mistake
_MAX_HOSTS = 10_000
# Of robots.txt text behind the kept parsers, which take some 20 times as much (measured): 40 MB.
_MAX_BYTES = 2 * 1024 * 1024
_LARGE = 16 * 1024  # bytes from which parsing and matching leave the loop for a thread
_MAX_SITEMAPS = 500
_TIMEOUT = 20.0

_Fetch = Callable[[FetchRequest], Awaitable[Page | Failure]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotsVerdict:
    """What robots.txt says about one URL."""

    allowed: bool
    reason: str  # one line, for people
    crawl_delay: float | None = None  # seconds, capped at MAX_CRAWL_DELAY
    sitemaps: tuple[str, ...] = ()
    # Set when nobody said no: robots.txt could not be had, and may be to be had later.
    failure: Failure | None = None


@dataclass(slots=True)
class _Entry:
    """What is known of one host; ``rules`` None lets everything pass."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    known: bool = False
    rules: Protego | None = None
    reason: str = ""
    size: int = 0  # bytes of text behind ``rules``
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    failure: Failure | None = None
    expires: float = 0.0  # monotonic seconds
    good_until: float = 0.0  # till when the last good copy may stand in


class Robots:
    """The robots.txt of all hosts, in memory, bounded; the least recently asked go first.

    Rules, where the standard leaves a choice: an answer 4xx lets everything pass, except 429,
    which is taken like 5xx and a failing network: nothing may be fetched until robots.txt
    can be had, but a good copy stands in for another 24 hours.  HTML or binary data instead
    of rules, and too many redirects, let everything pass.
    """

    def __init__(self, fetch: _Fetch, user_agent: str, monotonic: Callable[[], float]) -> None:
        self._fetch = fetch
        # Groups are found by the product's name; the contact behind it could match another.
        self._product = user_agent.partition("/")[0].strip() or "*"
        self._monotonic = monotonic
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0

    async def verdict(self, url: str, *, verify_tls: bool = True) -> RobotsVerdict:
        """May ``url`` (absolute, http or https) be fetched?  Gets robots.txt if need be."""
        entry = await self._entry(url, verify_tls=verify_tls)
        if entry.failure is not None:
            return RobotsVerdict(allowed=False, reason=entry.reason, failure=entry.failure)
        allowed = True
        if entry.rules is not None:
            if entry.size > _LARGE:
                allowed = await asyncio.to_thread(entry.rules.can_fetch, url, self._product)
            else:
                allowed = entry.rules.can_fetch(url, self._product)
        return RobotsVerdict(
            allowed=allowed,
            reason=entry.reason if allowed else "robots.txt disallows it",
            crawl_delay=entry.crawl_delay,
            sitemaps=entry.sitemaps,
        )

    async def _entry(self, url: str, *, verify_tls: bool) -> _Entry:
        parts = urlsplit(url)
        key = f"{parts.scheme} {netloc_key(url)}"
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry()
            self._shrink()
        else:
            self._entries.move_to_end(key)
        if entry.known and self._monotonic() < entry.expires:
            return entry
        async with entry.lock:  # one request, however many links of the host wait for it
            if not entry.known or self._monotonic() >= entry.expires:
                before = entry.size
                address = f"{parts.scheme}://{parts.netloc}/robots.txt"
                await self._refresh(entry, address, verify_tls=verify_tls)
                if self._entries.get(key) is entry:
                    self._bytes += entry.size - before
                    self._shrink()
        return entry

    async def _refresh(self, entry: _Entry, address: str, *, verify_tls: bool) -> None:
        answer = await self._fetch(
            FetchRequest(
                url=address,
                purpose="robots",
                max_size=MAX_ROBOTS,
                timeout=_TIMEOUT,
                obey_robots=False,
                delay=0,
                verify_tls=verify_tls,
            )
        )
        now = self._monotonic()
        entry.known = True
        if isinstance(answer, Page):
            await self._learn(entry, answer)
        elif _is_absent(answer):
            _clear(entry, f"no robots.txt ({answer.message})")
        else:
            entry.expires = now + RETRY
            if now < entry.good_until:
                return  # the last good copy stands in
            _clear(entry, f"robots.txt cannot be had: {answer.message}")
            entry.failure = answer
            return
        entry.expires = now + FRESH
        entry.good_until = entry.expires + STALE

    async def _learn(self, entry: _Entry, page: Page) -> None:
        encoding = page.headers.get("content-encoding", "")
        try:
            body = decode_prefix(page.body, encoding, max_size=MAX_ROBOTS)
        except DecodeError as error:
            _clear(entry, f"no robots.txt ({error})")
            return
        looks = looks_like(body, page.headers.get("content-type", ""))
        if looks in ("binary", "html", "xml") and not _has_rules(body):
            _clear(entry, f"no robots.txt (the host answers with {looks})")
            return
        # The last line of a cut file may be a rule's first half, which would match more.
        if len(page.body) >= MAX_ROBOTS or len(body) >= MAX_ROBOTS:
            body = body[: body.rfind(b"\n") + 1]
        text = body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        if len(body) > _LARGE:
            rules = await asyncio.to_thread(Protego.parse, text)
        else:
            rules = Protego.parse(text)
        _clear(entry, "robots.txt allows it")
        entry.rules = rules
        entry.size = len(body)
        delay = rules.crawl_delay(self._product)
        entry.crawl_delay = min(delay, MAX_CRAWL_DELAY) if delay else None
        entry.sitemaps = tuple(dict.fromkeys(rules.sitemaps))[:_MAX_SITEMAPS]

    def _shrink(self) -> None:
        while len(self._entries) > _MAX_HOSTS or self._bytes > _MAX_BYTES:
            for key, entry in self._entries.items():
                if not entry.lock.locked():
                    self._bytes -= entry.size
                    del self._entries[key]
                    break
            else:
                return


def _clear(entry: _Entry, reason: str) -> None:
    entry.rules = None
    entry.failure = None
    entry.reason = reason
    entry.size = 0
    entry.crawl_delay = None
    entry.sitemaps = ()


def _is_absent(failure: Failure) -> bool:
    """The host was reached and has no rules for us: RFC 9309 calls this "unavailable"."""
    if failure.kind in (FailureKind.REDIRECTS, FailureKind.NOT_HTML, FailureKind.EMPTY):
        return True
    status = failure.status or 0
    return 400 <= status < 500 and status != 429


def _has_rules(body: bytes) -> bool:
    return b"user-agent:" in body[:4096].lower() and b"<html" not in body[:4096].lower()
