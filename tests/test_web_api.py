"""The JSON API: what the pages do, for programs; and whatever else may be sent to it."""

from __future__ import annotations

import base64
import json
import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from monitor.web.app import PREFIX, create_app
from monitor.web.settings import WebSettings
from tests.webkit import client


def settings_in(folder):
    return WebSettings(
        database=folder / "monitor.db",
        pages=folder / "pages.db",
        config=folder / "config.yaml",
        reviewer="Anna",
    )


@pytest.fixture
def api(folder):
    with client(settings_in(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def app(made, tmp_path_factory):
    return create_app(settings_in(shutil.copytree(made, tmp_path_factory.mktemp("fuzz") / "demo")))


def described():
    import tempfile
    from pathlib import Path

    folder = Path(tempfile.mkdtemp(prefix="monitor-api-"))
    made = WebSettings(database=folder / "none.db", pages=folder / "none.pages.db")
    return create_app(made).openapi()


OPENAPI = described()
SCHEMA = schemathesis.openapi.from_dict(OPENAPI)
# Each example is one request; those that need a body of this shape get one.
FEW = examples(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@SCHEMA.parametrize()
@FEW
def test_whatever_is_sent_the_answer_is_as_described(case, app):
    case.operation.app = app
    answer = case.call(
        app=app, base_url="http://127.0.0.1:8001", headers={"content-type": "application/json"}
    )
    case.validate_response(
        answer,
        checks=(
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ),
    )


def get(api, path, **params):
    answer = api.get(PREFIX + path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(api, path, expect=200, **body):
    answer = api.post(PREFIX + path, json=body)
    assert answer.status_code == expect, answer.text
    return answer.json() if answer.content else None


def test_a_program_clears_the_inbox_as_a_person_would(api):
    """The wire story once with its outlets, the edit's diff, tag, note, dismiss, undo, export."""
    seen, before = [], ""
    while True:
        page = get(api, "/stories", limit=15, **({"before": before} if before else {}))
        seen += page["stories"]
        before = page["next"]
        if not before:
            break
    assert len({story["story"] for story in seen}) == len(seen) == 40
    times = [(story["first_seen_at"], story["story"]) for story in seen]
    assert times == sorted(times, reverse=True)
    (wire,) = [story for story in seen if story["outlets"] > 1]
    assert wire["outlets"] == 5
    whole = get(api, f"/stories/{wire['story']}")
    assert {member["relation"] for member in whole["members"]} == {"first", "copy"}
    assert len(whole["table"]["columns"]) == 5
    (edited,) = [story for story in seen if story["edits"]]
    article = edited["members"][0]["article"]
    diff = get(api, f"/articles/{article}/diff")
    words = [piece for part in diff["paragraphs"] for piece in part["words"]]
    assert {"kind": "gone", "text": "fourteen"} in words or diff["title"]
    done = send(api, "/review", stories=[wire["story"]], starred=True, add_tags=["names"],
                note="who has the 37?", seen={str(wire["story"]): 0})  # fmt: skip
    assert done["stories"] == [wire["story"]]
    send(api, "/review", stories=[wire["story"]], note="late", seen={str(wire["story"]): 0},
         expect=409)  # fmt: skip
    dismissed = send(api, "/review", articles=[article], dismissed=True, reason="off topic")
    assert send(api, "/review/undo", event=dismissed["event"])["stories"] == [edited["story"]]
    assert len(send(api, "/review/all", query="state=unread", read=True)["stories"]) == 40
    assert get(api, "/stories")["stories"] == []
    (tagged,) = get(api, "/stories", state="all", tag="NAMES")["stories"]
    assert tagged["reviews"][0]["note"] == "who has the 37?"
    rows = [json.loads(line) for line in api.get(f"{PREFIX}/export").text.splitlines()]
    assert len(rows) == 40
    (row,) = [row for row in rows if row["tags"]]
    assert (row["reviewer"], row["story"], row["tags"]) == ("Anna", wire["story"], ["names"])
    events = get(api, "/review/events", story=wire["story"])
    assert events[0]["action"] == "star, tag, note"


def test_sources_can_be_paused_resumed_and_polled(api):
    assert send(api, "/sources/seeland-bote/pause", length="6h", reason="moves house")
    told = get(api, "/sources/seeland-bote")
    assert told["state"] == "paused"
    assert "moves house" in told["reason"]
    assert send(api, "/sources/seeland-bote/resume")
    assert send(api, "/sources/seeland-bote/poll")
    assert get(api, "/sources/seeland-bote")["feeds"][0]["requested_at"]
    send(api, "/sources/seeland-bote/pause", length="soon", expect=400)
    send(api, "/sources/nobody/poll", expect=404)


def test_topics_timeline_and_ledger(api):
    topics = {row["id"]: row["stories"] for row in get(api, "/topics")}
    assert set(topics) == {"lists", "water", "miyah"}
    assert len(get(api, "/stories", state="all", topic="miyah")["stories"]) == topics["miyah"] > 0
    volume = get(api, "/timeline", by="hour")
    assert volume["total"] == 44
    assert sum(get(api, "/timeline", by="hour", topic="water")["series"][0]["n"]) > 3
    ledger = get(api, "/coverage")
    assert ledger["problems"] == []
    assert ledger["discovered"] == sum(row["n"] for row in ledger["outcomes"]) == 44
    assert len(get(api, "/coverage/links", outcome="copy")) == 4


def test_a_stored_page_comes_as_it_was(api):
    page = get(api, "/articles/1/page")
    body = base64.b64decode(page["body"])
    assert len(body) == page["size"]
    assert body.startswith(b"<!doctype html>") or b"<html" in body[:200]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [("/stories", {"since": "bogus"}, 400), ("/stories", {"source": "nobody"}, 400),
     ("/stories", {"state": "open"}, 400), ("/stories", {"before": "x"}, 400),
     ("/stories", {"limit": 0}, 422), ("/stories/999", {}, 404), ("/articles/999", {}, 404),
     ("/stories/0", {}, 422), ("/articles/1", {"revision": 9}, 404), ("/nothing", {}, 404),
     ("/timeline", {"topic": "nobody"}, 400), ("/coverage/links", {"outcome": "x"}, 400)],
)  # fmt: skip
def test_what_cannot_be_is_told_in_words(api, path, params, status):
    answer = api.get(PREFIX + path, params=params)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_filters_are_kept_and_forgotten(api):
    kept = send(api, "/filters", name="Water", query="topic=water&outlets=2", expect=201)
    assert kept in [
        {name: row[name] for name in ("id", "name", "query")} for row in get(api, "/filters")
    ]
    json_type = {"content-type": "application/json"}
    path = f"{PREFIX}/filters/{kept['id']}"
    assert api.delete(path, headers=json_type).status_code == 204
    assert api.delete(path, headers=json_type).status_code == 404
    send(api, "/filters", name="x", query="since=yesterday&state=nothing", expect=400)
