"""When a feed is polled next, given its plan and what the last poll came to.

``next_poll_at`` is never before the time the plan names: jitter only delays.  In ``Auto``, waits
come from the feed's rhythm (``PRICE``), then:

* bounds of the plan: always kept while the feed works;
* what the server says (Cache-Control, ttl, sy:updatePeriod): a lower bound, as far as it is
  believable; a user who wrote ``every`` or ``cron`` has decided otherwise, there it is not asked;
* a window that rolled over (no link shared with the last poll): half of the time it took, at once.

A feed that fails slows down (see failures) and is at its old pace after one success.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from monitor.schedule.crontab import next_fire
from monitor.schedule.failures import (
    DOCUMENT_KINDS,
    MAX_BACKOFF,
    MAX_RETRY_AFTER,
    TRUST_RETRY_AFTER,
    WEIGHTS,
    after_failure,
    backoff,
    base,
    forgiven,
    weight,
)
from monitor.schedule.plans import Auto, Cron, Every, Plan
from monitor.schedule.rhythm import HOUR, Rates, Rhythm
from monitor.schedule.state import FeedState, PollResult
from pipeline.model import Failure

# Aim of ``Auto``: one more poll is right as long as it saves so much delay, summed over the items
# it finds sooner.  The waits that follow are sqrt(2 x PRICE / rate): the square-root law for feeds
# polled from one budget (Sia, Cho and Cho: Efficient Monitoring Algorithm for Fast News Alerts,
# IEEE TKDE 19(7), 2007).  For 60 items a day that is about 10 minutes, less than half of their
# usual gap; for one a day 1.3 hours.  Waiting for a fixed number of items was tried first: the
# same for busy feeds, but an outlet with two items a week was left alone for a day
# (benchmarks/schedule.py --price shows what other prices buy).
PRICE = timedelta(minutes=2)
# Several items more than expected mean that something is happening; the next wait shrinks at most
# so many times.
MAX_BOOST = 3.0
# Cache-Control is believed up to 6 h (a year is a setting for images), and up to 1 h once the
# feed's own rhythm says otherwise.
MAX_AGE_CAP = timedelta(hours=6)
MAX_AGE_CONTRADICTED = timedelta(hours=1)
# ttl and sy:updatePeriod are mostly what the software was shipped with (WordPress: hourly).  A feed
# that brings two items or more within the period contradicts it, then a quarter of it is kept.
CONTRADICTING_ITEMS = 2.0
REFRESH_CONTRADICTED = 0.25
# Jitter is a share of the wait, but people expect "daily at 6" to be near 6.
MAX_JITTER = timedelta(minutes=10)
MAX_CRON_JITTER = timedelta(minutes=1)
# A success after so long without one says nothing about the time between.
OUTAGE = timedelta(days=1)
# Two items closer than this are one event for the rhythm where the plan has no minimum of its own.
SLOT = timedelta(minutes=5)


def after_poll(
    plan: Plan, state: FeedState, result: PollResult, *, jitter: float, rng: Random
) -> FeedState:
    """The state after a poll, with the next time and the reason for it.

    ``jitter`` is a share of the wait, 0 <= jitter < 1.  A 304 does not clear a failure of the
    document: it is neither success nor a further failure (``FeedState.wants_full``).
    """
    if result.failure is not None:
        known = _failed(state, result.at, result.failure)
    elif result.not_modified and state.failure_kind in DOCUMENT_KINDS:
        known = replace(state, last_poll_at=result.at)
    else:
        known = _succeeded(plan, state, result)
    return _schedule(plan, known, result, state, jitter, rng)


def replan(plan: Plan, state: FeedState, now: datetime, *, jitter: float, rng: Random) -> FeedState:
    """The state under a plan that was changed; a feed never polled stays as it is."""
    if state.last_poll_at is None:
        return state
    last = PollResult(at=min(state.last_poll_at, now), ok=True)
    return _schedule(plan, state, last, state, jitter, rng)


def repair(state: FeedState, now: datetime) -> FeedState:
    """The state made sane after the clock was put back: no poll lies ahead, no wait is longer.

    A clock put forward needs no repair: the feed is due, once.
    """
    last, due = state.last_poll_at, state.next_poll_at
    if last is not None and last > now:
        wait = due - last if due is not None else timedelta(0)
        return replace(
            state,
            last_poll_at=now,
            last_success_at=_not_after(state.last_success_at, now),
            last_new_at=_not_after(state.last_new_at, now),
            failing_since=_not_after(state.failing_since, now),
            next_poll_at=now + max(wait, timedelta(0)),
            reason="the clock was put back",
        )
    # put there while the clock was wrong, by hand or before the first poll
    if due is not None and due - now > max(state.interval or HOUR, HOUR):
        return replace(state, next_poll_at=now, reason="the clock was put back")
    return state


def _not_after(time: datetime | None, now: datetime) -> datetime | None:
    return None if time is None else min(time, now)


def _succeeded(plan: Plan, state: FeedState, result: PollResult) -> FeedState:
    return replace(
        state,
        last_poll_at=result.at,
        last_success_at=result.at,
        last_new_at=result.at if result.new_links else state.last_new_at,
        failures=forgiven(state.failures),
        failure_kind=None,
        failing_since=None,
        rhythm=_learned(plan, state, result),
        # a 304 may leave out what the full answer said
        http_max_age=result.max_age
        if result.max_age is not None or not result.not_modified
        else state.http_max_age,
        publisher_refresh=state.publisher_refresh if result.not_modified else result.refresh,
    )


def _failed(state: FeedState, at: datetime, failure: Failure) -> FeedState:
    return replace(
        state,
        last_poll_at=at,
        failures=state.failures + weight(failure),
        failure_kind=failure.kind,
        failing_since=state.failing_since or at,
    )


def _learned(plan: Plan, state: FeedState, result: PollResult) -> Rhythm | None:
    slot = plan.minimum if isinstance(plan, Auto) else SLOT
    rhythm, since = state.rhythm, state.last_success_at
    if rhythm is None or since is None:
        return None if result.not_modified else Rhythm.first(result.at, result.times, slot)
    gap = result.at - since
    if gap > max(OUTAGE, 2 * (state.interval or OUTAGE)):
        return rhythm.rest(gap)
    if not result.new_links:
        return rhythm
    return rhythm.learn(
        since,
        result.at,
        result.times,
        max(0, result.new_links - len(result.times)),
        slot,
        missed=result.shared_with_last is False,
    )


def _schedule(
    plan: Plan, state: FeedState, result: PollResult, before: FeedState, jitter: float, rng: Random
) -> FeedState:
    """``state`` with the next time; ``before`` is the state that the poll found."""
    if not 0 <= jitter < 1:
        raise ValueError(f"jitter is a share from 0 to below 1, not {jitter}")
    at = result.at
    failing = state.failure_kind is not None
    retry_after = result.retry_after or (result.failure.retry_after if result.failure else None)
    if isinstance(plan, Cron):
        start, gap, reason = _cron_due(plan, state, result, failing, retry_after)
        due = start + _late(gap, jitter, MAX_CRON_JITTER, rng)
        return replace(state, next_poll_at=due, interval=due - at, reason=reason)
    wait, reason = _ordinary(plan, state, result, before)
    longest = plan.maximum if isinstance(plan, Auto) else plan.interval * (1 + jitter)
    if failing:
        soon = base(wait, _hardness(state, result))
        reason = _trouble(state, retry_after, reason, soon=soon < wait)
        wait = after_failure(soon, state.failures, retry_after)
        longest = max(MAX_BACKOFF, longest)
    elif retry_after is not None and min(retry_after, MAX_RETRY_AFTER) > wait:
        wait = min(retry_after, MAX_RETRY_AFTER)
        longest = max(wait, longest)
        reason = "the server says when to come back"
    wait = min(wait + _late(wait, jitter, MAX_JITTER, rng), longest)
    return replace(state, next_poll_at=at + wait, interval=wait, reason=reason)


def _late(wait: timedelta, jitter: float, most: timedelta, rng: Random) -> timedelta:
    return min(wait * jitter, most) * rng.random()


def _trouble(state: FeedState, retry_after: timedelta | None, usual: str, *, soon: bool) -> str:
    kind = state.failure_kind.value if state.failure_kind else "failed"
    if retry_after is not None and state.failures < TRUST_RETRY_AFTER:
        return f"{kind}; the server says when to come back"
    what = "tried again before its time" if soon else "slowed down"
    return f"{kind}; {what}, failures weigh {state.failures:g} (else: {usual})"


def _hardness(state: FeedState, result: PollResult) -> float:
    """The weight of what is wrong: of this poll's failure, or of an earlier one that goes on."""
    if result.failure is not None:
        return weight(result.failure)
    return WEIGHTS[state.failure_kind] if state.failure_kind else 0.0


def _ordinary(
    plan: Auto | Every, state: FeedState, result: PollResult, before: FeedState
) -> tuple[timedelta, str]:
    """The wait if nothing is wrong, and why."""
    if isinstance(plan, Every):
        return plan.interval, f"every {_short(plan.interval)}"
    if state.last_success_at is None:
        # Often it is our own network that was not up yet: look again soon, back-off does the rest.
        return plan.minimum, "never read yet"
    if state.rhythm is None:
        return min(max(timedelta(minutes=30), plan.minimum), plan.maximum), "nothing known yet"
    at = result.at
    watched_until = at if state.failure_kind is None else (state.last_success_at or at)
    rates = state.rhythm.rates(watched_until)
    # Adding up over the hours ahead keeps a wait that begins at night from lasting into the rush.
    aim = math.sqrt(2 * (PRICE / HOUR) / _boost(plan, result, before))
    wait = max(rates.wait_for(aim, at, plan.maximum, power=0.5), plan.minimum)
    reason = f"{_pace(rates.mean)} expected"
    if result.shared_with_last is False and before.last_success_at is not None:
        half = (at - before.last_success_at) / 2
        if half < wait:
            return max(half, plan.minimum), "no link in common with the last poll: come sooner"
    floor, source = _publisher_floor(state, rates, at)
    if floor > wait:
        return min(floor, plan.maximum), source
    return wait, reason


def _boost(plan: Auto, result: PollResult, before: FeedState) -> float:
    """Above 1 when a poll found several items more than the rhythm expected of it."""
    since = before.last_success_at
    if result.new_links < 2 or since is None or before.rhythm is None:
        return 1.0
    room = max(1.0, (result.at - since) / plan.minimum)
    found = min(float(result.new_links), room)
    expected = before.rhythm.rates(since).expected(since, result.at)
    return min(max((found + 1) / (expected + 1), 1.0), MAX_BOOST)


def _publisher_floor(state: FeedState, rates: Rates, at: datetime) -> tuple[timedelta, str]:
    """The least wait the publisher asks for, as far as it is believable, and who says so."""
    age = min(state.http_max_age or timedelta(0), MAX_AGE_CAP)
    refresh = min(state.publisher_refresh or timedelta(0), MAX_BACKOFF)
    if age > MAX_AGE_CONTRADICTED and rates.expected(at, at + age) >= CONTRADICTING_ITEMS:
        age = MAX_AGE_CONTRADICTED
    if refresh and rates.expected(at, at + refresh) >= CONTRADICTING_ITEMS:
        refresh *= REFRESH_CONTRADICTED
    if refresh > age:
        return refresh, "the feed says how often to come"
    return age, "the answer is fresh for so long (max-age)"


def _cron_due(
    plan: Cron,
    state: FeedState,
    result: PollResult,
    failing: bool,
    retry_after: timedelta | None,
) -> tuple[datetime, timedelta, str]:
    """The next fire that is allowed, the distance to the one after it, and why."""
    at = result.at
    first = next_fire(plan.expression, plan.zone, at)
    gap = next_fire(plan.expression, plan.zone, first) - first
    reason = f"cron {plan.expression}"
    earliest = at
    if retry_after is not None:
        earliest = at + min(retry_after, MAX_RETRY_AFTER)
    if failing:
        trusted = retry_after is not None and state.failures < TRUST_RETRY_AFTER
        soon = base(gap, _hardness(state, result))
        reason = _trouble(state, retry_after, reason, soon=soon < gap)
        if soon < gap:
            # Its own times are rare: none is left out, and it is tried again before the next one.
            again = max(earliest, at + backoff(soon, state.failures))
            return (again, again - at, reason) if again < first else (first, gap, reason)
        if gap < MAX_BACKOFF and not trusted:
            # by as much as an interval plan would wait longer than usual
            earliest = max(earliest, at + (backoff(gap, state.failures) - gap))
    if earliest >= first:
        first = next_fire(plan.expression, plan.zone, earliest - timedelta(microseconds=1))
    return first, gap, reason


def _pace(per_hour: float) -> str:
    if per_hour >= 1:
        return f"{per_hour:.1f} new an hour"
    if per_hour * 24 >= 1:
        return f"{per_hour * 24:.1f} new a day"
    return f"{per_hour * 168:.1f} new a week"


def _short(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{span.total_seconds():g}s"
