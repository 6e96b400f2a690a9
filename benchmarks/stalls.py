"""A heartbeat in an event loop, ten milliseconds apart, that notes how late each beat comes."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

BEAT_S = 0.01


class Heartbeat:
    """How late beats come: by the wall clock, and without what the machine is to blame for.

    A beat is late when the loop was blocked, by its own work or by another thread that held the
    interpreter, but also when the kernel had no processor for the thread.  Linux counts the latter
    (schedstat), and ``own`` leaves it out.  ``busy`` is the CPU that the loop's thread used between
    two beats: an upper bound of one blocking step.
    """

    def __init__(self) -> None:
        self._late: list[float] = []
        self._own: list[float] = []
        self._busy: list[float] = []
        self._expected = self._cpu = self._queued = 0.0
        self._began = self._worst = self._worst_at = 0.0
        self._handle: asyncio.TimerHandle | None = None
        self._schedstat = -1

    def start(self) -> None:
        """Begin to beat in the running loop, in its thread."""
        loop = asyncio.get_running_loop()
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        if path.exists():
            self._schedstat = os.open(path, os.O_RDONLY)
        self._cpu, self._queued = time.thread_time(), self._waited()
        self._began = loop.time()
        self._expected = self._began + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)

    def _waited(self) -> float:
        """Seconds that this thread was ready to run and had no processor."""
        if self._schedstat < 0:
            return 0.0
        return int(os.pread(self._schedstat, 100, 0).split()[1]) / 1e9

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        now, cpu, queued = loop.time(), time.thread_time(), self._waited()
        late = max(0.0, now - self._expected)
        self._late.append(late)
        own = max(0.0, late - (queued - self._queued))
        if own > self._worst:
            self._worst, self._worst_at = own, now - self._began
        self._own.append(own)
        self._busy.append(cpu - self._cpu)
        self._cpu, self._queued = cpu, queued
        self._expected = loop.time() + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)

    def stop(self) -> dict[str, float]:
        """Stop, and return what was seen, in milliseconds."""
        if self._handle is not None:
            self._handle.cancel()
        if self._schedstat >= 0:
            os.close(self._schedstat)
            self._schedstat = -1
        seen: dict[str, float] = {"beats": len(self._late), "worst_at_s": round(self._worst_at, 2)}
        for name, values in (("late", self._late), ("own", self._own), ("busy", self._busy)):
            ordered = sorted(values) or [0.0]
            seen[f"{name}_ms_p99"] = round(ordered[int(0.99 * (len(ordered) - 1))] * 1000, 1)
            seen[f"{name}_ms_max"] = round(ordered[-1] * 1000, 1)
        return seen


def in_words(seen: dict[str, float]) -> str:
    """Return what a heartbeat saw as one line."""
    return (
        f"blocked p99 {seen['own_ms_p99']:.1f} ms, max {seen['own_ms_max']:.1f} ms"
        f" after {seen['worst_at_s']:.1f} s"
        f" (with waits for a processor {seen['late_ms_p99']:.1f} and {seen['late_ms_max']:.1f});"
        f" CPU between beats p99 {seen['busy_ms_p99']:.1f} ms, max {seen['busy_ms_max']:.1f} ms"
    )
