"""Which due feeds start now, and how overdue ones are spread after downtime."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

# After downtime: five polls a second are no storm for us, and ten seconds between two polls of one
# host are none for them.
PER_FEED = timedelta(seconds=0.2)
HOST_GAP = timedelta(seconds=10)
CATCH_UP_WINDOW = timedelta(minutes=15)

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A feed that waits for its turn; ``due_at`` None means it was never polled."""

    feed: int
    host: str
    due_at: datetime | None


def pick_due(
    feeds: Iterable[Waiting], now: datetime, busy_hosts: Collection[str], limit: int
) -> list[int]:
    """The feeds to start now: due, longest due first, one a host and none at a busy host.

    A host with many feeds gets one turn at a time, so it holds up nobody but itself.
    """
    due = [feed for feed in feeds if feed.due_at is None or feed.due_at <= now]
    due.sort(key=lambda feed: (feed.due_at or _EVER, feed.feed))
    taken = set(busy_hosts)
    chosen: list[int] = []
    for feed in due:
        if len(chosen) >= limit:
            break
        if feed.host not in taken:
            taken.add(feed.host)
            chosen.append(feed.feed)
    return chosen


def catch_up(
    due: Sequence[tuple[int, str]],
    now: datetime,
    rng: Random,
    window: timedelta = CATCH_UP_WINDOW,
) -> dict[int, datetime]:
    """New times for overdue (feed, host) pairs: each once, in [now, now + window).

    The time used grows with their number up to ``window``; feeds of one host are evenly spaced, at
    least HOST_GAP apart where the window has room for it.
    """
    by_host: dict[str, list[int]] = {}
    for feed, host in due:
        by_host.setdefault(host, []).append(feed)
    if not by_host:
        return {}
    longest = max(len(feeds) for feeds in by_host.values())
    span = min(max(len(due) * PER_FEED, longest * HOST_GAP if longest > 1 else PER_FEED), window)
    hosts = list(by_host)
    rng.shuffle(hosts)
    times: dict[int, datetime] = {}
    for position, host in enumerate(hosts):
        feeds = by_host[host]
        rng.shuffle(feeds)
        step = span / len(feeds)
        start = step * ((position + rng.random()) / len(hosts))
        for turn, feed in enumerate(feeds):
            times[feed] = now + start + step * turn
    return times
