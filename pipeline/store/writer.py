"""The single writer: one thread owns the write connection and commits in batches."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline.errors import StoreError, StoreLockedError
from pipeline.store.sqlite import SqliteStore

T = TypeVar("T")

BATCH = 300  # changes in one transaction at most
LINGER = 0.2  # seconds the first change of a batch waits for company
LOCK_TRIES = 6  # of 10 s each (busy timeout), before changes are given back as failed


@dataclass(slots=True)
class _Change(Generic[T]):
    run: Callable[[SqliteStore], T]
    done: Future[T]
    urgent: bool


class Writer:
    """Runs changes against the store, in order, some hundred to a transaction.

    A change is a function of the store; its result (or what it raised) arrives in a future once the
    transaction has committed, so that whoever waits for it may rely on the disk.
    """

    def __init__(self, store: SqliteStore, *, linger: float = LINGER, batch: int = BATCH) -> None:
        self._store = store
        self._linger = linger
        self._batch = batch
        self._queue: queue.SimpleQueue[_Change[Any] | None] = queue.SimpleQueue()
        self._entrance = threading.Lock()  # nobody may queue a change behind the end
        self._ended: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, run: Callable[[SqliteStore], T], *, urgent: bool = False) -> Future[T]:
        """Queue a change.  An urgent one does not wait for company."""
        done: Future[T] = Future()
        with self._entrance:
            if self._ended is None:
                self._queue.put(_Change(run, done, urgent))
                return done
        done.set_exception(self._ended)
        return done

    def waiting(self) -> int:
        """Return how many changes are queued."""
        return self._queue.qsize()

    def close(self) -> None:
        """Commit what is queued, end the thread, close the store.  What comes later is refused."""
        with self._entrance:
            if self._ended is None:
                self._ended = StoreError(f"{self._store.path}: the monitor is stopping")
            self._queue.put(None)
        self._thread.join()
        self._store.close()

    def _work(self) -> None:
        ended = False
        while not ended:
            first = self._queue.get()
            if first is None:
                return
            changes, ended = self._gather(first)
            # Who stopped waiting (a visit that was cancelled) no longer wants the change.
            changes = [c for c in changes if c.done.set_running_or_notify_cancel()]
            try:
                if changes:
                    self._commit(changes)
            except BaseException as error:  # a bug of ours: nobody may wait for ever because of it
                with self._entrance:
                    self._ended = error
                self._fail(changes, error)
                self._drain(error)
                raise

    def _gather(self, first: _Change[Any]) -> tuple[list[_Change[Any]], bool]:
        changes = [first]
        until = time.monotonic() + self._linger
        urgent = first.urgent
        while len(changes) < self._batch:
            try:
                # An urgent change ends the wait, not the batch: what is queued goes along.
                wait = 0.0 if urgent else max(0.0, until - time.monotonic())
                item = self._queue.get(timeout=wait) if wait else self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return changes, True
            changes.append(item)
            urgent = urgent or item.urgent
        return changes, False

    def _commit(self, changes: list[_Change[Any]]) -> None:
        for attempt in range(1, LOCK_TRIES + 1):
            try:
                results = self._run(changes)
            except StoreLockedError as error:
                if attempt < LOCK_TRIES:
                    continue
                self._fail(changes, error)
            except StoreError as error:
                self._fail(changes, error)
            except Exception as error:  # noqa: BLE001
                # A mistake that shows at the commit only: the others shall not suffer for it.
                if len(changes) == 1:
                    self._fail(changes, error)
                for change in changes if len(changes) > 1 else ():
                    self._commit([change])
            else:
                for change, (result, raised) in zip(changes, results, strict=True):
                    if raised is not None:
                        change.done.set_exception(raised)
                    else:
                        change.done.set_result(result)
            return

    def _run(self, changes: list[_Change[Any]]) -> list[tuple[Any, BaseException | None]]:
        results: list[tuple[Any, BaseException | None]] = []
        with self._store.transaction():
            for change in changes:
                try:
                    with self._store.step():
                        result = change.run(self._store)
                    results.append((result, None))
                except Exception as error:
                    if not self._store.in_transaction:
                        raise  # the whole transaction is gone, not just this change
                    results.append((None, error))
        return results

    def _drain(self, error: BaseException) -> None:
        while True:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return
            if item is not None:
                self._fail([item], error)

    @staticmethod
    def _fail(changes: list[_Change[Any]], error: BaseException) -> None:
        for change in changes:
            if not change.done.done():
                change.done.set_exception(error)
