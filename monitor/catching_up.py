"""The times of feeds after a pause of ours and after a jump of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from monitor import feedstate
from monitor.poller import Poller
from monitor.schedule import catch_up, repair
from pipeline.urls import netloc_key

LATE = timedelta(minutes=2)  # a feed this overdue was missed by a pause of ours


def spread(poller: Poller, now: datetime, rng: Random) -> dict[int, datetime]:
    """Give every overdue feed a time of its own, one poll each, so that there is no storm.

    Returns feed -> time, for the store; empty if none is late.
    """
    late = {
        i: t
        for i, t in poller.feeds.items()
        if t.state.last_poll_at
        and t.state.next_poll_at
        and t.state.next_poll_at < now - LATE
        and not t.running
    }
    times = catch_up([(i, netloc_key(t.order.spec.url)) for i, t in late.items()], now, rng)
    for i, at in times.items():
        state = replace(late[i].state, next_poll_at=at)
        late[i].stored = replace(late[i].stored, state=state)
    return times


def mend(poller: Poller, now: datetime) -> None:
    """Bring times that a clock put back has left in the far future to where they belong."""
    for tracked in poller.feeds.values():
        fixed = repair(feedstate.to_schedule(tracked.stored), now)
        tracked.stored = replace(tracked.stored, state=feedstate.planned(tracked.state, fixed))
