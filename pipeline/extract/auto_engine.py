"""Finds the text blocks of an article with a learned model and readability as its second opinion.

A page is cut into blocks; boosted trees judge each by what it is, where it stands, what shares its
path of tags and classes, and whether readability chose it; more trees look at those judgements in
context.  ``benchmarks/train_blocks.py`` makes the trees, docs/decisions tells why it is so.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from pipeline.extract import readability_engine
from pipeline.extract.boxes import Cut, cut
from pipeline.extract.clean import Block, clean_blocks, fold
from pipeline.extract.context import CONTEXT_FEATURES, context_table
from pipeline.extract.document import Document
from pipeline.extract.elsewhere import SUSPICIOUS, size
from pipeline.extract.features import FEATURES, Table, table
from pipeline.extract.followers import follow
from pipeline.extract.forest import Forest
from pipeline.extract.markup import MarkupWalker
from pipeline.extract.metadata import Metadata
from pipeline.extract.votes import VOTE_FEATURES, vote_table

MODEL = "blocks_model.json"
SCHEME = 1  # of the features; a model of another scheme is refused
CHOSEN = 0.5  # probability from which on a block is part of the article
# Share of letters that two choices have in common below which one of them is lost altogether;
# readability is the one that fails softly, as it looks at whole boxes.
AGREEMENT = 0.3
ENOUGH = 0.5  # share of both choices that is the same text, from which on nothing more is asked


@dataclass(frozen=True, slots=True)
class Model:
    """The two forests."""

    first: Forest
    second: Forest


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the model looks at on one page."""

    page: Cut
    votes: list[Block]  # readability's paragraphs
    rows: Table  # FEATURES and VOTE_FEATURES of each block


@cache
def model() -> Model:
    """The trees that come with the program, read once in a process."""
    return load(json.loads(files("pipeline.extract").joinpath(MODEL).read_text("utf-8")))


def load(data: dict[str, Any]) -> Model:
    """Trees from what the training wrote.  ValueError if they are for other features."""
    names = [*FEATURES, *VOTE_FEATURES, *CONTEXT_FEATURES]
    if data["scheme"] != SCHEME or data["features"] != names:
        raise ValueError("the block model was trained on other features; train it again")
    return Model(
        first=Forest(data["first"]["trees"], data["first"]["start"]),
        second=Forest(data["second"]["trees"], data["second"]["start"]),
    )


def paragraphs(document: Document, known: Metadata) -> list[Block]:
    """The article's paragraphs.  The tree of ``document`` is used up by this."""
    found = evidence(document, known)
    if found is None:
        return readability_engine.paragraphs(document, known)
    return choose(found, model(), known)


def evidence(document: Document, known: Metadata) -> Evidence | None:
    """What the model is to judge; None for a page without a body or without text."""
    suspects = readability_engine.prepare(document, known)
    body = document.tree.find(".//body")
    walker = MarkupWalker(document.url) if document.markup else None
    page = cut(body, walker) if body is not None else None
    if page is None or not page.blocks:
        return None
    rows = table(page, known)
    # After the cut: readability changes the tree.
    root = page.boxes[0]
    votes = readability_engine.choice(document, known, suspects, root.size - root.linked)
    chosen = vote_table(page, [block.text for block in votes])
    return Evidence(page=page, votes=votes, rows=np.concatenate([rows, chosen], axis=1))


def choose(found: Evidence, trees: Model, known: Metadata) -> list[Block]:
    """The paragraphs that the model chooses, or readability's where it should not be trusted."""
    likely = judge(found, trees)
    chosen = [bool(p >= CHOSEN) for p in likely]
    follow(found.page.blocks, chosen, likely.tolist())
    picked = [b.alone() for b, take in zip(found.page.blocks, chosen, strict=True) if take]
    body = clean_blocks(picked, known.title, known.authors)
    # Readability's answer may come from the page's scripts, where its boxes say nothing.
    mine, theirs = size(body), size(found.votes)
    if mine < SUSPICIOUS and theirs > mine:
        return found.votes
    if theirs >= SUSPICIOUS and agreement(body, found.votes) < AGREEMENT:
        return found.votes
    return body


def judge(found: Evidence, trees: Model) -> Table:
    """The probability of each block that it belongs to the article."""
    guesses = trees.first.probabilities(found.rows)
    paths = [block.box.path for block in found.page.blocks]
    context = context_table(guesses, np.array(found.page.weights), paths)
    return trees.second.probabilities(np.concatenate([found.rows, context], axis=1))


def agreement(one: Sequence[Block], other: Sequence[Block]) -> float:
    """How much of two choices is the same text, 0 to 1 (F1 over paragraphs by length)."""
    # Letter by letter first, since folding costs; nearly always that is enough.
    for folded in (False, True):
        left, right = (_lengths(blocks, folded=folded) for blocks in (one, other))
        whole = sum(left.values()) + sum(right.values())
        common = sum(length for key, length in left.items() if key in right)
        if whole and common * 2 > ENOUGH * whole:
            return 2 * common / whole
    # Cut at other places, the same text is still the same.
    if whole and common * 2 < whole * AGREEMENT:
        mine, theirs = "".join(left), "".join(right)
        common = sum(size for key, size in left.items() if key in theirs)
        common = max(common, sum(size for key, size in right.items() if key in mine))
    return min(1.0, 2 * common / whole) if whole else 1.0


def _lengths(blocks: Sequence[Block], *, folded: bool) -> dict[str, int]:
    keys = [fold(block.text) if folded else block.text for block in blocks]
    return {key: len(key) for key in keys}
