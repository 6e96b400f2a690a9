"""How long a feed or a source usually goes without news, and from when on silence is remarkable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.schedule.rhythm import HOURS, Rhythm, bursts

# Items closer than this are one burst: no poll tells them apart.
BURST = timedelta(minutes=5)
# Fewer gaps than this are no habit.
ENOUGH_GAPS = 4
# Silent is three times the usual gap.  Counted in the hours in which the outlet usually publishes,
# so that nights and weekends are no silence, and longer for busy outlets: three gaps without news
# come about by chance once in 20 gaps, which is daily for an outlet with 20 items a day.  The
# threshold is put where chance alone would ring once in FALSE_ALARM_WEEKS.
USUAL_GAPS = 3.0
FALSE_ALARM_WEEKS = 20.0
# A rate that was read off a few gaps may be far from the true one, and the threshold takes that in:
# after n gaps that took T in all, one as long as t comes with probability (1 + t/T)^-n (the
# predictive distribution of an exponential whose rate is known from n events), which for many
# gaps is the exponential itself.
# Without a learned rhythm the longest gap seen stands for nights and weekends.
LONGEST_GAP = 1.5
# Weeks of watching (faded) before a rhythm is believed about silence.
WEEKS_NEEDED = 1.0
SEARCH = timedelta(days=60)
WEEK = timedelta(weeks=1)


def usual_gap(times: Sequence[datetime]) -> timedelta | None:
    """The median time between bursts of news; None if too little is known.

    The median ignores nights and weekends as long as most gaps lie in working hours.
    """
    gaps = _gaps(times)
    if len(gaps) < ENOUGH_GAPS:
        return None
    return timedelta(seconds=median(gap.total_seconds() for gap in gaps))


def silent_after(
    last_new_at: datetime, times: Sequence[datetime], rhythm: Rhythm | None = None
) -> datetime | None:
    """From when on it is silence if nothing comes after ``last_new_at``; None if nobody can say.

    ``times`` are recent times of news, ``rhythm`` what the schedule has learned.
    """
    gaps = _gaps(times)
    usual = usual_gap(times)
    known = rhythm is not None and rhythm.weeks_at(rhythm.at) >= WEEKS_NEEDED
    if usual is None and not known:
        return None
    least = last_new_at + USUAL_GAPS * usual if usual is not None else last_new_at
    if rhythm is None or not known:
        watched = sum(gaps, timedelta(0))
        usual_gaps = _chance_rings_after(len(gaps), len(gaps) * (WEEK / max(watched, BURST)))
        return max(
            least,
            last_new_at + LONGEST_GAP * max(gaps),
            last_new_at + usual_gaps * watched / len(gaps),
        )
    rates = rhythm.rates(rhythm.at)
    a_week = rates.mean * HOURS
    needed = max(USUAL_GAPS, _chance_rings_after(a_week * rhythm.weeks_at(rhythm.at), a_week))
    return max(least, last_new_at + rates.wait_for(needed, last_new_at, SEARCH))


def _chance_rings_after(known: float, a_week: float) -> float:
    """The length, in mean gaps, of which chance makes a longer one in FALSE_ALARM_WEEKS.

    ``known`` is the number of gaps that the rate was read off, ``a_week`` the rate.
    """
    rare = max(1.0, a_week * FALSE_ALARM_WEEKS)
    known = max(known, 1.0)
    return known * (math.exp(math.log(rare) / known) - 1)


def _gaps(times: Sequence[datetime]) -> list[timedelta]:
    starts = bursts(times, BURST)
    return [after - before for before, after in pairwise(starts)]
