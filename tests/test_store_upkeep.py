"""Check, backup, prune, vacuum; and what a reader that never ends does to the files."""

import sqlite3
import threading
from datetime import timedelta

import pytest

from pipeline.errors import StoreError
from pipeline.store import upkeep
from pipeline.store.connect import connect_write
from pipeline.store.copying import copy_to
from pipeline.store.pages import Pages
from pipeline.store.reading import Filter, Reader
from pipeline.store.records import FeedState, PollRecord
from pipeline.store.review_records import Decision
from pipeline.store.sqlite import pages_path
from pipeline.store.topics import TopicSpec
from pipeline.store.writer import Writer
from tests.storekit import (
    FILLER,
    NOW,
    SqliteBench,
    bench_of,
    discover,
    due_link,
    feed_of,
    link_to,
    one_file,
    prepared,
    raw_of,
    run_story,
    settle,
    words_of,
)


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        made.do(lambda s: run_story(s, "a", next_visit=NOW))
        edited = prepared("a", f"{FILLER} Edited.")
        made.do(lambda s: settle(s, due_link(s, "a"), edited))
        made.do(lambda s: run_story(s, "b", outlet="orrin"))
        made.do(lambda s: discover(s, link_to("c")))
        made.do(lambda s: s.reviews.decide("Anna", Decision(starred=True), NOW, articles=[1]))
        made.do(lambda s: s.topics.sync([TopicSpec(id="a", name="A", query="edited")], NOW))
        made.do(lambda s: s.topics.match_some(NOW))
        yield made


@pytest.fixture
def damaged(tmp_path, bench):
    """A copy that may be broken."""
    bench.close()
    path = tmp_path / "copy.db"
    upkeep.backup(bench.path, path)
    upkeep.backup(pages_path(bench.path), pages_path(path))
    return path


def problems(path):
    found = upkeep.check(path, pages_path(path))
    return {f.name.removeprefix("no "): f.problem for f in found if f.problem}


BREAKAGE = {
    "links without outcome that are never due again": (
        "UPDATE link SET due_at = NULL WHERE outcome IS NULL"
    ),
    "links with an outcome but without its time": (
        "UPDATE link SET outcome_at = NULL WHERE outcome = 'stored'"
    ),
    "links that say stored, copy or revised without an article": (
        "UPDATE link SET article = NULL WHERE outcome = 'stored'"
    ),
    "articles that no link leads to": "UPDATE link SET article = NULL",
    "articles without their row in the search index": (
        "DELETE FROM article_fts_docsize WHERE id = 1"
    ),
    "rows in the search index without their article": (
        "INSERT INTO article_fts (rowid, title, body) VALUES (77, 'x', 'y')"
    ),
    "stories whose count of articles is wrong": "UPDATE story SET articles = 9",
    "stories whose count of outlets is wrong": "UPDATE story SET outlets = 9",
    "articles whose count of revisions is wrong": "DELETE FROM revision",
    "edits of revisions that are not there": "UPDATE edit SET revision = 9",
    "decisions of reviewers at another story than their article": "UPDATE review SET story = 9",
    "topics at another story than their article": "UPDATE topic_match SET story = 9",
    "messages on their way that are never tried": (
        "INSERT INTO message (uid, channel, made_at, payload, state) "
        "VALUES ('u', 'desk', '2026-01-01T00:00:00.000Z', '{}', 'waiting')"
    ),
    "messages that say sent without its time": (
        "INSERT INTO message (uid, channel, made_at, payload, state) "
        "VALUES ('u', 'desk', '2026-01-01T00:00:00.000Z', '{}', 'sent')"
    ),
    "alerts in a message to another channel than theirs": (
        "INSERT INTO message (id, uid, channel, made_at, payload, state) "
        "VALUES (5, 'u', 'desk', '2026-01-01T00:00:00.000Z', '{}', 'failed');"
        "INSERT INTO alert (id, kind, subject, at) "
        "VALUES (3, 'daemon', 's', '2026-01-01T00:00:00.000Z');"
        "INSERT INTO delivery (alert, channel, message) VALUES (3, 'other', 5)"
    ),
    "sources where discovered is not the sum of outcomes and pending": (
        "UPDATE daily SET n = n + 1 WHERE outcome = 'discovered' AND source = 'orrin'"
    ),
    "sources where the daily counts of outcomes differ from the links": (
        "INSERT INTO daily VALUES ('2026-01-01', 'valley', 'failed', 2)"
    ),
    "foreign keys": "DELETE FROM story",
    "search index": "DELETE FROM article_fts_data WHERE id > 10",
}


class TestCheck:
    def test_a_sound_file(self, damaged):
        names = []
        found = upkeep.check(damaged, pages_path(damaged), progress=names.append)
        assert [f for f in found if f.problem] == []
        assert len(names) == len(found) == len(BREAKAGE) + 2

    @pytest.mark.parametrize("name", BREAKAGE)
    def test_each_law_is_looked_at(self, damaged, name):
        conn = sqlite3.connect(damaged)
        conn.executescript(BREAKAGE[name])
        conn.commit()
        conn.close()
        assert name in problems(damaged)

    def test_a_link_that_vanished(self, damaged):
        conn = sqlite3.connect(damaged)
        conn.execute("DELETE FROM link WHERE outcome IS NULL")
        conn.commit()
        conn.close()
        assert list(problems(damaged)) == [
            "sources where discovered is not the sum of outcomes and pending"
        ]

    def test_raw_pages(self, damaged):
        pages = pages_path(damaged)
        data = bytearray(pages.read_bytes())
        data[4096:] = b"\xa5" * (len(data) - 4096)
        pages.write_bytes(data)
        assert list(problems(damaged)) == ["raw pages"]
        pages.write_bytes(b"Dear diary, " * 1000)
        assert "no database" in problems(damaged)["raw pages"]

    def test_pages_whose_bodies_are_gone(self, damaged):
        conn = sqlite3.connect(pages_path(damaged))
        conn.execute("DELETE FROM body")
        conn.commit()
        conn.close()
        assert problems(damaged) == {"raw pages": "3 pages without their body"}


class TestBackup:
    def test_a_backup_is_one_whole_file(self, bench, tmp_path):
        target = tmp_path / "saved" / "monitor-copy.db"
        target.parent.mkdir()
        size = upkeep.backup(bench.path, target)
        assert [p.name for p in target.parent.iterdir()] == [target.name]
        assert target.stat().st_size == size
        # Restoring it is putting it in place.
        saved = SqliteBench(target)
        assert saved.problems() == []
        assert saved.outcomes() == bench.outcomes()
        assert saved.search("ferry") == {1, 2}
        assert saved.do(lambda s: run_story(s, "d", prepared("d", f"{FILLER} d"))).article == 3
        saved.close()

    def test_a_database_that_is_being_written_all_the_time(self, bench, tmp_path):
        """Each commit changes the source; the copy must neither start over for ever nor tear."""
        ballast = bench.open().connection()
        ballast.execute("CREATE TABLE ballast (x)")  # so that a copy takes longer than a commit
        ballast.execute("INSERT INTO ballast VALUES (zeroblob(24000000))")
        writer = Writer(bench.open(), linger=0, batch=3)
        bench._store = None
        stop = threading.Event()
        written = []

        def write():
            while not stop.is_set():
                name = f"n{len(written)}"
                made = prepared(name, words_of(name, 1500))
                change = writer.submit(lambda s, n=name, m=made: run_story(s, n, m))
                change.result(timeout=30)
                written.append(name)

        thread = threading.Thread(target=write)
        thread.start()
        try:
            for n in range(2):
                before = len(written)
                target = tmp_path / f"copy{n}.db"
                upkeep.backup(bench.path, target)
                copy = SqliteBench(target)
                assert copy.problems() == []
                assert copy.outcomes()["stored"] >= before + 1
        finally:
            stop.set()
            thread.join()
            writer.close()

    def test_nothing_is_overwritten(self, bench, tmp_path):
        target = tmp_path / "precious.db"
        target.write_text("photos")
        with pytest.raises(StoreError, match="exists already"):
            upkeep.backup(bench.path, target)
        assert target.read_text() == "photos"

    def test_a_copy_that_fails_leaves_nothing_behind(self, bench, tmp_path):
        with pytest.raises(StoreError, match="cannot be opened"):
            upkeep.backup(bench.path, tmp_path / "nowhere" / "copy.db")
        with pytest.raises(StoreError, match="no such database"):
            upkeep.backup(tmp_path / "nothing.db", tmp_path / "copy.db")
        no_database = tmp_path / "notes.db"
        no_database.write_text("Dear diary, " * 1000)
        with pytest.raises(StoreError, match="no database"):
            upkeep.backup(no_database, tmp_path / "copy.db")
        assert not list(tmp_path.glob("copy*"))

    def test_what_an_interrupted_copy_left_is_taken_away(self, bench, tmp_path):
        (tmp_path / "copy.db.part").write_text("half")
        conn = connect_write(bench.path)
        copy_to(conn, tmp_path / "copy.db")
        conn.close()
        assert not (tmp_path / "copy.db.part").exists()


class TestPrune:
    def test_what_is_over_its_age_goes_and_the_rest_stays(self, bench):
        keep = timedelta(days=10)
        later = NOW + timedelta(days=40)
        feed = bench.do(feed_of)
        for day in (0, 5, 35):
            record = PollRecord(
                feed=feed, source="harbour", at=NOW + timedelta(days=day), result="new",
                state=FeedState(),
            )  # fmt: skip
            bench.do(lambda s, r=record: s.feeds.log_poll(r))
        fresh = raw_of("https://harbour.example/z", "z", later - timedelta(days=1))
        bench.do(lambda s: s.pages.keep(99, fresh))
        bench.close()
        daily = bench.rolled_up("harbour")
        pages = pages_path(bench.path)
        would = upkeep.prunable(bench.path, pages, later, keep)
        assert (would.pages, would.polls) == (3, 2)
        assert would.page_bytes > 0
        assert would.hours > 0
        steps = []
        gone = upkeep.prune(bench.path, pages, later, keep, progress=steps.append)
        assert gone == sum(steps) == would.pages + would.polls + would.hours
        after = upkeep.prunable(bench.path, pages, later, keep)
        assert (after.pages, after.page_bytes, after.polls, after.hours) == (0, 0, 0, 0)
        assert bench.rolled_up("harbour") == daily  # days are kept for good
        kept = Pages(pages)
        assert kept.latest(99) == fresh
        kept.close()

    def test_pages_in_many_steps_while_the_store_is_open(self, bench):
        for n in range(30):
            page = raw_of("https://harbour.example/z", f"z{n}")
            bench.do(lambda s, p=page, n=n: s.pages.keep(100 + n, p))
        store = bench.open()
        pages = Pages(pages_path(bench.path))
        with store.transaction():
            run_story(store, "mine", prepared("mine", f"{FILLER} mine"))
            # Nobody waits for the other here, although a page is about to be written.
            assert pages.prune(NOW + timedelta(days=1), limit=20) == 20
        while pages.prune(NOW + timedelta(days=1), limit=20):
            pass
        pages.close()
        assert store.pages.latest(110) is None

    def test_vacuum_gives_space_back(self, bench):
        bench.close()
        conn = sqlite3.connect(bench.path)
        conn.execute("CREATE TABLE ballast (x)")
        conn.execute("INSERT INTO ballast VALUES (zeroblob(1000000))")
        conn.execute("DROP TABLE ballast")
        conn.commit()
        conn.close()
        before = bench.path.stat().st_size
        upkeep.vacuum(bench.path)
        assert bench.path.stat().st_size < before - 900_000
        assert bench.search("ferry") == {1, 2}


def test_a_reader_that_stays_open_makes_the_log_grow_only_while_it_stays(bench):
    """SQLite cannot reuse its log (WAL) past what somebody still reads; once he ends, it does."""
    store = bench.open()
    conn = store.connection()
    limit = 1 << 20
    conn.execute(f"PRAGMA journal_size_limit = {limit}")
    log = bench.path.with_name("monitor.db-wal")

    def write(n):
        for i in range(n):
            name = f"w{i}-{log.stat().st_size}"
            made = prepared(name, name, *[words_of(f"{name}p{k}") for k in range(150)])
            bench.do(lambda s, m=made, name=name: run_story(s, name, m))

    with Reader(bench.path) as reader:
        rows = reader.articles(Filter())
        next(rows)  # an export that somebody went to lunch with
        write(12)
        grown = log.stat().st_size
        assert grown > 2 * limit
        assert {row["id"] for row in rows} == {1}  # it still sees what it began with
    write(2)
    assert log.stat().st_size <= limit
