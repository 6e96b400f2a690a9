"""One round of the monitor over feeds, sitemaps and section pages: all of it, once, and rightly."""

from __future__ import annotations

import pytest

from tests.daemonkit import Installation
from tests.newsite import Answer, NewsSite


@pytest.fixture
def place(tmp_path):
    made = []

    def make(site=None):
        made.append(Installation(tmp_path, site))
        return made[-1]

    yield make
    for installation in made:
        installation.close()


def test_rounds_store_everything_once(place):
    with NewsSite(outlets=12, articles=8) as site:
        here = place(site)
        first = here.once()
        assert here.articles() == site.texts()
        assert here.outcomes() == {"stored": 96}
        assert first.events("visit_crashed") == first.events("poll_crashed") == []
        here.check()
        assert set(site.pages_asked().values()) == {1}

        # Nothing new: no page is asked for, and of the feeds only what has changed is sent.
        mark = len(site.asked)
        here.once()
        assert here.articles() == site.texts()
        assert site.pages_asked(mark) == {}
        assert here.value("SELECT count(*) FROM poll WHERE result = 'not_modified'") == 12

        # One more article at each outlet: exactly those are fetched.
        mark = len(site.asked)
        new = {outlet.url(outlet.add().path) for outlet in site.outlets}
        here.once()
        assert set(site.pages_asked(mark)) == new
        assert set(site.pages_asked(mark).values()) == {1}
        assert here.articles() == site.texts()
        assert here.outcomes() == {"stored": 108}
        here.check()
        counted = here.value("SELECT sum(n) FROM daily WHERE outcome = 'discovered'")
        assert counted == here.value("SELECT count(*) FROM link") == 108


def test_an_article_named_by_two_feeds_is_fetched_once(place):
    with NewsSite(outlets=1, articles=5) as site:
        outlet = site.outlets[0]
        here = place(site)
        more = Answer(outlet._sitemap(outlet.stories).encode())
        outlet.overrides["/map.xml"] = more
        feeds = here.settings["sources"][0]["feeds"]
        feeds.append({"kind": "sitemap", "url": outlet.url("/map.xml"), "every": "1h"})
        here.write()
        here.once()
        assert here.articles() == site.texts()
        assert set(site.pages_asked().values()) == {1}
        assert here.value("SELECT count(*) FROM link") == 5


def test_a_round_ends_though_removed_and_paused_sources_have_links_to_fetch(place):
    with NewsSite(outlets=3, articles=2) as site:
        here = place(site)
        here.once()
        here.do(
            "UPDATE link SET outcome = NULL, article = NULL, outcome_at = NULL, "
            "due_at = '2020-01-01T00:00:00.000Z' WHERE source IN ('outlet-0', 'outlet-1')"
        )
        del here.settings["sources"][0]
        here.settings["sources"][0]["paused"] = True
        here.write()
        mark = len(site.asked)
        here.once()
        assert site.pages_asked(mark) == {}
        assert here.outcomes() == {"pending": 4, "stored": 2}


def test_broken_outlets_are_told_apart_and_named_in_the_exit_code(place):
    with NewsSite(outlets=4, articles=2) as site:
        here = place(site)
        bad = site.outlets[0]
        bad.overrides[bad.feed_path] = Answer(b"<html><body>Sorry</body></html>", status=500)
        missing = site.outlets[1].stories[0]
        site.outlets[1].overrides[missing.path] = Answer(b"gone", status=410)
        here.once(expect=4)
        assert here.outcomes() == {"gone": 1, "stored": 5}
        assert here.rows("SELECT source, last_error FROM feed WHERE last_error IS NOT NULL") == [
            ("outlet-0", "http_5xx")
        ]
        here.check()
