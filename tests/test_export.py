"""What is taken out is whole, valid for parsers of others, and the same whenever it is asked."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html import unescape

import feedparser
import listparser
import pytest
import zstandard
from lxml import etree
from warcio.archiveiterator import ArchiveIterator

from monitor.cli import main
from pipeline.store import as_of
from pipeline.store.page_reading import kept_pages
from pipeline.store.reading import Reader
from pipeline.text.clean import clean_line
from tests.smalldb import SmallDb
from tests.storekit import (
    NOW,
    at,
    bench_of,
    due_link,
    one_file,
    prepared,
    run_story,
    settle,
    words_of,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return SmallDb(tmp_path_factory.mktemp("small"))


@pytest.fixture
def out(made, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(made.folder)
    for name in ("MONITOR_CONFIG", "MONITOR_DB", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(name, *words, code=0):
        target = tmp_path / name
        assert main(["export", str(target), *words]) == code, capsys.readouterr().err
        return target

    return run


def test_rss_and_atom_are_read_by_a_parser_of_others(out):
    rows = [json.loads(line) for line in out("a.jsonl").read_text().splitlines()]
    for name in ("a.rss", "a.atom"):
        file = out(name)
        etree.parse(file)
        found = feedparser.parse(file.read_bytes())
        assert not found.bozo, found.get("bozo_exception")
        assert [unescape(entry.title) for entry in found.entries] == [
            clean_line(row["title"]) for row in rows
        ]
        assert [entry.link for entry in found.entries] == [row["url"] for row in rows]
        assert len({entry.id for entry in found.entries}) == len(rows)
        assert all(entry.published_parsed for entry in found.entries)
    assert all(e.updated_parsed and e.author for e in feedparser.parse(str(out("b.atom"))).entries)


def test_opml_is_read_by_a_parser_of_others_and_by_us(out, made, tmp_path, monkeypatch, capsys):
    file = out("a.opml")
    found = listparser.parse(file.read_text())
    assert not found.bozo
    with Reader(made.folder / "monitor.db") as reader:
        feeds = {row["url"] for row in reader.feed_facts() if row["kind"] == "feed"}
    assert {feed.url for feed in found.feeds} == feeds
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "config.yaml").write_text("contact: a@example.org\n")
    monkeypatch.chdir(fresh)
    capsys.readouterr()
    assert main(["import", "opml", str(file), "--no-check", "--yes", "--jsonl"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["url"] for row in rows if row["result"] == "added"} == feeds


def test_warc_gives_the_stored_bytes(out, made):
    pages = list(kept_pages(made.folder / "monitor.db", made.folder / "pages.db"))
    assert pages
    with out("a.warc.gz").open("rb") as file:
        info, *records = [
            (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
            for r in ArchiveIterator(file)
        ]
    assert info[0] == "warcinfo"
    assert records == [
        (
            "response",
            page.url,
            zstandard.ZstdDecompressor().decompress(page.zstd, max_output_size=page.size),
        )
        for page in pages
    ]


def test_nothing_is_written_when_the_coverage_has_no_place(out, tmp_path, capsys):
    beside = tmp_path / "b.csv.coverage.json"
    beside.write_text("mine")
    file = out("b.csv", "--coverage", code=1)
    assert "b.csv.coverage.json: is there already" in capsys.readouterr().err
    assert not file.exists()
    assert out("b.csv", "--coverage", "--force").exists()
    assert beside.read_text() != "mine"


def test_the_coverage_stands_next_to_the_data(out, made):
    file = out("a.csv", "--coverage")
    told = json.loads(file.with_name("a.csv.coverage.json").read_text())
    assert told["rows"] == len(list(csv.reader(io.StringIO(file.read_text())))) - 1
    with Reader(made.folder / "monitor.db") as reader:
        links = reader.rows("SELECT count(*) AS n FROM link")[0]["n"]
    assert sum(source["discovered"] for source in told["sources"]) == links
    for source in told["sources"]:
        assert source["discovered"] == sum(source["links"].values())


@pytest.mark.parametrize("of", ["stories", "revisions", "edits"])
def test_other_tables(out, made, of):
    rows = json.loads(out("a.json", "--of", of).read_text())
    table = {"stories": "story", "revisions": "revision", "edits": "edit"}[of]
    with Reader(made.folder / "monitor.db") as reader:
        held = reader.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]
    assert len(rows) == held


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.rss", "--of", "stories"], "rss has articles only"),
        (["a.csv", "--of", "sources"], "sources are written as opml"),
        (["a.csv", "--of", "pages"], "pages are written as warc"),
        (["a.csv", "--as-of", "1d", "--query", "x"], "--as-of goes with"),
        (["a.csv", "--as-of", "2999-01-01"], "not a time"),
        (["-", "--coverage"], "needs a FILE"),
    ],
)
def test_what_does_not_go_together(out, words, said, capsys):
    assert main(["export", *words]) == 2
    assert said in capsys.readouterr().err


def test_what_a_topic_does_not_know(out, capsys):
    assert main(["export", "-", "--topic", "x"]) == 1
    assert "there is no topic 'x'" in capsys.readouterr().err


def test_as_of_a_moment_gives_the_same_rows_a_day_and_a_thousand_articles_later(tmp_path):
    text = f"The council met {words_of('x')}. There were 14 boats."
    with bench_of(one_file, tmp_path) as bench:
        for n, outlet in enumerate(("harbour", "orrin")):
            copy = prepared(f"a{n}", text, outlet=outlet, title="Boats")
            bench.do(lambda s, m=copy, o=outlet, n=n: run_story(
                s, f"a{n}", m, outlet=o, now=at(n), next_visit=at(30)))  # fmt: skip
        bench.do(lambda s: run_story(s, "alone", prepared("alone", words_of("alone")), now=at(5)))
        edited = prepared("a0", text.replace("14", "9"), title="Boats, fewer")
        bench.do(lambda s: settle(s, due_link(s, "a0", now=at(30)), edited, at(30), at(60)))
        moment = NOW + timedelta(minutes=40)

        def told():
            with Reader(bench.path) as reader:
                return (
                    list(as_of.articles_as_of(reader, moment)),
                    list(as_of.stories(reader, moment, None)),
                    list(as_of.revisions(reader, moment, None, None)),
                    list(as_of.articles_as_of(reader, at(10), sources=["harbour"])),
                )

        before = told()
        assert [row["title"] for row in before[0]] == [
            "Ferry line approved",
            "Boats",
            "Boats, fewer",
        ]
        assert [row["relation"] for row in before[0]] == ["new", "copy", "first"]
        assert [row["title"] for row in before[3]] == ["Ferry line approved", "Boats"]
        again = prepared("a0", text.replace("14", "3"), title="Boats, fewest")
        bench.do(lambda s: settle(s, due_link(s, "a0", now=at(60)), again, at(60)))
        # Another copy of each story, and a thousand articles.
        third = prepared("a3", text, outlet="valley", title="Boats")
        bench.do(lambda s: run_story(s, "a3", third, outlet="valley", now=at(90)))
        copy = prepared("alone", words_of("alone"), outlet="orrin")
        bench.do(lambda s: run_story(s, "alone", copy, outlet="orrin", now=at(91)))

        def many(store):
            for n in range(1000):
                made = prepared(f"m{n}", words_of(f"m{n}"))
                run_story(store, f"m{n}", made, now=NOW + timedelta(days=1, seconds=n))

        bench.do(many)
        assert told() == before
        with Reader(bench.path) as reader:
            now = list(as_of.articles_as_of(reader, NOW + timedelta(days=2)))
            assert len(now) == 1005
            assert {row["relation"] for row in now if row["title"].startswith("Boats, ")} == {
                "first"
            }
