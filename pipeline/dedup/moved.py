"""The rule for an article that its outlet put under another address."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipeline.dedup.candidates import Candidates, Incoming, Similar
from pipeline.model import Article, Relation, RelationKind
from pipeline.text import title_key
from pipeline.text.pieces import only_blocks_differ

LEAST_WORDS = 40  # of its own; below that, one notice is like the other
# Published at the same moment it is the same article, whatever was edited since.
SAME_MOMENT = timedelta(minutes=1)
SAME_NAME = 0.5  # of the words of the shorter title; else all is the same but furniture
SHARE, AGREE = 0.85, 0.8  # of both texts; of numbers and names
# Where nobody says when one of them was published
UNDATED_SHARE, UNDATED_AGREE, TITLE = 0.9, 0.9, 0.75
# Where they say different times, as after a new site was filled in one night: all is the same but
# what the outlet adds to all of its texts.  Less would be the notice of another day.
OTHER_TIME_SHARE = 0.97


def moved(new: Incoming, candidates: Candidates) -> Relation | None:
    """UNCHANGED when the same outlet has the article under another address, about as it is here."""
    own = candidates.own
    if own is None or own.size < LEAST_WORDS:
        return None
    for akin in candidates.similar:
        known = akin.known
        if known.source != new.source or known.url_key == new.url_key:
            continue
        if _is_it(new.article, akin):
            return Relation(
                kind=RelationKind.UNCHANGED,
                article=known.id,
                story=known.story,
                reason=f"article {known.id} of this outlet at another address",
            )
    return None


def _is_it(new: Article, akin: Similar) -> bool:
    share = min(akin.share_of_new, akin.share_of_old)
    same_time = _same_moment(new.published_at, akin.known.published_at)
    if same_time:
        named = akin.title_alike >= SAME_NAME or share >= OTHER_TIME_SHARE
        return named and share >= SHARE and akin.facts >= AGREE
    if same_time is None:
        # Where nobody says when, one number may be all that tells two days' notices apart.
        alike = akin.title_alike >= TITLE and akin.facts >= UNDATED_AGREE
        return alike and share >= UNDATED_SHARE and akin.likeness.other == 0
    return akin.same_title and share >= OTHER_TIME_SHARE and akin.likeness.other == 0


def _same_moment(one: datetime | None, other: datetime | None) -> bool | None:
    return None if one is None or other is None else abs(one - other) <= SAME_MOMENT


def is_edit(old_title: str, old_text: str, new: Article) -> bool:
    """True if words of a text or of its headline changed, and not only what stands around it.

    Whole paragraphs that came or went with the address are the new template's, as are names that
    were put before or behind the headline.
    """
    old, title = title_key(old_title), title_key(new.title)
    if old not in title and title not in old:
        return True
    return not only_blocks_differ(old_text.split("\n"), new.paragraphs)
