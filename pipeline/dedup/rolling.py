"""Addresses whose page is another one each day: "live", "weather today", the newest episode.

Their titles stay, and what is made from a template keeps half its words.  What tells the next issue
from an edit is that it was published at another time, and says other things throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from pipeline.dedup.likeness import Likeness, Mask, likeness
from pipeline.dedup.reading import Reading, read
from pipeline.dedup.telling import common

# Below that, a text says too little: "More follows." gives way to a whole article.
LEAST_WORDS = 40
# Some outlets move the publication time of a story a little with each edit.
ANOTHER_TIME = timedelta(hours=6)
# An edited text keeps over one half of itself; in 130 made edits .56 at least.
KEPT = 0.5
# Share of the telling words in common, beside the passages that stayed: of 19 in 20 strangers below
# .18, of two reports on one event, each in its own words, a quarter and more.
STRANGE = 0.18
PASSAGE = 8  # words
# Numbers and names that agree: edits .6 and more, stories from a template mostly below one half.
TEMPLATE, TEMPLATE_FACTS = 0.55, 3
# The same, where nobody says when the two were published.
UNDATED_TEMPLATE, UNDATED_FACTS = 0.4, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """What stood at an address, or stands there now."""

    text: str
    published_at: datetime | None = None


def is_next_issue(old: Issue, new: Issue) -> bool:
    """True if ``new`` is no edit of ``old``, whatever their titles say."""
    one, other = read(old.text), read(new.text)
    if min(one.size, other.size) < LEAST_WORDS:
        return False
    like = likeness(other, one)
    apart = _apart(old.published_at, new.published_at)
    if apart is None:
        rest = common(_without(one, like.in_old), _without(other, like.in_new))
        strange = like.share < KEPT and rest < STRANGE
        return strange or _refilled(like, UNDATED_TEMPLATE, UNDATED_FACTS)
    return apart and (like.share < KEPT or _refilled(like, TEMPLATE, TEMPLATE_FACTS))


def _without(reading: Reading, shared: Mask) -> str:
    """The words beside the passages that stayed; a name in both texts is too short for one."""
    kept: list[str] = []
    for known, run in groupby(zip(shared.tolist(), reading.words, strict=True), itemgetter(0)):
        passage = [word for _, word in run]
        if not known or len(passage) < PASSAGE:
            kept += passage
    return " ".join(kept)


def _refilled(like: Likeness, agreement: float, least: int) -> bool:
    """True if numbers and names were put for others all through a text that else stayed."""
    return like.other >= least and like.agreement < agreement


def _apart(one: datetime | None, other: datetime | None) -> bool | None:
    return None if one is None or other is None else abs(other - one) >= ANOTHER_TIME
