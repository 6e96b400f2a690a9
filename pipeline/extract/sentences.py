"""Weighs a string by its sentences, so that prose is told from code and data, and cuts it."""

from __future__ import annotations

import re

from pipeline.extract.fragments import TAG
from pipeline.text.scripts import NO_BLANKS, SOUTH_EAST_ASIAN

MIN_SENTENCE = 25  # characters
_SAMPLE = 3_000  # characters that are looked at
_LONG_WORDS = 20  # characters a word on average, above which it is no language with blanks
_BLANKS = 20  # for each comma without one behind it; lists of tags have fewer
_CODE_SIGNS = 60  # characters for each sign of code; prose has hardly one

# A full stop ends a sentence only before a blank: ".nav .link" and "a.b()" are code.
_STOP = re.compile("[.!?…](?=[\"'”’»“)\\]]*(?:\\s|$))|[。！？؟۔।።]")
_SENTENCE = re.compile(r"(?<=[.!?।؟])\s+|(?<=[。！？])\s*|\n+")
_UNBROKEN = re.compile(f"[{NO_BLANKS}]")
_NO_STOPS = re.compile(f"[{SOUTH_EAST_ASIAN}]")
_TIGHT = re.compile(r",[^\W\d_]")
_CODE = re.compile(r"[{}\\;=<>|]")


def sentences(text: str) -> int:
    """The number of characters of ``text``, markup left out, if it is prose; else 0.

    In scripts without blanks a letter counts twice: it says as much as two or three elsewhere.
    """
    if "<" in text:
        text = TAG.sub(" ", text)
    text = text.strip()
    size = len(text)
    sample = text[:_SAMPLE]
    if len(_UNBROKEN.findall(sample)) * 3 > len(sample):
        ended = _STOP.search(sample) or _NO_STOPS.search(sample)
        return 2 * size if ended and 2 * size >= MIN_SENTENCE else 0
    if size < MIN_SENTENCE or sample.count(" ") * _LONG_WORDS < len(sample):
        return 0
    if len(_TIGHT.findall(sample)) * _BLANKS > sample.count(" "):
        return 0
    if len(_CODE.findall(sample)) * _CODE_SIGNS > len(sample) or _STOP.search(text) is None:
        return 0
    return size


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of ``text``, roughly."""
    return [s for s in (part.strip() for part in _SENTENCE.split(text)) if s]
