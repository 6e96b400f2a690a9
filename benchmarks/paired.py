"""Is one extractor better than another, or is it noise: a bootstrap over sites, pure.

Both ran on the same pages, so differences are taken page by page; pages of one site resemble each
other, so whole sites are drawn.  Method: B. Efron, R. Tibshirani, An Introduction to the Bootstrap
(1993), chapters 8 and 13 (percentile interval).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

DRAWS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The mean of A minus B, with the interval that holds 95 of 100 draws."""

    mean: float
    low: float
    high: float
    better: int  # pages on which A is better by more than half a point
    worse: int

    @property
    def beyond_noise(self) -> bool:
        """True if the interval does not hold zero."""
        return self.low > 0 or self.high < 0


def difference(
    a: Sequence[float], b: Sequence[float], sites: Sequence[str], *, seed: int = 1
) -> Difference:
    """Compare the scores ``a`` and ``b`` of the same pages, which belong to ``sites``."""
    if not a or not len(a) == len(b) == len(sites):
        raise ValueError("scores of the same pages are needed, at least one")
    gaps = [x - y for x, y in zip(a, b, strict=True)]
    by_site: dict[str, list[float]] = {}
    for gap, site in zip(gaps, sites, strict=True):
        by_site.setdefault(site, []).append(gap)
    groups = [(sum(found), len(found)) for found in by_site.values()]
    rng = random.Random(seed)
    means = sorted(_mean(rng.choices(groups, k=len(groups))) for _ in range(DRAWS))
    return Difference(
        mean=sum(gaps) / len(gaps),
        low=means[int(0.025 * DRAWS)],
        high=means[int(0.975 * DRAWS) - 1],
        better=sum(gap > 0.005 for gap in gaps),
        worse=sum(gap < -0.005 for gap in gaps),
    )


def _mean(drawn: Sequence[tuple[float, int]]) -> float:
    return sum(total for total, _ in drawn) / sum(n for _, n in drawn)
