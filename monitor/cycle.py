"""One round for ``run --once``: poll each feed once, then work until nothing more is due soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from monitor.parts import Parts
from pipeline.model import Outcome
from pipeline.store.records import Settlement

# A page that is gone or closed to us is an answer, not a failure of the round.
WENT_WRONG = frozenset(
    {
        Outcome.FAILED,
        Outcome.EXTRACTION_FAILED,
        Outcome.CRASHED,
        Outcome.BLOCKED,
        Outcome.REFUSED,
    }
)
SETTLE = timedelta(seconds=15)  # retries due so soon belong to the round


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How a run differs from an ordinary daemon."""

    once: bool = False  # poll, fetch what is new, end
    only_due: bool = False  # with once: feeds that are due, not all
    only: frozenset[str] | None = None  # with once: sources; None: all
    for_s: float | None = None  # end by itself after so many seconds
    http: str = ""  # where /metrics and /healthz are served: 127.0.0.1:9464


@dataclass(slots=True)
class Tally:
    """What a run did, for its exit code and for progress."""

    to_poll: int = 0
    polled: int = 0
    polls_failed: int = 0
    discovered: int = 0
    settled: int = 0
    failed: int = 0

    def count(self, done: Settlement) -> None:
        """Count a visit."""
        if done.outcome is not None or done.link.outcome is not None:
            self.settled += 1
        if done.outcome in WENT_WRONG and done.link.outcome is None:
            self.failed += 1

    def take(self, parts: Parts) -> None:
        """Take over the poller's counts."""
        self.polled = parts.poller.finished
        self.polls_failed = parts.poller.failed
        self.discovered = parts.poller.discovered


async def once(
    parts: Parts, options: Options, stop: asyncio.Event, tally: Tally, tell: Callable[[], None]
) -> None:
    """Run one round; ``tell`` is called when the tally may have changed."""
    now = parts.clock()
    left = {
        i
        for i, t in parts.poller.feeds.items()
        if not t.stored.paused
        and (options.only is None or t.stored.source in options.only)
        and (not options.only_due or (t.state.next_poll_at or now) <= now)
    }
    tally.to_poll = len(left)
    while not stop.is_set():
        before = len(left)
        parts.poller.start_due(parts.clock(), left)
        feeds = parts.poller.feeds  # a reload may have taken some away
        left = {i for i in left if i in feeds and not feeds[i].running}
        tell()
        quiet = not left and not parts.poller.in_flight and parts.visitor.idle()
        if quiet and await _nothing_soon(parts, stop):
            return
        await _pause(stop, 0.02 if before != len(left) else 0.1)


async def _nothing_soon(parts: Parts, stop: asyncio.Event) -> bool:
    await parts.visitor.refresh()
    if not parts.visitor.idle():
        return False
    until = parts.clock() + SETTLE
    if not await parts.store.do(lambda s: s.ledger.sources_due(until), urgent=True):
        return True
    await _pause(stop, 0.2)
    return False


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
