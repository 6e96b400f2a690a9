"""How alike two headlines are."""

from __future__ import annotations

from pipeline.text.tokens import tokens


def titles_alike(one: str, other: str) -> float:
    """The share of the words of the shorter title that the other one has, 0 to 1."""
    left, right = frozenset(tokens(one).words), frozenset(tokens(other).words)
    least = min(len(left), len(right))
    return len(left & right) / least if least else 0.0
