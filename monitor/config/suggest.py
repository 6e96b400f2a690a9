"""Did-you-mean: the known word nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was most likely meant to be, or None when none is near."""
    spellings: dict[str, str] = {}
    for name in known:
        spellings.setdefault(_plain(name), name)
    plain = _plain(word)
    if plain in spellings:
        return spellings[plain]
    # 0.6 still lets a short key through that misses one letter of three.
    matches = get_close_matches(plain, spellings, n=1, cutoff=0.6)
    return spellings[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The hint for people, or None."""
    match = nearest(word, known)
    return f"did you mean '{match}'?" if match else None


def _plain(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
