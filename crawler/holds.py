"""Remembers which hosts told us to come back later, and until when."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_HOLD = timedelta(hours=1)  # a year away, by mistake or malice, must not silence a source
# 429 without Retry-After: long enough that a queue of links does not hammer on, short enough
# that the next poll is not lost.
DEFAULT_HOLD = timedelta(minutes=1)
_MAX_HOSTS = 10_000


def parse_retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date.

    Returns the wait from ``now`` (aware), between zero and ``MAX_HOLD``; None if there is none
    or it cannot be read.
    """
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        # Longer numbers would overflow timedelta, and are over the cap anyway.
        return min(timedelta(seconds=int(text[:9])), MAX_HOLD) if len(text) < 10 else MAX_HOLD
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), MAX_HOLD)


class Holds:
    """The not-before times of hosts, in memory: a restart may ask once too early.

    ``monotonic`` gives seconds and never jumps.  The least recently set host is forgotten first.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: OrderedDict[str, float] = OrderedDict()

    def set(self, key: str, wait: timedelta) -> None:
        """Hold requests to ``key`` for ``wait`` from now, at most ``MAX_HOLD``."""
        self._until[key] = self._monotonic() + min(wait, MAX_HOLD).total_seconds()
        self._until.move_to_end(key)
        if len(self._until) > _MAX_HOSTS:
            self._until.popitem(last=False)

    def remaining(self, key: str) -> timedelta | None:
        """How long requests to ``key`` must still wait; None if they need not."""
        until = self._until.get(key)
        if until is None:
            return None
        left = until - self._monotonic()
        if left <= 0:
            del self._until[key]
            return None
        return timedelta(seconds=left)

    def __len__(self) -> int:
        return len(self._until)
