"""How fast the web pages answer on a large file while a daemon writes to it, and what they hold.

    python -m benchmarks.web [--articles 200000] [--stories 60000] [--rounds 25] [--keep FILE]

Fills the real schema (benchmarks.web_data, a minute and a half), starts ``monitor web`` on it and
beside it a process that stores ten new articles a second as the daemon does, and asks for every
kind of page over HTTP in a shuffled order, one at a time.  The control is a static file of the same
server in the same run.  Prints median and 95th percentile of each kind, and the memory of the web
process (PSS).  Exits 1 if a kind's 95th percentile or the memory is over its limit.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from statistics import median
from typing import Any
from urllib.parse import quote_plus

import psutil

from benchmarks.web_data import Text, large_file

LIMIT_MS, LIMIT_MB = 150, 200
CONTROL = "static file"
HERE = Path(__file__).resolve().parent.parent
_LISTENING = re.compile(r"http://127\.0\.0\.1:(\d+)")


def addresses(database: Path) -> dict[str, list[str]]:
    """Return kind of page -> addresses of that kind, taken from what the file holds."""
    text = Text(random.Random(20261126))
    with connect(f"file:{database}?mode=ro", uri=True) as db:

        def numbers(sql: str) -> list[Any]:
            return [row[0] for row in db.execute(sql)]

        largest = numbers("SELECT id FROM story ORDER BY outlets DESC, id LIMIT 5")
        stories = numbers("SELECT id FROM story WHERE id % 4567 = 0 AND id NOT NULL")
        edited = numbers("SELECT article FROM edit ORDER BY id DESC LIMIT 8")
        moments = numbers("SELECT first_seen_at || '~' || id FROM story WHERE id % 9000 = 0")
        days = [datetime.now(UTC).date() - timedelta(days=n) for n in (1, 20, 60, 100)]
        titles = numbers("SELECT title FROM story WHERE id % 9001 = 0")
    words = {rank: text.rare(rank) for rank in (20, 200, 900, 2000, 8000, 15_000, 30_000)}
    phrases = [quote_plus('"' + " ".join(title.split()[2:4]) + '"') for title in titles]
    outlets = [f"outlet-{n:04d}" for n in (0, 7, 423, 999)]
    return {
        CONTROL: ["/static/style.css"],
        "inbox": ["/", "/?state=all"],
        "inbox, read or dismissed": ["/?state=read", "/?state=dismissed", "/?state=all&starred=1"],
        "inbox, deep": [f"/?state=all&before={quote_plus(moment)}" for moment in moments],
        "filter, source": [f"/?state={s}&source={o}" for s in ("all", "read") for o in outlets],
        "filter, source tag": ["/?state=all&source=@state", "/?source=@wire"],
        "filter, language": [f"/?state=all&lang={code}" for code in ("en", "ar", "mt", "xx")],
        "filter, agency": [f"/?state=all&agency={name}" for name in ("AFP", "dpa", "Nobody")],
        "filter, outlets": [f"/?state=all&outlets={n}" for n in (2, 5, 50)],
        "filter, edited": ["/?state=all&edited=1", "/?state=read&changed=1"],
        "filter, tag or note": ["/?state=all&tag=water", "/?state=all&tag=once",
                                "/?state=all&noted=1", "/?state=all&disputed=1"],
        "filter, topic": [f"/?state=all&topic={name}" for name in ("talks", "middling", "rare")],
        "filter, time": [f"/?state=all&since={day}&until={day}" for day in days],
        "filters together": [
            "/?state=read&edited=1&lang=ar&outlets=3&q=talks",
            f"/?state=all&q={words[200]}&source=outlet-0007",
            "/?state=all&topic=talks&lang=mt", f"/?state=all&topic=rare&q={words[20]}",
        ],
        "search": [f"/?state=all&q={word}" for word in ("talks", "zzzzzz", *words.values())],
        "search, several words": [
            "/?state=all&q=talks+harbour+council", f"/?state=all&q={words[200]}+OR+{words[2000]}",
            f"/?state=all&q=talks+-{words[900]}", f"/?state=all&q={words[200][:3]}*",
            f"/?state=all&q=title:{words[900]}",
        ],
        "search, phrase": [f"/?state=all&q={phrase}" for phrase in phrases],
        "story": [f"/stories/{story}" for story in stories],
        "story, from a search": [f"/stories/{story}?from=q%3Dtalks%26state%3Dall"
                                 for story in stories[:4]],
        "story, hundreds of outlets": [f"/stories/{story}" for story in largest],
        "article": [f"/articles/{article}" for article in edited],
        "difference": [f"/articles/{article}/diff" for article in edited],
        "sources": ["/sources", "/sources?state=ok", "/sources?q=42", "/sources?start=900"],
        "source": [f"/sources/{outlet}" for outlet in outlets],
        "coverage": ["/coverage", "/coverage?source=outlet-0007", "/coverage?source=@state"],
        "coverage, links": ["/coverage/links?outcome=stored",
                            "/coverage/links?outcome=copy&source=outlet-0007"],
        "timeline": ["/timeline", "/timeline?by=hour", "/timeline?topic=talks&topic=rare",
                     "/timeline?source=outlet-0007"],
        "API, stories": ["/api/v1/stories?state=all", "/api/v1/stories?state=all&q=talks",
                         f"/api/v1/stories?state=all&q={words[2000]}&limit=100"],
        "API, story": [f"/api/v1/stories/{story}" for story in stories[:6]],
        "API, status": ["/api/v1/status", "/api/v1/topics", "/api/v1/tags"],
    }  # fmt: skip


@contextmanager
def served(database: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Run ``monitor web`` on a free port; gives the port and the process."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from monitor.cli import main; raise SystemExit(main())", "web",
         "--port", "0", "--reviewer", "Anna", "--db", str(database)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=database.parent,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )  # fmt: skip
    try:
        yield _port(process), process
    finally:
        process.terminate()
        process.wait(20)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    said = ""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if select.select([process.stdout], [], [], 1)[0]:
            line = process.stdout.readline()
            said += line
            if found := _LISTENING.search(line):
                return int(found[1])
    raise SystemExit(f"monitor web did not start: {said}")


@contextmanager
def written(database: Path) -> Iterator[None]:
    """Let another process store articles meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.web_writer", str(database)], cwd=HERE
    )
    try:
        yield
        if process.poll() is not None:
            raise SystemExit("the writing process ended early; its figures are of no use")
    finally:
        process.terminate()
        process.wait(20)


def asked(port: int, kinds: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Ask for each kind so often; returns milliseconds by kind.  Raises SystemExit on an error."""
    rng = random.Random(7)
    turns = [(kind, urls[n % len(urls)]) for kind, urls in kinds.items() for n in range(rounds)]
    rng.shuffle(turns)
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    worst: dict[str, tuple[float, str]] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for kind, url in turns:
        began = time.perf_counter()
        connection.request("GET", url)
        answer = connection.getresponse()
        answer.read()
        ms = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise SystemExit(f"{url} answered {answer.status}")
        took[kind].append(ms)
        worst[kind] = max(worst.get(kind, (0.0, "")), (ms, url))
    for kind, (ms, url) in worst.items():
        if ms > LIMIT_MS:
            print(f"slowest {kind}: {ms:.0f} ms for {url}", file=sys.stderr)
    return took


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--stories", type=int, default=60_000)
    parser.add_argument("--sources", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=25, help="requests of each kind")
    parser.add_argument("--only", default="", help="kinds that have this in their name")
    parser.add_argument("--keep", type=Path, help="a file that is made if it is not there")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with large_file(
        given.keep, articles=given.articles, stories=given.stories, sources=given.sources
    ) as database:
        kinds = {k: urls for k, urls in addresses(database).items()
                 if given.only in k or k == CONTROL}  # fmt: skip
        with served(database) as (port, process):
            asked(port, {kind: urls[:1] for kind, urls in kinds.items()}, 1)  # what is lazy is made
            with written(database):
                took = asked(port, kinds, given.rounds)
            memory = psutil.Process(process.pid).memory_full_info().pss / 2**20
    return told(took, memory, as_json=given.json)


def told(took: dict[str, list[float]], memory: float, *, as_json: bool) -> int:
    """Print the figures; returns 1 if one is over its limit."""
    control = median(took[CONTROL])
    rows: list[dict[str, Any]] = [
        {"kind": kind, "p50_ms": round(median(all_), 1), "p95_ms": round(p95(all_), 1),
         "ratio": round(median(all_) / control, 1)}
        for kind, all_ in took.items()
    ]  # fmt: skip
    over = [row["kind"] for row in rows if row["p95_ms"] > LIMIT_MS]
    everything = p95([ms for kind, all_ in took.items() if kind != CONTROL for ms in all_])
    if as_json:
        print(json.dumps({"rows": rows, "p95_ms": round(everything, 1),
                          "memory_mb": round(memory, 1), "over": over}))  # fmt: skip
    else:
        print(f"{'':28} {'p50 ms':>8} {'p95 ms':>8} {'x control':>10}")
        for row in rows:
            late = "  over" if row["kind"] in over else ""
            print(f"{row['kind']:28} {row['p50_ms']:8} {row['p95_ms']:8} {row['ratio']:10}{late}")
        print(f"all pages: p95 {everything:.1f} ms (limit of each kind {LIMIT_MS})")
        print(f"memory of the web process: {memory:.0f} MB (limit {LIMIT_MB})")
    return int(bool(over) or memory > LIMIT_MB)


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


if __name__ == "__main__":
    raise SystemExit(main())
