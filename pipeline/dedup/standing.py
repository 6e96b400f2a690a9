"""Passages that stand in article after article of an outlet, whatever these are about.

`furniture` knows the short paragraphs that an outlet repeats, once it has repeated them.  Longer
ones (the background to a war, what a template has kept of the article it was made from) are seen in
the candidates themselves: an outlet does not tell one story below two headlines, in texts that are
else unlike.  What it repeats there is left out, or it would pass for copied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipeline.dedup.candidates import Similar
from pipeline.dedup.likeness import Mask, likeness
from pipeline.dedup.reading import Reading, part
from pipeline.dedup.same_story import AGREE, ENOUGH, OTHER_TITLE, OWN_WHOLE, PASSAGE
from pipeline.dedup.titles import titles_alike
from pipeline.model import RelationKind

# Where only one article of the outlet is known to have it, as much of a text must be left.
LEFT = 0.25
INSIDE = 0.9  # of a stored text: the new one may be a round-up of it and others


def repeats(akin: Similar, source: str) -> bool:
    """True if a stored article of the same outlet has a passage of the new text, and is another."""
    return (
        akin.known.source == source
        and akin.title_alike < OTHER_TITLE
        and min(akin.share_of_new, akin.share_of_old) < OWN_WHOLE
        and _tells(akin)
    )


def _tells(akin: Similar) -> bool:
    """True if what a stored text shares may be a passage that its outlet repeats.

    Not if it is another story from one template, a round-up, or a text that went into one.
    """
    return (
        akin.likeness.common >= PASSAGE
        and akin.facts >= AGREE
        and akin.known.relation is not RelationKind.CONTAINS
        and akin.share_of_old < INSIDE
    )


def standing(source: str, own: Reading, similar: Sequence[Similar]) -> Mask | None:
    """Return which words of a new text its outlet, or one it seems copied from, always has.

    None where there are none.
    """
    once = np.zeros(len(own), np.bool_)
    sure = np.zeros(len(own), np.bool_)
    mine: dict[int, Mask] = {}
    for akin in similar:
        if repeats(akin, source):
            story = akin.known.story
            mine[story] = (
                mine[story] | akin.likeness.in_new
                if story in mine
                else (akin.likeness.in_new.copy())
            )
    for mask in mine.values():
        sure |= once & mask
        once |= mask
    for others in _by_outlet(similar, source).values():
        sure |= _repeated(others)
    found = sure | once
    if not np.array_equal(found, sure) and len(own) - found.sum() < LEFT * len(own):
        found = sure
    return found if found.any() else None


def _by_outlet(similar: Iterable[Similar], source: str) -> dict[str, list[Similar]]:
    found: defaultdict[str, list[Similar]] = defaultdict(list)
    for akin in similar:
        if akin.known.source != source and _tells(akin):
            found[akin.known.source].append(akin)
    return found


def _repeated(others: Sequence[Similar]) -> Mask:
    """Words that an outlet has in two articles of other stories, below other headlines."""
    found = np.zeros(len(others[0].likeness.in_new), np.bool_)
    for i, one in enumerate(others):
        for other in others[i + 1 :]:
            unlike = titles_alike(one.known.title, other.known.title) < OTHER_TITLE
            if unlike and one.known.story != other.known.story:
                found |= one.likeness.in_new & other.likeness.in_new
    return found


def apart(akin: Similar, rest: Reading, passages: Reading) -> Similar | None:
    """Lay what is left of a new text over what is left of a stored one; None if that is little."""
    theirs = part(akin.reading, ~likeness(passages, akin.reading).in_old)
    if min(rest.size, theirs.size) < ENOUGH:
        return None
    like = likeness(rest, theirs)
    return replace(akin, reading=theirs, likeness=like) if like.common else None
