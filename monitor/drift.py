"""Learns the usual quality of a source's pages and notices when it breaks; pure.

Each measure of a page is a number from 0 (fine) to 1 (bad): no body, a body of less than half or
more than twice the usual length, no author, no date, text shared with the article before.  Its
learned level q is the mean over pages that raised no suspicion.  A cumulative sum (Page's CUSUM) of
log likelihood ratios weighs each page between q and a level p that is clearly worse:

    S = max(0, S + x log(p/q) + (1-x) log((1-p)/(1-q)))

S above ``ALARM`` is a break, which began at the page where S last left 0.  Since exp of such a term
is convex in x, pages of level q bring S from 0 to a height h with odds of at most exp(-h), however
they are distributed; and q is taken at the upper end of what the pages so far leave open.  Levels
that move slowly are followed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pipeline.store.records import Break, Example, PageQuality

# Thresholds and their story; figures: tests/test_drift.py
WARM_UP = 30  # pages before a level is believed
MEMORY = 200.0  # pages that a level is made of; older ones fade
ALARM = 13.0  # 1 in 440 000 at most
RECOVERED = 7.0  # the way back needs less proof: a mistake only ends a break too early
MIN_BAD = 6.0  # bad pages at least: a burst of briefs without authors is no redesign
WORSE_BY, WORSE_TIMES, WORST = 0.35, 3.0, 0.95
HOPELESS = 0.6  # from this level on things can hardly get worse
CONFIDENCE = 1.64  # standard errors by which a level may be higher than measured
ACCEPTED_AFTER = timedelta(days=14)  # then the new level is the usual one
LENGTHS = 60  # bodies whose median is the usual length
LATELY = 12  # bodies whose median is the length now
OTHER_LENGTH = 2.0  # times or part of the usual
_RETOLD = 10  # pages between two updates of a break that goes on


class Measure(StrEnum):
    """What is watched."""

    BODY = "body"
    SHORT = "short"
    LONG = "long"
    AUTHOR = "author"
    DATE = "date"
    OVERLAP = "overlap"


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """One measure of one source."""

    pages: float = 0.0  # of the learned level, faded
    bad: float = 0.0
    score: float = 0.0  # S
    since: datetime | None = None  # when S left 0
    new_pages: float = 0.0  # since then
    new_bad: float = 0.0
    examples: tuple[Example, ...] = ()  # bad ones since then, the latest three
    raised_at: datetime | None = None  # a break is on
    before: float = 0.0  # what it broke from, as people are told
    back: float = 0.0  # the sum that ends the break

    @property
    def level(self) -> float:
        """The learned mean."""
        return self.bad / self.pages if self.pages else 0.0

    @property
    def new_level(self) -> float:
        """The mean since S left 0."""
        return self.new_bad / self.new_pages if self.new_pages else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """All measures of one source."""

    tracks: Mapping[Measure, Track] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()  # words of the latest bodies of usual length
    lately: tuple[int, ...] = ()  # of the very latest
    pages: int = 0
    since: str = ""  # day of the first page, ISO

    def broken(self) -> list[Measure]:
        """The measures that are broken now."""
        return [m for m, track in self.tracks.items() if track.raised_at is not None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A break that began or goes on, or the end of one."""

    measure: Measure
    found: Break | None = None
    began: bool = False
    ended_by: str | None = None  # "recovered" or "accepted"


def observe(
    levels: Levels, seen: PageQuality, page: Example, at: datetime
) -> tuple[Levels, tuple[Event, ...]]:
    """The levels after one more page, visited at ``at``, and what this page brought to light."""
    values: dict[Measure, float] = {Measure.BODY: 0.0 if seen.body else 1.0}
    if seen.body:
        values[Measure.AUTHOR] = 0.0 if seen.author else 1.0
        values[Measure.DATE] = 0.0 if seen.date else 1.0
        values[Measure.OVERLAP] = min(1.0, max(0.0, seen.overlap))
        if len(levels.lengths) >= WARM_UP:
            usual = _median(levels.lengths)
            values[Measure.SHORT] = float(seen.words * OTHER_LENGTH < usual)
            values[Measure.LONG] = float(seen.words > usual * OTHER_LENGTH)
        levels = _with_length(levels, seen.words)
    tracks = dict(levels.tracks)
    events: list[Event] = []
    for measure, value in values.items():
        before = tracks.get(measure, Track())
        after, ended_by = step(before, value, page, at)
        if ended_by is not None:
            events.append(Event(measure=measure, ended_by=ended_by))
        elif after.raised_at is not None:
            began = before.raised_at is None
            if began:
                after = replace(after, before=_told(measure, levels, after, usual=True))
            if began or not round(after.new_pages) % _RETOLD:
                found = _break(measure, levels, after)
                events.append(Event(measure=measure, found=found, began=began))
        tracks[measure] = after
    since = levels.since or f"{at:%Y-%m-%d}"
    return replace(levels, tracks=tracks, pages=levels.pages + 1, since=since), tuple(events)


def _with_length(levels: Levels, words: int) -> Levels:
    lately = (*levels.lately, words)[-LATELY:]
    lengths = levels.lengths
    # While something is suspected the usual length stands still, else it would follow the break.
    tracks = (levels.tracks.get(m) for m in (Measure.SHORT, Measure.LONG))
    if all(track is None or not track.new_pages for track in tracks):
        lengths = (*lengths, words)[-LENGTHS:]
    return replace(levels, lengths=lengths, lately=lately)


def _median(words: Sequence[int]) -> float:
    # ``statistics`` would take longer to import than all of this module.
    ordered, middle = sorted(words), len(words) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _break(measure: Measure, levels: Levels, track: Track) -> Break:
    assert track.raised_at is not None
    return Break(
        measure=measure.value,
        since=track.since or track.raised_at,
        raised_at=track.raised_at,
        before=track.before,
        now=_told(measure, levels, track, usual=False),
        examples=track.examples,
    )


def _told(measure: Measure, levels: Levels, track: Track, *, usual: bool) -> float:
    """A level for people: words for lengths, else the share of bad pages."""
    if measure in (Measure.SHORT, Measure.LONG):
        return float(_median((levels.lengths if usual else levels.lately) or (0,)))
    return round(track.level if usual else track.new_level, 3)


# -- one measure ------------------------------------------------------------------------------


def step(track: Track, value: float, page: Example, at: datetime) -> tuple[Track, str | None]:
    """The track after one page of badness ``value``; with how a break ended, if it did."""
    if track.raised_at is not None:
        return _in_break(track, value, page, at, track.raised_at)
    usual = _upper(track)
    score = 0.0
    if track.pages >= WARM_UP and usual <= HOPELESS:
        score = track.score + _weight(value, usual, _worse(usual))
    if score <= 0:
        # Whatever was suspected since S left 0 was usual after all.
        return _learned(track, track.new_pages + 1, track.new_bad + value), None
    suspicious = replace(
        track,
        score=score,
        since=track.since or at,
        new_pages=track.new_pages + 1,
        new_bad=track.new_bad + value,
        examples=_with(track.examples, page, value, usual),
    )
    if score >= ALARM and suspicious.new_bad >= MIN_BAD:
        suspicious = replace(suspicious, raised_at=at, back=0.0)
    return suspicious, None


def _in_break(
    track: Track, value: float, page: Example, at: datetime, raised_at: datetime
) -> tuple[Track, str | None]:
    usual = _upper(track)
    now = min(WORST, max(track.new_level, _worse(usual)))
    back = max(0.0, track.back - _weight(value, usual, now))
    fade = min(1.0, LENGTHS / (track.new_pages + 1))
    going_on = replace(
        track,
        new_pages=(track.new_pages + 1) * fade,
        new_bad=(track.new_bad + value) * fade,
        examples=_with(track.examples, page, value, usual),
        back=back,
    )
    if back >= RECOVERED:
        return Track(pages=track.pages, bad=track.bad), "recovered"
    if at - raised_at >= ACCEPTED_AFTER:
        return Track(pages=going_on.new_pages, bad=going_on.new_bad), "accepted"
    return going_on, None


def _weight(value: float, usual: float, worse: float) -> float:
    return value * math.log(worse / usual) + (1 - value) * math.log((1 - worse) / (1 - usual))


def _worse(usual: float) -> float:
    return min(WORST, max(usual + WORSE_BY, usual * WORSE_TIMES))


def _upper(track: Track) -> float:
    """The learned level at the upper end of its confidence interval (Wilson); never 0."""
    n, z = max(track.pages, 1.0), CONFIDENCE
    spread = z * math.sqrt(track.bad * (n - track.bad) / n + z * z / 4)
    return (track.bad + z * z / 2 + spread) / (n + z * z)


def _learned(track: Track, pages: float, bad: float) -> Track:
    whole = track.pages + pages
    fade = min(1.0, MEMORY / whole)
    return Track(pages=whole * fade, bad=(track.bad + bad) * fade)


def _with(
    examples: tuple[Example, ...], page: Example, value: float, usual: float
) -> tuple[Example, ...]:
    return (*examples, page)[-3:] if value > usual else examples
