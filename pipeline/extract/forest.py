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
        self._start = start
        self._depth = max((_depth(tree["nodes"]) for tree in trees), default=0)
        # Each tree is filled up to a whole one, in which the node below ``k`` is 2k + 1 or 2k + 2:
        # all are walked in step, and where a step leads is reckoned instead of looked up.
        self._width = 2 ** (self._depth + 1) - 1
        shape = (len(trees), self._width)
        feature = np.zeros(shape, dtype=np.int32)
        threshold = np.full(shape, np.inf, dtype=np.float32)
        value = np.zeros(shape, dtype=np.float64)
        for at, tree in enumerate(trees):
            self._fill(tree, feature[at], threshold[at], value[at])
        self._feature, self._threshold, self._value = (
            table.ravel() for table in (feature, threshold, value)
        )
        self._roots = np.arange(len(trees), dtype=np.int32) * self._width

    def _fill(
        self, tree: Mapping[str, Any], feature: Table, threshold: Table, value: Table
    ) -> None:
        """Write a tree into its row of each table; a leaf goes down to the lowest level."""
        todo = [(0 if tree["nodes"] else -1, 0, 0)]
        while todo:
            number, place, level = todo.pop()
            if number >= 0:
                feature[place], threshold[place], yes, no = tree["nodes"][number]
                todo += [(yes, 2 * place + 1, level + 1), (no, 2 * place + 2, level + 1)]
            elif level < self._depth:
                todo.append((number, 2 * place + 1, level + 1))  # no threshold: always "yes"
            else:
                value[place] = tree["leaves"][-1 - number]

    def probabilities(self, rows: Table) -> Table:
        """The probability of yes for each row of features."""
        parts = [self._some(rows[at : at + _AT_ONCE]) for at in range(0, len(rows), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _some(self, rows: Table) -> Table:
        n, width = rows.shape
        flat = np.ascontiguousarray(rows, dtype=np.float32).ravel()
        offset = np.repeat(np.arange(n, dtype=np.int32) * width, len(self._roots))
        root = np.tile(self._roots, n)
        node = root.copy()
        # From a node at ``root + k`` to ``root + 2k + 1`` or ``+ 2``.
        step = 1 - root
        for _ in range(self._depth):
            no = flat.take(self._feature.take(node) + offset) > self._threshold.take(node)
            node += node
            node += step
            node += no
        score = self._start + self._value.take(node).reshape(n, -1).sum(axis=1)
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
