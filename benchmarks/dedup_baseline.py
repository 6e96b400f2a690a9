"""A control for the clusterer: exact titles and containment of word runs, all in memory.

    cluster(rows)  ->  (cluster, relation) for each row, each by itself and those before it alone

A document joins the cluster of the known one that shares the largest part of the shorter of both,
if that part is at least six tenths; one with the same title joins without being looked into.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from benchmarks.dedup_labels import Row
from pipeline.text import words

RUN, ENOUGH = 5, 0.6


def cluster(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Cluster documents in the order given."""
    by_run: dict[int, list[int]] = defaultdict(list)
    by_title: dict[str, int] = {}
    sizes: list[int] = []
    found: list[tuple[int, str]] = []
    outlets: dict[int, set[str]] = defaultdict(set)
    for number, (_, outlet, title, text, _) in enumerate(rows):
        runs = _runs(text)
        shared = Counter(other for run in runs for other in by_run[run])
        best = max(
            shared,
            key=lambda other: (shared[other] / max(1, min(len(runs), sizes[other])), -other),
            default=None,
        )
        mate = by_title.get(title.casefold())
        if mate is None and best is not None:
            share = shared[best] / max(1, min(len(runs), sizes[best]))
            mate = best if share >= ENOUGH else None
        at = number if mate is None else found[mate][0]
        relation = "first" if mate is None else "revision" if outlet in outlets[at] else "copy"
        found.append((at, relation))
        outlets[at].add(outlet)
        by_title.setdefault(title.casefold(), number)
        sizes.append(len(runs))
        for run in runs:
            by_run[run].append(number)
    return found


def _runs(text: str) -> set[int]:
    found = words(text)
    return {hash(tuple(found[i : i + RUN])) for i in range(max(1, len(found) - RUN + 1))}


def hashing(rows: Sequence[Row]) -> float:
    """CPU seconds for digests of all three-word runs of the texts: what speeds are held against."""
    began = time.process_time()
    for row in rows:
        found = row[3].lower().split()
        for i in range(max(1, len(found) - 2)):
            hashlib.blake2b(" ".join(found[i : i + 3]).encode(), digest_size=8).digest()
    return time.process_time() - began
