"""The rules for a text that is known word for word from another address."""

from __future__ import annotations

from pipeline.dedup.appeals import without_appeals
from pipeline.dedup.candidates import Candidates, Incoming
from pipeline.dedup.same_story import ENOUGH, is_notice
from pipeline.model import Known, Relation, RelationKind
from pipeline.text import word_count

# Shorter texts are captions, notices and one-line briefs, which are the same by chance or by form.
LEAST_WORDS = 25


def moved_url(new: Incoming, candidates: Candidates) -> Relation | None:
    """UNCHANGED when the same outlet has the text under another address already."""
    known = _earliest(new, candidates, own=True)
    if known is None:
        return None
    return Relation(
        kind=RelationKind.UNCHANGED,
        article=known.id,
        story=known.story,
        reason=f"the same text as article {known.id} of this outlet at another address",
    )


def copy(new: Incoming, candidates: Candidates) -> Relation | None:
    """COPY of the first article anywhere that had the text; it joins its story."""
    known = _earliest(new, candidates, own=False)
    if known is None:
        return None
    return Relation(
        kind=RelationKind.COPY,
        article=known.id,
        story=known.story,
        reason=f"the same text as article {known.id} of {known.source}",
    )


def _earliest(new: Incoming, candidates: Candidates, *, own: bool) -> Known | None:
    found = [
        known
        for known in candidates.same_body
        if (known.source == new.source) == own
        and known.body_hash == new.body_hash
        and known.url_key != new.url_key
    ]
    if not found:
        return None
    reading = without_appeals(new.article.text)
    if word_count(new.article.text) < LEAST_WORDS or reading.size < ENOUGH:
        return None
    title = new.article.title
    found = [k for k in found if not is_notice(reading, title, k.title, own_outlet=own)]
    if not found:
        return None
    return min(found, key=lambda known: (known.first_seen_at, known.id))
