"""``sources test`` with extraction rules: tried side by side, then saved."""

import json
import os
import signal
from datetime import UTC, datetime

import pytest

from monitor.cli import main
from monitor.config.load import load
from pipeline.store.lock import DaemonLock
from pipeline.store.sqlite import open_store
from tests import logstate
from tests.newsite import Answer, NewsSite

NOTE = (
    "Readers of this outlet may take part in the yearly prize draw, whose winner travels for a "
    "week along the coast; cards are to be sent to the office before the last day of the month."
)
CONFIG = """\
# kept as it is
contact: desk@example.org
politeness: {{delay: 0s, allow_hosts: [127.0.0.0/8]}}
sources:
  - id: rss   # the first
    url: {home}
    feeds: [{{kind: feed, url: "{feed}"}}]
"""


@pytest.fixture(scope="module")
def site():
    with NewsSite(outlets=2, articles=3) as running:
        for story in running.outlets[0].stories:
            box = f"<p class='xq'>{NOTE}</p></div></article>"
            body = running.outlets[0].page(story).replace(b"</div></article>", box.encode())
            running.outlets[0].overrides[story.path] = Answer(
                body, headers={"Content-Type": "text/html"}
            )
        yield running


@pytest.fixture(autouse=True)
def config(site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    outlet = site.outlets[0]
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(home=outlet.url(), feed=outlet.feed_url), encoding="utf-8")
    with logstate.kept():
        yield path


@pytest.fixture
def told(capsys):
    def run(*words, code=0):
        got = main(["sources", "test", *words])
        out, err = capsys.readouterr()
        assert got == code, err
        return out, err

    return run


def rules_in(path):
    (source,) = load(path, {}).sources
    return [rules.model_dump(exclude_defaults=True) for rules in source.extract]


def test_rules_are_shown_beside_the_page_without_them(told, config, site):
    before = config.read_text()
    out, _ = told("rss", "--remove", ".xq", "--title", "h5", "--section", "footer")
    lines = out.splitlines()
    words = next(line for line in lines if line.startswith("words"))
    assert words.split()[2:4] == ["in", "6"]
    assert words.split()[6:8] == ["in", "5"]
    assert "WITHOUT RULES" in out
    assert "WITH RULES" in out
    assert f"  - {NOTE}" in lines
    assert "    5 paragraphs as before" in lines
    assert "  broken   extract rule title 'h5' matched nothing on this page" in lines
    section = next(line for line in lines if line.startswith("section"))
    assert section.split() == ["section", "-", "outlet-0"]
    assert config.read_text() == before


def test_the_same_for_programs(told, site):
    report = json.loads(told("rss", "--remove", ".xq", "--title", "h5", "--json")[0])
    article, plain = report["article"], report["article"]["without_rules"]
    assert plain["paragraphs"][-1] == NOTE
    assert article["paragraphs"] == plain["paragraphs"][:-1]
    assert article["rules"] == [
        {"field": "title", "selector": "h5", "found": False},
        {"field": "remove", "selector": ".xq", "found": True},
    ]
    assert plain["rules"] == []
    assert "saved" not in report


def test_configured_rules_are_in_force_for_a_source_and_for_its_addresses(told, config, site):
    with config.open("a") as file:
        file.write("    extract: {remove: .xq, section: footer}\n")
    url = site.outlets[0].url(site.outlets[0].stories[0].path)
    for target in ("rss", url):
        article = json.loads(told(target, "--json")[0])["article"]
        assert NOTE not in article["paragraphs"]
        assert article["fields"]["section"] == {"value": "outlet-0", "origin": "rule"}
    # What is given goes on top; other outlets have no part in it.
    article = json.loads(told("rss", "--section", "h1", "--json")[0])["article"]
    assert article["fields"]["section"]["value"] == article["title"]
    assert NOTE not in article["paragraphs"]
    other = site.outlets[1].url(site.outlets[1].stories[0].path)
    assert "without_rules" not in json.loads(told(other, "--json")[0])["article"]
    assert "without_rules" in json.loads(told(other, "--as", "rss", "--json")[0])["article"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--body", "div..x"), "--body: no CSS selector: Expected ident, got <DELIM '.' at 4>"),
        (("--remove", "a::attr(href)"), "--remove: must select elements"),
        (("--title", "//h1["), "--title: no XPath: Invalid expression at 5"),
        (("--save",), "no rules to save"),
        (("--as", "nobody", "--body", "p"), "no source 'nobody'"),
        (("--body", "p", "--save"), "nobody can be asked here"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(told, config, site, words, said):
    before = config.read_text()
    target = site.outlets[0].url(site.outlets[0].stories[0].path) if "--as" in words else "rss"
    assert said in told(target, *words, code=2)[1]
    assert config.read_text() == before


def test_saving_an_address_of_nobody_needs_a_name(told, site):
    other = site.outlets[1].url(site.outlets[1].stories[0].path)
    assert "--as ID" in told(other, "--body", "p", "--save", "--yes", code=2)[1]


def test_rules_are_saved_where_they_belong_with_comments_kept(told, config):
    out, err = told("rss", "--remove", ".xq", "--save", "--yes")
    assert "WITH RULES" in out
    assert "monitor reextract rss --dry-run" in err
    text = config.read_text()
    assert text.endswith("    extract: {remove: .xq}\n")
    assert "# the first" in text
    report = json.loads(
        told("rss", "--body", ".article-body", "--body", "main", "--save", "--json")[0]
    )
    assert report["saved"] is True
    assert rules_in(config) == [{"remove": (".xq",), "body": (".article-body", "main")}]
    # A set that does not hold for this page stays as it is, and a new one joins it.
    config.write_text(text.replace("{remove: .xq}", "{remove: .xq, urls: /nowhere/}"))
    told("rss", "--body", ".article-body", "--save", "--yes")
    assert rules_in(config) == [
        {"remove": (".xq",), "urls": ("/nowhere/",)},
        {"body": (".article-body",)},
    ]


def test_rules_from_a_file(told, config, tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(
        "# a list\n- {remove: .xq, urls: /20}\n- body: main\n  valid_until: 2020-01-01\n"
    )
    out, _ = told("rss", "--rules", "rules.yaml", "--save", "--yes")
    assert f"  - {NOTE}" in out
    assert len(rules_in(config)) == 2
    path.write_text("body: .article-body\n")
    told("rss", "--rules", "rules.yaml", "--title", "h1", "--save", "--yes")
    assert rules_in(config) == [{"body": (".article-body",), "title": ("h1",)}]
    before = config.read_text()
    for text, said, code in (
        ("bodi: x\n", "rules.yaml: bodi: unknown key", 2),
        ("- {body: p}\n- {body: 'a['}\n", "rules.yaml: [1].body: no CSS selector", 2),
        ("", "must hold one set", 2),
        ("- a\n- b\n", "must hold one set", 2),
        ("a: [\n", "rules.yaml:2", 3),
    ):
        path.write_text(text)
        assert said in told("rss", "--rules", "rules.yaml", code=code)[1]
    path.unlink()
    told("rss", "--rules", "rules.yaml", code=3)
    assert config.read_text() == before


def test_a_running_daemon_takes_them_over(told, tmp_path, monkeypatch):
    database = tmp_path / "monitor.db"
    open_store(database, datetime.now(UTC)).close()
    heard = []

    def kill(pid, number):
        heard.append(number) if pid == os.getpid() else really(pid, number)

    really = os.kill
    monkeypatch.setattr("os.kill", kill)
    with DaemonLock(database):
        told("rss", "--remove", ".xq", "--save", "--yes", "--no-reload")
        assert heard == []
        told("rss", "--remove", ".xy", "--save", "--yes")
        assert heard == [signal.SIGHUP]
