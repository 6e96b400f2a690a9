"""Which blocks of a page belong to its reference body: the truth that a block model learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.likeness import is_unspaced, shingles, units
from pipeline.extract.clean import fold

_MOST = 0.5  # share of a block's runs of words that must be in the reference
_SHORT = 4  # words


def labels(texts: Sequence[str], reference: str) -> list[float]:
    """For each block the share of it that is in the reference, 0 to 1.

    A block's runs of four words are looked up and used up, the longest blocks first, so that a
    teaser that repeats a sentence of the article is not taken for it.  Blocks too short for that
    count if they are a line of the reference and stand between blocks that are in it.
    """
    unspaced = is_unspaced(reference)
    left = shingles(units(reference, unspaced=unspaced))
    lines = Counter(fold(line) for line in reference.splitlines())
    solid = fold(reference)
    found = [0.0] * len(texts)
    runs = [units(text, unspaced=unspaced) for text in texts]
    exact = [fold(text) in lines for text in texts]
    order = sorted(range(len(texts)), key=lambda at: (not exact[at], -len(texts[at])))
    for at in order:
        if len(runs[at]) < _SHORT:
            continue
        mine = shingles(runs[at])
        common = mine & left
        found[at] = common.total() / mine.total()
        if found[at] >= _MOST:
            left -= common
    sure = [at for at, share in enumerate(found) if share >= _MOST and len(texts[at]) > 40]
    if not sure:
        return found
    for at, text in enumerate(texts):
        if len(runs[at]) >= _SHORT or not (sure[0] - 3 <= at <= sure[-1] + 3):
            continue
        key = fold(text)
        if key and lines[key] > 0:
            lines[key] -= 1
            found[at] = 1.0
        elif key and sure[0] < at < sure[-1] and len(key) > 2 and key in solid:
            near = min(abs(at - other) for other in sure)
            found[at] = 1.0 if near <= 2 else 0.0
    return found
