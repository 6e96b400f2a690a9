"""The keys that say how we treat the servers of others, in general and for one source."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from monitor.config.fields import AllowHost, Flag, OneOrMany, Part, UserAgent, duration, size

MB = 1_000_000


class Robots(StrEnum):
    """What is done about robots.txt."""

    OBEY = "obey"
    IGNORE = "ignore"


class Politeness(Part):
    """How we treat the servers of others."""

    delay: Annotated[timedelta, duration("0s", "1h")] = Field(
        default=timedelta(seconds=5),
        description="The least time between two requests to one host: 5s. A longer Crawl-delay "
        "in robots.txt wins.",
    )
    concurrency_per_host: int = Field(
        default=1, ge=1, le=16, description="Requests to one host at the same time."
    )
    robots: Robots = Field(
        default=Robots.OBEY, description="obey robots.txt, or ignore it (for your own servers)."
    )
    allow_hosts: Annotated[tuple[AllowHost, ...], OneOrMany()] = Field(
        default=(),
        description="Addresses that may be fetched though they are not public: host, host:port, "
        "address or network. All others that are not public are refused.",
    )
    timeout: Annotated[timedelta, duration("1s", "10m")] = Field(
        default=timedelta(seconds=30), description="The longest time for one request, all in all."
    )
    max_page_size: Annotated[int, size("1KB", "1GB")] = Field(
        default=4 * MB, description="Article pages above this size are not read: 4MB."
    )
    max_feed_size: Annotated[int, size("1KB", "1GB")] = Field(
        default=10 * MB, description="Feeds, sitemaps and section pages above it are not read."
    )
    max_in_flight: int = Field(
        default=32, ge=1, le=1_000, description="Requests at the same time, over all hosts."
    )
    user_agent: UserAgent | None = Field(
        default=None,
        description="The User-Agent header; by default the monitor's name and version and your "
        "contact.",
    )


class PolitenessOverride(Part):
    """What one source needs different."""

    delay: Annotated[timedelta, duration("0s", "1h")] | None = Field(
        default=None, description="The least time between two requests to a host of this source."
    )
    concurrency_per_host: int | None = Field(
        default=None, ge=1, le=16, description="Requests to one host at the same time."
    )
    robots: Robots | None = Field(default=None, description="obey or ignore robots.txt.")
    timeout: Annotated[timedelta, duration("1s", "10m")] | None = Field(
        default=None, description="The longest time for one request, all in all."
    )
    max_page_size: Annotated[int, size("1KB", "1GB")] | None = Field(
        default=None, description="Article pages above this size are not read."
    )
    max_feed_size: Annotated[int, size("1KB", "1GB")] | None = Field(
        default=None, description="Feeds, sitemaps and section pages above it are not read."
    )
    user_agent: UserAgent | None = Field(default=None, description="The User-Agent header.")
    cookies: Flag = Field(default=False, description="Keep cookies between requests: true, false.")
    verify_tls: Flag = Field(
        default=True, description="Check the server's certificate; false only for one you trust."
    )
