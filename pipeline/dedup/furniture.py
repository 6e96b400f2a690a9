"""Paragraphs that an outlet puts into many of its stories: follow us, reporting by, more on this.

Each paragraph that is short enough to be one is noted with its story.  One that is met in
three of its outlet's stories is the outlet's, and is left out when texts are compared.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from hashlib import blake2b

LONGEST = 200  # characters; longer ones would double the table and change no result
# Unless little would be left of a long text: then a text of this outlet was not known for the copy
# that it is, and its own paragraphs would hide it for ever.
LONG, LEFT = 700, 1 / 3

_BITS = 40 - 5  # what SQLite keeps in six bytes of a row's number


@lru_cache(maxsize=512)
def furniture_hashes(source: str, text: str) -> tuple[int | None, ...]:
    """For each line 35 bits that stand for it and its outlet; None if it is too long."""
    return tuple(_hash(source, line) if len(line) <= LONGEST else None for line in text.split("\n"))


def without_furniture(text: str, hashes: Sequence[int | None], furniture: Collection[int]) -> str:
    """The text without those paragraphs (lines) that are known as furniture."""
    if not furniture:
        return text
    lines = zip(text.split("\n"), hashes, strict=True)
    own = "\n".join(line for line, value in lines if value not in furniture)
    return text if len(text) >= LONG and len(own) < LEFT * len(text) else own


def _hash(source: str, paragraph: str) -> int:
    # An outlet sets its own words the same way each time; `normalise` would cost ten times as much.
    text = f"{source}\n{' '.join(paragraph.casefold().split())}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=5).digest()) >> (40 - _BITS)
