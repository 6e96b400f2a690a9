"""What the daemon does again and again beside polling: look, beat, habits, feeds, upkeep."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from monitor import __version__, habits
from monitor.alerts.keeper import Keeper
from monitor.alerts.postman import Postman
from monitor.finding import Finder
from monitor.parts import Parts
from monitor.process import resident_mb
from monitor.pulse import Pulse
from monitor.schedule import Rhythm, rhythm_from_text
from monitor.status import DaemonStatus
from pipeline.errors import MonitorError
from pipeline.model import Failure
from pipeline.store.heartbeat import Beat
from pipeline.store.pages import Pages
from pipeline.store.records import FeedSpec
from pipeline.store.signatures import PARTS
from pipeline.store.sqlite import SqliteStore
from pipeline.store.upkeep import prune_logs
from pipeline.trace import sign_some

PARAGRAPHS_KEPT = timedelta(days=30)  # that were seen in one story only
HABITS_AT_ONCE = 25  # sources; the writer stays free for others in between

log = structlog.get_logger()


class Duties:
    """The recurring jobs; each may fail without harm to the others."""

    def __init__(
        self, parts: Parts, pulse: Pulse, stop: asyncio.Event, database: Path, config_path: str
    ) -> None:
        self._parts = parts
        self._pulse = pulse
        self._stop = stop
        self._config_path = config_path
        self._started = parts.clock()
        self._pages = parts.config.storage.pages_path  # a reload cannot move them
        self._finding = asyncio.Lock()
        self._keeper = Keeper(parts.store, database, parts.clock)
        self._postman = Postman(parts.store, database, parts.clock)
        self.beaten: datetime | None = None  # when a sign of life was last stored
        self.state = "running"

    async def look(self) -> bool:
        """See what became due in the ledger and what verbs asked for; True if polls are wanted."""
        parts = self._parts
        await parts.visitor.refresh()
        now = parts.clock()

        def asked(store: SqliteStore) -> list[tuple[int, str | None, bool]]:
            store.feeds.resume_expired(now)
            return store.feeds.changed_outside()

        answer = await parts.store.do(asked, urgent=True)
        found = {i: (requested, paused) for i, requested, paused in answer}
        for i, tracked in parts.poller.feeds.items():
            requested, paused = found.get(i, (None, False))
            stored = tracked.stored
            if requested is None and not stored.requested_at and paused == stored.paused:
                continue
            at = datetime.fromisoformat(requested) if requested else None
            tracked.stored = replace(stored, requested_at=at, paused=paused)
            if paused:
                parts.visitor.forget([stored.source])
        return any(requested for requested, _ in found.values())

    def _beat_now(self) -> Beat:
        parts = self._parts
        return Beat(
            pid=os.getpid(),
            host=socket.gethostname(),
            version=__version__,
            started_at=self._started,
            at=parts.clock(),
            state=self.state,
            memory_mb=resident_mb(),
            in_flight=parts.fetcher.in_flight() + parts.pool.busy,
            queued=parts.visitor.queued + parts.visitor.in_flight,
            loop_lag_ms=self._pulse.take_longest_ms(),
            config=self._config_path,
        )

    async def beat(self) -> None:
        """Show life: this is how `status` tells a hung daemon from a live one."""
        beat = self._beat_now()
        await self._parts.store.do(
            lambda s: s.heartbeat.beat(beat, s.ledger.pending()), urgent=True
        )
        self.beaten = beat.at

    async def say_stopped(self) -> None:
        """Leave word that the end was wanted."""
        self.state = "stopped"
        with suppress(MonitorError):
            await self.beat()

    async def write_habits(self) -> None:
        """Work out anew how the sources behave that brought something since the last time."""
        parts = self._parts
        touched, parts.visitor.touched = parts.visitor.touched, set()
        rhythms: dict[str, Rhythm | None] = dict.fromkeys(sorted(touched))
        for tracked in parts.poller.feeds.values():
            source = tracked.stored.source
            if source in rhythms and rhythms[source] is None and tracked.state.rhythm:
                rhythms[source] = rhythm_from_text(tracked.state.rhythm)
        names = list(rhythms)
        for i in range(0, len(names), HABITS_AT_ONCE):
            part = {name: rhythms[name] for name in names[i : i + HABITS_AT_ONCE]}
            await parts.store.do(partial(habits.refresh, part), urgent=True)

    async def find_feeds(self) -> None:
        """Look for the feeds of sources that list none, one source after the other."""
        async with self._finding:
            await self._find_feeds()

    async def _find_feeds(self) -> None:
        parts = self._parts
        for order in list(parts.visitor.orders.sources.values()):
            slug = order.spec.slug
            if (
                self._has_feeds(slug)
                or order.spec.paused
                or not order.spec.url
                or self._stop.is_set()
            ):
                continue
            finder = Finder(parts.fetcher, parts.pool, order.manners, parts.clock)
            try:
                found = await finder.find(order.spec.url)
            except MonitorError:
                raise
            except Exception:
                log.exception("finding_crashed", source=slug)  # the next source is not to blame
                continue
            if slug not in parts.visitor.orders.sources or self._has_feeds(slug):
                continue  # a reload was faster
            if isinstance(found, Failure):
                log.warning("no_feeds_found", source=slug, reason=found.message)
                continue
            specs = [
                FeedSpec(
                    source=slug,
                    kind=report.candidate.kind,
                    url=report.candidate.url,
                    schedule="auto",
                    origin="found",
                )
                for report in found.proposal.taken
            ]
            await parts.store.do(partial(_add_feeds, specs, parts.clock()), urgent=True)
            log.info("feeds_found", source=slug, feeds=[spec.url for spec in specs])
            await parts.load()

    def _has_feeds(self, source: str) -> bool:
        return any(t.stored.source == source for t in self._parts.poller.feeds.values())

    async def sign(self) -> None:
        """Enter what an older release stored into the index of fingerprints, in small steps."""
        parts = self._parts
        done = 0
        while not self._stop.is_set():
            now = parts.clock()
            step = await parts.store.do(partial(_sign_some, now))
            done += step
            if not step:
                break
        if done:
            log.info("fingerprinted", articles=done)

    async def match_topics(self, most: int | None = None) -> None:
        """Ask topics of articles with new texts, and changed topics of all, in small steps."""
        steps = 0
        while (most is None or steps < most) and await self._parts.store.do(
            partial(_match_some, self._parts.clock())
        ):
            steps += 1
            if most is None and self._stop.is_set():
                return

    async def begin_alerts(self, before: DaemonStatus) -> None:
        """Tell how the last daemon ended, and take up the messages that it left."""
        await self._postman.begin()
        await self._keeper.started(self._parts.config, before)

    async def watch(self) -> None:
        """Look at sources, volumes and ourselves, for what people want to hear of."""
        await self._keeper.look(self._parts.config)

    async def send_messages(self) -> None:
        """Make messages of what is to be told, and send what is due."""
        await self._postman.round(self._parts.config)

    async def finish_messages(self, patience: float) -> None:
        """Let messages that are being sent come to their end."""
        await self._postman.finish(patience)

    async def upkeep(self) -> None:
        """Remove what is over its age, in small steps."""
        parts = self._parts
        now = parts.clock()
        await parts.store.do(lambda s: s.signatures.forget_months(now))
        for part in range(PARTS):
            if not self._stop.is_set():
                await parts.store.do(partial(_forget_paragraphs, part, now - PARAGRAPHS_KEPT))
        gone = 0
        while not self._stop.is_set():
            step = await parts.store.do(lambda s: prune_logs(s.connection(), now))
            gone += step
            if not step:
                break
        before = now - parts.config.storage.pages.keep
        await self._postman.prune()
        gone += await asyncio.to_thread(_prune_pages, self._pages, before, self._stop.is_set)
        log.info("pruned", rows=gone)


def _sign_some(now: datetime, store: SqliteStore) -> int:
    return sign_some(store, now)


def _match_some(now: datetime, store: SqliteStore) -> bool:
    return store.topics.match_some(now)


def _forget_paragraphs(part: int, before: datetime, store: SqliteStore) -> int:
    return store.signatures.forget_paragraphs(before, part)


def _add_feeds(specs: list[FeedSpec], now: datetime, store: SqliteStore) -> None:
    store.feeds.add(specs, now)


def _prune_pages(path: Path, before: datetime, stopped: Callable[[], bool]) -> int:
    pages = Pages(path)
    gone = 0
    try:
        # The process cannot end before this thread does.
        while not stopped() and (step := pages.prune(before)):
            gone += step
    finally:
        pages.close()
    return gone
