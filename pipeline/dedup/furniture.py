"""Paragraphs that an outlet puts into many of its stories: follow us, reporting by, more on this.

Each paragraph that is short enough to be one is noted with its story.  One that is met again in
another story is the outlet's, and is left out when texts are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b

from pipeline.text import normalise

LONGEST = 200  # characters; longer ones would double the table and change no result
# Unless little would be left of a long text: then a text of this outlet was not known for the copy
# that it is, and its own paragraphs would hide it for ever.
LONG, LEFT = 700, 1 / 3

_BITS = 40 - 5  # what SQLite keeps in six bytes of a row's number


def furniture_hashes(source: str, paragraphs: Sequence[str]) -> tuple[int | None, ...]:
    """For each paragraph 35 bits that stand for it and its outlet; None if it is too long."""
    return tuple(
        _hash(source, paragraph) if len(paragraph) <= LONGEST else None for paragraph in paragraphs
    )


def without_furniture(
    paragraphs: Sequence[str], hashes: Sequence[int | None], furniture: Collection[int]
) -> str:
    """The text without those paragraphs that are known as furniture; one paragraph a line."""
    whole = "\n".join(paragraphs)
    if not furniture:
        return whole
    own = "\n".join(p for p, h in zip(paragraphs, hashes, strict=True) if h not in furniture)
    return whole if len(whole) >= LONG and len(own) < LEFT * len(whole) else own


def _hash(source: str, paragraph: str) -> int:
    text = f"{source}\n{normalise(paragraph)}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=5).digest()) >> (40 - _BITS)
