"""Scrapy's downloader slots, one a host, made exact and set for each request."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Slot

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.core.downloader import Downloader


class _Queue(deque[tuple[Any, Any]]):
    """What leaves it counts as being transferred at once."""

    def __init__(self, transferring: set[Request]) -> None:
        super().__init__()
        self._transferring = transferring

    def popleft(self) -> tuple[Any, Any]:
        entry = super().popleft()
        self._transferring.add(entry[0])
        return entry


class HostSlot(Slot):
    """A slot whose concurrency holds without the reactor too.

    Scrapy counts a request once its download coroutine runs.  Without the reactor that is one
    turn of the loop after it left the queue, and all that comes in the same turn slips through
    (seen with 2.19: six at a time where one was allowed).
    """

    def __init__(self, concurrency: int, delay: float) -> None:
        super().__init__(concurrency, delay, 0.0)
        self.queue = _Queue(self.transferring)


def host_slot(downloader: Downloader, key: str, *, delay: float, concurrency: int) -> HostSlot:
    """The slot of a host with its delay (seconds) and concurrency as of now.

    Scrapy reads slot settings only when a crawl starts, and drops slots that were idle for a
    minute, so they are set anew for every request; the last one decides for the host.  Nothing
    is kept about a host beyond its slot.
    """
    slot = downloader.slots.get(key)
    if not isinstance(slot, HostSlot):
        slot = downloader.slots[key] = HostSlot(concurrency, delay)
        downloader._start_slot_gc()  # noqa: SLF001
    slot.delay = delay
    slot.concurrency = concurrency
    return slot
