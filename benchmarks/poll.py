"""A cycle of feeds that all answer 304: what one poll costs, next to a bare aiohttp GET.

    python -m benchmarks.poll --base-port 8800 [--feeds 1000] [--cycles 5] [--json]

The polls go through the daemon's own poller, fetcher and store, in this process; a running news web
answers them.  The first cycle reads every feed and enters its links, the second asks with
validators, and from then on connections and everything else are warm: the cheapest of the further
cycles counts.  The control sends the same conditional requests with aiohttp alone.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import aiohttp
import structlog
import uvloop

from benchmarks.outlets import write_config
from benchmarks.stalls import Heartbeat, in_words
from crawler.fetch import Fetcher, FetchSettings
from monitor.config.model import Config
from monitor.orders import Orders
from monitor.poller import Poller
from monitor.pool import WorkerPool
from monitor.process import resident_mb
from monitor.wiring import orders
from monitor.writing import StoreClient
from pipeline.store.records import StoredFeed
from pipeline.store.sqlite import SqliteStore, open_store

LIMIT_CPU_MS = 1.5
LIMIT_STALL_MS = 50.0


@dataclass
class Cycle:
    """One cycle over all feeds."""

    wall_s: float
    cpu_ms: float  # per feed, all threads of this process
    stalls: dict[str, float]


@dataclass
class Figures:
    """What was measured; the first cycle reads bodies, its CPU is without the workers'."""

    feeds: int
    cycles: list[Cycle] = field(default_factory=list)
    control_ms: float = 0.0  # CPU per feed
    not_modified: int = 0
    resident_mb: float = 0.0

    @property
    def warm_ms(self) -> float:
        """The cheapest warm cycle."""
        return min(cycle.cpu_ms for cycle in self.cycles[2:] or self.cycles)


def _now() -> datetime:
    return datetime.now(UTC)


async def measure(config: Config, cycles: int) -> Figures:
    """Poll all feeds of a configuration again and again."""
    told = orders(config)
    settings = FetchSettings(
        user_agent=told.user_agent,
        allow_hosts=told.allow_hosts,
        max_in_flight=told.max_in_flight,
        delay=told.default_delay,
        concurrency_per_host=told.default_concurrency,
    )
    store = StoreClient(open_store(config.storage.path, _now()))
    pool = WorkerPool(workers=told.workers, timeout=told.worker_timeout, memory=told.worker_memory)
    figures = Figures(feeds=len(told.feeds))
    try:
        async with Fetcher(settings) as fetcher:
            poller = Poller(
                fetcher=fetcher,
                pool=pool,
                store=store,
                orders=told,
                clock=_now,
                rng=Random(1),
                on_links=lambda _: None,
            )
            poller.load(told, await _sync(store, told))
            gc.collect()
            gc.freeze()  # as the daemon does, see there
            for _ in range(cycles):
                figures.cycles.append(await _cycle(poller))
        if poller.failed:
            raise SystemExit(f"{poller.failed} polls failed; does the news web run?")
        states = [tracked.state for tracked in poller.feeds.values()]
        figures.not_modified = sum(state.last_status == 304 for state in states)
        figures.resident_mb = resident_mb()
        urls = [(t.order.spec.url, t.state.etag) for t in poller.feeds.values()]
        figures.control_ms = await _control(urls, told.max_in_flight)
    finally:
        pool.close()
        await store.close()
    return figures


async def _sync(store: StoreClient, told: Orders) -> list[StoredFeed]:
    sources = [source.spec for source in told.sources.values()]
    feeds = [feed.spec for feed in told.feeds]

    def sync(inner: SqliteStore) -> list[StoredFeed]:
        inner.feeds.sync(sources, feeds, _now())
        return list(inner.feeds.active())

    return await store.do(sync)


async def _cycle(poller: Poller) -> Cycle:
    left = set(poller.feeds)
    heart = Heartbeat()
    heart.start()
    wall, cpu = time.perf_counter(), time.process_time()
    while left or poller.in_flight:
        poller.start_due(_now(), left)
        left = {feed for feed in left if not poller.feeds[feed].running}
        await asyncio.sleep(0.02)
    cpu_ms = (time.process_time() - cpu) / len(poller.feeds) * 1000
    return Cycle(time.perf_counter() - wall, cpu_ms, heart.stop())


async def _control(urls: list[tuple[str, str | None]], at_once: int, rounds: int = 4) -> float:
    """Return the CPU ms of a bare conditional GET on a warm connection, the best of the rounds."""
    places = asyncio.Semaphore(at_once)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

        async def get(url: str, etag: str | None) -> None:
            headers = {"If-None-Match": etag} if etag else {}
            async with places, session.get(url, headers=headers) as response:
                await response.read()

        best = float("inf")
        for _ in range(rounds):
            cpu = time.process_time()
            await asyncio.gather(*(get(url, etag) for url, etag in urls))
            best = min(best, time.process_time() - cpu)
    return best / len(urls) * 1000


def show(figures: Figures) -> None:
    """Print the figures for people."""
    for number, cycle in enumerate(figures.cycles, 1):
        what = {1: "bodies", 2: "304, first time"}.get(number, "304")
        print(
            f"cycle {number} ({what}): {cycle.wall_s:.2f} s, {cycle.cpu_ms:.2f} ms CPU a feed; "
            f"loop: {in_words(cycle.stalls)}"
        )
    print(f"{figures.not_modified} of {figures.feeds} feeds answered 304 in the last cycle")
    print(f"{figures.warm_ms:.2f} ms CPU for a warm 304 poll  (aim: at most {LIMIT_CPU_MS:g})")
    print(
        f"{figures.control_ms:.2f} ms control: a bare aiohttp GET; "
        f"{figures.warm_ms / figures.control_ms:.1f} times that"
    )
    worst = max(cycle.stalls["own_ms_max"] for cycle in figures.cycles[1:] or figures.cycles)
    print(f"{worst:.1f} ms the longest the loop was blocked  (aim: under {LIMIT_STALL_MS:g})")
    print(f"{figures.resident_mb:.0f} MB resident")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--base-port", type=int, required=True)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = write_config(Path(folder) / "config.yaml", args.feeds, args.base_port)
        figures = uvloop.run(measure(config, args.cycles))
    if args.json:
        print(json.dumps({**vars(figures), "cycles": [vars(c) for c in figures.cycles]}, indent=1))
    else:
        show(figures)


if __name__ == "__main__":
    main()
