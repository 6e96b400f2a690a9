"""Status: the facts in the store become states, numbers, JSON and exit codes."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.status import daemon_status, gather, to_json
from pipeline.store.heartbeat import Beat
from pipeline.store.lock import DaemonLock
from pipeline.store.reading import Reader
from pipeline.store.sqlite import SqliteStore
from pipeline.times import to_iso
from tests.smalldb import SmallDb

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "status-json.md"


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return SmallDb(tmp_path)


def beat(made, **changes):
    told = Beat(pid=1, host="h", version="9", started_at=made.now, at=made.now, memory_mb=91.2)
    store = SqliteStore(made.path)
    with store.transaction():
        store.heartbeat.beat(replace(told, **changes), 1)
    store.close()


def gathered(made, now=None, slugs=None):
    with Reader(made.path) as reader:
        return gather(reader, now or made.now, slugs)


def row(made, **changes):
    fields = {
        "pid": 7, "state": "running", "started_at": made.now - timedelta(hours=1),
        "heartbeat_at": made.now - timedelta(seconds=5), "stopped_at": None, "version": "1",
        "memory_mb": 90.0, "in_flight": 1, "queued": 2, "pending_links": 3, "loop_lag_ms": 4.0,
        "config": "",
    } | changes  # fmt: skip
    return {k: to_iso(v) if hasattr(v, "tzinfo") else v for k, v in fields.items()}


def test_the_daemon_in_each_of_its_states(made):
    now, late = made.now, made.now - timedelta(minutes=5)
    assert daemon_status(None, None, now).state == "never"
    assert daemon_status(None, 7, now).state == "starting"
    assert daemon_status(row(made), 7, now).state == "running"
    assert daemon_status(row(made), 0, now).state == "running"  # the lock's file is unreadable
    assert daemon_status(row(made, heartbeat_at=late), 7, now).state == "hung"
    assert daemon_status(row(made, heartbeat_at=late), None, now).state == "died"
    assert daemon_status(row(made), 8, now).state == "starting"  # the row is its predecessor's
    stopped = row(made, state="stopped", stopped_at=late)
    assert daemon_status(stopped, None, now).state == "stopped"
    assert daemon_status(stopped, None, now).since == late
    assert daemon_status(stopped, 7, now).state == "starting"


def test_problems_come_first_with_their_reason(made):
    status = gathered(made)
    assert status.sources[0].slug == "broken"
    worst = status.sources[0].health
    assert (worst.state, worst.severity.name) == ("dns", "CRITICAL")
    assert "no such host" in worst.reason
    assert "1d 6h" in worst.reason


def test_counts_of_the_last_day(made):
    by_slug = {source.slug: source for source in gathered(made).sources}
    agency, paper = by_slug["agency"], by_slug["paper"]
    assert (agency.new, agency.copies, agency.failed) == (2, 0, 1)
    assert (paper.new, paper.copies, paper.failed) == (0, 1, 0)
    later = {s.slug: s for s in gathered(made, made.now + timedelta(days=2)).sources}
    assert (later["agency"].new, later["agency"].failed) == (0, 0)
    status = gathered(made)
    assert (status.articles, status.revisions, status.pending) == (3, 1, 1)


def test_selected_sources_only(made):
    assert [s.slug for s in gathered(made, slugs=["paper"]).sources] == ["paper"]


def test_a_pause_tells_why_and_ends_by_itself(made):
    store = SqliteStore(made.path)
    with store.transaction():
        store.feeds.pause(["broken"], made.now, made.now + timedelta(hours=1), "moving house")
    store.close()
    now = {s.slug: s for s in gathered(made).sources}["broken"]
    assert now.health.state == "paused"
    assert now.health.reason.startswith("moving house, until ")
    later = {s.slug: s for s in gathered(made, made.now + timedelta(hours=2)).sources}["broken"]
    assert later.health.state == "dns"


def keys(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}{key}"
            yield from keys(inner, f"{path}{key}.")
    elif isinstance(value, list) and value:
        yield from keys(value[0], f"{path[:-1]}[].")


def test_every_key_of_the_json_is_documented_and_no_other():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9_.\[\]]+)` \|", text, re.MULTILINE)) == EXPECTED


# Adding a key is fine; taking one away or changing its meaning needs a new SCHEMA.
EXPECTED = {
    "schema", "at", "status", "code", "daemon", "totals", "sources",
    *(f"daemon.{k}" for k in ("state", "pid", "since", "heartbeat_at", "version", "memory_mb",
                              "in_flight", "queued", "loop_lag_ms", "config")),
    *(f"totals.{k}" for k in ("sources", "critical", "degraded", "articles", "revisions",
                              "pending", "new_24h", "copies_24h", "failed_24h")),
    *(f"sources[].{k}" for k in (
        "id", "name", "state", "severity", "reason", "since", "feeds", "last_poll_at",
        "next_poll_at", "last_article_at", "usual_gap_s", "new_24h", "copies_24h", "failed_24h",
        "delay_p50_s", "drift")),
}  # fmt: skip


def test_the_keys_of_the_json_are_stable(made, capsys):
    assert set(keys(to_json(gathered(made)))) == EXPECTED
    assert main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == 1
    assert told["status"] == "not running"
    assert told["sources"][0]["id"] == "broken"


def checked(capsys, *words):
    code = main(["status", "--check", *words])
    (line,) = capsys.readouterr().out.splitlines()
    return code, line


def test_check_exits_as_monitoring_wants_it(made, capsys, monkeypatch):
    code, line = checked(capsys)
    assert (code, line.partition(":")[0]) == (12, "NOT RUNNING")
    with DaemonLock(made.path):
        from os import getpid

        beat(made, pid=getpid())
        monkeypatch.setattr("monitor.cli.status.utc_now", lambda: made.now)
        code, line = checked(capsys)
        assert (code, line.partition(":")[0]) == (10, "DEGRADED")
        assert "broken dns (no such host" in line
        assert "\x1b" not in line
        assert " | problems=1 new_24h=2 failed_24h=1 pending=1" in line
        assert checked(capsys, "agency") == (
            0, "OK: 1 sources work | problems=0 new_24h=2 failed_24h=1 pending=1"
        )  # fmt: skip
        code, line = checked(capsys, "broken")
        assert (code, line.partition(":")[0]) == (11, "CRITICAL")
        monkeypatch.setattr("monitor.cli.status.utc_now", lambda: made.now + timedelta(minutes=5))
        code, line = checked(capsys, "agency")
        assert code == 11
        assert "hung" in line


def test_check_of_a_missing_or_damaged_file(made, capsys, tmp_path):
    assert checked(capsys, "--db", "nowhere.db")[0] == 12
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all" * 100)
    code, line = checked(capsys, "--db", str(broken))
    assert (code, line.partition(":")[0]) == (11, "CRITICAL")


def test_text_has_the_daemon_the_reasons_and_the_table(made, capsys):
    assert main(["status"]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert lines[0].startswith("daemon:  not running since ")
    assert "critical  broken: no such host" in text
    table = lines[lines.index("") + 1 :]
    assert table[0].split()[:3] == ["SOURCE", "STATE", "POLLED"]
    assert [line.split()[0] for line in table[1:]] == ["broken", "agency", "paper"]
    assert "\x1b" not in text
    assert main(["status", "--problems", "--jsonl"]) == 0
    assert [json.loads(x)["id"] for x in capsys.readouterr().out.splitlines()] == ["broken"]


def test_watch_wants_a_terminal(made, capsys):
    assert main(["status", "--watch"]) == 2
