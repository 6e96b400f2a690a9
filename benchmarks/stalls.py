"""A heartbeat in an event loop, ten milliseconds apart, that notes how late each beat comes."""

from __future__ import annotations

import asyncio
import time

BEAT_S = 0.01


class Heartbeat:
    """Lateness of beats by the wall clock, and the CPU that the loop's thread used between two.

    A beat comes late when the loop was blocked, but also when the machine gave the thread no
    processor; the CPU between two beats is the loop's own doing whatever else runs.  It counts
    several callbacks that ran in one turn, so it is an upper bound of one blocking step.
    """

    def __init__(self) -> None:
        self._late: list[float] = []
        self._busy: list[float] = []
        self._expected = 0.0
        self._cpu = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to beat in the running loop."""
        loop = asyncio.get_running_loop()
        self._late, self._busy = [], []
        self._cpu = time.thread_time()
        self._expected = loop.time() + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        now, cpu = loop.time(), time.thread_time()
        self._late.append(max(0.0, now - self._expected))
        self._busy.append(cpu - self._cpu)
        self._cpu = cpu
        self._expected = now + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)

    def stop(self) -> dict[str, float]:
        """Stop, and return what was seen, in milliseconds."""
        if self._handle is not None:
            self._handle.cancel()
        late, busy = sorted(self._late) or [0.0], sorted(self._busy) or [0.0]
        return {
            "beats": len(self._late),
            "late_ms_p99": _ms(late[int(0.99 * (len(late) - 1))]),
            "late_ms_max": _ms(late[-1]),
            "busy_ms_p99": _ms(busy[int(0.99 * (len(busy) - 1))]),
            "busy_ms_max": _ms(busy[-1]),
        }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def in_words(seen: dict[str, float]) -> str:
    """Return what a heartbeat saw as one line."""
    return (
        f"late p99 {seen['late_ms_p99']:.1f} ms, max {seen['late_ms_max']:.1f} ms;  "
        f"on the CPU between beats p99 {seen['busy_ms_p99']:.1f} ms, max {seen['busy_ms_max']:.1f} ms"
    )
