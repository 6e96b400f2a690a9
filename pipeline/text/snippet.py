"""Shows where a search found something in a text: a few words around it, the hits marked."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from pipeline.text.query_tree import Query
from pipeline.text.scripts import NO_BLANKS

BEGIN, END = "\x02", "\x03"  # around a hit
WIDTH = 280  # characters, about
_LEAD = 60  # characters before the first hit
_SOLID = re.compile(f"[{NO_BLANKS}]")
_MOST = 100_000  # characters of a text that are looked through


class Snippets:
    """Finds in texts the words that a query looks for.

    Case and diacritics are no difference, as in the index.
    """

    def __init__(self, query: Query) -> None:
        terms = {(folded(words.text), words.star) for words in query.words()}
        # Longer ones first: of "ferry" and "ferry crew" the phrase is marked.
        parts = [_pattern(term, star) for term, star in sorted(terms, key=lambda t: -len(t[0]))]
        self._hits = re.compile("|".join(part for part in parts if part) or r"(?!)")

    def __call__(self, text: str) -> str:
        """Return the part of a text with the first hit, hits between BEGIN and END; "" without."""
        text = text[:_MOST].replace(BEGIN, " ").replace(END, " ")
        even = folded(text)
        first = self._hits.search(even)
        if first is None:
            return ""
        start = _word_start(text, max(0, first.start() - _LEAD), first.start())
        stop = _word_end(text, max(first.end(), start + WIDTH))
        parts = ["…" if start else ""]
        at = start
        for hit in self._hits.finditer(even, start, stop):
            if hit.end() == hit.start():
                continue
            parts += [text[at : hit.start()], BEGIN, text[hit.start() : hit.end()], END]
            at = hit.end()
        parts += [text[at:stop], "…" if stop < len(text) else ""]
        return " ".join("".join(parts).split())


def folded(text: str) -> str:
    """Return a text of the same length in lower case, without diacritics."""
    return text if text.isascii() and text.islower() else text.translate(_FOLDS)


class _Folds(dict[int, str]):
    """What becomes of a character; one at a time, as they are met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code))
        return found


def _fold(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    low = base.lower()
    return low if len(low) == 1 else letter


_FOLDS = _Folds()


def _pattern(term: str, star: bool) -> str:
    words: list[str] = re.findall(r"\w+", term)
    if not words:
        return ""
    text = re.escape(words[0])
    for before, word in pairwise(words):
        solid = _SOLID.match(before[-1]) and _SOLID.match(word[0])
        text += (r"[\W_]*" if solid else r"[\W_]+") + re.escape(word)
    head = "" if _SOLID.match(words[0][0]) else r"(?<!\w)"
    tail = "" if star or _SOLID.match(words[-1][-1]) else r"(?!\w)"
    return head + text + (r"\w*" if star else tail)


def _word_start(text: str, at: int, most: int) -> int:
    if at == 0:
        return 0
    blank = text.find(" ", at, most)
    return blank + 1 if blank >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    blank = text.rfind(" ", at - 40, at)
    return blank if blank > 0 else at
