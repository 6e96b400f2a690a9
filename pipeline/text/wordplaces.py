"""A text as its words, each with the place where it stands, so that words lead back to the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import groupby

from pipeline.text.compare import amount_signs, normalise
from pipeline.text.scripts import NO_BLANKS, marks

# How many words in a row are no chance any more; letters, in scripts without blanks.
_RUN, _RUN_OF_LETTERS = 4, 8
_MOST_PLACES = 12  # of one run of words in a text; what stands more often is a refrain

# Words are much the same from text to text, and bringing one to its form takes a microsecond or two
Forms = dict[str, tuple[str, ...]]


class Words:
    """The words of some paragraphs in the form of `normalise`, with their places.

    A word that is an amount carries its sign, so that 5 and 5 % are two words.  ``keys[i]`` stands
    in paragraph ``paragraph[i]`` from ``start[i]`` to ``end[i]``; several words of one token
    ("re-open") share its place.  ``forms`` is a memory that texts which are compared share.  With
    ``tokens`` what stands between two blanks is one word.
    """

    def __init__(
        self, paragraphs: Sequence[str], forms: Forms | None = None, *, tokens: bool = False
    ) -> None:
        self.paragraphs = tuple(paragraphs)
        self.keys: list[str] = []
        self.paragraph: list[int] = []
        self.start: list[int] = []
        self.end: list[int] = []
        known: Forms = {} if forms is None else forms
        self.spans: list[tuple[int, int]] = []  # of words, for each paragraph
        find, keys, starts, ends = _token().finditer, self.keys, self.start, self.end
        for number, text in enumerate(self.paragraphs):
            first = len(keys)
            for token in find(text):
                form = known.get(token[0])
                if form is None:
                    form = known.setdefault(token[0], _form(token[0]))
                if tokens and form:
                    form = (" ".join(form),)
                start, end = token.span()
                for word in form:
                    keys.append(word)
                    starts.append(start)
                    ends.append(end)
            self.spans.append((first, len(keys)))
            self.paragraph += [number] * (len(keys) - first)

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def run(self) -> int:
        """How many words in a row make a run that is no chance."""
        letters = sum(1 for key in self.keys if len(key) == 1 and key > "\u0e00")
        return _RUN_OF_LETTERS if letters * 2 > len(self.keys) else _RUN

    @cached_property
    def places(self) -> dict[tuple[str, ...], list[int]]:
        """Where each run of words begins."""
        found: dict[tuple[str, ...], list[int]] = {}
        for i, gram in self.grams(self.run):
            held = found.setdefault(gram, [])
            if len(held) < _MOST_PLACES:
                held.append(i)
        return found

    def grams(self, size: int) -> enumerate[tuple[str, ...]]:
        """All runs of so many words with the place of their first one."""
        return enumerate(zip(*(self.keys[n:] for n in range(size)), strict=False))

    def text(self, first: int, last: int) -> str:
        """The text from one word to another, both included, as it stands; blanks at breaks."""
        parts = []
        for number, group in groupby(range(first, last + 1), self.paragraph.__getitem__):
            inside = list(group)
            behind = inside[-1] + 1
            same = behind < len(self) and self.paragraph[behind] == number
            end = self.start[behind] if same else len(self.paragraphs[number])
            end = max(end, self.end[inside[-1]])
            parts.append(self.paragraphs[number][self.start[inside[0]] : end])
        return " ".join(parts).rstrip(" \t\u3000(-–—“«„「『【（" if not self._ends(last) else None)

    def _ends(self, word: int) -> bool:
        """True if a word is the last one of its paragraph."""
        return word + 1 == self.spans[self.paragraph[word]][1]

    def before(self, word: int) -> str:
        """The text of a word's paragraph in front of it."""
        return self.paragraphs[self.paragraph[word]][: self.start[word]]


@cache
def _token() -> re.Pattern[str]:
    return re.compile(rf"[{NO_BLANKS}][{marks()}]*|(?:(?![{NO_BLANKS}])\S)+")


def _form(token: str) -> tuple[str, ...]:
    found = tuple(normalise(token).split())
    signs = amount_signs(token)
    if not found:
        return (signs,) if signs else ()
    return (found[0] + signs, *found[1:]) if signs else found
