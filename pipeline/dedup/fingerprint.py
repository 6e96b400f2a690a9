"""The few shingles of a text by which its relatives are found again.

Those with the smallest hashes are taken (the mod-p sketch of Broder 1997), because a part of a text
then brings a part of the fingerprint of the whole: copies are cut, mostly from the end.  So the
beginning is sampled more densely.  And so are shingles with a number: all stories that are made
from one template have the others, and hide the one that is looked for.
"""

from __future__ import annotations

import numpy as np

from pipeline.dedup.reading import Reading

SCHEME = 1  # goes up when the same text gives another fingerprint

# One shingle of so many, and of those with a number; first at the beginning of a text
LEAD = 96  # words
LEAD_RATE, LEAD_NUMBER_RATE = 10, 3
RATE, NUMBER_RATE = 40, 12
LEAST, MOST = 12, 24  # of a short text, and of a long one

_ALL = 1 << 64


def fingerprint(reading: Reading) -> tuple[int, ...]:
    """The sampled shingles as signed 32-bit numbers, each once; () if there are none."""
    hashes = reading.shingles
    if not len(hashes):
        return ()
    bars = np.full(len(hashes), _ALL // RATE, np.uint64)
    bars[:LEAD] = _ALL // LEAD_RATE
    for place in reading.numbers:
        first, last = max(0, place - reading.width + 1), place + 1
        bars[first:last] = np.where(
            np.arange(first, min(last, len(hashes))) < LEAD,
            np.uint64(_ALL // LEAD_NUMBER_RATE),
            np.uint64(_ALL // NUMBER_RATE),
        )
    chosen = hashes < bars
    found = np.unique(hashes[chosen])
    if len(found) > MOST:
        # All places lose alike, and of the same shingles the same go.
        ranks = hashes[chosen] // (bars[chosen] >> np.uint64(16))
        found = np.unique(hashes[chosen][np.argsort(ranks, kind="stable")][:MOST])
    elif len(found) < LEAST:
        found = np.unique(hashes)[:LEAST]
    # Half of the bits are enough to find candidates, whose texts are compared; SQLite stores
    # numbers of 32 bits with sign in four bytes.
    return tuple((found >> np.uint64(20)).astype(np.uint32).view(np.int32).tolist())
