"""Measures taking everything out of a large file: as it is, and as it was at a moment.

    python -m benchmarks.export [--articles 200000] [--database FILE]

The control reads ids and texts of the same file with one bare SELECT.  Times are of the wall clock;
memory is the peak of a process that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.web_data import large_file

ROOT = Path(__file__).resolve().parent.parent
WAYS: dict[str, list[str]] = {
    "all articles": [],
    "as of 30 days ago": ["--as-of", "AGO"],
    "stories as of 30 days ago": ["--of", "stories", "--as-of", "AGO"],
    "revisions": ["--of", "revisions"],
    "edits": ["--of", "edits"],
}


def main() -> None:
    """Build the file, take out, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--database", type=Path, help="a file that was built before")
    given = parser.parse_args()
    now = datetime.now(UTC)
    with large_file(given.database, articles=given.articles) as path:
        control = min(bare(path) for _ in range(3))
        print(f"{'bare SELECT of ids and texts':32} {control:7.1f} s")
        ago = (now - timedelta(days=30)).isoformat(timespec="seconds")
        for name, words in WAYS.items():
            seconds, megabytes = taken([ago if word == "AGO" else word for word in words], path)
            print(f"{name:32} {seconds:7.1f} s {seconds / control:6.1f} x {megabytes:5.0f} MB")


def bare(path: Path) -> float:
    """Return the seconds of the control."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        start = time.perf_counter()
        for _ in db.execute("SELECT id, title, body FROM article ORDER BY first_seen_at DESC"):
            pass
        return time.perf_counter() - start


def taken(words: list[str], path: Path) -> tuple[float, float]:
    """Return seconds and peak memory (MB) of `monitor export` into nowhere."""
    code = (
        "import resource, sys; from monitor.cli import main; code = main(sys.argv[1:]); "
        "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)); sys.exit(code)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, "--db", str(path), "export", "--format", "jsonl", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return time.perf_counter() - start, int(done.stderr.split()[-1]) / 1000


if __name__ == "__main__":
    main()
