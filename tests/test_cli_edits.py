"""What ``monitor edits`` and ``show`` say of edits, and the states that they tell apart."""

from __future__ import annotations

import pytest

from pipeline.store.reading import Reader
from tests.smalldb import SmallDb


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return SmallDb(tmp_path_factory.mktemp("small"))


def test_the_states_of_an_article_are_numbered_and_follow_each_other(made):
    with Reader(made.path) as reader:
        first, last = reader.states(1)
        assert (first["n"], last["n"]) == (1, 2)
        assert first["replaced_at"] == last["seen_at"]
        assert last["replaced_at"] is None
        assert first["body"].startswith("First.")
        assert last["body"].startswith("Edited.")
        assert first.keys() == last.keys()
        assert len(reader.states(2)) == 1
        assert reader.states(99) == []
