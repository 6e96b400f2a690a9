"""Runs a scenario with a real fetcher against the hostile server, on the loop the daemon uses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import uvloop

from crawler.fetch import Fetcher, FetchRequest, FetchSettings
from pipeline.model import Failure, Page
from tests.hostile import HostileServer

T = TypeVar("T")
AGENT = "news-monitor/0.1 (+desk@example.org)"


def with_fetcher(
    server: HostileServer, scenario: Callable[[Fetcher], Awaitable[T]], **settings: Any
) -> T:
    """The result of ``scenario`` with a fetcher that may reach the server and waits for nothing."""
    chosen: dict[str, Any] = {
        "user_agent": AGENT,
        "allow_hosts": server.allowed,
        "delay": 0.0,
    } | settings

    async def main() -> T:
        async with Fetcher(FetchSettings(**chosen)) as fetcher:
            return await scenario(fetcher)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def fetch_one(server: HostileServer, url: str, **request: Any) -> Page | Failure:
    """What one request for ``url`` gives; robots.txt is not asked for unless that is wanted."""
    chosen: dict[str, Any] = {"obey_robots": False, "timeout": 3.0} | request

    async def scenario(fetcher: Fetcher) -> Page | Failure:
        return await fetcher.fetch(FetchRequest(url=url, **chosen))

    return with_fetcher(server, scenario)
