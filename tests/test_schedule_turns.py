"""Whose turn it is, and how overdue feeds are spread."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule import Waiting, catch_up, pick_due
from monitor.schedule.turns import CATCH_UP_WINDOW, HOST_GAP

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

waiting = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.none() | st.integers(-5000, 5000)), max_size=30
).map(
    lambda rows: [
        Waiting(number, host, None if due is None else NOW + SECOND * due)
        for number, (host, due) in enumerate(rows)
    ]
)


def test_longest_due_first_and_one_a_host():
    feeds = [
        Waiting(1, "a", NOW - SECOND),
        Waiting(2, "a", NOW - 9 * SECOND),
        Waiting(3, "b", NOW),
        Waiting(4, "c", NOW + SECOND),
        Waiting(5, "d", None),
        Waiting(6, "e", NOW - 99 * SECOND),
    ]
    assert pick_due(feeds, NOW, {"e"}, 10) == [5, 2, 3]
    assert pick_due(feeds, NOW, {"e"}, 2) == [5, 2]
    assert pick_due(feeds, NOW, {"e"}, 0) == []


@given(waiting, st.sets(st.sampled_from("abcdef")), st.integers(0, 10))
def test_laws_of_turns(feeds, busy, limit):
    by_id = {feed.feed: feed for feed in feeds}
    chosen = [by_id[number] for number in pick_due(feeds, NOW, busy, limit)]
    hosts = [feed.host for feed in chosen]
    assert len(set(hosts)) == len(hosts) <= limit
    assert not set(hosts) & busy
    assert all(feed.due_at is None or feed.due_at <= NOW for feed in chosen)
    if len(chosen) < limit:  # nobody is left out for nothing
        due = {feed.host for feed in feeds if feed.due_at is None or feed.due_at <= NOW}
        assert due - busy == set(hosts)


def test_a_host_with_many_feeds_holds_up_nobody():
    """Each of 40 rounds serves the big host once and the others in order of waiting."""
    feeds = [Waiting(n, "big", NOW - 100 * SECOND) for n in range(40)]
    feeds += [Waiting(100 + n, f"small{n}", NOW) for n in range(5)]
    assert set(pick_due(feeds, NOW, (), 10)) == {0, 100, 101, 102, 103, 104}


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=60),
    st.integers(0, 9),
    st.timedeltas(timedelta(seconds=1), timedelta(hours=1)),
)
def test_every_overdue_feed_once_within_the_window(hosts, seed, window):
    due = list(enumerate(hosts))
    times = catch_up(due, NOW, Random(seed), window)
    assert set(times) == {feed for feed, _ in due}
    assert all(NOW <= time < NOW + window for time in times.values())
    by_host = defaultdict(list)
    for feed, host in due:
        by_host[host].append(times[feed])
    for host_times in by_host.values():
        apart = min(HOST_GAP, window / len(host_times))
        gaps = [later - before for before, later in pairwise(sorted(host_times))]
        assert all(gap >= apart - timedelta(milliseconds=1) for gap in gaps)


def test_no_storm_after_a_night_off():
    due = [(n, f"host{n % 800}") for n in range(1000)]
    times = catch_up(due, NOW, Random(3))
    a_second = Counter(int((time - NOW) / SECOND) for time in times.values())
    assert max(a_second.values()) <= 12
    assert max(times.values()) - NOW > timedelta(minutes=3)


def test_the_window_is_bounded():
    times = catch_up([(n, "one") for n in range(5000)], NOW, Random(3))
    assert max(times.values()) < NOW + CATCH_UP_WINDOW


def test_a_single_feed_does_not_wait():
    assert catch_up([(7, "a")], NOW, Random(1))[7] < NOW + SECOND
    assert catch_up([], NOW, Random(1)) == {}
