"""How well edits are told from noise and from each other, over pairs made from texts of ours."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.dedup.edits import classify
from pipeline.dedup.noise import only_noise
from pipeline.text import content_hash
from tests.editpairs import EXPECTED, NOISE, pairs

RIGHT = 0.97  # share of edits whose kinds are exactly those expected


def changed(pair):
    """True if the pair makes a revision, by the same two steps that the store's side takes."""
    one, other = pair.before, pair.after
    same = content_hash(one.title, one.paragraphs) == content_hash(other.title, other.paragraphs)
    return not same and not only_noise(one, other)


@pytest.fixture(scope="module")
def made():
    return list(pairs())


def test_the_set_is_of_some_size(made):
    assert len(made) > 1200
    assert len(EXPECTED) == 12
    assert len(NOISE) >= 12
    assert {pair.edit for pair in made} == {None, *EXPECTED}


def test_noise_alone_makes_no_revision(made):
    wrong = [(p.language, p.noise) for p in made if p.edit is None and changed(p)]
    assert wrong == []


def test_no_edit_is_missed_whatever_noise_is_around_it(made):
    missed = [(p.language, p.edit, p.noise) for p in made if p.edit and not changed(p)]
    assert missed == []


def test_kinds_are_right(made):
    wrong = Counter()
    told = 0
    for pair in made:
        if pair.edit is None:
            continue
        told += 1
        kinds = {kind.value for kind in classify(pair.before, pair.after).kinds}
        if kinds != EXPECTED[pair.edit]:
            wrong[pair.language, pair.edit, pair.noise, tuple(sorted(kinds))] += 1
    share = 1 - wrong.total() / told
    assert share >= RIGHT, f"{share:.3f}: {wrong.most_common(40)}"


def test_silent_is_what_no_note_owns_up_to(made):
    for pair in made:
        if pair.edit is not None:
            silent = classify(pair.before, pair.after).silent
            assert silent == (pair.edit not in ("typo", "correction")), pair
