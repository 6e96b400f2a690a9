"""At which ages the articles of a source are looked at again, learned from what that brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline.store.records import LookHistory
from pipeline.times import format_duration

# Looks without an edit after which a source is taken for one that does not edit.  By the rule of
# three at most 1.5 % of its looks would find one, and the last look finds what the left-out ones
# would have.
ENOUGH = 200
# An answer "not modified" costs next to nothing, so leaving it out saves little.
CHEAP = 0.5
WINDOW = timedelta(days=90)  # what happened before says nothing any more


@dataclass(frozen=True, kw_only=True, slots=True)
class RecheckPlan:
    """Ages at which articles are looked at again, and why these."""

    ages: tuple[timedelta, ...]
    reason: str
    thinned: bool = False

    def __str__(self) -> str:
        ages = ", ".join(map(format_duration, self.ages))
        return f"{ages or 'never'} ({self.reason})"


def recheck_plan(
    ages: Sequence[timedelta], history: LookHistory, *, own: bool = False
) -> RecheckPlan:
    """The plan of a source; ``own``: its configuration names the ages, and all of them stand.

    Without an edit in `ENOUGH` looks only the first age and the last remain; one edit brings all of
    them back.
    """
    whole = tuple(ages)
    if not whole:
        return RecheckPlan(ages=(), reason="switched off")
    if own:
        return RecheckPlan(ages=whole, reason="as its recheck says")
    weighed = history.looks - history.not_modified * CHEAP
    looks = f"{history.looks} look{'s' if history.looks != 1 else ''}"
    since = f" since the last edit, {history.last_edit}" if history.last_edit else ""
    if history.not_modified:
        looks += f", {history.not_modified} of them cheap,"
    if weighed < ENOUGH:
        return RecheckPlan(ages=whole, reason=f"all ages: {looks}{since}, too few to thin them out")
    reason = f"thinned out: {looks}{since} found no edit"
    if len(whole) <= 2:
        return RecheckPlan(ages=whole, reason="all ages: there are but two")
    return RecheckPlan(ages=(whole[0], whole[-1]), reason=reason, thinned=True)
