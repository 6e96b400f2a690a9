"""What a first guess at all blocks says of each: its neighbours, its like, where the text lies.

The second stage of the block model sees these beside the first stage's features (stacking: D. H.
Wolpert, Stacked generalization, Neural Networks 5, 1992).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.extract.features import Table

CONTEXT_FEATURES = (
    "guess", "path_guess", "path_share", "guess_b1", "guess_b2", "guess_b3", "guess_a1",
    "guess_a2", "guess_a3", "before", "after", "around_2", "around_5", "around_10", "to_centre",
)  # fmt: skip


def context_table(guesses: Table, weights: Table, paths: Sequence[int]) -> Table:
    """A row of ``CONTEXT_FEATURES`` for each block.

    ``guesses`` are the first stage's probabilities, ``weights`` the blocks' lengths in letters and
    ``paths`` the numbers of their tag and class paths.
    """
    n = len(guesses)
    mass = guesses * weights
    _, which = np.unique(np.asarray(paths), return_inverse=True)
    of_path = np.bincount(which, weights=mass)
    whole_path = np.bincount(which, weights=weights)
    total = max(float(mass.sum()), 1.0)
    columns = [guesses, (of_path / np.maximum(whole_path, 1.0))[which], of_path[which] / total]
    for step in (1, 2, 3):
        before = np.full(n, -1.0)
        before[step:] = guesses[:-step] if n > step else before[step:]
        columns.append(before)
    for step in (1, 2, 3):
        after = np.full(n, -1.0)
        if n > step:
            after[:-step] = guesses[step:]
        columns.append(after)
    passed = np.cumsum(mass)
    columns.extend((passed / total, (total - passed) / total))
    sums = {half: _window(mass, half) for half in (2, 5, 10)}
    columns.extend(sums[half] / np.maximum(_window(weights, half), 1.0) for half in (2, 5, 10))
    centre = int(np.argmax(sums[5]))
    columns.append(np.clip((np.arange(n) - centre) / 10, -9, 9))
    return np.stack(columns, axis=1).astype(np.float32)


def _window(values: Table, half: int) -> Table:
    """Sums over ``half`` blocks to each side."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    n = len(values)
    at = np.arange(n)
    return sums[np.minimum(at + half + 1, n)] - sums[np.maximum(at - half, 0)]
