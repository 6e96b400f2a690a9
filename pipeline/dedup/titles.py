"""How alike two headlines are, and whether they say the same of something else."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from pipeline.text.tokens import tokens

# What outlets put behind their headlines: a mark between blanks and a few words.
_NAME = re.compile(r"(.*\S)\s+[|｜–—-]\s+\S+(?:\s+\S+){0,3}")
_LEAST = 3  # words of a headline that is left without it
_NEAR = 0.4  # share of the words of the longer one, from which on two headlines are of one form


def titles_alike(one: str, other: str) -> float:
    """The share of the words of the shorter title that the other one has, 0 to 1."""
    left, right = _words(one), _words(other)
    least = min(len(left), len(right))
    return len(left & right) / least if least else 0.0


def titles_equal(one: str, other: str) -> bool:
    """True if both have the same words, the outlet's name left out."""
    return _words(one) == _words(other) != frozenset()


def titles_differ(one: str, other: str) -> float:
    """The share of words that stand for others in two titles of one form, 0 to 1.

    "Weather in Harwick on Monday" and "Weather in Thirsk on Friday" are of one form; titles that
    are worded anew are not, and do not differ in this sense.
    """
    left, right = _words(one), _words(other)
    most = max(len(left), len(right))
    if not most or len(left & right) < _NEAR * most:
        return 0.0
    return min(len(left - right), len(right - left)) / most


def title_in(title: str, words: Container[str]) -> float:
    """The share of the words of a title that are among those of a text, 0 to 1."""
    own = _words(title)
    return sum(word in words for word in own) / len(own) if own else 1.0


@lru_cache(maxsize=1024)
def _words(title: str) -> frozenset[str]:
    match = _NAME.fullmatch(title)
    if match:
        words = tokens(match[1]).words
        if len(words) >= _LEAST:
            return frozenset(words)
    return frozenset(tokens(title).words)
