"""The pages as a browser without scripts uses them: links, forms, and what stands on them."""

from __future__ import annotations

import re
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import yaml

from monitor.web.settings import WebSettings
from pipeline.store.lock import DaemonLock
from tests.webkit import client, post


class Clock:
    """A time that is moved by hand."""

    def __init__(self):
        self.now = datetime.now(UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def web(folder, clock):
    settings = WebSettings(
        database=folder / "monitor.db", pages=folder / "pages.db", config=folder / "config.yaml",
        reviewer="Anna", clock=clock,
    )  # fmt: skip
    with client(settings) as browser:
        yield browser


@pytest.fixture
def sql(folder):
    def run(text, *args):
        with sqlite3.connect(folder / "monitor.db") as db:
            return db.execute(text, args).fetchall()

    return run


def text(web, path, status=200):
    answer = web.get(path)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def stories(html):
    return [int(n) for n in re.findall(r'id="story-(\d+)"', html)]


def titles(html):
    return {unescape(t) for t in re.findall(r"<h2[^>]*><a[^>]*>([^<]+)", html)}


# -- the inbox ----------------------------------------------------------------------------------


def test_the_inbox_is_paged_by_a_place_and_not_by_a_number(web, sql):
    with_more = text(web, "/?state=all")
    assert "40 stories" in plain(with_more)
    sql("UPDATE story SET first_seen_at = '2026-01-01T00:00:00.000Z' WHERE id > 10")
    before = "/?state=all&before=" + "2026-01-01T00:00:00.000Z~30"
    assert stories(text(web, before)) == list(range(29, 10, -1))
    assert "is no place in this list" in text(web, "/?before=nonsense", 400)


def test_filters_are_chips_that_can_be_taken_off(web):
    html = text(web, "/?state=all&q=dam&edited=1")
    assert len(stories(html)) == 1
    links = [unescape(link) for link in re.findall(r'class="chip" href="([^"]+)"', html)]
    assert "/?q=dam&state=all" in links
    assert "/?state=all&edited=1" in links
    assert "\x02" not in html
    assert "<mark>" in html


def test_what_cannot_be_is_told_and_the_form_stays(web):
    html = text(web, "/?state=all&outlets=many", 400)
    assert "outlets: is a number" in plain(html)
    assert 'name="q"' in html


def test_new_since_i_last_looked(web, sql, clock):
    assert post(web, "/looked").status_code == 303
    clock.now += timedelta(minutes=31)
    sql("UPDATE story SET first_seen_at = ? WHERE id = 7",
        f"{clock.now:%Y-%m-%dT%H:%M:%S.000Z}")  # fmt: skip
    clock.now += timedelta(minutes=1)
    post(web, "/looked")  # back after a pause: what came since the last sign of life is new
    html = text(web, "/?state=all")
    assert "1 new since" in plain(html)
    assert "seen before" in plain(html)
    assert stories(text(web, "/?new=1&state=all")) == [7]
    post(web, "/looked", all="1")
    assert stories(text(web, "/?new=1&state=all")) == []


def test_filters_are_kept_shown_and_forgotten(web, sql):
    answer = post(web, "/filters", name="Edited by anybody", query="edited=1&state=all")
    assert answer.headers["location"] == "/?state=all&edited=1"
    html = text(web, "/")
    assert "Edited by anybody" in html
    (number,) = sql("SELECT id FROM saved_filter")[0]
    assert post(web, f"/filters/{number}/delete").status_code == 303
    assert sql("SELECT * FROM saved_filter") == []
    assert post(web, "/filters", name=" ", query="edited=1").status_code == 400
    assert post(web, "/filters", name="x", query="state=gone").status_code == 400


# -- deciding -----------------------------------------------------------------------------------


def test_several_stories_are_decided_on_and_it_is_taken_back(web, sql):
    answer = post(web, "/review", action="tag", value="names, water", story=["1", "2"],
                  back="/?state=all")  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/?state=all")
    assert sql("SELECT story, tags FROM review ORDER BY 1") == [
        (1, '["names", "water"]'), (2, '["names", "water"]')
    ]  # fmt: skip
    post(web, "/review/undo")
    assert [tags for (tags,) in sql("SELECT tags FROM review")] in ([], ["[]", "[]"])
    assert post(web, "/review", action="read").status_code == 400
    assert post(web, "/review", action="burn", story="1").status_code == 400
    assert post(web, "/review", action="read", story="999").status_code == 404


def test_all_that_a_filter_finds_is_decided_on_but_not_what_came_since(web, sql, clock):
    upto = f"{clock.now:%Y-%m-%dT%H:%M:%S.000Z}"
    sql("UPDATE story SET first_seen_at = ? WHERE id = 5",
        f"{clock.now + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S.000Z}")  # fmt: skip
    post(web, "/review/all", action="read", query="state=unread", upto=upto)
    assert stories(text(web, "/")) == [5]
    assert post(web, "/review/all", action="read", upto="yesterday").status_code == 400


def test_a_decision_made_elsewhere_is_shown_beside_the_own(web):
    post(web, "/review", action="note", value="first", story="1", version="0")
    answer = post(web, "/review", action="note", value="second", story="1", version="0")
    assert answer.status_code == 409
    assert "first" in answer.text
    assert "second" in answer.text


def test_reviewers_see_each_other_and_decide_for_themselves(web, sql):
    post(web, "/review", action="dismiss", value="off topic", story="3")
    assert post(web, "/me", name="Ben", back="/").status_code == 303
    assert 3 in stories(text(web, "/"))
    assert "off topic" in plain(text(web, "/stories/3"))
    post(web, "/review", action="star", story="3")
    assert stories(text(web, "/?state=all&disputed=1")) == [3]
    assert sorted(sql("SELECT reviewer FROM review")) == [("Anna",), ("Ben",)]
    assert post(web, "/me", name="\x07").status_code == 400


def test_a_theme_is_kept(web):
    post(web, "/me", theme="dark")
    assert 'data-theme="dark"' in text(web, "/help")
    post(web, "/me", theme="neon")
    assert "neon" not in text(web, "/help")


# -- stories and articles -----------------------------------------------------------------------


def test_a_story_has_all_that_is_known_of_it(web, sql):
    story, first = sql("SELECT id, first_article FROM story ORDER BY outlets DESC")[0]
    html = text(web, f"/stories/{story}?from=outlets%3D2%26state%3Dall")
    words = plain(html)
    for part in ("Who ran it", "5 outlets, 5 articles", "Likely origin", "Paragraph by outlet",
                 "Where each field comes from", "Meridian Wire"):  # fmt: skip
        assert part in words, part
    assert html.count('class="cell ') > 20
    assert f'href="/articles/{first}/page"' in html or "/page" in html
    for tag in re.findall(r'<a [^>]*href="http[^>]+>', html):
        assert "noreferrer" in tag
    assert 'href="/?outlets=2&amp;state=all"' in html
    assert "999" in plain(text(web, "/articles/999", 404))
    assert "there is no story 999" in text(web, "/stories/999", 404)


def test_a_large_story_compares_its_first_articles(web, sql, monkeypatch):
    monkeypatch.setattr("monitor.web.pages.story.COMPARED", 2)
    monkeypatch.setattr("monitor.web.pages.story.LISTED", 3)
    story = sql("SELECT id FROM story ORDER BY outlets DESC")[0][0]
    html = text(web, f"/stories/{story}")
    assert "of 5 articles." in plain(html)
    assert "2 more: show all" in plain(html)
    whole = text(web, f"/stories/{story}?all=1")
    assert "of 5 articles." not in plain(whole)
    assert whole.count('class="cell ') > html.count('class="cell ')


def test_states_are_told_apart(web, sql):
    (article,) = sql("SELECT article FROM edit")[0]
    words = plain(text(web, f"/articles/{article}/diff"))
    assert "back to fourteen nine villages" in words
    assert "in 14 9 villages" in words
    assert "fourteen" in plain(text(web, f"/articles/{article}?revision=1"))
    assert "has no revision 9" in plain(text(web, f"/articles/{article}?revision=9", 404))
    assert "whole" in text(web, f"/articles/{article}/diff?whole=1")


def test_an_article_without_a_kept_page_says_so(web, folder):
    (folder / "pages.db").unlink()
    assert "no page of article 1 is kept" in plain(text(web, "/articles/1/page", 404))


# -- sources, coverage, timeline ----------------------------------------------------------------


def test_sources_are_paused_resumed_and_polled(web, sql):
    html = text(web, "/sources")
    assert html.count("sparkline") == 6
    assert post(web, "/sources/pause", slug=["harbour-radio", "orrin-digest"], action="pause",
                length="2h", reason="works").status_code == 303  # fmt: skip
    assert "works" in plain(text(web, "/sources/harbour-radio"))
    assert sql("SELECT count(*) FROM source WHERE paused_at NOT NULL") == [(2,)]
    post(web, "/sources/harbour-radio/resume")
    assert sql("SELECT count(*) FROM source WHERE paused_at NOT NULL") == [(1,)]
    post(web, "/sources/valley-courier/poll")
    assert sql("SELECT count(*) FROM feed WHERE requested_at NOT NULL") != [(0,)]
    assert post(web, "/sources/nobody/poll").status_code == 404
    assert post(web, "/sources/valley-courier/burn").status_code == 404
    assert post(web, "/sources/valley-courier/pause", length="soon").status_code == 400
    assert post(web, "/sources/pause", action="poll").status_code == 404
    assert "No source matches" in text(web, "/sources?q=nobody")


def test_coverage_adds_up_and_leads_to_the_links(web, sql, clock):
    assert "It adds up: 44 discovered = 44 with an outcome + 0 pending." in plain(
        text(web, "/coverage")
    )
    assert "The Lindmoor Post" in text(web, "/coverage/links?outcome=stored&source=lindmoor-post")
    assert "outcome: is one of" in plain(text(web, "/coverage/links?outcome=lost", 400))
    sql("DELETE FROM link WHERE id = 1")
    assert "It adds up" in text(web, "/coverage")  # sums are kept for a minute, and say of when
    clock.now += timedelta(minutes=2)
    assert "The ledger does not add up" in text(web, "/coverage")


def test_a_timeline_counts_by_source_and_by_topic(web):
    html = text(web, "/timeline?by=hour")
    assert "44 articles" in plain(html)
    by_topic = text(web, "/timeline?by=day&topic=water&topic=lists")
    assert html.count("<rect") > by_topic.count("<rect")
    assert "topic=water" in text(web, "/timeline?topic=water")
    assert "there is no topic" in plain(text(web, "/timeline?topic=nothing", 400))
    assert "lies in the future" in plain(text(web, "/timeline?since=2100-01-01", 400))


# -- rules --------------------------------------------------------------------------------------


def test_rules_are_tried_on_a_stored_page_and_saved(web, folder):
    assert "Test extraction rules" in text(web, "/sources/valley-courier/rules")
    tried = post(web, "/sources/valley-courier/rules", title="h1", body="article p\n.nothing")
    assert tried.status_code == 200
    words = plain(tried.text)
    assert "body: .nothing" in words
    before = (folder / "config.yaml").read_text()
    wrong = post(web, "/sources/valley-courier/rules", title="h1[")
    assert wrong.status_code == 400
    assert (folder / "config.yaml").read_text() == before
    saved = post(web, "/sources/valley-courier/rules", title="h1", action="save")
    assert "no daemon was told" in plain(saved.text)
    (source,) = [s for s in yaml.safe_load((folder / "config.yaml").read_text())["sources"]
                 if s["id"] == "valley-courier"]  # fmt: skip
    assert source["extract"]["title"] == "h1"
    assert post(web, "/sources/nobody/rules", title="h1").status_code == 404


def test_a_daemon_is_told_of_saved_rules(web, folder):
    told = []
    before = signal.signal(signal.SIGHUP, lambda *_: told.append("hangup"))
    lock = DaemonLock(folder / "monitor.db")
    lock.acquire()
    try:
        saved = post(web, "/sources/valley-courier/rules", title="h1", action="save")
    finally:
        lock.release()
        signal.signal(signal.SIGHUP, before)
    assert "and told the daemon" in plain(saved.text)
    assert told == ["hangup"]


def test_a_configuration_that_is_broken_is_told(web, folder):
    (folder / "config.yaml").write_text("sources: [")
    assert "config.yaml" in plain(text(web, "/sources/valley-courier/rules", 400))
    assert text(web, "/")  # the other pages do not need it
