"""The single writer, for code that runs in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pipeline.store.sqlite import SqliteStore
from pipeline.store.writer import LINGER, Writer

T = TypeVar("T")


class StoreClient:
    """Runs functions of the store in the writer's thread and awaits their commit."""

    def __init__(self, store: SqliteStore, *, linger: float = LINGER) -> None:
        self._writer = Writer(store, linger=linger)

    async def do(self, run: Callable[[SqliteStore], T], *, urgent: bool = False) -> T:
        """Run a change; returns its result once it is on disk.  Raises what the change raised."""
        return await asyncio.wrap_future(self._writer.submit(run, urgent=urgent))

    def waiting(self) -> int:
        """Return how many changes are queued."""
        return self._writer.waiting()

    async def close(self) -> None:
        """Commit what is queued and close the files."""
        await asyncio.get_running_loop().run_in_executor(None, self._writer.close)
