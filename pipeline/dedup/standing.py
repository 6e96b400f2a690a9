"""Passages that stand in article after article of an outlet, whatever these are about.

`furniture` knows the short paragraphs that an outlet repeats, once it has repeated them.  Longer
ones (the background to a war, what a template has kept of the article it was made from) are seen in
the candidates themselves: an outlet does not tell one story below three headlines, in texts that
are else unlike.  What it repeats there is left out, or it would pass for copied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.dedup.candidates import Similar
from pipeline.dedup.likeness import Mask, likeness
from pipeline.dedup.reading import Reading, part
from pipeline.dedup.same_story import AGREE, ENOUGH, OTHER_TITLE, OWN_WHOLE, PASSAGE
from pipeline.dedup.titles import titles_alike
from pipeline.model import RelationKind

# Articles of an outlet that have it: with two it may be a story and the round-up that holds it.
OFTEN = 3
INSIDE = 0.9  # of a stored text: the new one may be a round-up of it and others


def repeats(akin: Similar, source: str) -> bool:
    """True if a stored article of the same outlet has a passage of the new text, and is another."""
    return (
        akin.known.source == source
        and akin.title_alike < OTHER_TITLE
        and min(akin.share_of_new, akin.share_of_old) < OWN_WHOLE
        and _passage(akin)
    )


def _passage(akin: Similar) -> bool:
    """True if what a stored text shares may be a passage that its outlet repeats.

    Not if it is another story from one template, or a text that went into a round-up.
    """
    return akin.likeness.common >= PASSAGE and akin.facts >= AGREE and akin.share_of_old < INSIDE


def _is_roundup(akin: Similar) -> bool:
    return akin.known.relation is RelationKind.CONTAINS


@dataclass(frozen=True, eq=False)
class Standing:
    """Which words of a new text its outlet always has, and which the others that have them."""

    mine: Mask
    theirs: Mapping[str, Mask]  # by outlet

    @cached_property
    def everywhere(self) -> Mask:
        """The words that some outlet always has."""
        found = self.mine.copy()
        for mask in self.theirs.values():
            found |= mask
        return found


def standing(source: str, own: Reading, similar: Sequence[Similar]) -> Standing | None:
    """Return what outlets always have of a new text; None if that is nothing."""
    articles = [akin for akin in similar if repeats(akin, source) and not _is_roundup(akin)]
    mine = _repeated(articles, OFTEN - 1, own)  # the new one has them too
    theirs = {
        outlet: mask
        for outlet, others in _by_outlet(similar, source).items()
        if (mask := _repeated(others, OFTEN, own)).any()
    }
    return Standing(mine, theirs) if theirs or mine.any() else None


def _by_outlet(similar: Iterable[Similar], source: str) -> dict[str, list[Similar]]:
    found: defaultdict[str, list[Similar]] = defaultdict(list)
    for akin in similar:
        if akin.known.source != source and akin.likeness.common >= PASSAGE:
            found[akin.known.source].append(akin)
    # Facts are laid side by side only where there are articles enough.
    often = {outlet: others for outlet, others in found.items() if len(others) >= OFTEN}
    return {
        outlet: [akin for akin in others if _passage(akin) and not _is_roundup(akin)]
        for outlet, others in often.items()
    }


def _repeated(articles: Sequence[Similar], least: int, own: Reading) -> Mask:
    """Words of the new text that so many articles have, each below a headline of its own."""
    times = np.zeros(len(own), np.intp)
    titles: list[str] = []
    for akin in articles:
        title = akin.known.title
        if all(titles_alike(title, other) < OTHER_TITLE for other in titles):
            titles.append(title)
            times += akin.likeness.in_new
    found: Mask = times >= least
    return found


def apart(akin: Similar, own: Reading, always: Standing) -> Similar | None:
    """Lay what is left of a new text over what is left of a stored one; None if that is little.

    What only the stored one's outlet always has is not looked for, but counts as the new text's.
    """
    none = np.zeros(len(own), np.bool_)
    passages = always.mine | always.theirs.get(akin.known.source, none)
    theirs = part(akin.reading, ~likeness(part(own, passages), akin.reading).in_old)
    rest = part(own, ~passages)
    if min(rest.size, theirs.size) < ENOUGH:
        return None
    like = likeness(rest, theirs)
    if not like.common:
        return None
    in_own = none
    in_own[~passages] = like.in_new
    return replace(akin, reading=theirs, likeness=like.as_part(in_own[~always.mine]))
