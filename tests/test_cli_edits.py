"""What ``monitor edits``, ``show`` and ``sources show`` say of edits."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from monitor.cli import main
from pipeline.model import Edit, EditKind, PageState
from pipeline.store.reading import Reader
from pipeline.store.sqlite import open_store
from tests.smalldb import SmallDb


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    small = SmallDb(tmp_path_factory.mktemp("small"))
    store = open_store(small.path, small.now)
    with store.transaction():
        gone = Edit(kinds=(EditKind.GONE,), weight=95, silent=True, summary="the page is gone")
        store.edits.add(2, gone, small.now - timedelta(hours=1), revised=False)
        store.edits.set_state(2, PageState.GONE, small.now - timedelta(hours=1))
        typo = Edit(kinds=(EditKind.TYPO,), weight=5, silent=False, summary='"teh" became "the"')
        store.edits.add(3, typo, small.now - timedelta(days=30), revised=False)
    store.close()
    return small


@pytest.fixture(autouse=True)
def _there(made, monkeypatch):
    monkeypatch.chdir(made.folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr()

    return run


def listed(told, *words):
    return json.loads(told("edits", "--json", *words).out)


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


def test_edits_of_the_last_week_most_material_first(told):
    assert [(e["article"], e["kinds"]) for e in listed(told)] == [(2, ["gone"]), (1, ["rewording"])]
    assert [e["article"] for e in listed(told, "--sort", "time")] == [1, 2]
    assert [e["article"] for e in listed(told, "--since", "60d")] == [2, 1, 3]
    (edit,) = listed(told, "--article", "1")
    assert edit["revision"] == 1
    assert edit["summary"] == '"First" became "Edited"'
    assert edit["facts"]["changes"][0]["before"] == "First"


def test_edits_can_be_chosen(told):
    def chosen(*words):
        return [e["article"] for e in listed(told, "--since", "60d", *words)]

    assert chosen("--kind", "typo", "--kind", "gone") == [2, 3]
    assert chosen("--silent") == [2, 1]
    assert chosen("--min-weight", "6") == [2, 1]
    assert chosen("--source", "paper") == [3]
    assert chosen("--until", "10d") == [3]
    assert chosen("--limit", "1") == [2]
    # A story and an article are asked for over all time.
    assert [e["article"] for e in listed(told, "--article", "3")] == [3]
    assert [e["article"] for e in listed(told, "--story", "1")] == [1, 3]


def test_edits_for_people(told):
    shown = told("edits", "--since", "60d")
    head, first, *_ = shown.out.splitlines()
    assert head.split()[:3] == ["WHEN", "SOURCE", "KINDS"]
    assert "gone, silent" in first
    assert shown.err.splitlines()[-1] == "3 edits: 1 gone, 1 rewording, 1 typo"
    rows = list(csv.DictReader(io.StringIO(told("edits", "--csv").out)))
    assert [row["kinds"] for row in rows] == ["gone", "rewording"]
    assert all(json.loads(line) for line in told("edits", "--jsonl").out.splitlines())


def test_a_kind_that_does_not_exist(told):
    assert "did you mean" in told("edits", "--kind", "numbr", code=2).err


@pytest.mark.parametrize("number", [2**63, 10**20, int("9" * 4000)])
def test_a_number_that_no_row_can_have(told, number):
    for words in (
        ("edits", "--story", str(number)),
        ("edits", "--article", str(number)),
        ("show", str(number)),
        ("stories", str(number)),
    ):
        err = told(*words, code=1).err
        assert "Overflow" not in err
        assert re.search(r"there is no story|no stored article", err), err


def test_the_greatest_number_is_only_unknown(told):
    assert "no stored article" in told("show", str(2**63 - 1), code=1).err


def test_no_edits(told):
    assert "no edits" in told("edits", "--kind", "quote").err


def test_show_tells_the_edits_and_how_the_page_stands(told):
    whole = json.loads(told("show", "2", "--json").out)
    assert whole["page_state"] == "gone"
    assert [edit["kinds"] for edit in whole["edits"]] == [["gone"]]
    text = told("show", "2").out
    assert "gone since" in text
    assert "gone, silent" in text


def test_sources_show_tells_when_articles_are_looked_at_again(made, told):
    plan = json.loads(told("sources", "show", "agency", "--json").out)["recheck"]
    assert plan["ages"] == [600, 3600, 21600, 86400, 259200]
    assert not plan["thinned"]
    assert "since the last edit" in told("sources", "show", "agency").out
