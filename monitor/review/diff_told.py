"""Two texts laid side by side: two articles, or two states of one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import MonitorError, NotFoundError
from pipeline.store.reading import Reader, Row
from pipeline.text.compare import title_key
from pipeline.text.pairing import pair
from pipeline.text.pieces import Kind, marked
from pipeline.text.wordplaces import Forms, Words

_STATES = re.compile(r"(\d*)\.\.(\d*)")


class StatesError(MonitorError):
    """States that cannot be compared, as they were named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of two texts."""

    article: int
    source: str
    url: str
    state: int | None  # its number, when two states of one article are compared
    at: str  # since when it stands: first seen, or when the state was found
    title: str
    paragraphs: tuple[str, ...]
    words: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A paragraph before and after; "" on the side where there is none."""

    kind: Kind
    before: str
    after: str
    moved: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Both texts, and what became of each paragraph of the first one."""

    left: Side
    right: Side
    parts: tuple[Part, ...]
    share_of_left: float  # of its words that the other one has, 0 to 1
    share_of_right: float

    @property
    def same_title(self) -> bool:
        """True if the titles differ in typography at most."""
        return title_key(self.left.title) == title_key(self.right.title)

    @property
    def same(self) -> bool:
        """True if nothing differs but typography, the order and the breaks of paragraphs."""
        return self.same_title and all(part.kind == "same" for part in self.parts)

    def count(self, kind: Kind) -> int:
        """Return the number of paragraphs of a kind."""
        return sum(part.kind == kind for part in self.parts)


def compared(left: Side, right: Side) -> Comparison:
    """Lay two texts side by side.

    Paragraphs that were joined, split or moved are the same; a dateline in front is none of them.
    """
    forms: Forms = {}
    found = pair(Words(left.paragraphs, forms), Words(right.paragraphs, forms))
    behind: dict[int, list[Part]] = {}
    for extra in found.extras:
        behind.setdefault(extra.after, []).append(Part(kind="new", before="", after=extra.text))
    parts = list(behind.get(-1, ()))
    for n, (text, fated) in enumerate(zip(left.paragraphs, found.fates, strict=True)):
        if not text.strip():
            continue
        kinds: Mapping[str, Kind] = {"kept": "same", "changed": "edited", "cut": "gone"}
        after = fated.text or (text if fated.fate == "kept" else "")
        parts.append(Part(kind=kinds[fated.fate], before=text, after=after, moved=fated.moved))
        parts.extend(behind.get(n, ()))
    return Comparison(
        left=left,
        right=right,
        parts=tuple(parts),
        share_of_left=round(found.share_of_left, 3),
        share_of_right=round(found.share_of_right, 3),
    )


def looked_up(reader: Reader, first: str, second: str | None) -> Comparison:
    """Compare what two words of the command line name.

    An article alone: its last edit.  An article and ``2..4``: these states of it, ``2..`` up to
    today's.  Two articles: these.  Raises NotFoundError.
    """
    article = reader.article(first)
    states = _STATES.fullmatch(second or "..") if second is None or ".." in second else None
    if second is not None and states is None:
        return compared(_article(article), _article(reader.article(second)))
    known = reader.states(article["id"])
    if len(known) < 2:
        raise NotFoundError(f"article {article['id']} was never edited; there is one state of it")
    if second is None:
        low, high = len(known) - 1, len(known)
    else:
        low, high = _range(states, len(known), article["id"])
    return compared(_state(article, known, low), _state(article, known, high))


def _range(found: re.Match[str] | None, count: int, article: int) -> tuple[int, int]:
    if found is None:
        raise StatesError("states are given as 1..3, 2.. or ..2")
    low, high = int(found[1] or 1), int(found[2] or count)
    for number in (low, high):
        if not 1 <= number <= count:
            raise NotFoundError(f"article {article} has no state {number}; it has {count}")
    if low == high:
        raise StatesError(f"{found[0]}: that is one state, not two")
    return low, high


def _article(row: Row) -> Side:
    return _text_of(row, row, row["first_seen_at"], None)


def _state(article: Row, states: Sequence[Row], number: int) -> Side:
    row = states[number - 1]
    return _text_of(article, row, row["seen_at"], number)


def _text_of(article: Row, text: Row, at: str, state: int | None) -> Side:
    return Side(
        article=article["id"],
        source=article["source"],
        url=article["url"],
        state=state,
        at=at,
        title=text["title"],
        paragraphs=tuple(text["body"].split("\n")),
        words=text["word_count"],
    )


def as_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it."""
    kinds: tuple[Kind, ...] = ("same", "edited", "gone", "new")
    return {
        "schema": 1,
        "left": _side(found.left),
        "right": _side(found.right),
        "same": found.same,
        "title": None if found.same_title else _words(found.left.title, found.right.title),
        "share_of_left": found.share_of_left,
        "share_of_right": found.share_of_right,
        "counts": {
            **{kind: found.count(kind) for kind in kinds},
            "moved": sum(part.moved for part in found.parts),
        },
        "paragraphs": [
            {
                "kind": part.kind,
                "before": part.before,
                "after": part.after,
                "moved": part.moved,
                "words": _words(part.before, part.after) if part.kind == "edited" else [],
            }
            for part in found.parts
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "article": side.article, "state": side.state, "source": side.source, "url": side.url,
        "at": side.at, "title": side.title, "words": side.words,
    }  # fmt: skip


def _words(before: str, after: str) -> list[dict[str, str]]:
    return [{"kind": kind, "text": text} for kind, text in marked(before, after)]
