"""What verbs ask of a running daemon through the store, and feeds that it finds by itself."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest

from pipeline.store.sqlite import open_store
from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import Answer, NewsSite


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def ask(here, change):
    """Do what a verb does: open the store beside the daemon and change something."""
    now = datetime.now(UTC)
    with closing(open_store(here.database, now)) as store, store.transaction():
        change(store.feeds, now)


@pytest.mark.slow
def test_pause_resume_and_poll_now_reach_the_running_daemon(here):
    with NewsSite(outlets=2, articles=1) as site:
        first, other = site.outlets
        here.settings["sources"] = [first.config(every="1s"), other.config(every="1s")]
        here.write()
        run = here.daemon(program=QUICK)
        here.wait_articles(2)

        ask(here, lambda feeds, now: feeds.pause(["outlet-0"], now, None, "test"))
        mark = len(site.asked)
        wait_for(lambda: site.counts(mark)[other.feed_url] >= 3, "polls of the other")
        mark = len(site.asked)
        wait_for(lambda: site.counts(mark)[other.feed_url] >= 2, "more of them")
        assert site.counts(mark)[first.feed_url] == 0, "paused, and polled all the same"

        # Asked for by hand, a paused source is polled, once, and its new article is not fetched.
        ask(here, lambda feeds, now: feeds.request(["outlet-0"], now))
        wait_for(lambda: site.counts(mark)[first.feed_url] == 1, "the poll asked for")
        asked = "SELECT count(*) FROM feed WHERE requested_at IS NOT NULL"
        wait_for(lambda: here.value(asked) == 0, "the request to be cleared")
        mark = len(site.asked)
        wait_for(lambda: site.counts(mark)[other.feed_url] >= 2, "polls of the other")
        assert site.counts(mark)[first.feed_url] == 0

        first.add()
        ask(here, lambda feeds, _now: feeds.resume(["outlet-0"]))
        here.wait_articles(3)
        here.stop(run)


def test_poll_now_does_not_wait_for_the_schedule(here):
    with NewsSite(outlets=2, articles=1) as site:
        here.settings["sources"] = [outlet.config(every="24h") for outlet in site.outlets]
        here.write()
        run = here.daemon(program=QUICK)
        here.wait_articles(2)
        for outlet in site.outlets:
            outlet.add()
        ask(here, lambda feeds, now: feeds.request(["outlet-1"], now))
        here.wait_articles(3, 15)
        asked = "SELECT count(*) FROM feed WHERE requested_at IS NOT NULL"
        wait_for(lambda: here.value(asked) == 0, "the request to be cleared")
        polls = "SELECT f.source, count(*) FROM poll p JOIN feed f ON f.id = p.feed GROUP BY 1"
        assert dict(here.rows(polls)) == {"outlet-0": 1, "outlet-1": 2}
        here.stop(run)


def test_a_pause_ends_at_its_time(here):
    with NewsSite(outlets=1, articles=1) as site:
        outlet = site.outlets[0]
        here.settings["sources"] = [outlet.config(every="1s")]
        here.write()
        here.once()
        ask(here, lambda feeds, now: feeds.pause(["outlet-0"], now, now, "test"))
        outlet.add()
        run = here.daemon(program=QUICK)
        here.wait_articles(2)
        assert here.value("SELECT paused_at FROM source") is None
        here.stop(run)


def test_feeds_are_found_from_the_home_page_and_survive_a_restart(here):
    with NewsSite(outlets=2, articles=3) as site:
        one, two = site.outlets
        two.overrides["/"] = Answer(b"<html><body>Being moved</body></html>", status=503)
        here.settings["sources"] = [
            {"id": "one", "name": "One", "url": one.url()},
            {"id": "two", "name": "Two", "url": two.url()},
        ]
        here.write()
        run = here.daemon(program=QUICK)
        here.wait_articles(3)
        assert run.wait_event("no_feeds_found")["source"] == "two"
        assert here.rows("SELECT source, url, origin FROM feed") == [("one", one.feed_url, "found")]
        here.stop(run)

        # The feed is known; the home page is not asked for again, that of the other is.
        one.add()
        two.overrides.clear()
        mark = len(site.asked)
        here.do("UPDATE feed SET next_poll_at = '2020-01-01T00:00:00.000Z'")
        run = here.daemon(program=QUICK)
        here.wait_articles(7)
        assert site.counts(mark)[one.url("/")] == 0
        assert here.articles() == site.texts()
        here.stop(run)
