"""When an article page is asked for again."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import recheck_at, retry_at
from monitor.schedule.visits import RECHECK_SPREAD, SPREAD, WAITS
from pipeline.model import Failure, FailureKind

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGES = (10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY)


def failure(kind, retry_after=None):
    return Failure(kind=kind, message="no", url="http://a/", retry_after=retry_after)


def attempts(kind):
    count = 0
    while retry_at(count + 1, failure(kind), NOW, Random(1)) is not None:
        count += 1
    return count


def test_every_kind_is_decided():
    assert set(WAITS) == set(FailureKind)


@pytest.mark.parametrize("kind", ["gone", "robots", "refused", "too_large", "not_html", "hostile"])
def test_some_are_never_tried_again(kind):
    assert retry_at(1, failure(FailureKind(kind)), NOW, Random(1)) is None


def test_temporary_failures_get_more_attempts_than_hard_ones():
    assert attempts(FailureKind.TIMEOUT) == attempts(FailureKind.HTTP_5XX) == 5
    assert attempts(FailureKind.BLOCKED) == 3
    assert attempts(FailureKind.HTTP_4XX) == 1


def test_waits_grow():
    for kind in FailureKind:
        dues = [retry_at(n + 1, failure(kind), NOW, Random(1)) for n in range(attempts(kind))]
        assert dues == sorted(dues)
    first = retry_at(1, failure(FailureKind.CONNECT), NOW, Random(1))
    assert timedelta(seconds=3) <= first - NOW <= timedelta(seconds=4)


def test_attempts_count_from_one():
    with pytest.raises(ValueError, match="from 1"):
        retry_at(0, failure(FailureKind.DNS), NOW, Random(1))


@given(
    st.sampled_from(sorted(FailureKind)),
    st.integers(1, 6),
    st.none() | st.sampled_from([timedelta(0), 10 * MINUTE, HOUR, 400 * DAY]),
    st.integers(0, 99),
)
def test_never_early_and_bounded(kind, attempt, asked, seed):
    due = retry_at(attempt, failure(kind, asked), NOW, Random(seed))
    if due is None:
        assert attempt > len(WAITS[kind])
        return
    least = max(WAITS[kind][attempt - 1], min(asked or timedelta(0), HOUR))
    assert least <= due - NOW <= least * (1 + SPREAD) + timedelta(microseconds=1)


def test_rechecks_follow_the_ages():
    found = []
    now, n = NOW, 0
    while (due := recheck_at(n, NOW, now, AGES, Random(1))) is not None:
        found.append(due - NOW)
        now, n = due, n + 1
    assert len(found) == len(AGES)
    for age, visited in zip(AGES, found, strict=True):
        assert age <= visited <= age * (1 + RECHECK_SPREAD)


def test_missed_rechecks_collapse_into_one():
    """Down from minute 5 to hour 7: one overdue visit, then the next age is a day."""
    due = recheck_at(0, NOW, NOW, AGES, Random(1))
    assert due <= NOW + 11 * MINUTE
    visited = NOW + 7 * HOUR
    assert DAY <= recheck_at(1, NOW, visited, AGES, Random(1)) - NOW <= 1.1 * DAY


def test_a_late_visit_is_not_followed_at_once_by_the_next():
    late = NOW + 59 * MINUTE
    assert recheck_at(1, NOW, late, AGES, Random(1)) >= NOW + 6 * HOUR


def test_through():
    assert recheck_at(5, NOW, NOW + HOUR, AGES, Random(1)) is None
    assert recheck_at(0, NOW, NOW + 9 * DAY, AGES, Random(1)) is None
    assert recheck_at(0, NOW, NOW, (), Random(1)) is None


@given(
    st.integers(0, 6),
    st.timedeltas(timedelta(0), timedelta(days=5)),
    st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=9)), max_size=6).map(sorted),
    st.integers(0, 99),
)
def test_a_recheck_is_ahead_and_never_early(n, age, ages, seed):
    now = NOW + age
    due = recheck_at(n, NOW, now, ages, Random(seed))
    if due is not None:
        assert due > now
        assert any(step <= due - NOW <= step * 1.11 for step in ages[n:])
