"""Adds up boosted decision trees over many rows at once; the trees are plain numbers in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.extract.features import Table

_AT_ONCE = 2_000  # rows; a hostile page has tens of thousands, and a worker's memory is limited


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
        feature_of = np.zeros((count, inner + most), dtype=np.int32)
        threshold_of = np.full((count, inner + most), np.inf, dtype=np.float32)
        next_of = np.zeros((count, inner + most, 2), dtype=np.int32)
        value_of = np.zeros((count, inner + most), dtype=np.float64)
        self._depth = max((_depth(tree["nodes"]) for tree in trees), default=0)
        self._start = start
        for at, tree in enumerate(trees):
            next_of[at] = np.arange(inner + most)[:, None]
            for number, (feature, threshold, yes, no) in enumerate(tree["nodes"]):
                feature_of[at, number] = feature
                threshold_of[at, number] = threshold
                next_of[at, number] = [k if k >= 0 else inner - 1 - k for k in (yes, no)]
            leaves = tree["leaves"]
            value_of[at, inner : inner + len(leaves)] = leaves
            if not tree["nodes"]:  # a lone leaf
                next_of[at, 0] = inner
        # Flat, so that one index serves all tables: ``take`` is several times faster than a pair.
        width = inner + most
        base = np.arange(count, dtype=np.int32)[:, None] * width
        self._flat_feature = feature_of.ravel()
        self._flat_threshold = threshold_of.ravel()
        self._flat_yes = (next_of[:, :, 0] + base).astype(np.int32).ravel()
        self._flat_no = (next_of[:, :, 1] + base).astype(np.int32).ravel()
        self._flat_value = value_of.ravel()
        self._roots = base[:, 0]

    def probabilities(self, rows: Table) -> Table:
        """The probability of yes for each row of features."""
        parts = [self._some(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _some(self, rows: Table) -> Table:
        n, width = rows.shape
        node = np.tile(self._roots, n)
        offset = np.repeat(np.arange(n, dtype=np.int32) * width, len(self._roots))
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        for _ in range(max(1, self._depth)):
            value = flat.take(self._flat_feature.take(node) + offset)
            yes = value <= self._flat_threshold.take(node)
            node = np.where(yes, self._flat_yes.take(node), self._flat_no.take(node))
        score = self._start + self._flat_value.take(node).reshape(n, -1).sum(axis=1)
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
