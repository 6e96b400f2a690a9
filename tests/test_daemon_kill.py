"""kill -9 at random moments: nothing is lost, nothing is half, nothing is fetched twice."""

from __future__ import annotations

import random
import signal
from collections import Counter

import pytest

from tests.daemonkit import Installation, wait_for
from tests.newsite import Answer, NewsSite

KILLS = 10


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


@pytest.mark.slow
def test_killed_ten_times_the_result_is_that_of_an_unbroken_run(here):
    rng = random.Random(20261124)
    with NewsSite(outlets=12, articles=12) as site:
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.write()
        site.page_wait = 0.02
        stored_at: dict[str, int] = {}  # URL -> number of the run after which it was stored
        asked_in: list[Counter[str]] = []  # pages asked for, by run
        in_the_middle = 0
        for kill in range(KILLS):
            mark = len(site.asked)
            run = here.start("--once")
            # Some before anything could be committed, most with commits just behind them.
            pages, articles = rng.choice(((1, 0), (10, 0), (1, 1), (1, 1), (1, 8), (1, 15)))
            enough = len(stored_at) + articles

            def reached(run=run, mark=mark, pages=pages, enough=enough, articles=articles) -> bool:
                if run.popen.poll() is not None:
                    return True
                if len(site.pages_asked(mark)) < pages:
                    return False
                return not articles or here.count() >= enough

            wait_for(reached, "the moment to kill")
            run.signal(signal.SIGKILL)
            run.end()
            wait_for(lambda run=run: not run.family(), "the workers to die with their master", 10)
            asked_in.append(site.pages_asked(mark))
            if here.rows("SELECT 1 FROM link LIMIT 1"):
                here.check()
            for url in here.articles():
                stored_at.setdefault(url, kill)
            in_the_middle += 0 < len(stored_at) < 144
        assert in_the_middle >= 5, "the kills did not land in the middle of the work"

        mark = len(site.asked)
        here.once()
        asked_in.append(site.pages_asked(mark))
        assert here.articles() == site.texts()
        assert here.outcomes() == {"stored": 144}
        assert here.value("SELECT count(*) FROM story") == 144
        here.check()
        again = [
            url
            for url, kill in stored_at.items()
            if any(asked[url] for asked in asked_in[kill + 1 :])
        ]
        assert again == [], "fetched again after it was stored"


def syndicate(site: NewsSite) -> set[frozenset[str]]:
    """Let outlets run each other's texts: whole, cut, with a credit; returns the true stories."""
    first, *others = site.outlets
    stories = {n: {first.url(story.path)} for n, story in enumerate(first.stories)}
    for i, outlet in enumerate(others):
        for n, story in enumerate(outlet.stories):
            if (n + i) % 3:
                stories[len(stories)] = {outlet.url(story.path)}
                continue
            whole = first.stories[n].paragraphs
            forms = (whole, whole[:-1], ["(Wire) " + whole[0], *whole[1:]])
            story.paragraphs = list(forms[i % len(forms)])
            story.title = f"Report: {first.stories[n].title}"
            stories[n].add(outlet.url(story.path))
    return {frozenset(urls) for urls in stories.values()}


def stories_of(here: Installation) -> set[frozenset[str]]:
    """The stories in the database, as sets of URLs."""
    found: dict[int, set[str]] = {}
    for url, story in here.rows("SELECT url, story FROM article"):
        found.setdefault(story, set()).add(url)
    return {frozenset(urls) for urls in found.values()}


@pytest.mark.slow
def test_killed_in_the_middle_of_copies_the_stories_are_those_of_an_unbroken_run(tmp_path):
    rng = random.Random(20261126)
    with NewsSite(outlets=6, articles=9) as site:
        site.page_wait = 0.2
        true = syndicate(site)
        found = []
        for name, kills in (("unbroken", 0), ("killed", 4)):
            folder = tmp_path / name
            folder.mkdir()
            here = Installation(folder, site)
            here.settings["politeness"]["concurrency_per_host"] = 1
            here.write()
            in_the_middle = 0
            try:
                for _ in range(kills):
                    enough = here.count() + rng.choice((1, 3, 6, 9))
                    run = here.start("--once")
                    wait_for(
                        lambda r=run, h=here, n=enough: (
                            r.popen.poll() is not None or h.count() >= n
                        ),
                        "the moment to kill",
                    )
                    run.signal(signal.SIGKILL)
                    run.end()
                    wait_for(lambda r=run: not r.family(), "the workers to die", 10)
                    in_the_middle += 0 < here.count() < 54
                assert kills == 0 or in_the_middle >= 2, "not killed in the middle"
                here.once()
                here.check()
                assert len(here.articles()) == 54
                found.append(stories_of(here))
                counts = here.rows("SELECT articles, outlets FROM story WHERE articles > 0")
                assert sum(articles for articles, _ in counts) == 54
                assert all(articles == outlets for articles, outlets in counts)
            finally:
                here.close()
        assert found[0] == found[1] == true


def test_no_process_outlives_its_master(here):
    """Not even a worker in the middle of a page that takes it a minute."""
    with NewsSite(outlets=2, articles=2) as site:
        slow, _ = site.outlets
        for story in slow.stories:
            slow.overrides[story.path] = Answer(
                spinning(story.number), headers={"Content-Type": "text/html"}
            )
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.settings["workers"] = {"timeout": "60s"}
        here.write()
        run = here.daemon()
        asked = {slow.url(s.path) for s in slow.stories}
        wait_for(lambda: asked <= set(site.counts()), "the slow pages to be asked for")
        assert wait_for(lambda: len(run.family()) >= 4, "main process, keeper and two workers")
        run.signal(signal.SIGKILL)
        run.end()
        wait_for(lambda: not run.family(), "every process to die", 5)


def spinning(number: int) -> bytes:
    from tests.test_daemon_hostile import spinning_page

    return spinning_page(number)
