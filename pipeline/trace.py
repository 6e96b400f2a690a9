"""Finds the stored articles that share text with a new one, and enters what it adds to the index.

Reads and writes inside a transaction of the single writer; what the findings mean is decided by the
pure rules in ``pipeline.dedup``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.dedup.appeals import without_appeals
from pipeline.dedup.candidates import Candidates, Similar
from pipeline.dedup.fingerprint import SCHEME, fingerprint
from pipeline.dedup.furniture import furniture_hashes, without_furniture
from pipeline.dedup.likeness import likeness
from pipeline.dedup.reading import Reading, part
from pipeline.dedup.same_story import ENOUGH, OWN_SHARE, PASSAGE, SHARE, VERBATIM
from pipeline.dedup.standing import apart, repeats, standing
from pipeline.model import Known
from pipeline.store.protocol import Store

LOOKED_AT = 20  # candidates whose text is compared
# Of these, so many always; others only if they have this share of what the first has in common
SURE, NEAR, TWO = 6, 0.2, 2  # and two shingles at least
SURELY = 0.9  # that a text with the same words has the same facts
OF_A_STORY = 5  # articles of one story whose texts are compared
LOOSE = 0.2  # share of either text, below which two have nothing to do with each other
SIGNED_BACK = timedelta(days=31)  # how far articles of an older release are entered
MEMBERS = 5  # articles of a candidate's story that are asked, whether they share text or not


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """A text with its relatives; ``own`` is what of it is no furniture of its outlet."""

    own: Reading
    hashes: tuple[int, ...]  # the fingerprint
    paragraphs: tuple[int, ...]  # hashes, of those that may be furniture
    similar: tuple[Similar, ...] = ()
    members: tuple[tuple[Known, Reading], ...] = ()
    own_stories: frozenset[int] = frozenset()  # see ``Candidates``
    # Articles of the outlet that are others and have passages of this one: see ``standing``
    repeated: tuple[Similar, ...] = ()

    @property
    def candidates(self) -> Candidates:
        """What the relation rules are to look at."""
        return Candidates(
            similar=self.similar,
            members=self.members,
            own_stories=self.own_stories,
            own=self.own,
        )


def trace(
    store: Store,
    source: str,
    title: str,
    body: str,
    at: datetime,
    *,
    skip: int = 0,
    also: int | None = None,
    look: bool = True,
) -> Traced:
    """Look for relatives of a text that an outlet has; ``skip`` is its own article, if stored.

    ``also`` is one that is compared even if the index does not name it any more.

    ``look`` False: its relatives are known, as it is the same text as another.  It is then not
    entered under its fingerprint either, which would find what the other is found by.
    """
    own, hashes = _own_text(store, source, body)
    if not look:
        return Traced(own=own, hashes=(), paragraphs=hashes)
    look_for = _Looking(store, title, at, skip, also)
    signature = _signature(own)
    found = look_for.relatives(own, signature)
    repeated = tuple(akin for akin in found if repeats(akin, source))
    always = standing(source, own, found)
    if always is None:
        found = [akin for akin in found if akin.likeness.share >= LOOSE]
    else:
        # What outlets always have would be all that is found.
        left = part(own, ~always.everywhere)
        nearer = look_for.relatives(left, _signature(left))
        both = {akin.known.id: akin for akin in (*nearer, *found)}
        laid = (apart(akin, own, always) for akin in both.values())
        found = _best_first(akin for akin in laid if akin and akin.likeness.share >= LOOSE)
        own = part(own, ~always.mine)
        # Both are entered: by the whole the next article of the outlet knows what is repeated.
        signature = tuple(dict.fromkeys((*signature, *_signature(own))))
    return Traced(
        own=own,
        hashes=signature,
        paragraphs=hashes,
        similar=tuple(found),
        members=_members(store, found, skip),
        own_stories=_own_stories(store, source, found, skip),
        repeated=repeated,
    )


@dataclass(frozen=True, kw_only=False, slots=True)
class _Looking:
    """Looks for the relatives of one article."""

    store: Store
    title: str
    at: datetime
    skip: int
    also: int | None

    def relatives(self, own: Reading, signature: Sequence[int]) -> list[Similar]:
        found: list[Similar] = []
        compared: Counter[int] = Counter()
        # When it is looked at again, what came since stands before what it was once joined with.
        turns = 4 if self.skip else 1
        limit, most = LOOKED_AT * turns, OF_A_STORY * turns
        near = self.store.signatures.look_up(signature, self.at, SCHEME, limit)
        if self.also is not None and self.also not in [article for article, _ in near]:
            near.insert(0, (self.also, near[0][1] if near else 0))
        # One shingle in common is a sentence that both quote, or less.
        far = max(TWO, NEAR * near[0][1]) if near else 0
        for place, (article, common) in enumerate(near):
            if article == self.skip or (place >= SURE and common < far):
                continue
            known, body = self.store.articles.known_text(article)
            if compared[known.story] >= most:
                continue
            theirs, _ = _own_text(self.store, known.source, body)
            like = likeness(own, theirs)
            compared[known.story] += 1
            if like.share < LOOSE and like.common < PASSAGE:
                continue  # a passage in a long text may be one that its outlet always has
            akin = Similar(known=known, text=body, reading=theirs, likeness=like, title=self.title)
            same = min(akin.share_of_new, akin.share_of_old) >= VERBATIM
            if same and akin.facts >= SURELY and not self.skip:
                compared[known.story] = most  # the others would say nothing else
            found.append(akin)
        return _best_first(found)


def _best_first(found: Iterable[Similar]) -> list[Similar]:
    return sorted(found, key=lambda akin: (-akin.likeness.share, akin.known.id))


def enter(store: Store, article: int, traced: Traced, story: int, at: datetime) -> None:
    """Enter what was traced of a stored article into the index."""
    if traced.hashes:
        store.signatures.add(article, traced.hashes, at, SCHEME)
    store.signatures.note(traced.paragraphs, story)


def reenter(store: Store, article: int, before: str = "") -> None:
    """Enter what an article says now into the index, beside what it said before."""
    known, body = store.articles.known_text(article)
    own, paragraphs = _own_text(store, known.source, body)
    hashes = _signature(own)
    if hashes:
        store.signatures.add(article, hashes, known.first_seen_at, SCHEME)
    # What it had before is counted already, and would count again with each turn to and fro.
    noted = frozenset(furniture_hashes(known.source, before)) if before else frozenset()
    fresh = tuple(value for value in paragraphs if value not in noted)
    store.signatures.note(fresh, known.story)


def sign_some(store: Store, now: datetime, limit: int = 20) -> int:
    """Enter articles of the last weeks that were stored without a fingerprint; returns how many.

    They are those of an older release.
    """
    found = store.signatures.unsigned(now - SIGNED_BACK, limit)
    for article in found:
        reenter(store, article)
        store.signatures.signed(article, SCHEME)
    return len(found)


def _signature(own: Reading) -> tuple[int, ...]:
    """The fingerprint of a text that is long enough to be compared."""
    return fingerprint(own) if own.size >= ENOUGH else ()


def _own_text(store: Store, source: str, body: str) -> tuple[Reading, tuple[int, ...]]:
    hashes = furniture_hashes(source, body)
    short = tuple(value for value in dict.fromkeys(hashes) if value is not None)
    furniture = store.signatures.furniture(short)
    return without_appeals(without_furniture(body, hashes, furniture)), short


def _stored(store: Store, article: int) -> tuple[Known, str, Reading]:
    known, body = store.articles.known_text(article)
    own, _ = _own_text(store, known.source, body)
    return known, body, own


def _own_stories(store: Store, source: str, found: Sequence[Similar], skip: int) -> frozenset[int]:
    """The stories that the outlet is in already, even with a text that has no fingerprint."""
    stories = dict.fromkeys(akin.known.story for akin in found if akin.likeness.share >= OWN_SHARE)
    return frozenset(s for s in stories if store.articles.has_outlet(s, source, skip))


def _members(
    store: Store, found: Sequence[Similar], skip: int
) -> tuple[tuple[Known, Reading], ...]:
    """Further articles of the stories that the text may belong to, as witnesses."""
    stories = dict.fromkeys(
        akin.known.story
        for akin in found
        if akin.likeness.share >= SHARE and min(akin.share_of_new, akin.share_of_old) < VERBATIM
    )
    seen = {akin.known.id for akin in found} | {skip}
    asked = [article for story in stories for article in store.articles.in_story(story, MEMBERS)]
    for akin in found:  # what a round-up holds, if it came before one of its parts
        if akin.known.story in stories:
            asked += [akin.known.related_to] if akin.known.related_to is not None else []
            asked += store.stories.beside(akin.known.id, MEMBERS)
    members: list[tuple[Known, Reading]] = []
    for article in dict.fromkeys(asked):
        if article not in seen:
            known, _, reading = _stored(store, article)
            members.append((known, reading))
    return tuple(members)
