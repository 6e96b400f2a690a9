"""What the verbs say of credits and of how sure a time is."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from datetime import UTC
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.cli.moments import dated
from pipeline.store.reading import Filter, Reader
from tests.smalldb import SmallDb


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = SmallDb(tmp_path_factory.mktemp("credited"))
    database = next(made.folder.glob("*.db"))
    with sqlite3.connect(database) as conn:
        conn.execute(
            "UPDATE article SET agencies = ?, published_certainty = 'visible', "
            "provenance = json_set(provenance, '$.agencies', 'dateline') WHERE id = 1",
            (json.dumps(["AFP", "dpa"]),),
        )
        conn.execute("UPDATE article SET published_certainty = 'url' WHERE id = 2")
    conn.close()
    return made.folder


@pytest.fixture
def told(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, code: int = 0) -> str:
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("name", ["AFP", "afp", "Agence France-Presse", "أ ف ب", "dpa", "DPA"])
def test_list_by_agency_knows_it_in_any_spelling(told, name):
    rows = json.loads(told("list", "--no-group", "--agency", name, "--json"))
    assert [row["id"] for row in rows] == [1]
    assert rows[0]["agencies"] == ["AFP", "dpa"]


def test_an_agency_that_nobody_credits_lists_nothing(told):
    assert json.loads(told("list", "--agency", "Reuters", "--json")) == []
    assert json.loads(told("list", "--agency", "A%", "--json")) == []


def test_show_tells_agencies_and_certainty(told):
    text = told("show", "1")
    line = next(line for line in text.splitlines() if line.startswith("agencies"))
    assert line.split() == ["agencies", "AFP,", "dpa", "dateline"]
    assert "(visible text)" in next(x for x in text.splitlines() if x.startswith("published"))
    whole = json.loads(told("show", "1", "--json"))
    assert (whole["agencies"], whole["published_certainty"]) == (["AFP", "dpa"], "visible")
    assert whole["measures"] == {} or isinstance(whole["measures"], dict)


def test_an_address_knows_only_the_day():
    moment = "2026-03-04T00:00:00.000Z"
    assert dated(moment, "url", UTC) == "2026-03-04 (address)"
    assert dated(moment, "visible", UTC) == "2026-03-04 00:00 (visible text)"
    assert dated(moment, "machine", UTC) == "2026-03-04 00:00"
    assert dated(None, "unknown", UTC) == ""


def test_export_has_them_too(told):
    rows = list(csv.DictReader(io.StringIO(told("export", "-f", "csv", "--agency", "AFP", "-"))))
    assert [(row["id"], row["agencies"], row["published_certainty"]) for row in rows] == [
        ("1", "AFP; dpa", "visible")
    ]


def test_the_index_of_credited_articles_is_used(folder):
    with Reader(next(folder.glob("*.db"))) as reader:
        assert [row["id"] for row in reader.articles(Filter(agency="AFP"))] == [1]
        plan = reader.rows(
            "EXPLAIN QUERY PLAN SELECT id FROM article a WHERE a.agencies != '[]' "
            "ORDER BY a.first_seen_at DESC"
        )
    assert any("article_credited" in row["detail"] for row in plan)
