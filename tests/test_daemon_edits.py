"""What becomes of a stored article when its page is looked at again."""

from __future__ import annotations

import pytest

from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import Answer, NewsSite

EDIT = (
    "A correction was added in the afternoon: the committee had met twice rather than once, and "
    "the second meeting, held behind closed doors, settled the question of the ferry landing."
)
DUE = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z'"


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def revisions(here):
    return here.rows(
        "SELECT a.url, r.title, r.body FROM revision r JOIN article a ON a.id = r.article"
    )


def test_an_edit_that_the_feed_announces_becomes_a_revision(here):
    with NewsSite(outlets=3, articles=2) as site:
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.write()
        here.once()
        before = site.texts()
        edited = [outlet.stories[0] for outlet in site.outlets]
        for story in edited:
            story.edit(EDIT)
        mark = len(site.asked)
        here.once()
        urls = {o.url(s.path) for o, s in zip(site.outlets, edited, strict=True)}
        assert set(site.pages_asked(mark)) == urls
        assert here.articles() == site.texts()
        assert sorted(revisions(here)) == sorted((url, *before[url]) for url in urls)
        assert here.outcomes() == {"stored": 6}, "the first outcome stands"
        assert here.value("SELECT sum(n) FROM daily WHERE outcome = 'edited'") == 3
        assert here.value("SELECT count(DISTINCT article) FROM edit WHERE revision = 1") == 3
        # The search index follows.
        found = "SELECT count(*) FROM article_fts WHERE article_fts MATCH 'committee AND afternoon'"
        assert here.value(found) == 3
        here.check()
        mark = len(site.asked)
        here.once()
        assert site.pages_asked(mark) == {}


@pytest.mark.slow
def test_the_recheck_schedule_finds_a_silent_edit(here):
    with NewsSite(outlets=4, articles=2) as site:
        outlet = site.outlets[3]  # a section page, which dates nothing: ages count from now
        here.settings["sources"] = [outlet.config()]
        here.settings["schedule"]["recheck"] = ["7s", "1h"]
        here.write()
        run = here.daemon(program=QUICK)
        here.wait_articles(2)
        outlet.stories[0].edit(EDIT, announce=False)
        wait_for(lambda: len(revisions(here)) == 1, "the revision")
        rechecked = "SELECT sum(n) FROM daily WHERE outcome = 'rechecked'"
        wait_for(lambda: here.value(rechecked) == 1, "the other article to be looked at")
        assert here.articles() == outlet.texts()
        assert here.value("SELECT count(*) FROM link WHERE due_at IS NOT NULL") == 2  # in an hour
        here.stop(run)


def test_an_unchanged_page_changes_nothing(here):
    with NewsSite(outlets=2, articles=2) as site:
        site.outlets[1].etags = False
        here.settings["sources"] = [outlet.config() for outlet in site.outlets]
        here.write()
        here.once()
        kept = here.rows("SELECT * FROM article")
        here.do(DUE)
        mark = len(site.asked)
        here.once()
        assert sum(site.pages_asked(mark).values()) == 4
        pages = [a for a in site.asked[mark:] if a.path.endswith(".html")]
        assert {a.outlet for a in pages if "if-none-match" in a.headers} == {0}
        assert here.rows("SELECT * FROM article") == kept
        assert revisions(here) == []
        assert here.value("SELECT sum(n) FROM daily WHERE outcome = 'rechecked'") == 4
        here.check()


def test_other_furniture_around_the_same_text_is_no_revision(here):
    with NewsSite(outlets=1, articles=1) as site:
        outlet = site.outlets[0]
        story = outlet.stories[0]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        body = outlet.page(story).replace(b"More news", b"4711 people read this now")
        outlet.overrides[story.path] = Answer(body, headers={"Content-Type": "text/html"})
        here.do(DUE)
        here.once()
        assert here.articles() == site.texts()
        assert revisions(here) == []
        assert here.value("SELECT sum(n) FROM daily WHERE outcome = 'rechecked'") == 1
        here.check()


GONE = Answer(b"<html><body>This page is gone.</body></html>", status=410)
STUB = (
    b"<html><head><title>Only for readers</title></head><body><article><h1>Only for readers</h1>"
    b"<p>Subscribe to continue reading this article.</p></article></body></html>"
)


def test_what_was_stored_stays_when_the_page_goes_away(here):
    with NewsSite(outlets=1, articles=4) as site:
        outlet = site.outlets[0]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        kept = site.texts()
        stub = Answer(STUB, headers={"Content-Type": "text/html"})
        for story, answer in zip(
            outlet.stories, (GONE, stub, Answer(b"", status=204)), strict=False
        ):
            outlet.overrides[story.path] = answer
        here.do(DUE)
        mark = len(site.asked)
        here.start("--once").end()
        assert len(site.pages_asked(mark)) == 4
        assert here.articles() == kept
        assert revisions(here) == []
        assert here.outcomes() == {"stored": 4}
        errors = here.rows("SELECT substr(last_error, 1, 5) FROM link WHERE last_error IS NOT NULL")
        assert sorted(errors) == [("empty",), ("gone:",)]
        here.check()
