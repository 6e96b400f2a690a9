"""Watches the event loop: how long it was ever blocked, and whether the wall clock jumped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

BEAT_S = 0.5
JUMP_S = 30.0  # less is drift or a busy machine; DST does not move UTC


class Pulse:
    """Beats on the monotonic clock, which no administrator and no laptop lid can set back.

    ``on_jump`` gets the seconds that the wall clock moved against it.
    """

    def __init__(
        self, on_jump: Callable[[float], None], wall: Callable[[], float] = time.time
    ) -> None:
        self._on_jump = on_jump
        self._wall = wall
        self._longest = 0.0
        self._expected = 0.0
        self._offset = 0.0
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to beat in the running loop."""
        loop = asyncio.get_running_loop()
        self._offset = self._wall() - loop.time()
        self._expected = loop.time() + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._longest = max(self._longest, now - self._expected)
        self._expected = now + BEAT_S
        self._handle = loop.call_at(self._expected, self._beat)
        self.check()

    def check(self) -> None:
        """Look for a jump now; for those whose decision must not be made on the old time."""
        offset = self._wall() - asyncio.get_running_loop().time()
        jump, self._offset = offset - self._offset, offset
        if abs(jump) > JUMP_S:
            self._on_jump(jump)

    def take_longest_ms(self) -> float:
        """Return the longest delay since the last call, in milliseconds."""
        longest, self._longest = self._longest, 0.0
        return longest * 1000

    def stop(self) -> None:
        """Stop beating."""
        if self._handle:
            self._handle.cancel()
