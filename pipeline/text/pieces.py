"""Compares two texts paragraph by paragraph: what went, what came, what was put differently."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from typing import Literal

from pipeline.text.compare import normalise, words
from pipeline.text.scripts import NO_BLANKS
from pipeline.text.wordplaces import Words

# Share of the words of the shorter paragraph, from which on it is the other one with edits.  A
# sentence that was reworded keeps more than half of its words; two sentences of one story by chance
# share a fifth, of grammar and names.
AKIN = 0.4
_MOST_WORDS = 3_000  # of two paragraphs that are compared word by word
# Paragraphs of both sides multiplied, up to which all are compared with all.  A visit is compared
# while the store is held, and a page may have thousands of paragraphs.
_MOST_PAIRS = 40_000
_LEAST_AHEAD = 20  # paragraphs, in which an edited one is looked for however many there are

# Letters between which there are no blanks, and the marks of their scripts
SOLID = re.compile(rf"[{NO_BLANKS}\u3000-\u303f\uff00-\uffef]")

Kind = Literal["same", "gone", "new", "edited"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph before and after; "" on the side where there is none."""

    kind: Kind
    before: str
    after: str


def pieces(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """The paragraphs of both texts in order, those that belong together side by side.

    Typography, case and white space are no difference.
    """
    left, right = [normalise(p) for p in before], [normalise(p) for p in after]
    found: list[Piece] = []
    for a, b, c, d, same in stretches(left, right):
        if same:
            found.extend(map(_same, before[a:b], after[c:d]))
        else:
            found.extend(_zone(before[a:b], after[c:d]))
    return found


def stretches(
    left: Sequence[Hashable], right: Sequence[Hashable]
) -> list[tuple[int, int, int, int, bool]]:
    """Both rows in stretches ``(a, b, c, d, same)``: ``left[a:b]`` is or became ``right[c:d]``.

    Stretches that are the same and others take turns.  Short rows are compared as by difflib; in
    long ones what stands once on both sides is matched first, as in Bram Cohen's patience diff,
    so that the time grows with the length and not with its square or cube.
    """
    pairs = _pairs(left, right, 0, len(left), 0, len(right), _once)
    found: list[tuple[int, int, int, int, bool]] = []
    a = c = 0
    for i, j, size in _joined(_filled(left, right, pairs)):
        if a < i or c < j:
            found.append((a, i, c, j, False))
        found.append((i, i + size, j, j + size, True))
        a, c = i + size, j + size
    if a < len(left) or c < len(right):
        found.append((a, len(left), c, len(right), False))
    return found


_Places = dict[Hashable, int]


def _pairs(
    left: Sequence[Hashable], right: Sequence[Hashable], a: int, b: int, c: int, d: int,
    key: Callable[[Sequence[Hashable], int, int], _Places],
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """The places of what is the same in ``left[a:b]`` and ``right[c:d]``, in order.

    In rows that are long ``key`` says what stands where, each thing at one place.
    """
    while a < b and c < d and left[a] == right[c]:
        yield a, c
        a, c = a + 1, c + 1
    tail = 0
    while a < b and c < d and left[b - 1] == right[d - 1]:
        b, d, tail = b - 1, d - 1, tail + 1
    if (b - a) * (d - c) <= _MOST_PAIRS:
        matcher = SequenceMatcher(None, left[a:b], right[c:d], autojunk=False)
        for i, j, size in matcher.get_matching_blocks():
            yield from ((a + i + n, c + j + n) for n in range(size))
    else:
        ours, theirs = key(left, a, b), key(right, c, d)
        anchors = _rising([(i, theirs[what]) for what, i in ours.items() if what in theirs])
        if key is _numbered:
            yield from anchors
        else:
            for i, j in [*anchors, (b, d)]:
                # What stands more than once is only looked at between what stands once.
                yield from _pairs(left, right, a, i, c, j, _numbered)
                if i < b and j < d:
                    yield i, j
                a, c = i + 1, j + 1
    yield from ((b + n, d + n) for n in range(tail))


def _once(row: Sequence[Hashable], start: int, end: int) -> _Places:
    """Where each thing stands that stands there once."""
    often = Counter(islice(row, start, end))
    return {row[i]: i for i in range(start, end) if often[row[i]] == 1}


def _numbered(row: Sequence[Hashable], start: int, end: int) -> _Places:
    """Where everything stands, the same thing told apart by its number."""
    often: Counter[Hashable] = Counter()
    found: _Places = {}
    for i in range(start, end):
        often[row[i]] += 1
        found[row[i], often[row[i]]] = i
    return found


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs, sorted by the first, of which the second rises as well."""
    ends: list[int] = []  # the least second at the end of a choice of each length
    at: list[int] = []  # and the number of its pair
    before: list[int] = []
    for n, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        at[length : length + 1] = [n]
    found: list[tuple[int, int]] = []
    n = at[-1] if at else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


def _filled(
    left: Sequence[Hashable], right: Sequence[Hashable], pairs: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The pairs, and those between two of them where both sides are the same all the same.

    In long rows what stands several times is told apart by its number, which may hide that.
    """
    a = c = 0
    for i, j in chain(pairs, [(len(left), len(right))]):
        if i - a == j - c and left[a:i] == right[c:j]:
            yield from zip(range(a, i), range(c, j), strict=True)
        if i < len(left) and j < len(right):
            yield i, j
        a, c = i + 1, j + 1


def _joined(pairs: Iterator[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Neighbours in one run: place on the left, place on the right, length."""
    found: list[tuple[int, int, int]] = []
    for i, j in pairs:
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((i, j, 1))
    return found


def only_blocks_differ(before: Sequence[str], after: Sequence[str]) -> bool:
    """True if whole paragraphs came or went and no word changed in any of those that stayed.

    So differ two readings of one page.  An outlet's edits change words, or the order.  False if
    so much came and went that nobody can tell.
    """
    found = pieces(before, after)
    if any(piece.kind == "edited" for piece in found):
        return False
    gone = [set(words(piece.before)) for piece in found if piece.kind == "gone"]
    new = [set(words(piece.after)) for piece in found if piece.kind == "new"]
    if len(gone) * len(new) > _MOST_PAIRS:
        return False
    return not any(_akin(one, other) for one in gone for other in new)


def marked(before: str, after: str) -> Iterator[tuple[Kind, str]]:
    """The words of two versions of a paragraph in one row, each run with what became of it.

    Typography is no difference; what is the same is given as it stands in the later version.
    """
    left, right = Words((before,), tokens=True), Words((after,), tokens=True)
    if len(left) + len(right) > _MOST_WORDS:
        yield "gone", before
        yield "new", after
        return
    matcher = SequenceMatcher(None, left.keys, right.keys, autojunk=False)
    codes = matcher.get_opcodes()
    for op, a, b, c, d in codes:
        if op == "equal":
            yield "same", _slice(right, c, d)
            continue
        if a < b:
            yield "gone", _slice(left, a, b)
        if c < d:
            yield "new", _slice(right, c, d)


def spaced(runs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Runs of words as :func:`marked` has them, with what belongs between: blanks, in most scripts.

    The blanks are runs of their own, of the kind "same".
    """
    row: list[tuple[str, str]] = []
    for kind, text in runs:
        if row and not (SOLID.search(row[-1][1][-1:]) and SOLID.search(text[:1])):
            row.append(("same", " "))
        row.append((kind, text))
    return row


def _slice(words: Words, first: int, end: int) -> str:
    """The text from a word up to another one, with the marks between; all before the first word."""
    text = words.paragraphs[0]
    start = words.start[first] if first else 0
    stop = words.start[end] if end < len(words) else len(text)
    return text[start : max(stop, words.end[end - 1])].strip()


def _zone(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Paragraphs between two that are the same on both sides."""
    if before and after and words(" ".join(before)) == words(" ".join(after)):
        yield _same("\n".join(before), "\n".join(after))  # the same words, cut otherwise
        return
    rest = [set(words(p)) for p in after]
    at = 0
    ahead = max(_MOST_PAIRS // (len(before) or 1), _LEAST_AHEAD)
    for paragraph in before:
        own = set(words(paragraph))
        match = next(
            (i for i in range(at, min(at + ahead, len(after))) if _akin(own, rest[i])), None
        )
        if match is None:
            yield Piece("gone", paragraph, "")
            continue
        yield from (Piece("new", "", p) for p in after[at:match])
        yield Piece("edited", paragraph, after[match])
        at = match + 1
    yield from (Piece("new", "", p) for p in after[at:])


def _same(before: str, after: str) -> Piece:
    return Piece("same", before, after)


def _akin(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= AKIN * (min(len(one), len(other)) or 1)
