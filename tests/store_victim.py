"""A process that writes links and articles until somebody kills it.

Each line it prints is a name whose story was told to be on disk.
"""

import sys
from collections import deque
from pathlib import Path

from pipeline import ingest
from pipeline.store.sqlite import open_store
from pipeline.store.writer import Writer
from tests.storekit import (
    NOW,
    discover,
    due_link,
    failure,
    found_empty,
    link_to,
    prepared,
    settle,
    words_of,
)


def write_for_ever(path: Path, start: int) -> None:
    store = open_store(path, NOW)
    with store.transaction():
        found_empty(store)
    writer = Writer(store, linger=0.005, batch=7)
    promised = deque()
    for n in range(start, start + 10_000_000):
        name = f"n{n}"
        for change in changes(name, n):
            done = writer.submit(change)
        promised.append((name, done))
        while len(promised) > 20:
            told, done = promised.popleft()
            done.result()
            print(told, flush=True)  # noqa: T201


def changes(name, n):
    """One link found, visited (each fifth in vain), and each third article edited."""
    text = f"Number {n} was only in {name}. {words_of(name, 200)}"

    def visit(store, words=text):
        settle(store, due_link(store, name), prepared(name, words), NOW, NOW)

    def fail(store):
        ingest.settle_failure(store, due_link(store, name), failure(), NOW, None)

    yield lambda s: discover(s, link_to(name))
    if n % 5 == 0:
        yield fail
        return
    yield visit
    if n % 3 == 0:
        yield lambda s: visit(s, f"{text} Edited.")


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
