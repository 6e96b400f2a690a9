"""Signals: to end, to end at once, to read the configuration anew; and one daemon per database."""

from __future__ import annotations

import signal

import pytest

from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import Answer, NewsSite


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def use(here, *outlets, **feed):
    here.settings["sources"] = [outlet.config(**feed) for outlet in outlets]
    here.write()


@pytest.mark.slow
def test_sigterm_in_the_middle_ends_in_order_within_ten_seconds(here):
    with NewsSite(outlets=4, articles=30) as site:
        hanging, stuck = site.outlets[0], site.outlets[1]
        hanging.overrides[hanging.feed_path] = Answer(None)
        stuck.overrides[stuck.stories[0].path] = Answer(None)
        site.page_wait = 0.05
        here.settings["politeness"]["timeout"] = "60s"
        use(here, *site.outlets)
        run = here.daemon()
        here.wait_articles(10)
        wait_for(lambda: stuck.url(stuck.stories[0].path) in site.counts(), "the page that hangs")
        run.signal(signal.SIGTERM)
        assert run.end(10) == 0, run.said()
        assert not run.family()
        here.check()  # what has no outcome is due, what was stored is whole
        assert here.value("SELECT state FROM daemon") == "stopped"
        before = set(here.articles())
        assert 10 <= len(before) < 90
        # Nothing that was in flight is lost.
        hanging.overrides.clear()
        stuck.overrides.clear()
        mark = len(site.asked)
        site.page_wait = 0.0
        here.once()
        assert here.articles() == site.texts()
        assert not before & set(site.pages_asked(mark))


def test_sigterm_ends_a_search_for_feeds_too(here):
    with NewsSite(outlets=1) as site:
        outlet = site.outlets[0]
        outlet.overrides["/"] = Answer(None)
        here.settings["politeness"]["timeout"] = "60s"
        here.settings["sources"] = [{"id": "lost", "name": "Lost", "url": outlet.url()}]
        here.write()
        for words in ((), ("--once",)):
            mark = len(site.asked)
            run = here.daemon(*words)
            wait_for(lambda mark=mark: site.counts(mark)[outlet.url("/")], "the home page")
            run.signal(signal.SIGTERM)
            assert run.end(10) == 0, run.said()


def test_a_second_signal_ends_at_once(here):
    with NewsSite(outlets=1, articles=2) as site:
        outlet = site.outlets[0]
        outlet.overrides[outlet.stories[0].path] = Answer(None)
        here.settings["politeness"]["timeout"] = "60s"
        use(here, outlet)
        run = here.daemon()
        wait_for(lambda: outlet.url(outlet.stories[0].path) in site.counts(), "the page that hangs")
        run.signal(signal.SIGTERM)
        run.wait_event("stopping")
        run.signal(signal.SIGTERM)
        assert run.end(4) == 143
        assert run.events("stopped_at_once")
        wait_for(lambda: not run.family(), "the workers to end", 5)
        outlet.overrides.clear()
        here.once()
        assert here.articles() == site.texts()


def test_sigint_ends_with_130(here):
    with NewsSite(outlets=1, articles=1) as site:
        use(here, *site.outlets)
        run = here.daemon()
        run.signal(signal.SIGINT)
        assert run.end(10) == 130


@pytest.mark.slow
def test_sighup_takes_over_the_new_configuration_and_refuses_a_broken_one(here):
    with NewsSite(outlets=3, articles=2) as site:
        stays, goes, comes = site.outlets
        use(here, stays, goes, every="1s")
        run = here.daemon(program=QUICK)
        here.wait_articles(4)

        use(here, stays, comes, every="1s")
        run.signal(signal.SIGHUP)
        run.wait_event("reloaded")
        here.wait_articles(6)
        mark = len(site.asked)
        wait_for(lambda: site.counts(mark)[stays.feed_url] >= 3, "three more polls")
        wait_for(lambda: site.counts(mark)[comes.feed_url] >= 2, "polls of the new one")
        assert site.counts(mark)[goes.feed_url] <= 1  # one may have been on its way
        assert here.rows("SELECT slug FROM source WHERE removed_at IS NOT NULL") == [("outlet-1",)]
        assert len(here.articles()) == 6, "what a removed source brought stays"

        here.config_path.write_text("sources:\n  - {id: outlet-0, nmae: x}\n")
        run.signal(signal.SIGHUP)
        assert "nmae" in run.wait_event("reload_refused")["error"]
        mark = len(site.asked)
        wait_for(lambda: site.counts(mark)[comes.feed_url] >= 2, "polls by the old configuration")
        here.stop(run)


def test_a_feed_whose_poll_is_under_way_at_sighup_is_polled_again_later(here):
    with NewsSite(outlets=1, articles=2) as site:
        outlet = site.outlets[0]
        document = outlet.document()
        slow = Answer(document, headers={"Content-Type": "application/rss+xml"}, wait=2.0)
        outlet.overrides[outlet.feed_path] = slow
        use(here, outlet, every="1s")
        run = here.daemon(program=QUICK)
        wait_for(lambda: site.counts()[outlet.feed_url], "the first poll")
        run.signal(signal.SIGHUP)
        run.wait_event("reloaded")
        assert not here.value("SELECT count(*) FROM poll"), "the poll ended too soon for this test"
        outlet.overrides.clear()
        outlet.add()
        here.wait_articles(3, 15)
        here.stop(run)


def test_sighup_looks_for_the_feeds_of_a_new_source_at_once(here):
    with NewsSite(outlets=2, articles=2) as site:
        listed, unlisted = site.outlets
        use(here, listed)
        run = here.daemon()
        here.wait_articles(2)
        source = {"id": "unlisted", "name": "Unlisted", "url": unlisted.url()}
        here.settings["sources"].append(source)
        here.write()
        run.signal(signal.SIGHUP)
        run.wait_event("reloaded")
        here.wait_articles(4, 20)
        here.stop(run)


def test_sighup_says_what_only_a_restart_changes(here):
    with NewsSite(outlets=1, articles=1) as site:
        use(here, *site.outlets)
        run = here.daemon()
        here.settings["politeness"]["allow_hosts"] = ["127.0.0.1", "127.0.0.9"]
        here.settings["workers"] = {"count": 3}
        here.write()
        run.signal(signal.SIGHUP)
        assert run.wait_event("restart_needed")["keys"] == ["politeness.allow_hosts", "workers"]
        here.stop(run)


def test_a_second_daemon_names_the_first_and_exits_with_5(here):
    with NewsSite(outlets=1, articles=1) as site:
        use(here, *site.outlets)
        first = here.daemon()
        for words in ((), ("--once",)):
            second = here.start(*words)
            assert second.end() == 5
            assert str(first.pid) in second.said()
        # The lock dies with its holder, however it ends.
        first.signal(signal.SIGKILL)
        first.end()
        here.once()
