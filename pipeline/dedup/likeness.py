"""How much two texts share, and where they say the same otherwise.

Shares of text are counted both ways (containment; Broder 1997), since a cut copy is all in the
original while the original is not all in the copy.  Stories made from one template share as much
as copies do: what tells them apart is numbers and names at the same place that differ.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.dedup.reading import Places, Reading

Mask = NDArray[np.bool_]
_Facts = tuple[int, int, tuple[tuple[str, str], ...]]  # same, other, differing
_Run = tuple[int, int]  # first place and the one after the last

# Longer passages that stand only in one text are left out or added, not put for one another.
LONGEST_EXCHANGE = 40
UNKNOWN = 0.6  # agreement where there are no facts to agree on
_TOLD = 6  # differing facts that are told


@dataclass(frozen=True, eq=False)
class Likeness:
    """What a new text and a stored one have in common.

    ``in_new`` and ``in_old`` say for each word whether it stands in a shingle of the other text.
    ``same`` counts numbers and names that both have in passages that correspond, ``other`` those
    which stand for one another: "12 dead" for "21 dead" is one.
    """

    new: Reading
    old: Reading
    in_new: Mask
    in_old: Mask
    places: Places  # of the shingles of the new text in the old one
    told: _Facts | None = None  # None: to be looked up when somebody asks

    @property
    def same(self) -> int:
        """How many facts are the same."""
        return self._facts[0]

    @property
    def other(self) -> int:
        """How many facts stand for one another."""
        return self._facts[1]

    @property
    def differing(self) -> tuple[tuple[str, str], ...]:
        """The first of those, as (old, new)."""
        return self._facts[2]

    @cached_property
    def _facts(self) -> _Facts:
        # Asked for only where enough is in common, which is seldom.
        return _facts(self) if self.told is None else self.told

    def as_part(self, in_whole: Mask) -> Likeness:
        """Return the same for a longer text that has the new one in it, given where."""
        return replace(self, in_new=in_whole, told=self._facts)

    @cached_property
    def common(self) -> int:
        """How many words of the new text are in the old one."""
        return int(np.count_nonzero(self.in_new))

    @cached_property
    def share_of_new(self) -> float:
        """Share of the new text that is in the old one, 0 to 1."""
        return self.common / (len(self.in_new) or 1)

    @cached_property
    def share_of_old(self) -> float:
        """Share of the old text that is in the new one, 0 to 1."""
        return int(np.count_nonzero(self.in_old)) / (len(self.in_old) or 1)

    @cached_property
    def share(self) -> float:
        """The larger share."""
        return max(self.share_of_new, self.share_of_old)

    @property
    def agreement(self) -> float:
        """The share of facts that are the same, 0 to 1."""
        n = self.same + self.other
        return self.same / n if n else UNKNOWN


def likeness(new: Reading, old: Reading) -> Likeness:
    """Lay two texts over each other."""
    places = _places(new, old)
    return Likeness(
        new,
        old,
        in_new=_covered(places >= 0, len(new), new.width),
        in_old=_covered(_places(old, new) >= 0, len(old), old.width),
        places=places,
    )


def _places(one: Reading, other: Reading) -> Places:
    """For each shingle of one text its first place in the other, -1 if it is not there."""
    if one.width != other.width or not len(other.ascending) or not len(one.shingles):
        return np.full(len(one.shingles), -1, np.intp)
    at = other.ascending.searchsorted(one.shingles)
    at[at == len(other.ascending)] = 0
    return np.where(other.ascending[at] == one.shingles, other.order[at], -1)


def _covered(hits: Mask, words: int, width: int) -> Mask:
    covered = np.zeros(words, np.bool_)
    for i in range(width if len(hits) else 0):
        covered[i : i + len(hits)] |= hits
    return covered


def _gaps(covered: Mask) -> Iterator[_Run]:
    """The passages that are not covered."""
    edges = np.flatnonzero(np.diff(np.concatenate(([1], covered.view(np.int8), [1])))).tolist()
    return zip(edges[::2], edges[1::2], strict=True)


def _facts(like: Likeness) -> _Facts:
    """Compare what stands between the passages that both have.

    A gap corresponds to the gap of the other text that follows the same words, and to the one that
    stands before the same words.
    """
    if not like.common:
        return 0, 0, ()
    new, old, in_new, in_old, places = like.new, like.old, like.in_new, like.in_old, like.places
    old_gaps = [gap for gap in _gaps(in_old) if gap[1] - gap[0] <= LONGEST_EXCHANGE]
    starts = dict(old_gaps)
    ends = {end: start for start, end in old_gaps}
    common_new, common_old = in_new.copy(), in_old.copy()
    width, shingles = new.width, len(places)
    other = 0
    differing: list[tuple[str, str]] = []
    for start, end in _gaps(in_new):
        if end - start > LONGEST_EXCHANGE:
            continue
        matching: set[_Run] = set()
        if width <= start <= shingles + width - 1 and places[start - width] >= 0:
            begin = int(places[start - width]) + width
            if begin in starts:
                matching.add((begin, starts[begin]))
        if end < shingles and places[end] >= 0:
            stop = int(places[end])
            if stop in ends:
                matching.add((ends[stop], stop))
        if not matching:
            continue
        common_new[start:end] = True
        for first, last in matching:
            common_old[first:last] = True
        mine = _own_facts(new, (start, end), old)
        if mine:
            theirs = {w for run in matching for w in _own_facts(old, run, new)}
            other += min(len(mine), len(theirs))
            differing += zip(sorted(theirs), mine, strict=False)
    same = _facts_in(new, common_new) & _facts_in(old, common_old)
    return len(same), other, tuple(differing[:_TOLD])


def _own_facts(one: Reading, run: _Run, other: Reading) -> list[str]:
    """Numbers and names of a passage that the other text has nowhere."""
    places = one.fact_places
    first, last = bisect_left(places, run[0]), bisect_left(places, run[1])
    if first == last:
        return []
    words, vocabulary = one.words, other.word_set
    found = (words[place] for place in places[first:last])
    return list(dict.fromkeys(word for word in found if word not in vocabulary))


def _facts_in(one: Reading, common: Mask) -> set[int]:
    return set(one.ids[one.facts[common[one.facts]]].tolist())
