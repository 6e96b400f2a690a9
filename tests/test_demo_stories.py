"""The demo's texts in many orders of arrival: the stories are always the same."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo.outlets import SLUGS
from monitor.demo.stories import library
from monitor.jobs import prepared_from
from pipeline import placing
from pipeline.model import Article, FeedKind, Link, Verdict
from pipeline.store.records import FeedSpec, SourceSpec
from pipeline.store.sqlite import open_store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST = "lindmoor-post/prisoner-lists-third-reading"
BUS = "valley-courier/night-bus-to-the-clinic"


def texts():
    """All articles as they come out first, by "outlet/key"."""
    stories = library(SLUGS).items()
    return {name: story for name, story in stories if not story.trap and not story.revises}


def true_stories():
    found = {}
    for name, story in texts().items():
        found.setdefault(story.taken_from or name, set()).add(name)
    return {frozenset(names) for names in found.values()}


def article(name, story):
    return Article(
        url=f"https://{story.outlet}.example/{story.key}",
        title=story.title,
        paragraphs=story.paragraphs,
        verdict=Verdict.GOOD,
        reason="",
        extractor="test/1",
    )


def taken(folder, names):
    """Take articles in this order; returns name -> (story, relation)."""
    stories = texts()
    store = open_store(folder / "monitor.db", NOW)
    found = {}
    try:
        with store.transaction():
            feeds = [
                FeedSpec(
                    source=s, kind=FeedKind.FEED, url=f"https://{s}.example/f", schedule="auto"
                )
                for s in SLUGS
            ]
            store.feeds.sync([SourceSpec(slug=s, name=s) for s in SLUGS], feeds, NOW)
            for n, name in enumerate(names):
                made = article(name, stories[name])
                prepared = prepared_from(made, made.url, Link(url=made.url))
                at = NOW + timedelta(minutes=n)
                found[name], _ = placing.take(store, stories[name].outlet, made.url, prepared, at)
            return {name: store.articles.relation_of(number) for name, number in found.items()}
    finally:
        store.close()


def orders():
    names = [n for n, s in texts().items() if s.taken_from or s.contains or n in (FIRST, BUS)]
    rng = random.Random(20261126)
    yield names
    yield names[::-1]
    for _ in range(60):
        rng.shuffle(names)
        yield list(names)


@pytest.mark.parametrize("order", list(orders()), ids=range(62))
def test_the_wire_story_is_the_same_in_every_order(tmp_path, order):
    relations = taken(tmp_path, order)
    stories = {}
    for name, relation in relations.items():
        stories.setdefault(relation.story, set()).add(name)
    true = {group for group in true_stories() if group <= set(order)}
    assert {frozenset(names) for names in stories.values()} == true
    roundup = next(name for name in order if texts()[name].contains)
    assert relations[roundup].kind.value in ("contains", "new")


def test_all_texts_of_the_demo_are_told_apart(tmp_path):
    relations = taken(tmp_path, list(texts()))
    stories = {}
    for name, relation in relations.items():
        stories.setdefault(relation.story, set()).add(name)
    assert {frozenset(names) for names in stories.values()} == true_stories()
