"""What is told beside topics: sources in trouble and well again, bursts, and the monitor itself.

Each function decides from facts and from what was told before; ``Keeper`` enters it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.health import Health, Severity, span
from monitor.status import DaemonStatus
from pipeline.store.alerts import Alert
from pipeline.times import from_iso, to_iso

# Told as soon as they are remarkable; trouble of the network is told when it is critical, since
# most of it ends by itself.
AT_ONCE = frozenset({"silent", "extraction", "rules", "drift", "blocked", "robots"})
FINE = frozenset({"working", "quiet", "new", "slow", "paused"})
AGAIN = timedelta(hours=6)  # the same trouble is not told again before

BURST_HOURS = 1
BURST_LEAST = 5  # stories in that time
BURST_HISTORY = timedelta(days=14)
BURST_NEEDED = timedelta(days=3)  # of matches, before anything can be unusual
BURST_PAUSE = timedelta(hours=12)
_SURE = 1e-5  # the chance that a usual hour has as many

LONG_GAP = timedelta(hours=1)  # without a monitor is worth telling
KEY = "source/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An alert and what is to be remembered of it."""

    alert: Alert
    key: str
    value: str


def sources_changed(
    verdicts: Iterable[Health],
    told: Mapping[str, tuple[str, str]],
    channels: Sequence[str],
    now: datetime,
    after: timedelta,
) -> list[Change]:
    """Return what to tell of sources.

    ``told`` is what is remembered (key -> value, since when): a state that was told, or "well
    STATE" when the end of it was told.
    """
    changes = []
    for health in verdicts:
        key = KEY + health.source
        value, at = told.get(key, ("", ""))
        open_state = "" if value.startswith("well ") else value
        if _in_trouble(health):
            if open_state:
                continue  # one trouble is told once, whatever it turns into
            if health.since is not None and now - health.since < after:
                continue
            recent = at and now - from_iso(at) < AGAIN
            if recent and value == f"well {health.state}":
                continue
            changes.append(Change(alert=_trouble(health, channels, now), key=key,
                                  value=health.state))  # fmt: skip
        elif open_state and health.state in FINE:
            changes.append(
                Change(
                    alert=_well(health, open_state, at, channels, now),
                    key=key,
                    value=f"well {open_state}",
                )
            )
    return changes


def _in_trouble(health: Health) -> bool:
    if health.state in FINE:
        return False
    if health.state in AT_ONCE:
        return health.severity >= Severity.DEGRADED
    return health.severity is Severity.CRITICAL


def _trouble(health: Health, channels: Sequence[str], now: datetime) -> Alert:
    since = f" (since {health.since:%Y-%m-%d %H:%M} UTC)" if health.since else ""
    return Alert(
        kind="source",
        subject=f"{health.source}/{health.state}/{to_iso(now)}",
        at=now,
        channels=tuple(channels),
        source=health.source,
        facts={
            "state": health.state,
            "severity": health.severity.name.lower(),
            "since": to_iso(health.since) if health.since else None,
            "reason": f"{health.reason}{since}",
            "headline": f"{health.source}: {health.state}",
        },
    )


def _well(health: Health, was: str, since: str, channels: Sequence[str], now: datetime) -> Alert:
    lasted = f", after {span(now - from_iso(since))}" if since else ""
    return Alert(
        kind="source",
        subject=f"{health.source}/well/{to_iso(now)}",
        at=now,
        channels=tuple(channels),
        source=health.source,
        facts={
            "state": health.state,
            "severity": "ok",
            "was": was,
            "reason": f"no longer {was}{lasted}",
            "headline": f"{health.source}: well again",
        },
    )


def unusual(times: Sequence[str], now: datetime) -> tuple[int, float] | None:
    """Return (stories of the last hour, usual number) if there are far more than usual.

    ``times`` are those of a topic's stories in the last 14 days.  The usual number is the mean of
    an hour; as many or more must have a chance of less than 1 in 100,000 if stories came by chance
    (Poisson), and be five at least.
    """
    start = now - timedelta(hours=BURST_HOURS)
    lately = sum(at >= to_iso(start) for at in times)
    if lately < BURST_LEAST or not times or from_iso(times[0]) > now - BURST_NEEDED:
        return None
    span_h = (start - max(from_iso(times[0]), now - BURST_HISTORY)) / timedelta(hours=1)
    mean = (len(times) - lately) / max(span_h, 1.0)
    if _tail(lately, mean) > _SURE:
        return None
    return lately, mean


def _tail(count: int, mean: float) -> float:
    """The chance of ``count`` or more events where ``mean`` are usual (Poisson)."""
    term = total = math.exp(-mean)
    for n in range(1, count):
        term *= mean / n
        total += term
    return max(0.0, 1.0 - total)


def burst(
    topic: str, name: str, found: tuple[int, float], channels: Sequence[str], now: datetime
) -> Alert:
    """Return what is told of a burst."""
    lately, mean = found
    usual = f"{mean:.1f} an hour" if mean >= 0.1 else f"{24 * mean:.1f} a day"
    return Alert(
        kind="burst",
        subject=f"{topic}/{to_iso(now)}",
        at=now,
        channels=tuple(channels),
        topics=(topic,),
        facts={
            "stories": lately,
            "usual": round(mean, 3),
            "hours": BURST_HOURS,
            "topic_name": name,
            "reason": f"{lately} stories in the last hour; usual are {usual}",
            "headline": f"Burst: {name}",
        },
    )


def daemon_came_back(before: DaemonStatus, channels: Sequence[str], now: datetime) -> Alert | None:
    """Return what is told at the start: that the last daemon died, or that none ran for long."""
    last = before.heartbeat_at
    if last is None:
        return None
    gap = now - last
    if before.state == "stopped":
        if gap < LONG_GAP:
            return None
        reason = f"nothing was watched for {span(gap)}: the monitor was stopped"
    else:
        reason = (
            f"the monitor ended without a word; its last sign of life was {span(gap)} before it "
            "was started again"
        )
    return Alert(
        kind="daemon",
        subject=f"came back/{to_iso(last)}",
        at=now,
        channels=tuple(channels),
        facts={"headline": "The monitor runs again", "reason": reason, "trouble": "gap",
               "last_seen_at": to_iso(last)},
    )  # fmt: skip


def low_disk(free: int, limit: int, channels: Sequence[str], now: datetime) -> Alert:
    """Return what is told of a disk that fills up; sizes in bytes."""
    return Alert(
        kind="daemon",
        subject=f"disk/{to_iso(now)}",
        at=now,
        channels=tuple(channels),
        facts={
            "headline": "Little space is left",
            "reason": f"{free // 1_000_000} MB are free for the database, fewer than "
            f"{limit // 1_000_000} MB; `monitor db prune` removes old pages",
            "trouble": "disk",
            "free_bytes": free,
        },
    )


def undelivered(channel: str, error: str, others: Sequence[str], now: datetime) -> Alert:
    """Return what other channels are told of one that does not take its messages."""
    return Alert(
        kind="daemon",
        subject=f"channel/{channel}/{to_iso(now)}",
        at=now,
        channels=tuple(others),
        facts={
            "headline": f"Messages to {channel} do not arrive",
            "reason": f"for more than an hour: {error}; they are kept and tried again",
            "trouble": "channel",
            "channel": channel,
        },
    )
