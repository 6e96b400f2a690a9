"""The few shingles of a text by which its relatives are found again.

Those with the smallest hashes are taken (the mod-p sketch of Broder 1997), because a part of a text
then brings a part of the fingerprint of the whole: copies are cut, mostly from the end.  So the
beginning is sampled more densely.
"""

from __future__ import annotations

import numpy as np

from pipeline.dedup.reading import Reading

SCHEME = 1  # goes up when the same text gives another fingerprint

RATE = 32  # one shingle of so many
LEAD, LEAD_RATE = 96, 8  # words at the beginning, and one of so many of these
LEAST = 12  # of a short text

_ALL = 1 << 64


def fingerprint(reading: Reading) -> tuple[int, ...]:
    """The sampled shingles as signed 32-bit numbers, each once; () if there are none."""
    hashes = reading.shingles
    keep = hashes < np.uint64(_ALL // RATE)
    keep[:LEAD] |= hashes[:LEAD] < np.uint64(_ALL // LEAD_RATE)
    found = np.unique(hashes[keep])
    if len(found) < LEAST:
        found = np.unique(hashes)[:LEAST]
    # The upper bits are zero in what was chosen; SQLite stores what fits 32 bits in four bytes.
    return tuple((found & np.uint64(0xFFFFFFFF)).astype(np.uint32).view(np.int32).tolist())
