"""``monitor reextract``: shows what would change, writes it, goes on after an interruption."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from pipeline.store.sqlite import SqliteStore
from tests import logstate
from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import Answer, NewsSite

# Longer than any line that is left out because it recurs: only rules can know it.
NOTE = (
    "Readers of this outlet may take part in the yearly prize draw, whose winner travels for a "
    "week along the coast; cards are to be sent to the office before the last day of the month. "
    "Whoever wins may take one companion along and needs neither a tent nor a map, as the way is "
    "marked and each village on it keeps a bed for travellers, with a lamp and a shelf of books."
)
ROOT = Path(__file__).resolve().parent.parent
EDIT = "A correction was added in the afternoon: the committee met twice, and not once as was said."


@pytest.fixture
def site():
    with NewsSite(outlets=2, articles=5) as running:
        for outlet in running.outlets:
            noted(outlet)
        yield running


@pytest.fixture
def here(tmp_path, site):
    installation = Installation(tmp_path, site)
    with logstate.kept():
        yield installation
    installation.close()


@pytest.fixture
def told(capsys, here):
    """Run the verb; returns what it wrote on stdout and on stderr."""

    def run(*words, code=0):
        capsys.readouterr()
        got = main(["--config", str(here.config_path), "reextract", *words])
        out, err = capsys.readouterr()
        assert got == code, err
        return out, err

    return run


def noted(outlet):
    """Pages whose text holds a note that is none of it, as the engine cannot know."""
    for story in outlet.stories:
        box = f"<p class='xq'>{NOTE}</p></div></article>"
        body = outlet.page(story).replace(b"</div></article>", box.encode())
        outlet.overrides[story.path] = Answer(body, headers={"Content-Type": "text/html"})


def read_wrongly(here):
    """A database whose articles have the note, and a configuration that now says better."""
    here.once()
    assert all(body.endswith(NOTE) for _, body in here.articles().values())
    for source in here.settings["sources"]:
        source["extract"] = {"remove": ".xq"}
    here.write()


def snapshot(here):
    """Everything but what only says how it was made."""
    tables = ("article", "revision", "story", "link", "daily", "hourly", "reread")
    return [here.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in tables]


def test_a_dry_run_shows_and_writes_nothing(told, here, site):
    read_wrongly(here)
    before = snapshot(here)
    out, err = told("*", "--dry-run", "--json")
    rows = json.loads(out)
    assert len(rows) == 10
    assert {row["result"] for row in rows} == {"changed"}
    assert rows[0]["paragraphs"] == {"gone": 1, "new": 0, "edited": 0, "same": 5}
    assert rows[0]["words_before"] > rows[0]["words_after"]
    assert rows[0]["fields"] == []
    assert "10 pages: 10 read differently" in err
    assert "nothing is written yet" in err
    assert snapshot(here) == before


def test_a_diff_names_paragraphs_and_fields(told, here):
    read_wrongly(here)
    here.do("UPDATE article SET section = 'Sport' WHERE id = 1")
    out, _ = told("1", "--dry-run", "--diff")
    assert f"  - {NOTE}" in out
    assert "    5 paragraphs as before" in out
    assert "  section: Sport -> nothing" in out
    (row,) = json.loads(told("1", "--dry-run", "--diff", "--json")[0])
    assert row["fields"] == ["section"]
    assert row["diff"]["fields"]["section"] == {"before": "Sport", "after": None}
    assert [p["kind"] for p in row["diff"]["paragraphs"]] == ["same"] * 5 + ["gone"]


def test_it_writes_in_place_and_once(told, here, site):
    read_wrongly(here)
    was = here.rows("SELECT id, url, url_key, first_seen_at, fetched_at, story FROM article")
    _, err = told("*")
    assert "nothing is written" not in err
    assert here.articles() == site.texts()
    assert (
        here.rows("SELECT id, url, url_key, first_seen_at, fetched_at, story FROM article") == was
    )
    assert here.rows("SELECT * FROM revision") == []
    assert here.value("SELECT count(*) FROM article WHERE revised_at IS NOT NULL") == 0
    assert here.rows("SELECT DISTINCT outcome FROM daily ORDER BY 1") == [
        ("discovered",), ("stored",),
    ]  # fmt: skip
    assert here.value("SELECT count(*) FROM article_fts WHERE article_fts MATCH 'prize'") == 0
    here.check()
    after = snapshot(here)
    _, err = told("*")
    assert "10 pages: 10 done before" in err
    assert snapshot(here) == after
    _, err = told("*", "--again")
    assert "10 pages: 10 the same" in err
    # The daemon, too, has nothing to add.
    here.do("UPDATE link SET due_at = '2020-01-01T00:00:00.000Z'")
    here.once()
    assert here.articles() == site.texts()
    assert here.rows("SELECT * FROM revision") == []


def test_what_is_to_be_read_again_is_chosen(told, here, site):
    read_wrongly(here)
    url = here.value("SELECT url FROM article WHERE id = 7")
    _, err = told("2", url, "--dry-run")
    assert "2 pages: 2 read differently" in err
    assert "5 pages: 5 read differently" in told("outlet-0", "--dry-run")[1]
    assert "7 pages" in told("outlet-*", "--dry-run", "--limit", "7")[1]
    here.do("UPDATE article SET first_seen_at = '2020-01-01T00:00:00.000Z' WHERE id < 4")
    assert "7 pages" in told("*", "--dry-run", "--since", "1h")[1]
    assert "no article matches" in told("1", "--since", "1h")[1]
    for words, code in ((("nobody",), 2), (("99",), 1), (("*", "--engine", "none"), 2)):
        told(*words, code=code)


def test_a_limit_counts_what_is_still_to_be_done(told, here, site):
    read_wrongly(here)
    assert "4 pages: 4 read differently" in told("*", "--limit", "4")[1]
    assert "8 pages: 4 read differently, 4 done before" in told("*", "--limit", "4")[1]
    told("*", "--limit", "4")
    assert here.articles() == site.texts()


def test_pages_that_hold_nothing_leave_the_article_as_it_is(told, here, site):
    read_wrongly(here)
    here.settings["sources"][0]["extract"] = {"remove": "article"}
    here.write()
    texts = here.articles()
    out, err = told("outlet-0", "--json")
    assert {row["result"] for row in json.loads(out)} == {"no_article"}
    assert "5 hold no article and stay as they are" in err
    assert here.articles() == texts
    assert "5 done before" in told("outlet-0")[1]
    with here.connect(write=True) as connection:
        connection.execute("ATTACH ? AS kept", (str(here.folder / "pages.db"),))
        connection.execute("DELETE FROM kept.page")
        connection.execute("DELETE FROM kept.body")
    assert "10 have no page kept" in told("*")[1]
    (here.folder / "pages.db").unlink()
    assert "10 have no page kept" in told("*")[1]


def test_a_page_that_cannot_be_read_any_more_is_told_with_exit_4(told, here):
    read_wrongly(here)
    with here.connect(write=True) as connection:
        connection.execute("ATTACH ? AS kept", (str(here.folder / "pages.db"),))
        connection.execute("UPDATE kept.body SET zstd = x'00' WHERE sha256 = "
                           "(SELECT page_hash FROM article WHERE id = 1)")  # fmt: skip
    out, err = told("*", "--json", code=4)
    failed = [row for row in json.loads(out) if row["result"] == "failed"]
    assert [row["article"] for row in failed] == [1]
    assert "bad_encoding" in failed[0]["reason"]
    assert "9 read differently" in err


def test_an_article_that_the_daemon_writes_meanwhile_is_left_to_the_next_run(
    told, here, monkeypatch
):
    read_wrongly(here)
    wrote = []

    def transaction(self):
        if not wrote:
            wrote.append(True)
            here.do("UPDATE article SET content_hash = 'other' WHERE id = 1")
        return really(self)

    really = SqliteStore.transaction
    monkeypatch.setattr(SqliteStore, "transaction", transaction)
    out, err = told("*", "--json")
    meanwhile = [row["article"] for row in json.loads(out) if row["result"] == "meanwhile"]
    assert meanwhile == [1]
    assert "1 were written by somebody else meanwhile" in err
    assert "1 read differently, 9 done before" in told("*")[1]


def test_missed_articles_are_recovered_and_the_ledger_corrected(told, here, site):
    here.settings["sources"][0]["extract"] = {"remove": "article"}
    here.write()
    here.once()
    assert here.outcomes() == {"not_article": 5, "stored": 5}
    for source in here.settings["sources"]:
        source["extract"] = {"remove": ".xq"}
    here.write()
    assert "no article matches" in told("outlet-0", "--dry-run")[1]
    out, _ = told("outlet-0", "--missed", "--dry-run", "--json")
    assert [row["result"] for row in json.loads(out)] == ["recovered"] * 5
    assert here.outcomes() == {"not_article": 5, "stored": 5}
    _, err = told("*", "--missed")
    assert "5 read differently, 5 were no article and are one" in err
    assert here.articles() == site.texts()
    assert here.outcomes() == {"stored": 10}
    counted = here.rows("SELECT outcome, sum(n) FROM daily GROUP BY 1 HAVING sum(n) != 0")
    assert dict(counted) == {"discovered": 10, "stored": 10}
    assert here.rows("SELECT * FROM article WHERE first_seen_at != fetched_at AND id > 5") == []
    here.check()
    assert "10 done before" in told("*", "--missed")[1]


def test_on_a_terminal_it_shows_first_and_asks(here, site):
    read_wrongly(here)
    text = typed(here, "*", "--diff", answer=b"n\n")
    assert "Write 10 of them? [y/N]" in text
    assert "nothing was written" in text
    assert all(body.endswith(NOTE) for _, body in here.articles().values())
    assert here.rows("SELECT * FROM reread") == []
    text = typed(here, "*", "--diff", answer=b"y\n")
    assert "10 written" in text
    assert "\x1b[31m" in text  # what goes is red
    assert here.articles() == site.texts()
    here.check()


def typed(here, *words, answer):
    """Run the verb on a terminal of its own; returns what was to be seen."""
    import pty

    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PYTHONPATH": str(ROOT)}
    env.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(here.config_path), "reextract", *words],
        stdin=slave, stdout=slave, stderr=slave, env=env, cwd=here.folder,
    )  # fmt: skip
    os.close(slave)
    os.write(master, answer)
    seen = b""
    try:
        while chunk := os.read(master, 4096):
            seen += chunk
    except OSError:
        pass  # the other end is closed
    finally:
        process.wait(60)
        os.close(master)
    return seen.decode(errors="replace")


@pytest.mark.slow
def test_killed_again_and_again_the_result_is_that_of_an_unbroken_run(tmp_path):
    with NewsSite(outlets=4, articles=30) as site:
        for outlet in site.outlets:
            noted(outlet)
        here = Installation(tmp_path, site)
        try:
            read_wrongly(here)
            done = "SELECT count(*) FROM article WHERE rules != ''"
            kills = 0
            for enough in (1, 20, 40, 60, 80):
                run = rerun(here)

                def reached(run=run, enough=enough):
                    return run.poll() is not None or here.value(done) >= enough

                wait_for(reached, "the moment to kill")
                run.send_signal(signal.SIGKILL)
                kills += run.wait(20) == -signal.SIGKILL
                here.check()
                for url, (title, body) in here.articles().items():
                    assert (title, body.removesuffix(f"\n{NOTE}")) == site.texts()[url]
            assert kills >= 3, "the kills did not land in the middle of the work"
            assert 0 < here.value(done) < 120
            assert rerun(here).wait(60) == 0
            assert here.articles() == site.texts()
            assert here.value("SELECT count(*) FROM revision") == 0
            here.check()
        finally:
            here.close()


def rerun(here):
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", here.config_path, "-q", "reextract", "*"],
        cwd=here.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.slow
def test_a_daemon_at_work_is_unharmed(tmp_path):
    with NewsSite(outlets=4, articles=20) as site:
        for outlet in site.outlets:
            noted(outlet)
        here = Installation(tmp_path, site)
        try:
            read_wrongly(here)
            for source in here.settings["sources"]:
                source["feeds"][0]["every"] = "1s"
            here.write()
            daemon = here.daemon(program=QUICK)
            for outlet in site.outlets:
                for story in outlet.stories[:3]:
                    story.edit(EDIT)
                for _ in range(5):
                    outlet.add()
                noted(outlet)
            assert rerun(here).wait(60) == 0
            here.do("UPDATE link SET due_at = '2020-01-01T00:00:00.000Z' WHERE visits > 0")
            wait_for(lambda: here.articles() == site.texts(), "all of it to be read")
            here.stop(daemon)
            assert not [e for e in daemon.events() if e["level"] == "error"]
            assert rerun(here).wait(60) == 0
            assert here.articles() == site.texts()
            # Each edit once, the earlier state as it reads now.
            rows = here.rows("SELECT article, body FROM revision")
            assert len(rows) == len({article for article, _ in rows}) == 12
            assert not [body for _, body in rows if NOTE in body]
            here.check()
        finally:
            here.close()
