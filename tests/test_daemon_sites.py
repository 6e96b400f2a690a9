"""What the monitor learns of a site while it watches it: recurring lines, a layout that breaks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from monitor.cli import main
from tests import logstate
from tests.daemonkit import Installation
from tests.daemonrig import with_rig
from tests.newsite import NewsSite

LINE = "The night desk of outlet-0 keeps a list of all reports of this kind in the town hall."


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    installation = Installation(tmp_path)
    with logstate.kept():
        yield installation
    installation.close()


def with_line(outlet, *, where="</div></article>", line=LINE, tag="p"):
    """Have every article page of an outlet carry the same line."""
    plain = type(outlet).page

    def page(story):
        text = f"<{tag}>{line}</{tag.split()[0]}>"
        return plain(outlet, story).replace(where.encode(), f"{text}{where}".encode())

    outlet.page = page


def broken_layout(outlet):
    """From now on article pages are built by a script: what is sent holds no text."""

    def page(story):
        shell = (
            f'<div class="app-root"><section class="shell"><h1>{story.title}</h1>'
            '<div class="loader">One moment please</div></section></div>'
        )
        return outlet._frame(story.title, shell).replace("<nav>", '<nav class="bar">').encode()

    outlet.page = page


def told(capsys, *words, code=0):
    got = main(list(words))
    out, err = capsys.readouterr()
    assert got == code, err
    return out


def test_recurring_lines_vanish_from_the_fourth_article_on(here, capsys):
    with NewsSite(outlets=1, articles=3) as site:
        outlet = site.outlets[0]
        with_line(outlet)
        here.settings["sources"] = [outlet.config()]
        here.settings["politeness"]["concurrency_per_host"] = 1
        here.write()
        here.once()
        first = here.articles()
        assert [LINE in body for _, body in first.values()] == [True] * 3
        for _ in range(3):
            outlet.add()
        here.once()  # another process: what was learned is in the database
        later = {url: text for url, text in here.articles().items() if url not in first}
        assert later == {url: text for url, text in site.texts().items() if url not in first}
        assert len(later) == 3
        shown = told(capsys, "sources", "show", "outlet-0")
        assert "version 1 since" in shown
        assert f"{LINE[:60]} (6 articles)" in shown
        memory = json.loads(told(capsys, "sources", "show", "outlet-0", "--json"))["memory"]
        assert memory["left_out"] == [{"articles": 6, "text": LINE[:60]}]

        # Forgotten: the line is text again until it has recurred anew.
        assert told(capsys, "sources", "forget", "outlet-0") == "outlet-0: forgotten\n"
        assert json.loads(told(capsys, "sources", "show", "outlet-0", "--json"))["memory"] is None
        assert told(capsys, "sources", "forget", "outlet-0").endswith("nothing was learned yet\n")
        path = outlet.add().path
        here.once()
        assert here.articles()[outlet.url(path)][1].endswith(LINE)
        here.check()


def test_another_memory_is_no_edit_by_the_outlet(here):
    due = "UPDATE link SET due_at = '2020-01-01T00:00:00.000Z'"
    with NewsSite(outlets=1, articles=3) as site:
        outlet = site.outlets[0]
        outlet.etags = False
        with_line(outlet)
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        for _ in range(3):
            outlet.add()
        here.once()
        kept = here.articles()
        assert sum(LINE in body for _, body in kept.values()) == 3

        def again():
            # Other furniture, so that the bytes are not those of before.
            plain = outlet.page
            outlet.page = lambda story: plain(story).replace(b"More news", b"Much more news")
            here.do(due)
            here.once()

        again()  # the first three lose their line: the pages they are from are read anew
        assert sum(LINE in body for _, body in here.articles().values()) == 0
        here.do("DELETE FROM site")
        again()  # they stay as they are when nothing is remembered
        assert sum(LINE in body for _, body in here.articles().values()) == 0
        assert here.value("SELECT count(*) FROM revision") == 0
        assert here.value("SELECT sum(n) FROM daily WHERE outcome = 'rechecked'") == 12
        outlet.stories[0].edit("The vote was taken again in the evening, and nobody had changed.")
        again()
        assert here.value("SELECT count(*) FROM revision") == 1
        here.check()


def test_a_layout_that_breaks_is_reported_with_date_and_examples(here, capsys):
    with NewsSite(outlets=1, articles=40) as site:
        outlet = site.outlets[0]
        here.settings["sources"] = [outlet.config()]
        here.write()
        here.once()
        assert here.outcomes() == {"stored": 40}
        assert "drift" not in told(capsys, "coverage")
        broken_layout(outlet)
        new = {outlet.url(outlet.add().path) for _ in range(12)}
        run = here.start("--once")
        run.end()
        assert here.outcomes() == {"not_article": 12, "stored": 40}
        assert run.events("drift")[0]["measure"] == "body"
        assert run.events("new_layout")[0]["version"] == 2

        (source,) = json.loads(told(capsys, "status", "--json"))["sources"]
        assert source["state"] == "drift"
        assert source["severity"] == "degraded"
        (drift,) = source["drift"]
        since = here.value("SELECT min(outcome_at) FROM link WHERE outcome = 'not_article'")
        assert drift["since"] == source["since"] == since
        assert (drift["measure"], drift["before"], drift["now"]) == ("body", 0.0, 1.0)
        assert len(drift["examples"]) == 3
        assert {example["url"] for example in drift["examples"]} <= new
        assert all(example["title"].startswith("The ") for example in drift["examples"])

        day = since[:10]
        for words in (("status",), ("coverage",), ("sources", "show", "outlet-0")):
            text = told(capsys, *words)
            assert f"100% of pages give no text, usual 0%, since {day}" in text, words
            assert text.count("e.g. ") == 3, words
        assert "outlet-0 drift (100% of pages give no text" in told(
            capsys, "status", "--check", code=12
        )
        (row,) = json.loads(told(capsys, "coverage", "--by", "source", "--json"))
        assert row["drift"] == source["drift"]

        told(capsys, "sources", "forget", "outlet-0")
        assert json.loads(told(capsys, "status", "--json"))["sources"][0]["drift"] == []
        assert here.value("SELECT ended_by FROM drift") == "forgotten"
        here.check()


def test_the_running_daemon_learns_forgets_and_sees_the_break_end(tmp_path):
    with NewsSite(outlets=1, articles=40) as site:
        outlet = site.outlets[0]

        async def scenario(rig):
            await rig.poll()
            await rig.visit()
            assert await rig.value("SELECT sum(bodies) FROM quality") == 40
            good, broken = outlet.page, broken_layout
            broken(outlet)
            rig.later(hours=1)
            began = rig.now
            for _ in range(12):
                outlet.add()
            await rig.poll()
            await rig.visit()
            (row,) = await rig.rows("SELECT measure, since, ended_at FROM drift")
            assert row == ("body", began.isoformat(timespec="milliseconds")[:23] + "Z", None)
            outlet.page = good
            rig.later(hours=1)
            for _ in range(15):
                outlet.add()
            await rig.poll()
            await rig.visit()
            assert await rig.rows("SELECT ended_by FROM drift") == [("recovered",)]
            assert await rig.value("SELECT count(*) FROM quality") in (1, 2)
            # What a verb removes is gone for the daemon, too.
            await rig.parts.store.do(lambda s: s.connection().execute("DELETE FROM site"))
            outlet.add()
            rig.later(hours=1)
            await rig.poll()
            await rig.visit()
            assert await rig.value("SELECT pages FROM site") == 1

        with_rig(site, tmp_path, scenario)


def test_what_one_page_teaches_is_known_to_the_next(tmp_path):
    with NewsSite(outlets=1, articles=24) as site:
        with_line(site.outlets[0])

        async def scenario(rig):
            await rig.poll()
            await rig.visit()
            assert await rig.value("SELECT count(*) FROM article") == 24
            with_it = await rig.value(f"SELECT count(*) FROM article WHERE instr(body, '{LINE}')")
            # Five pages are fetched side by side before the first has taught anything.
            assert 3 <= with_it <= 16

        with_rig(site, tmp_path, scenario)


def test_rechecks_and_edits_teach_nothing(tmp_path):
    with NewsSite(outlets=1, articles=2) as site:
        outlet = site.outlets[0]
        outlet.etags = False

        async def scenario(rig):
            await rig.poll()
            await rig.visit()
            for n in range(3):
                for story in outlet.stories:
                    story.edit(f"A correction was added in the afternoon, and it is number {n}.")
                rig.later(minutes=n + 1)
                await rig.poll()
                await rig.visit()
            assert await rig.value("SELECT sum(revisions) FROM article") > 0
            assert await rig.value("SELECT pages FROM site") == 2
            assert await rig.value("SELECT sum(pages) FROM quality") == 2

        with_rig(site, tmp_path, scenario)


def test_a_mistake_in_learning_loses_no_page(tmp_path, monkeypatch):
    def mistaken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("monitor.sitebook.observe", mistaken)
    with NewsSite(outlets=1, articles=3) as site:

        async def scenario(rig):
            with logstate.kept():
                await rig.poll()
                await rig.visit()
            assert await rig.value("SELECT count(*) FROM article") == 3
            assert await rig.value("SELECT count(*) FROM quality") == 0, "all of it or nothing"
            assert await rig.value("SELECT count(*) FROM site") == 0
            rig.now += timedelta(seconds=1)

        with_rig(site, tmp_path, scenario)
