"""Text in the form in which two texts are compared, counted and hashed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b

from pipeline.text.scripts import FORMAT_CHARACTERS, NO_BLANKS, OPTIONAL_SIGNS, marks

# Replaced one by one before anything else: most texts are plain ASCII after that, and a pass of
# str.replace costs a tenth of a pass of a pattern.
_PLAIN = (
    *((mark, "'") for mark in "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2032`\xb4"),
    *((mark, " ") for mark in "\u201c\u201d\u201e\u2013\u2014\u2026\xa0\xab\xbb\u2022\u202f_"),
    *((mark, "") for mark in "\xad\u200b\ufeff"),
)
# Marks, scripts without blanks and all that needs the slower patterns: everything but Latin, Greek,
# Cyrillic, Armenian and punctuation.
_EXOTIC = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u200b-\u200f\u2060-\u206f\u20d0-\u20ff\u2c00-\U0010ffff]"
)
_IN_WORD = re.compile(r"'(?<=\w')(?=\w)")
_GAP = re.compile(r"\W+")
_DROPPED = re.compile(f"[{OPTIONAL_SIGNS}{FORMAT_CHARACTERS}]+")
_LOOSE_BLANK = re.compile(r" (?:(?<![0-9] )|(?![0-9]))")
# A changed sign changes what a number says, though signs are no word characters.
_AMOUNT_SIGN = re.compile(
    r"[%‰\uff05$\uff04¢£\uffe1¤¥\uffe5\u20a0-\u20cf]"
    r"|[-\u2010-\u2013\u2212](?=[0-9])(?<![\w\u2010-\u2015\u2212-].)"
)
_ONE_SIGN = str.maketrans("\uff05\uff04\uffe1\uffe5\u2010\u2011\u2012\u2013\u2212", "%$£¥-----")


def normalise(text: str) -> str:
    """Text for comparing: words in NFKC and folded case with one blank between.

    Punctuation, quotation marks and dashes of every kind go, apostrophes inside words vanish,
    likewise Arabic and Hebrew vowel signs, tatweel and invisible characters.  Doing it twice
    changes nothing.
    """
    for mark, plain in _PLAIN:
        text = text.replace(mark, plain)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).casefold()
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
        if _EXOTIC.search(text):
            return _exotic(text)
    return _GAP.sub(" ", _without_apostrophes(text).casefold().replace("_", " ")).strip()


def title_key(title: str) -> str:
    """The form of a title in which equal titles are equal."""
    return normalise(title)


def body_hash(paragraphs: Iterable[str]) -> str:
    """128 bits in hex over the words of a body, however it is set and split into paragraphs."""
    return _hash_of(" ".join(paragraphs))


def content_hash(title: str, paragraphs: Iterable[str]) -> str:
    """128 bits in hex that change when a word, number, currency, percent or minus sign changes.

    Typography, white space, case and paragraph breaks change nothing.
    """
    body = " ".join(paragraphs)
    signs = (amount_signs(title), amount_signs(body))
    return _digest("\n".join((_hash_of(title), signs[0], _hash_of(body), signs[1])))


def word_count(text: str) -> int:
    """The number of words; in scripts without blanks (Han, Kana, Thai …) each letter is one.

    Korean is counted by its blanks.
    """
    return len((_word() if _EXOTIC.search(text) else _SIMPLE_WORD).findall(text))


def words(text: str) -> list[str]:
    """The words of a text in the form of `normalise`, split as `word_count` counts them."""
    text = normalise(text)
    return _word().findall(text) if _EXOTIC.search(text) else text.split()


_SIMPLE_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")


@cache
def _word() -> re.Pattern[str]:
    other = rf"(?:(?![{NO_BLANKS}_])[\w{marks()}])"
    return re.compile(rf"[{NO_BLANKS}][{marks()}]*|{other}+(?:['’.,]{other}+)*")


@cache
def _exotic_gap() -> re.Pattern[str]:
    return re.compile(rf"[^\w{marks()}]+")


def _exotic(text: str) -> str:
    text = _without_apostrophes(_DROPPED.sub("", text).replace("_", " "))
    return _exotic_gap().sub(" ", text).strip()


def _without_apostrophes(text: str) -> str:
    return _IN_WORD.sub("", text) if "'" in text else text


# Body hash and content hash of one article are asked for one after the other.
@lru_cache(maxsize=8)
def _hash_of(text: str) -> str:
    # Blanks go because a break may or may not stand for one; between digits they are all that is
    # left of a decimal point or a score.
    return _digest(_LOOSE_BLANK.sub("", normalise(text)))


def amount_signs(text: str) -> str:
    """The percent, currency and minus signs of the amounts in a text, in one spelling."""
    return "".join(_AMOUNT_SIGN.findall(text)).translate(_ONE_SIGN)


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
