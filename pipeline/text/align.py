"""Which words of one text stand in another, in whatever order and however set into paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from pipeline.text.wordplaces import Words

_MOST_IN_A_GAP = 400  # words that are compared one by one; more are a block of their own
_MOST_EFFORT = 30  # steps a word; text that says one thing over and over would take for ever
_FEW = 12  # words of a gap in which a single word in common means something

NOWHERE = -1
Map = list[int]


def align(left: Words, right: Words) -> Map:
    """For each word of the left text its place among the words of the right one, or NOWHERE.

    No place is given twice.  Whole paragraphs are found first, then runs of words from the longest
    on, then single words between those.
    """
    if left.keys == right.keys:
        return list(range(len(left)))
    found, taken = [NOWHERE] * len(left), [False] * len(right)
    _whole_paragraphs(left, right, found, taken)
    _runs(left, right, found, taken)
    fill_gaps(left, right, found, taken)
    return found


def _take(found: Map, taken: list[bool], i: int, j: int, length: int) -> None:
    for n in range(length):
        found[i + n] = j + n
        taken[j + n] = True


def _whole_paragraphs(left: Words, right: Words, found: Map, taken: list[bool]) -> None:
    known: dict[tuple[str, ...], list[int]] = {}
    for first, end in reversed(right.spans):
        if end > first:
            known.setdefault(tuple(right.keys[first:end]), []).append(first)
    for first, end in left.spans:
        at = known.get(tuple(left.keys[first:end]))
        if at:
            _take(found, taken, first, at.pop(), end - first)


def _runs(left: Words, right: Words, found: Map, taken: list[bool]) -> None:
    runs = sorted(_candidates(left, right, found, taken), key=lambda run: (-run[0], run[2], run[1]))
    least = left.run
    for size, start, at in runs:
        length, i, j = size, start, at
        # A longer run may have taken an end of this one.
        while length and (found[i] != NOWHERE or taken[j]):
            i, j, length = i + 1, j + 1, length - 1
        free = 0
        while free < length and found[i + free] == NOWHERE and not taken[j + free]:
            free += 1
        if free >= least:
            _take(found, taken, i, j, free)


def _candidates(
    left: Words, right: Words, found: Map, taken: list[bool]
) -> Iterator[tuple[int, int, int]]:
    """Runs of the same words as (length, place in the left text, in the right one)."""
    ours, theirs = left.keys, right.keys
    ours_end, theirs_end, run = len(ours), len(theirs), left.run
    effort = _MOST_EFFORT * (ours_end + theirs_end)
    for j, gram in _free_grams(right, taken, left.run):
        for i in left.places.get(gram, ()):
            if found[i] != NOWHERE:
                continue
            inside = i and j and ours[i - 1] == theirs[j - 1]
            if inside and found[i - 1] == NOWHERE and not taken[j - 1]:
                continue  # the run that begins before this one holds it
            length = run
            while (
                i + length < ours_end
                and j + length < theirs_end
                and ours[i + length] == theirs[j + length]
                and not taken[j + length]
                and found[i + length] == NOWHERE
            ):
                length += 1
            yield length, i, j
            effort -= length
            if effort < 0:
                return


def _free_grams(
    right: Words, taken: list[bool], size: int
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Runs of so many words of which the first one was not found yet, with its place."""
    keys = right.keys
    last = len(keys) - size
    for first, end in right.spans:
        if first < end and not taken[first]:  # whole paragraphs were found so far, or nothing
            for j in range(first, min(end, last + 1)):
                yield j, tuple(keys[j : j + size])


def fill_gaps(left: Words, right: Words, found: Map, taken: list[bool]) -> None:
    """Find the words between two runs, and at the ends of paragraphs that are found in part."""
    for first, end in left.spans:
        known = [i for i in range(first, end) if found[i] != NOWHERE]
        if not known or len(known) == end - first:
            continue
        i = first
        while i < end:
            if found[i] != NOWHERE:
                i += 1
                continue
            stop = next((n for n in range(i, end) if found[n] != NOWHERE), end)
            _gap(left, right, found, taken, (i, stop), (first, end))
            i = stop


def _gap(
    left: Words,
    right: Words,
    found: Map,
    taken: list[bool],
    gap: tuple[int, int],
    paragraph: tuple[int, int],
) -> None:
    i, stop = gap
    before = found[i - 1] if i > paragraph[0] else NOWHERE
    after = found[stop] if stop < paragraph[1] else NOWHERE
    if before != NOWHERE:
        low = high = before + 1
        while high < len(right) and not taken[high] and _near(right, before, high):
            high += 1
    else:
        low = high = after
        while low and not taken[low - 1] and _near(right, after, low - 1):
            low -= 1
    _words_alike(left, right, found, taken, (i, stop), (low, high))


def _near(right: Words, known: int, word: int) -> bool:
    return right.paragraph[word] == right.paragraph[known]


def _words_alike(
    left: Words,
    right: Words,
    found: Map,
    taken: list[bool],
    ours: tuple[int, int],
    theirs: tuple[int, int],
) -> None:
    (i, stop), (low, high) = ours, theirs
    size = max(stop - i, high - low)
    if not 0 < size <= _MOST_IN_A_GAP or low >= high:
        return
    matcher = SequenceMatcher(None, left.keys[i:stop], right.keys[low:high], autojunk=False)
    for a, b, length in matcher.get_matching_blocks():
        if length > 1 or (length and size <= _FEW):
            _take(found, taken, i + a, low + b, length)
