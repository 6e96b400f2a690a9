"""One daemon per database, whatever becomes of the one that holds it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import AlreadyRunningError, StoreError
from pipeline.store import lock
from pipeline.store.lock import DaemonLock

HOLD = """
import sys, time
from pathlib import Path
from pipeline.store.lock import DaemonLock
held = DaemonLock(Path(sys.argv[1]))
held.acquire()
{more}
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(lock, "_PATIENCE_S", 0.0)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "monitor.db"


@pytest.fixture
def holding(database):
    """Start processes that hold the lock until they are ended."""
    started = []

    def start(more=""):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD.format(more=more), str(database)],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_second_is_told_who_holds_it(database, holding):
    process = holding()
    with pytest.raises(AlreadyRunningError, match=f"process {process.pid} runs") as told:
        DaemonLock(database).acquire()
    assert told.value.pid == process.pid
    assert str(database) in str(told.value)
    assert DaemonLock(database).holder() == process.pid


def test_the_lock_dies_with_its_holder(database, holding):
    process = holding()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert DaemonLock(database).holder() is None
    with DaemonLock(database) as mine:
        assert DaemonLock(database).holder() == os.getpid()
        assert mine.path.read_text() == f"{os.getpid()}\n"


def test_processes_that_the_holder_started_do_not_inherit_it(database, holding):
    """Workers may outlive a killed daemon for a moment."""
    process = holding("""
import subprocess
child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"])
""")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with DaemonLock(database):
        pass


def test_what_is_released_can_be_taken_again(database):
    for _ in range(2):
        with DaemonLock(database):
            pass
        assert DaemonLock(database).holder() is None
        assert DaemonLock(database).path.read_text() == ""
    held = DaemonLock(database)
    held.release()  # never acquired
    held.acquire()
    held.release()
    held.release()


def test_nobody_holds_what_was_never_locked(database):
    assert DaemonLock(database).holder() is None
    assert not list(database.parent.iterdir())  # asking leaves no trace


def test_one_process_cannot_take_it_twice(database):
    with DaemonLock(database), pytest.raises(AlreadyRunningError):
        DaemonLock(database).acquire()


def test_a_holder_without_a_name(database):
    with DaemonLock(database) as held:
        held.path.write_text("")
        assert DaemonLock(database).holder() == 0
        with pytest.raises(AlreadyRunningError, match="another process") as told:
            DaemonLock(database).acquire()
        assert told.value.pid is None


def test_a_glance_at_the_lock_does_not_stop_a_daemon_from_starting(database, monkeypatch):
    """``status`` asks by holding a shared lock for an instant."""
    monkeypatch.setattr(lock, "_PATIENCE_S", 30.0)
    with DaemonLock(database):
        pass  # the file is there now
    glance = os.open(DaemonLock(database).path, os.O_RDONLY)
    looks = []

    def look_away(_):
        looks.append(1)
        os.close(glance)

    lock.fcntl.flock(glance, lock.fcntl.LOCK_SH | lock.fcntl.LOCK_NB)
    monkeypatch.setattr(lock.time, "sleep", look_away)
    with DaemonLock(database):
        assert looks == [1]


def test_folders_that_cannot_be(tmp_path):
    with pytest.raises(StoreError, match="no such folder"):
        DaemonLock(tmp_path / "nowhere" / "monitor.db").acquire()
    (tmp_path / "x.db.lock").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        DaemonLock(tmp_path / "x.db").acquire()
