"""Boosted trees over many rows at once give what walking them one by one gives."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.context import CONTEXT_FEATURES, context_table
from pipeline.extract.forest import Forest

VALUES = st.floats(-4, 4, width=32)


@st.composite
def trees(draw):
    """A tree of up to seven leaves over three features."""
    nodes, leaves = [], []

    def add(depth):
        if depth == 0 or draw(st.booleans()):
            leaves.append(draw(VALUES))
            return -len(leaves)
        number = len(nodes)
        nodes.append([draw(st.integers(0, 2)), draw(VALUES), 0, 0])
        nodes[number][2] = add(depth - 1)
        nodes[number][3] = add(depth - 1)
        return number

    add(3)
    return {"nodes": nodes, "leaves": leaves}


def walked(tree, row):
    at = 0 if tree["nodes"] else -1
    while at >= 0:
        feature, threshold, yes, no = tree["nodes"][at]
        at = yes if row[feature] <= np.float32(threshold) else no
    return tree["leaves"][-1 - at]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(trees(), min_size=1, max_size=4),
    st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=5),
    VALUES,
)
def test_all_at_once_is_one_by_one(forest, rows, start):
    got = Forest(forest, start).probabilities(np.array(rows, dtype=np.float32))
    for row, p in zip(rows, got, strict=True):
        score = start + sum(walked(tree, row) for tree in forest)
        assert math.isclose(p, 1 / (1 + math.exp(-score)), rel_tol=1e-6)


def test_no_trees_say_what_they_start_from():
    assert Forest([], 0.0).probabilities(np.zeros((2, 3), dtype=np.float32)).tolist() == [0.5, 0.5]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(1, 900), st.integers(1, 4)), min_size=1, max_size=30
    )
)
def test_context_is_finite_and_names_its_columns(blocks):
    guesses, weights, paths = (np.array(column) for column in zip(*blocks, strict=True))
    table = context_table(guesses, weights, paths.tolist())
    assert table.shape == (len(blocks), len(CONTEXT_FEATURES))
    assert np.isfinite(table).all()
    named = dict(zip(CONTEXT_FEATURES, table.T, strict=True))
    assert np.allclose(named["guess"], guesses)
    assert np.allclose(named["guess_b1"][1:], guesses[:-1])
    assert named["guess_b1"][0] == -1
    assert np.allclose(named["before"] + named["after"], 1) or (guesses * weights).sum() < 1
