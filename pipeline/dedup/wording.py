"""Why a text was related to another, in words for reviewers."""

from __future__ import annotations

from pipeline.dedup.candidates import Similar

_TOLD = 3  # differing facts


def shares(akin: Similar) -> str:
    """How much two texts share, and which facts differ."""
    like, known = akin.likeness, akin.known
    told = (
        f"{_percent(like.share_of_new)} of it in article {known.id} of {known.source}, "
        f"{_percent(like.share_of_old)} of that one in it"
    )
    if not like.differing:
        return told
    pairs = ", ".join(f"{old} / {new}" for old, new in like.differing[:_TOLD])
    more = like.other - _TOLD
    return f"{told}; differs in {pairs}{f' and {more} more' if more > 0 else ''}"


def holds(one: Similar, other: Similar) -> str:
    """Which two stories a round-up holds, and how much of it they are."""
    return "holds " + " and ".join(
        f"{_percent(part.share_of_old)} of article {part.known.id} of {part.known.source}"
        for part in (one, other)
    )


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")
