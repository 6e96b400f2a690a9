"""Whether two states of an article differ in what the outlet says, or only in the page around it.

Typography, case and paragraph breaks are no difference to ``pipeline.text.content_hash`` already.
Here go lines that say nothing of the story, the byline, the tracking in addresses, and the order
of captions.  A real edit must never pass for noise: whatever is left of a line is compared in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.dedup.noise_lines import (
    is_byline,
    is_noise_line,
    is_stamp,
    is_time_line,
    says_updated,
)
from pipeline.model import State
from pipeline.text import content_hash, normalise
from pipeline.text.wording import plain, wording
from pipeline.urls.tracking import is_tracking

_ASIDE = re.compile(r"[(\[（【]([^()\[\]（）【】]{3,80})[)\]）】]")
_ADDRESS = re.compile(r"https?://[^\s<>\"”»]+")
_CAPTION = re.compile(
    r"(?i)\b(?:photos?|fotos?|image|picture|bild|credit|crédit|crédito|cr[eé]dits|fotografía|zdjęcie"
    r"|фото|afp|reuters|getty|epa|dpa|tass|ap)\b|©|صورة|写真|撮影|图|圖|사진"
)
_CAPTION_WORDS = 40
# More noise lines than this, if they are this share of all lines, are no noise.
_FEW, _MUCH = 5, 0.4
# A date and time alone is the page's own in so many paragraphs at either end.
_EDGE = 3
# A line that is this short, and ends like no sentence, may be furniture of the page.
_LINE_WORDS = 8
# So often in a row must it be all that changed, at each visit, before it is taken for that.
EACH_TIME = 3


def only_noise(before: State, after: State) -> str:
    """In words what noise makes up the whole difference; "" if something else changed too."""
    old, new = told(before, after), told(after, before)
    if content_hash(before.title, old) == content_hash(after.title, new):
        return "only times, counters, links or the byline changed"
    if content_hash(before.title, ()) != content_hash(after.title, ()):
        return ""
    if _reordered_captions(old, new):
        return "only the order of captions changed"
    return ""


def told(state: State, other: State | None = None) -> list[str]:
    """The paragraphs of a state without noise; ``other`` may name authors that this one lacks."""
    authors = tuple(dict.fromkeys((*state.authors, *(other.authors if other else ()))))
    whole = any(_is_timetable(one) for one in (state, other) if one is not None)
    left = [
        (paragraph, letter)
        for paragraph, letter in _shaped(state)
        if (whole or not _is_noise(paragraph, letter)) and not is_byline(paragraph, authors)
    ]
    return [
        _without_asides(_without_tracking(paragraph))
        for n, (paragraph, letter) in enumerate(left)
        if whole or letter == "l" or _EDGE <= n < len(left) - _EDGE or not is_stamp(paragraph)
    ]


def same_line_again(states: Sequence[State], now: State) -> str:
    """The line that alone changed at each of the last visits, and now again; "" if there is none.

    ``states``: the texts before, one for each visit, oldest first.  Only a short line that ends
    like no sentence, outside lists, counts, and only once it has been stored `EACH_TIME` times.
    One with a number does not: it may be the dead, who are counted at each visit as well.
    """
    if len(states) < EACH_TIME + 1:
        return ""
    row = [*states[-EACH_TIME - 1 :], now]
    line, place = "", None
    for before, after in pairwise(row):
        found = _one_line(before, after)
        if found is None or (place is not None and found[0] != place):
            return ""
        place, line = found
    return line


def _shaped(state: State) -> list[tuple[str, str]]:
    """Each paragraph with its letter, "p" where there is none."""
    letters = state.shape if len(state.shape) == len(state.paragraphs) else ""
    return list(zip(state.paragraphs, letters or "p" * len(state.paragraphs), strict=True))


def _is_noise(paragraph: str, letter: str) -> bool:
    # A date in a list may be what the list is about.
    return is_noise_line(paragraph) and (letter != "l" or says_updated(paragraph))


def _is_timetable(state: State) -> bool:
    """True if times and such make up much of the text: then they are what it is about."""
    lines = sum(
        is_time_line(p) and (letter != "l" or says_updated(p)) for p, letter in _shaped(state)
    )
    return lines > _FEW and lines > _MUCH * len(state.paragraphs)


def _without_asides(paragraph: str) -> str:
    """Without "(updated 5 minutes ago)"."""
    if "(" not in paragraph and "[" not in paragraph and "（" not in paragraph:
        return paragraph
    return _ASIDE.sub(lambda match: "" if says_updated(match[1]) else match[0], paragraph)


def _without_tracking(paragraph: str) -> str:
    return _ADDRESS.sub(_plain_address, paragraph) if "://" in paragraph else paragraph


def _plain_address(match: re.Match[str]) -> str:
    address, _, query = match[0].partition("?")
    if not query:
        return match[0]
    query, mark, fragment = query.partition("#")
    parts = [p for p in query.split("&") if not is_tracking(*p.partition("=")[::2])]
    return address + ("?" + "&".join(parts) if parts else "") + mark + fragment


def _reordered_captions(before: Sequence[str], after: Sequence[str]) -> bool:
    left, right = [normalise(p) for p in before], [normalise(p) for p in after]
    if Counter(left) != Counter(right) or len(left) != len(right):
        return False
    captions = {normalise(p) for p in before if is_caption(p)}
    return [p for p in left if p not in captions] == [p for p in right if p not in captions]


def is_caption(paragraph: str) -> bool:
    """True for a line below a picture, by the credit that it gives."""
    return len(paragraph.split()) <= _CAPTION_WORDS and _CAPTION.search(paragraph) is not None


def _one_line(before: State, after: State) -> tuple[int, str] | None:
    """Place and words of the one short line that is different, if that is all."""
    if normalise(before.title) != normalise(after.title):
        return None
    if len(before.paragraphs) != len(after.paragraphs):
        return None
    places = [
        n
        for n, (one, other) in enumerate(zip(before.paragraphs, after.paragraphs, strict=True))
        if content_hash("", [one]) != content_hash("", [other])
    ]
    if len(places) != 1:
        return None
    line = after.paragraphs[places[0]]
    if _shaped(after)[places[0]][1] != "p":
        return None
    for text in (line, before.paragraphs[places[0]]):
        if len(normalise(text).split()) > _LINE_WORDS or text.rstrip()[-1:] in '.!?。！？…”»"':
            return None
        if _says_number(text) and not is_noise_line(text):
            return None
    return places[0], line


def _says_number(text: str) -> bool:
    return any(map(str.isnumeric, text)) or any(w.number for w in wording(plain(text)))
