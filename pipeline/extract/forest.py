"""Adds up boosted decision trees over many rows at once; the trees are plain numbers in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.extract.features import Table


class Forest:
    """Boosted trees for a yes or no.

    A tree is a list of nodes ``[feature, threshold, yes, no]``, the root first; ``yes`` is taken
    where the feature is at most the threshold, and a number below zero names a leaf: -1 the first.
    """

    def __init__(self, trees: Sequence[Mapping[str, Any]], start: float) -> None:
        count = len(trees)
        most = max((len(tree["leaves"]) for tree in trees), default=1)
        # Leaves are nodes that lead to themselves, so that all trees can be walked in step.
        inner = most - 1
        self._feature = np.zeros((count, inner + most), dtype=np.int32)
        self._threshold = np.full((count, inner + most), np.inf, dtype=np.float32)
        self._next = np.zeros((count, inner + most, 2), dtype=np.int32)
        self._value = np.zeros((count, inner + most), dtype=np.float64)
        self._depth = max((_depth(tree["nodes"]) for tree in trees), default=0)
        self._start = start
        for at, tree in enumerate(trees):
            self._next[at] = np.arange(inner + most)[:, None]
            for number, (feature, threshold, yes, no) in enumerate(tree["nodes"]):
                self._feature[at, number] = feature
                self._threshold[at, number] = threshold
                self._next[at, number] = [k if k >= 0 else inner - 1 - k for k in (yes, no)]
            leaves = tree["leaves"]
            self._value[at, inner : inner + len(leaves)] = leaves
            if not tree["nodes"]:  # a lone leaf
                self._next[at, 0] = inner
        self._tree = np.arange(count)

    def probabilities(self, rows: Table) -> Table:
        """The probability of yes for each row of features."""
        node = np.zeros((len(rows), len(self._tree)), dtype=np.int32)
        tree, row = self._tree[None, :], np.arange(len(rows))[:, None]
        for _ in range(max(1, self._depth)):
            feature = self._feature[tree, node]
            right = rows[row, feature] > self._threshold[tree, node]
            node = self._next[tree, node, right.astype(np.int8)]
        score = self._start + self._value[tree, node].sum(axis=1)
        return 1.0 / (1.0 + np.exp(-score))


def _depth(nodes: Sequence[Sequence[float]]) -> int:
    depths = [1] * len(nodes)
    deepest = 1 if nodes else 0
    for number, (_, _, *below) in enumerate(nodes):  # a node stands before those it leads to
        for k in below:
            if k >= 0:
                depths[int(k)] = depths[number] + 1
                deepest = max(deepest, depths[int(k)])
    return deepest
