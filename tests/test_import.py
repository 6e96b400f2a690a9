"""Bringing sources in: what files may look like, and a line for each feed."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.bringing.checking import Checked
from monitor.bringing.entries import ImportFileError, lines, opml, table
from monitor.bringing.placing import placed
from monitor.cli import main
from monitor.config.load import load
from tests.newsite import NewsSite

OPML = """<?xml version="1.0"?>
<opml version="1.1"><head><title>Mine</title></head><body>
 <outline text="Near East"><outline text="State">
  <outline type="rss" text="SANA &amp; co" xmlUrl=" feed://sana.example/rss " htmlUrl="http://sana.example/"
    language="ar-sy" category="/news/official,agency"/>
 </outline></outline>
 <outline text="Plain" XMLURL="orrin.example/feed"/>
 <outline type="rss" text="Nothing"/>
 <outline text="Bad" type="rss" xmlUrl="file:///etc/passwd"/>
 <!-- a remark --><outline text="a folder"/>
</body></opml>"""


def test_opml():
    first, plain, nothing, bad = opml(OPML.encode()).entries
    assert (first.url, first.home, first.name) == (
        "https://sana.example/rss", "http://sana.example/", "SANA & co",
    )  # fmt: skip
    assert first.tags == ("Near East", "State", "news", "official", "agency")
    assert (first.language, first.line, first.problem) == ("ar", 5, "")
    assert plain.url == "https://orrin.example/feed"
    assert nothing.problem == "has no address"
    assert bad.problem == "is no address of the web"


def test_damaged_opml_is_read_as_far_as_it_goes():
    read = opml(
        OPML.replace("</body></opml>", "<outline text='x' xmlUrl='http://x.example/'").encode()
    )
    assert len(read.entries) >= 4
    assert "damaged" in read.remarks[0]


def test_opml_expands_no_entities():
    bomb = (
        '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body>'
        '<outline text="x" xmlUrl="http://x.example/"/>&f;</body></opml>'
    )
    (entry,) = opml(bomb.encode()).entries
    assert entry.url == "http://x.example/"


@pytest.mark.parametrize("data", [b"", b"<html><body/></html>", b"no xml", b"\x00\x01"])
def test_what_is_no_opml(data):
    with pytest.raises(ImportFileError):
        opml(data)


def test_csv():
    data = (
        "\ufeffName;Feed URL;Home;Tags;Lang;Kind\r\n"
        "Süd;http://sued.example/rss;http://sued.example/;a, b;DE;feed\r\n"
        ";map.example/sitemap.xml;;;;sitemap\r\n"
        "x;nothing at all;;;;\r\n"
        "y;http://y.example/;;;;film\r\n"
    )
    first, second, third, fourth = table(data.encode()).entries
    assert (first.name, first.tags, first.language) == ("Süd", ("a", "b"), "de")
    assert (second.url, second.kind) == ("https://map.example/sitemap.xml", "sitemap")
    assert third.problem == "is no address of the web"
    assert "is no kind of feed" in fourth.problem
    assert table("name;url\nSüd;http://x.example/".encode("cp1252")).entries[0].name == "Süd"
    with pytest.raises(ImportFileError, match="has no column"):
        table(b"a,b\n1,2\n")


def test_lines():
    found = lines(
        b"# mine\nhttp://a.example/rss # note\n\nhttp://b.example/#frag\nnonsense here\n"
    ).entries
    assert [(e.line, e.url) for e in found] == [
        (2, "http://a.example/rss"), (4, "http://b.example/#frag"), (5, "nonsense here"),
    ]  # fmt: skip
    assert found[2].problem


@given(st.binary(max_size=300), st.sampled_from([opml, table, lines]))
def test_no_file_breaks_the_readers(data, read):
    with suppress(ImportFileError):
        read(data)


def test_feeds_of_one_outlet_are_one_source():
    data = (
        "url,home,name,tags\nhttp://a.example/1,http://www.a.example/,A,x\n"
        "http://feeds.example/2,http://www.a.example,A again,y\nhttp://b.example/3,,A,\n"
    )
    checked = [Checked(entry) for entry in table(data.encode()).entries]
    one, other = placed(checked, {"a": "Other"}).values()
    assert one["id"] == "a-2"
    assert one["tags"] == ["x", "y"]
    assert [feed["url"] for feed in one["feeds"]] == [
        "http://a.example/1",
        "http://feeds.example/2",
    ]
    assert (other["id"], other["name"]) == ("b", "A (b)")
    # A name of the configuration is not used again either, which would be refused as a whole.
    assert [s["name"] for s in placed(checked, {"x": " a "}).values()] == ["A (a)", "A (b)"]


def test_each_feed_is_tried_and_has_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "config.yaml"
    with NewsSite(outlets=3, articles=2) as site:
        feeds = [feed["url"] for outlet in site.outlets for feed in outlet.config()["feeds"]]
        config.write_text(
            "# mine\ncontact: a@example.org\npoliteness: {allow_hosts: ['127.0.0.1'], delay: 0s}\n"
        )
        root = feeds[0].split("/", 3)
        broken = [f"{root[0]}//{root[2]}/none-here.xml", "javascript:x", "http://127.0.0.1:9/rss"]
        file = tmp_path / "list.txt"
        file.write_text("\n".join([*feeds, *broken, feeds[0]]))

        def run(code):
            assert main(["import", "urls", str(file), "--tag", "new", "--yes", "--jsonl"]) == code
            return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

        rows = run(4)
        assert [row["result"] for row in rows] == [*["added"] * 3, *["broken"] * 3, "twice"]
        assert all(row["reason"] for row in rows[3:])
        loaded = load(config, {})
        assert {str(f.url) for s in loaded.sources for f in s.feeds} == set(feeds)
        assert all(source.tags == ("new",) for source in loaded.sources)
        assert config.read_text().startswith("# mine\n")
        assert [row["result"] for row in run(4)][:3] == ["known"] * 3
