"""Finds the stored articles that share text with a new one, and enters what it adds to the index.

Reads and writes inside a transaction of the single writer; what the findings mean is decided by the
pure rules in ``pipeline.dedup``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.dedup.appeals import without_appeals
from pipeline.dedup.candidates import Similar
from pipeline.dedup.fingerprint import SCHEME, fingerprint
from pipeline.dedup.furniture import furniture_hashes, without_furniture
from pipeline.dedup.likeness import likeness
from pipeline.dedup.reading import Reading
from pipeline.dedup.same_story import ENOUGH, SAME, SHARE
from pipeline.model import Known
from pipeline.store.protocol import Store

LOOKED_AT = 20  # candidates whose text is compared
# Of these, so many always; others only if they have this share of what the first has in common
SURE, NEAR = 6, 0.2
LOOSE = 0.2  # share of either text, below which facts are not looked at
MEMBERS = 5  # articles of a candidate's story that are asked, whether they share text or not


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """A text with its relatives; ``own`` is what of it is no furniture of its outlet."""

    own: Reading
    hashes: tuple[int, ...]  # the fingerprint
    paragraphs: tuple[int, ...]  # hashes, of those that may be furniture
    similar: tuple[Similar, ...] = ()
    members: tuple[tuple[Known, Reading], ...] = ()


def trace(
    store: Store,
    source: str,
    title: str,
    body: str,
    at: datetime,
    *,
    skip: int = 0,
    look: bool = True,
) -> Traced:
    """Look for relatives of a text that an outlet has; ``skip`` is its own article, if stored.

    ``look`` False: its relatives are known, as it is the same text as another.  It is then not
    entered under its fingerprint either, which would find what the other is found by.
    """
    own, hashes = _own_text(store, source, body)
    if not look:
        return Traced(own=own, hashes=(), paragraphs=hashes)
    signature = fingerprint(own) if own.size >= ENOUGH else ()
    found: list[Similar] = []
    near = store.signatures.look_up(signature, at, SCHEME, LOOKED_AT)
    for place, (article, common) in enumerate(near):
        if article == skip or (place >= SURE and common < NEAR * near[0][1]):
            continue
        known, text, theirs = _stored(store, article)
        like = likeness(own, theirs, LOOSE)
        if like.share < LOOSE:
            continue
        found.append(Similar(known=known, text=text, reading=theirs, likeness=like, title=title))
    found.sort(key=lambda akin: (-akin.likeness.share, akin.known.id))
    return Traced(
        own=own,
        hashes=signature,
        paragraphs=hashes,
        similar=tuple(found),
        members=_members(store, found, skip),
    )


def enter(store: Store, article: int, traced: Traced, story: int, at: datetime) -> None:
    """Enter what was traced of a stored article into the index."""
    if traced.hashes:
        store.signatures.add(article, traced.hashes, at, SCHEME)
    store.signatures.note(traced.paragraphs, story)


def _own_text(store: Store, source: str, body: str) -> tuple[Reading, tuple[int, ...]]:
    hashes = furniture_hashes(source, body)
    short = tuple(value for value in dict.fromkeys(hashes) if value is not None)
    furniture = store.signatures.furniture(short)
    return without_appeals(without_furniture(body, hashes, furniture)), short


def _stored(store: Store, article: int) -> tuple[Known, str, Reading]:
    known, body = store.articles.known_text(article)
    own, _ = _own_text(store, known.source, body)
    return known, body, own


def _members(
    store: Store, found: Sequence[Similar], skip: int
) -> tuple[tuple[Known, Reading], ...]:
    """Further articles of the stories that the text may belong to, as witnesses."""
    stories = dict.fromkeys(
        akin.known.story
        for akin in found
        if akin.likeness.share >= SHARE and min(akin.share_of_new, akin.share_of_old) < SAME
    )
    seen = {akin.known.id for akin in found} | {skip}
    members: list[tuple[Known, Reading]] = []
    for story in stories:
        for article in store.articles.in_story(story, MEMBERS):
            if article not in seen:
                known, _, reading = _stored(store, article)
                members.append((known, reading))
    return tuple(members)
