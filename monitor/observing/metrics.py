"""What Prometheus is told: read from the store when it asks, so nothing is counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.core import (
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry

from monitor import __version__
from monitor.review.coverage_told import OUTCOMES
from monitor.status import Status, gather
from pipeline.store.alert_reading import channels_told
from pipeline.store.reading import Reader
from pipeline.store.topic_reading import topics


class StoreMetrics(Collector):
    """Metrics of the store and of the daemon that writes it."""

    def __init__(self, database: Path, pages: Path, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._pages = pages
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Yield every metric.  Raises StoreError."""
        with Reader(self._database) as reader:
            status = gather(reader, self._clock())
            yield from _whole(status)
            yield from _daemon(status)
            yield from _sources(status)
            links = GaugeMetricFamily(
                "monitor_links", "Discovered links by what became of them.", labels=["outcome"]
            )
            counted = reader.counted()
            for outcome, number in counted.items():
                if outcome in OUTCOMES:
                    links.add_metric([outcome], number)
            yield links
            yield GaugeMetricFamily(
                "monitor_links_discovered",
                "Links that were ever discovered.",
                value=counted.get("discovered", 0),
            )
            stories = GaugeMetricFamily(
                "monitor_topic_stories", "Stories that match a topic.", labels=["topic"]
            )
            for topic in topics(reader):
                stories.add_metric([topic["id"]], topic["stories"])
            yield stories
            messages = GaugeMetricFamily(
                "monitor_messages",
                "Messages to a channel: sent, waiting, failed; queued are alerts without one.",
                labels=["channel", "state"],
            )
            for channel, row in channels_told(reader).items():
                for state in ("sent", "waiting", "failed", "queued"):
                    messages.add_metric([channel, state], row[state])
            yield messages
        sizes = GaugeMetricFamily("monitor_file_bytes", "Size of a file.", labels=["file"])
        for name, path in (("database", self._database), ("pages", self._pages)):
            sizes.add_metric([name], path.stat().st_size if path.exists() else 0)
        yield sizes


def registry(database: Path, pages: Path, clock: Callable[[], datetime]) -> CollectorRegistry:
    """Return a registry with our metrics and nothing of the process that serves them."""
    found = CollectorRegistry()
    found.register(StoreMetrics(database, pages, clock))
    return found


def _whole(status: Status) -> Iterator[Metric]:
    info = InfoMetricFamily("monitor", "The release.")
    info.add_metric([], {"version": __version__})
    yield info
    yield GaugeMetricFamily(
        "monitor_status_code",
        "As `monitor status --check` exits: 0 fine, 10 degraded, 11 critical, 12 not running.",
        value=status.code,
    )
    yield GaugeMetricFamily("monitor_articles", "Articles stored.", value=status.articles)
    yield GaugeMetricFamily(
        "monitor_revisions", "Earlier states of articles.", value=status.revisions
    )
    yield GaugeMetricFamily(
        "monitor_links_pending", "Links that are still to be tried.", value=status.pending
    )


def _daemon(status: Status) -> Iterator[Metric]:
    daemon = status.daemon
    up = GaugeMetricFamily(
        "monitor_daemon_running", "1 if a daemon holds the database.", value=int(daemon.running)
    )
    yield up
    told: tuple[tuple[str, str, float | None], ...] = (
        (
            "monitor_heartbeat_timestamp_seconds",
            "When the daemon last showed life.",
            None if daemon.heartbeat_at is None else daemon.heartbeat_at.timestamp(),
        ),
        (
            "monitor_memory_bytes",
            "Memory of the daemon without its workers.",
            None if daemon.memory_mb is None else daemon.memory_mb * 1_000_000,
        ),
        ("monitor_in_flight", "Requests and pages at work.", daemon.in_flight),
        ("monitor_queued", "Visits that wait for their turn.", daemon.queued),
        (
            "monitor_loop_lag_seconds",
            "The longest the loop stood still between two heartbeats.",
            None if daemon.loop_lag_ms is None else daemon.loop_lag_ms / 1000,
        ),
    )
    for name, text, value in told:
        if value is not None:
            yield GaugeMetricFamily(name, text, value=value)


def _sources(status: Status) -> Iterator[Metric]:
    states = GaugeMetricFamily("monitor_sources", "Sources by state.", labels=["state"])
    for state, number in sorted(Counter(s.health.state for s in status.sources).items()):
        states.add_metric([state], number)
    yield states
    severity = GaugeMetricFamily(
        "monitor_source_severity", "0 fine, 1 degraded, 2 critical.", labels=["source"]
    )
    last = GaugeMetricFamily(
        "monitor_source_last_article_timestamp_seconds",
        "When the newest article of a source was found.",
        labels=["source"],
    )
    day = GaugeMetricFamily(
        "monitor_source_new_articles", "Articles of a source in 24 hours.", labels=["source"]
    )
    for source in status.sources:
        severity.add_metric([source.slug], int(source.health.severity))
        day.add_metric([source.slug], source.new)
        if source.last_article_at is not None:
            last.add_metric([source.slug], source.last_article_at.timestamp())
    yield from (severity, last, day)
