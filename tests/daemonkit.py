"""Runs the real monitor as a process in a folder of its own, and waits by watching its database."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import yaml

from tests.newsite import NewsSite

PATIENCE = 40.0  # seconds that a busy machine may take for what needs one
_ROOT = Path(__file__).resolve().parent.parent
_MARK = "MONITOR_TEST_MARK"

# The monitor as it is, but it looks at the time and at the database several times a second, and
# does not wait long for a store that says no.
QUICK = """
import sys
from monitor import daemon, poller, visitor
daemon.TICK_S = daemon.LOOK_S = 0.2
daemon.SEND_S = daemon.TOPICS_S = 0.5
daemon.BEAT_S = 2
visitor.STORE_PAUSE = poller.STORE_PAUSE = 0.5
from monitor.cli import main
sys.exit(main())
"""


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Look until ``condition`` gives something true, and return it."""
    until = time.monotonic() + patience
    while True:
        if found := condition():
            return found
        if time.monotonic() > until:
            raise AssertionError(f"waited {patience:g} s in vain: {what}")
        time.sleep(0.03)


class Process:
    """One run of the monitor; what it writes to stderr is gathered line by line."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.mark = uuid.uuid4().hex
        env = {k: v for k, v in os.environ.items() if not k.startswith("MONITOR_")}
        # No outlet here speaks TLS, and reading the system's certificates takes time at each start.
        env["SSL_CERT_FILE"] = os.devnull
        self.popen = subprocess.Popen(
            words,
            cwd=folder,
            env=env | {"PYTHONPATH": str(_ROOT), _MARK: self.mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.popen.stderr is not None
        with suppress(ValueError):
            for line in self.popen.stderr:
                self.lines.append(line.rstrip("\n"))

    @property
    def pid(self) -> int:
        return self.popen.pid

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """What was logged, all or under one name."""
        found = []
        for line in list(self.lines):
            with suppress(ValueError):
                entry = json.loads(line)
                if isinstance(entry, dict) and name in (None, entry.get("event")):
                    found.append(entry)
        return found

    def wait_event(self, name: str, patience: float = PATIENCE) -> dict[str, Any]:
        def look() -> list[dict[str, Any]]:
            found = self.events(name)
            assert found or self.popen.poll() is None, self.said()
            return found

        return wait_for(look, f"{name} in the log; it has\n{self.said()}", patience)[-1]

    def signal(self, number: int) -> None:
        self.popen.send_signal(number)

    def end(self, patience: float = PATIENCE) -> int:
        """Wait for the end; returns the exit code (negative: the signal that ended it)."""
        try:
            code = self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still runs after {patience:g} s:\n{self.said()}") from None
        self._reader.join(5)
        return code

    def said(self) -> str:
        return "\n".join(self.lines[-40:])

    def family(self) -> list[psutil.Process]:
        """All living processes of this run, workers and their keeper included."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                ours = process.environ().get(_MARK) == self.mark
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def family_mb(self) -> float:
        """Memory of all of them; what several share is divided among them."""
        total = 0
        with suppress(psutil.Error):
            main = psutil.Process(self.pid)
            for process in [main, *main.children(recursive=True)]:
                with suppress(psutil.Error):
                    total += process.memory_full_info().pss
        return total / 1e6

    def destroy(self) -> None:
        """End whatever is left."""
        for process in self.family():
            with suppress(psutil.Error):
                process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(10)
        self._reader.join(5)
        if self.popen.stderr is not None:
            self.popen.stderr.close()


class Installation:
    """A folder with a configuration and a database."""

    def __init__(self, folder: Path, site: NewsSite | None = None) -> None:
        self.folder = folder
        self.config_path = folder / "config.yaml"
        self.database = folder / "monitor.db"
        self.settings: dict[str, Any] = {
            "contact": "desk@example.org",
            "storage": {"path": "monitor.db"},
            "politeness": {
                "delay": "0s",
                "allow_hosts": ["127.0.0.1"],
                "concurrency_per_host": 4,
                "timeout": "5s",
            },
            "schedule": {"jitter": "0%", "recheck": []},
            "log": {"level": "debug", "format": "json"},
            "sources": [outlet.config() for outlet in site.outlets] if site else [],
        }
        self.runs: list[Process] = []
        self.write()

    def write(self) -> None:
        """Write the configuration as ``settings`` has it."""
        self.config_path.write_text(yaml.safe_dump(self.settings, sort_keys=False))

    def start(self, *words: str, program: list[str] | None = None) -> Process:
        """Start ``monitor run``, or another program of the same arguments."""
        command = [sys.executable, *(program or ["-m", "monitor"])]
        process = Process([*command, "--config", str(self.config_path), "run", *words], self.folder)
        self.runs.append(process)
        return process

    def daemon(self, *words: str, program: str = "") -> Process:
        """Start it and wait until it is at work; ``program``: Python to run in place of ours."""
        process = self.start(*words, program=["-c", program] if program else None)
        process.wait_event("started")
        return process

    def once(self, expect: int = 0) -> Process:
        """Run one round to its end."""
        process = self.start("--once")
        code = process.end()
        assert code == expect, process.said()
        return process

    def stop(self, process: Process, expect: int = 0) -> None:
        process.signal(signal.SIGTERM)
        assert process.end(15) == expect, process.said()

    # -- the database, as anybody may read it -----------------------------------------------

    @contextmanager
    def connect(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        mode = "rw" if write else "ro"
        connection = sqlite3.connect(f"file:{self.database}?mode={mode}", uri=True, timeout=20)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query; none before the file and its tables exist."""
        try:
            with self.connect() as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error) or "unable to open" in str(error):
                return []
            raise

    def value(self, query: str, *values: Any) -> Any:
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None

    def do(self, query: str, *values: Any) -> None:
        """Change something from outside, as a verb would."""
        with self.connect(write=True) as connection:
            connection.execute(query, values)

    def articles(self) -> dict[str, tuple[str, str]]:
        """URL -> (title, body) of all stored articles; fails when one URL is stored twice."""
        rows = self.rows("SELECT url, title, body FROM article")
        found = {url: (title, body) for url, title, body in rows}
        assert len(found) == len(rows), "an article is stored twice"
        return found

    def count(self) -> int:
        return self.value("SELECT count(*) FROM article") or 0

    def wait_articles(self, n: int, patience: float = PATIENCE) -> None:
        wait_for(lambda: self.count() >= n, f"{n} articles in the database", patience)

    def outcomes(self) -> dict[str, int]:
        """Outcome (or ``pending``) -> number of links."""
        rows = self.rows(
            "SELECT coalesce(outcome, 'pending'), count(*) FROM link GROUP BY 1 ORDER BY 1"
        )
        return dict(rows)

    def check(self) -> None:
        """Assert that both files are sound and the ledger adds up."""
        from pipeline.store.upkeep import check

        problems = [f for f in check(self.database, self.folder / "pages.db") if f.problem]
        assert not problems, problems

    def close(self) -> None:
        for process in self.runs:
            process.destroy()
