"""How much a failed poll weighs, and how far a feed that keeps failing is slowed down.

The weights 1 / 0.5 / 0.25 and the linear growth follow Media Cloud's feed fetcher, with its reason:
many feeds come back from what looks like death, so none is given up.  Linear growth also fits
outages: a feed polled every 5 minutes is found again about 35 minutes after an 8 hour loss of the
network, where doubling per full failure would need 90.  One that is dead for a month is asked every
11 hours, and at last once a day.
"""

from __future__ import annotations

from datetime import timedelta

from pipeline.model import Failure, FailureKind

HARD, SOFT, TEMPORARY = 1.0, 0.5, 0.25

WEIGHTS: dict[FailureKind, float] = {
    # the net between us and them; passes by itself most of the time
    FailureKind.DNS: TEMPORARY,
    FailureKind.CONNECT: TEMPORARY,
    FailureKind.TIMEOUT: TEMPORARY,
    # their server or our machine in trouble; often repaired within hours or days
    FailureKind.TLS: SOFT,
    FailureKind.PROTOCOL: SOFT,
    FailureKind.HTTP_5XX: SOFT,
    FailureKind.GONE: SOFT,  # 404; see weight() for 410
    FailureKind.RATE_LIMITED: SOFT,
    FailureKind.TRUNCATED: SOFT,
    FailureKind.EMPTY: SOFT,
    FailureKind.EXTRACT_TIMEOUT: SOFT,
    FailureKind.EXTRACT_CRASHED: SOFT,
    FailureKind.CRASHED: SOFT,
    # an answer that will be the same tomorrow unless somebody changes something
    FailureKind.HTTP_4XX: HARD,
    FailureKind.BLOCKED: HARD,
    FailureKind.ROBOTS: HARD,
    FailureKind.REFUSED: HARD,
    FailureKind.BAD_URL: HARD,
    FailureKind.REDIRECTS: HARD,
    FailureKind.TOO_LARGE: HARD,
    FailureKind.BAD_ENCODING: HARD,
    FailureKind.NOT_HTML: HARD,
    FailureKind.NOT_A_FEED: HARD,
    FailureKind.PARSE_ERROR: HARD,
    FailureKind.HOSTILE: HARD,
}

# The request worked, the document did not: a 304 afterwards says no more than that the document is
# still the same, so it proves nothing (see polls.after_poll).
DOCUMENT_KINDS = frozenset(
    {
        FailureKind.TRUNCATED,
        FailureKind.BAD_ENCODING,
        FailureKind.EMPTY,
        FailureKind.NOT_HTML,
        FailureKind.NOT_A_FEED,
        FailureKind.PARSE_ERROR,
        FailureKind.HOSTILE,
        FailureKind.TOO_LARGE,
        FailureKind.EXTRACT_TIMEOUT,
        FailureKind.EXTRACT_CRASHED,
        FailureKind.CRASHED,
    }
)

MAX_BACKOFF = timedelta(hours=24)
# A plan that polls more rarely than this is too slow a rhythm for trying again: a daily poll that
# met a server at its restart would cost a day of news.  What may pass by itself is then tried again
# as if the feed were polled so often, until the growing waits reach the plan's own.
RARE = timedelta(hours=1)
AGAIN = timedelta(minutes=15)
# A server that says "come back in a year" is asked again after an hour: the header is often wrong.
MAX_RETRY_AFTER = timedelta(hours=1)
# So many weighted failures in a row, and Retry-After no longer holds back-off down: some servers
# answer 429 with "1 second" for ever.
TRUST_RETRY_AFTER = 3.0
# What a feed that flaps keeps of its failures over a success, so that it slows down sooner.
KEPT = 0.5
MAX_KEPT = 2.0


def weight(failure: Failure) -> float:
    """The weight of one failed poll: 1 hard, 0.5 soft, 0.25 temporary; 410 is hard."""
    if failure.status == 410:
        return HARD
    return WEIGHTS[failure.kind]


def backoff(ordinary: timedelta, failures: float) -> timedelta:
    """The wait of a feed whose plan asks for ``ordinary``, after weighted ``failures`` in a row.

    Never above 24 h, unless the plan itself waits longer.
    """
    ceiling = max(MAX_BACKOFF, ordinary)
    # compared as numbers first: a feed that fails for decades must not overflow a timedelta
    if ordinary.total_seconds() * (1 + failures) >= ceiling.total_seconds():
        return ceiling
    return ordinary * (1 + failures)


def base(ordinary: timedelta, hardness: float) -> timedelta:
    """The wait that back-off starts from: the plan's, or less if that is rare and it may pass."""
    return AGAIN if ordinary > RARE and hardness < HARD else ordinary


def after_failure(ordinary: timedelta, failures: float, retry_after: timedelta | None) -> timedelta:
    """The wait after a failed poll: what the server asks for, else back-off from ``ordinary``.

    Retry-After up to an hour is obeyed and replaces back-off as long as the server is not caught
    repeating it (TRUST_RETRY_AFTER); it never makes us come sooner than the plan.  A longer one
    counts as an hour, or as the back-off where that is more.
    """
    waits = [ordinary]
    if retry_after is not None:
        waits.append(min(retry_after, MAX_RETRY_AFTER))
    if retry_after is None or retry_after > MAX_RETRY_AFTER or failures >= TRUST_RETRY_AFTER:
        waits.append(backoff(ordinary, failures))
    return max(waits)


def forgiven(failures: float) -> float:
    """What is left of the failures after a success; 0 unless there were several."""
    left = min(failures * KEPT, MAX_KEPT)
    return left if left >= HARD else 0.0
