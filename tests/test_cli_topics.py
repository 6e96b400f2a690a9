"""Topics at the command line: what they match, what a query would have matched, mistakes."""

from __future__ import annotations

import json

import pytest

from monitor.cli import main
from pipeline.store.reading import Reader
from pipeline.store.sqlite import open_store
from pipeline.store.topic_reading import left_to_ask, topics_at_length
from tests.smalldb import SmallDb
from tests.storekit import NOW

TOPICS = """
topics:
  - {id: council, query: 'council OR mayor', notify: [desk]}
  - {id: early, query: 'title:"no such words"'}
notify: {desk: {url: "json://127.0.0.1:9/x"}}
"""


@pytest.fixture
def made(tmp_path, monkeypatch):
    made = SmallDb(tmp_path)
    monkeypatch.chdir(made.folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    config = made.folder / "config.yaml"
    config.write_text(config.read_text() + TOPICS)
    return made


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr()

    return run


def test_backfill_finds_what_search_finds_and_list_tells(made, told):
    assert "in the configuration only: council, early" in told("topics", "list").err
    said = told("topics", "backfill").err
    assert "early: 0 stories" in said
    found = json.loads(told("search", "council OR mayor", "--no-group", "--json").out)
    rows = {row["id"]: row for row in json.loads(told("topics", "list", "--json").out)}
    assert rows["council"]["articles"] == len(found) > 0
    assert rows["council"]["notify"] == ["desk"]
    assert rows["council"]["share"] == 1
    assert (
        "there is no topic 'counsil' (did you mean 'council'?)"
        in told("topics", "backfill", "counsil", code=1).err
    )


def test_a_topic_asked_again_loses_what_no_longer_matches(made, told):
    told("topics", "backfill")
    store = open_store(made.folder / "monitor.db", NOW)
    with store.transaction():
        store.connection().execute("UPDATE topic_match SET topic = 'early'")
    store.close()
    told("topics", "backfill", "early")
    with Reader(made.folder / "monitor.db") as reader:
        assert [row["articles"] for row in topics_at_length(reader, NOW)] == [0, 0]
        assert left_to_ask(reader, ["early", "council"]) == 0


def test_a_query_is_tried_against_the_past(made, told):
    told("topics", "backfill")
    before = made.folder.joinpath("monitor.db").read_bytes()
    found = json.loads(
        told("topics", "test", "council", "--days", "3000", "--topic", "early", "--json").out
    )
    assert found["query"] == "council OR mayor"
    assert found["stories"] == sum(row["stories"] for row in found["by_day"]) > 0
    assert found["against"] == {"topic": "early", "gained": found["stories"], "lost": 0}
    assert found["samples"][0]["title"]
    said = told("topics", "test", "council", "--days", "3000", "--samples", "1").out
    assert f"{found['stories']} stor" in said
    assert found["samples"][0]["title"] in said
    assert "nothing matched" in told("topics", "test", "zzzz").err
    assert made.folder.joinpath("monitor.db").read_bytes() == before


@pytest.mark.parametrize("verb", [["search"], ["topics", "test"], ["export", "-", "--query"]])
def test_a_mistake_is_marked_under_its_character(made, told, verb):
    said = told(*verb, "الاخبار (peace", code=2).err.splitlines()
    assert said[0] == "monitor: this bracket is never closed, at character 9 ((peace)"
    assert said[1:] == ["  الاخبار (peace", "          ^"]


def test_a_topic_that_cannot_be_read_is_a_mistake_of_the_configuration(made, told):
    config = made.folder / "config.yaml"
    config.write_text(config.read_text().replace("council OR mayor", "council OR titel:x"))
    said = told("config", "check", code=3)
    assert "did you mean title:" in said.out + said.err
    assert "topics[0].query" in said.out + said.err
