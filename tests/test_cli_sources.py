"""The verbs that go out to the web, against a small one on loopback."""

import json
import os
import signal
from datetime import UTC, datetime

import pytest

from monitor.bringing.slugs import proposed_slug
from monitor.cli import main
from pipeline.store.lock import DaemonLock
from pipeline.store.sqlite import open_store
from tests import logstate
from tests.daemonkit import Installation
from tests.newsite import Answer, NewsSite

CONFIG = """\
# kept as it is
contact: desk@example.org
politeness: {{delay: 0s, allow_hosts: [127.0.0.0/8]}}
sources:
  - id: rss   # the first
    url: {home}
    tags: [one]
    feeds: [{{kind: feed, url: "{feed}"}}]
"""


@pytest.fixture(scope="module")
def site():
    with NewsSite(outlets=4, articles=6) as running:
        yield running


@pytest.fixture(autouse=True)
def folder(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    outlet = site.outlets[0]
    text = CONFIG.format(home=outlet.url(), feed=outlet.feed_url)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    with logstate.kept():
        yield tmp_path


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        got = main(list(words))
        out, err = capsys.readouterr()
        assert got == code, err
        return out

    return run


def test_a_source_is_tried_without_writing(told, site, folder):
    report = json.loads(told("sources", "test", "rss", "--json"))
    (document,) = report["documents"]
    assert document["robots"]["allowed"] is True
    assert document["fetch"]["status"] == 200
    assert document["found"]["format"] == "rss2.0"
    assert document["found"]["links"] == 6
    assert len(document["found"]["first"]) == 5
    article = report["article"]
    assert article["verdict"] == "good"
    assert article["measures"]["words"] == article["words"]
    assert article["fields"]["title"]["value"] in {s.title for s in site.outlets[0].stories}
    assert article["fields"]["title"]["origin"]
    assert report["usable"] is True
    assert [path.name for path in folder.iterdir()] == ["config.yaml"]


def test_the_same_for_people(told):
    text = told("sources", "test", "rss")
    for part in (
        "robots   allows",
        "answer   200",
        "found    rss2.0",
        "verdict  good",
        "measured words",
        "origin",
    ):
        assert part.casefold() in text.casefold()


def test_an_address_may_be_a_feed_a_section_or_an_article(told, site):
    story = site.outlets[0].stories[0]
    one = json.loads(told("sources", "test", site.outlets[0].url(story.path), "--json"))
    assert one["article"]["title"] == story.title
    assert "found" not in one["documents"][0]
    atom = json.loads(told("sources", "test", site.outlets[1].feed_url, "--json"))
    assert atom["documents"][0]["found"]["format"] == "atom"
    section = site.outlets[3].feed_url
    found = json.loads(told("sources", "test", section, "--kind", "section", "--json"))
    assert found["documents"][0]["found"]["format"] == "section"
    assert found["usable"] is True


def test_an_address_that_is_not_public_is_refused(told, folder, site):
    path = folder / "config.yaml"
    path.write_text(path.read_text().replace("allow_hosts: [127.0.0.0/8]", "allow_hosts: []"))
    report = json.loads(told("sources", "test", site.outlets[0].url(), "--json", code=1))
    assert report["documents"][0]["failure"]["kind"] == "refused"
    assert told("sources", "discover", site.outlets[0].url(), code=1) == ""


def test_discover_proposes_feeds_and_reads_samples(told, site):
    report = json.loads(told("sources", "discover", site.outlets[1].url(), "--json"))
    assert [feed["url"] for feed in report["taken"]] == [site.outlets[1].feed_url]
    assert len(report["samples"]) == 5
    assert {sample["verdict"] for sample in report["samples"]} == {"good"}
    assert {sample["title"] for sample in report["samples"]} <= {
        story.title for story in site.outlets[1].stories
    }
    text = told("sources", "discover", site.outlets[1].url(), "--samples", "1")
    assert "TAKE" in text
    assert "/atom.xml" in text


def test_add_writes_the_source_and_keeps_the_rest(told, site, folder):
    path = folder / "config.yaml"
    before = path.read_text()
    url = site.outlets[2].url()
    told("sources", "add", url, "--dry-run")
    assert path.read_text() == before
    told("sources", "add", url, code=2)  # nobody can be asked
    assert path.read_text() == before
    text = told("sources", "add", url, "--id", "maps", "--name", "Maps", "--tag", "two", "--yes")
    assert "added maps" in text
    after = path.read_text()
    assert after.startswith(before.rstrip("\n"))
    rows = json.loads(told("sources", "list", "--json"))
    assert [(row["id"], row["name"], row["tags"]) for row in rows][1] == ("maps", "Maps", ["two"])
    assert rows[1]["state"] == "not yet"
    assert site.outlets[2].feed_url in after
    told("sources", "add", url, "--id", "maps", "--yes", code=2)


def test_an_outlet_is_not_added_twice(told, site, capsys):
    asked = len(site.asked)
    assert main(["sources", "add", site.outlets[0].url() + "#top", "--yes"]) == 1
    assert "is the source 'rss' already" in capsys.readouterr().err
    assert len(site.asked) == asked


def test_add_tells_a_running_daemon(told, site, folder, monkeypatch):
    database = folder / "monitor.db"
    open_store(database, datetime.now(UTC)).close()
    heard = []

    def kill(pid, number):
        # The workers of the trial are ended the same way.
        heard.append(number) if pid == os.getpid() else really(pid, number)

    really = os.kill
    monkeypatch.setattr("os.kill", kill)
    with DaemonLock(database):
        words = ("sources", "add", site.outlets[1].url(), "--yes", "--json")
        report = json.loads(told(*words, "--id", "one"))
        assert report["reloaded"] is True
        assert heard == [signal.SIGHUP]
        words = ("sources", "add", site.outlets[2].url(), "--yes", "--json")
        report = json.loads(told(*words, "--id", "two", "--no-reload"))
        assert report["reloaded"] is False
    assert len(heard) == 1


def test_fetch_polls_and_stores_by_itself(told, site, folder):
    (row,) = json.loads(told("fetch", "@one", "--json"))
    assert (row["source"], row["result"], row["new_links"]) == ("rss", "new", 6)
    assert len(json.loads(told("list", "--json"))) == 6
    (again,) = json.loads(told("fetch", "rss", "--json"))
    assert again["result"] in ("not_modified", "same_body", "nothing_new")
    assert len(json.loads(told("list", "--json"))) == 6


def test_fetch_says_what_failed_with_exit_4(told, site, folder):
    path = folder / "config.yaml"
    path.write_text(
        path.read_text()
        + f"  - {{id: gone, url: '{site.outlets[0].url()}', "
        + f"feeds: [{{url: '{site.outlets[0].url('/nowhere.xml')}'}}]}}\n"
    )
    rows = json.loads(told("fetch", "*", "--json", code=4))
    assert {row["source"]: row["result"] for row in rows} == {"rss": "new", "gone": "failed"}


def test_fetch_asks_a_running_daemon(tmp_path, capsys):
    with NewsSite(outlets=2, articles=2) as own:
        here = Installation(tmp_path, own)
        try:
            here.daemon()
            here.wait_articles(4)
            config = ["--config", str(here.config_path)]
            assert main([*config, "sources", "pause", "outlet-0"]) == 0
            own.outlets[0].add()
            own.outlets[1].overrides[own.outlets[1].feed_path] = Answer(status=503)
            capsys.readouterr()
            assert main([*config, "fetch", "*", "--json"]) == 4
            rows = {row["source"]: row for row in json.loads(capsys.readouterr().out)}
            assert (rows["outlet-0"]["result"], rows["outlet-0"]["new_links"]) == ("new", 1)
            assert (rows["outlet-1"]["result"], rows["outlet-1"]["http_status"]) == ("failed", 503)
            assert main([*config, "status"]) == 0
            assert "daemon:  running, pid " in capsys.readouterr().out
            assert main([*config, "run", "--once"]) == 5
            assert "runs a monitor on this database" in capsys.readouterr().err
        finally:
            here.close()


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.sana.sy/en/", "sana-en"),
        ("https://www.bbc.co.uk/news", "bbc"),
        ("https://news.example.com/", "example"),
        ("http://127.1.0.5:8800/", "127-1-0-5"),
        ("https://xn--mnchen-3ya.de/", "xn-mnchen-3ya"),
    ],
)
def test_proposed_ids(url, slug):
    assert proposed_slug(url) == slug
