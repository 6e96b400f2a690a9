"""Trains the block model of the ``auto`` engine, and says how good it is on sites it has not seen.

    python -m benchmarks.train_blocks CASES_DIR… [--write] [--folds 8] [--no-cv]

Needs ``pip install lightgbm``, which the monitor itself does not.  The figures are of the whole
engine, page by page, each page judged by trees that were trained without any page of its site.
``--write`` trains on all cases and writes ``pipeline/extract/blocks_model.json``.  The same cases
give the same file.

Readability's choice is one of the features, and our readability engine was looked at on these very
cases, so on strangers it will do worse than here.  The trees therefore see each page twice, the
second time with the choice of stock readability-lxml, lest they learn to lean on it too much.  A
third copy is a harder variant of the page (``benchmarks/blockvariants.py``); no figure is taken
from it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import track

from benchmarks import cases, extractors
from benchmarks.blocklabels import labels
from benchmarks.blockvariants import harder
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
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 8, "max_depth": 5,
    "min_data_in_leaf": 60, "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1,
    "lambda_l2": 5.0, "max_bin": 63, "deterministic": True, "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}  # fmt: skip
HARDER = 0.25  # how much a harder variant counts
SEEDS = (1, 2, 3)
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
    harder: Lesson | None = None  # the variant of the page, to learn from only


def lessons(folders: Sequence[Path]) -> list[Lesson]:
    """All cases of all folders, made ready.  Pages without any text are left out."""
    stock = extractors.extractor("readability-lxml")
    found = []
    for folder in folders:
        listed = cases.load(folder)
        for case in track(listed, f"{folder.name}", console=Console(stderr=True), transient=True):
            made = _lesson(case, folder.resolve().name, stock)
            if made is not None:
                other = _lesson(harder(case), made.set, stock)
                found.append(replace(made, harder=other))
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
        trees = _trees([c for t in rest for c in _copies(t)], ROUNDS[0])
        for lesson in taught:
            if fold_of(lesson.case.site, INNER, "inner") == fold:
                guesses[id(lesson)] = [trees.predict(c.rows) for c in _copies(lesson)]
    first = _trees([c for t in taught for c in _copies(t)], ROUNDS[0])
    deeper = [
        replace(copy, rows=np.concatenate([copy.rows, _context(copy.lesson, guess)], axis=1))
        for lesson in taught
        for copy, guess in zip(_copies(lesson), guesses[id(lesson)], strict=True)
    ]
    second = _trees(deeper, ROUNDS[1])
    return {
        "scheme": auto_engine.SCHEME,
        "features": [*FEATURES, *VOTE_FEATURES, *CONTEXT_FEATURES],
        "first": first.plain(),
        "second": second.plain(),
    }


@dataclass(frozen=True, slots=True)
class _Copy:
    """One way in which the trees see a page."""

    lesson: Lesson
    rows: Table
    weight: float


def _copies(lesson: Lesson) -> list[_Copy]:
    found = [_Copy(lesson, lesson.found.rows, 1.0), _Copy(lesson, lesson.stranger, 1.0)]
    if lesson.harder is not None:
        found.append(_Copy(lesson.harder, lesson.harder.found.rows, HARDER))
    return found


def _context(lesson: Lesson, guess: Table) -> Table:
    paths = [block.box.path for block in lesson.found.page.blocks]
    return context_table(guess, np.array(lesson.found.page.weights), paths)


class _Bag:
    """Trees that were grown from the same pages by several seeds, and speak as one.

    A few hundred pages leave much to chance; the mean of several growths is steadier than any.
    """

    def __init__(self, grown: Sequence[Any]) -> None:
        self._grown = grown

    def predict(self, rows: Table) -> Table:
        score = np.mean([trees.predict(rows, raw_score=True) for trees in self._grown], axis=0)
        return 1.0 / (1.0 + np.exp(-score))

    def plain(self) -> dict[str, Any]:
        """As numbers; LightGBM puts the average it starts from into the first tree of each."""
        told = [tree for trees in self._grown for tree in trees.dump_model()["tree_info"]]
        share = 1 / len(self._grown)
        return {"start": 0.0, "trees": [_tree(tree["tree_structure"], share) for tree in told]}


def _trees(copies: Sequence[_Copy], rounds: int) -> _Bag:
    try:
        lightgbm: Any = import_module("lightgbm")
    except ImportError as error:
        raise MonitorError("training needs LightGBM: pip install lightgbm") from error
    data = lightgbm.Dataset(
        np.concatenate([copy.rows for copy in copies]),
        np.concatenate([copy.lesson.truth for copy in copies]),
        weight=np.concatenate([copy.lesson.weights * copy.weight for copy in copies]),
        params={"max_bin": PARAMS["max_bin"], "verbose": -1},
        free_raw_data=False,
    )
    return _Bag([lightgbm.train({**PARAMS, "seed": seed}, data, rounds) for seed in SEEDS])


def _tree(root: dict[str, Any], share: float) -> dict[str, Any]:
    nodes: list[list[float]] = []
    leaves: list[float] = []

    def add(node: dict[str, Any]) -> int:
        if "split_feature" not in node:
            leaves.append(round(node["leaf_value"] * share, 5))
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
