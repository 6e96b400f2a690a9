"""Text in the form in which two texts are compared, counted and hashed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b

from pipeline.text.scripts import FORMAT_CHARACTERS, NO_BLANKS, OPTIONAL_SIGNS, marks

_ASCII_GAP = re.compile(r"[\W_]+", re.ASCII)
_APOSTROPHES = re.compile(
    "[\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2032\u0060\xb4]"
)
_IN_WORD = re.compile(r"(?<=\w)'(?=\w)")
_DROPPED = re.compile(f"[{OPTIONAL_SIGNS}{FORMAT_CHARACTERS}]+")
_LOOSE_BLANK = re.compile(r"(?<![0-9]) | (?![0-9])")
# A changed sign changes what a number says, though signs are no word characters.
_AMOUNT_SIGN = re.compile(r"[%‰\$¢£¤¥\u20a0-\u20cf]")
_MINUS = re.compile(r"(?<![\w\u2010-\u2015\u2212-])[\u2010-\u2013\u2212-](?=[0-9])")


def normalise(text: str) -> str:
    """Text for comparing: words in NFKC and folded case with one blank between.

    Punctuation, quotation marks and dashes of every kind go, apostrophes inside words vanish,
    likewise Arabic and Hebrew vowel signs, tatweel and invisible characters.  Doing it twice
    changes nothing.
    """
    if text.isascii():
        text = _IN_WORD.sub("", text.lower())
        return _ASCII_GAP.sub(" ", text).strip()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _APOSTROPHES.sub("'", _DROPPED.sub("", text))
    return _gap().sub(" ", _IN_WORD.sub("", text)).strip()


def title_key(title: str) -> str:
    """The form of a title in which equal titles are equal."""
    return normalise(title)


def body_hash(paragraphs: Iterable[str]) -> str:
    """128 bits in hex over the words of a body, however it is set and split into paragraphs."""
    return _digest(_solid(normalise(" ".join(paragraphs))))


def content_hash(title: str, paragraphs: Iterable[str]) -> str:
    """128 bits in hex that change when a word, number, currency, percent or minus sign changes.

    Typography, white space, case and paragraph breaks change nothing.
    """
    parts = (title, " ".join(paragraphs))
    return _digest("\n".join(_solid(normalise(_spell_signs(part))) for part in parts))


def word_count(text: str) -> int:
    """The number of words; in scripts without blanks (Han, Kana, Thai …) each letter is one.

    Korean is counted by its blanks.
    """
    if text.isascii():
        return len(_ASCII_WORD.findall(text))
    return len(_word().findall(text))


def words(text: str) -> list[str]:
    """The words of a text in the form of `normalise`, split as `word_count` counts them."""
    return _word().findall(normalise(text))


_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:['.,][A-Za-z0-9]+)*")


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(rf"(?:[^\w{marks()}]|_)+")


@cache
def _word() -> re.Pattern[str]:
    other = rf"(?:(?![{NO_BLANKS}_])[\w{marks()}])"
    return re.compile(rf"[{NO_BLANKS}]|{other}+(?:['’.,]{other}+)*")


def _solid(text: str) -> str:
    # Blanks go because a break may or may not stand for one; between digits they are all that is
    # left of a decimal point or a score.
    return _LOOSE_BLANK.sub("", text)


def _spell_signs(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = _AMOUNT_SIGN.sub(lambda match: f" sign{ord(match[0]):x} ", text)
    return _MINUS.sub(" minus ", text)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
