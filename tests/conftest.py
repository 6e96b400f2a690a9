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
settings.register_profile("news-monitor", deadline=None, max_examples=50)
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
