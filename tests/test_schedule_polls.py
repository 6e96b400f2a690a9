"""When a feed is polled next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.schedule import START, WEEK, publish, simulate
from monitor.schedule import (
    Auto,
    Cron,
    Every,
    FeedState,
    PollResult,
    after_poll,
    pause,
    polls,
    repair,
    replan,
    resume,
)
from monitor.schedule.crontab import next_fire
from monitor.schedule.failures import DOCUMENT_KINDS, WEIGHTS, weight
from pipeline.model import Failure, FailureKind

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AUTO = Auto(5 * MINUTE, DAY)


def failure(kind=FailureKind.TIMEOUT, status=None, retry_after=None):
    return Failure(kind=kind, message="no", url="http://a/", status=status, retry_after=retry_after)


def poll(plan, state, at, *, jitter=0.0, seed=1, **facts):
    facts.setdefault("ok", "failure" not in facts)
    return after_poll(plan, state, PollResult(at=at, **facts), jitter=jitter, rng=Random(seed))


def fail(plan, state, times, kind=FailureKind.NOT_A_FEED, **facts):
    """Let a feed fail so often, each time when it is due."""
    for _ in range(times):
        state = poll(plan, state, state.next_poll_at or NOW, failure=failure(kind), **facts)
    return state


def wait(state):
    return state.next_poll_at - state.last_poll_at


def known(per_hour, plan=AUTO, **facts):
    """A feed of a steady pace, watched for four weeks."""
    count = int(per_hour * 24 * 28)
    times = tuple(NOW - HOUR * ((n + 0.5) / per_hour) for n in range(count))
    return poll(plan, FeedState(), NOW, new_links=count, times=times, **facts)


# --- plans


def test_impossible_plans_are_refused():
    with pytest.raises(ValueError, match="min"):
        Auto(HOUR, MINUTE)
    with pytest.raises(ValueError, match="above 0"):
        Every(timedelta(0))
    with pytest.raises(ValueError, match="jitter"):
        poll(Every(HOUR), FeedState(), NOW, jitter=1.0)
    with pytest.raises(ValueError, match="failure"):
        PollResult(at=NOW, ok=False)


def test_every_counts_from_the_poll():
    assert poll(Every(HOUR), FeedState(), NOW).next_poll_at == NOW + HOUR


def test_cron_fires_at_its_times():
    state = poll(Cron("30 6 * * *", "Asia/Damascus"), FeedState(), NOW)
    assert state.next_poll_at == datetime(2026, 11, 25, 3, 30, tzinfo=UTC)


def test_cron_jitter_stays_within_a_minute():
    plan = Cron("30 6 * * *", "UTC")
    for seed in range(30):
        late = poll(plan, FeedState(), NOW, jitter=0.5, seed=seed).next_poll_at
        assert timedelta(0) <= late - datetime(2026, 11, 25, 6, 30, tzinfo=UTC) <= MINUTE


# --- auto


def test_a_new_feed_is_seen_again_within_the_hour():
    assert 5 * MINUTE <= wait(poll(AUTO, FeedState(), NOW)) <= HOUR


def test_busy_feeds_are_polled_more_often():
    waits = [wait(known(pace)) for pace in (20, 4, 1, 0.1, 0.01)]
    assert waits == sorted(waits)
    assert waits[0] == 5 * MINUTE
    assert 6 * MINUTE < waits[1] < 10 * MINUTE
    assert 2 * HOUR < waits[4] < DAY


def test_auto_learns_office_hours_and_finds_most_items_in_minutes():
    times = publish("office hours", START - 4 * WEEK, START + 4 * WEEK, Random(5))
    auto = simulate(AUTO, times, 4, Random(5))
    hourly = simulate(Every(HOUR), times, 4, Random(5))
    delays = sorted(auto.delays)
    assert delays[len(delays) // 2] < 8
    assert delays[len(delays) * 95 // 100] < 20
    assert auto.polls < 4 * hourly.polls
    assert auto.lost == 0


def test_auto_beats_the_hourly_plan_on_a_daily_bulletin_with_fewer_polls():
    times = publish("bulletin", START - 4 * WEEK, START + 4 * WEEK, Random(5))
    auto = simulate(AUTO, times, 4, Random(5))
    hourly = simulate(Every(HOUR), times, 4, Random(5))
    assert auto.polls < hourly.polls
    assert (
        sorted(auto.delays)[len(auto.delays) // 2] < sorted(hourly.delays)[len(hourly.delays) // 2]
    )


def test_a_poll_without_news_leaves_the_rhythm_untouched():
    state = known(1)
    later = poll(AUTO, state, state.next_poll_at, not_modified=True)
    assert later.rhythm is state.rhythm


def test_no_link_in_common_means_come_sooner():
    state = known(0.05)
    later = NOW + 30 * MINUTE  # polled by hand
    found = {"new_links": 1, "times": (later - MINUTE,), "shared_with_last": False}
    usual = poll(AUTO, state, later, **found | {"shared_with_last": True})
    sooner = poll(AUTO, state, later, **found)
    assert wait(sooner) <= (later - NOW) / 2 < wait(usual)
    assert "sooner" in sooner.reason


def test_a_sudden_rush_brings_us_back_sooner(monkeypatch):
    state = known(0.5)
    later = state.next_poll_at
    times = tuple(later - MINUTE * (6 * n + 1) for n in range(5))
    rush = poll(AUTO, state, later, new_links=5, times=times)
    assert wait(rush) < wait(poll(AUTO, state, later)) * 0.8
    monkeypatch.setattr(polls, "MAX_BOOST", 1.0)
    assert wait(rush) < wait(poll(AUTO, state, later, new_links=5, times=times)) * 0.9


def test_an_outage_is_not_taken_for_silence():
    state = known(2)
    before = wait(state)
    at = NOW
    while at < NOW + timedelta(days=30):
        state = poll(AUTO, state, at, failure=failure())
        at = state.next_poll_at
    assert wait(poll(AUTO, state, at, not_modified=True)) == pytest.approx(before, rel=0.05)


# --- what the server says


def test_max_age_is_a_lower_bound():
    state = known(4, max_age=40 * MINUTE)
    assert wait(state) == 40 * MINUTE


def test_max_age_of_a_year_does_not_stop_us():
    year = timedelta(days=365)
    assert wait(known(4, max_age=year)) == HOUR
    assert wait(known(0.001, max_age=year)) <= DAY


def test_ttl_is_a_lower_bound_until_the_feed_contradicts_it():
    assert wait(known(1, refresh=HOUR)) == HOUR
    assert wait(known(10, refresh=HOUR)) == 15 * MINUTE


def test_the_publisher_never_goes_over_the_plan():
    plan = Auto(MINUTE, 30 * MINUTE)
    assert wait(known(0.01, plan, refresh=timedelta(days=7), max_age=DAY)) == 30 * MINUTE


def test_who_wrote_every_has_decided():
    assert wait(poll(Every(5 * MINUTE), FeedState(), NOW, max_age=HOUR, refresh=HOUR)) == 5 * MINUTE


def test_a_304_keeps_what_the_full_answer_said():
    state = known(1, refresh=HOUR, max_age=10 * MINUTE)
    later = poll(AUTO, state, state.next_poll_at, not_modified=True)
    assert (later.publisher_refresh, later.http_max_age) == (HOUR, 10 * MINUTE)


@pytest.mark.parametrize("plan", [AUTO, Every(5 * MINUTE), Cron("*/5 * * * *")])
def test_retry_after_is_obeyed_up_to_an_hour(plan):
    for asked, least, most in (
        (20 * MINUTE, 20 * MINUTE, 35 * MINUTE),
        (timedelta(days=365), HOUR, 90 * MINUTE),
    ):
        limited = failure(FailureKind.RATE_LIMITED, 429, asked)
        state = poll(plan, FeedState(), NOW, failure=limited)
        assert least <= wait(state) <= most


def test_retry_after_is_obeyed_with_a_success_too():
    assert wait(poll(Every(5 * MINUTE), FeedState(), NOW, retry_after=20 * MINUTE)) == 20 * MINUTE


def test_a_short_retry_after_is_no_leave_to_hammer():
    state = FeedState()
    for _ in range(20):
        limited = failure(FailureKind.RATE_LIMITED, 429, timedelta(seconds=1))
        state = poll(Every(5 * MINUTE), state, state.next_poll_at or NOW, failure=limited)
        assert wait(state) >= 5 * MINUTE
    assert wait(state) >= 30 * MINUTE


# --- failures


def test_every_kind_of_failure_has_its_weight():
    assert set(WEIGHTS) == set(FailureKind)
    assert set(WEIGHTS.values()) == {1.0, 0.5, 0.25}
    assert weight(failure(FailureKind.GONE, 404)) == 0.5
    assert weight(failure(FailureKind.GONE, 410)) == 1.0


def test_harder_failures_slow_down_more():
    waits = [
        wait(fail(Every(HOUR), FeedState(), 4, kind))
        for kind in (FailureKind.DNS, FailureKind.HTTP_5XX, FailureKind.NOT_A_FEED)
    ]
    assert waits == [2 * HOUR, 3 * HOUR, 5 * HOUR]


@pytest.mark.parametrize("plan", [AUTO, Every(5 * MINUTE), Cron("*/5 * * * *")])
def test_a_dead_feed_is_still_asked_once_a_day(plan):
    state = fail(plan, FeedState(), 400)
    assert 23 * HOUR < wait(state) <= DAY + 5 * MINUTE


@pytest.mark.parametrize("plan", [AUTO, Every(5 * MINUTE), Cron("*/5 * * * *")])
def test_one_success_restores(plan):
    dead = fail(plan, FeedState(), 100)
    alive = poll(plan, dead, dead.next_poll_at)
    assert wait(alive) == wait(poll(plan, FeedState(), dead.next_poll_at))
    assert (alive.failure_kind, alive.failing_since) == (None, None)


def test_a_flapping_feed_slows_down_sooner():
    plan = Every(HOUR)
    state = fail(plan, FeedState(), 6)
    state = poll(plan, state, state.next_poll_at)
    assert wait(fail(plan, state, 1)) > wait(fail(plan, FeedState(), 1))
    for _ in range(3):
        state = poll(plan, state, state.next_poll_at)
    assert state.failures == 0


def test_a_daily_cron_line_is_not_slowed_down():
    state = fail(Cron("0 6 * * *"), FeedState(), 10)
    assert wait(state) == DAY


@pytest.mark.parametrize("plan", [Every(12 * HOUR), Cron("0 7,19 * * *"), Cron("30 2 * * *")])
def test_what_is_polled_rarely_is_tried_again_soon(plan):
    at = next_fire(plan.expression, plan.zone, NOW) if isinstance(plan, Cron) else NOW
    state, passed = FeedState(), []
    for _ in range(24):
        state = poll(plan, state, at, failure=failure(FailureKind.CONNECT))
        passed.append(wait(state))
        assert wait(state) == 15 * MINUTE * (1 + state.failures) or isinstance(plan, Cron)
        at = state.next_poll_at
    assert passed[0] == timedelta(minutes=18, seconds=45)
    assert max(passed) < 2 * HOUR
    alive = poll(plan, state, at)
    assert wait(alive) <= DAY
    assert alive.next_poll_at == (
        next_fire(plan.expression, plan.zone, at) if isinstance(plan, Cron) else at + 12 * HOUR
    )


@given(st.integers(1, 60), st.sampled_from(sorted(FailureKind)))
def test_no_time_of_a_rare_cron_line_is_left_out(failures, kind):
    plan = Cron("0 7,19 * * *", "Europe/Berlin")
    state, at = FeedState(), NOW
    for _ in range(failures):
        state = poll(plan, state, at, failure=failure(kind))
        if WEIGHTS[kind] < 1:
            assert state.next_poll_at <= next_fire(plan.expression, plan.zone, at)
        assert wait(state) >= 15 * MINUTE or state.next_poll_at == next_fire(
            plan.expression, plan.zone, at
        )
        at = state.next_poll_at


def test_what_will_be_the_same_tomorrow_is_not_tried_again_sooner():
    assert wait(fail(Every(12 * HOUR), FeedState(), 1, FailureKind.ROBOTS)) == DAY
    assert wait(fail(Cron("0 7 * * *"), FeedState(), 1, FailureKind.BLOCKED)) == 19 * HOUR
    for status, expected in ((404, 22.5 * MINUTE), (410, DAY)):
        gone = failure(FailureKind.GONE, status)
        assert wait(poll(Every(12 * HOUR), FeedState(), NOW, failure=gone)) == expected


def test_failing_since_is_the_first_failure():
    assert fail(Every(HOUR), FeedState(), 3).failing_since == NOW


@pytest.mark.parametrize("kind", sorted(FailureKind))
def test_a_304_clears_a_lost_connection_but_not_a_bad_document(kind):
    state = fail(Every(HOUR), FeedState(), 2, kind)
    after = poll(Every(HOUR), state, state.next_poll_at, not_modified=True)
    if kind in DOCUMENT_KINDS:
        assert state.wants_full
        assert after.failure_kind is kind
        assert after.failures == state.failures
        assert after.last_success_at is None
        assert wait(after) == wait(state)
        whole = poll(Every(HOUR), after, after.next_poll_at)
        assert whole.failure_kind is None
    else:
        assert not state.wants_full
        assert after.failure_kind is None
        assert wait(after) == HOUR


# --- pauses, changed plans, clocks


def test_pauses():
    state = poll(Every(HOUR), FeedState(), NOW)
    due = NOW + HOUR
    assert state.is_due(due)
    assert not state.is_due(due - timedelta(microseconds=1))
    assert not pause(state).is_due(due + timedelta(days=999))
    assert not pause(state, due + HOUR).is_due(due)
    assert pause(state, due + HOUR).is_due(due + HOUR)
    assert resume(pause(state), NOW).is_due(NOW)
    assert FeedState().is_due(NOW)


def test_a_changed_plan_counts_from_the_last_poll():
    state = poll(Every(DAY), FeedState(), NOW)
    sooner = replan(Every(HOUR), state, NOW + 10 * MINUTE, jitter=0, rng=Random(1))
    assert sooner.next_poll_at == NOW + HOUR
    assert replan(AUTO, FeedState(), NOW, jitter=0, rng=Random(1)) == FeedState()


def test_a_changed_plan_forgets_no_failures():
    state = fail(Every(DAY), FeedState(), 3)
    later = replan(Every(HOUR), state, state.last_poll_at, jitter=0, rng=Random(1))
    assert later.failures == 3
    assert wait(later) == 4 * HOUR


def test_clock_put_back_by_an_hour():
    state = poll(Every(5 * MINUTE), FeedState(), NOW, new_links=1)
    earlier = NOW - HOUR
    fixed = repair(state, earlier)
    assert fixed.next_poll_at == earlier + 5 * MINUTE
    assert fixed.last_poll_at == fixed.last_success_at == fixed.last_new_at == earlier
    assert repair(state, NOW) == state


def test_a_wait_set_under_a_wrong_clock_is_given_up():
    year = timedelta(days=365)
    assert repair(FeedState(next_poll_at=NOW + year), NOW).is_due(NOW)
    state = poll(Every(HOUR), FeedState(), NOW)
    assert repair(resume(state, NOW + year), NOW).is_due(NOW)
    weekly = poll(Cron("0 0 * * 5"), FeedState(), NOW)
    assert repair(weekly, NOW + MINUTE) == weekly


def test_clock_put_forward_by_a_year_gives_one_poll():
    state = known(1)
    later = NOW + timedelta(days=365)
    assert repair(state, later) == state
    assert state.is_due(later)
    after = poll(AUTO, state, later)
    assert not after.is_due(later)
    assert wait(after) == pytest.approx(wait(state), rel=0.1)
    back = repair(after, NOW + HOUR)  # and the clock is put right again
    assert back.next_poll_at <= NOW + HOUR + wait(after)
    assert wait(poll(AUTO, back, back.next_poll_at, new_links=1)) <= HOUR


# --- laws

plans = st.one_of(
    st.builds(
        lambda low, factor: Auto(low, low * factor),
        st.timedeltas(timedelta(seconds=30), timedelta(hours=6)),
        st.integers(1, 500),
    ),
    st.builds(Every, st.timedeltas(timedelta(seconds=1), timedelta(days=10))),
    st.sampled_from(
        [
            Cron("*/7 * * * *"),
            Cron("30 2 * * *", "Europe/Berlin"),
            Cron("0 0 * * 5", "Asia/Damascus"),
        ]
    ),
)
spans = st.none() | st.timedeltas(timedelta(0), timedelta(days=500))


@st.composite
def results(draw, at):
    kind = draw(st.none() | st.sampled_from(sorted(FailureKind)))
    new = draw(st.integers(0, 40))
    back = draw(st.lists(st.timedeltas(-DAY, timedelta(days=40)), max_size=new))
    return PollResult(
        at=at,
        ok=kind is None,
        failure=failure(kind, draw(st.sampled_from([None, 404, 410])), draw(spans))
        if kind
        else None,
        new_links=0 if kind else new,
        times=() if kind else tuple(at - span for span in back),
        shared_with_last=draw(st.none() | st.booleans()),
        not_modified=draw(st.booleans()),
        max_age=draw(spans),
        refresh=draw(spans),
        retry_after=draw(spans),
    )


@settings(max_examples=150, deadline=None)
@given(plans, st.floats(0, 0.5), st.data())
def test_laws_of_any_life(plan, jitter, data):
    state = FeedState()
    at = NOW
    for _ in range(data.draw(st.integers(1, 8))):
        turn = data.draw(st.integers(0, 10**6))
        result = data.draw(results(at))
        state = after_poll(plan, state, result, jitter=jitter, rng=Random(turn))
        bare = after_poll(plan, state, result, jitter=0, rng=Random(turn))
        again = after_poll(plan, state, result, jitter=jitter, rng=Random(turn))
        due = state.next_poll_at
        # later than now, and never given up
        longest = max(DAY, _longest(plan, at))
        assert at < due <= at + longest * (1 + jitter) + MINUTE
        assert state.interval == due - at
        assert state.failures >= 0
        assert state.reason
        # never early, and late by no more than the share
        gap = bare.next_poll_at - at
        assert timedelta(0) <= again.next_poll_at - bare.next_poll_at <= gap * jitter + MINUTE
        if state.failure_kind is None and result.retry_after is None:
            assert due >= at + _shortest(plan, at)
            if isinstance(plan, Auto):
                assert due <= at + plan.maximum
        at = data.draw(st.sampled_from([due, due, due + HOUR, due + timedelta(days=300)]))


def _shortest(plan, at):
    if isinstance(plan, Auto):
        return plan.minimum
    if isinstance(plan, Every):
        return plan.interval
    return next_fire(plan.expression, plan.zone, at) - at


def _longest(plan, at):
    if isinstance(plan, Auto):
        return plan.maximum
    if isinstance(plan, Every):
        return plan.interval
    return next_fire(plan.expression, plan.zone, at + DAY) - at


@settings(max_examples=60, deadline=None)
@given(plans, st.integers(-1000, 1000), st.floats(0, 0.5))
def test_no_clock_change_stops_or_storms(plan, hours, jitter):
    state = poll(plan, FeedState(), NOW, jitter=jitter, new_links=2)
    now = NOW + HOUR * hours
    fixed = repair(state, now)
    assert fixed.next_poll_at - now <= wait(state)
    after = poll(plan, fixed, max(now, fixed.next_poll_at), jitter=jitter)
    assert after.next_poll_at > after.last_poll_at
    assert replace(fixed, reason="") == replace(repair(fixed, now), reason="")
