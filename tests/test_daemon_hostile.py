"""Outlets that hang, flood, redirect to forbidden places or spin the reader end by themselves."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from tests.daemonkit import Installation, wait_for
from tests.hostile import FORBIDDEN_HOST, HostileServer
from tests.newsite import Answer, NewsSite

MOST_MB = 400


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def spinning_page(number: int) -> bytes:
    """A page within all limits of size that keeps readability busy for minutes.

    Each of some hundred nested elements is a candidate, and the share of links is taken anew of all
    that lies in each.
    """
    text = f"<p>Entry {number}: the council met, the choir sang, and the wardens wrote it down.</p>"
    links = "<a href='/latest'>on</a> " * 28_000
    whole = f"<div>{text}" * 200 + links + "</div>" * 200
    return f"<html><head><title>Entry {number}</title></head><body>{whole}</body></html>".encode()


def html(body: bytes) -> Answer:
    return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.mark.slow
def test_each_hostile_outlet_ends_by_itself_while_the_others_go_on(here):
    with HostileServer() as hostile, NewsSite(outlets=8, articles=4) as site:
        hanging, redirected, endless, spinning, *fine = site.outlets
        hanging.overrides[hanging.feed_path] = Answer(None)
        target = f"http://{FORBIDDEN_HOST}:{hostile.port}/feed"
        redirected.overrides[redirected.feed_path] = Answer(
            status=302, headers={"Location": target}
        )
        endless.overrides[endless.feed_path] = Answer(
            b"<!-- " + b"more of it " * 20_000 + b" -->",
            headers={"Content-Type": "application/xml"},
            endless=True,
        )
        bad = spinning.stories[0]
        spinning.overrides[bad.path] = html(spinning_page(1))
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.settings["politeness"]["timeout"] = "10s"
        here.write()
        run = here.daemon()

        most = 0.0

        def sampled(done: bool) -> bool:
            nonlocal most
            most = max(most, run.family_mb())
            return done

        expected = {u for outlet in fine for u in outlet.texts()}
        wait_for(lambda: sampled(expected <= set(here.articles())), "the articles of the others")
        # All of that while one still hangs:
        assert not here.value("SELECT last_poll_at FROM feed WHERE source = 'outlet-0'")

        wait_for(
            lambda: sampled(
                here.value("SELECT count(*) FROM feed WHERE last_error IS NOT NULL") == 3
                and not here.outcomes().get("pending")
            ),
            "an end of all of them",
        )
        errors = dict(here.rows("SELECT source, last_error FROM feed WHERE last_error IS NOT NULL"))
        assert errors == {"outlet-0": "timeout", "outlet-1": "refused", "outlet-2": "too_large"}
        assert here.rows(
            "SELECT outcome, substr(reason, 1, 15) FROM link WHERE url = ?", spinning.url(bad.path)
        ) == [("extraction_failed", "extract_timeout")]
        assert here.outcomes() == {"extraction_failed": 1, "stored": 19}
        assert hostile.canary == 0, "the forbidden address was reached"
        assert most < MOST_MB
        here.stop(run)
        here.check()


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_other_page(here):
    """As the kernel does it when memory runs out."""
    with NewsSite(outlets=4, articles=4) as site:
        outlet = site.outlets[0]
        bad = outlet.stories[0]
        outlet.overrides[bad.path] = html(spinning_page(2))
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.write()
        run = here.daemon()
        wait_for(lambda: outlet.url(bad.path) in site.counts(), "the bad page to be asked for")
        wait_for(lambda: spinning(run), "a worker deep in a page")[0].kill()
        here.wait_articles(15)
        ended = "SELECT outcome FROM link WHERE url = ?"
        wait_for(lambda: here.value(ended, outlet.url(bad.path)), "its end")
        assert here.outcomes() == {"extraction_failed": 1, "stored": 15}
        # The pool goes on:
        more = site.outlets[1].add()
        here.do("UPDATE feed SET requested_at = '2020-01-01T00:00:00.000Z'")
        wait_for(lambda: site.outlets[1].url(more.path) in here.articles(), "a later article")
        here.stop(run)


def spinning(run):
    """Workers (children of the fork server) that have worked for a second."""
    found = []
    for process in psutil.Process(run.pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.ppid() != run.pid and sum(process.cpu_times()[:2]) > 1:
                found.append(process)
    return found
