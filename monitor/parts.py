"""The running parts of the monitor, built in one place and closed in the right order."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from crawler.fetch import Fetcher
from monitor.alerts.hearing import topic_specs
from monitor.config.model import Config
from monitor.poller import Poller
from monitor.pool import WorkerPool
from monitor.process import raise_file_limit
from monitor.visitor import Visitor
from monitor.wiring import fetch_settings, orders, with_found
from monitor.writing import StoreClient
from pipeline.errors import StoreOutdatedError
from pipeline.store.records import Settlement
from pipeline.store.sqlite import SqliteStore, migrate_file, open_store

log = structlog.get_logger()


def utc_now() -> datetime:
    """Return the time of day."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Parts:
    """What works together in the loop."""

    config: Config
    clock: Callable[[], datetime]
    rng: random.Random
    store: StoreClient
    fetcher: Fetcher
    pool: WorkerPool
    visitor: Visitor
    poller: Poller

    async def apply(self, config: Config) -> None:
        """Make store, poller and visitor follow a configuration.  Raises StoreError."""
        told = orders(config)
        sources = [source.spec for source in told.sources.values()]
        feeds = [feed.spec for feed in told.feeds]
        now = self.clock()
        topics = topic_specs(config)
        rules = {slug: source.live_rules(now) for slug, source in told.sources.items()}

        def follow(store: SqliteStore) -> list[str]:
            store.feeds.sync(sources, feeds, now)
            store.extract_rules.sync(rules)
            return store.topics.sync(topics, now)

        for topic in await self.store.do(follow, urgent=True):
            log.warning("topic_unreadable", topic=topic)
        self.config = config
        await self.load()
        log.info("configured", sources=len(sources), feeds=len(self.poller.feeds))

    async def load(self) -> None:
        """Make poller and visitor follow the feeds in the store."""
        stored = await self.store.do(lambda s: s.feeds.active(), urgent=True)
        told = with_found(self.config, orders(self.config), stored)
        self.visitor.orders = told
        self.poller.load(told, stored)


async def build(
    stack: AsyncExitStack,
    config: Config,
    database: Path,
    *,
    clock: Callable[[], datetime] = utc_now,
    rng: random.Random | None = None,
    on_settled: Callable[[Settlement], None] = lambda _: None,
) -> Parts:
    """Open the store and build the parts; ``stack`` closes them.  Raises StoreError."""
    raise_file_limit()
    told = orders(config)
    chance = rng or random.Random()
    store = StoreClient(_open(config, database, clock()))
    stack.push_async_callback(store.close)
    fetcher = await stack.enter_async_context(Fetcher(fetch_settings(told, clock)))
    pool = WorkerPool(workers=told.workers, timeout=told.worker_timeout, memory=told.worker_memory)
    stack.push_async_callback(pool.end)
    visitor = Visitor(
        fetcher=fetcher,
        pool=pool,
        store=store,
        orders=told,
        clock=clock,
        rng=chance,
        on_settled=on_settled,
    )
    poller = Poller(
        fetcher=fetcher,
        pool=pool,
        store=store,
        orders=told,
        clock=clock,
        rng=chance,
        on_links=visitor.wake,
    )
    parts = Parts(config, clock, chance, store, fetcher, pool, visitor, poller)
    await parts.apply(config)
    return parts


def _open(config: Config, database: Path, now: datetime) -> SqliteStore:
    database.parent.mkdir(parents=True, exist_ok=True)
    pages = config.storage.pages_path
    try:
        return open_store(database, now, pages=pages)
    except StoreOutdatedError:
        before, after, backup = migrate_file(database, now)
        log.warning("database_upgraded", before=before, after=after, backup=str(backup))
        return open_store(database, now, pages=pages)
