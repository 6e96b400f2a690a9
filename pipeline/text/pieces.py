"""Compares two texts paragraph by paragraph: what went, what came, what was put differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipeline.text.compare import normalise, words
from pipeline.text.wordplaces import Words

# Share of the words of the shorter paragraph, from which on it is the other one with edits.  A
# sentence that was reworded keeps more than half of its words; two sentences of one story by chance
# share a fifth, of grammar and names.
AKIN = 0.4
_MOST_WORDS = 3_000  # of two paragraphs that are compared word by word

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
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            found.extend(map(_same, before[a:b], after[c:d]))
        else:
            found.extend(_zone(before[a:b], after[c:d]))
    return found


def only_blocks_differ(before: Sequence[str], after: Sequence[str]) -> bool:
    """True if whole paragraphs came or went and no word changed in any of those that stayed.

    So differ two readings of one page.  An outlet's edits change words, or the order.
    """
    found = pieces(before, after)
    if any(piece.kind == "edited" for piece in found):
        return False
    gone = [set(words(piece.before)) for piece in found if piece.kind == "gone"]
    new = [set(words(piece.after)) for piece in found if piece.kind == "new"]
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
    for paragraph in before:
        own = set(words(paragraph))
        match = next((i for i in range(at, len(after)) if _akin(own, rest[i])), None)
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
