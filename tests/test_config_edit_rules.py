"""Changing extraction rules in the file: comments stay, and it says what it should."""

import pytest

from monitor.config.edit_rules import set_rules
from monitor.config.load import ConfigProblems, load
from pipeline.errors import NotFoundError

FLOW = """\
# watched
sources:
  - id: a   # the first
    url: https://a.example/
    extract: {body: .old, remove: [.x]}   # since spring
  - {id: b, url: https://b.example/}
"""
BLOCK = """\
sources:
  - id: a
    url: https://a.example/
    extract:
      # the text
      body: .old   # in two parts

      remove: [.x]
    # what follows
    tags: [t]
"""
LIST = """\
sources:
  - id: a
    url: https://a.example/
    extract:
      # for live blogs
      - {urls: /live/, body: .live}
      - body: .old   # all others
    tags: [t]
"""
SHORT = """\
sources:
  - {id: a, url: https://a.example/, extract: [{body: .old}], tags: [t]}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "config.yaml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def sets(path):
    return [rules.model_dump(exclude_defaults=True) for rules in load(path, {}).sources[0].extract]


OLD = {"body": (".old",)}


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        (FLOW, 0, [{"body": (".a > p", "#b"), "remove": (".x",), "title": ("h1",)}]),
        (BLOCK, 0, [{"body": (".a > p", "#b"), "remove": (".x",), "title": ("h1",)}]),
        (LIST, 1, [{"urls": ("/live/",), "body": (".live",)},
                   {"body": (".a > p", "#b"), "title": ("h1",)}]),
        (SHORT, 0, [{"body": (".a > p", "#b"), "title": ("h1",)}]),
        (FLOW, None, [OLD | {"remove": (".x",)}, {"body": (".a > p", "#b"), "title": ("h1",)}]),
        (BLOCK, None, [OLD | {"remove": (".x",)}, {"body": (".a > p", "#b"), "title": ("h1",)}]),
        (LIST, None, [{"urls": ("/live/",), "body": (".live",)}, OLD,
                      {"body": (".a > p", "#b"), "title": ("h1",)}]),
        (SHORT, None, [OLD, {"body": (".a > p", "#b"), "title": ("h1",)}]),
    ],
)  # fmt: skip
def test_keys_are_set_and_every_comment_stays(file, text, place, expected):
    path = file(text)
    new = set_rules(path, "a", place, {"body": [".a > p", "#b"], "title": "h1"}, env={})
    assert path.read_text(encoding="utf-8") == new
    assert sets(path) == expected
    for line in text.splitlines():
        comment = line.partition("# ")[2]
        assert comment in new


def test_the_first_rules_of_a_source(file):
    path = file("sources:\n  - id: a   # one\n    url: https://a.example/\n")
    new = set_rules(path, "a", None, {"remove": [".x", ".y"]}, env={})
    assert new.endswith("    extract: {remove: [.x, .y]}\n")
    assert "# one" in new


def test_windows_line_ends_stay(file):
    path = file("x")
    path.write_bytes(BLOCK.replace("\n", "\r\n").encode())
    set_rules(path, "a", None, {"title": "h1"}, env={})
    data = path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")


def test_nothing_is_written_that_would_not_be_valid(file):
    path = file(FLOW)
    with pytest.raises(ConfigProblems, match="no CSS selector"):
        set_rules(path, "a", 0, {"body": "div..x"}, env={})
    with pytest.raises(NotFoundError):
        set_rules(path, "nobody", 0, {"body": "div"}, env={})
    assert path.read_text(encoding="utf-8") == FLOW


def test_references_to_the_environment_stay_references(file):
    path = file(FLOW.replace("body: .old", 'body: "${CSS}"'))
    new = set_rules(path, "a", 0, {"title": "h1"}, env={"CSS": ".old"})
    assert "${CSS}" in new
