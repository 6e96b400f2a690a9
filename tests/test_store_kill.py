"""kill -9 at any moment: what was told to be stored is there, and nothing is there by half."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from pipeline.store.pages import Pages
from pipeline.store.sqlite import pages_path
from tests.storekit import SqliteBench

ROOT = Path(__file__).resolve().parent.parent


def killed_after(path: Path, start: int, lines: int) -> list[str]:
    """Let the victim write until it has told so many names, kill it, and return the names."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store_victim", str(path), str(start)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = [line.strip() for line, _ in zip(process.stdout, range(lines), strict=False)]
        os.kill(process.pid, signal.SIGKILL)
        told += [line.strip() for line in process.stdout if line.endswith("\n")]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return told


def test_killed_at_ten_random_moments(tmp_path):
    rng = random.Random()
    bench = SqliteBench(tmp_path / "monitor.db")
    told = set()
    for n in range(10):
        names = killed_after(bench.path, n * 1_000_000, rng.randint(1, 60))
        assert names
        told |= set(names)
        assert bench.problems() == []
        check(bench, told)
    # What is left undone can be done.
    store = bench.open()
    for link in bench.links(outcome="pending"):
        assert link["due_at"] is not None
    assert store.ledger.pending() == bench.outcomes()["pending"]
    bench.close()


def check(bench: SqliteBench, told: set[str]) -> None:
    links = bench.links()
    ended = {x["url"].rsplit("/", 1)[1] for x in links if x["outcome"] is not None}
    assert told <= ended
    articles = {a["id"]: a for a in bench.articles()}
    stored = [x for x in links if x["outcome"] == "stored"]
    assert {x["article"] for x in stored} == set(articles)
    pages = Pages(pages_path(bench.path))
    try:
        for link in stored:
            article = articles[link["article"]]
            page = pages.latest(link["id"])
            # The page may be one visit ahead of the article, never behind it.
            assert article["body"] in page.zstd.decode()
    finally:
        pages.close()
