"""The real daemon on the demo's news web: what the monitor makes of all that happens there."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from contextlib import closing

import pytest

from monitor.demo.script import SCRIPT
from monitor.demo.web import DemoWeb
from tests.daemonkit import Installation

DUE = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z' WHERE article IS NOT NULL"
# Before each of these seconds something happened that the next round is to find alone.
ROUNDS = (0.0, 7.5, 10.5, 12.5, 16.5, 60.0)


class Demo:
    """The six outlets in a thread, with a clock that stands still between the rounds."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.web = DemoWeb(clock=lambda: 500.0 + self.elapsed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self.web.start())

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def close(self) -> None:
        self._do(self.web.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is true, and the installation that has seen it all."""
    here = Installation(tmp_path_factory.mktemp("demo"))
    demo = Demo()
    try:
        here.config_path.write_text(demo.web.config_text(here.database))
        for moment in ROUNDS:
            demo.elapsed = moment
            if moment:
                here.do(DUE)  # as if its time to be looked at again had come
            here.once(expect=0 if moment < 8 else 4)  # one outlet breaks then
        yield demo.web.expected(), here
    finally:
        here.close()
        demo.close()


@pytest.fixture
def truth(told):
    return {article["url"]: article for article in told[0]["articles"]}


@pytest.fixture
def stored(told):
    """URL -> what is stored of an article."""
    rows = told[1].rows(
        "SELECT a.url, a.story, a.relation, b.url, a.revisions, s.outlets, a.language, a.agencies "
        "FROM article a JOIN story s ON s.id = a.story LEFT JOIN article b ON b.id = a.relation_to"
    )
    names = ("story", "relation", "to", "revisions", "outlets", "language", "agencies")
    return {bare(url): dict(zip(names, rest, strict=True)) for url, *rest in rows}


def bare(url):
    """Without the parameters that one outlet's feed puts on its links."""
    return url.partition("?utm_source")[0]


def wire_of(truth):
    return {article["wire"]: url for url, article in truth.items() if article["wire"]}


def test_every_article_is_stored_and_no_other(truth, stored, told):
    assert set(stored) == set(truth)
    assert told[1].count() == len(truth)
    told[1].check()


def test_noise_makes_no_revision_and_the_edit_one(truth, stored):
    revised = {url for url, article in stored.items() if article["revisions"]}
    assert revised == {url for url, article in truth.items() if article["revised"]}
    assert sum(article["noise"] is not None for article in truth.values()) == 5


def test_noisy_pages_were_read_again(truth, told):
    """Not answered with 304, but fetched, read and found the same."""
    with closing(sqlite3.connect(told[1].folder / "pages.db")) as pages:
        rows = pages.execute("SELECT url, count(DISTINCT sha256) FROM page GROUP BY url").fetchall()
    versions = {bare(url): n for url, n in rows}
    for url, article in truth.items():
        if article["noise"]:
            assert versions[url] >= 2, url


def test_the_wire_story_is_one_with_five_outlets(truth, stored):
    wire = wire_of(truth)
    story = stored[wire["first"]]["story"]
    members = {url for url, article in stored.items() if article["story"] == story}
    assert members == {url for form, url in wire.items() if form != "contains"}
    assert stored[wire["first"]]["outlets"] == 5
    for form in ("copy", "cut", "edited", "background"):
        assert stored[wire[form]]["relation"] == "copy", form
        assert stored[wire[form]]["to"] == wire["first"], form


def test_the_round_up_is_a_story_of_its_own_that_contains_both(truth, stored):
    wire = wire_of(truth)
    roundup = stored[wire["contains"]]
    assert roundup["relation"] == "contains"
    assert roundup["outlets"] == 1
    contained = {stored[url]["story"] for url in truth[wire["contains"]]["contains"]}
    assert roundup["story"] not in contained
    assert stored[roundup["to"]]["story"] in contained


def test_all_other_articles_are_stories_of_their_own(truth, stored):
    alone = [stored[url]["story"] for url, article in truth.items() if article["wire"] is None]
    assert len(set(alone)) == len(alone)
    for url, article in truth.items():
        if article["wire"] is None:
            assert stored[url]["relation"] in ("new", "related"), url
            assert stored[url]["outlets"] == 1, url


def test_the_edit_is_told_with_its_kinds(truth, told):
    rows = told[1].rows(
        "SELECT a.url, e.kinds, e.silent FROM edit e JOIN article a ON a.id = e.article"
    )
    expected = {url: article["revised"] for url, article in truth.items() if article["revised"]}
    assert {bare(row[0]) for row in rows} == set(expected)
    for url, kinds, silent in rows:
        assert set(expected[url]["kinds"]) <= set(json.loads(kinds)), kinds
        assert bool(silent) == expected[url]["silent"]


def test_the_wire_is_credited_to_its_agency(truth, stored):
    for form, url in wire_of(truth).items():
        if form != "contains":
            assert json.loads(stored[url]["agencies"]), form


def test_rounds_end_between_events():
    assert not {second for second, _ in SCRIPT} & set(ROUNDS)
