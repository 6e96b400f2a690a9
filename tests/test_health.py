"""The state of sources and of the whole."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.health import (
    STATE_OF_FAILURE,
    STATES,
    DaemonFacts,
    FeedFacts,
    Health,
    Severity,
    SourceFacts,
    health,
    overall,
    problems_first,
    span,
)
from pipeline.model import FailureKind
from pipeline.store.records import Break

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UP = DaemonFacts(running=True, heartbeat_at=NOW)


def good(**facts):
    base = {
        "name": "feed",
        "last_poll_at": NOW - MINUTE,
        "last_success_at": NOW - MINUTE,
        "links": 9,
    }
    return FeedFacts(**base | facts)


def bad(kind=FailureKind.TIMEOUT, failures=2.0, since=HOUR, **facts):
    base = {"last_success_at": NOW - since - HOUR, "message": "no answer"}
    return good(failure_kind=kind, failures=failures, failing_since=NOW - since, **base | facts)


def source(*feeds, **facts):
    base = {"source": "sana", "last_new_at": NOW - HOUR, "usual_gap": 2 * HOUR}
    return SourceFacts(feeds=feeds or (good(),), **base | facts)


def state(facts):
    found = health(facts, NOW)
    assert found.state in STATES
    assert " " not in found.state
    return found.state, found.severity


def test_working_and_quiet():
    assert state(source()) == ("working", 0)
    assert state(source(last_new_at=NOW - 3 * HOUR)) == ("quiet", 0)
    assert state(source(last_new_at=None)) == ("quiet", 0)


def test_new_and_paused():
    assert state(source(FeedFacts(name="feed"), last_new_at=None)) == ("new", 0)
    assert state(source(paused=True)) == ("paused", 0)
    assert state(source(good(paused=True))) == ("paused", 0)
    assert state(source(bad(paused=True), good())) == ("working", 0)
    assert health(SourceFacts(source="a", feeds=()), NOW).state == "empty"


def test_silence():
    silent = {"last_new_at": NOW - 8 * HOUR, "silent_at": NOW - 2 * HOUR}
    assert state(source(**silent)) == ("silent", 1)
    assert state(source(**silent | {"silent_at": NOW - 4 * HOUR})) == ("silent", 2)
    assert state(source(**silent | {"silent_at": NOW + HOUR})) == ("quiet", 0)
    reason = health(source(**silent), NOW).reason
    assert reason == "nothing new for 8h, usual gap 2h"


def test_one_hiccup_is_no_problem():
    found = health(source(bad(failures=0.25)), NOW)
    assert (found.state, found.severity) == ("working", 0)
    assert "no answer" in found.reason


def test_a_feed_that_never_worked_has_no_credit():
    assert state(source(bad(FailureKind.DNS, 0.25, last_success_at=None))) == ("dns", 1)


def test_residual_failures_after_a_success_are_no_problem():
    assert state(source(good(failures=2.0))) == ("working", 0)


@pytest.mark.parametrize("kind", sorted(FailureKind))
def test_every_failure_has_a_state(kind):
    assert state(source(bad(kind)))[0] == STATE_OF_FAILURE[kind]


def test_severity_grows_with_time_and_weight():
    timeout = FailureKind.TIMEOUT
    assert state(source(bad(timeout, 3.0, 11 * HOUR))) == ("timeout", 1)
    assert state(source(bad(timeout, 2.5, 13 * HOUR))) == ("timeout", 1)
    assert state(source(bad(timeout, 3.0, 13 * HOUR))) == ("timeout", 2)


def test_what_does_not_end_by_itself_is_critical_sooner():
    assert state(source(bad(FailureKind.BLOCKED, 1.0, HOUR))) == ("blocked", 1)
    assert state(source(bad(FailureKind.BLOCKED, 1.0, 2 * HOUR))) == ("blocked", 2)


def test_a_source_is_as_bad_as_its_best_feed():
    dead = bad(FailureKind.NOT_A_FEED, 9.0, DAY)
    assert state(source(dead, dead)) == ("not_a_feed", 2)
    assert state(source(dead, bad(FailureKind.TIMEOUT))) == ("not_a_feed", 1)
    one = health(source(dead, good()), NOW)
    assert (one.state, one.severity) == ("not_a_feed", 1)
    assert one.reason.startswith("1 of 2 feeds")
    assert one.since == NOW - DAY


def test_valid_but_empty_is_not_broken():
    assert state(source(good(links=0))) == ("empty", 1)
    assert state(source(good(links=0), good(links=3))) == ("working", 0)
    assert state(source(good(links=None))) == ("working", 0)
    assert state(source(bad(FailureKind.PARSE_ERROR))) == ("broken", 1)


def test_extraction():
    assert state(source(pages=9, unreadable=9)) == ("working", 0)
    assert state(source(pages=20, unreadable=9)) == ("working", 0)
    assert state(source(pages=20, unreadable=10)) == ("extraction", 1)
    assert state(source(pages=20, unreadable=18)) == ("extraction", 2)


def broken(measure="body", now=0.9):
    return Break(measure=measure, since=NOW - DAY, raised_at=NOW - HOUR, before=0.1, now=now)


def test_a_break_in_the_quality_of_pages_degrades():
    found = health(source(breaks=(broken("author"), broken("date"))), NOW)
    assert (found.state, found.severity, found.since) == ("drift", 1, NOW - DAY)
    assert found.reason == (
        "90% of articles name no author, usual 10%, since 2026-11-23 12:00 UTC; 1 more"
    )
    assert state(source(bad(), breaks=(broken(),))) == ("timeout", 1)
    assert state(source(paused=True, breaks=(broken(),))) == ("paused", 0)
    told = health(source(breaks=(broken("short", 90),)), NOW).reason
    assert told.startswith("articles are shorter: 90 words, usual 0, since ")


def test_pages_without_text_explain_silence_and_bad_extraction():
    silent = {"last_new_at": NOW - 8 * HOUR, "silent_at": NOW - 2 * HOUR}
    assert state(source(**silent, breaks=(broken(),))) == ("drift", 1)
    assert state(source(pages=20, unreadable=19, breaks=(broken(),))) == ("drift", 2)
    # Other breaks explain neither.
    assert state(source(**silent, breaks=(broken("author"),))) == ("silent", 1)
    assert state(source(pages=20, unreadable=19, breaks=(broken("date"),))) == ("extraction", 2)


def test_slow():
    assert state(source(good(typical_elapsed=timedelta(seconds=12)))) == ("slow", 1)
    assert state(source(good(typical_elapsed=timedelta(seconds=2)))) == ("working", 0)


def test_a_failing_feed_explains_the_silence():
    assert state(source(bad(), silent_at=NOW - HOUR, last_new_at=NOW - DAY))[0] == "timeout"


def verdict(severity, name="a", *, essential=False, state="working", since=None):
    return Health(
        source=name, state=state, severity=Severity(severity), reason="", since=since,
        essential=essential,
    )  # fmt: skip


def test_the_daemon_comes_first():
    fine = [verdict(0)]
    assert overall(fine, UP, NOW) == 0
    assert overall(fine, DaemonFacts(running=False, heartbeat_at=NOW), NOW) == 12
    assert overall(fine, DaemonFacts(running=True), NOW) == 11
    hung = DaemonFacts(running=True, heartbeat_at=NOW - 2 * MINUTE)
    assert overall(fine, hung, NOW) == 11


def test_the_whole():
    assert overall([], UP, NOW) == 0
    assert overall([verdict(0), verdict(1)], UP, NOW) == 10
    assert overall([verdict(0), verdict(2)], UP, NOW) == 10
    assert overall([verdict(0), verdict(2), verdict(2)], UP, NOW) == 11
    assert overall([verdict(0)] * 9 + [verdict(2, essential=True)], UP, NOW) == 11
    paused = verdict(0, state="paused")
    assert overall([verdict(0), verdict(2), verdict(2), paused, paused], UP, NOW) == 11


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=12), st.integers(0, 11))
def test_worse_sources_never_make_the_whole_better(rows, index):
    order = {0: 0, 10: 1, 11: 2}
    before = [verdict(severity, essential=essential) for severity, essential in rows]
    if index < len(rows) and rows[index][0] < 2:
        worse = list(before)
        worse[index] = verdict(rows[index][0] + 1, essential=rows[index][1])
        assert order[overall(worse, UP, NOW)] >= order[overall(before, UP, NOW)]
    assert overall(before, UP, NOW) == overall(before[::-1], UP, NOW)


def test_problems_first():
    rows = [
        verdict(0, "fine"),
        verdict(1, "degraded"),
        verdict(2, "old", since=NOW - DAY),
        verdict(2, "fresh", since=NOW - HOUR),
        verdict(2, "essential", essential=True, since=NOW - DAY),
        verdict(0, "also"),
    ]
    found = [row.source for row in problems_first(rows)]
    assert found == ["essential", "fresh", "old", "degraded", "also", "fine"]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=40), "40s"),
        (timedelta(minutes=12, seconds=5), "12m"),
        (timedelta(hours=3), "3h"),
        (timedelta(hours=3, minutes=4, seconds=5), "3h 4m"),
        (timedelta(days=3, hours=4, minutes=9), "3d 4h"),
        (timedelta(days=3, minutes=9), "3d"),
        (timedelta(seconds=-5), "0s"),
    ],
)
def test_spans_for_people(length, text):
    assert span(length) == text
