"""What another engine's choice says of each block of a page: in it, near it, in the same box."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.extract.boxes import Cut
from pipeline.extract.clean import fold
from pipeline.extract.features import Table, around

VOTE_FEATURES = ("vote", "vote_share", "vote_run", "vote_box", "vote_path", "vote_up", "vote_up2",
                 "vote_b1", "vote_a1", "vote_b2", "vote_a2", "vote_win")  # fmt: skip
_LONG = 20  # folded characters from which on a part of a chosen paragraph counts


def vote_table(page: Cut, votes: Sequence[str]) -> Table:
    """A row of ``VOTE_FEATURES`` for each block; ``votes`` are paragraphs another engine chose."""
    blocks, boxes, folds, weights = page.blocks, page.boxes, page.folds, page.weights
    chosen = _votes(folds, votes)
    in_box = [0.0] * len(boxes)
    all_box = [0.0] * len(boxes)
    in_path: dict[int, float] = {}
    all_path: dict[int, float] = {}
    run = 0
    runs = []
    for block, weight, vote in zip(blocks, weights, chosen, strict=True):
        path = block.box.path
        in_box[block.box.number] += weight * vote
        all_box[block.box.number] += weight
        in_path[path] = in_path.get(path, 0.0) + weight * vote
        all_path[path] = all_path.get(path, 0.0) + weight
        run = run + 1 if vote else 0
        runs.append(min(run, 10))
    for box in reversed(boxes):
        if box.up is not None:
            in_box[box.up.number] += in_box[box.number]
            all_box[box.up.number] += all_box[box.number]
    share = sum(w * c for w, c in zip(weights, chosen, strict=True)) / (sum(weights) or 1)
    n = len(blocks)
    rows = []
    for at, block in enumerate(blocks):
        box = block.box
        up = box.up or box
        up2 = up.up or up
        rows.append(
            [
                chosen[at], share, runs[at], in_box[box.number] / (all_box[box.number] or 1),
                in_path[box.path] / (all_path[box.path] or 1),
                in_box[up.number] / (all_box[up.number] or 1),
                in_box[up2.number] / (all_box[up2.number] or 1),
                chosen[at - 1] if at else -1, chosen[at + 1] if at + 1 < n else -1,
                chosen[at - 2] if at > 1 else -1, chosen[at + 2] if at + 2 < n else -1,
            ]
        )  # fmt: skip
    w = np.array(weights)
    win = around(w * np.array(chosen)) / np.maximum(around(w), 1.0)
    return np.concatenate([np.array(rows, dtype=np.float32), win[:, None]], axis=1).astype(
        np.float32
    )


def _votes(folds: Sequence[str], votes: Sequence[str]) -> list[int]:
    """1 for blocks that are in what another engine chose."""
    lines = {fold(line) for line in votes}
    whole = "\n".join(lines)
    return [
        int(bool(key) and (key in lines or (len(key) > _LONG and key in whole))) for key in folds
    ]
