"""When an article page is asked for again."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.schedule import confirm_at, recheck_at, recheck_plan, retry_at, second_look_at
from monitor.schedule.rechecks import ENOUGH
from monitor.schedule.visits import CONFIRM, RECHECK_SPREAD, SPREAD, WAITS
from pipeline.model import Failure, FailureKind
from pipeline.store.records import LookHistory

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


@settings(deadline=None)
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
    now = NOW
    while (due := recheck_at(NOW, now, AGES, Random(1))) is not None:
        found.append(due - NOW)
        now = due
    assert len(found) == len(AGES)
    for age, visited in zip(AGES, found, strict=True):
        assert age <= visited <= age * (1 + RECHECK_SPREAD)


def test_missed_rechecks_collapse_into_one():
    """Down from minute 5 to hour 7: one overdue visit, then the next age is a day."""
    due = recheck_at(NOW, NOW, AGES, Random(1))
    assert due <= NOW + 11 * MINUTE
    visited = NOW + 7 * HOUR
    assert DAY <= recheck_at(NOW, visited, AGES, Random(1)) - NOW <= 1.1 * DAY


def test_a_late_visit_is_not_followed_at_once_by_the_next():
    late = NOW + 59 * MINUTE
    assert recheck_at(NOW, late, AGES, Random(1)) >= NOW + 6 * HOUR


def test_through():
    assert recheck_at(NOW, NOW + 3 * DAY, AGES, Random(1)) is None
    assert recheck_at(NOW, NOW + 9 * DAY, AGES, Random(1)) is None
    assert recheck_at(NOW, NOW, (), Random(1)) is None


@settings(deadline=None)
@given(
    st.timedeltas(timedelta(0), timedelta(days=5)),
    st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=9)), max_size=6).map(sorted),
    st.integers(0, 99),
)
def test_a_recheck_is_ahead_and_never_early(age, ages, seed):
    now = NOW + age
    due = recheck_at(NOW, now, ages, Random(seed))
    if due is not None:
        assert due > now
        assert any(step <= due - NOW <= step * 1.11 for step in ages)


def test_a_visit_that_a_feed_asked_for_takes_no_ages_place():
    """Five edits announced within the hour: the look after a day is still made."""
    asked = [recheck_at(NOW, NOW + m * MINUTE, AGES, Random(1)) for m in (20, 30, 40, 50, 58)]
    assert all(due is not None for due in asked)
    assert recheck_at(NOW, NOW + 7 * HOUR, AGES, Random(1)) >= NOW + DAY


def test_a_page_that_seems_gone_is_looked_at_soon():
    for ages in (AGES, (DAY,), ()):
        wait = confirm_at(NOW, ages, Random(1)) - NOW
        assert min((CONFIRM, *ages)) <= wait <= CONFIRM * (1 + RECHECK_SPREAD)


def test_a_page_without_an_article_gets_two_more_looks():
    first = second_look_at(NOW, NOW, AGES, Random(1))
    assert HOUR <= first - NOW <= 1.1 * HOUR
    second = second_look_at(NOW, first, AGES, Random(1))
    assert DAY <= second - NOW <= 1.1 * DAY
    assert second_look_at(NOW, second, AGES, Random(1)) is None
    assert second_look_at(NOW, NOW, (), Random(1)) is None, "looking again is switched off"


def looked(looks, **more):
    return LookHistory(looks=looks, **more)


def test_a_source_that_never_edits_is_looked_at_less():
    assert recheck_plan(AGES, looked(ENOUGH - 1)).ages == AGES
    plan = recheck_plan(AGES, looked(ENOUGH))
    assert (plan.ages, plan.thinned) == ((AGES[0], AGES[-1]), True)
    assert str(plan) == "10 min, 3 d (thinned out: 200 looks found no edit)"


def test_one_edit_brings_all_ages_back():
    """Looks count from the day of the last edit on."""
    plan = recheck_plan(AGES, looked(ENOUGH - 1, last_edit="2026-11-02"))
    assert (plan.ages, plan.thinned) == (AGES, False)
    assert "2026-11-02" in plan.reason


def test_cheap_looks_count_less():
    assert not recheck_plan(AGES, looked(ENOUGH, not_modified=1)).thinned
    assert recheck_plan(AGES, looked(2 * ENOUGH, not_modified=2 * ENOUGH)).thinned


def test_ages_that_the_configuration_names_for_a_source_all_stand():
    assert recheck_plan(AGES, looked(10 * ENOUGH), own=True).ages == AGES
    assert recheck_plan((), looked(10 * ENOUGH)).ages == ()
    assert not recheck_plan(AGES[:2], looked(10 * ENOUGH)).thinned


@settings(deadline=None)
@given(
    st.lists(st.timedeltas(MINUTE, 9 * DAY), max_size=6, unique=True).map(sorted),
    st.integers(0, 2000),
    st.integers(0, 2000),
    st.booleans(),
)
def test_a_plan_keeps_the_first_and_the_last_look(ages, looks, cheap, own):
    plan = recheck_plan(ages, looked(looks, not_modified=min(cheap, looks)), own=own)
    assert set(plan.ages) <= set(ages)
    assert plan.ages[:1] == tuple(ages[:1])
    assert plan.ages[-1:] == tuple(ages[-1:])
