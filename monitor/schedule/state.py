"""What the schedule knows of a feed, and what a poll tells it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.schedule.failures import DOCUMENT_KINDS
from monitor.schedule.rhythm import Rhythm
from pipeline.model import Failure, FailureKind


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """What the store keeps of a feed for its schedule; a feed never polled has all defaults."""

    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None  # when a poll last found a new link
    next_poll_at: datetime | None = None  # None: as soon as possible
    interval: timedelta | None = None  # from the last poll to the next, jitter included
    failures: float = 0.0  # weighted, fading after a success (failures.forgiven)
    failure_kind: FailureKind | None = None  # of the last poll; None when it succeeded
    failing_since: datetime | None = None  # first failure after the last success
    rhythm: Rhythm | None = None  # the very same object as before when nothing was learned
    paused: bool = False
    paused_until: datetime | None = None  # None with paused: until resumed
    http_max_age: timedelta | None = None  # of the last answer
    publisher_refresh: timedelta | None = None  # ttl, sy:updatePeriod of the last document
    reason: str = ""  # why next_poll_at is what it is, for people

    def is_paused(self, now: datetime) -> bool:
        """True while a pause is in force; a pause with an end needs no resume."""
        return self.paused and (self.paused_until is None or now < self.paused_until)

    def is_due(self, now: datetime) -> bool:
        """True if the feed may be polled now."""
        return not self.is_paused(now) and (self.next_poll_at is None or self.next_poll_at <= now)

    @property
    def wants_full(self) -> bool:
        """True if the next request must go without validators.

        After a document that could not be used, a 304 would only repeat that it is unchanged.
        """
        return self.failure_kind in DOCUMENT_KINDS


@dataclass(frozen=True, kw_only=True, slots=True)
class PollResult:
    """What one poll of a feed came to."""

    at: datetime
    ok: bool
    failure: Failure | None = None
    new_links: int = 0
    times: tuple[datetime, ...] = ()  # publication times of the new links, where known
    shared_with_last: bool | None = None  # False: no link in common with the last document
    not_modified: bool = False  # 304
    max_age: timedelta | None = None  # Cache-Control
    refresh: timedelta | None = None  # ttl, sy:updatePeriod
    retry_after: timedelta | None = None  # else the failure's own is taken

    def __post_init__(self) -> None:
        if self.ok == (self.failure is not None):
            raise ValueError("a poll that is not ok has a failure, and only such a one")


def pause(state: FeedState, until: datetime | None = None) -> FeedState:
    """Stop polling, until a time or until resumed."""
    return replace(state, paused=True, paused_until=until)


def resume(state: FeedState, now: datetime) -> FeedState:
    """Poll again, at once."""
    return replace(
        state, paused=False, paused_until=None, next_poll_at=now, reason="resumed by hand"
    )
