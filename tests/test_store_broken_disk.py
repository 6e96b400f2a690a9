"""A disk that fails at any one statement: the file stays sound, and all can be done again."""

import shutil
import sqlite3
from contextlib import suppress

import pytest

from pipeline import ingest
from pipeline.errors import StoreError
from pipeline.store import connect
from tests.storekit import (
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    failure,
    link_to,
    one_file,
    prepared,
    run_story,
    settle,
)
from tests.test_store_writer import in_one_batch


class Fragile(sqlite3.Connection):
    """A connection whose n-th statement fails as on a broken disk; one count for both files."""

    left: int | None = None  # statements until the failure, None: never
    also: str | None = None  # statements that begin with this fail from then on
    happened = 0

    def _count(self, sql):
        cls = Fragile
        if cls.left is not None:
            cls.left -= 1
            if cls.left == 0 or (cls.left < 0 and cls.also and sql.startswith(cls.also)):
                cls.happened += 1
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
                raise error

    def execute(self, sql, *args):
        self._count(sql)
        return super().execute(sql, *args)

    def executemany(self, sql, *args):
        self._count(sql)
        return super().executemany(sql, *args)


@pytest.fixture
def fragile(monkeypatch):
    real = sqlite3.connect

    def fragile_connect(*args, **how):
        return real(*args, **how, factory=Fragile)

    monkeypatch.setattr(Fragile, "left", None)
    monkeypatch.setattr(Fragile, "also", None)
    monkeypatch.setattr(Fragile, "happened", 0)
    monkeypatch.setattr(connect.sqlite3, "connect", fragile_connect)
    return Fragile


def a_days_work():
    """Changes as the daemon makes them; each can be made again after any failure."""

    def visit(name, text, minute):
        def change(store):
            for link in store.ledger.due("harbour", at(minute), 99):
                if link.url.endswith(f"/{name}"):
                    settle(store, link, prepared(name, f"{FILLER} {text}"), at(minute), None)

        return change

    def fail(store):
        for link in store.ledger.due("harbour", NOW, 99):
            if link.url.endswith("/d"):
                ingest.settle_failure(store, link, failure(), NOW, None)

    return [
        lambda s: discover(s, *[link_to(x) for x in "abcd"]),
        visit("a", "an edit", 10),  # known already: a revision
        visit("b", "novelty", 0),
        visit("c", "surprise", 0),
        fail,
    ]


def content(bench):
    articles = [(a["url_key"], a["body"], a["revisions"]) for a in bench.articles()]
    links = [(x["url"], x["outcome"], x["visits"]) for x in bench.links()]
    return sorted(articles), sorted(links), bench.rolled_up()


WANTED = {"discovered": 4, "stored": 3, "edited": 1, "failed": 1}


@pytest.mark.parametrize("also", [None, "ROLLBACK TO", "ROLLBACK"])
def test_a_failure_at_the_nth_statement_for_every_n(tmp_path, fragile, also):
    reached = 0
    founded = tmp_path / "founded"
    founded.mkdir()
    with bench_of(one_file, founded) as bench:
        bench.do(lambda s: run_story(s, "a", next_visit=at(10)))
    # Where taking back fails as well, every third will do.
    for n in range(1, 300, 3 if also else 1):
        bench = one_file(shutil.copytree(founded, tmp_path / str(n)))
        try:
            bench.open()
            fragile.left, fragile.also, fragile.happened = n, also, 0
            with suppress(StoreError):
                in_one_batch(bench, *a_days_work())
            failed, fragile.left = fragile.happened, None
            assert bench.problems() == []
            # All of it again, until nothing is left to do.
            results = in_one_batch(bench, *a_days_work())
            assert not any(isinstance(r, BaseException) for r in results)
            assert bench.rolled_up() == WANTED
            assert bench.search("edit") == {1}
            assert bench.search("novelty OR surprise") == {2, 3}
            bench.close()
            assert bench.problems() == []
        finally:
            bench.close()
        if not failed:
            break
        reached = n
    assert 30 < reached < 299


def test_a_store_whose_rollback_failed_works_again(tmp_path, fragile):
    with bench_of(one_file, tmp_path) as bench:
        bench.open()
        fragile.left, fragile.also = 8, "ROLLBACK"
        with pytest.raises(StoreError, match="cannot be read or written"):
            bench.do(lambda s: run_story(s, "a"))
        assert bench._store.in_transaction
        fragile.left = None
        bench.do(lambda s: run_story(s, "a"))
        assert bench.outcomes() == {"stored": 1}
