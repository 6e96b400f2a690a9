"""The database locked by others or not writable for a while: the daemon lives, nothing is lost."""

from __future__ import annotations

import resource
import sqlite3

import psutil
import pytest

from tests.daemonkit import QUICK, Installation, wait_for
from tests.newsite import NewsSite

# Patient for a quarter of a second instead of a minute.
IMPATIENT = "from pipeline.store import connect\nconnect.BUSY_TIMEOUT_MS = 40\n" + QUICK


@pytest.fixture
def here(tmp_path):
    installation = Installation(tmp_path)
    yield installation
    installation.close()


@pytest.fixture
def site():
    with NewsSite(outlets=4, articles=10) as site:
        site.page_wait = 0.2  # or all is read before a test's trouble begins, on a busy machine
        yield site


def prepare(here, site):
    here.settings["sources"] = [outlet.config(every="2s") for outlet in site.outlets]
    here.write()


def finished(here, site, run):
    wait_for(lambda: here.count() == 40, f"all articles; the log ends with\n{run.said()}")
    assert here.articles() == site.texts()
    # It does not only live, it works.
    more = [outlet.add() for outlet in site.outlets]
    here.wait_articles(40 + len(more))
    here.stop(run)
    here.check()
    assert here.outcomes() == {"stored": 44}
    assert run.events("visit_crashed") == []


def test_a_lock_of_some_seconds_is_waited_for(here, site):
    prepare(here, site)
    run = here.daemon(program=QUICK)
    here.wait_articles(5)
    with here.connect(write=True) as other:
        other.execute("BEGIN IMMEDIATE")
        asked = len(site.asked)
        wait_for(lambda: here.count() and len(site.asked) >= asked + 4, "pages behind the lock", 5)
        stored = here.count()
        wait_for(lambda: psutil.Process(run.pid).is_running(), "a daemon that lives")
        other.execute("ROLLBACK")
    assert stored < 40
    finished(here, site, run)
    assert run.events("visit_not_stored") == []


def test_a_lock_that_outlasts_our_patience_costs_nothing_but_time(here, site):
    prepare(here, site)
    run = here.daemon(program=IMPATIENT)
    here.wait_articles(5)
    with here.connect(write=True) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_for(lambda: run.events("visit_not_stored"), "visits that could not be written")
        wait_for(lambda: run.events("poll_not_stored"), "polls that could not be written")
        other.execute("ROLLBACK")
    finished(here, site, run)


def test_a_disk_that_takes_no_more_for_a_while(here, site):
    """Writes fail (EFBIG, as ENOSPC would) until there is room again."""
    prepare(here, site)
    run = here.daemon(program=IMPATIENT)
    here.wait_articles(5)
    unlimited = resource.prlimit(run.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
    wait_for(lambda: run.events("visit_not_stored"), "visits that could not be written")
    wait_for(lambda: run.events("poll_not_stored"), "polls that could not be written")
    assert run.popen.poll() is None
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, unlimited)
    finished(here, site, run)


def test_a_file_that_is_no_database_is_refused_and_left_alone(here, site):
    prepare(here, site)
    here.database.write_bytes(b"a letter, not a database\n" * 400)
    before = here.database.read_bytes()
    run = here.start("--once")
    assert run.end() == 1
    assert "damaged or no database" in run.said()
    assert here.database.read_bytes() == before
    with pytest.raises(sqlite3.DatabaseError):
        here.count()
