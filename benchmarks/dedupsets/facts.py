"""Fills the gaps of a text: the same gap gets the same fact all through one text.

Gaps are ``{p1}`` a person and ``{l1}`` the surname of that person, ``{c1}`` a place, ``{o1}`` a
firm or body, ``{d1}`` a weekday, ``{t1}`` a time, ``{n1:10-90}`` a number (``{n1}`` that again),
``{f1:1.0-9.9}`` one with decimals, ``{w1:a/b/c}`` one of some words, ``{outlet}`` the outlet.
"""

from __future__ import annotations

import random
import re

from benchmarks.dedupsets.phrasebook import Frame, Phrasebook
from benchmarks.dedupsets.text import Text

_GAP = re.compile(r"\{([a-z]+)(\d*)(?::([^{}]*))?\}")
_POOLS = {"c": "city", "o": "org", "d": "day"}


class Facts:
    """The facts of one text, drawn as its gaps ask for them."""

    def __init__(self, book: Phrasebook, rng: random.Random, outlet: str = "") -> None:
        self._book, self._rng, self._outlet = book, rng, outlet
        self._known: dict[str, str] = {}
        self._persons: dict[str, str] = {}  # surname by number
        self._drawn: set[str] = set()
        self._bounds: dict[str, str] = {}  # of gaps that name them only once

    def learn(self, frame: Frame) -> None:
        """Look up the bounds that any part of a frame gives a gap."""
        for text in (frame.title, frame.lead, *frame.paragraphs):
            for kind, number, bounds in _GAP.findall(text):
                if bounds:
                    self._bounds.setdefault(kind + number, bounds)

    def fill(self, text: str) -> str:
        """The text without gaps."""
        return _GAP.sub(self._fact, text)

    def _fact(self, gap: re.Match[str]) -> str:
        kind, number, bounds = gap.groups()
        if kind == "outlet":
            return self._outlet
        if kind == "l":
            self._person(number)
            return self._persons[number]
        if kind == "p":
            return self._person(number)
        key = kind + number
        if key not in self._known:
            self._known[key] = self._draw(kind, bounds or self._bounds.get(key, ""))
        return self._known[key]

    def _person(self, number: str) -> str:
        key = f"p{number}"
        if key not in self._known:
            first = self._one("first")
            last = self._one("last")
            self._persons[number] = last
            pattern = self._book.words.get("name", ("{first} {last}",))[0]
            self._known[key] = pattern.replace("{first}", first).replace("{last}", last)
        return self._known[key]

    def _draw(self, kind: str, bounds: str) -> str:
        if kind in _POOLS:
            return self._one(_POOLS[kind])
        if kind == "t":
            sign = self._book.words.get("clock", (":",))[0]
            return f"{self._rng.randrange(6, 23)}{sign}{self._rng.randrange(60):02d}"
        if kind == "w":
            return self._rng.choice(bounds.split("/"))
        if not bounds:
            raise ValueError(f"a gap of kind {kind!r} without bounds in {self._book.name}")
        low, high = bounds.split("-")
        if kind == "f":
            places = len(low.partition(".")[2])
            value = f"{self._rng.uniform(float(low), float(high)):.{places}f}"
            return value.replace(".", self._book.words.get("decimal", (".",))[0])
        return grouped(self._rng.randint(int(low), int(high)), self._sign())

    def _sign(self) -> str:
        sign = self._book.words.get("thousands", ("",))[0]
        return "\u00a0" if sign == "nbsp" else sign

    def _one(self, pool: str) -> str:
        """A word of a pool that this text does not have yet, as long as there are such."""
        words = self._book.words[pool]
        word = self._rng.choice([w for w in words if w not in self._drawn] or words)
        self._drawn.add(word)
        return word


def grouped(value: int, sign: str) -> str:
    """A number with a sign between its thousands."""
    return f"{value:,}".replace(",", sign) if sign and value > 9999 else str(value)


def filled(frame: Frame, facts: Facts) -> Text:
    """A frame with facts in its gaps."""
    facts.learn(frame)
    return Text(
        title=facts.fill(frame.title),
        paragraphs=tuple(map(facts.fill, frame.paragraphs)),
        lead=facts.fill(frame.lead),
    )
