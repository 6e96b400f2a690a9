"""The one row that says which daemon runs, and when it last showed life."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipeline.times import to_iso


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """A sign of life."""

    pid: int
    host: str
    version: str
    started_at: datetime
    at: datetime
    state: str = "running"  # running, stopping, stopped
    memory_mb: float = 0.0  # main process
    in_flight: int = 0
    queued: int = 0
    loop_lag_ms: float = 0.0  # the longest since the last beat
    config: str = ""


class Heartbeat:
    """The table ``daemon``."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def beat(self, beat: Beat, pending_links: int) -> None:
        """Overwrite the row."""
        stopped = to_iso(beat.at) if beat.state == "stopped" else None
        self._conn.execute(
            "INSERT OR REPLACE INTO daemon (id, pid, host, version, state, started_at, "
            "heartbeat_at, stopped_at, memory_mb, in_flight, queued, pending_links, loop_lag_ms, "
            "config) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                beat.pid, beat.host, beat.version, beat.state, to_iso(beat.started_at),
                to_iso(beat.at), stopped, round(beat.memory_mb, 1), beat.in_flight, beat.queued,
                pending_links, round(beat.loop_lag_ms, 1), beat.config,
            ),
        )  # fmt: skip
