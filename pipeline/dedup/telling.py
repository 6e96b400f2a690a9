"""The telling words of a text: those that say what it is about."""

from __future__ import annotations

from itertools import pairwise

from pipeline.text import words

# Shorter words are mostly the grammar of a language, which any two texts share.
_TELLING, _TELLING_ELSEWHERE = 5, 3
_FIRST_OF_OTHER_SCRIPTS = "\u0590"  # Hebrew, Arabic and all behind them write shorter words


def overlap(one: str, other: str) -> float:
    """Jaccard index of the telling words of two texts; 1 where one of them has no words."""
    left, right = _telling(one), _telling(other)
    if not left or not right:
        return 1.0
    return len(left & right) / len(left | right)


def common(one: str, other: str) -> float:
    """Share of the telling words of the text with fewer that the other has too; 1 without words."""
    left, right = _telling(one), _telling(other)
    least = min(len(left), len(right))
    return len(left & right) / least if least else 1.0


def _telling(text: str) -> set[str]:
    found = words(text)
    long = {word for word in found if len(word) >= _least(word)}
    # Where each letter counts as a word, pairs of them are the nearest thing to words.
    pairs = {
        a + b
        for a, b in pairwise(found)
        if max(len(a), len(b)) < _TELLING_ELSEWHERE and min(a, b) >= _FIRST_OF_OTHER_SCRIPTS
    }
    return long | pairs or set(found)


def _least(word: str) -> int:
    return _TELLING if word < _FIRST_OF_OTHER_SCRIPTS else _TELLING_ELSEWHERE
