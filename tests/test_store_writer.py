"""The single writer: batches, order, and every way in which a write can go wrong."""

import sqlite3
import threading
from concurrent.futures import wait
from contextlib import contextmanager

import pytest

from pipeline.errors import StoreError, StoreLockedError
from pipeline.store import connect, writer
from pipeline.store.sqlite import pages_path
from pipeline.store.writer import Writer
from tests.storekit import (
    FILLER,
    NOW,
    bench_of,
    discover,
    due_link,
    link_to,
    one_file,
    prepared,
    run_story,
    settle,
    words_of,
)

PATIENCE = 30  # seconds that a busy machine may take


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


@contextmanager
def writing(bench, **how):
    """A writer of its own, closed at the end."""
    how = {"linger": PATIENCE, **how}
    made = Writer(bench.open(), **how)
    bench._store = None  # the writer closes it
    try:
        yield made
    finally:
        made.close()


def in_one_batch(bench, *changes):
    """Run changes in one batch; returns the result or the exception of each."""
    with writing(bench, batch=len(changes)) as made:
        futures = [made.submit(change) for change in changes]
        wait(futures, timeout=PATIENCE)
    return [f.exception() or f.result() for f in futures]


def story(name, text=FILLER):
    return lambda s: run_story(s, name, prepared(name, f"{text} Only in {name}.")).article


class TestBatches:
    def test_changes_run_in_order_and_commit_together(self, bench):
        ran = []
        transactions = count_transactions(bench.open())
        changes = [lambda s, n=n: ran.append(n) or n * n for n in range(20)]
        assert in_one_batch(bench, *changes) == [n * n for n in range(20)]
        assert ran == list(range(20))
        assert transactions == [1]

    def test_a_batch_is_no_larger_than_it_may(self, bench):
        transactions = count_transactions(bench.open())
        with writing(bench, batch=8) as made:
            wait([made.submit(lambda s: None) for _ in range(24)], timeout=PATIENCE)
        assert transactions == [3]

    def test_an_urgent_change_does_not_wait_for_company_but_takes_it_along(self, bench):
        with writing(bench) as made:
            # The writer would wait half a minute for more than these.
            slow = made.submit(lambda s: "slow")
            urgent = made.submit(lambda s: "urgent", urgent=True)
            assert urgent.result(timeout=PATIENCE / 2) == "urgent"
            assert slow.result(timeout=0) == "slow"

    def test_a_result_is_on_disk_when_it_is_told(self, bench):
        with writing(bench) as made:
            article = made.submit(story("a"), urgent=True).result(timeout=PATIENCE)
            assert bench.article(article)["title"] == "Ferry line approved"

    def test_closing_commits_what_is_queued(self, bench):
        with writing(bench) as made:
            futures = [made.submit(story(f"n{i}")) for i in range(10)]
        assert all(f.done() for f in futures)
        assert bench.outcomes() == {"stored": 10}

    def test_what_comes_after_the_end_is_refused(self, bench):
        with writing(bench) as made:
            pass
        with pytest.raises(StoreError, match="stopping"):
            made.submit(lambda s: None).result(timeout=0)

    def test_waiting_tells_how_many_are_queued(self, bench):
        begun, go_on = threading.Event(), threading.Event()

        def slow(_):
            begun.set()
            assert go_on.wait(PATIENCE)

        with writing(bench) as made:
            made.submit(slow, urgent=True)
            assert begun.wait(PATIENCE)
            made.submit(lambda s: None)
            made.submit(lambda s: None)
            assert made.waiting() == 2
            go_on.set()

    def test_a_change_nobody_waits_for_is_not_made(self, bench):
        begun, go_on = threading.Event(), threading.Event()

        def slow(_):
            begun.set()
            assert go_on.wait(PATIENCE)

        with writing(bench) as made:
            made.submit(slow, urgent=True)
            assert begun.wait(PATIENCE)
            unwanted, wanted = made.submit(story("a")), made.submit(story("b"), urgent=True)
            assert unwanted.cancel()
            go_on.set()
            wanted.result(timeout=PATIENCE)
        assert bench.outcomes() == {"stored": 1}


def count_transactions(store):
    """Let the store count its transactions in the list that is returned."""
    counted = [0]
    real = store.transaction

    @contextmanager
    def counting():
        counted[0] += 1
        with real():
            yield

    store.transaction = counting
    return counted


class TestFailures:
    def test_one_change_that_fails_does_not_undo_the_others(self, bench):
        def broken(store):
            run_story(store, "b")
            raise KeyError("bug")

        first, bug, last = in_one_batch(bench, story("a"), broken, story("c"))
        assert isinstance(bug, KeyError)
        assert (first, last) == (1, 2)
        assert bench.outcomes() == {"stored": 2}

    def test_a_change_that_fails_at_the_commit_fails_alone(self, bench):
        def counted_for_nobody(store):
            store.rollups.add(NOW, "no such source", "stored")

        first, bug, last = in_one_batch(bench, story("a"), counted_for_nobody, story("c"))
        assert isinstance(bug, sqlite3.IntegrityError)
        assert (first, last) == (1, 2)

    def test_text_that_no_database_takes_fails_alone(self, bench):
        first, refused, last = in_one_batch(
            bench, story("a"), story("b", "half a letter: \ud83d"), story("c")
        )
        assert isinstance(refused, UnicodeEncodeError)
        assert (first, last) == (1, 2)

    def test_a_locked_database_fails_all_after_a_while_and_the_next_batch_works(
        self, bench, monkeypatch
    ):
        monkeypatch.setattr(writer, "LOCK_TRIES", 2)
        monkeypatch.setattr(connect, "BUSY_TIMEOUT_MS", 20)
        bench.close()
        for path in (bench.path, pages_path(bench.path)):
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            try:
                results = in_one_batch(bench, story("a"), story("b"))
            finally:
                other.execute("ROLLBACK")
                other.close()
            assert [type(r) for r in results] == [StoreLockedError] * 2
            assert path.name in str(results[0])
            assert bench.outcomes() == {}
        assert in_one_batch(bench, story("a")) == [1]

    def test_a_lock_that_ends_in_time_loses_nothing(self, bench, monkeypatch):
        monkeypatch.setattr(connect, "BUSY_TIMEOUT_MS", 20)
        bench.close()
        store = bench.open()
        other = sqlite3.connect(bench.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        tries = []
        real = store.transaction

        def trying():
            tries.append(1)
            if len(tries) == 3:
                other.execute("ROLLBACK")
            return real()

        store.transaction = trying
        assert in_one_batch(bench, story("a"), story("b")) == [1, 2]
        assert len(tries) == 3
        other.close()

    @pytest.mark.parametrize("file", ["monitor.db", "pages.db"])
    def test_a_full_disk_at_every_page(self, bench, file):
        """SQLite's own limit on pages gives the very error of a full disk, page by page."""
        bench.do(lambda s: discover(s, *[link_to(x) for x in "abc"]))

        def changes():
            # Long texts need pages of their own.
            long = {n: [words_of(f"{n}{i}") for i in range(60)] for n in "abc"}
            return [
                lambda s, n=n: settle(s, due_link(s, n), prepared(n, n, *long[n])).article
                for n in "abc"
            ]

        failed = 0
        for room in range(200):
            store = bench.open()
            conn = store.connection() if file == "monitor.db" else store.pages.connection()
            used = conn.execute("PRAGMA page_count").fetchone()[0]
            conn.execute(f"PRAGMA max_page_count = {used + room}")
            left = sorted(bench.outcomes())
            if left == ["stored"] or "pending" not in left:
                break
            pending = {x.url[-1] for x in store.ledger.due("harbour", NOW, 9)}
            todo = [c for n, c in zip("abc", changes(), strict=True) if n in pending]
            results = in_one_batch(bench, *todo)
            assert bench.problems() == []
            errors = [r for r in results if isinstance(r, BaseException)]
            assert all(isinstance(e, StoreError) and "full" in str(e) for e in errors)
            failed += bool(errors)
        assert failed > 2
        assert bench.outcomes() == {"stored": 3}

    def test_a_bug_of_the_writer_leaves_nobody_waiting(self, bench, monkeypatch):
        class Unheard(BaseException):
            pass

        told = []
        monkeypatch.setattr(threading, "excepthook", told.append)

        def end_of_the_world(_):
            raise Unheard

        with writing(bench, batch=2) as made:
            futures = [made.submit(end_of_the_world), made.submit(story("a"))]
            wait(futures, timeout=PATIENCE)
            assert all(isinstance(f.exception(timeout=0), Unheard) for f in futures)
            made._thread.join(PATIENCE)
            assert isinstance(made.submit(story("b")).exception(timeout=0), Unheard)
        assert [t.exc_type for t in told] == [Unheard]
        assert bench.outcomes() == {}
