"""What the block model is trained on: variants of pages, folds by site, trees as plain numbers."""

import random

import pytest

from benchmarks.blockvariants import harder, renamed, shortened
from benchmarks.cases import Case
from benchmarks.train_blocks import _tree, fold_of
from pipeline.extract import extract
from pipeline.extract.document import parse

LINES = [
    f"Paragraph {n} says that the bridge over the river {word} will be closed for repairs."
    for n, word in enumerate(("Alder", "Birch", "Cedar", "Doum", "Elm", "Fig"), start=1)
]
BODY = "".join(f"<p class='para'>{line}</p>" for line in LINES)
CASE = Case(
    id="one",
    url="https://outlet.example/a",
    html=f"<html><body><nav id=top class='menu main'>Home</nav><article>{BODY}</article>",
    body="\n".join(LINES),
)


@pytest.mark.parametrize("keep", [1, 3])
def test_a_short_page_keeps_the_beginning_of_its_article(keep):
    short = shortened(CASE, keep)
    assert short.body == "\n".join(LINES[:keep])
    left = parse(short.html).text_content()
    assert [line in left for line in LINES] == [True] * keep + [False] * (6 - keep)
    assert "Home" in left


def test_a_renamed_page_says_the_same_without_telling_names():
    other = renamed(CASE, random.Random(1))
    assert not {"menu", "main", "para", "top"} & set(other.html.replace('"', " ").split())
    assert parse(other.html).text_content() == parse(CASE.html).text_content()
    names = {p.get("class") for p in parse(other.html).iter() if p.get("class")}
    assert len(names) == 2  # what had one name still has
    assert extract(other.html, other.url).text == CASE.body


def test_the_same_page_has_the_same_variant():
    assert harder(CASE) == harder(CASE)


def test_a_site_is_always_in_the_same_fold():
    assert fold_of("outlet.example", 8, "outer") == fold_of("outlet.example", 8, "outer")
    assert {fold_of(f"site{n}.example", 4, "x") for n in range(60)} == {0, 1, 2, 3}


def test_trees_become_nodes_with_leaves_below_zero():
    tree = {
        "split_feature": 3, "threshold": 1.23456789,
        "left_child": {"leaf_value": 0.5},
        "right_child": {"split_feature": 1, "threshold": 2.0,
                        "left_child": {"leaf_value": -1.0}, "right_child": {"leaf_value": 2.0}},
    }  # fmt: skip
    assert _tree(tree, 0.5) == {
        "nodes": [[3, 1.23457, -1, 1], [1, 2.0, -2, -3]], "leaves": [0.25, -0.5, 1.0],
    }  # fmt: skip
