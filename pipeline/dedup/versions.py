"""The table of a story: its paragraphs down, its outlets across, and what each made of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.text.pairing import Extra, Fated, Pairing, pair
from pipeline.text.wordplaces import Forms, Words

CellKind = Literal["kept", "changed", "cut", "added", "absent"]
Keys = tuple[str, ...]

# Share of the words of the shorter of two added texts, in runs of four, from which on it is one
# text that two outlets have.
_SAME_ADDITION = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """The text of one article of a story."""

    article: int
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What one article made of one paragraph.

    ``absent``: the paragraph is an addition of others.
    """

    kind: CellKind
    text: str = ""  # as this article has it; "" when it has not, or has it word for word
    moved: bool = False  # stands elsewhere in the order of paragraphs


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One paragraph across all articles."""

    text: str
    article: int  # whose text it is: the origin's, or the first that added it
    added: bool  # not of the origin
    cells: tuple[Cell, ...]  # in the order of ``Table.columns``


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One article, in numbers."""

    article: int
    share_of_origin: float  # words of the origin that it has, 0 to 1
    share_of_own: float  # words of its own that the origin has
    counts: dict[str, int]  # kept, changed, cut, added and moved paragraphs


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """All articles of a story beside its origin."""

    origin: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


_KEPT, _MOVED, _CUT = Cell(kind="kept"), Cell(kind="kept", moved=True), Cell(kind="cut")
_ABSENT = Cell(kind="absent")


def tabulate(origin: int, versions: Sequence[Version]) -> Table:
    """Lay all versions of a story beside that of ``origin``, which must be one of them.

    Lines are the paragraphs of the origin in their order; what others added stands behind the
    paragraph that it follows.  Raises ValueError if the origin is not among the versions.
    """
    forms: Forms = {}
    base = next((v for v in versions if v.article == origin), None)
    if base is None:
        raise ValueError(f"article {origin} is not among the versions")
    left = Words(base.paragraphs, forms)
    pairings = list(_pairings(left, versions, forms))
    additions = _Additions(forms)
    for n, pairing in enumerate(pairings):
        for extra in pairing.extras:
            additions.add(n, extra)
    lines: list[Line] = []
    for row in range(-1, len(base.paragraphs)):
        if row >= 0 and left.spans[row][0] < left.spans[row][1]:
            cells = tuple(_cell(pairing.fates[row]) for pairing in pairings)
            text = base.paragraphs[row]
            lines.append(Line(text=text, article=origin, added=False, cells=cells))
        lines.extend(_added(found, versions) for found in additions.behind(row))
    return Table(origin=origin, columns=tuple(_columns(versions, pairings, lines)),
                 lines=tuple(lines))  # fmt: skip


def _pairings(left: Words, versions: Sequence[Version], forms: Forms) -> Iterator[Pairing]:
    # Most copies are letter for letter those of another outlet, and more are word for word.
    same: dict[tuple[str, ...], Pairing] = {}
    known: dict[Keys, Pairing] = {}
    for version in versions:
        if version.paragraphs not in same:
            right = Words(version.paragraphs, forms)
            key = tuple(right.keys)
            if key not in known:
                known[key] = pair(left, right)
            same[version.paragraphs] = known[key]
        yield same[version.paragraphs]


def _cell(fated: Fated) -> Cell:
    if fated.fate == "kept":
        return _MOVED if fated.moved else _KEPT
    if fated.fate == "cut":
        return _CUT
    return Cell(kind="changed", text=fated.text, moved=fated.moved)


def _columns(
    versions: Sequence[Version], pairings: Sequence[Pairing], lines: Sequence[Line]
) -> Iterator[Column]:
    for n, (version, pairing) in enumerate(zip(versions, pairings, strict=True)):
        counts = Counter(line.cells[n].kind for line in lines)
        moved = sum(line.cells[n].moved for line in lines)
        yield Column(
            article=version.article,
            share_of_origin=round(pairing.share_of_left, 3),
            share_of_own=round(pairing.share_of_right, 3),
            counts={
                **{kind: counts[kind] for kind in ("kept", "changed", "cut", "added")},
                "moved": moved,
            },
        )


@dataclass(slots=True)
class _Addition:
    after: int
    text: str
    keys: Keys
    by: dict[int, str]  # number of the version -> the text as it has it, "" for word for word


class _Additions:
    """What the versions have besides the origin's text, each text once."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._by_keys: dict[Keys, _Addition] = {}
        self._by_gram: dict[Keys, _Addition] = {}
        self._all: list[_Addition] = []

    def add(self, version: int, extra: Extra) -> None:
        words = Words((extra.text,), self._forms)
        keys = tuple(words.keys)
        if not keys:
            return
        grams = [gram for _, gram in words.grams(words.run)]
        found = self._by_keys.get(keys) or self._akin(grams, len(keys))
        if found is None or version in found.by:
            found = _Addition(after=extra.after, text=extra.text, keys=keys, by={})
            self._all.append(found)
            for gram in grams:
                self._by_gram.setdefault(gram, found)
        found.by[version] = "" if keys == found.keys else extra.text
        self._by_keys.setdefault(keys, found)

    def _akin(self, grams: Sequence[Keys], size: int) -> _Addition | None:
        hits = Counter(id(held) for gram in grams if (held := self._by_gram.get(gram)))
        if not hits:
            return None
        best, count = hits.most_common(1)[0]
        held = next(a for gram in grams if (a := self._by_gram.get(gram)) and id(a) == best)
        shorter = max(1, min(len(grams), len(held.keys) - (size - len(grams))))
        return held if count >= _SAME_ADDITION * shorter else None

    def behind(self, row: int) -> Iterable[_Addition]:
        """Those that follow a paragraph of the origin, in order of appearance."""
        return (found for found in self._all if found.after == row)


def _added(found: _Addition, versions: Sequence[Version]) -> Line:
    cells = tuple(
        Cell(kind="added", text=found.by[n]) if n in found.by else _ABSENT
        for n in range(len(versions))
    )
    return Line(text=found.text, article=versions[next(iter(found.by))].article, added=True,
                cells=cells)  # fmt: skip
