"""The promise of ``pipeline.store.protocol``: fingerprints, and what outlets repeat."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.store.signatures import MONTHS, NEWEST, PARTS
from tests.storekit import BENCHES, at, bench_of, prepared, run_story, words_of

DAY = datetime(2026, 3, 15, tzinfo=UTC)
LOWEST, HIGHEST = -(2**31), 2**31 - 1


@pytest.fixture(params=sorted(BENCHES))
def bench(request, tmp_path):
    with bench_of(BENCHES[request.param], tmp_path) as made:
        yield made


def add(bench, article, *hashes, day=DAY, scheme=1):
    bench.do(lambda s: s.signatures.add(article, hashes, day, scheme))


def look(bench, *hashes, day=DAY, scheme=1, limit=10):
    return bench.do(lambda s: s.signatures.look_up(hashes, day, scheme, limit))


def test_those_with_most_in_common_come_first_then_the_newest(bench):
    add(bench, 1, 5, 6, 7)
    add(bench, 2, 7, 8)
    add(bench, 3, LOWEST, HIGHEST)
    add(bench, 4, 7)
    assert look(bench, 5, 6, 7, 9) == [(1, 3), (4, 1), (2, 1)]
    assert look(bench, 5, 6, 7, 9, limit=2) == [(1, 3), (4, 1)]
    assert look(bench, LOWEST, HIGHEST) == [(3, 2)]
    assert look(bench, 9) == look(bench) == []


def test_adding_twice_counts_once(bench):
    add(bench, 1, 5, 5, 6)
    add(bench, 1, 5, 7)
    assert look(bench, 5, 6, 7) == [(1, 3)]


def test_a_stock_phrase_brings_the_newest(bench):
    for article in range(1, NEWEST + 11):
        add(bench, article, 5)
    found = [article for article, _ in look(bench, 5, limit=1000)]
    assert found == list(range(NEWEST + 10, 10, -1))


@pytest.mark.parametrize("months", range(-4, 5))
def test_only_months_nearby_are_looked_up(bench, months):
    add(bench, 1, 5)
    day = DAY.replace(year=2026 + (2 + months) // 12, month=(2 + months) % 12 + 1)
    assert bool(look(bench, 5, day=day)) == (abs(months) < MONTHS)


def test_schemes_do_not_meet(bench):
    add(bench, 1, 5)
    add(bench, 2, 5, scheme=2)
    assert look(bench, 5) == [(1, 1)]
    assert look(bench, 5, scheme=2) == [(2, 1)]


def test_old_months_are_dropped_and_newer_ones_stay(bench):
    for months in range(6):
        add(bench, months + 1, 5, day=datetime(2026, months + 1, 1, tzinfo=UTC))
    now = datetime(2026, 6, 30, tzinfo=UTC)
    assert bench.do(lambda s: s.signatures.forget_months(now)) == 6 - MONTHS
    assert bench.do(lambda s: s.signatures.forget_months(now)) == 0
    assert [article for article, _ in look(bench, 5, day=now)] == [6, 5, 4]
    assert look(bench, 5, day=datetime(2026, 1, 1, tzinfo=UTC)) == []


def furniture(bench, *hashes):
    return bench.do(lambda s: s.signatures.furniture(hashes))


def note(bench, story, *hashes):
    bench.do(lambda s: s.signatures.note(hashes, story))


def test_a_paragraph_is_the_outlets_when_it_was_in_three_stories(bench):
    note(bench, 1, 10, 11)
    note(bench, 1, 10)  # a second article of the same story
    note(bench, 2, 10)
    assert furniture(bench, 10, 11) == frozenset()
    note(bench, 3, 10, 2**35 - 1)
    assert furniture(bench, 10, 11, 99) == {10}
    assert furniture(bench) == frozenset()


def test_paragraphs_that_never_came_again_are_forgotten(bench):
    old = bench.do(lambda s: run_story(s, "a", prepared("a", words_of("a")))).article
    new = bench.do(
        lambda s: run_story(s, "b", prepared("b", words_of("b"), title="Other"), now=at(60))
    ).article
    stories = [bench.article(article)["story"] for article in (old, new)]
    for story in (stories[0], stories[0] + 1000, stories[0] + 1001):
        note(bench, story, 7)
    note(bench, stories[0], 10, 2**34, 2**35 - 1)
    note(bench, stories[1], 11)

    def forget(before):
        return sum(
            bench.do(lambda s, p=p: s.signatures.forget_paragraphs(before, p)) for p in range(PARTS)
        )

    assert forget(at(30)) >= 3
    assert forget(at(30)) == 0
    assert furniture(bench, 7) == {7}
    assert forget(at(30) + timedelta(days=9)) == 0  # nothing is newer, so nothing is known as old


@settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sets(st.integers(LOWEST, HIGHEST), max_size=8), max_size=8), st.data())
def test_a_look_up_counts_what_is_in_common(tmp_path_factory, sets, data):
    with bench_of(BENCHES["sqlite"], tmp_path_factory.mktemp("signatures")) as bench:
        for article, hashes in enumerate(sets, 1):
            add(bench, article, *hashes)
        known = sorted(set().union(*sets)) if sets else []
        asked = data.draw(st.lists(st.sampled_from(known), unique=True) if known else st.just([]))
        counts = {n: len(set(asked) & hashes) for n, hashes in enumerate(sets, 1)}
        want = sorted(((n, c) for n, c in counts.items() if c), key=lambda x: (-x[1], -x[0]))
        assert look(bench, *asked) == want
