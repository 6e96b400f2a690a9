"""Stores ten new articles a second in a file until it is ended, as the daemon stores them."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.store import samples
from pipeline import ingest
from pipeline.store.sqlite import SqliteStore

PER_ROUND, ROUND_S = 5, 0.5


def write(database: Path) -> None:
    """Write until the process is ended."""
    store = SqliteStore(database)
    feeds = {feed.source: feed.id for feed in store.feeds.active()}
    slugs = list(feeds)
    rng = random.Random(time.time_ns())
    pool = samples(300, 1, rng)
    while True:
        now = datetime.now(UTC)
        began = time.monotonic()
        mark = f"{time.time_ns():x}"
        for sample in rng.sample(pool, PER_ROUND):
            source = rng.choice(slugs)
            url = f"{sample.link.url}/{mark}"
            key = f"{sample.prepared.url_key}/{mark}"
            prepared = replace(
                sample.prepared, url_key=key, article=replace(sample.prepared.article, url=url)
            )
            with store.transaction():
                store.ledger.discover(source, feeds[source], [(key, replace(sample.link, url=url))],
                                      now)  # fmt: skip
                for link in store.ledger.due(source, now, 40, set()):
                    if link.url_key == key:
                        ingest.settle_page(
                            store, link, sample.page, prepared, sample.raw, now,
                            now + timedelta(minutes=10),
                        )  # fmt: skip
        time.sleep(max(0, ROUND_S - (time.monotonic() - began)))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
