"""The daemon's parts in this process: real fetcher, workers and store, and a clock of our own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop
import yaml

from monitor.config.load import load
from monitor.parts import Parts, build
from tests.newsite import NewsSite


class Rig:
    """Feeds are polled and due links visited when a test says so, at the time that it sets."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.now = parts.clock()

    def later(self, **span: float) -> None:
        """Put the clock forward."""
        self.now += timedelta(**span)

    async def poll(self) -> list[Any]:
        """Poll every feed now, due or not; returns what each poll came to."""
        return [await self.parts.poller.poll(t) for t in self.parts.poller.feeds.values()]

    async def poll_one(self, source: str) -> Any:
        """Poll the feed of one source."""
        feeds = self.parts.poller.feeds.values()
        return await self.parts.poller.poll(next(t for t in feeds if t.stored.source == source))

    async def visit(self) -> None:
        """Visit every link that is due now, until none is."""
        visitor = self.parts.visitor
        running = asyncio.create_task(visitor.run())
        try:
            await visitor.refresh()
            async with asyncio.timeout(30):
                while not visitor.idle():
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query, read by the writer itself."""
        found = await self.parts.store.do(
            lambda s: s.connection().execute(query).fetchall(), urgent=True
        )
        return [tuple(row) for row in found]

    async def value(self, query: str) -> Any:
        rows = await self.rows(query)
        return rows[0][0] if rows else None


def with_rig(
    site: NewsSite,
    folder: Path,
    scenario: Callable[[Rig], Awaitable[None]],
    *,
    recheck: Sequence[str] = (),
) -> None:
    """Run ``scenario`` on the loop that the daemon uses, with all outlets of ``site``."""
    settings = {
        "contact": "desk@example.org",
        "politeness": {"delay": "0s", "allow_hosts": ["127.0.0.1"], "concurrency_per_host": 4},
        "schedule": {"jitter": "0%", "recheck": list(recheck)},
        "sources": [outlet.config() for outlet in site.outlets],
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings))
    config = load(path, {})

    async def main() -> None:
        start = datetime.now(UTC)
        made: list[Rig] = []
        async with AsyncExitStack() as stack:
            parts = await build(
                stack,
                config,
                config.storage.path,
                clock=lambda: made[0].now if made else start,
                rng=random.Random(7),
            )
            made.append(Rig(parts))
            await scenario(made[0])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
