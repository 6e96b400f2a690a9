"""The real daemon over a site that edits, stirs and takes down pages; what `monitor edits` says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli import main
from tests.daemonkit import Installation
from tests.daemonrig import with_rig
from tests.newsite import Answer, NewsSite

DUE = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z'"
HTML = {"Content-Type": "text/html; charset=utf-8"}
TOLL = "The fire at the eastern pier killed 12 people, the council said on Tuesday afternoon."


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


def edits(here, capsys, *words):
    capsys.readouterr()
    config = ["--config", str(here.config_path)]
    assert main([*config, "edits", "--json", "--sort", "time", *words]) == 0
    return json.loads(capsys.readouterr().out)


def put(outlet, story, old, new):
    """Answer with the page of a story in which something else stands; the feed says nothing."""
    page = outlet.page(story)
    assert old.encode() in page, old
    outlet.overrides[story.path] = Answer(page.replace(old.encode(), new.encode()), headers=HTML)


def again(here):
    here.do(DUE)
    here.once()


# Six pages, each with its kind of noise: (what stands there, what will stand there)
NOISE = {
    "time": ("</h1>", "</h1><p>Updated 5 minutes ago</p>"),
    "counters": ("</div></article>", "<p>1,204 views</p><p>12 comments</p></div></article>"),
    "links": ("</p><p>", "</p><p>Read more: Council to vote on the ferry line</p><p>"),
    "typography": (" the ", " the\u00a0"),
    "breaks": (". ", ".</p><p>"),
    "byline": ("</h1>", "</h1><p>By Jane Roe</p>"),
}


def test_noise_makes_no_revision(here, capsys):
    with NewsSite(outlets=1, articles=len(NOISE) + 1) as site:
        outlet = site.outlets[0]
        *noisy, edited = outlet.stories
        edited.paragraphs[0] = TOLL
        here.settings["sources"] = [outlet.config()]
        here.write()
        named = '<meta name="author" content="Jane Roe">'
        put(outlet, noisy[-1], "<link rel=", f"{named}<link rel=")
        here.once()
        assert here.count() == len(NOISE) + 1
        texts = here.articles()
        for story, (old, new) in zip(noisy, NOISE.values(), strict=True):
            put(outlet, story, old, new)
        edited.edit("Nobody expected it.", announce=False)
        edited.paragraphs[0] = TOLL.replace("12", "21")
        again(here)
        (found,) = edits(here, capsys)
        assert found["url"] == outlet.url(edited.path)
        assert "number" in found["kinds"]
        assert '"12 people" became "21 people"' in found["summary"]
        assert found["silent"]
        changed = {url for url, text in here.articles().items() if text != texts[url]}
        assert changed == {outlet.url(edited.path)}
        assert here.value("SELECT sum(n) FROM daily WHERE outcome = 'edited'") == 1
        here.check()


def wall(outlet, story):
    """The page as it is with a wall after its first paragraph."""
    rest = "".join(f"<p>{p}</p>" for p in story.paragraphs[1:])
    put(outlet, story, rest, "<p>Subscribe to continue reading this article.</p>")
    page = outlet.overrides[story.path].body.replace(
        b"</head>",
        b'<script type="application/ld+json">{"@type": "NewsArticle", '
        b'"isAccessibleForFree": false}</script></head>',
    )
    outlet.overrides[story.path] = Answer(page, headers=HTML)


def test_a_page_that_goes_shrinks_or_hides_keeps_its_text_and_may_come_back(here, capsys):
    with NewsSite(outlets=1, articles=4) as site:
        outlet = site.outlets[0]
        gone, soft, walled, stub = outlet.stories
        for story in outlet.stories:
            story.paragraphs = [p * 2 for p in story.paragraphs]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        kept = here.articles()

        def kinds():
            return sorted((e["url"], e["kinds"]) for e in edits(here, capsys))

        outlet.overrides[gone.path] = Answer(b"<html><body>No.</body></html>", status=410)
        outlet.overrides[soft.path] = Answer(
            b"<html><head><title>Page not found</title></head><body><h1>Page not found</h1>"
            b"<p>The page you are looking for does not exist or has been moved.</p></body></html>",
            headers=HTML,
        )
        wall(outlet, walled)
        put(outlet, stub, "".join(f"<p>{p}</p>" for p in stub.paragraphs[1:]), "")
        again(here)
        now_walled = [(outlet.url(walled.path), ["paywalled"]), (outlet.url(stub.path), ["stub"])]
        assert kinds() == sorted(now_walled), "a page is not gone at the first failure"
        soon = here.rows("SELECT due_at FROM link WHERE article IS NOT NULL AND due_at IS NOT NULL")
        latest = (datetime.now(UTC) + timedelta(minutes=40)).isoformat()
        assert sum(due < latest for (due,) in soon) == 2, "the two are looked at again soon"
        again(here)
        all_told = [*now_walled, *((outlet.url(s.path), ["gone"]) for s in (gone, soft))]
        assert kinds() == sorted(all_told)
        again(here)
        assert kinds() == sorted(all_told), "each is told once, not at each visit"
        states = dict(here.rows("SELECT url, page_state FROM article"))
        assert [states[outlet.url(s.path)] for s in outlet.stories] == [
            "gone", "gone", "paywalled", "stub",
        ]  # fmt: skip
        assert here.articles() == kept
        assert here.value("SELECT count(*) FROM revision") == 0
        outlet.overrides.clear()
        again(here)
        came = [(outlet.url(story.path), ["back"]) for story in outlet.stories]
        assert kinds() == sorted([*all_told, *came])
        assert here.rows("SELECT DISTINCT page_state FROM article") == [("there",)]
        assert here.articles() == kept
        here.check()


def test_a_wall_at_first_and_the_whole_text_later(tmp_path):
    """The first visit meets a wall; two more looks are made, and one finds the article."""
    with NewsSite(outlets=1, articles=2) as site:
        outlet = site.outlets[0]
        late, never = outlet.stories
        for story in outlet.stories:
            wall(outlet, story)
            body = outlet.overrides[story.path].body
            first = f"<p>{story.paragraphs[0]}</p>".encode()
            outlet.overrides[story.path] = Answer(body.replace(first, b""), headers=HTML)

        async def scenario(rig):
            await rig.poll()
            await rig.visit()
            assert await rig.rows("SELECT outcome, article FROM link") == [("paywalled", None)] * 2
            del outlet.overrides[late.path]
            rig.later(hours=1.2)
            await rig.visit()
            rows = await rig.rows("SELECT url, outcome, article IS NULL FROM link ORDER BY id")
            assert sorted(rows) == sorted(
                [(outlet.url(late.path), "stored", 0), (outlet.url(never.path), "paywalled", 1)]
            )
            mark = len(site.asked)
            rig.later(days=1.2)
            await rig.visit()
            rig.later(days=20)
            await rig.visit()
            asked = site.pages_asked(mark)
            assert asked[outlet.url(never.path)] == 1, "not looked at for ever"
            counted = dict(await rig.rows("SELECT outcome, sum(n) FROM daily GROUP BY 1"))
            assert (counted["stored"], counted["paywalled"]) == (1, 1)
            problems = [f for f in check(rig) if f.problem]
            assert problems == []

        with_rig(site, tmp_path, scenario, recheck=["10m", "1d", "3d"])


def check(rig):
    from pipeline.store.upkeep import check as look

    path = rig.parts.config.storage.path
    return look(path, path.with_name("pages.db"))


def test_a_source_that_never_edits_is_looked_at_less(tmp_path):
    with NewsSite(outlets=3, articles=1) as site:
        quiet, busy, caught = site.outlets
        for outlet in site.outlets:
            outlet.stories[0].published = datetime.now(UTC)

        async def scenario(rig):
            start = rig.now
            today, yesterday = (f"{start - timedelta(days=n):%Y-%m-%d}" for n in (0, 1))
            counted = [
                *((yesterday, outlet.name, "rechecked", 900) for outlet in site.outlets),
                (today, busy.name, "edited", 1),
            ]
            await rig.rows("INSERT INTO daily VALUES " + ", ".join(map(str, counted)))
            await rig.poll()
            ages = {outlet.name: [] for outlet in site.outlets}
            for hours in (0, 0.2, 1.2, 6.7, 27, 80):
                mark = len(site.asked)
                rig.now = start + timedelta(hours=hours)
                if hours == 0.2:
                    caught.stories[0].edit("Nobody expected it.", announce=False)
                await rig.visit()
                for outlet in site.outlets:
                    if outlet.url(outlet.stories[0].path) in site.pages_asked(mark):
                        ages[outlet.name].append(hours)
            assert ages[quiet.name] == [0, 0.2, 80]
            assert ages[busy.name] == [0, 0.2, 1.2, 6.7, 27, 80]
            assert ages[caught.name] == ages[busy.name], "one edit brings all looks back"

        with_rig(site, tmp_path, scenario, recheck=["10m", "1h", "6h", "1d", "3d"])
