"""What the rest of the monitor asks of the fetcher: its settings and one request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiohttp.abc import AbstractResolver

Purpose = Literal["feed", "page", "robots"]

MAX_PAGE = 8 * 1024 * 1024  # bytes on the wire; the largest news pages seen had 4 MB decoded
MAX_ROBOTS = 500 * 1024  # RFC 9309, 2.5: parsers must read at least this much


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchRequest:
    """One document to get, with its limits and manners."""

    url: str  # absolute, http(s)
    etag: str | None = None  # validators of the last answer, as they came
    last_modified: str | None = None
    purpose: Purpose = "page"
    max_size: int = MAX_PAGE  # bytes on the wire
    timeout: float = 30.0  # seconds for each hop, from connect to the last byte
    obey_robots: bool = True
    delay: float | None = None  # seconds between requests to the host; None: the default
    concurrency: int | None = None  # requests to the host at a time; None: the default
    verify_tls: bool = True  # for the host of ``url``; redirects elsewhere are always verified
    user_agent: str | None = None  # None: the fetcher's
    cookies: bool = False  # keep the host's cookies between requests (in memory)


def utc_now() -> datetime:
    """The time of day, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    """What holds for all requests of one fetcher."""

    user_agent: str  # e.g. "news-monitor/0.1 (+desk@example.org)"
    allow_hosts: tuple[str, ...] = ()  # host:port that the address guard lets pass
    max_in_flight: int = 32  # requests on the wire at a time, over all hosts
    delay: float = 5.0  # seconds between two requests to one host
    concurrency_per_host: int = 1
    max_idle: int = 1000  # kept-alive connections; lowered to a quarter of the process's fd limit
    keepalive: float = 75.0  # seconds an idle connection is kept; most servers close earlier
    dns_ttl: int = 300  # seconds that resolved addresses are used; checked at connect anyway
    ca_file: str | None = None  # trust these certificates beside the system's
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    resolver: AbstractResolver | None = None  # None: the system's
