"""Chooses which feeds of a site to poll: fresh, complete, and not the same articles twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.discovery.autodiscover import FeedCandidate
from crawler.discovery.feeds import PODCAST
from pipeline.model import Discovery, FeedKind, Link
from pipeline.urls import canonical_key

MAX_FEEDS = 4
CURRENT = timedelta(days=7)  # articles that count when feeds are compared
STALE = timedelta(days=45)
_WORTH = 0.2  # share of new articles that a further feed must add, and at least _WORTH_LINKS
_WORTH_LINKS = 3
# What a feed says about its articles (title, time, summary) beats what is guessed from a page.
_TRUST = {FeedKind.FEED: 1.0, FeedKind.SITEMAP: 0.9, FeedKind.SECTION: 0.6}

_COMMENTS = re.compile(
    r"/comments?/(?:feed|default|rss|atom)|[?&/]feed=comments|/comments?\b|comments-(?:rss|atom)",
    re.IGNORECASE,
)
_COMMENTS_TITLE = re.compile(
    r"\bcomments? (?:on|for|feed)\b|[»›] comments|kommentare|commentaires|comentarios",
    re.IGNORECASE,
)
_NARROW = re.compile(
    r"/(?:tags?|authors?|author|topics?|label|hashtag|search|people|thema)/|[?&](?:s|q|tag|author)=",
    re.IGNORECASE,
)
_SOUND = re.compile(r"podcast|/audio/|/video/", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedReport:
    """What one candidate offers, and what became of it."""

    candidate: FeedCandidate
    format: str
    title: str | None
    taken: bool
    reason: str  # in plain words
    links: int
    dated: float  # share of links with a time, 0 to 1
    newest: datetime | None
    unique: float  # share of links that no other candidate has, 0 to 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """The feeds to poll, those that were left out, and a look at what would come."""

    taken: tuple[FeedReport, ...]  # best first
    left_out: tuple[FeedReport, ...]
    samples: tuple[Link, ...]  # five links at most, newest first, from the feeds taken


@dataclass(slots=True)
class _Offer:
    candidate: FeedCandidate
    discovery: Discovery
    keys: frozenset[str]
    current: frozenset[str]  # keys of articles that are new enough to compare by
    dated: float
    newest: datetime | None
    weight: float  # worth of one of its articles
    fault: str | None = None  # why it is not to be taken, whatever it holds
    narrow: bool = False


def propose(found: Sequence[tuple[FeedCandidate, Discovery]], now: datetime) -> Proposal:
    """Choose among the candidates that could be read; ``now`` is aware.

    Each feed is worth the current articles it adds, weighted by what it tells about them; the best
    is taken, and then further ones as long as they add a fifth of their articles.
    """
    offers = [_offer(candidate, discovery, now) for candidate, discovery in found]
    reasons: dict[int, str] = {i: o.fault for i, o in enumerate(offers) if o.fault}
    open_ = {i for i in range(len(offers)) if i not in reasons}
    if any(not offers[i].narrow for i in open_):
        for i in sorted(open_):
            if offers[i].narrow:
                reasons[i] = "of one tag, author or search only"
                open_.discard(i)
    taken: list[int] = []
    covered: set[str] = set()
    while open_ and len(taken) < MAX_FEEDS:
        best = max(open_, key=lambda i: (_worth(offers[i], covered), -i))
        offer = offers[best]
        gain = len(offer.current - covered)
        if taken and gain < max(_WORTH_LINKS, _WORTH * len(offer.current)):
            break
        open_.discard(best)
        taken.append(best)
        reasons[best] = _why_taken(offer, gain, first=len(taken) == 1, now=now)
        covered |= offer.current | offer.keys
    for i in open_:
        reasons[i] = _why_not(offers[i], covered)
    return Proposal(
        taken=tuple(_report(offers, i, reasons[i], taken=True) for i in taken),
        left_out=tuple(
            _report(offers, i, reasons[i], taken=False)
            for i in range(len(offers))
            if i not in taken
        ),
        samples=_samples([offers[i] for i in taken]),
    )


def _time(link: Link) -> datetime | None:
    return link.published_at or link.modified_at


def _offer(candidate: FeedCandidate, discovery: Discovery, now: datetime) -> _Offer:
    keyed = [(canonical_key(link.url), _time(link)) for link in discovery.links]
    times = [t for _, t in keyed if t and t <= now + timedelta(days=1)]  # 2099 is no news
    newest = max(times, default=None)
    dated = len(times) / len(keyed) if keyed else 0.0
    current = frozenset(k for k, t in keyed if t and now - CURRENT <= t <= now + timedelta(days=1))
    if dated < 0.2 and candidate.kind is not FeedKind.SITEMAP:
        current = frozenset(k for k, _ in keyed)  # a list without times shows what is on now
    titled = sum(bool(link.title) for link in discovery.links) / max(1, len(keyed))
    age = now - newest if newest else timedelta(days=3)
    fresh = 1.0 if age < timedelta(days=1) else 0.8 if age < CURRENT else 0.3
    offer = _Offer(
        candidate=candidate,
        discovery=discovery,
        keys=frozenset(k for k, _ in keyed),
        current=current,
        dated=dated,
        newest=newest,
        weight=_TRUST[candidate.kind] * fresh * (0.5 + 0.25 * dated + 0.25 * titled),
        narrow=bool(_NARROW.search(candidate.url)),
    )
    offer.fault = _fault(offer, now)
    return offer


def _fault(offer: _Offer, now: datetime) -> str | None:
    url, title = offer.candidate.url, offer.candidate.title or offer.discovery.title or ""
    if _COMMENTS.search(url) or _COMMENTS_TITLE.search(title):
        return "comments of readers"
    if _SOUND.search(url) or any(p.startswith(PODCAST) for p in offer.discovery.problems):
        return "a podcast or video feed"
    if not offer.keys:
        if offer.discovery.children:
            return f"an index of {len(offer.discovery.children)} sitemaps, no articles itself"
        return "no article links in it"
    if offer.newest and now - offer.newest > STALE:
        return f"stale: its newest article is {_ago(now - offer.newest)} old"
    if not offer.current and offer.candidate.kind is FeedKind.SITEMAP and offer.dated < 0.2:
        return f"{len(offer.keys)} addresses without times: what is new cannot be told"
    return None


def _worth(offer: _Offer, covered: set[str]) -> float:
    # The older articles of a quiet but valid feed count a little, an archive of them no more.
    older = min(50, len(offer.keys - covered))
    return (len(offer.current - covered) + 0.01 * older) * offer.weight


def _ago(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size or size == 1:
            count = minutes // size
            return f"{count} {word}{'' if count == 1 else 's'}"
    raise AssertionError


def _why_taken(offer: _Offer, gain: int, *, first: bool, now: datetime) -> str:
    said = f"{len(offer.keys)} articles"
    if offer.dated >= 0.95:
        said += ", all with times"
    elif offer.dated >= 0.2:
        said += f", {offer.dated:.0%} with times"
    else:
        said += " without times"
    if offer.newest:
        said += f", newest {_ago(now - offer.newest)} old"
    return said if first else f"adds {gain} articles that the others do not have: {said}"


def _why_not(offer: _Offer, covered: set[str]) -> str:
    known = len(offer.keys & covered)
    if known == len(offer.keys):
        return f"all its {known} articles are in the feeds taken"
    if known:
        return f"{known} of its {len(offer.keys)} articles are in the feeds taken"
    return f"adds only {len(offer.current)} current articles"


def _report(offers: list[_Offer], at: int, reason: str, *, taken: bool) -> FeedReport:
    offer = offers[at]
    others: set[str] = set().union(*(o.keys for i, o in enumerate(offers) if i != at))
    return FeedReport(
        candidate=offer.candidate,
        format=offer.discovery.format,
        title=offer.candidate.title or offer.discovery.title,
        taken=taken,
        reason=reason,
        links=len(offer.keys),
        dated=offer.dated,
        newest=offer.newest,
        unique=len(offer.keys - others) / len(offer.keys) if offer.keys else 0.0,
    )


def _samples(offers: list[_Offer]) -> tuple[Link, ...]:
    """Five links, the newest of each feed in turn, then those without times."""
    queues = []
    for offer in offers:
        links = sorted(
            offer.discovery.links,
            key=lambda link: t.timestamp() if (t := _time(link)) else 0.0,
            reverse=True,
        )
        queues.append(links)
    picked: dict[str, Link] = {}
    for rank in range(5):
        for links in queues:
            if rank < len(links) and len(picked) < 5:
                picked.setdefault(canonical_key(links[rank].url), links[rank])
    return tuple(picked.values())
