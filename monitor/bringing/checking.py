"""Fetches each feed of an import once, as the daemon would, many hosts at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NamedTuple

from crawler.fetch import Fetcher
from monitor.bringing.entries import Entry
from monitor.finding import Finder
from monitor.parts import utc_now
from monitor.pool import WorkerPool
from monitor.wiring import fetch_settings, orders
from pipeline.model import Failure, FeedKind

if TYPE_CHECKING:
    from monitor.config.model import Config

AT_ONCE = 64
_KINDS = (FeedKind.FEED, FeedKind.SITEMAP)  # that an address may turn out to be


class Checked(NamedTuple):
    """What an address held."""

    entry: Entry
    problem: str = ""  # why nothing can be polled there
    kind: FeedKind = FeedKind.FEED
    title: str = ""
    links: int = 0


async def check(
    config: Config, entries: Sequence[Entry], progress: Callable[[str], None]
) -> list[Checked]:
    """Return one result for each entry, in their order; a broken one never stops the others."""
    from monitor.cli.trial import stranger

    wanted = orders(config.model_copy(update={"sources": (stranger("https://example.org/"),)}))
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher(fetch_settings(wanted)))
        pool = WorkerPool(
            workers=wanted.workers, timeout=wanted.worker_timeout, memory=wanted.worker_memory
        )
        stack.push_async_callback(pool.end)
        manners = next(iter(wanted.sources.values())).manners
        finder = Finder(fetcher, pool, manners, utc_now)
        turns = asyncio.Semaphore(AT_ONCE)

        async def one(entry: Entry) -> Checked:
            async with turns:
                try:
                    return await _try(finder, entry)
                except Exception as error:  # noqa: BLE001  the next feed is not to blame
                    return Checked(entry, f"{type(error).__name__}: {error}")
                finally:
                    progress(entry.url)

        return list(await asyncio.gather(*map(one, entries)))


async def _try(finder: Finder, entry: Entry) -> Checked:
    got = await finder.fetch(entry.url)
    if isinstance(got, Failure):
        return Checked(entry, f"{got.kind.value}: {got.message}")
    first: Failure | None = None
    for kind in (entry.kind,) if entry.kind else _KINDS:
        read = await finder.read(kind, got)
        if not isinstance(read, Failure) and read.discovery is not None:
            found = read.discovery
            return Checked(entry, kind=kind, title=found.title or "", links=len(found.links))
        first = first or (read if isinstance(read, Failure) else None)
    assert first is not None
    return Checked(entry, f"{first.kind.value}: {first.message}")
