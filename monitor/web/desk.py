"""The store as the web pages use it: a few readers, and one writer that opens when it is needed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar, cast

from monitor.web.settings import WebSettings
from pipeline.errors import MonitorError
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore
from pipeline.store.writer import Writer

T = TypeVar("T")

READERS = 4  # connections that are kept open; each has a page cache of its own
KEPT = timedelta(minutes=1)  # that sums over all time are shown again
MOST_KEPT = 50
WRITE_S = 30.0  # that a change may wait for the daemon to let go of the file


class ReadOnlyError(MonitorError):
    """A change was asked of pages that were started with --read-only."""


class Desk:
    """Gives each request a reader of its own, and passes changes to the writer's thread."""

    def __init__(self, settings: WebSettings) -> None:
        self.settings = settings
        self._idle: queue.LifoQueue[Reader] = queue.LifoQueue()
        self._writer: Writer | None = None
        self._opening = threading.Lock()
        self._counting = threading.Lock()
        self._kept: dict[Hashable, tuple[datetime, object]] = {}

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Give a reader for one request.  Raises StoreError."""
        try:
            reader = self._idle.get_nowait()
        except queue.Empty:
            reader = Reader(self.settings.database)
        try:
            yield reader
        finally:
            if self._idle.qsize() < READERS:
                self._idle.put(reader)
            else:
                reader.close()

    def write(self, change: Callable[[SqliteStore], T]) -> T:
        """Run a change and return its result once it is on disk.

        Raises ReadOnlyError, StoreError, and what the change raises.
        """
        if self.settings.read_only:
            raise ReadOnlyError("these pages are read-only: they were started with --read-only")
        with self._opening:
            if self._writer is None:
                store = SqliteStore(self.settings.database, pages=self.settings.pages)
                self._writer = Writer(store, linger=0.0)
            writer = self._writer
        return writer.submit(change, urgent=True).result(WRITE_S)

    def kept(self, key: Hashable, make: Callable[[], T]) -> tuple[datetime, T]:
        """Return what ``make`` gave within the last minute, and when; made anew after that.

        For sums over all time, which take long on a large file and change little.
        """
        now = self.settings.clock()
        with self._counting:  # one request counts, others wait for what it finds
            at, value = self._kept.get(key, (None, None))
            if at is None or not timedelta(0) <= now - at < KEPT:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                at, value = self._kept[key] = now, make()
        return at, cast("T", value)

    def close(self) -> None:
        """Commit what waits and close the files."""
        with self._opening:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        while not self._idle.empty():
            self._idle.get_nowait().close()
