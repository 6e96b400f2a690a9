"""The index of fingerprints alone, with many documents: what a look-up takes, and what it weighs.

Documents are made of numbers that stand for words; their texts are never built.  They come evenly
over six months, three in ten are copies of one of the last days (cut, with some words changed),
and each has stock sentences that thousands share.  Their short paragraphs are noted too, of which
one in six is its outlet's own; none is ever forgotten, as if nobody looked after the file.  For
every document the index is asked and the found is counted, then it is entered, 200 to a
transaction, as the writer does.

Times are of the wall clock; beside them stands CPU time, which other work on the machine changes
less.  The control, in the same file system: a table with as many rows as the index has documents,
and one row read by its primary key for each row looked up in the index.
"""

from __future__ import annotations

import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.scoring import quantile
from pipeline.dedup.fingerprint import SCHEME, fingerprint
from pipeline.dedup.reading import WORDS, Reading, shingle_hashes
from pipeline.store.sqlite import SqliteStore, open_store
from pipeline.trace import LOOKED_AT

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LENGTH, PER_COMMIT, WINDOWS = 180, 200, 10  # days, documents, lines
COPIES, RECENT, DAYS = 0.3, 3000, 5  # a copy is of one of so many, of so many days
STOCK, STOCK_WORDS = 200, 24
PARAGRAPHS, FURNITURE = 6, 4000  # short ones of a document; lines of all outlets
# Aimed at by the project: at a million documents
LIMIT_MS, LIMIT_BYTES, LIMIT_MB = 10, 400, 100


@dataclass(slots=True)
class Window:
    """What one part of the run took: milliseconds of wall clock for each look-up and entry."""

    looked: list[float] = field(default_factory=list)
    looked_cpu: list[float] = field(default_factory=list)
    added: list[float] = field(default_factory=list)
    control: list[float] = field(default_factory=list)
    asked: int = 0  # copies
    found: int = 0  # copies whose original was among the candidates
    hashes: int = 0


def run(count: int) -> dict[str, Any]:
    """Measure ``count`` documents, print windows as they end, and return all figures."""
    with tempfile.TemporaryDirectory() as name:
        return _run(count, Path(name))


def _run(count: int, folder: Path) -> dict[str, Any]:
    path = folder / "monitor.db"
    store = open_store(path, BEGIN)
    beside = _control(folder / "control.db")
    before, per_window = _rss(), max(1, count // WINDOWS)
    window, windows = Window(), []
    recent: _Recent = deque(maxlen=max(1, min(RECENT, count * DAYS // LENGTH)))
    print("documents     look-up p50/p99/CPU p99 ms   entry p50/p99   control p50/p99   found   MB")
    for start in range(0, count, PER_COMMIT):
        end = min(count, start + PER_COMMIT)
        with store.transaction():
            for document in _batch(start, end, count, recent):
                _one(store, beside, document, window)
        beside.commit()
        if end // per_window > start // per_window or end == count:
            windows.append(_figures(end, window, before))
            _print(windows[-1])
            window = Window()
        _progress(end, count)
    store.close()
    beside.close()
    return _result(path, count, windows)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Document:
    number: int
    at: datetime
    hashes: tuple[int, ...]
    paragraphs: tuple[int, ...]
    original: int | None


def _one(
    store: SqliteStore, beside: sqlite3.Connection, document: _Document, window: Window
) -> None:
    cpu, began = time.thread_time(), time.perf_counter()
    store.signatures.furniture(document.paragraphs)
    found = store.signatures.look_up(document.hashes, document.at, SCHEME, LOOKED_AT)
    looked, looked_cpu = time.perf_counter(), time.thread_time()
    store.signatures.add(document.number, document.hashes, document.at, SCHEME)
    store.signatures.note(document.paragraphs, document.number)
    added = time.perf_counter()
    _ask_control(beside, document)
    window.control.append(1000 * (time.perf_counter() - added))
    window.looked.append(1000 * (looked - began))
    window.looked_cpu.append(1000 * (looked_cpu - cpu))
    window.added.append(1000 * (added - looked))
    window.hashes += len(document.hashes)
    if document.original is not None:
        window.asked += 1
        window.found += any(article == document.original for article, _ in found)


def _control(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)")
    return connection


def _ask_control(connection: sqlite3.Connection, document: _Document) -> None:
    connection.execute("INSERT INTO plain VALUES (?, ?)", (document.number, "x" * 200))
    for value in document.hashes:
        row = 1 + (value & 0xFFFFFFFF) % document.number
        connection.execute("SELECT text FROM plain WHERE id = ?", (row,)).fetchone()


# -- documents ------------------------------------------------------------------------------------

# Number and words of the documents that may still be copied
_Recent = deque[tuple[int, NDArray[np.uint64]]]

_stock = np.random.default_rng(7).integers(0, 1 << 32, (STOCK, STOCK_WORDS), dtype=np.uint64)


def _batch(start: int, end: int, count: int, recent: _Recent) -> Iterator[_Document]:
    for number in range(start + 1, end + 1):
        rng = random.Random(number)
        words, original = _words(number, rng, recent)
        yield _Document(
            number=number,
            at=BEGIN + timedelta(days=LENGTH * number / count),
            hashes=fingerprint(_reading(words)),
            paragraphs=_paragraphs(rng),
            original=original,
        )


def _paragraphs(rng: random.Random) -> tuple[int, ...]:
    own = tuple(rng.getrandbits(35) for _ in range(PARAGRAPHS - 1))
    return (*own, rng.randrange(FURNITURE))


def _words(
    number: int, rng: random.Random, recent: _Recent
) -> tuple[NDArray[np.uint64], int | None]:
    if recent and rng.random() < COPIES:
        original, whole = recent[rng.randrange(len(recent))]
        words = whole[: max(60, round(len(whole) * rng.uniform(0.4, 1)))].copy()
        for place in rng.sample(range(len(words)), len(words) // 20):
            words[place] = rng.getrandbits(32)
    else:
        original = None
        length = min(2500, max(80, round(rng.lognormvariate(5.9, 0.7))))
        words = np.random.default_rng(number).integers(0, 1 << 32, length, dtype=np.uint64)
        recent.append((number, words))
    lines = [_stock[rng.randrange(STOCK)] for _ in range(rng.randint(0, 3))]
    return np.concatenate([words, *lines]), original


def _reading(words: NDArray[np.uint64]) -> Reading:
    """A reading whose every twentieth word or so is a number."""
    numbers = np.flatnonzero(words % np.uint64(20) == 0)
    told = ["w"] * len(words)
    for place in numbers.tolist():
        told[place] = "1"
    return Reading(
        tuple(told),
        words.astype(np.uint32),
        numbers.astype(np.intp),
        WORDS,
        shingle_hashes(words, WORDS),
    )


# -- figures --------------------------------------------------------------------------------------


def _figures(end: int, window: Window, before: float) -> dict[str, Any]:
    looked, added, control = sorted(window.looked), sorted(window.added), sorted(window.control)
    return {
        "documents": end,
        "look_up_p50_ms": quantile(looked, 0.5),
        "look_up_p99_ms": quantile(looked, 0.99),
        "look_up_cpu_p99_ms": quantile(sorted(window.looked_cpu), 0.99),
        "entry_p50_ms": quantile(added, 0.5),
        "entry_p99_ms": quantile(added, 0.99),
        "control_p50_ms": quantile(control, 0.5),
        "control_p99_ms": quantile(control, 0.99),
        "found": window.found / window.asked if window.asked else 1.0,
        "rows_per_doc": window.hashes / len(looked) if looked else 0.0,
        "rss_growth_mb": _rss() - before,
    }


def _print(row: dict[str, Any]) -> None:
    print(
        f"\r{row['documents']:9}     {row['look_up_p50_ms']:8.2f} {row['look_up_p99_ms']:8.2f}"
        f" {row['look_up_cpu_p99_ms']:8.2f}"
        f"   {row['entry_p50_ms']:6.2f} {row['entry_p99_ms']:6.2f}"
        f"   {row['control_p50_ms']:8.2f} {row['control_p99_ms']:7.2f}"
        f"   {row['found']:6.3f}   {row['rss_growth_mb']:5.0f}",
        flush=True,
    )


def _result(path: Path, count: int, windows: list[dict[str, Any]]) -> dict[str, Any]:
    from benchmarks.dedup_store import sizes

    index, _ = sizes(path)
    last = windows[-1]
    print(
        f"{index / count:.0f} bytes of index per document (limit {LIMIT_BYTES}); look-up p99 "
        f"{last['look_up_p99_ms']:.2f} ms, {last['look_up_cpu_p99_ms']:.2f} of CPU, at the end "
        f"(limit {LIMIT_MS}); the process grew by "
        f"{last['rss_growth_mb']:.0f} MB (limit {LIMIT_MB})"
    )
    return {"scale": count, "index_bytes_per_doc": index / count, "windows": windows}


def _progress(done: int, count: int) -> None:
    if sys.stderr.isatty():
        filled = 40 * done // count
        print(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{count}", end="", file=sys.stderr)


def _rss() -> float:
    """Resident memory in MB now; where it cannot be read, the most that it ever was."""
    try:
        import psutil

        return float(psutil.Process().memory_info().rss) / 1e6
    except ImportError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
