"""Adding and changing sources: the rest of the file stays byte for byte, or nothing happens."""

# ruff: noqa: E501, ISC004  a table of layouts is read by its rows

import os
import stat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.config.edit import add_source, set_source
from monitor.config.load import ConfigProblems, load, load_text
from monitor.config.render import flow, scalar
from monitor.config.template import render_template
from monitor.config.tree import read_tree
from pipeline.errors import ConfigError, NotFoundError

NEW = {
    "id": "new",
    "name": "No: #1",
    "url": "https://new.example/",
    "tags": ["on", "x"],
    "feeds": [
        {"kind": "feed", "url": "https://new.example/f?a=b&c=[d]"},
        {"kind": "section", "url": "https://new.example/s", "links": {"allow": [r"\?p=\d+"]}},
    ],
}
LINES = """\
  - id: new
    name: 'No: #1'
    url: https://new.example/
    tags: ['on', x]
    feeds:
      - {kind: feed, url: 'https://new.example/f?a=b&c=[d]'}
      - {kind: section, url: https://new.example/s, links: {allow: ['\\?p=\\d+']}}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.yaml"

    def write(text):
        path.write_bytes(text.encode())
        return path

    return write


def new_source(path):
    source = load(path, {}).source("new")
    assert (source.name, source.tags) == ("No: #1", ("on", "x"))
    assert source.feeds[0].url == "https://new.example/f?a=b&c=[d]"
    assert source.feeds[1].links.allow == (r"\?p=\d+",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sources:\n  - id: a\n    url: https://a.example/   # comment\n", ""),
        ("sources:\n  - {id: a, url: 'https://a.example/'} # comment\n", "\n# more\ntopics: []\n"),
        ("sources:\n  - id: a\n    url: https://a.example/\n    # of a\n", "\n  # of nobody\nlog: {}\n"),
        ("sources:\n  - id: a\n    url: https://a.example/\n    feeds:\n"
         "      - {url: https://a.example/f}\n", "# end"),
        ("sources:\n  - id: é😀\n", None),
        ("# 😀\nsources:\n  - id: a\n    name: >\n      folded\n      text\n    url: https://a.example/\n", ""),
    ],
)  # fmt: skip
def test_added_at_the_end_of_the_list(file, before, after):
    path = file(before + (after or ""))
    if after is None:
        with pytest.raises(ConfigProblems):
            add_source(path, NEW, env={})
        assert path.read_text() == before
        return
    text = add_source(path, NEW, env={})
    assert text == before + LINES + after
    assert path.read_text() == text
    new_source(path)


@pytest.mark.parametrize(
    "text",
    [
        "sources: []\n",
        "sources: [] # none yet\ntopics: []\n",
        "timezone: UTC\n",
        "timezone: UTC",
        "sources: [{id: a, url: 'https://a.example/'}]\n",
        "sources: [\n  {id: a, url: 'https://a.example/'},\n]\n",
        "sources:\n- id: a\n  url: https://a.example/",
        "sources:\n    -   id: a\n        url: https://a.example/\ntopics: []\n",
        '{"sources": [{"id": "a", "url": "https://a.example/"}]}\n',
        "sources:\r\n  - id: a\r\n    url: https://a.example/\r\ntopics: []\r\n",
        "\ufeffsources:\n  - id: a\n    url: https://a.example/\n",
        "x: &p {delay: 9s}\n".replace("x", "politeness")
        + "sources:\n  - id: a\n    url: https://a.example/\n    politeness:\n      <<: *p\n",
    ],
)
def test_added_to_every_layout(file, text):
    path = file(text)
    add_source(path, NEW, header_comment="Found by\nlooking", env={})
    new_source(path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
    assert data.count(b"\r\n") in (0, data.count(b"\n"))
    kept = [line for line in text.lstrip("\ufeff").splitlines() if "sources" not in line]
    assert [line for line in data.decode("utf-8-sig").splitlines() if line in kept] == kept or (
        "sources: [\n" in text
    )


def test_the_shipped_file_keeps_every_line(file):
    before = render_template()
    path = file(before)
    text = add_source(path, NEW, header_comment="Added", env={})
    added = "  # Added\n" + LINES
    assert text.replace(added, "") == before
    assert text.index(added) > text.index("reliefweb")


SOURCE = """\
sources:
  # about a
  - id: a   # for good
    url: https://a.example/   # home
    tags: [x,  y]
    feeds:
      - {url: https://a.example/f}   # main

      # second
      - {url: https://a.example/g}

  - {id: b, url: 'https://b.example/', paused: false}
topics: []
"""


@pytest.mark.parametrize(
    ("ident", "changes", "old", "new"),
    [
        ("a", {"url": "https://z.example/"}, "https://a.example/   #", "https://z.example/   #"),
        ("a", {"tags": ["no"]}, "[x,  y]", "['no']"),
        ("a", {"tags": None}, "    tags: [x,  y]\n", ""),
        ("a", {"paused": True}, "/g}\n", "/g}\n    paused: true\n"),
        ("b", {"paused": True}, "paused: false", "paused: true"),
        ("b", {"paused": None}, ", paused: false", ""),
        ("b", {"tags": ["x"]}, "false}", "false, tags: [x]}"),
        ("a", {"name": None}, "", ""),
    ],
)
def test_one_key_changes_and_nothing_else(file, ident, changes, old, new):
    path = file(SOURCE)
    assert set_source(path, ident, changes, env={}) == SOURCE.replace(old, new)
    load(path, {})


def test_several_changes(file):
    path = file(SOURCE)
    feeds = [{"url": "https://c.example/f", "every": "30m"}]
    set_source(
        path,
        "a",
        {"feeds": feeds, "paused": True, "language": "ar", "url": "https://c.example"},
        env={},
    )
    source = load(path, {}).source("a")
    assert (source.paused, source.language, source.url) == (True, "ar", "https://c.example")
    assert [str(feed.url) for feed in source.feeds] == ["https://c.example/f"]
    text = set_source(path, "a", {"feeds": None, "paused": None, "language": None}, env={})
    assert "# about a\n  - id: a   # for good\n" in text


def test_what_would_not_be_valid_is_not_written(file):
    path = file(SOURCE)
    with pytest.raises(ConfigProblems, match="must be true or false"):
        set_source(path, "a", {"paused": "perhaps"}, env={})
    with pytest.raises(ConfigProblems, match="given before"):
        add_source(path, {**NEW, "id": "a"}, env={})
    with pytest.raises(NotFoundError):
        set_source(path, "c", {"paused": True}, env={})
    assert path.read_text() == SOURCE
    assert [item.name for item in path.parent.iterdir()] == ["config.yaml"]


def test_a_merged_key_is_set_in_the_source_itself(file):
    text = """\
sources:
  - id: a
    url: https://a.example/
    politeness: &slow {delay: 20s}
  - id: b
    url: https://b.example/
    politeness: *slow
"""
    path = file(text)
    new = set_source(path, "b", {"politeness": {"delay": "3s"}}, env={})
    assert new == text.replace("*slow", "{delay: 3s}")


def test_a_merged_key_is_not_changed_where_it_comes_from(file):
    text = """\
sources:
  - &a {id: a, name: A, url: 'https://a.example/', paused: false}
  - id: b
    name: B
    <<: *a
    url: https://b.example/  # home
"""
    path = file(text)
    assert set_source(path, "b", {"paused": True}, env={}) == text + "    paused: true\n"
    assert [source.paused for source in load(path, {}).sources] == [False, True]


def test_permissions_and_links_stay(file, tmp_path):
    path = file(SOURCE)
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    set_source(link, "a", {"paused": True}, env={})
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert load(path, {}).source("a").paused


def test_a_file_that_cannot_be_replaced_stays(file, monkeypatch):
    path = file(SOURCE)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        set_source(path, "a", {"paused": True}, env={})
    assert path.read_text() == SOURCE
    assert [item.name for item in path.parent.iterdir()] == ["config.yaml"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@example("- ")
@example(":0")
def test_every_text_reads_back(text):
    try:
        lines = f"x:\n  - {scalar(text)}\n  - {flow([text, {'k': text}])}\n"
        tree, _ = read_tree(lines, "f")
    except ConfigError:
        pytest.fail(f"{scalar(text)!r} is no YAML")
    assert tree["x"] == [text, [text, {"k": text}]]


@pytest.mark.parametrize(
    "text",
    ["no", "on", "1e3", "null", "~", "", "2026-01-01", "12:30:45", "0x1f", "1_000", "a: b", "a #b",
     "- a", "*a", "&a", "!a", "a, b", "{a", "'", '"', "%a", "@a", "`a", "\\d", "=", "<<", " a ", "a:"],
)  # fmt: skip
def test_texts_with_a_meaning_are_quoted(text):
    assert scalar(text)[0] in "'\""


@pytest.mark.parametrize(
    "text", ["a", "SANA English", "https://a.example/f?x=1&y=2", "it's", "30m", "10:a"]
)
def test_plain_texts_are_not(text):
    assert scalar(text) == text


def test_render_of_a_whole_source_is_valid(tmp_path):
    text = f"sources: [{flow(NEW)}]"
    assert load_text(text, tmp_path / "c.yaml", {}).sources[0].id == "new"
