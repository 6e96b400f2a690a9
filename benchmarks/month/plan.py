"""What happens in the simulated month, drawn beforehand: one seed, one month.

The web serves it and the judge knows it, so neither has to ask the other.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from benchmarks.month import words

ZONE = "Europe/Berlin"
START = datetime(2026, 10, 10, tzinfo=UTC)  # the clocks of ZONE go back on the 25th
LISTED = 40  # articles that a feed shows
KINDS = ("rss", "atom", "sitemap", "section")
FAULTS = ("error", "missing", "html", "reset")
_TAKERS = (2, 2, 3, 3, 4, 5, 6, 8)  # outlets that run one wire story
# Cron lines of some outlets -> polls a day; the first is in the hour that comes twice when the
# clocks go back.  One outlet of each has no outages: only then its polls can be counted.
CRONS = {"30 2 * * *": 1, "0 7,19 * * *": 2}
TOPIC_WORD = "Astanavel"  # stands in the wire stories that the topic asks for


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an outlet."""

    outlet: int
    number: int
    published: datetime
    title: str
    seed: str  # of its text; the same for those who run one wire story
    cut: int = 0  # paragraphs left out at the end
    own: bool = False  # begins with a paragraph of the outlet
    wire: int | None = None
    marked: bool = False  # the topic asks for it
    edited: datetime | None = None
    announced: bool = False  # the feed says that it was changed
    gone: datetime | None = None

    @property
    def path(self) -> str:
        """Where it is on its outlet."""
        words_ = "".join(c if c.isalnum() else "-" for c in self.title.lower())[:40]
        return f"/{self.published:%Y/%m/%d}/{words_}-{self.number}.html"

    def paragraphs(self, now: datetime) -> list[str]:
        """Return its text as it stands at a moment."""
        rng = random.Random(self.seed)
        text = [words.paragraph(rng) for _ in range(rng.randrange(5, 11))]
        if self.marked:
            text[0] = f"The talks in {TOPIC_WORD} go on. {text[0]}"
        if self.cut:
            text = text[: max(3, len(text) - self.cut)]
        own = random.Random(f"{self.outlet}/{self.number}/own")
        if self.own:
            text.insert(0, words.paragraph(own))
        if self.edited and now >= self.edited:
            text[1] = f"{words.sentence(own)} {words.sentence(own)}"
        return text

    def modified(self, now: datetime) -> datetime:
        """Return when the feed says that it was last changed."""
        if self.edited and self.announced and now >= self.edited:
            return self.edited
        return self.published


class Outage(NamedTuple):
    """A time in which something is wrong with an outlet."""

    begins: datetime
    ends: datetime
    kind: str


@dataclass(slots=True)
class Outlet:
    """One outlet of the month."""

    index: int
    kind: str
    etags: bool
    rate: float  # own articles a day
    every: str
    articles: list[Article] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    silent: datetime | None = None  # from here on its feed answers and never has news again

    @property
    def slug(self) -> str:
        """Its id in the configuration."""
        return f"outlet-{self.index:03d}"

    def fault(self, now: datetime) -> str | None:
        """Return what is wrong at a moment."""
        return next((o.kind for o in self.outages if o.begins <= now < o.ends), None)

    def shown(self, now: datetime) -> list[Article]:
        """Return the articles that its feed shows, newest first."""
        end = min(now, self.silent) if self.silent else now
        done = [a for a in self.articles if a.published <= end]
        return done[-LISTED:][::-1]


@dataclass(frozen=True)
class Scale:
    """How large a month."""

    outlets: int = 200
    days: int = 30
    seed: int = 1
    start: datetime = START
    step: timedelta = timedelta(minutes=5)

    @property
    def end(self) -> datetime:
        """The end of the month."""
        return self.start + timedelta(days=self.days)

    def at(self, share: float) -> datetime:
        """Return the moment at a share of the month, on a full hour."""
        return self.start + timedelta(hours=round(self.days * 24 * share))

    @property
    def upgraded(self) -> datetime:
        """When the daemon is stopped, to be of the next release afterwards."""
        return self.at(0.1)

    @property
    def killed(self) -> datetime:
        """When the daemon is killed; the receiver of messages is down the hour before and after."""
        return self.at(0.25)

    @property
    def silent(self) -> tuple[int, datetime]:
        """The outlet that goes silent, and when."""
        return 0, self.at(0.4)

    @property
    def broken(self) -> tuple[int, datetime]:
        """The outlet whose feed is gone for good, and when."""
        return 1, self.at(0.5)


def month(scale: Scale) -> list[Outlet]:
    """Return all outlets with everything that happens to them."""
    rng = random.Random(scale.seed)
    made = [_outlet(i, rng) for i in range(scale.outlets)]
    drafts: dict[int, list[Article]] = {o.index: _own(o, scale, rng) for o in made}
    for number in range(round(1.5 * scale.days)):
        _wire(number, made, drafts, scale, rng)
    for outlet in made:
        ordered = sorted(drafts[outlet.index], key=lambda a: a.published)
        outlet.articles = [
            replace(article, number=number) for number, article in enumerate(ordered, start=1)
        ]
        outlet.outages = _outages(scale, rng)
    made[2].outages = made[4].outages = []
    index, at = scale.silent
    made[index].silent, made[index].outages = at, []
    index, at = scale.broken
    made[index].outages = [Outage(at, scale.end + timedelta(days=9), "missing")]
    return made


def _outlet(index: int, rng: random.Random) -> Outlet:
    every = "auto" if index not in (2, 3, 4, 5) else list(CRONS)[index // 2 - 1]
    kind = rng.choices(KINDS, (70, 15, 10, 5))[0]
    # Those that are watched for something particular announce it in the usual way.
    kind = "rss" if index < 6 else kind
    rate = (12.0, 3.0)[index] if index < 2 else min(8.0, rng.lognormvariate(0.0, 0.7))
    return Outlet(index, kind, rng.random() < 0.8, rate, every)


def _own(outlet: Outlet, scale: Scale, rng: random.Random) -> list[Article]:
    found: list[Article] = []
    at = scale.start - timedelta(days=2)  # there is something already at the start
    while True:
        at += timedelta(days=rng.expovariate(outlet.rate))
        if not 5 <= (at.hour + outlet.index) % 24 < 23:  # they sleep, each in a zone of its own
            at += timedelta(hours=6)
        if at >= scale.end:
            return found
        found.append(_article(outlet.index, at, words.headline(rng), str(rng.random()), rng))


def _article(outlet: int, at: datetime, title: str, seed: str, rng: random.Random) -> Article:
    edited = gone = None
    if rng.random() < 0.1:
        edited = at + timedelta(minutes=rng.choice((25, 90, 300, 1200, 1800)))
    elif rng.random() < 0.01:
        gone = at + timedelta(hours=2)
    at = at.replace(microsecond=0)
    announced = rng.random() < 0.5
    return Article(outlet, 0, at, title, seed, edited=edited, announced=announced, gone=gone)


def _wire(
    number: int,
    outlets: list[Outlet],
    drafts: dict[int, list[Article]],
    scale: Scale,
    rng: random.Random,
) -> None:
    first = scale.start + timedelta(days=rng.uniform(0, scale.days - 0.5))
    title, seed, marked = words.headline(rng), f"wire/{number}/{rng.random()}", number % 5 == 0
    takers = rng.sample(outlets, min(len(outlets), rng.choice(_TAKERS)))
    for place, outlet in enumerate(takers):
        at = first + timedelta(minutes=place * rng.randrange(5, 90))
        if at < scale.end:
            cut = rng.choice((0, 0, 2)) if place else 0
            drafts[outlet.index].append(
                Article(
                    outlet.index, 0, at.replace(microsecond=0), title, seed,
                    cut=cut, own=bool(place) and not cut and rng.random() < 0.2,
                    wire=number, marked=marked,
                )
            )  # fmt: skip


def _outages(scale: Scale, rng: random.Random) -> list[Outage]:
    found = []
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        begins = scale.start + timedelta(days=rng.uniform(0.2, scale.days - 1))
        lasts = timedelta(minutes=rng.choice((10, 40, 120, 600, 1500)))
        found.append(Outage(begins, begins + lasts, rng.choice(FAULTS)))
    return found
