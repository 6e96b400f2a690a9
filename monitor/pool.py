"""Killable worker processes for everything that foreign bytes can make slow or large."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as PebbleTimeout
from contextlib import suppress
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.model import Failure, FailureKind

J = TypeVar("J")
R = TypeVar("R")

TASKS_PER_PROCESS = 2000  # then a fresh one: what leaks in C libraries does not add up over years

_PR_SET_PDEATHSIG = 1


def _limit(memory: int) -> None:
    """Prepare a worker: its address space is bounded, the terminal's Ctrl-C is not for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # The fork server ends when the daemon does, kill -9 included; a worker deep in a page would not
    # notice.  Linux only; elsewhere it ends with its page.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
    # Loaded before the first page, so that its five seconds are not spent on imports.
    import pipeline.extract  # noqa: F401


class WorkerPool:
    """A pebble pool that exists only while there is work: idle workers cost memory and wake-ups.

    ``run`` gives the function's result, or a Failure when it took longer than ``timeout`` seconds,
    ran out of ``memory`` bytes or took its process down.
    """

    def __init__(
        self, *, workers: int, timeout: float, memory: int, idle_after: float = 60.0
    ) -> None:
        self._workers = workers
        self._timeout = timeout
        self._memory = memory
        self._idle_after = idle_after
        self._pool: ProcessPool | None = None
        self._places = asyncio.Semaphore(workers * 2)  # one at work, one at hand for each
        self._busy = 0
        self._retire: asyncio.TimerHandle | None = None

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
                return await self._run(function, job, url)
        finally:
            self._busy -= 1
            if not self._busy:
                loop = asyncio.get_running_loop()
                self._retire = loop.call_later(self._idle_after, self._drop)

    async def _run(self, function: Callable[[J], R], job: J, url: str) -> R | Failure:
        future = self._started().schedule(function, args=(job,), timeout=self._timeout)
        try:
            result: R = await asyncio.wrap_future(future)
        except (PebbleTimeout, TimeoutError):
            message = f"reading it took more than {self._timeout:g} s"
            return Failure(kind=FailureKind.EXTRACT_TIMEOUT, message=message, url=url)
        except MemoryError:
            message = f"reading it took more than {self._memory >> 20} MB"
            return Failure(kind=FailureKind.EXTRACT_CRASHED, message=message, url=url)
        except ProcessExpired as error:
            message = f"the worker died reading it (exit code {error.exitcode})"
            return Failure(kind=FailureKind.EXTRACT_CRASHED, message=message, url=url)
        return result

    def _started(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=TASKS_PER_PROCESS,
                initializer=_limit,
                initargs=(self._memory,),
                # fork would copy a process with threads and an event loop
                context=multiprocessing.get_context("forkserver"),
            )
        return self._pool

    def _drop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            asyncio.get_running_loop().run_in_executor(None, _end, pool)

    def close(self) -> None:
        """End all workers at once."""
        if self._retire:
            self._retire.cancel()
        if self._pool is not None:
            _end(self._pool)
            self._pool = None


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
