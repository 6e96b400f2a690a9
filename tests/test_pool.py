"""The worker pool: what a job can do to its process, and that the next job does not notice."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from monitor.pool import _PRELOADED, WorkerPool
from pipeline.model import Failure, FailureKind

URL = "http://outlet.example/a"
MB = 1 << 20
# Modules that would cost each worker tens of MB.
COSTLY = {"aiohttp", "scrapy", "twisted", "rich", "structlog", "sqlite3", "pydantic"}


# What workers are made to run; found by name, so at the top of the module.
def double(number: int) -> int:
    return 2 * number


def whose(_: int) -> int:
    return os.getpid()


def hang(_: int) -> None:
    while True:
        time.sleep(60)


def spin(_: int) -> None:
    while True:
        pass


def eat(megabytes: int) -> int:
    return len(bytearray(megabytes * MB))


def leave(code: int) -> None:
    os._exit(code)


def kill_itself(number: int) -> None:
    os.kill(os.getpid(), number)


def is_the_first(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def killed_the_first_time(path: str) -> str:
    if is_the_first(path):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
        return "never"
    return "second try"


def lost_the_first_time(path: str) -> str:
    """End as it is reported when the fork server died before its worker did."""
    if is_the_first(path):
        os._exit(255)
    return "second try"


def fail(text: str) -> None:
    raise ValueError(text)


def large(megabytes: int) -> bytes:
    return b"x" * (megabytes * MB)


def loaded(_: int) -> bool:
    return "monitor.preloaded" in sys.modules and "lxml.html" in sys.modules


def in_pool(test, *, workers=1, timeout=5.0, memory=1 << 30, idle_after=60.0):
    """Run the coroutine function ``test`` with a pool, and end the pool."""

    async def main():
        pool = WorkerPool(workers=workers, timeout=timeout, memory=memory, idle_after=idle_after)
        try:
            return await test(pool)
        finally:
            pool.close()

    return asyncio.run(main())


def workers_of_mine():
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if "resource_tracker" not in line:
            found.append(process)
    return found


def test_results_come_back_each_to_its_own_job():
    async def test(pool):
        return await asyncio.gather(*(pool.run(double, n, URL) for n in range(40)))

    assert in_pool(test, workers=2) == [2 * n for n in range(40)]


def test_work_is_not_done_in_this_process_and_everything_is_loaded_before():
    async def test(pool):
        return await pool.run(whose, 0, URL), await pool.run(loaded, 0, URL)

    pid, ready = in_pool(test)
    assert pid != os.getpid()
    assert ready is True


@pytest.mark.parametrize("stuck", [hang, spin])
def test_a_job_that_does_not_end_is_a_timeout_and_the_next_one_runs(stuck):
    async def test(pool):
        return await asyncio.gather(pool.run(stuck, 0, URL), pool.run(double, 4, URL))

    failure, after = in_pool(test, timeout=0.4)
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.url) == (FailureKind.EXTRACT_TIMEOUT, URL)
    assert after == 8


def test_a_job_that_eats_memory_fails_and_the_next_one_runs():
    async def test(pool):
        return await pool.run(eat, 2000, URL), await pool.run(eat, 1, URL)

    failure, after = in_pool(test, memory=512 * MB)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.EXTRACT_CRASHED
    assert "512 MB" in failure.message
    assert after == MB


@pytest.mark.parametrize(
    ("end", "argument", "code"),
    [
        (leave, 3, "exit code 3"),
        (kill_itself, signal.SIGSEGV, "exit code -11"),
        (kill_itself, signal.SIGKILL, "exit code -9"),
    ],
)
def test_a_job_that_takes_its_process_down_fails_and_the_next_one_runs(end, argument, code):
    async def test(pool):
        return await asyncio.gather(pool.run(end, argument, URL), pool.run(double, 5, URL))

    failure, after = in_pool(test)
    assert isinstance(failure, Failure)
    assert failure.kind is FailureKind.EXTRACT_CRASHED
    assert code in failure.message
    assert after == 10


@pytest.mark.parametrize("end", [killed_the_first_time, lost_the_first_time])
def test_a_worker_that_was_ended_from_outside_gives_its_job_to_another(tmp_path, end):
    async def test(pool):
        return await pool.run(end, str(tmp_path / "tried"), URL)

    assert in_pool(test) == "second try"


def test_all_processes_killed_while_jobs_run_costs_a_second_try_and_no_more():
    async def test(pool):
        await pool.run(double, 1, URL)
        jobs = [asyncio.create_task(pool.run(double, n, URL)) for n in range(200)]
        await asyncio.sleep(0)
        for process in workers_of_mine():  # the fork server too
            process.kill()
        return await asyncio.wait_for(asyncio.gather(*jobs), 60)

    assert in_pool(test, workers=2) == [2 * n for n in range(200)]


def test_a_pool_that_no_longer_answers_is_replaced():
    async def test(pool):
        worker = psutil.Process(await pool.run(whose, 0, URL))
        silent, pool._patience = pool._pool, 0.2
        worker.suspend()  # it lives, so nobody starts another
        try:
            seven = asyncio.create_task(pool.run(double, 7, URL))
            await asyncio.sleep(0.05)
            pool._patience = 60.0
            eight = asyncio.create_task(pool.run(double, 8, URL))  # learns it from the first
            while pool._pool is silent:
                await asyncio.sleep(0.02)
            return await asyncio.gather(seven, eight)
        finally:
            worker.kill()

    assert in_pool(test, timeout=60.0) == [14, 16]


def test_an_error_of_the_function_comes_through():
    async def test(pool):
        with pytest.raises(ValueError, match="a bug"):
            await pool.run(fail, "a bug", URL)
        return await pool.run(double, 3, URL)

    assert in_pool(test) == 6


def test_large_results_come_through():
    async def test(pool):
        return await asyncio.gather(*(pool.run(large, 3, URL) for _ in range(4)))

    assert [len(body) for body in in_pool(test, workers=2)] == [3 * MB] * 4


def test_a_cancelled_job_is_cancelled_and_the_next_one_runs():
    async def test(pool):
        await pool.run(double, 1, URL)
        job = asyncio.create_task(pool.run(hang, 0, URL))
        await asyncio.sleep(0.2)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        return await pool.run(double, 2, URL), pool.busy

    assert in_pool(test) == (4, 0)


def test_idle_workers_end_and_come_back_when_there_is_work():
    async def test(pool):
        first = await pool.run(whose, 0, URL)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if not psutil.pid_exists(first) or psutil.Process(first).status() == "zombie":
                break
        else:
            pytest.fail("the idle worker is still there")
        return first, await pool.run(whose, 0, URL)

    first, second = in_pool(test, idle_after=0.05)
    assert first != second


def test_busy_counts_jobs_that_wait_and_run():
    async def test(pool):
        jobs = [asyncio.create_task(pool.run(double, n, URL)) for n in range(5)]
        await asyncio.sleep(0)
        seen = pool.busy
        await asyncio.gather(*jobs)
        return seen, pool.busy

    assert in_pool(test) == (5, 0)


def test_a_wall_clock_that_jumps_does_not_make_a_timeout(monkeypatch):
    async def test(pool):
        await pool.run(double, 1, URL)
        job = asyncio.create_task(pool.run(_nap, 0.5, URL))
        await asyncio.sleep(0.2)
        real = time.time
        monkeypatch.setattr("pebble.pool.process.time.time", lambda: real() + 3600)
        try:
            await asyncio.sleep(0.2)
        finally:
            monkeypatch.undo()
        return await job

    assert in_pool(test, timeout=5.0) == "rested"


def _nap(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def test_a_worker_does_not_load_what_only_the_daemon_needs():
    code = (
        "import sys\n"
        f"for name in {_PRELOADED!r}: __import__(name)\n"
        "import monitor.worker\n"
        f"print(*sorted({COSTLY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_daemon_itself_is_not_tied_to_its_parent():
    # The kernel would kill it with the shell that it was started from.
    number = ctypes.c_int(-1)
    ctypes.CDLL(None).prctl(2, ctypes.byref(number))  # PR_GET_PDEATHSIG
    assert number.value == 0
