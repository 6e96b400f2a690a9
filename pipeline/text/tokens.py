"""Words of a text in their order, with those that carry facts marked: numbers and names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from pipeline.text.scripts import FORMAT_CHARACTERS, NO_BLANKS, OPTIONAL_SIGNS, marks

# A number with its separators, initials, a word with its apostrophes, or a mark after which a
# capital letter says nothing about the word.
_MARKS = r"[.!?…:]+(?=[\s\"'”’»)\]]|$)|[\"“”„«»()\[\]\n]"
_PLAIN = re.compile(rf"\d+(?:[.,]\d+)*|(?:[^\W\d_]\.){{2,}}|[^\W_]+(?:['’ʼ‘`´][^\W_]+)*|{_MARKS}")
_MARK = frozenset('.!?…:"“”„«»()[]\n。！？؟।॥')
_INNER = re.compile(r"[.,٫٬'’ʼ‘`´]")
_EXOTIC = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u200b-\u200f\u2060-\u206f\u20d0-\u20ff\u2c00-\U0010ffff\xad]"
)
_DROPPED = re.compile(f"[{OPTIONAL_SIGNS}{FORMAT_CHARACTERS}]+")
_DIGITS = str.maketrans(
    {chr(zero + n): str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50) for n in range(10)}
)


class Tokens(NamedTuple):
    """Words in folded case and NFKC; a letter counts as a word where scripts have no blanks."""

    words: list[str]
    facts: list[int]  # places of numbers, and of capitalised words that begin no sentence
    letters: int  # how many of the words are single letters of such scripts


def tokens(text: str) -> Tokens:
    """Split a text into words.

    Punctuation, quotation marks and dashes go, so do apostrophes inside words, the separators of
    numbers, the points of initials and vowel signs that readers may leave out; digits of every
    script become those of ASCII.
    """
    letters = 0
    if text.isascii():
        pattern = _PLAIN
    else:
        text = unicodedata.normalize("NFKC", text)
        pattern = _PLAIN
        if _EXOTIC.search(text):
            text = _DROPPED.sub("", text).translate(_DIGITS)
            pattern = _exotic()
    found: list[str] = []
    facts: list[int] = []
    start = True
    for word in pattern.findall(text):
        first = word[0]
        if first in _MARK:
            start = True
            continue
        if first.isdigit() or (not start and first.isupper()):
            facts.append(len(found))
        found.append(word)
        start = False
    if not found:
        return Tokens([], [], 0)
    words = _INNER.sub("", " ".join(found).casefold()).split(" ")
    if pattern is not _PLAIN:
        letters = len(_letter().findall(" ".join(words)))
    return Tokens(words, facts, letters)


@cache
def _exotic() -> re.Pattern[str]:
    word = rf"(?:(?![{NO_BLANKS}_\d])[\w{marks()}])"
    return re.compile(
        rf"\d+(?:[.,٫٬]\d+)*|(?:[^\W\d_]\.){{2,}}|[{NO_BLANKS}][{marks()}]*|{word}+(?:['’ʼ‘`´]{word}+)*"
        rf"|{_MARKS}|[。！？؟।॥]"
    )


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{NO_BLANKS}]")
