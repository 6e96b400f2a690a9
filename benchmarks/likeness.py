"""How like an extraction is to its reference: the figures of the extraction benchmark, pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SHINGLE = 4
_WORD = re.compile(r"\w+")
_NOT_WORD = re.compile(r"\W+")
# Scripts that put no blanks between words: Han, Kana, Hangul and Thai.
_UNSPACED = re.compile(
    "[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9d]"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Precision, recall and their harmonic mean, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def is_unspaced(text: str) -> bool:
    """True if most letters of ``text`` are of a script without blanks between words."""
    letters = sum(map(str.isalnum, text))
    return 2 * len(_UNSPACED.findall(text)) > letters


def units(text: str, *, unspaced: bool) -> list[str]:
    """The words of ``text`` in lower case; its characters without white space if ``unspaced``."""
    lowered = text.lower()
    return [c for c in lowered if not c.isspace()] if unspaced else _WORD.findall(lowered)


def shingles(words: list[str]) -> Counter[tuple[str, ...]]:
    """How often each run of four words occurs; fewer words make one run of what there is."""
    if not words:
        return Counter()
    runs = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(runs))


def body_overlap(found: str, reference: str) -> Overlap:
    """How much of the found text is right, and how much of the right text was found."""
    unspaced = is_unspaced(reference)
    got = shingles(units(found, unspaced=unspaced))
    wanted = shingles(units(reference, unspaced=unspaced))
    if not got and not wanted:
        return Overlap(precision=1.0, recall=1.0)
    common = (got & wanted).total()
    return Overlap(
        precision=common / got.total() if got else 0.0,
        recall=common / wanted.total() if wanted else 0.0,
    )


def folded(text: str) -> str:
    """``text`` after NFKC and case folding, everything between words made one blank."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def set_f1(found: Iterable[str], reference: Iterable[str]) -> float:
    """F1 of two sets of names after folding; two empty sets agree."""
    got, wanted = {folded(name) for name in found}, {folded(name) for name in reference}
    if not got and not wanted:
        return 1.0
    common = len(got & wanted)
    return 2 * common / (len(got) + len(wanted))
