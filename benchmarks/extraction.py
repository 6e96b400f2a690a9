"""How well and how fast articles are taken out of pages, against references.

    python -m benchmarks.extraction CASES_DIR… [--extractor NAME]… [--worst 8] [--json]
    python -m benchmarks.extraction CASES_DIR… --compare A B
    python -m benchmarks.extraction CASES_DIR… --save FILE

The format of a folder is told in benchmarks/cases.py, the figures in benchmarks/likeness.py; an
extractor is one of our engines or, where installed, trafilatura, trafilatura-fast or
readability-lxml.  ``--compare`` takes two extractors, or files that ``--save`` wrote before a
change, and tells whether they differ by more than noise.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # called as a script: its own folder would hide the package ``pipeline``
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import argparse
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import Progress, TaskID

from benchmarks import cases, extractors
from benchmarks.paired import difference
from benchmarks.scoring import Score, as_rows, figures, score_all
from pipeline.errors import MonitorError

_COLUMNS = (
    "pages", "body_f1", "body_p", "body_r", "title", "authors", "date", "empty", "failed",
    "pages_per_cpu_s", "lxml_ratio", "p50_ms", "p99_ms",
)  # fmt: skip
_SHARES = ("body_f1", "body_p", "body_r", "title", "authors", "date")
_COMPARED = ("f1", "precision", "recall", "title", "authors", "date")

Scores = dict[str, list[Score]]  # by set


def measure(folders: Sequence[Path], name: str) -> Scores:
    """Run one extractor over all sets, with a progress bar on stderr."""
    extract = extractors.extractor(name)
    sets = {folder.resolve().name: cases.load(folder) for folder in folders}
    done: Scores = {}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for title, found in sets.items():
            task = bar.add_task(f"{name}: {title}", total=len(found))
            done[title] = score_all(found, extract, partial(_advance, bar, task))
    return done


def _advance(bar: Progress, task: TaskID, done: int) -> None:
    bar.update(task, completed=done)


def saved(text: str, folders: Sequence[Path]) -> Scores:
    """Scores of an extractor, or those in a file that ``--save`` wrote."""
    file = Path(text)
    if not file.is_file():
        return measure(folders, text)
    try:
        data = json.loads(file.read_text("utf-8"))
        found = {name: [Score(**row) for row in rows] for name, rows in data["scores"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise MonitorError(f"{file}: is no file of scores: {error}") from error
    wanted = [folder.resolve().name for folder in folders]
    return {name: found[name] for name in wanted if name in found}


def show(name: str, scores: Scores, worst: int) -> None:
    """Print the figures of all sets, and the pages to look at."""
    print(extractors.described(name))
    print(f"  {'set':<14}" + "".join(f"{_heading(column):>8}" for column in _COLUMNS))
    for title, found in scores.items():
        values = figures(found)
        print(f"  {title:<14}" + "".join(f"{_cell(c, values[c]):>8}" for c in _COLUMNS))
    for title, found in scores.items():
        poor = sorted((s for s in found if s.f1 < 0.95), key=lambda s: s.f1)[:worst]
        if poor:
            print(f"\n  {title}: worst pages")
        for score in poor:
            print(f"    {score.f1:.3f} P {score.precision:.2f} R {score.recall:.2f} "
                  f"{score.cpu_s * 1000:5.0f} ms  {score.id[:40]:<40}  {score.hint}")  # fmt: skip


def _heading(column: str) -> str:
    return {"pages_per_cpu_s": "p/cpu s", "lxml_ratio": "x lxml"}.get(column, column)


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return "-"
    if column in _SHARES:
        return f"{value:.3f}"
    return f"{value:.0f}" if isinstance(value, int) else f"{value:.1f}"


def compare(a: str, b: str, folders: Sequence[Path]) -> dict[str, Any]:
    """Differences of two extractors by set and figure."""
    left, right = saved(a, folders), saved(b, folders)
    report: dict[str, Any] = {}
    for title in left:
        mine = {score.id: score for score in left[title]}
        theirs = {score.id: score for score in right.get(title, [])}
        both = [(mine[key], theirs[key]) for key in mine if key in theirs]
        report[title] = {}
        for figure in _COMPARED:
            pairs = [
                (getattr(x, figure), getattr(y, figure), x.site)
                for x, y in both
                if getattr(x, figure) is not None and getattr(y, figure) is not None
            ]
            if pairs:
                gap = difference(*(list(column) for column in zip(*pairs, strict=True)))
                report[title][figure] = {
                    "mean": gap.mean, "low": gap.low, "high": gap.high, "better": gap.better,
                    "worse": gap.worse, "beyond_noise": gap.beyond_noise,
                }  # fmt: skip
    return report


def show_comparison(a: str, b: str, report: dict[str, Any]) -> None:
    """Print what ``compare`` found."""
    print(f"{a} minus {b}; the interval holds 95 of 100 draws of sites")
    for title, found in report.items():
        print(f"  {title}")
        for figure, gap in found.items():
            word = "beyond noise" if gap["beyond_noise"] else "may be noise"
            print(f"    {figure:<10}{gap['mean']:+.4f}  [{gap['low']:+.4f}, {gap['high']:+.4f}]  "
                  f"better on {gap['better']}, worse on {gap['worse']}: {word}")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 2 for arguments that cannot be used, 1 for cases that cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="CASES_DIR")
    parser.add_argument("--extractor", action="append", metavar="NAME", help="auto by default")
    parser.add_argument("--compare", nargs=2, metavar=("A", "B"))
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the score of each page")
    parser.add_argument("--worst", type=int, default=8, help="how many pages to look at")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    try:
        if told.compare:
            a, b = told.compare
            report = compare(a, b, told.folders)
            if told.json:
                print(json.dumps({"compare": told.compare, "sets": report}, indent=1))
            else:
                show_comparison(a, b, report)
            return 0
        names = told.extractor or ["auto"]
        all_scores = {name: measure(told.folders, name) for name in names}
        if told.save:
            rows = {title: as_rows(found) for title, found in all_scores[names[0]].items()}
            told.save.write_text(json.dumps({"extractor": names[0], "scores": rows}), "utf-8")
    except MonitorError as error:
        print(error, file=sys.stderr)
        return 1
    if told.json:
        print(json.dumps(_as_json(all_scores), indent=1))
        return 0
    for name, scores in all_scores.items():
        show(name, scores, told.worst)
    return 0


def _as_json(all_scores: dict[str, Scores]) -> dict[str, Any]:
    """One extractor's sets under ``sets``; those of several under their names as well."""
    told = {
        name: {title: figures(found) for title, found in scores.items()}
        for name, scores in all_scores.items()
    }
    first = next(iter(told))
    report: dict[str, Any] = {"extractor": first, "sets": told[first]}
    if len(told) > 1:
        report["extractors"] = {name: {"sets": sets} for name, sets in told.items()}
    return report


if __name__ == "__main__":
    sys.exit(main())
