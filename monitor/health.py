"""The state of each source in one word, with how bad it is and why, and the state of the whole.

Everything is decided from facts that the store keeps; nothing is asked of the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from monitor.drift import Measure
from monitor.drift_told import describe
from monitor.rulehealth import BrokenRule
from pipeline.model import FailureKind
from pipeline.store.records import Break


class Severity(IntEnum):
    """How much a state asks for attention."""

    OK = 0
    DEGRADED = 1
    CRITICAL = 2


# Thresholds and their story.
# One lost packet is not news: below this weight (1 hard, 0.5 soft, 0.25 temporary failure) a feed
# that worked before still counts as working.
FAILING = 1.0
# Critical means that somebody should act: it failed more than a bad hour explains.  Outages of
# single outlets mostly end within half a day.
CRITICAL_FAILURES = 3.0
CRITICAL_AFTER = timedelta(hours=12)
# These do not end by themselves: a wall, a rule, a moved feed.
ACT_AFTER = timedelta(hours=2)
ACT_KINDS = frozenset(
    {
        FailureKind.BLOCKED,
        FailureKind.ROBOTS,
        FailureKind.REFUSED,
        FailureKind.BAD_URL,
        FailureKind.NOT_A_FEED,
        FailureKind.GONE,
        FailureKind.HOSTILE,
        FailureKind.CRASHED,
    }
)
# Silence becomes critical when it has lasted twice as long as it took to be remarkable.
SILENT_CRITICAL = 2.0
# Half of the pages without a text is more than odd pages; nearly all is a changed layout.  Fewer
# pages than this prove nothing.
ENOUGH_PAGES = 10
EXTRACTION_DEGRADED = 0.5
EXTRACTION_CRITICAL = 0.9
# A typical answer that takes this long will time out on a bad day (the limit is 30 s).
SLOW = timedelta(seconds=10)
# More than half of the sources: then it is not they, but we or our network.
CRITICAL_SHARE = 0.5

STATE_OF_FAILURE: dict[FailureKind, str] = {
    FailureKind.DNS: "dns",
    FailureKind.CONNECT: "connect",
    FailureKind.TLS: "tls",
    FailureKind.TIMEOUT: "timeout",
    FailureKind.PROTOCOL: "http",
    FailureKind.HTTP_4XX: "http",
    FailureKind.HTTP_5XX: "http",
    FailureKind.GONE: "http",
    FailureKind.RATE_LIMITED: "http",
    FailureKind.REDIRECTS: "http",
    FailureKind.BLOCKED: "blocked",
    FailureKind.ROBOTS: "robots",
    FailureKind.REFUSED: "refused",
    FailureKind.BAD_URL: "refused",
    FailureKind.EMPTY: "empty",
    FailureKind.NOT_HTML: "not_a_feed",
    FailureKind.NOT_A_FEED: "not_a_feed",
    FailureKind.TOO_LARGE: "broken",
    FailureKind.TRUNCATED: "broken",
    FailureKind.BAD_ENCODING: "broken",
    FailureKind.PARSE_ERROR: "broken",
    FailureKind.HOSTILE: "broken",
    FailureKind.EXTRACT_TIMEOUT: "broken",
    FailureKind.EXTRACT_CRASHED: "broken",
    FailureKind.CRASHED: "broken",
}
STATES = (
    "working", "quiet", "new", "paused", "slow", "silent", "extraction", "rules", "drift",
    *dict.fromkeys(STATE_OF_FAILURE.values()),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedFacts:
    """One feed of a source, as the store has it (the first six as in schedule.FeedState)."""

    name: str  # kind or URL, for people
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    failures: float = 0.0
    failure_kind: FailureKind | None = None  # of the last poll, kept over a 304 that proves nothing
    failing_since: datetime | None = None
    message: str | None = None  # of that failure
    links: int | None = None  # in the last document that could be read; None: unknown
    typical_elapsed: timedelta | None = None  # median of recent polls
    paused: bool = False  # a pause in force now


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFacts:
    """One source, as the store has it."""

    source: str
    feeds: tuple[FeedFacts, ...]
    essential: bool = False  # critical here is critical for the whole
    paused: bool = False
    last_new_at: datetime | None = None
    usual_gap: timedelta | None = None  # schedule.usual_gap
    silent_at: datetime | None = None  # schedule.silent_after
    pages: int = 0  # pages of the last 24 h that should have been articles
    unreadable: int = 0  # those of them that gave no text
    broken_rules: tuple[BrokenRule, ...] = ()
    breaks: tuple[Break, ...] = ()  # in the quality of its pages, not ended


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """The verdict on one source."""

    source: str
    state: str  # one of STATES
    severity: Severity
    reason: str
    since: datetime | None = None
    essential: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class DaemonFacts:
    """What is known of the daemon."""

    running: bool  # its lock is held
    heartbeat_at: datetime | None = None
    limit: timedelta = timedelta(seconds=60)  # a live daemon beats far more often


def health(facts: SourceFacts, now: datetime) -> Health:
    """The state of one source; the worst thing that is true of it names it.

    A failing feed beats pages that lost their text, these beat silence, silence beats the rest:
    the first explains the others.
    """
    found = (
        _paused(facts)
        or _failing(facts, now)
        or _unpolled(facts)
        or _textless(facts, now)
        or _silent(facts, now)
        or _empty(facts)
        or _extraction(facts)
        or _rules(facts)
        or _drift(facts, facts.breaks)
        or _slow(facts)
    )
    if found is not None:
        return found
    if facts.last_new_at is None:
        return _verdict(facts, "quiet", Severity.OK, "nothing new since it is watched")
    age = now - facts.last_new_at
    if facts.usual_gap is not None and age > facts.usual_gap:
        reason = f"nothing new for {span(age)}, usual gap {span(facts.usual_gap)}"
        return _verdict(facts, "quiet", Severity.OK, reason, facts.last_new_at)
    hiccups = [feed for feed in facts.feeds if feed.failure_kind is not None and not feed.paused]
    if hiccups:
        reason = f"last poll of {hiccups[0].name} failed ({_cause(hiccups[0])}); tried again soon"
        return _verdict(facts, "working", Severity.OK, reason)
    return _verdict(facts, "working", Severity.OK, f"last new {span(age)} ago")


def overall(sources: Sequence[Health], daemon: DaemonFacts, now: datetime) -> int:
    """The exit code of ``status --check``: 0 fine, 10 degraded, 11 critical, 12 no daemon.

    A daemon without a heartbeat within its limit hangs, which is critical.  Paused sources do not
    count.
    """
    if not daemon.running:
        return 12
    if daemon.heartbeat_at is None or now - daemon.heartbeat_at > daemon.limit:
        return 11
    watched = [source for source in sources if source.state != "paused"]
    critical = [source for source in watched if source.severity is Severity.CRITICAL]
    if any(source.essential for source in critical):
        return 11
    if len(critical) > CRITICAL_SHARE * len(watched):
        return 11
    return 10 if any(source.severity for source in watched) else 0


def problems_first(sources: Iterable[Health]) -> list[Health]:
    """Critical, degraded, fine; within these essential ones first, then the newest trouble."""
    oldest = datetime.min.replace(tzinfo=UTC)

    def key(source: Health) -> tuple[int, bool, timedelta, str]:
        age = -((source.since or oldest) - oldest) if source.severity else timedelta(0)
        return (-source.severity, not source.essential, age, source.source)

    return sorted(sources, key=key)


def span(length: timedelta) -> str:
    """A length of time for people: the two largest units, e.g. 3d 4h, 12m, 40s."""
    seconds = max(0, round(length.total_seconds()))
    parts: list[str] = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
        elif parts:
            break
        if len(parts) == 2 or (parts and unit == "m"):
            break
    return " ".join(parts) or "0s"


def _verdict(
    facts: SourceFacts,
    state: str,
    severity: Severity,
    reason: str,
    since: datetime | None = None,
) -> Health:
    return Health(
        source=facts.source,
        state=state,
        severity=severity,
        reason=reason,
        since=since,
        essential=facts.essential,
    )


def _paused(facts: SourceFacts) -> Health | None:
    if facts.paused or (facts.feeds and all(feed.paused for feed in facts.feeds)):
        return _verdict(facts, "paused", Severity.OK, "paused by hand")
    if not facts.feeds:
        return _verdict(facts, "empty", Severity.DEGRADED, "no feed is configured or found")
    return None


def _failing(facts: SourceFacts, now: datetime) -> Health | None:
    """Feeds that fail: a source is as bad as its best feed, a lone broken feed degrades it."""
    active = [feed for feed in facts.feeds if not feed.paused]
    failing = [feed for feed in active if _is_failing(feed)]
    if not failing:
        return None
    worst = max(failing, key=lambda feed: (_severity(feed, now), feed.failures))
    cause = f"{_cause(worst)}; failing for {span(now - (worst.failing_since or now))}"
    if len(failing) == len(active):
        severity = min(_severity(feed, now) for feed in failing)
    else:
        severity = Severity.DEGRADED
        cause = f"{len(failing)} of {len(active)} feeds: {worst.name}: {cause}"
    return _verdict(facts, _state(worst), severity, cause, worst.failing_since)


def _is_failing(feed: FeedFacts) -> bool:
    if feed.failure_kind is None:
        return False
    # A feed that never worked has no credit to use up.
    return feed.failures >= FAILING or feed.last_success_at is None


def _severity(feed: FeedFacts, now: datetime) -> Severity:
    lasted = now - (feed.failing_since or now)
    if feed.failure_kind in ACT_KINDS and lasted >= ACT_AFTER:
        return Severity.CRITICAL
    if feed.failures >= CRITICAL_FAILURES and lasted >= CRITICAL_AFTER:
        return Severity.CRITICAL
    return Severity.DEGRADED


def _state(feed: FeedFacts) -> str:
    return STATE_OF_FAILURE[feed.failure_kind] if feed.failure_kind else "working"


def _cause(feed: FeedFacts) -> str:
    return feed.message or (feed.failure_kind.value if feed.failure_kind else "unknown")


def _unpolled(facts: SourceFacts) -> Health | None:
    if any(feed.last_poll_at is not None for feed in facts.feeds):
        return None
    return _verdict(facts, "new", Severity.OK, "not polled yet")


def _silent(facts: SourceFacts, now: datetime) -> Health | None:
    """Nothing new for longer than three usual gaps, as silent_after counts them."""
    if facts.last_new_at is None or facts.silent_at is None or now < facts.silent_at:
        return None
    allowed = facts.silent_at - facts.last_new_at
    lasted = now - facts.last_new_at
    severity = Severity.CRITICAL if lasted >= SILENT_CRITICAL * allowed else Severity.DEGRADED
    usual = f", usual gap {span(facts.usual_gap)}" if facts.usual_gap is not None else ""
    reason = f"nothing new for {span(lasted)}{usual}"
    return _verdict(facts, "silent", severity, reason, facts.silent_at)


def _empty(facts: SourceFacts) -> Health | None:
    """Valid documents without a single link: not broken, but nothing can come of them."""
    counts = [feed.links for feed in facts.feeds if not feed.paused and feed.links is not None]
    if not counts or any(counts):
        return None
    return _verdict(facts, "empty", Severity.DEGRADED, "the feed can be read but lists nothing")


def _extraction(facts: SourceFacts) -> Health | None:
    if facts.pages < ENOUGH_PAGES or facts.unreadable < EXTRACTION_DEGRADED * facts.pages:
        return None
    bad = facts.unreadable >= EXTRACTION_CRITICAL * facts.pages
    reason = f"{facts.unreadable} of {facts.pages} pages in 24 h gave no article"
    return _verdict(facts, "extraction", Severity.CRITICAL if bad else Severity.DEGRADED, reason)


def _rules(facts: SourceFacts) -> Health | None:
    if not facts.broken_rules:
        return None
    first, *others = facts.broken_rules
    reason = first.reason + (f", and {len(others)} more" if others else "")
    since = min(rule.since for rule in facts.broken_rules)
    return _verdict(facts, "rules", Severity.DEGRADED, reason, since)


def _textless(facts: SourceFacts, now: datetime) -> Health | None:
    """Pages that used to give a text and do not any more; as bad as what follows from it."""
    breaks = [found for found in facts.breaks if found.measure == Measure.BODY]
    told = _drift(facts, breaks)
    if told is None:
        return None
    effects = (_silent(facts, now), _extraction(facts))
    severity = max((effect.severity for effect in effects if effect), default=told.severity)
    return replace(told, severity=max(told.severity, severity))


def _drift(facts: SourceFacts, breaks: Sequence[Break]) -> Health | None:
    if not breaks:
        return None
    more = f"; {len(facts.breaks) - 1} more" if len(facts.breaks) > 1 else ""
    reason = f"{describe(breaks[0])}{more}"
    return _verdict(facts, "drift", Severity.DEGRADED, reason, breaks[0].since)


def _slow(facts: SourceFacts) -> Health | None:
    slow = [
        feed
        for feed in facts.feeds
        if not feed.paused and feed.typical_elapsed is not None and feed.typical_elapsed >= SLOW
    ]
    if not slow:
        return None
    typical = max(feed.typical_elapsed or SLOW for feed in slow)
    return _verdict(
        facts, "slow", Severity.DEGRADED, f"{slow[0].name} takes {span(typical)} to answer"
    )
