"""When an article page is asked for again: after a failure, and to see whether it was edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from monitor.schedule.failures import MAX_RETRY_AFTER
from pipeline.model import Failure, FailureKind

# Waits after the first, second … attempt.  Short ones first: most failures are a reset or a restart
# of their server; the last ones outlive a bad night.
PATIENT = (
    timedelta(seconds=3),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A wall or a limit gets angrier when asked at once.
RESERVED = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6))
# The answer will hardly change, but servers do send half a page or a wrong one now and then.
ONCE_MORE = (timedelta(seconds=30), timedelta(hours=1))
SECOND_TRY = (timedelta(hours=1),)
NEVER: tuple[timedelta, ...] = ()

WAITS: dict[FailureKind, tuple[timedelta, ...]] = {
    FailureKind.DNS: PATIENT,
    FailureKind.CONNECT: PATIENT,
    FailureKind.TIMEOUT: PATIENT,
    FailureKind.HTTP_5XX: PATIENT,
    FailureKind.PROTOCOL: PATIENT,
    FailureKind.TRUNCATED: PATIENT,
    FailureKind.RATE_LIMITED: RESERVED,
    FailureKind.BLOCKED: RESERVED,
    FailureKind.TLS: RESERVED,
    FailureKind.EMPTY: ONCE_MORE,
    FailureKind.BAD_ENCODING: ONCE_MORE,
    FailureKind.HTTP_4XX: SECOND_TRY,
    FailureKind.REDIRECTS: SECOND_TRY,
    FailureKind.PARSE_ERROR: SECOND_TRY,
    FailureKind.EXTRACT_CRASHED: SECOND_TRY,  # memory may have been short for other reasons
    FailureKind.EXTRACT_TIMEOUT: NEVER,  # the same page would hold a worker again
    FailureKind.GONE: NEVER,
    FailureKind.ROBOTS: NEVER,
    FailureKind.REFUSED: NEVER,
    FailureKind.BAD_URL: NEVER,
    FailureKind.TOO_LARGE: NEVER,
    FailureKind.NOT_HTML: NEVER,
    FailureKind.NOT_A_FEED: NEVER,
    FailureKind.HOSTILE: NEVER,
    FailureKind.CRASHED: NEVER,  # a bug of ours is reported, not repeated
}

SPREAD = 0.25  # jitter: up to a quarter of the wait, only later
RECHECK_SPREAD = 0.1
# A page that seems to be gone is looked at once more after this, or the first age if that is less.
CONFIRM = timedelta(minutes=30)
# Ages at which a page that holds no article yet (a wall, a stub) is looked at again.
SECOND_LOOKS = (timedelta(hours=1), timedelta(days=1))
# After a late visit, one that would follow within a tenth of its age is left out.
TOO_CLOSE = 0.1


def retry_at(attempt: int, failure: Failure, now: datetime, rng: Random) -> datetime | None:
    """When to try a page again after ``attempt`` attempts (1 or more) failed; None: give up.

    Retry-After, up to an hour, is a lower bound.  All it needs is in the ledger, so a restart
    changes nothing.
    """
    if attempt < 1:
        raise ValueError(f"attempts count from 1, not {attempt}")
    waits = WAITS[failure.kind]
    if attempt > len(waits):
        return None
    wait = waits[attempt - 1]
    if failure.retry_after is not None:
        wait = max(wait, min(failure.retry_after, MAX_RETRY_AFTER))
    return now + wait * (1 + rng.uniform(0, SPREAD))


def recheck_at(
    stored_at: datetime, now: datetime, ages: Sequence[timedelta], rng: Random
) -> datetime | None:
    """When to look at a stored article again; None when it has been looked at often enough.

    ``ages`` are counted from ``stored_at``, ascending.  Call it when a visit has ended (``now``):
    ages that passed meanwhile are not made up for, so after downtime the one overdue visit stands
    for all that were missed.  Visits that a feed asked for in between take no age's place.
    """
    for age in ages:
        due = stored_at + age
        if due - now > age * TOO_CLOSE:
            return due + age * rng.uniform(0, RECHECK_SPREAD)
    return None


def confirm_at(now: datetime, ages: Sequence[timedelta], rng: Random) -> datetime:
    """When to look once more at a stored article whose page seems to be gone."""
    wait = min(CONFIRM, ages[0]) if ages else CONFIRM
    return now + wait * (1 + rng.uniform(0, RECHECK_SPREAD))


def second_look_at(
    found_at: datetime, now: datetime, ages: Sequence[timedelta], rng: Random
) -> datetime | None:
    """When to look again at a page that held no article; None: no more, or never (no ``ages``).

    Teasers that are filled in later, and walls that fall after a day.  Where all ``ages`` are
    shorter than ours, the last one counts.
    """
    if not ages:
        return None
    return recheck_at(found_at, now, [min(look, ages[-1]) for look in SECOND_LOOKS], rng)
