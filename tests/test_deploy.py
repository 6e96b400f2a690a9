"""The files for those who run it: what they name exists, what they ask can be answered."""

from __future__ import annotations

import configparser
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from monitor.cli.verbs import VERBS
from monitor.observing.metrics import registry

DEPLOY = Path(__file__).parent.parent / "deploy"
DATASETTE = yaml.safe_load((DEPLOY / "datasette.yaml").read_text())["databases"]["monitor"]
DOCS = (Path(__file__).parent.parent / "docs" / "reference" / "metrics.md").read_text()


@pytest.fixture
def metrics(folder):
    db = sqlite3.connect(folder / "monitor.db")
    with db:
        db.execute(
            "INSERT OR REPLACE INTO daemon (id, state, heartbeat_at, memory_mb, in_flight, queued, "
            "loop_lag_ms) VALUES (1, 'stopped', '2026-01-01T00:00:00.000Z', 90, 1, 2, 3)"
        )
    db.close()
    found = registry(folder / "monitor.db", folder / "pages.db", lambda: datetime.now(UTC))
    return {metric.name for metric in found.collect()}


def test_every_metric_of_the_dashboard_exists(metrics):
    text = (DEPLOY / "grafana.json").read_text()
    asked = set(re.findall(r"\bmonitor_[a-z_0-9]+", text))
    assert asked <= metrics
    panels = json.loads(text)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_every_metric_is_documented_and_nothing_else(metrics):
    told = set(re.findall(r"`(monitor_[a-z_]+)", DOCS))
    names = {"monitor_info" if name == "monitor" else name for name in metrics}
    assert told == names


@pytest.mark.parametrize("name", DATASETTE["queries"])
def test_canned_queries_can_be_answered(folder, name):
    query = DATASETTE["queries"][name]
    values = {"since": "2000-01-01", "topic": "water", "words": "dam OR river"}
    asked = set(re.findall(r":([a-z]+)", query["sql"]))
    assert asked == set(query.get("params", ()))
    with sqlite3.connect(f"file:{folder / 'monitor.db'}?mode=ro", uri=True) as db:
        rows = db.execute(query["sql"], {key: values[key] for key in asked}).fetchall()
    db.close()
    assert rows


def test_tables_and_columns_of_the_metadata_exist(folder):
    db = sqlite3.connect(folder / "monitor.db")
    for table, told in DATASETTE["tables"].items():
        columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        named = {told.get("label_column"), told.get("sort_desc"), *told.get("facets", ())} - {None}
        assert named <= columns, table
    db.close()


def test_the_unit_and_the_containers_call_verbs_that_exist():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "news-monitor.service")
    assert unit["Service"]["Type"] == "notify-reload"
    assert unit["Service"]["ExecStart"].split()[-1] in VERBS
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for service in compose["services"].values():
        assert service["command"][0] in VERBS
    lines = (DEPLOY / "Containerfile").read_text()
    assert json.loads(re.search(r"^CMD (\[.*\])", lines, re.MULTILINE)[1])[0] in VERBS
    health = re.search(r"HEALTHCHECK .*CMD (\[.*\])", lines)[1]
    assert json.loads(health)[1] in VERBS
