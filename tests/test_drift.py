"""Levels are learned, breaks are noticed with their beginning and examples, and they end."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.drift import (
    ACCEPTED_AFTER,
    HOPELESS,
    WARM_UP,
    Levels,
    Measure,
    Track,
    observe,
    step,
)
from monitor.levels import from_json, to_json
from pipeline.store.records import Example, PageQuality

START = datetime(2026, 1, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
FINE = PageQuality(body=True, words=400, author=True, date=True)
BROKEN = {
    Measure.BODY: PageQuality(body=False),
    Measure.SHORT: PageQuality(body=True, words=120, author=True, date=True),
    Measure.LONG: PageQuality(body=True, words=2000, author=True, date=True),
    Measure.AUTHOR: PageQuality(body=True, words=400, date=True),
    Measure.DATE: PageQuality(body=True, words=400, author=True),
    Measure.OVERLAP: PageQuality(body=True, words=400, author=True, date=True, overlap=0.7),
}


class Watch:
    """Feeds pages, half an hour apart, and keeps what was found."""

    def __init__(self):
        self.levels = Levels()
        self.n = 0
        self.events = []

    @property
    def at(self):
        return START + self.n * HALF_HOUR

    def see(self, *pages):
        for seen in pages:
            example = Example(article=self.n, url=f"https://a.example/{self.n}", title=str(self.n))
            self.levels, events = observe(self.levels, seen, example, self.at)
            self.levels = from_json(to_json(self.levels))  # as between two transactions
            self.events += events
            self.n += 1
        return self

    def began(self):
        return [event.found for event in self.events if event.began]


@pytest.mark.parametrize("measure", Measure)
def test_each_measure_breaks_with_its_beginning_and_three_examples(measure):
    watch = Watch().see(*[FINE] * 60)
    assert watch.events == []
    since = watch.at
    watch.see(*[BROKEN[measure]] * 20)
    (found,) = watch.began()
    assert found.measure == measure
    assert found.since == since
    assert found.raised_at <= since + 12 * HALF_HOUR
    assert [int(e.title) >= 60 for e in found.examples] == [True] * 3
    assert watch.levels.broken() == [measure]
    if measure in (Measure.SHORT, Measure.LONG):
        assert (found.before, found.now) == (400, BROKEN[measure].words)
    else:
        assert found.before == 0
        assert found.now == (0.7 if measure is Measure.OVERLAP else 1)


def test_a_break_that_goes_on_is_told_again_with_new_examples():
    watch = Watch().see(*[FINE] * 60, *[BROKEN[Measure.BODY]] * 30)
    told = [event.found for event in watch.events]
    assert len(told) >= 3
    assert len({found.since for found in told}) == 1
    assert told[-1].examples != told[0].examples


def test_a_break_ends_when_the_level_is_back():
    watch = Watch().see(*[FINE] * 60, *[BROKEN[Measure.AUTHOR]] * 15, *[FINE] * 15)
    (end,) = [event for event in watch.events if event.ended_by]
    assert (end.measure, end.ended_by) == (Measure.AUTHOR, "recovered")
    assert watch.levels.broken() == []
    # The learned level is still the old one: the next break is noticed as fast.
    watch.see(*[BROKEN[Measure.AUTHOR]] * 12)
    assert len(watch.began()) == 2


def test_a_new_level_is_accepted_after_a_while():
    watch = Watch().see(*[FINE] * 60)
    pages = ACCEPTED_AFTER // HALF_HOUR + 20
    watch.see(*[BROKEN[Measure.DATE]] * pages)
    assert [event.ended_by for event in watch.events if event.ended_by] == ["accepted"]
    assert watch.levels.tracks[Measure.DATE].level > 0.9
    assert len(watch.began()) == 1


def test_a_few_bad_pages_are_no_break():
    watch = Watch().see(*[FINE] * 60)
    for _ in range(20):
        watch.see(*[BROKEN[Measure.BODY]] * 3, *[FINE] * 27)
    assert watch.began() == []


def test_the_usual_length_stands_still_while_it_is_in_doubt():
    watch = Watch().see(*[FINE] * 60, *[BROKEN[Measure.SHORT]] * 8)
    assert watch.levels.lengths.count(120) == 1
    assert watch.levels.lately.count(120) == 8


def test_nothing_is_said_before_a_level_is_known():
    watch = Watch().see(*[FINE] * (WARM_UP - 5), *[BROKEN[Measure.BODY]] * 5)
    assert watch.began() == []


def test_what_is_always_missing_is_no_break():
    watch = Watch().see(*[BROKEN[Measure.AUTHOR]] * 300)
    assert watch.began() == []
    assert watch.levels.tracks[Measure.AUTHOR].level > HOPELESS


@given(
    st.lists(
        st.builds(
            PageQuality,
            body=st.booleans(),
            words=st.integers(0, 5000),
            author=st.booleans(),
            date=st.booleans(),
            overlap=st.floats(0, 1),
        ),
        max_size=150,
    )
)
def test_laws_of_the_levels(pages):
    watch = Watch()
    on = set()
    for seen in pages:
        before = len(watch.events)
        watch.see(seen)
        for event in watch.events[before:]:
            if event.began:
                assert event.measure not in on
                on.add(event.measure)
            if event.ended_by:
                on.remove(event.measure)
            if event.found:
                assert START <= event.found.since <= event.found.raised_at <= watch.at
                assert len(event.found.examples) <= 3
        assert set(watch.levels.broken()) == on
        for track in watch.levels.tracks.values():
            assert 0 <= track.level <= 1
            assert track.score >= 0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 60))
def test_a_worse_page_never_makes_less_suspicious(one, other, bad):
    track = Track(pages=100, bad=bad, score=3, since=START, new_pages=3, new_bad=2)
    page = Example(article=1, url="u", title="t")
    low, high = (step(track, v, page, START)[0].score for v in sorted((one, other)))
    assert low <= high


def _sources(n, pages, seed):
    """Sources of every sort that do not change."""
    for i in range(n):
        rng = random.Random(f"{seed}/{i}")
        no_body, no_author, no_date = (rng.choice((0, 0.02, 0.1, 0.3, 0.5)) for _ in range(3))
        middle, spread, overlap = rng.choice((5, 6)), rng.choice((0.3, 0.9)), rng.random() / 2
        yield [
            PageQuality(
                body=rng.random() >= no_body,
                words=round(rng.lognormvariate(middle, spread)),
                author=rng.random() >= no_author,
                date=rng.random() >= no_date,
                overlap=overlap * rng.random() ** 2,
            )
            for _ in range(pages)
        ]


def test_false_alarms_are_rare():
    """20 000 pages with six measures each, of 40 sources that do not change."""
    page = Example(article=1, url="u", title="t")
    alarms = 0
    for pages in _sources(40, 500, "still"):
        levels = Levels()
        for n, seen in enumerate(pages):
            levels, events = observe(levels, seen, page, START + n * HALF_HOUR)
            alarms += sum(event.began for event in events)
    assert alarms == 0


@pytest.mark.parametrize(
    ("measure", "within"),
    [("body", 9), ("author", 15), ("date", 15), ("short", 25), ("overlap", 25)],
)
def test_a_redesign_is_noticed_within_some_pages(measure, within):
    """On noisy sources; the number of pages holds for at least nine in ten of them."""
    page = Example(article=1, url="u", title="t")
    late = 0
    for i in range(30):
        rng = random.Random(f"{measure}/{i}")
        levels = Levels()
        for n in range(120 + within):
            new = n >= 120
            rates = {"body": 0.03, "author": 0.1, "date": 0.05}
            bad = {m: rng.random() < r or (new and m == measure) for m, r in rates.items()}
            seen = PageQuality(
                body=not bad["body"],
                words=round(rng.lognormvariate(6, 0.4) / (4 if new and measure == "short" else 1)),
                author=not bad["author"],
                date=not bad["date"],
                overlap=0.6 if new and measure == "overlap" else 0.1 * rng.random(),
            )
            levels, _ = observe(levels, seen, page, START + n * HALF_HOUR)
        late += Measure(measure) not in levels.broken()
    assert late <= 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pages": 1}', '{"tracks": {"no": {}}}'])
def test_what_are_no_levels_is_said_to_be_none(text):
    with pytest.raises(ValueError):
        from_json(text)
