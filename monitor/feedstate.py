"""Between the row of a feed and what the schedule knows of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor import schedule
from monitor.orders import FeedOrder
from monitor.schedule import PollResult, rhythm_from_text, rhythm_to_text
from monitor.schedule.failures import DOCUMENT_KINDS
from pipeline.model import FailureKind
from pipeline.store.records import FeedState, StoredFeed


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentFacts:
    """What a whole feed document tells of itself."""

    etag: str | None
    last_modified: str | None
    validators_lie: bool
    body_hash: str
    format: str | None
    title: str | None
    links: int | None
    at: datetime


def failed_document(state: FeedState) -> bool:
    """True if the last poll got a document that could not be used: a 304 would prove nothing."""
    return state.last_error is not None and FailureKind(state.last_error) in DOCUMENT_KINDS


def to_schedule(feed: StoredFeed) -> schedule.FeedState:
    """Return the schedule's view of a feed."""
    s = feed.state
    return schedule.FeedState(
        last_poll_at=s.last_poll_at,
        last_success_at=s.last_success_at,
        last_new_at=s.last_new_at,
        next_poll_at=s.next_poll_at,
        interval=_span(s.interval_s),
        failures=s.failures,
        failure_kind=FailureKind(s.last_error) if s.last_error else None,
        failing_since=s.failing_since,
        rhythm=rhythm_from_text(s.rhythm) if s.rhythm else None,
        paused=feed.paused,
        http_max_age=_span(s.http_max_age_s),
        publisher_refresh=_span(s.publisher_refresh_s),
        reason=s.schedule_reason or "",
    )


def planned(before: FeedState, plan: schedule.FeedState) -> FeedState:
    """Return ``before`` with what the schedule decided."""
    return replace(
        before,
        next_poll_at=plan.next_poll_at,
        interval_s=_seconds(plan.interval),
        schedule_reason=plan.reason,
        failures=plan.failures,
        failing_since=plan.failing_since,
        last_poll_at=plan.last_poll_at,
        last_success_at=plan.last_success_at,
        last_new_at=plan.last_new_at,
        last_error=plan.failure_kind.value if plan.failure_kind else None,
        rhythm=rhythm_to_text(plan.rhythm) if plan.rhythm else None,
        http_max_age_s=_seconds(plan.http_max_age),
        publisher_refresh_s=_seconds(plan.publisher_refresh),
    )


def after(
    before: FeedState,
    plan: schedule.FeedState,
    result: PollResult,
    facts: DocumentFacts | None,
    elapsed_ms: int | None,
) -> FeedState:
    """Return the state to store after a poll."""
    state = replace(planned(before, plan), typical_ms=_smoothed(before.typical_ms, elapsed_ms))
    if result.failure is not None:
        return replace(
            state,
            last_status=result.failure.status,
            last_error_message=result.failure.message,
            last_error_at=result.at,
        )
    state = replace(state, last_status=304 if result.not_modified else 200)
    if state.last_error is None:
        state = replace(state, last_error_message=None)
    if facts is None:
        return state
    return replace(
        state,
        etag=facts.etag,
        last_modified=facts.last_modified,
        validators_lie=int(facts.validators_lie),
        last_full_at=facts.at,
        body_hash=facts.body_hash,
        format=facts.format,
        title=facts.title,
        last_links=facts.links,
    )


def reordered(feed: StoredFeed, before: FeedOrder, now: FeedOrder) -> StoredFeed:
    """Return a feed whose order was changed by a reload: due at once, and to be read anew.

    For the poller's memory only.  A poll that was under way writes what the old order says.
    """
    state = feed.state
    if now.plan != before.plan:
        state = replace(state, next_poll_at=None)
    if (now.spec.kind, now.rules) != (before.spec.kind, before.rules):
        # The document that we know may hold links that were not wanted, or not seen, before.
        state = replace(state, next_poll_at=None, last_full_at=None)
    return replace(feed, state=state)


def _smoothed(before: int | None, now: int | None) -> int | None:
    if before is None or now is None:
        return before if now is None else now
    return round(0.8 * before + 0.2 * now)


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
