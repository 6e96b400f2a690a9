"""What the daemon costs when there is nothing to do: CPU and memory with feeds that are not due.

    python -m benchmarks.idle [--feeds 1000] [--seconds 60] [--json]

Nothing listens at the feeds' addresses: no request may be made, so none is answered.  The database
is prepared as if every feed had just been polled.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.outlets import write_config
from benchmarks.watched import family, start_daemon
from monitor.wiring import orders
from pipeline.store.sqlite import open_store

LIMIT_CPU = 0.5  # per cent of one core
LIMIT_MB = 150.0
_PORT = 9  # discard: nobody listens there
_SETTLE_S = 8.0  # start, first looks


@dataclass
class Idle:
    """CPU in per cent of one core, memory in MB."""

    feeds: int
    seconds: float
    cpu_main: float
    cpu_children: float
    main_mb: float
    children_mb: float
    children: int


def prepare(path: Path, feeds: int) -> None:
    """Write a configuration and a database in which every feed is due in half a day."""
    config = write_config(path, feeds, _PORT, every="12h")
    told = orders(config)
    now = datetime.now(UTC)
    store = open_store(config.storage.path, now)
    try:
        with store.transaction():
            sources = [source.spec for source in told.sources.values()]
            store.feeds.sync(sources, [feed.spec for feed in told.feeds], now)
            later = now + timedelta(hours=12)
            store.feeds.set_next_polls((feed.id, later) for feed in store.feeds.active())
    finally:
        store.close()


def measure(path: Path, feeds: int, seconds: float) -> Idle:
    """Run the daemon and look at it twice, ``seconds`` apart."""
    with start_daemon(path, seconds=seconds + _SETTLE_S + 5, beat=False) as process:
        time.sleep(_SETTLE_S)
        began, before = time.perf_counter(), _cpu(process.pid)
        time.sleep(seconds)
        spent = time.perf_counter() - began
        after = _cpu(process.pid)
        main, *children = family(process.pid)
        sizes = [child.memory_full_info().pss / 2**20 for child in children]
        seen = Idle(
            feeds=feeds,
            seconds=spent,
            cpu_main=(after[0] - before[0]) / spent * 100,
            cpu_children=(after[1] - before[1]) / spent * 100,
            main_mb=main.memory_info().rss / 2**20,
            children_mb=sum(sizes),
            children=len(children),
        )
        process.communicate()
        if process.returncode:
            raise SystemExit(f"the daemon ended with {process.returncode}")
    return seen


def _cpu(pid: int) -> tuple[float, float]:
    """Seconds used by the daemon's process, and by all below it."""
    used = []
    for process in family(pid):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        used.append(times.user + times.system)
    if not used:
        raise SystemExit("the daemon is gone")
    return used[0], sum(used[1:])


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "config.yaml"
        prepare(path, args.feeds)
        seen = measure(path, args.feeds, args.seconds)
    if args.json:
        print(json.dumps(asdict(seen), indent=1))
        return
    print(f"{seen.feeds} feeds, none due, {seen.seconds:.0f} s")
    print(f"  {seen.cpu_main:6.2f} % CPU, main process  (aim: under {LIMIT_CPU:g})")
    print(f"  {seen.cpu_children:6.2f} % CPU, {seen.children} processes below it")
    print(f"  {seen.main_mb:6.0f} MB, main process  (aim: under {LIMIT_MB:g})")
    print(f"  {seen.children_mb:6.0f} MB, processes below it")


if __name__ == "__main__":
    main()
