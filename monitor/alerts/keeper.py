"""The daemon's part in alerts: looks at sources, topics and itself, and enters what is told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from monitor.alerts import watch
from monitor.alerts.hearing import hears
from monitor.choosing import SelectionError, select
from monitor.config.channels import Event
from monitor.config.model import Config
from monitor.health import Health
from monitor.status import DaemonStatus, daemon_status, gather
from monitor.writing import StoreClient
from pipeline.store.alert_reading import channels_told, topic_hours, watched
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore
from pipeline.times import from_iso, to_iso

_STUCK = timedelta(hours=1)  # a channel that takes nothing for so long is told of
_AGAIN = timedelta(hours=24)  # trouble of the monitor is told again after


class Keeper:
    """Looks around now and then."""

    def __init__(self, store: StoreClient, database: Path, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._database = database
        self._clock = clock

    async def started(self, config: Config, before: DaemonStatus) -> None:
        """Tell that the last daemon died, or that none ran for long; call once."""
        channels = hears(config, config.alerts.notify, Event.DAEMON)
        alert = watch.daemon_came_back(before, channels, self._clock())
        if alert is not None and channels:
            await self._store.do(lambda store: store.alerts.add(alert))

    async def look(self, config: Config) -> None:
        """Look at everything and enter what is told."""
        now = self._clock()
        sources = hears(config, config.alerts.notify, Event.SOURCE)
        own = hears(config, config.alerts.notify, Event.DAEMON)
        bursts = {
            topic.id: (topic.name or topic.id, channels)
            for topic in config.topics
            if (channels := hears(config, topic.notify, Event.BURST))
        }
        if not (sources or bursts or own):
            return
        verdicts, counted, stuck, told = await asyncio.to_thread(
            self._read, config, now, bool(sources), list(bursts), bool(own)
        )
        free = shutil.disk_usage(self._database.parent).free if own else None
        changes = watch.sources_changed(verdicts, told, sources, now, config.alerts.after)
        for topic, found in counted.items():
            name, channels = bursts[topic]
            if _due(told, f"burst/{topic}", now, watch.BURST_PAUSE):
                alert = watch.burst(topic, name, found, channels, now)
                changes.append(watch.Change(alert=alert, key=f"burst/{topic}", value="told"))
        limit = config.alerts.disk * 1_000_000
        if free is not None and free < limit and _due(told, "disk", now, _AGAIN):
            alert = watch.low_disk(free, limit, own, now)
            changes.append(watch.Change(alert=alert, key="disk", value="told"))
        for channel, error in stuck.items():
            others = tuple(name for name in own if name != channel)
            if others and _due(told, f"channel/{channel}", now, _AGAIN):
                alert = watch.undelivered(channel, error, others, now)
                changes.append(watch.Change(alert=alert, key=f"channel/{channel}", value="told"))

        def enter(store: SqliteStore) -> None:
            for change in changes:
                store.alerts.add(change.alert)
                store.alerts.remember(change.key, change.value, now)

        if changes:
            await self._store.do(enter)

    def _read(
        self, config: Config, now: datetime, sources: bool, topics: list[str], own: bool
    ) -> tuple[
        list[Health],
        dict[str, tuple[int, float]],
        dict[str, str],
        dict[str, tuple[str, str]],
    ]:
        verdicts: list[Health] = []
        counted = {}
        stuck = {}
        with Reader(self._database) as reader:
            if sources:
                try:
                    chosen = config.alerts.sources
                    slugs = select(chosen, reader.sources()) if chosen else None
                except SelectionError:
                    slugs = ()  # said by `config check`; the others are still watched
                verdicts = [source.health for source in gather(reader, now, slugs).sources]
            since = to_iso(now - watch.BURST_HISTORY)
            for topic in topics:
                found = watch.unusual(topic_hours(reader, topic, since), now)
                if found is not None:
                    counted[topic] = found
            for name, row in (channels_told(reader) if own else {}).items():
                last = row["last_sent_at"]
                late = row["error"] and (last is None or now - from_iso(last) > _STUCK)
                if late and name in config.notify and row["oldest_at"] < to_iso(now - _STUCK):
                    stuck[name] = row["error"]
            told = watched(reader)
        return verdicts, counted, stuck, told


def daemon_before(database: Path, now: datetime) -> DaemonStatus:
    """Return how the last daemon ended; to be read before the first sign of life is written."""
    with Reader(database) as reader:
        return daemon_status(reader.daemon(), None, now)


def _due(told: Mapping[str, tuple[str, str]], key: str, now: datetime, pause: timedelta) -> bool:
    held = told.get(key)
    return held is None or from_iso(held[1]) <= now - pause
