"""Killable worker processes for everything that foreign bytes can make slow or large."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as PebbleTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import forkserver
from typing import Any, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from monitor.worker import prepare
from pipeline.model import Failure, FailureKind

J = TypeVar("J")
R = TypeVar("R")

TASKS_PER_PROCESS = 2000  # then a fresh one: what leaks in C libraries does not add up over years
END_S = 5.0  # for workers to end; those that have not are killed
START_S = 20.0  # for a worker to start on a machine that has other things to do
TRIES = 2  # of a job whose workers broke down around it

# How a worker ended that was ended by others, as pebble reports it.  255 is what multiprocessing
# says of a worker whose fork server is gone (popen_forkserver.Popen.poll): nobody knows its end.
_FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM, int(signal.SIGTERM), 255)

_PRELOADED = ["monitor.leash", "monitor.preloaded", "pebble.pool.process"]

log = structlog.get_logger()


class _LostError(Exception):
    """The workers broke down around a job, which may be no fault of its own."""


class WorkerPool:
    """A pebble pool that exists only while there is work: idle workers cost memory and wake-ups.

    ``run`` gives the function's result, or a Failure when it took longer than ``timeout`` seconds,
    ran out of ``memory`` bytes or took its process down.  A pool that no longer answers is
    replaced, and the jobs that were in it get a second try.
    """

    def __init__(
        self, *, workers: int, timeout: float, memory: int, idle_after: float = 60.0
    ) -> None:
        self._workers = workers
        self._timeout = timeout
        self._memory = memory
        self._idle_after = idle_after
        # A job waits for at most one before it; what takes longer than both has been forgotten.
        self._patience = 2 * timeout + START_S
        self._pool: ProcessPool | None = None
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(workers * 2)  # one at work, one at hand for each
        self._answers: set[asyncio.Future[Any]] = set()  # of the jobs in the pool
        self._busy = 0
        self._retire: asyncio.TimerHandle | None = None
        # fork would copy a process with threads and an event loop
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        forkserver.ensure_running()  # now, so that it has loaded everything when work comes

    @property
    def busy(self) -> int:
        """How many jobs wait or run."""
        return self._busy

    async def run(self, function: Callable[[J], R], job: J, url: str) -> R | Failure:
        """Run ``function(job)`` in a worker; ``url`` names the document in a failure."""
        self._busy += 1
        if self._retire:
            self._retire.cancel()
            self._retire = None
        try:
            async with self._places:
                return await self._try(function, job, url)
        finally:
            self._busy -= 1
            if not self._busy:
                loop = asyncio.get_running_loop()
                self._retire = loop.call_later(self._idle_after, self._drop)

    async def _try(self, function: Callable[[J], R], job: J, url: str) -> R | Failure:
        reason = ""
        for _ in range(TRIES):
            try:
                return await self._run(function, job, url)
            except _LostError as error:
                reason = str(error)
                log.warning("worker_lost", url=url, reason=reason)
        return Failure(kind=FailureKind.EXTRACT_CRASHED, message=reason, url=url)

    async def _run(self, function: Callable[[J], R], job: J, url: str) -> R | Failure:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            pool = await self._started()
            answer = asyncio.wrap_future(
                pool.schedule(function, args=(job,), timeout=self._timeout)
            )
        except (BrokenProcessPool, RuntimeError, OSError, EOFError) as error:
            self._drop()
            raise _LostError(f"no worker could be started: {error}") from error
        self._answers.add(answer)
        try:
            async with asyncio.timeout(self._patience) as patience:
                result: R = await answer
        except (PebbleTimeout, TimeoutError):
            if patience.expired():
                self._drop()
                raise _LostError("the workers do not answer") from None
            if loop.time() - began < self._timeout:  # pebble goes by the wall clock, which jumped
                raise _LostError("the clock was moved") from None
            message = f"reading it took more than {self._timeout:g} s"
            return Failure(kind=FailureKind.EXTRACT_TIMEOUT, message=message, url=url)
        except MemoryError:
            message = f"reading it took more than {self._memory >> 20} MB"
            return Failure(kind=FailureKind.EXTRACT_CRASHED, message=message, url=url)
        except ProcessExpired as error:
            message = f"the worker died reading it (exit code {error.exitcode})"
            if error.exitcode in _FROM_OUTSIDE:
                raise _LostError(message) from error
            return Failure(kind=FailureKind.EXTRACT_CRASHED, message=message, url=url)
        except BrokenProcessPool as error:
            self._drop()
            raise _LostError(f"the workers broke down: {error}") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise _LostError("the workers were replaced") from None
        finally:
            self._answers.discard(answer)
        return result

    async def _started(self) -> ProcessPool:
        async with self._starting:
            if self._pool is not None and not self._pool.active:
                self._drop()
            if self._pool is None:
                pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=TASKS_PER_PROCESS,
                    initializer=prepare,
                    initargs=(self._memory,),
                    context=self._context,
                )
                # By this thread, because the fork server ends with the one that started it.
                forkserver.ensure_running()
                # It answers once it has loaded everything, and each worker is waited for.
                await asyncio.to_thread(_start, pool)
                self._pool = pool
            return self._pool

    def _drop(self) -> None:
        """Part with the pool; the jobs that are still in it are lost."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        # In a thread that the end of the process does not wait for: a broken pool may never join.
        threading.Thread(target=_end, args=(pool,), name="pool-end", daemon=True).start()
        for answer in self._answers:
            answer.cancel()

    async def end(self) -> None:
        """End all workers, without holding up the loop."""
        if (pool := self._parted()) is not None:
            await asyncio.to_thread(_end, pool)

    def close(self) -> None:
        """End all workers at once; blocks while they end."""
        if (pool := self._parted()) is not None:
            _end(pool)

    def _parted(self) -> ProcessPool | None:
        if self._retire:
            self._retire.cancel()
        pool, self._pool = self._pool, None
        return pool


def _start(pool: ProcessPool) -> None:
    if not pool.active:  # asking starts it
        raise BrokenProcessPool("it ended as it began")


def _end(pool: ProcessPool) -> None:
    workers = list(pool._pool_manager.worker_manager.workers.values())  # noqa: SLF001 - to kill them
    pool.stop()  # type: ignore[no-untyped-call]
    joining = threading.Thread(target=pool.join, name="pool-join", daemon=True)
    joining.start()
    joining.join(END_S)
    if joining.is_alive():
        for worker in workers:
            with suppress(OSError, ValueError):
                worker.kill()
