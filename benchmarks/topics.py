"""Measures how long a changed topic takes to be asked of all stored articles.

    python -m benchmarks.topics [--articles 200000]

The control is one plain full-text search for the same words over the same file.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.web_data import large_file
from pipeline.store.reading import Filter, Reader
from pipeline.store.sqlite import open_store
from pipeline.store.topics import TopicSpec
from pipeline.text import parse_query

QUERIES = (
    "talks NEAR/10 harbour lang:en",
    "(talks OR council) AND NOT harbour",
    "agency:AFP OR title:(NEAR(talks council, 5))",
    "lang:ar",
)


def main() -> None:
    """Build the file, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--database", type=Path, help="a file that was built before")
    given = parser.parse_args()
    now = datetime.now(UTC)
    with large_file(given.database, articles=given.articles) as path:
        for query in QUERIES:
            measure(path, query, now)


def measure(path: Path, query: str, now: datetime) -> None:
    """Ask one topic of everything."""
    with Reader(path) as reader:
        start = time.perf_counter()
        plain = sum(1 for _ in reader.articles(Filter(match=parse_query(query))))
        control = time.perf_counter() - start
    store = open_store(path, now)
    steps, longest = 0, 0.0
    with store.transaction():
        store.topics.sync([], now)
    while store.topics.waiting():  # what the building left over
        with store.transaction():
            store.topics.match_some(now)
    with store.transaction():
        store.topics.sync([TopicSpec(id="measured", name="m", query=query)], now)
    start, more = time.perf_counter(), True
    while more:
        began = time.perf_counter()
        with store.transaction():
            more = store.topics.match_some(now)
        longest = max(longest, time.perf_counter() - began)
        steps += 1
    took = time.perf_counter() - start
    matched = store.connection().execute("SELECT count(*) FROM topic_match").fetchone()[0]
    store.close()
    assert matched == plain, (matched, plain)
    print(
        f"{query}: {matched} articles in {took:.1f} s ({steps} steps, longest "
        f"{1000 * longest:.0f} ms), {took / control:.2f} of one search ({control:.1f} s)"
    )


if __name__ == "__main__":
    main()
