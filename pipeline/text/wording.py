"""The words of a text as they stand in it: what each says, where, and whether within quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.text.compare import normalise
from pipeline.text.numberwords import NUMBERS
from pipeline.text.scripts import FORMAT_CHARACTERS, NO_BLANKS, marks

_INVISIBLE = re.compile(f"[{FORMAT_CHARACTERS}]+")
_SIGNS = r"%‰\uff05$\uff04¢£\uffe1¤¥\uffe5\u20a0-\u20cf"
# Thousands are set apart by a comma, a point, an apostrophe or a thin blank; a plain one only
# before three digits.
_NUMBER = (
    rf"(?:(?<![\w\u2010-\u2015\u2212-])[-\u2012\u2013\u2212])?(?:[{_SIGNS}]\s?)?[0-9]+"
    rf"(?:[.,:'’\u00a0\u202f\u2009][0-9]+|\x20[0-9]{{3}}(?![0-9]))*(?:\s?[{_SIGNS}])?"
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+")
_QUOTED = re.compile(
    "“[^”“]*”?|„[^“”„]*[“”]?|«[^»«]*»?|»[^«»]*«|「[^」]*」?|『[^』]*』?"
    r"|(?<!\w)\"[^\"]*\"?"
)
_ENDS = re.compile(r"[.!?:;…。！？：؟।][^\w]*$|[“„«»\"「『(\[—–]\W*$")
_MINUS = str.maketrans("\u2012\u2013\u2212\uff05\uff04\uffe1\uffe5", "---%$£¥")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a number, and where it stands in its paragraph."""

    key: str  # equal for words that say the same: folded case, no typography
    start: int
    end: int
    kind: str  # word, number, letter (of a script without blanks)
    opens: bool = False  # the first of a sentence, where every word is capitalised
    quoted: bool = False
    capital: bool = False

    @property
    def number(self) -> str | None:
        """What it says as a number, None if it is none."""
        if self.kind == "number":
            return self.key
        # Otto is eight in Italy, and a man's name anywhere.
        return None if self.capital and not self.opens else NUMBERS.get(self.key)


def plain(text: str) -> str:
    """``text`` without invisible characters, with ASCII digits; other letters stay."""
    text = _INVISIBLE.sub("", text)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text
    )


def wording(text: str) -> list[Word]:
    """The words of a paragraph that went through `plain`, in order."""
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    found: list[Word] = []
    at = last = 0
    for match in _word().finditer(text):
        start, end = match.span()
        while at < len(quotes) and quotes[at][1] <= start:
            at += 1
        quoted = at < len(quotes) and quotes[at][0] <= start
        opens = not found or _ENDS.search(text, last, start) is not None
        last = end
        if match["number"]:
            found.append(Word(_amount(match[0]), start, end, "number", opens, quoted))
            continue
        kind = "letter" if match["letter"] else "word"
        first = text[start]
        capital = kind == "word" and first != first.lower()
        key = _key(match[0])
        if key:
            found.append(Word(key, start, end, kind, opens, quoted, capital))
    return found


def capitals(words: list[Word]) -> Iterator[Word]:
    """The words that are capitalised though they do not open a sentence."""
    return (word for word in words if word.capital and not word.opens)


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, drop or swap (with the next) between two words; at most most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _key(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "")
    return _normalised(word)


@lru_cache(maxsize=4096)
def _normalised(word: str) -> str:
    return normalise(word).partition(" ")[0]


def _amount(text: str) -> str:
    """The form of a number in which 1,200 and 1 200 are one, and 1.5 and 15 are not."""
    text = text.translate(_MINUS)
    signs = "".join(c for c in text if not c.isdigit() and c not in ".,:'’" and not c.isspace())
    digits = "".join(c for c in text if c.isdigit() or c in ".,:'’" or c.isspace()).strip()
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"\D", "", digits)
    return f"{signs}{digits}"


@cache
def _word() -> re.Pattern[str]:
    other = rf"(?:(?![{NO_BLANKS}_])[\w{marks()}])"
    return re.compile(
        rf"(?P<number>{_NUMBER})(?![{marks()}])|(?P<letter>[{NO_BLANKS}][{marks()}]*)"
        rf"|{other}+(?:['’]{other}+)*"
    )
