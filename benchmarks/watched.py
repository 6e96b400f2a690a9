"""Runs the real daemon in a process of its own, watched from inside and outside.

    python -m benchmarks.watched CONFIG [--once] [--for SECONDS]

is the inside: it runs the daemon with a heartbeat beside it and prints one line of JSON.
``run_daemon`` is the outside: it starts that process and counts what its whole tree takes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import logging
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_LOOK_S = 0.5  # each look costs some milliseconds


@dataclass(kw_only=True)
class Watched:
    """What a daemon process did; seconds and MB."""

    wall: float = 0.0
    exit_code: int = 0
    cpu_main: float = 0.0
    cpu_all: float = 0.0
    peak_main_mb: float = 0.0
    peak_tree_mb: float = 0.0  # memory that processes share is counted once
    processes: int = 0
    inside: dict[str, object] = field(default_factory=dict)


def start_daemon(
    config: Path, *, once: bool = False, seconds: float | None = None, beat: bool = True
) -> subprocess.Popen[bytes]:
    """Start the daemon in a process of its own; its figures come on its standard output.

    ``beat`` puts a heartbeat beside it, which costs some 1.5 % of a core.
    """
    words = [sys.executable, "-m", "benchmarks.watched", str(config)]
    words += ["--once"] if once else []
    words += ["--for", str(seconds)] if seconds is not None else []
    words += [] if beat else ["--no-beat"]
    here = str(Path(__file__).resolve().parent.parent)
    return subprocess.Popen(words, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": here})


def run_daemon(config: Path, *, once: bool = False, seconds: float | None = None) -> Watched:
    """Run the daemon to its end and return what it cost.

    Workers outlive the process that started them by a moment, so this process adopts orphans:
    the CPU of all of them is then in RUSAGE_CHILDREN, exactly.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children_cpu()
    began = time.perf_counter()
    seen = Watched()
    with start_daemon(config, once=once, seconds=seconds) as process:
        ended = threading.Event()
        looker = threading.Thread(target=_look, args=(process.pid, seen, ended))
        looker.start()
        assert process.stdout is not None
        printed = process.stdout.read()
        seen.exit_code = process.wait()
        seen.wall = time.perf_counter() - began
        ended.set()
        looker.join()
    _reap_orphans()
    if seen.exit_code not in (0, 4):
        raise SystemExit(f"the daemon ended with {seen.exit_code}")
    seen.inside = json.loads(printed.splitlines()[-1])
    seen.cpu_main = float(str(seen.inside["cpu_s"]))
    seen.peak_main_mb = float(str(seen.inside["peak_mb"]))
    seen.cpu_all = _children_cpu() - before
    return seen


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _look(pid: int, seen: Watched, ended: threading.Event) -> None:
    """Add up the memory of a process and all below it, again and again."""
    while not ended.wait(_LOOK_S):
        total, number = 0, 0
        for process in family(pid):
            try:
                total += process.memory_full_info().pss
                number += 1
            except psutil.Error:
                continue
        seen.peak_tree_mb = max(seen.peak_tree_mb, total / 2**20)
        seen.processes = max(seen.processes, number)


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all below it that still run."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


# -- inside ---------------------------------------------------------------------------------------


async def _watch(
    config_path: Path, *, once: bool, seconds: float | None, beat: bool
) -> dict[str, object]:
    from benchmarks.stalls import Heartbeat
    from monitor.config.load import load
    from monitor.daemon import Daemon, Options, Tally

    config = load(config_path, os.environ)
    heart = Heartbeat()
    ready: list[tuple[float, float]] = []  # wall and CPU when everything was built

    def progress(_: Tally) -> None:
        if not ready:
            ready.append((time.perf_counter(), time.process_time()))
            if beat:
                heart.start()

    daemon = Daemon(
        config,
        config.storage.path,
        options=Options(once=once, for_s=seconds),
        progress=progress,
        config_path=str(config_path),
    )
    code = await daemon.run()
    wall, cpu = ready[0]
    return {
        "code": code,
        "stalls": heart.stop(),
        "work_s": time.perf_counter() - wall,
        "start_cpu_s": cpu,
        "cpu_s": time.process_time(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **asdict(daemon.tally),
    }


def main() -> None:
    """Be the inside."""
    import structlog
    import uvloop

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--for", type=float, dest="seconds")
    parser.add_argument("--no-beat", action="store_false", dest="beat")
    args = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    watch = _watch(args.config, once=args.once, seconds=args.seconds, beat=args.beat)
    print(json.dumps(uvloop.run(watch)), flush=True)


if __name__ == "__main__":
    main()
