"""How alike two headlines are."""

from __future__ import annotations

from functools import lru_cache

from pipeline.text.tokens import tokens


def titles_alike(one: str, other: str) -> float:
    """The share of the words of the shorter title that the other one has, 0 to 1."""
    left, right = _words(one), _words(other)
    least = min(len(left), len(right))
    return len(left & right) / least if least else 0.0


@lru_cache(maxsize=1024)
def _words(title: str) -> frozenset[str]:
    return frozenset(tokens(title).words)
