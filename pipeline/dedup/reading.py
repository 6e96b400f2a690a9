"""A text in the form in which two texts are laid over each other: words, shingles, facts.

A shingle is a run of neighbouring words (Broder, "On the resemblance and containment of documents",
1997).  Three words; five letters in scripts that are written without blanks.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.text.tokens import tokens

Ids = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

WORDS, LETTERS = 3, 5  # of a shingle
LETTERS_A_WORD = 1.8  # Chinese and Japanese news, on average

# Odd constants of full width, and the finalizer of Stafford's variant 13 of MurmurHash3.
_MULTIPLIERS = tuple(
    np.uint64(m)
    for m in (
        0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
        0xFF51AFD7ED558CCD,
    )
)  # fmt: skip
_STAFFORD = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)


@dataclass(frozen=True, eq=False)
class Reading:
    """A text to be compared; made by `read`.

    ``ids`` are 32-bit hashes of the words, ``facts`` the places of numbers and names, ``width``
    the words of a shingle, ``shingles`` 64-bit hashes in the order of the text.
    """

    words: tuple[str, ...]
    ids: Ids
    facts: Places
    width: int
    shingles: Hashes

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def letters(self) -> bool:
        """True for a text in a script without blanks, whose letters count as words."""
        return self.width == LETTERS

    @cached_property
    def size(self) -> int:
        """The length in words, also where letters are counted."""
        return len(self) if not self.letters else round(len(self) / LETTERS_A_WORD)

    @property
    def numbers(self) -> list[int]:
        """The places of numbers."""
        words = self.words
        return [place for place in self.facts.tolist() if words[place][0].isdigit()]

    @cached_property
    def order(self) -> Places:
        """Places of the shingles, sorted by their hash."""
        return np.argsort(self.shingles, kind="stable")

    @cached_property
    def ascending(self) -> Hashes:
        """The shingles, sorted."""
        return self.shingles[self.order]

    @cached_property
    def vocabulary(self) -> frozenset[int]:
        """All words, by their hash."""
        return frozenset(self.ids.tolist())

    @cached_property
    def word_set(self) -> frozenset[str]:
        """All words."""
        return frozenset(self.words)

    @cached_property
    def fact_places(self) -> list[int]:
        """The places of facts, as a list."""
        return [int(place) for place in self.facts]

    @cached_property
    def fact_words(self) -> dict[int, str]:
        """Numbers and names, by their hash."""
        words, ids = self.words, self.ids
        return {int(ids[i]): words[i] for i in self.facts.tolist()}


@lru_cache(maxsize=512)
def read(text: str) -> Reading:
    """Read a text; the last 512 are kept, as one copy is often followed by the next."""
    words, facts, letters = tokens(text)
    ids = np.fromiter(map(zlib.crc32, map(_utf8, words)), np.uint32, len(words))
    width = LETTERS if 2 * letters > len(words) else WORDS
    return Reading(
        tuple(words),
        ids,
        np.array(facts, np.intp),
        width,
        shingle_hashes(ids.astype(np.uint64), width),
    )


def part(whole: Reading, kept: NDArray[np.bool_]) -> Reading:
    """The words of a text that a mask has, one after the other."""
    places = np.flatnonzero(kept)
    ids = whole.ids[places]
    facts = np.searchsorted(places, whole.facts[kept[whole.facts]])
    words = tuple(whole.words[place] for place in places.tolist())
    return replace(
        whole,
        words=words,
        ids=ids,
        facts=facts,
        shingles=shingle_hashes(ids.astype(np.uint64), whole.width),
    )


def word_hash(word: str) -> int:
    """The hash by which ``ids`` name a word."""
    return zlib.crc32(_utf8(word))


def _utf8(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")


def shingle_hashes(ids: Hashes, width: int) -> Hashes:
    """64-bit hashes of all runs of ``width`` words, given by the hashes of the words."""
    n = len(ids) - width + 1
    if n <= 0:
        return np.zeros(0, np.uint64)
    mixed = ids[:n] * _MULTIPLIERS[0]
    for i in range(1, width):
        mixed += ids[i : i + n] * _MULTIPLIERS[i]
    for shift, factor in zip(_SHIFTS, _STAFFORD, strict=False):
        mixed ^= mixed >> shift
        mixed *= factor
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
