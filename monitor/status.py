"""Gathers the facts for ``status`` in a few queries and judges them; needs no daemon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor import drift_told
from monitor.health import (
    DaemonFacts,
    FeedFacts,
    Health,
    Severity,
    SourceFacts,
    health,
    overall,
    problems_first,
)
from monitor.rulehealth import BrokenRule, broken_rules
from pipeline.model import FailureKind
from pipeline.store.lock import DaemonLock
from pipeline.store.reading import Reader, Row, day_ago
from pipeline.store.records import Break
from pipeline.store.rereading import rule_counts
from pipeline.store.site_reading import open_breaks
from pipeline.times import from_iso

SCHEMA = 1  # of the JSON; goes up when a key changes its meaning or goes away

# What counts as failed: nothing was read though there was something to read.
FAILED = ("failed", "extraction_failed", "crashed", "blocked", "refused", "gone", "robots")
_READ = ("stored", "copy", "revised", "unchanged")
_UNREADABLE = ("not_article", "extraction_failed")
WORDS = {0: "ok", 10: "degraded", 11: "critical", 12: "not running"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DaemonStatus:
    """The daemon as its lock and its last sign of life tell."""

    state: str  # running, starting, hung, stopped, died, never
    pid: int | None = None
    since: datetime | None = None  # started, or stopped when it is not running
    heartbeat_at: datetime | None = None
    version: str | None = None
    memory_mb: float | None = None
    in_flight: int | None = None
    queued: int | None = None
    pending: int | None = None
    loop_lag_ms: float | None = None
    config: str | None = None

    @property
    def running(self) -> bool:
        """True if a process holds the database, hung or not."""
        return self.state in ("running", "starting", "hung")


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStatus:
    """One source: the verdict and the numbers beside it."""

    slug: str
    name: str
    health: Health
    tags: str = "[]"
    feeds: int = 0
    last_poll_at: datetime | None = None
    next_poll_at: datetime | None = None
    last_article_at: datetime | None = None
    usual_gap: timedelta | None = None
    new: int = 0  # in 24 h
    copies: int = 0
    failed: int = 0
    delay_p50: timedelta | None = None
    drift: tuple[Break, ...] = ()  # breaks in the quality of its pages


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Everything ``status`` shows, problems first."""

    at: datetime
    daemon: DaemonStatus
    sources: tuple[SourceStatus, ...]
    code: int  # 0, 10, 11 or 12, as ``status --check`` exits
    articles: int
    revisions: int
    pending: int

    @property
    def word(self) -> str:
        """The code in one word."""
        return WORDS[self.code]

    def count(self, severity: Severity) -> int:
        """Return how many sources are that bad; paused ones do not count."""
        return sum(
            s.health.severity is severity and s.health.state != "paused" for s in self.sources
        )


def gather(reader: Reader, now: datetime, slugs: Sequence[str] | None = None) -> Status:
    """Return the status of all sources, or of some.  Raises StoreError."""
    wanted = None if slugs is None else set(slugs)
    feeds: dict[str, list[Row]] = defaultdict(list)
    for row in reader.feed_facts(slugs):
        feeds[row["source"]].append(row)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in reader.counts_since(day_ago(now)):
        counts[row["source"]][row["outcome"]] = row["n"]
    broken: dict[str, list[BrokenRule]] = defaultdict(list)
    for rule in broken_rules(rule_counts(reader, slugs)):
        broken[rule.source].append(rule)
    breaks = open_breaks(reader)
    sources = [
        source_status(
            row,
            feeds.get(row["slug"], ()),
            counts.get(row["slug"], {}),
            now,
            broken.get(row["slug"], ()),
            tuple(breaks.get(row["slug"], ())),
        )
        for row in reader.sources()
        if wanted is None or row["slug"] in wanted
    ]
    by_slug = {source.slug: source for source in sources}
    order = problems_first(source.health for source in sources)
    daemon = daemon_status(reader.daemon(), DaemonLock(reader.path).holder(), now)
    facts = DaemonFacts(running=daemon.running, heartbeat_at=daemon.heartbeat_at)
    if daemon.state == "starting":
        facts = replace(facts, heartbeat_at=now)
    totals = reader.totals()
    return Status(
        at=now,
        daemon=daemon,
        sources=tuple(by_slug[verdict.source] for verdict in order),
        code=overall(order, facts, now),
        articles=totals["articles"],
        revisions=totals["revisions"],
        pending=totals["pending"],
    )


def daemon_status(row: Row | None, holder: int | None, now: datetime) -> DaemonStatus:
    """Return the daemon's state from its row and from who holds the lock (None: nobody)."""
    if row is None:
        return DaemonStatus(state="never" if holder is None else "starting", pid=holder or None)
    beat = _when(row["heartbeat_at"])
    known = DaemonStatus(
        state="running",
        pid=row["pid"],
        since=_when(row["started_at"]),
        heartbeat_at=beat,
        version=row["version"],
        memory_mb=row["memory_mb"],
        in_flight=row["in_flight"],
        queued=row["queued"],
        pending=row["pending_links"],
        loop_lag_ms=row["loop_lag_ms"],
        config=row["config"] or None,
    )
    if holder is None:
        stopped = _when(row["stopped_at"]) if row["state"] == "stopped" else None
        return replace(known, state="stopped" if stopped else "died", since=stopped or beat)
    if (holder and row["pid"] != holder) or row["state"] == "stopped":
        return DaemonStatus(state="starting", pid=holder or None)  # the row is its predecessor's
    if beat is None or now - beat > DaemonFacts(running=True).limit:
        return replace(known, state="hung")
    return known


def source_status(
    row: Row,
    feeds: Sequence[Row],
    counts: Mapping[str, int],
    now: datetime,
    broken: Sequence[BrokenRule] = (),
    breaks: tuple[Break, ...] = (),
) -> SourceStatus:
    """Return one source's status from its row, feeds, counts of 24 h, broken rules and breaks."""
    until = _when(row["paused_until"])
    paused = row["paused_at"] is not None and (until is None or until > now)
    last_article = _when(row["last_article_at"])
    gap = _span(row["usual_gap_s"])
    unreadable = sum(counts.get(name, 0) for name in _UNREADABLE)
    verdict = health(
        SourceFacts(
            source=row["slug"],
            feeds=tuple(_feed_facts(feed) for feed in feeds),
            paused=paused,
            last_new_at=last_article,
            usual_gap=gap,
            silent_at=_when(row["silent_at"]),
            pages=unreadable + sum(counts.get(name, 0) for name in _READ),
            unreadable=unreadable,
            broken_rules=tuple(broken),
            breaks=breaks,
        ),
        now,
    )
    if paused:
        reason = row["paused_reason"] or "paused by hand"
        if until is not None:
            reason += f", until {until:%Y-%m-%d %H:%M} UTC"
        verdict = replace(verdict, reason=reason, since=_when(row["paused_at"]))
    polls = [at for feed in feeds if (at := _when(feed["last_poll_at"]))]
    nexts = [at for feed in feeds if (at := _when(feed["next_poll_at"]))]
    return SourceStatus(
        slug=row["slug"],
        name=row["name"],
        tags=row["tags"],
        health=verdict,
        feeds=len(feeds),
        last_poll_at=max(polls, default=None),
        next_poll_at=None if paused else min(nexts, default=None),
        last_article_at=last_article,
        usual_gap=gap,
        new=counts.get("stored", 0),
        copies=counts.get("copy", 0),
        failed=sum(counts.get(name, 0) for name in FAILED),
        delay_p50=_span(row["delay_p50_s"]),
        drift=breaks,
    )


def to_json(status: Status, shown: Sequence[SourceStatus] | None = None) -> dict[str, Any]:
    """Return the documented JSON of ``status --json`` (docs/status-json.md), all sources in it.

    With ``shown`` only those of the sources.
    """
    from pipeline.times import to_iso

    def stamp(value: datetime | None) -> str | None:
        return to_iso(value) if value else None

    def seconds(value: timedelta | None) -> int | None:
        return round(value.total_seconds()) if value is not None else None

    daemon = status.daemon
    return {
        "schema": SCHEMA,
        "at": stamp(status.at),
        "status": status.word,
        "code": status.code,
        "daemon": {
            "state": daemon.state,
            "pid": daemon.pid,
            "since": stamp(daemon.since),
            "heartbeat_at": stamp(daemon.heartbeat_at),
            "version": daemon.version,
            "memory_mb": daemon.memory_mb,
            "in_flight": daemon.in_flight,
            "queued": daemon.queued,
            "loop_lag_ms": daemon.loop_lag_ms,
            "config": daemon.config,
        },
        "totals": {
            "sources": len(status.sources),
            "critical": status.count(Severity.CRITICAL),
            "degraded": status.count(Severity.DEGRADED),
            "articles": status.articles,
            "revisions": status.revisions,
            "pending": status.pending,
            "new_24h": sum(source.new for source in status.sources),
            "copies_24h": sum(source.copies for source in status.sources),
            "failed_24h": sum(source.failed for source in status.sources),
        },
        "sources": [
            {
                "id": source.slug,
                "name": source.name,
                "state": source.health.state,
                "severity": source.health.severity.name.lower(),
                "reason": source.health.reason,
                "since": stamp(source.health.since),
                "feeds": source.feeds,
                "last_poll_at": stamp(source.last_poll_at),
                "next_poll_at": stamp(source.next_poll_at),
                "last_article_at": stamp(source.last_article_at),
                "usual_gap_s": seconds(source.usual_gap),
                "new_24h": source.new,
                "copies_24h": source.copies,
                "failed_24h": source.failed,
                "delay_p50_s": seconds(source.delay_p50),
                "drift": drift_told.to_json(source.drift),
            }
            for source in (status.sources if shown is None else shown)
        ],
    }


def _feed_facts(row: Row) -> FeedFacts:
    return FeedFacts(
        name=f"{row['kind']} {row['url']}",
        last_poll_at=_when(row["last_poll_at"]),
        last_success_at=_when(row["last_success_at"]),
        failures=row["failures"],
        failure_kind=FailureKind(row["last_error"]) if row["last_error"] else None,
        failing_since=_when(row["failing_since"]),
        message=row["last_error_message"],
        links=row["last_links"],
        typical_elapsed=timedelta(milliseconds=row["typical_ms"]) if row["typical_ms"] else None,
    )


def _when(value: str | None) -> datetime | None:
    return None if value is None else from_iso(value)


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
