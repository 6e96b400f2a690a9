"""Runs the month; see the package."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import yaml

from benchmarks.month.judge import Verdict, judge
from benchmarks.month.moment import Moment
from benchmarks.month.plan import TOPIC_WORD, ZONE, Outlet, Scale, month
from benchmarks.month.release import next_release

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of sixteen letters or more"


def simulate(folder: Path, scale: Scale, *, most_s: float = 3 * 3600) -> Verdict:
    """Run a month in a folder (made if need be) and return what became of it."""
    folder.mkdir(parents=True, exist_ok=True)
    outlets = month(scale)
    moment = Moment(folder)
    moment.set(scale.start)
    drawn = (str(n) for n in (scale.outlets, scale.days, scale.seed, scale.start.isoformat()))
    web = _start("web", str(folder), *drawn)
    try:
        ports = _ports(folder, web)
        _configure(folder, outlets, ports)
        problems = _lives(folder, scale, moment, most_s)
    finally:
        web.send_signal(signal.SIGKILL)
        web.wait()
    with next_release():
        found = judge(folder, scale, outlets, ports)
    found.problems[:0] = problems
    return found


def _start(module: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"benchmarks.month.{module}", *words]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def _ports(folder: Path, web: subprocess.Popen[bytes]) -> list[int]:
    until = time.monotonic() + 60
    while not (folder / "ports.json").exists():
        if web.poll() is not None or time.monotonic() > until:
            raise SystemExit("the web of the month does not start")
        time.sleep(0.05)
    found: list[int] = json.loads((folder / "ports.json").read_text())
    return found


def _configure(folder: Path, outlets: list[Outlet], ports: list[int]) -> None:
    hook = f"http://127.0.0.1:{ports[-1]}/hook"
    kinds = {"rss": "feed", "atom": "feed", "sitemap": "sitemap", "section": "section"}
    told = {
        "contact": "desk@example.org",
        "timezone": ZONE,
        "storage": {"path": "monitor.db", "pages": {"keep": "5d"}},
        "politeness": {"delay": "0s", "allow_hosts": ["127.0.0.1"], "concurrency_per_host": 4},
        "notify": {
            "desk": {"webhook": hook, "secret": SECRET},
            "digest": {"webhook": hook, "secret": SECRET, "at": ["08:00"]},
        },
        "alerts": {"notify": ["desk"]},
        "topics": [
            {"id": "talks", "query": f"body:{TOPIC_WORD} AND NEAR(talks go, 3)",
             "notify": ["desk", "digest"]}
        ],
        "sources": [
            {
                "id": outlet.slug,
                "url": f"http://127.0.0.1:{port}/",
                "feeds": [
                    {
                        "kind": kinds[outlet.kind],
                        "url": f"http://127.0.0.1:{port}/feed",
                        **({"cron": outlet.every} if " " in outlet.every else {}),
                    }
                ],
            }
            for outlet, port in zip(outlets, ports, strict=False)
        ],
    }  # fmt: skip
    (folder / "config.yaml").write_text(yaml.safe_dump(told, sort_keys=False))


def _lives(folder: Path, scale: Scale, moment: Moment, most_s: float) -> list[str]:
    """Three lives: the first ends in order, the second is killed; the last is the longest.

    From the second on the daemon is of the next release.
    """
    for until, end, newer, pause in (
        (scale.upgraded, "stop", "0", timedelta(hours=3)),
        (scale.killed, "kill", "1", timedelta(minutes=20)),
        (scale.end, "stop", "1", timedelta(0)),
    ):
        code = _life(folder, until, end, newer, scale.step, most_s)
        if code != (9 if end == "kill" else 0):
            return [f"the life until {until} ended with {code}"]
        moment.set(max(moment.read(), until) + pause)
    backups = len(list(folder.glob("monitor.db.v*.bak")))
    return [] if backups == 1 else [f"{backups} backups were made before the upgrade"]


def _life(
    folder: Path, until: datetime, end: str, newer: str, step: timedelta, most_s: float
) -> int:
    seconds = str(round(step.total_seconds()))
    process = _start("leg", str(folder), until.isoformat(), end, newer, seconds)
    try:
        return process.wait(most_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="kept; else a temporary one")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    scale = Scale(outlets=given.outlets, days=given.days, seed=given.seed)
    with tempfile.TemporaryDirectory() as made:
        began = time.monotonic()
        verdict = simulate(given.folder or Path(made), scale)
        verdict.figures["minutes"] = round((time.monotonic() - began) / 60, 1)
    if given.json:
        print(json.dumps({"figures": verdict.figures, "problems": verdict.problems}))
    else:
        for name, value in verdict.figures.items():
            print(f"{name:32} {value}")
        for problem in verdict.problems:
            print(f"PROBLEM  {problem}")
        print("the month holds" if not verdict.problems else f"{len(verdict.problems)} problems")
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
