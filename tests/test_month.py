"""Some days on a simulated clock: the month of the benchmark, small enough for every run."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.month.__main__ import simulate
from benchmarks.month.judge import MOST_BYTES, judge, to_be_had
from benchmarks.month.plan import Scale, month
from benchmarks.month.release import next_release

# The clocks of the zone go back in the night to the third day.
SCALE = Scale(
    outlets=8, days=4, start=datetime(2026, 10, 23, tzinfo=UTC), step=timedelta(minutes=20)
)


def test_the_documented_growth_is_the_one_that_is_demanded():
    text = (Path(__file__).parent.parent / "docs" / "running.md").read_text(encoding="utf-8")
    assert f"above {MOST_BYTES:,} bytes per article" in text


def test_a_plan_is_the_same_whenever_it_is_drawn():
    assert month(SCALE) == month(SCALE)
    assert month(SCALE) != month(Scale(outlets=8, days=4, seed=2))


def test_a_plan_has_all_that_goes_wrong():
    outlets = month(Scale())
    articles = [a for o in outlets for a in o.articles]
    assert len(articles) > 5000
    assert {outage.kind for o in outlets for outage in o.outages} == {
        "error", "missing", "html", "reset",
    }  # fmt: skip
    edited = [a for a in articles if a.edited]
    assert Counter(a.announced for a in edited)[False] > 100
    text = edited[0]
    before, after = text.paragraphs(text.published), text.paragraphs(text.edited)
    assert [a == b for a, b in zip(before, after, strict=True)].count(False) == 1
    assert any(a.gone for a in articles)
    assert len({(a.outlet, a.path) for a in articles}) == len(articles)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("month")
    return folder, simulate(folder, SCALE, most_s=100)


def test_nothing_drifts_in_days_with_restarts_an_upgrade_and_a_change_of_the_clocks(made):
    _, verdict = made
    assert verdict.problems == []
    assert verdict.figures["articles"] == verdict.figures["with their exact text"] > 80
    assert verdict.figures["alerts of stories"]


def test_the_judge_sees_what_is_wrong(made):
    """Links that are lost, a text that is another, an alert that came twice, a ledger that lies."""
    import sqlite3

    folder, _ = made
    ports = json.loads((folder / "ports.json").read_text())
    lines = (folder / "messages.jsonl").read_text().splitlines(keepends=True)
    (folder / "messages.jsonl").write_text("".join([*lines, lines[0]]))
    with sqlite3.connect(folder / "monitor.db") as db:
        db.execute("UPDATE article SET body = 'something else' WHERE id = 3")
        # An article that a poll must have shown, not one that came just before the end.
        outlet = month(SCALE)[2]
        lost = f"http://127.0.0.1:{ports[2]}{next(to_be_had(outlet, SCALE)).path}"
        changed = db.execute(
            "UPDATE link SET url = 'http://127.0.0.1/none' WHERE url = ?", (lost,)
        ).rowcount
        assert changed == 1
        db.execute("UPDATE daily SET n = n + 1 WHERE outcome = 'stored'")
    db.close()
    with next_release():
        verdict = judge(folder, SCALE, month(SCALE), ports)
    told = " ".join(verdict.problems)
    for word in ("ledger", "never discovered", "no article", "texts are not", "more than once"):
        assert word in told, word
