"""What several test files start from."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.demodb import build

# Other work on the machine must not fail a test.
settings.register_profile("news-monitor", deadline=None, max_examples=30)
settings.load_profile("news-monitor")


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """The demo's database, made once for all processes that run tests; not to be written to."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    done = root / "demo-made"
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder = root / "demo-being-made"
            folder.mkdir()
            build(folder)
            folder.rename(done)
    return done


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy of the demo's database: config.yaml, monitor.db and pages.db."""
    return Path(shutil.copytree(made, tmp_path / "demo"))


# Files whose tests mostly wait: for a daemon in a process of its own, a browser, a terminal.
_WAITING = ("test_daemon_", "test_cli_reextract", "test_month", "test_terminal", "test_web_browser")


def pytest_collection_modifyitems(items):
    """Put files that wait evenly between those that compute: then no processor is idle."""
    files = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    waiting = [path for path in files if path.name.startswith(_WAITING)]
    others = [item for path in files if path not in waiting for item in files[path]]
    size = -(-len(others) // (len(waiting) + 1)) or 1
    items[:] = []
    for number in range(len(waiting) + 1):
        items += others[number * size : (number + 1) * size]
        items += files[waiting[number]] if number < len(waiting) else []
