"""Trains the block model of the ``auto`` engine, and says how good it is on sites it has not seen.

    python -m benchmarks.train_blocks CASES_DIR… [--write] [--folds 8] [--no-cv]

Needs ``pip install lightgbm``, which the monitor itself does not.  The figures are of the whole
engine, page by page, each page judged by trees that were trained without any page of its site.
``--write`` trains on all cases and writes ``pipeline/extract/blocks_model.json``.  The same cases
give the same file.

Readability's choice is one of the features, and our readability engine was looked at on these very
cases, so on strangers it will do worse than here.  The trees therefore see each page twice, the
second time with the choice of stock readability-lxml, lest they learn to lean on it too much.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks import cases, extractors
from benchmarks.blocklabels import labels
from benchmarks.cases import Case
from benchmarks.likeness import Overlap, body_overlap
from pipeline.errors import MonitorError
from pipeline.extract import auto_engine
from pipeline.extract.auto_engine import Evidence, Model, choose, load
from pipeline.extract.context import CONTEXT_FEATURES, context_table
from pipeline.extract.document import load as load_page
from pipeline.extract.features import FEATURES, Table
from pipeline.extract.metadata import Metadata, read
from pipeline.extract.prune import strip_code
from pipeline.extract.votes import VOTE_FEATURES, vote_table

INNER = 4  # folds within a training set, for first guesses at pages the guesser has not seen
PARAMS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 12, "max_depth": 6,
    "min_data_in_leaf": 60, "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1,
    "lambda_l2": 5.0, "max_bin": 63, "seed": 1, "deterministic": True, "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}  # fmt: skip
ROUNDS = (100, 60)  # trees of the first and of the second stage


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A case made ready: what the model sees, and what is true."""

    case: Case
    set: str
    known: Metadata
    found: Evidence
    stranger: Table  # the rows with stock readability-lxml's choice in place of ours
    truth: Table  # 1 for blocks of the article
    weights: Table


def lessons(folders: Sequence[Path]) -> list[Lesson]:
    """All cases of all folders, made ready.  Pages without any text are left out."""
    stock = extractors.extractor("readability-lxml")
    found = []
    for folder in folders:
        listed = cases.load(folder)
        for case in track(listed, f"{folder.name}", console=Console(stderr=True), transient=True):
            made = _lesson(case, folder.resolve().name, stock)
            if made is not None:
                found.append(made)
    return found


def _lesson(case: Case, name: str, stock: extractors.Extractor) -> Lesson | None:
    document = load_page(case.html, case.url)
    known = read(document)
    strip_code(document.tree)
    found = auto_engine.evidence(document, known)
    if found is None:
        return None
    try:
        lines = stock(case.html, case.url).text.splitlines()
    except Exception:  # noqa: BLE001 - it crashes on single pages; then it chose nothing
        lines = []
    plain = found.rows[:, : len(FEATURES)]
    lengths = np.sqrt(np.array(found.page.weights)) + 1
    share = np.array(labels([block.text for block in found.page.blocks], case.body))
    return Lesson(
        case=case,
        set=name,
        known=known,
        found=found,
        stranger=np.concatenate([plain, vote_table(found.page, lines)], axis=1),
        truth=(share >= auto_engine.CHOSEN).astype(int),
        weights=lengths / lengths.sum() * 50,  # each page counts the same
    )


def fold_of(site: str, folds: int, salt: str) -> int:
    """Which fold a site is in: the same on every machine, whatever other sites there are."""
    return int(hashlib.sha256(f"{salt}{site}".encode()).hexdigest(), 16) % folds


def train(taught: Sequence[Lesson]) -> dict[str, Any]:
    """Both stages, as the file holds them."""
    guesses: dict[int, list[Table]] = {}
    for fold in range(INNER):
        rest = [t for t in taught if fold_of(t.case.site, INNER, "inner") != fold]
        trees = _trees(_both(rest), rest, ROUNDS[0])
        for lesson in taught:
            if fold_of(lesson.case.site, INNER, "inner") == fold:
                rows = (lesson.found.rows, lesson.stranger)
                guesses[id(lesson)] = [trees.predict(table) for table in rows]
    first = _trees(_both(taught), taught, ROUNDS[0])
    deeper = [
        np.concatenate([rows, _context(lesson, guess)], axis=1)
        for which in (0, 1)
        for lesson in taught
        for rows, guess in [
            ((lesson.found.rows, lesson.stranger)[which], guesses[id(lesson)][which])
        ]
    ]
    second = _trees(deeper, taught, ROUNDS[1])
    return {
        "scheme": auto_engine.SCHEME,
        "features": [*FEATURES, *VOTE_FEATURES, *CONTEXT_FEATURES],
        "first": _plain(first),
        "second": _plain(second),
    }


def _both(taught: Sequence[Lesson]) -> list[Table]:
    return [t.found.rows for t in taught] + [t.stranger for t in taught]


def _context(lesson: Lesson, guess: Table) -> Table:
    paths = [block.box.path for block in lesson.found.page.blocks]
    return context_table(guess, np.array(lesson.found.page.weights), paths)


def _trees(tables: Sequence[Table], taught: Sequence[Lesson], rounds: int) -> Any:  # noqa: ANN401
    try:
        lightgbm: Any = import_module("lightgbm")
    except ImportError as error:
        raise MonitorError("training needs LightGBM: pip install lightgbm") from error
    data = lightgbm.Dataset(
        np.concatenate(tables),
        np.concatenate([t.truth for t in taught] * 2),
        weight=np.concatenate([t.weights for t in taught] * 2),
    )
    return lightgbm.train(PARAMS, data, rounds)


def _plain(trees: Any) -> dict[str, Any]:  # noqa: ANN401 - a LightGBM booster
    """Trees as numbers; LightGBM puts the average it starts from into the first tree."""
    told = trees.dump_model()["tree_info"]
    return {"start": 0.0, "trees": [_tree(tree["tree_structure"]) for tree in told]}


def _tree(root: dict[str, Any]) -> dict[str, Any]:
    nodes: list[list[float]] = []
    leaves: list[float] = []

    def add(node: dict[str, Any]) -> int:
        if "split_feature" not in node:
            leaves.append(round(node["leaf_value"], 5))
            return -len(leaves)
        number = len(nodes)
        threshold = float(f"{node['threshold']:.6g}")
        nodes.append([node["split_feature"], threshold, 0, 0])
        nodes[number][2] = add(node["left_child"])
        nodes[number][3] = add(node["right_child"])
        return number

    add(root)
    return {"nodes": nodes, "leaves": leaves}


def cross_validate(taught: Sequence[Lesson], folds: int) -> list[tuple[Lesson, Overlap, Overlap]]:
    """Each page with the figures of the engine, and those when stock readability has the vote."""
    done = []
    for fold in track(range(folds), "folds", console=Console(stderr=True), transient=True):
        rest = [t for t in taught if fold_of(t.case.site, folds, "outer") != fold]
        trees = load(train(rest))
        for lesson in taught:
            if fold_of(lesson.case.site, folds, "outer") == fold:
                other = Evidence(
                    page=lesson.found.page, votes=lesson.found.votes, rows=lesson.stranger
                )
                done.append((lesson, _overlap(lesson, lesson.found, trees),
                             _overlap(lesson, other, trees)))  # fmt: skip
    return done


def _overlap(lesson: Lesson, found: Evidence, trees: Model) -> Overlap:
    body = choose(found, trees, lesson.known)
    return body_overlap("\n".join(block.text for block in body), lesson.case.body)


def show(done: Sequence[tuple[Lesson, Overlap, Overlap]]) -> None:
    """Print the means by set, and the worst pages."""
    for name in dict.fromkeys(lesson.set for lesson, _, _ in done):
        of_set = [row for row in done if row[0].set == name]
        for at, word in ((1, "our vote"), (2, "stock vote")):
            scores: list[Any] = [row[at] for row in of_set]
            f1, p, r = (float(np.mean([getattr(s, key) for s in scores]))
                        for key in ("f1", "precision", "recall"))  # fmt: skip
            print(f"{name:<14} {word:<11} {len(scores)} pages: F1 {f1:.4f}  P {p:.4f}  R {r:.4f}")
        for lesson, score, _ in sorted(of_set, key=lambda row: row[1].f1)[:8]:
            print(f"    {score.f1:.3f} P {score.precision:.2f} R {score.recall:.2f}  "
                  f"{lesson.case.id[:44]}  {lesson.case.site}")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 1 for cases that cannot be read or a missing library."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="CASES_DIR")
    parser.add_argument("--write", action="store_true", help="write the model")
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--no-cv", action="store_true", help="train only")
    told = parser.parse_args(arguments)
    try:
        taught = lessons(told.folders)
        if not told.no_cv:
            show(cross_validate(taught, told.folds))
        if told.write:
            target = Path(auto_engine.__file__).with_name(auto_engine.MODEL)
            target.write_text(json.dumps(train(taught), separators=(",", ":")) + "\n", "utf-8")
            print(f"{target.name}: {target.stat().st_size:,} bytes from {len(taught)} pages")
    except MonitorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
