"""Fails when extraction has become worse or slower than the figures that were once reached.

    python -m benchmarks.floors [CASES_DIR…] [--update]

Checks the pages of tests/pages/extract, which are always here, and the given folders; without any,
those under $MONITOR_BENCH/extraction or ../shared/bench/extraction, if they are there.  A set that
is not named in floors.json is only printed.  Extraction gives the same result each time, so the
figures of quality stand in the file with a small allowance for changes that cost nothing elsewhere;
speed is a ratio to the lxml parse of the same run, with an allowance for other machines.
``--update`` writes what was measured into the file, with the allowances.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import cases, extractors
from benchmarks.cases import Case
from benchmarks.scoring import figures, score_all
from pipeline.errors import MonitorError

FILE = Path(__file__).with_name("floors.json")
ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "pages" / "extract"
# What a figure may lose before the check fails, and by how much the ratio may grow: machines
# differ in how much slower Python is than C.
ALLOWANCE = {"body_f1": 0.003, "body_p": 0.005, "body_r": 0.005, "title": 0.008, "authors": 0.008,
             "date": 0.008}  # fmt: skip
SLOWER = 1.4


def golden() -> list[Case]:
    """The pages of the tests as cases."""
    found = []
    for expected in sorted(GOLDEN.glob("*/expected.json")):
        told = json.loads(expected.read_text("utf-8"))
        found.append(
            Case(
                id=expected.parent.name,
                url=told["url"],
                html=expected.with_name("page.html").read_text("utf-8"),
                body="\n".join(told["paragraphs"]),
                title=told["title"],
                authors=tuple(told["authors"]),
            )
        )
    return found


def default_folders() -> list[Path]:
    """The folders with cases beside this checkout."""
    bench = Path(os.environ.get("MONITOR_BENCH", ROOT.parent / "shared" / "bench"))
    return sorted(path.parent for path in bench.glob("extraction/*/cases.jsonl"))


def sunk(name: str, measured: dict[str, Any], floor: dict[str, float]) -> list[str]:
    """What is worse than it may be, in words."""
    found = []
    for figure, least in floor.items():
        value = measured[figure]
        if figure in ("lxml_ratio", "empty", "failed"):
            if value > least:
                found.append(f"{name}: {figure} is {value:.4g}, more than {least:.4g}")
        elif value is None or value < least:
            told = "gone" if value is None else f"{value:.4f}"
            found.append(f"{name}: {figure} is {told}, less than {least:.4f}")
    return found


def floor_of(measured: dict[str, Any]) -> dict[str, float]:
    """The floor that a measurement sets."""
    floor = {
        figure: round(measured[figure] - allowance, 4)
        for figure, allowance in ALLOWANCE.items()
        if measured[figure] is not None
    }
    return {
        **floor,
        "empty": measured["empty"],
        "failed": measured["failed"],
        "lxml_ratio": round(measured["lxml_ratio"] * SLOWER, 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 1 when a figure sank or cases cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="CASES_DIR")
    parser.add_argument("--update", action="store_true")
    told = parser.parse_args(arguments)
    floors: dict[str, dict[str, float]] = json.loads(FILE.read_text("utf-8"))
    trouble: list[str] = []
    try:
        sets = {"golden": golden()}
        folders = told.folders or default_folders()
        sets.update({folder.resolve().name: cases.load(folder) for folder in folders})
        for name in floors.keys() - sets.keys():
            print(f"{name}: not checked, its cases are not here")
        for name, found in sets.items():
            measured = figures(score_all(found, extractors.extractor("auto")))
            shown = ("body_f1", "title", "authors", "date", "lxml_ratio")
            print(f"{name}: {measured['pages']} pages, " + ", ".join(
                f"{figure} {measured[figure]:.3f}" for figure in shown
                if measured[figure] is not None))  # fmt: skip
            trouble += sunk(name, measured, floors.get(name, {}))
            if told.update:
                floors[name] = floor_of(measured)
    except MonitorError as error:
        print(error, file=sys.stderr)
        return 1
    if told.update:
        FILE.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", "utf-8")
        print(f"{FILE.name} written")
        return 0
    for line in trouble:
        print(line, file=sys.stderr)
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())
