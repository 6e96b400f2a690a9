"""Outlets that change their addresses overnight, met by the real daemon: no flood, no edits."""

from __future__ import annotations

import pytest

from tests.daemonkit import Installation
from tests.newsite import Answer, NewsSite

GONE = Answer(b"<html><body>gone</body></html>", status=410)
DUE = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z' WHERE article IS NOT NULL"
N = 8
FOLLOW_US = "Read us every Saturday at breakfast: subscribe to our letter without paying a crown."


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def new_path(story):
    return f"/{story.published:%Y}/story-{story.number}.html"


def known(here):
    """What must not change: which articles there are, and since when."""
    return here.rows("SELECT id, first_seen_at, story FROM article ORDER BY id")


def addresses(here):
    return {row[0] for row in here.rows("SELECT url FROM article")}


@pytest.mark.parametrize("old", [None, GONE], ids=["they lead on", "they are gone"])
def test_a_new_site_is_no_flood_of_articles(here, old):
    with NewsSite(outlets=4, articles=N) as site:
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.write()
        here.once()
        before = known(here)
        assert len(before) == 4 * N
        left = {o.url(path) for o in site.outlets for path in o.move(new_path, old)}
        mark = len(site.asked)
        here.once()
        assert known(here) == before
        assert addresses(here) == {o.url(s.path) for o in site.outlets for s in o.stories}
        assert here.value("SELECT count(*) FROM revision") == 0
        assert here.outcomes() == {"stored": 4 * N, "unchanged": 4 * N}
        assert max(site.pages_asked(mark).values()) == 1, "each new page once"
        # The old addresses are visited as ever, and nothing comes of it.
        here.do(DUE)
        here.once()
        assert known(here) == before
        assert here.value("SELECT count(*) FROM revision") == 0
        assert left <= {row[0] for row in here.rows("SELECT url FROM link")}
        assert here.value("SELECT count(*) FROM edit") == 0, "nor is any page gone"
        here.check()
        # One that is edited at its new address is edited.
        site.outlets[1].stories[0].edit("Five companies handed in their bids at noon on Monday.")
        here.once()
        assert here.value("SELECT count(*) FROM revision") == 1


def test_addresses_that_lead_on_are_followed_before_the_new_ones_are_listed(here):
    with NewsSite(outlets=1, articles=N) as site:
        outlet = site.outlets[0]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        before = known(here)
        listed = outlet.document()
        outlet.overrides[outlet.feed_path] = Answer(
            listed, headers={"Content-Type": "application/rss+xml"}
        )
        outlet.move(new_path)
        here.do(DUE)
        here.once()
        assert addresses(here) == {outlet.url(s.path) for s in outlet.stories}
        del outlet.overrides[outlet.feed_path]
        mark = len(site.asked)
        here.once()
        assert site.pages_asked(mark) == {}, "they are known by their new addresses"
        assert known(here) == before
        assert here.outcomes() == {"stored": N, "unchanged": N}
        here.check()


def test_both_addresses_may_stay_for_ever(here):
    """Old pages in the old template, new ones with a paragraph more; both listed."""
    with NewsSite(outlets=1, articles=N) as site:
        outlet = site.outlets[0]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        before = known(here)
        pages = {s.path: outlet.page(s) for s in outlet.stories}
        for story in outlet.stories:
            outlet.overrides[story.path] = Answer(
                pages[story.path], headers={"Content-Type": "text/html; charset=utf-8"}
            )
            story.path = new_path(story)
        for round_ in range(3):
            if round_:
                here.do(DUE)
            outlet.etags = False
            here.once()
            assert known(here) == before
            assert here.value("SELECT count(*) FROM revision") == 0
            assert addresses(here) == {outlet.url(s.path) for s in outlet.stories}
        here.check()


def test_an_outlet_that_moves_to_another_domain_keeps_its_articles(here):
    with NewsSite(outlets=5, articles=N) as site:
        old, new = site.outlets[0], site.outlets[4]  # both announce in RSS
        here.settings["sources"] = [old.config()]
        here.write()
        here.once()
        before = known(here)
        new.stories = old.stories
        here.settings["sources"] = [
            {**new.config(), "id": old.name, "name": old.name},
        ]
        here.write()
        here.once()
        assert known(here) == before
        assert addresses(here) == {new.url(s.path) for s in new.stories}
        assert here.value("SELECT count(*) FROM revision") == 0
        assert here.outcomes() == {"stored": N, "unchanged": N}
        here.check()
