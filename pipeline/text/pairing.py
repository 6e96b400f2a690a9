"""What became of each paragraph of a text in another one, and what the other one has besides.

Paragraphs may be joined, split and put in another order there; that is no change of text, nor is a
dateline in front ("DAMASCUS (AFP) –").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.text.align import NOWHERE, align, fill_gaps
from pipeline.text.wordplaces import Words

# Share of its words below which a paragraph is not there: what was found are phrases.
_THERE = 0.35
# Share of the words of the shorter paragraph, from which on it is the other one reworded, when
# both stand at the same place and have no run of words in common.
_AKIN, _AKIN_LONG = 0.5, 0.3  # the second one of the longer paragraph
# Words of another place that are still part of the paragraph; fewer are phrases.
_PART = 5
# So many words that are most of a paragraph were taken from a longer one: a text that was cut off.
_PIECE, _MOSTLY = 6, 0.7
# A text of so many words between two paragraphs that were joined is a paragraph of its own.
_OWN_PARAGRAPH = 6
_DATELINE_WORDS, _DATELINE_LETTERS = 9, 60
_DATELINE_ENDS = ("-", "–", "—", "−", ":", ")", "|", "/", "】", "）", "：", "》", "」", "电", "電")
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।", "”", '"', "»", ")", ":", "」")
# Marks that stand in front of a sentence.
_SENTENCE_MARKS = ' \t\u3000©®•*·|→>–—-([“«„「『"'

Fate = Literal["kept", "changed", "cut"]


@dataclass(frozen=True, slots=True)
class Fated:
    """What became of one paragraph: in the other text ``text`` stands for it ("" when cut)."""

    fate: Fate
    text: str = ""
    moved: bool = False  # it stands before one that it followed, or the other way round


@dataclass(frozen=True, slots=True)
class Extra:
    """A text that only the other one has; it follows the paragraph ``after`` (-1: in front)."""

    after: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """Two texts side by side, the paragraphs of the first one and the rest of the other."""

    fates: tuple[Fated, ...]
    extras: tuple[Extra, ...]
    share_of_left: float  # of its words that stand in the other text, 0 to 1
    share_of_right: float


def pair(left: Words, right: Words) -> Pairing:
    """Lay a text beside another one."""
    return _Pairing(left, right, align(left, right)).result()


class _Pairing:
    def __init__(self, left: Words, right: Words, found: Sequence[int]) -> None:
        self.left, self.right = left, right
        self.owner = [NOWHERE] * len(right)  # paragraph of the left text, for each right word
        self.homes: list[list[int]] = []  # right words of each left paragraph, in their order
        for number, (first, end) in enumerate(left.spans):
            places = sorted(j for j in found[first:end] if j != NOWHERE)
            home = self._gathered(places)
            there = len(home) >= _THERE * (end - first) or self._is_piece(home)
            self.homes.append(home if there else [])
            if not there:
                continue
            for j in home:
                self.owner[j] = number
        self._reword()
        self.found = [j if j != NOWHERE and self.owner[j] != NOWHERE else NOWHERE for j in found]
        self._fill()
        self.matched = sum(1 for j in self.found if j != NOWHERE)
        self.added: list[tuple[int, int, int]] = []  # left paragraph before, first and last word
        self.touched: dict[int, list[int]] = {}  # words that were put into a left paragraph

    def _gathered(self, places: Sequence[int]) -> list[int]:
        """The words without such as stand far from the others and are no more than a phrase."""
        groups: list[list[int]] = []
        for j in places:
            if groups and j - groups[-1][-1] <= self.right.run * 5:
                groups[-1].append(j)
            else:
                groups.append([j])
        largest = max(map(len, groups), default=0)
        return [j for g in groups if len(g) >= min(_PART, largest) for j in g]

    def _fill(self) -> None:
        """Give words that were freed to the paragraphs they stand in.

        A run may begin with the last word of a paragraph that, it turned out, is not there.
        """
        before = self.found.copy()
        fill_gaps(self.left, self.right, self.found, [o != NOWHERE for o in self.owner])
        for i, j in enumerate(self.found):
            if j != before[i]:
                number = self.left.paragraph[i]
                self.owner[j] = number
                self.homes[number] = sorted({*self.homes[number], j})

    def _reword(self) -> None:
        """Pair paragraphs of which nothing was found, where they stand at the same place."""
        strangers: dict[int, list[tuple[int, int]]] = {}
        before = NOWHERE
        for first, end in self.right.spans:
            owners = [number for number in self.owner[first:end] if number != NOWHERE]
            if owners:
                before = owners[-1]
            elif end > first:
                strangers.setdefault(before, []).append((first, end))
        before = NOWHERE
        for number, (first, end) in enumerate(self.left.spans):
            if self.homes[number]:
                before = number
                continue
            own = set(self.left.keys[first:end])
            for span in strangers.get(before, ()):
                other = set(self.right.keys[slice(*span)])
                shared, sizes = len(own & other), sorted((len(own), len(other)))
                if shared >= max(_AKIN * sizes[0], _AKIN_LONG * sizes[1], 1):
                    self.homes[number] = list(range(*span))
                    self.owner[slice(*span)] = [number] * (span[1] - span[0])
                    strangers[before].remove(span)
                    break

    def _is_piece(self, home: Sequence[int]) -> bool:
        """True if a paragraph of the right text is nothing but the beginning of a left one."""
        if len(home) < _PIECE * (self.right.run // 4):
            return False
        first, end = self.right.spans[self.right.paragraph[home[0]]]
        return len(home) >= _MOSTLY * (end - first)

    def result(self) -> Pairing:
        for first, end in self.right.spans:
            self._rest_of(first, end)
        moved = self._moved()
        fates = tuple(self._fate(n, n in moved) for n in range(len(self.homes)))
        extras = tuple(
            Extra(after, self.right.text(first, last)) for after, first, last in self.added
        )
        return Pairing(
            fates=fates,
            extras=extras,
            share_of_left=self.matched / (len(self.left) or 1),
            share_of_right=self.matched / (len(self.right) or 1),
        )

    def _rest_of(self, first: int, end: int) -> None:
        """Settle the words of a right paragraph that no left one has."""
        owner = self.owner
        owned = [j for j in range(first, end) if owner[j] != NOWHERE]
        if not owned:
            if end > first:
                self.added.append((self._last_before(first), first, end - 1))
            return
        j = first
        while j < end:
            if owner[j] != NOWHERE:
                j += 1
                continue
            stop = next((n for n in range(j, end) if owner[n] != NOWHERE), end)
            self._stretch(j, stop, first, end)
            j = stop

    def _stretch(self, j: int, stop: int, first: int, end: int) -> None:
        before = self.owner[j - 1] if j > first else NOWHERE
        after = self.owner[stop] if stop < end else NOWHERE
        if before == NOWHERE and self._is_dateline(j, stop, first):
            return
        if before == after:
            self._touch(before if before != NOWHERE else after, j, stop)
            return
        # Between two paragraphs: the end of the one, whole sentences, the other's beginning.
        starts = [n for n in range(j, stop) if self._begins_sentence(n, first)]
        if stop == end or self._begins_sentence(stop, first):
            starts.append(stop)
        low, high = (starts[0], starts[-1]) if starts else (stop, stop)
        # What stands where a sentence is missing was put in its place.
        if self._lacks(before, -1):
            low = high
        elif self._lacks(after, 0):
            high = low
        elif high - low >= _OWN_PARAGRAPH * (self.right.run // 4):
            self.added.append((self._last_before(j), low, high - 1))
        else:
            low = high
        self._touch(before if before != NOWHERE else after, j, low)
        self._touch(after if after != NOWHERE else before, high, stop)

    def _lacks(self, number: int, end: int) -> bool:
        """True if the first (0) or last (-1) word of a left paragraph was not found."""
        return number != NOWHERE and self.found[slice(*self.left.spans[number])][end] == NOWHERE

    def _touch(self, number: int, start: int, stop: int) -> None:
        if start < stop:
            self.touched.setdefault(number, []).extend((start, stop - 1))

    def _begins_sentence(self, word: int, first: int) -> bool:
        front = self.right.before(word).rstrip(_SENTENCE_MARKS)
        return word == first or front.endswith(_SENTENCE_ENDS)

    def _is_dateline(self, j: int, stop: int, first: int) -> bool:
        if j != first or stop >= len(self.right):
            return False
        return _dateline(self.right, j, stop)

    def _last_before(self, word: int) -> int:
        return next((self.owner[j] for j in range(word - 1, -1, -1) if self.owner[j] >= 0), -1)

    def _moved(self) -> set[int]:
        """The left paragraphs that do not follow each other as they did, as few as may be."""
        there = [n for n, home in enumerate(self.homes) if home]
        ends: list[int] = []  # smallest last place of a row of each length
        rows: list[int] = []  # which paragraph that is
        before: dict[int, int] = {}
        for number in there:
            place = self.homes[number][0]
            at = bisect_left(ends, place)
            if at:
                before[number] = rows[at - 1]
            ends[at : at + 1] = [place]
            rows[at : at + 1] = [number]
        stays = set()
        number = rows[-1] if rows else -1
        while number >= 0:
            stays.add(number)
            number = before.get(number, -1)
        return set(there) - stays

    def _fate(self, number: int, moved: bool) -> Fated:
        first, end = self.left.spans[number]
        home = self.homes[number]
        if not home:
            return Fated("cut") if end > first else Fated("kept")
        whole = all(self.found[i] != NOWHERE for i in range(self._text_of(number), end))
        extra = self.touched.get(number, ())
        if whole and not extra and self._in_order(number):
            return Fated("kept", self._text(home), moved)
        return Fated("changed", self._text(sorted({*home, *extra})), moved)

    def _text_of(self, number: int) -> int:
        """The first word of a left paragraph, behind a dateline that the other text is without."""
        first, end = self.left.spans[number]
        start = next((i for i in range(first, end) if self.found[i] != NOWHERE), first)
        return start if start > first and _dateline(self.left, first, start) else first

    def _in_order(self, number: int) -> bool:
        first, end = self.left.spans[number]
        places = [self.found[i] for i in range(first, end) if self.found[i] != NOWHERE]
        return all(a < b for a, b in pairwise(places))

    def _text(self, words: Sequence[int]) -> str:
        """The text over these words, without what belongs to other paragraphs between them."""
        own = self.owner[words[0]] if self.owner[words[0]] != NOWHERE else None
        parts: list[list[int]] = []
        for j in words:
            last = parts[-1][1] if parts else NOWHERE
            if parts and (j == last + 1 or self._free(last + 1, j, own)):
                parts[-1][1] = j
            else:
                parts.append([j, j])
        return " ".join(self.right.text(first, last) for first, last in parts)

    def _free(self, start: int, stop: int, own: int | None) -> bool:
        """True if only the paragraph's own words, and new ones, are between two places."""
        between = set(self.owner[start:stop])
        return between <= {own, NOWHERE} and not any(
            first < stop and last >= start for _, first, last in self.added
        )


def _dateline(text: Words, first: int, stop: int) -> bool:
    """True if the words before ``stop`` in its paragraph are a place, an agency or a date."""
    words = stop - first
    front = text.before(stop).rstrip()
    short = words <= _DATELINE_WORDS * (text.run // 4) and len(front) <= _DATELINE_LETTERS
    return short and front.endswith(_DATELINE_ENDS)
