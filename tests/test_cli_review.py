"""Decisions at the command line, and the web pages as a process of their own."""

from __future__ import annotations

import csv
import http.client
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys

import pytest

from monitor.cli import main
from monitor.web.passwords import matches


@pytest.fixture(autouse=True)
def there(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "MONITOR_REVIEWER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def told(folder, capsys):
    def run(*words, code=0):
        assert main(list(words)) == code, capsys.readouterr().err
        return capsys.readouterr().out

    return run


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_marked_is_exported(told, folder):
    with sqlite3.connect(folder / "monitor.db") as db:
        story, article = db.execute(
            "SELECT id, first_article FROM story ORDER BY outlets DESC"
        ).fetchone()
        other, url = db.execute(
            "SELECT story, url FROM article WHERE story != ?", (story,)
        ).fetchone()
    said = told("mark", f"story:{story}", "--star", "--tag", "names", "--tag", "wire",
                "--note", "who has the 37?", "--reviewer", "Anna")  # fmt: skip
    assert "1 story" in said
    told("mark", url, "--dismiss", "--reason", "duplicate", "--reviewer", "Anna")
    told("mark", str(article), "--read", "--reviewer", "Ben")
    found = {(row["story"], row["reviewer"]): row
             for row in rows(told("export", "--decisions"))}  # fmt: skip
    assert set(found) == {(story, "Anna"), (other, "Anna"), (story, "Ben")}
    anna = found[story, "Anna"]
    assert (anna["tags"], anna["note"]) == (["names", "wire"], "who has the 37?")
    assert anna["starred_at"]
    assert not anna["read_at"]
    assert found[other, "Anna"]["dismiss_reason"] == "duplicate"
    table = list(csv.DictReader(io.StringIO(told("export", "--decisions", "-f", "csv",
                                                 "--reviewer", "Ben"))))  # fmt: skip
    assert [row["story"] for row in table] == [str(story)]
    log = rows(told("export", "--decision-log"))
    assert [(row["reviewer"], row["story"]) for row in log] == [
        ("Anna", story), ("Anna", other), ("Ben", story)
    ]  # fmt: skip
    assert log[0]["before"] is None
    assert log[0]["after"]["note"] == "who has the 37?"
    # The same stories in listings, and as whole articles.
    starred = rows(told("list", "--jsonl", "--where", "state=all&starred=1", "--reviewer", "Anna"))
    assert [row["story"] for row in starred] == [story]
    articles = rows(told("export", "--where", "state=all&tag=names"))
    assert len(articles) == 5
    assert {row["story"] for row in articles} == {story}
    some = rows(told("export", "--decisions", "--where", "state=all&tag=wire"))
    assert {row["story"] for row in some} == {story}
    words = rows(told("search", "--jsonl", "dam", "--where", "state=all&edited=1"))
    assert len(words) == 1
    shown = told("show", str(article))
    assert "What reviewers decided on its story:" in shown
    assert "who has the 37?" in shown
    assert re.search(r"topics +lists", shown)


def test_all_that_a_filter_finds_is_marked_and_taken_back(told):
    assert "40 to mark" in told("mark", "--where", "state=unread", "--read", "--dry-run",
                                "--reviewer", "Anna")  # fmt: skip
    done = json.loads(told("mark", "--where", "state=unread", "--read", "--yes", "--json",
                           "--reviewer", "Anna"))  # fmt: skip
    assert len(done["stories"]) == 40
    assert rows(told("list", "--jsonl", "--where", "state=unread", "--reviewer", "Anna")) == []
    undone = told("mark", "--undo", "--reviewer", "Anna")
    assert undone.startswith("undone: ")
    assert "40 stories" in undone
    left = told("list", "--jsonl", "--where", "", "--reviewer", "Anna")
    assert len(rows(left)) == 40


def test_what_is_missing_is_told_and_the_others_are_marked(told, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n\nstory:999\n2\n"))
    answer = json.loads(told("mark", "-", "http://nowhere.example/", "--read", "--json",
                             "--reviewer", "Anna", code=4))  # fmt: skip
    assert answer["missing"] == ["story:999", "http://nowhere.example/"]
    assert len(answer["stories"]) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1"], "say what to do"),
        (["--read"], "name articles"),
        (["1", "--where", "state=all", "--read"], "name articles"),
        (["--where", "state=gone", "--read", "--yes"], "state: is one of"),
        (["--where", "source=nobody", "--read", "--yes"], "nobody"),
        (["1", "--read", "--reviewer", "\x07"], "--reviewer"),
        (["1", "--tag", "x" * 500], "tag"),
    ],
)
def test_what_cannot_be_is_told(words, said, folder, capsys):
    assert main(["mark", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_change_that_is_not_there_cannot_be_taken_back(folder, capsys):
    assert main(["mark", "--undo", "--reviewer", "Nobody"]) != 0
    assert "nothing to undo" in capsys.readouterr().err


def test_review_needs_a_terminal(folder, capsys):
    assert main(["review"]) == 1
    assert "needs a terminal" in capsys.readouterr().err


def test_a_password_is_hashed(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery staple\n"))
    assert main(["web", "password", "--stdin"]) == 0
    hashed = capsys.readouterr().out.strip()
    assert hashed.startswith("$argon2id$")
    assert matches(hashed, "correct horse battery staple")
    assert not matches(hashed, "correct horse")


def test_pages_that_others_can_reach_need_a_password(folder, capsys):
    assert main(["web", "--host", "0.0.0.0", "--port", "0"]) == 3
    assert "password" in capsys.readouterr().err


def test_the_web_pages_run_until_they_are_told_to_end(folder):
    process = subprocess.Popen(
        [sys.executable, "-c", "from monitor.cli import main; raise SystemExit(main())",
         "web", "--port", "0", "--reviewer", "Anna"],
        cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    try:
        line = process.stderr.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", line)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        answer = connection.getresponse()
        body = answer.read().decode()
        assert answer.status == 200
        assert "40 stories" in body
        assert "script-src 'self'" in answer.getheader("Content-Security-Policy")
        connection.request(
            "POST", "/api/v1/review", json.dumps({"stories": [1], "read": True}),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["stories"]) == (200, [1])
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    with sqlite3.connect(folder / "monitor.db") as db:
        assert db.execute("SELECT story FROM review WHERE read_at NOT NULL").fetchall() == [(1,)]
