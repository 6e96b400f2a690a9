"""Where a story probably comes from, how good the evidence is, and why, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from pipeline.model import Certainty

Evidence = Literal["strong", "fair", "weak"]

# Of two times that are nearer than this nobody can say which was first: outlets round them, and
# publishing takes a moment.
_TIE = timedelta(minutes=1)
# A page may be dated a little ahead of the visit that finds it: clocks differ.
_AHEAD = timedelta(minutes=5)
_AS_FULL = 0.97  # of the words of the fullest text: as good as the same length
_TEASER = 0.6  # below this share of the fullest text it is a part of it
_STRONG, _FAIR = 4, 3

# Times that say the minute; a day from an address cannot tell who was first.
_EXACT = (Certainty.MACHINE, Certainty.VISIBLE, Certainty.FEED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One article of a story, as far as it says where the text is from."""

    article: int
    source: str
    name: str  # of the outlet
    url_keys: frozenset[str]  # of all addresses it is known under
    canonical_key: str | None  # where its page says that the text is at home
    first_seen_at: datetime
    published_at: datetime | None
    certainty: Certainty
    agencies: tuple[str, ...]
    word_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """The article a story most likely goes back to.

    ``wire``: of an agency that is no source of ours; the article is then only the first we saw.
    """

    article: int
    source: str
    wire: str | None
    evidence: Evidence
    reasons: tuple[str, ...]
    words: str  # all of it in one sentence


def likely_origin(told: Sequence[Told], agency_of: Mapping[str, str], zone: tzinfo = UTC) -> Origin:
    """Weigh who ran a story first, whom the others credit, whose text is the fullest.

    ``agency_of`` says which sources are agencies, by the name that articles credit.  Times in the
    words are those of ``zone``.  Raises ValueError without an article.
    """
    if not told:
        raise ValueError("a story without articles has no origin")
    return _Weighing(told, agency_of, zone).origin()


class _Weighing:
    def __init__(self, told: Sequence[Told], agency_of: Mapping[str, str], zone: tzinfo) -> None:
        self.told = sorted(told, key=lambda t: (_time(t), t.first_seen_at, t.article))
        self.agency_of = agency_of
        self.zone = zone
        self.fullest = max(t.word_count for t in told)
        self.outlets = len({t.source for t in told})
        by_agency: dict[str, set[str]] = {}
        for one in self.told:
            for agency in one.agencies:
                by_agency.setdefault(agency, set()).add(one.source)
        self.credits = Counter({agency: len(sources) for agency, sources in by_agency.items()})

    def origin(self) -> Origin:
        agency = self.credits.most_common(1)[0][0] if self.credits else None
        first = self._agency_itself() or self._pointed_at() or self.told[0]
        found = list(self._reasons(first))
        points = sum(worth for worth, _ in found)
        strength: Evidence = (
            "strong" if points >= _STRONG else "fair" if points >= _FAIR else "weak"
        )
        reasons = tuple(text for _, text in found)
        wire = agency if agency and self._is_wire(first, agency) else None
        head = f"wire of {wire}, first at {first.name}" if wire else f"original of {first.name}"
        if self.outlets == 1:
            head = f"only at {first.name}" + (f", which credits {wire}" if wire else "")
        return Origin(
            article=first.article,
            source=first.source,
            wire=wire,
            evidence=strength,
            reasons=reasons,
            words=f"{head}: {'; '.join(reasons)}",
        )

    def _agency_itself(self) -> Told | None:
        """The earliest article of an agency that others credit."""
        for one in self.told:
            agency = self.agency_of.get(one.source)
            if agency is not None and self._crediting(agency, one):
                return one
        # An agency that runs a text is where it comes from, unless a print names another.
        return next((t for t in self.told if t.source in self.agency_of and not self.credits), None)

    def _pointed_at(self) -> Told | None:
        """The article of another outlet that most pages name as the home of their text."""
        hits = Counter(
            target.article for one in self.told if (target := self._home_of(one)) is not None
        )
        if not hits:
            return None
        best = max(hits.values())
        return next(t for t in self.told if hits[t.article] == best)

    def _home_of(self, one: Told) -> Told | None:
        if one.canonical_key is None or one.canonical_key in one.url_keys:
            return None
        return next(
            (t for t in self.told if t.source != one.source and one.canonical_key in t.url_keys),
            None,
        )

    def _crediting(self, agency: str, but: Told) -> int:
        """The number of other outlets that credit an agency."""
        return len({t.source for t in self.told if agency in t.agencies} - {but.source})

    def _is_wire(self, first: Told, agency: str) -> bool:
        if self.agency_of.get(first.source) == agency:
            return False
        named = self.credits[agency]
        return agency in first.agencies or named > 1 or named * 2 >= self.outlets

    def _reasons(self, first: Told) -> Iterator[tuple[int, str]]:
        """What speaks for an article, with its worth; less than nothing speaks against it."""
        agency = self.agency_of.get(first.source)
        if agency is not None:
            count = self._crediting(agency, first)
            credited = f", which {_number(count, 'other')} credit{'s' if count == 1 else ''}"
            yield 3, f"it is the agency {agency}{credited if count else ''}"
        pointing = sum(self._home_of(t) is first for t in self.told)
        if pointing:
            says = "names" if pointing == 1 else "name"
            yield 3, f"{_number(pointing, 'other')} {says} its address as that of the text"
        yield from self._times(first)
        if self.outlets > 1:
            yield from self._length(first)
        for name, count in self.credits.most_common():
            if name == agency:
                continue
            own = name in first.agencies
            others = count - own
            if own and not others:
                yield 1, f"it credits {name}"
            elif others:
                also = "it and " if own else ""
                verb = "credits" if others == 1 and not own else "credit"
                yield int(own), f"{also}{_number(others, 'other')} {verb} {name}"

    def _times(self, first: Told) -> Iterator[tuple[int, str]]:
        rest = [t for t in self.told if t.source != first.source]
        exact = _exact(first)
        said = f"{'published' if exact else 'seen'} {self._clock(_time(first))}"
        if not rest:
            yield 0, said
            return
        gap = _time(rest[0]) - _time(first)
        if gap >= _TIE:
            # What outlets wrote counts for more than the order in which we came by.
            sure = exact and _exact(rest[0])
            yield (2 if sure else 1), f"{said}, {_span(gap)} before the next"
        elif gap > -_TIE:
            yield 0, f"{said}, together with {rest[0].name}"
        else:
            yield -1, f"{said}, though {_span(-gap)} after {rest[0].name}"
        seen_first = min(rest, key=lambda t: t.first_seen_at).first_seen_at
        if exact and first.first_seen_at < seen_first:
            yield 1, "seen first too"

    def _length(self, first: Told) -> Iterator[tuple[int, str]]:
        others = max(t.word_count for t in self.told if t.article != first.article)
        if first.word_count > others:
            yield 1, "its text is the fullest"
        elif first.word_count >= _AS_FULL * self.fullest:
            yield 1, "no text is fuller"
        else:
            words = f"{first.word_count} of {self.fullest} words"
            short = first.word_count < _TEASER * self.fullest
            yield (-1 if short else 0), f"its text is shorter than the fullest ({words})"

    def _clock(self, at: datetime) -> str:
        times = [_time(t) for t in self.told]
        short = max(times) - min(times) < timedelta(hours=20)
        return at.astimezone(self.zone).strftime("%H:%M" if short else "%Y-%m-%d %H:%M")


def _exact(told: Told) -> bool:
    """True if the time of publication is to the minute and can be true."""
    at = told.published_at
    return at is not None and told.certainty in _EXACT and at <= told.first_seen_at + _AHEAD


def _time(told: Told) -> datetime:
    """When an article was out, as far as is known: we saw it then at the latest."""
    return told.published_at if told.published_at and _exact(told) else told.first_seen_at


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _span(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"
