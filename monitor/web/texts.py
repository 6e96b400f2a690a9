"""Articles and differences as templates want them: blocks of text, words that went and came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.review.diff_told import Comparison
from pipeline.text.pieces import marked, spaced

LONG = 400  # paragraphs that did not change, of which only those around a change are shown
AROUND = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A paragraph, a sub-headline, a quotation, or the items of a list."""

    kind: str  # p, h, q, l
    texts: tuple[str, ...]


def blocks(body: str, shape: str | None) -> list[Block]:
    """Return a body as blocks; ``shape`` has a letter for each paragraph, if it is known."""
    paragraphs = body.split("\n") if body else []
    letters = shape if shape and len(shape) == len(paragraphs) else "p" * len(paragraphs)
    found: list[Block] = []
    for letter, text in zip(letters, paragraphs, strict=True):
        if not text.strip():
            continue
        if letter == "l" and found and found[-1].kind == "l":
            found[-1] = Block(kind="l", texts=(*found[-1].texts, text))
        else:
            found.append(Block(kind=letter if letter in "hql" else "p", texts=(text,)))
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A paragraph of a comparison; ``words`` are (kind, text) where it was edited."""

    kind: str  # same, edited, gone, new; skipped: ``text`` says how many
    text: str = ""
    words: tuple[tuple[str, str], ...] = ()
    moved: bool = False


def changes(found: Comparison, *, whole: bool = False) -> list[Change]:
    """Return a comparison paragraph by paragraph, long stretches without changes left out."""
    parts = found.parts
    near = {
        n + d
        for n, part in enumerate(parts)
        if part.kind != "same" or part.moved
        for d in range(-AROUND, AROUND + 1)
    }
    shown: list[Change] = []
    skipped = 0
    for n, part in enumerate(parts):
        if not whole and part.kind == "same" and n not in near:
            skipped += 1
            continue
        if skipped:
            shown.append(_skipped(skipped))
            skipped = 0
        if part.kind == "edited":
            words = tuple(spaced(marked(part.before, part.after)))
            shown.append(Change(kind="edited", words=words, moved=part.moved))
        else:
            shown.append(Change(kind=part.kind, text=part.after or part.before, moved=part.moved))
    if skipped:
        shown.append(_skipped(skipped))
    return shown


def _skipped(count: int) -> Change:
    return Change(
        kind="skipped", text=f"{count} paragraph{'' if count == 1 else 's'} without a change"
    )


def title_words(found: Comparison) -> tuple[tuple[str, str], ...]:
    """Return what became of the title, word by word; () if nothing did."""
    if found.same_title:
        return ()
    return tuple(spaced(marked(found.left.title, found.right.title)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What one article made of one paragraph, with a sign for those who see no colours."""

    kind: str
    sign: str
    words: tuple[tuple[str, str], ...] = ()
    label: str = ""


_SIGNS = {"kept": "=", "changed": "~", "cut": "−", "added": "+", "absent": ""}
_LABELS = {"kept": "kept", "changed": "changed", "cut": "cut", "added": "added", "absent": ""}


def cells(row: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a row of a story's table."""
    found = []
    for cell in row["cells"]:
        kind = cell["kind"]
        if cell.get("moved") and kind == "kept":
            found.append(Cell(kind="moved", sign="^", label="moved"))
            continue
        words: Sequence[tuple[str, str]] = ()
        if kind == "changed" and cell.get("text"):
            words = spaced(marked(row["text"], cell["text"]))
        found.append(Cell(kind=kind, sign=_SIGNS[kind], label=_LABELS[kind], words=tuple(words)))
    return found
