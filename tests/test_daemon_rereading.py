"""After the way of reading changed, the daemon takes for an edit only what the outlet changed."""

from __future__ import annotations

import json

import pytest

from monitor.cli import main
from tests.daemonkit import Installation
from tests.newsite import Answer, NewsSite

# Longer than any line that is left out because it recurs: only rules can know it.
NOTE = (
    "Readers of this outlet may take part in the yearly prize draw, whose winner travels for a "
    "week along the coast; cards are to be sent to the office before the last day of the month. "
    "Whoever wins may take one companion along and needs neither a tent nor a map, as the way is "
    "marked and each village on it keeps a bed for travellers, with a lamp and a shelf of books."
)
EDIT = "A correction was added in the afternoon: the committee met twice, and not once as was said."
DUE = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z'"


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def shown(outlet, note=NOTE, furniture="More news"):
    """Pages whose text holds a note that is none of it, as the engine cannot know."""
    for story in outlet.stories:
        body = outlet.page(story).replace(b"More news", furniture.encode())
        box = f"<p class='xq'>{note}</p></div></article>"
        body = body.replace(b"</div></article>", box.encode())
        outlet.overrides[story.path] = Answer(body, headers={"Content-Type": "text/html"})


def begin(here, site):
    (outlet,) = site.outlets
    here.settings["sources"] = [outlet.config()]
    here.write()
    shown(outlet)
    here.once()
    assert all(body.endswith(NOTE) for _, body in here.articles().values())
    return outlet


def under_new_rules(here, outlet, **rules):
    here.settings["sources"] = [outlet.config() | {"extract": rules}]
    here.write()
    here.do(DUE)
    here.once()


def edited(here):
    return here.value("SELECT sum(n) FROM daily WHERE outcome = 'edited'") or 0


def test_new_rules_change_the_text_without_a_revision(here):
    with NewsSite(outlets=1, articles=3) as site:
        outlet = begin(here, site)
        shown(outlet, furniture="4711 readers")
        under_new_rules(here, outlet, remove=".xq")
        assert here.articles() == outlet.texts()
        assert here.rows("SELECT * FROM revision") == []
        assert here.rows("SELECT * FROM article WHERE revised_at IS NOT NULL") == []
        assert edited(here) == 0
        assert here.value("SELECT count(DISTINCT rules) FROM article WHERE rules != ''") == 1
        here.check()


@pytest.mark.parametrize("named", [True, False])
def test_an_edit_is_held_against_the_old_page_read_anew(here, named):
    with NewsSite(outlets=1, articles=3) as site:
        outlet = begin(here, site)
        if not named:  # as files are that an earlier release wrote
            here.do("UPDATE article SET page_hash = NULL")
        before = outlet.texts()
        story = outlet.stories[0]
        story.edit(EDIT)
        shown(outlet, furniture="4711 readers")
        under_new_rules(here, outlet, remove=".xq")
        assert here.articles() == outlet.texts()
        rows = here.rows("SELECT title, body FROM revision")
        assert rows == [before[outlet.url(story.path)]]
        assert edited(here) == 1
        here.check()


def test_without_the_old_page_only_changed_words_are_an_edit(here):
    here.settings["storage"]["pages"] = {"keep": "0"}
    with NewsSite(outlets=1, articles=3) as site:
        outlet = begin(here, site)
        story = outlet.stories[0]
        story.edit(story.paragraphs[1].replace("the", "this"))
        shown(outlet, furniture="4711 readers")
        under_new_rules(here, outlet, remove=".xq")
        assert here.articles() == outlet.texts()
        assert here.value("SELECT count(*) FROM revision") == 1
        assert edited(here) == 1
        here.check()


def test_rules_are_counted_page_by_page_and_told(here, capsys):
    with NewsSite(outlets=1, articles=6) as site:
        (outlet,) = site.outlets
        rules = {"body": [".article-body", ".gone"], "remove": ".xq", "title": "h2.no"}
        here.settings["sources"] = [outlet.config() | {"extract": rules}]
        here.write()
        shown(outlet)
        here.once()
        assert here.articles() == outlet.texts()
        rows = here.rows("SELECT field, selector, pages, found, misses FROM extract_rule")
        assert sorted(rows) == [
            ("body", ".article-body", 6, 6, 0),
            ("body", ".gone", 6, 0, 6),
            ("remove", ".xq", 6, 6, 0),
            ("title", "h2.no", 6, 0, 6),
        ]
        reason = "extract rule title 'h2.no' matched nothing on any of its 6 pages, since "
        for words in (("status", "--problems"), ("coverage",), ("sources", "show", "outlet-0")):
            assert main(["--config", str(here.config_path), *words]) == 0
            assert reason in "".join(capsys.readouterr()), words
        main(["--config", str(here.config_path), "sources", "show", "outlet-0", "--json"])
        told = json.loads(capsys.readouterr().out)
        assert told["state"] == "rules"
        broken = {(r["field"], r["selector"]): r["broken"] for r in told["extract_rules"]}
        assert broken == {
            ("body", ".article-body"): False,
            ("body", ".gone"): False,  # not yet: one of two, perhaps for a rare layout
            ("remove", ".xq"): False,
            ("title", "h2.no"): True,
        }
        # Looking at the same pages again proves nothing new; rules that are gone are forgotten.
        shown(outlet, furniture="4711 readers")
        under_new_rules(here, outlet, body=".gone")
        rows = here.rows("SELECT field, selector, pages FROM extract_rule")
        assert rows == [("body", ".gone", 6)]
