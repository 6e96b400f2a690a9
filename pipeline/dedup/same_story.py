"""The rules for a text that shares passages with others: a copy, a round-up, or something akin.

Thresholds were chosen on two labelled sets and on generated ones (``benchmarks.dedup`` has figures
on others).  Copies share over one half of either text in 99 of 100 pairs, and so do stories from
one template; whether facts are the same (``facts``) has to tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np

from pipeline.dedup.candidates import Candidates, Incoming, Similar
from pipeline.dedup.likeness import Mask, likeness
from pipeline.dedup.reading import Reading
from pipeline.dedup.titles import title_in, titles_alike
from pipeline.dedup.wording import holds, shares
from pipeline.model import Known, Relation, RelationKind

ENOUGH = 18  # words of its own that a text needs to be compared at all
SHARE = 0.5  # of either text
AGREE = 0.7  # that facts are the same
LEAST = 15  # words in common
# Two states of one article: the outlet says by the title that it is the same.
OWN_TITLE, OWN_SHARE, OWN_AGREE = 0.75, 0.25, 0.5
SMALL, CUT = 0.3, 0.7
OWN_WHOLE = 0.85  # of both texts, where the titles are not alike
# The notice before a paywall is the same below each headline.
BRIEF, BRIEF_SHARE, OTHER_TITLE = 80, 0.8, 0.5
TOLD = 0.4  # share of a headline's words that its text has, if it is one of it
# Share of a story's articles that a text must match; one that is the same throughout is enough.
CONSENSUS, SAME = 0.45, 0.8
STRANGE = 0.2  # share of text, below which an article has nothing to do with another
VERBATIM = 0.95  # share of both texts, from which on no other article need be asked
NEUTRAL = 0.4  # share of text, from which on an article is not held against the others
DOUBT = 0.5  # that facts are the same, in the articles with most words in common
# Parts of a round-up: words of each, how far they may overlap, and how much of a part's story it is
PART, OVERLAP, PART_OF = 30, 0.3, 0.4
ONE_TOPIC = 0.6  # share of facts in common, from which on two parts are about the same
BESIDE = 0.75  # of a text that is not of the round-up's story: less may be a quotation
WHOLE = 0.75  # share of a stored round-up that is one of its parts, at most
UNITED, UNITED_AGREE = 0.6, 0.8  # a story that another one turns out to be
PASSAGE = 40  # words in common that make two different stories related


def contains(new: Incoming, candidates: Candidates) -> Relation | None:
    """CONTAINS for a text that holds those of two stories, each in a part of it."""
    own = candidates.own
    if own is None or own.size < ENOUGH:
        return None
    fitting = _fitting(new, candidates)
    if not fitting:
        return None
    best = fitting[0]
    for other in fitting[1:]:
        if other.known.story == best.known.story or not _apart(
            best.likeness.in_new, other.likeness.in_new
        ):
            continue
        if max(best.share_of_old, other.share_of_old) < PART_OF or _one_topic(best, other):
            continue
        return Relation(
            kind=RelationKind.CONTAINS,
            article=best.known.id,
            reason=holds(best, other),
            scores=_scores(best) | {"other": other.known.id},
        )
    return None


def copy_in_part(new: Incoming, candidates: Candidates) -> Relation | None:
    """COPY, or REVISION at the same outlet, of the story that a text shares most with."""
    own = candidates.own
    if own is None or own.size < ENOUGH:
        return None
    fitting = _fitting(new, candidates)
    roundups: list[tuple[int, Relation]] = []
    for best in fitting:
        own_state = best.known.source == new.source and best.same_title
        if not own_state and not _agreed(best.known.story, new, candidates):
            continue
        part = _part_of_roundup(best, new, candidates)
        if part is not None:
            roundups.append((best.known.id, _roundup(new, part)))
            continue
        closest = _closest(best, new, fitting)
        own_outlet = (
            best.known.story in candidates.own_stories or closest.known.source == new.source
        )
        return Relation(
            kind=RelationKind.REVISION if own_outlet else RelationKind.COPY,
            article=closest.known.id,
            story=closest.known.story,
            reason=shares(closest),
            scores=_scores(closest),
            apart=own_outlet,
            shows=(*roundups, *_united(best, new, candidates)),
        )
    return None


def _closest(best: Similar, new: Incoming, fitting: list[Similar]) -> Similar:
    """The article of a story that tells most: of the same outlet, most alike, the earliest."""
    members = [akin for akin in fitting if akin.known.story == best.known.story]
    return max(
        members,
        key=lambda akin: (
            akin.known.source == new.source,
            round(akin.share_of_new + akin.share_of_old, 1),
            -akin.known.id,
        ),
    )


def shown_roundup(new: Incoming, candidates: Candidates) -> Relation | None:
    """NEW for a text that is part of a round-up, which had passed for the first of its story."""
    for best in _fitting(new, candidates):
        part = _part_of_roundup(best, new, candidates)
        if part is not None:
            known = best.known.id
            return Relation(
                kind=RelationKind.NEW,
                article=known,
                reason=f"part of the round-up {known}; " + shares(best),
                scores=_scores(best),
                shows=((known, _roundup(new, part)),),
            )
    return None


def _roundup(new: Incoming, part: Known) -> Relation:
    reason = (
        f"holds article {part.id} of {part.source}, and another story, as a later article of "
        f"{new.source} showed"
    )
    return Relation(kind=RelationKind.CONTAINS, article=part.id, reason=reason)


def related(new: Incoming, candidates: Candidates) -> Relation | None:
    """RELATED for a text that has passages of another one in it and is a story of its own."""
    own = candidates.own
    if own is None or own.size < ENOUGH:
        return None
    for akin in candidates.similar:
        if akin.likeness.common >= PASSAGE and akin.facts >= AGREE:
            return Relation(
                kind=RelationKind.RELATED,
                article=akin.known.id,
                reason=shares(akin) + ": not enough for a copy",
                scores=_scores(akin),
            )
    return None


def _fitting(new: Incoming, candidates: Candidates) -> list[Similar]:
    """The candidates that by themselves would do, best first."""
    found = [
        akin
        for akin in candidates.similar
        if _fits(new, candidates, akin)
        and (
            akin.known.relation is not RelationKind.CONTAINS
            or min(akin.share_of_new, akin.share_of_old) >= SAME
        )
    ]
    return sorted(found, key=lambda akin: -akin.likeness.share * akin.facts)


def _fits(new: Incoming, candidates: Candidates, akin: Similar) -> bool:
    like = akin.likeness
    own_outlet = akin.known.source == new.source
    if min(like.share_of_new, like.share_of_old) > BRIEF_SHARE and is_notice(
        akin.reading, akin.title, akin.known.title, own_outlet=own_outlet
    ):
        return False
    if own_outlet and akin.title_alike >= OWN_TITLE:
        return like.share >= OWN_SHARE and akin.facts >= OWN_AGREE
    if own_outlet and akin.title_alike < OTHER_TITLE:
        # Below another headline of its own, an outlet has much in each of its articles.
        return min(like.share_of_new, like.share_of_old) >= OWN_WHOLE and akin.facts >= AGREE
    if akin.title_alike < OTHER_TITLE and min(like.share_of_new, like.share_of_old) < SMALL:
        # A part of a longer text: nearly whole if it is cut, a quotation in common if not
        return like.share >= CUT and akin.facts >= AGREE and like.common >= LEAST
    return like.share >= SHARE and akin.facts >= AGREE and like.common >= LEAST


def is_notice(reading: Reading, title: str, other_title: str, *, own_outlet: bool) -> bool:
    """True for a short text that stands below headlines which it has nothing to do with."""
    if reading.size >= BRIEF or titles_alike(title, other_title) >= OTHER_TITLE:
        return False
    words = reading.words
    return own_outlet or max(title_in(title, words), title_in(other_title, words)) < TOLD


def _agreed(story: int, new: Incoming, candidates: Candidates) -> bool:
    """True if enough articles of the story fit.

    A stub alone may be a passage that was quoted, and a round-up may have come before its parts.
    """
    members = [akin for akin in candidates.similar if akin.known.story == story]
    fitting = [akin for akin in members if _fits(new, candidates, akin)]
    fullest = max(members, key=lambda akin: akin.likeness.common)
    if fullest.likeness.share < NEUTRAL or _doubtful(members):
        return False
    others = [akin.likeness.share for akin in members if akin not in fitting]
    if candidates.own is not None:
        others += [
            likeness(candidates.own, reading).share
            for known, reading in candidates.members
            if known.story == story
        ]
    if any(min(akin.share_of_new, akin.share_of_old) >= SAME for akin in fitting):
        # Unless it is a round-up that came before its parts
        return not others or max(others) >= STRANGE or len(fitting) > 1
    against = sum(share < NEUTRAL for share in others)
    return len(fitting) >= CONSENSUS * (len(fitting) + against)


def _doubtful(members: Sequence[Similar]) -> bool:
    """True if facts differ in most of the articles that have most words in common."""
    most = max(akin.likeness.common for akin in members)
    nearest = [akin for akin in members if 2 * akin.likeness.common >= most]
    return sum(akin.facts for akin in nearest) < DOUBT * len(nearest)


def _part_of_roundup(whole: Similar, new: Incoming, candidates: Candidates) -> Known | None:
    """Return the other part, if a stored text holds this one and one of its own story in two parts.

    Such a text had come before this one, so nobody could know what it was.
    """
    like = whole.likeness
    if like.share_of_new < PART_OF or like.share_of_old > WHOLE:
        return None
    others = [(akin.known, akin.reading) for akin in candidates.similar]
    for known, reading in (*others, *candidates.members):
        if known.id == whole.known.id or not _beside(known, whole.known):
            continue
        part = likeness(reading, whole.reading)
        least = PART_OF if known.story == whole.known.story else BESIDE
        if known.source == whole.known.source:  # what it always has, perhaps
            least = VERBATIM
        if part.share_of_new >= least and _apart(part.in_old, like.in_old):
            mine = candidates.own.fact_words.keys() if candidates.own else set()
            if titles_alike(new.article.title, known.title) < OTHER_TITLE and not _alike(
                mine, reading.fact_words.keys()
            ):
                return known
    return None


def _beside(one: Known, other: Known) -> bool:
    return one.story == other.story or one.id == other.related_to or one.related_to == other.id


def _united(
    best: Similar, new: Incoming, candidates: Candidates
) -> tuple[tuple[int, Relation], ...]:
    """Stories which this text shows to be one with that of ``best``: it holds both.

    A text that is a small part of both shows nothing, as the one may have quoted the other.
    """
    found: dict[int, tuple[int, Relation]] = {}
    for other in _fitting(new, candidates):
        story = other.known.story
        if story == best.known.story or story in found or not _one_topic(best, other):
            continue
        if best.known.source == other.known.source:
            continue  # what both have is their outlet's, or they would be one already
        if (
            min(best.share_of_old, other.share_of_old) >= UNITED
            and other.facts >= UNITED_AGREE
            and _agreed(story, new, candidates)
        ):
            relation = Relation(
                kind=RelationKind.COPY,
                article=best.known.id,
                story=best.known.story,
                reason=f"an article of {new.source} has the text of both",
            )
            found[story] = other.known.id, relation
    return tuple(found.values())


def _apart(one: Mask, other: Mask) -> bool:
    """True if two parts of a text are large, and not the same part."""
    least = min(int(np.count_nonzero(one)), int(np.count_nonzero(other)))
    return least >= PART and int(np.count_nonzero(one & other)) < OVERLAP * least


def _one_topic(one: Similar, other: Similar) -> bool:
    return titles_alike(one.known.title, other.known.title) >= OTHER_TITLE or _alike(
        one.reading.fact_words.keys(), other.reading.fact_words.keys()
    )


def _alike(one: Set[int], other: Set[int]) -> bool:
    return len(one & other) >= ONE_TOPIC * (min(len(one), len(other)) or 1)


def _scores(akin: Similar) -> dict[str, float | int | str]:
    return {
        "share_of_new": round(akin.share_of_new, 3),
        "share_of_old": round(akin.share_of_old, 3),
        "facts": round(akin.facts, 3),
        "differing": "; ".join(" / ".join(pair) for pair in akin.likeness.differing),
    }
