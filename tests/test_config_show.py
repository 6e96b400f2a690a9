"""Secrets never show, the JSON Schema takes what the loader takes, and templates are valid."""

# ruff: noqa: E501  tables are read by their rows

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.config.load import ConfigProblems, load, load_text
from monitor.config.mask import dump_masked, mask_text, masked, redact
from monitor.config.schema import schema
from monitor.config.template import EXAMPLES, render_template
from pipeline.errors import NotFoundError
from pipeline.model import FeedKind

SECRETS = r"""
contact: desk@example.org
timezone: ${ZONE}
politeness: {delay: "${DELAY}", allow_hosts: 127.0.0.1}
sources:
  - id: a
    url: https://a.example/?api_key=hunter1&page=2
    tags: ["${TAG}"]
    extract: {remove: ["${CSS}"]}
    feeds: [{url: "https://a.example/f?t=${TOKEN}", every: 30m}, {kind: section, url: https://a.example/s}]
notify:
  desk: {url: "mailtos://user:hunter5@example.org"}
  night: {url_file: night}
"""
ENV = {
    "ZONE": "Europe/Rome",
    "DELAY": "7s",
    "TAG": "hunter2",
    "TOKEN": "hunter3",
    "CSS": ".hunter4",
}


@pytest.fixture
def secretive(tmp_path):
    (tmp_path / "night").write_text("json://example.org/hunter6")
    path = tmp_path / "config.yaml"
    path.write_text(SECRETS)
    return load(path, ENV)


def test_nothing_secret_shows(secretive):
    text = dump_masked(secretive)
    for hidden in ("hunter", "7s", "Europe/Rome"):
        assert hidden not in text, text
    shown = masked(secretive)
    assert shown["notify"]["desk"]["url"] == shown["notify"]["night"]["url"] == "***"
    assert shown["sources"][0]["url"] == "https://a.example/?api_key=***&page=2"
    assert shown["sources"][0]["feeds"][0] == {"url": "***", "every": "30m", "kind": "feed"}
    assert shown["sources"][0]["feeds"][1]["url"] == "https://a.example/s"
    assert shown["sources"][0]["tags"] == ["***"]
    assert shown["politeness"]["delay"] == "***"
    assert shown["politeness"]["timeout"] == "30s"
    assert yaml.safe_load(text) == shown


def test_log_lines_are_redacted(secretive):
    line = redact(
        "GET https://a.example/f?t=hunter3 to mailtos://user:hunter5@example.org", secretive
    )
    assert "hunter" not in line
    assert "hunter" not in repr(secretive.notify)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("https://u:p@a.example/x", "https://u:***@a.example/x"),
        ("https://token@a.example/", "https://***@a.example/"),
        ("two http://a:b@c and x://d:e@f", "two http://a:***@c and x://d:***@f"),
        ("https://a.example/?token=abc&x=1#y", "https://a.example/?token=***&x=1#y"),
        ("https://a.example/@user/2", "https://a.example/@user/2"),
        ("desk@example.org", "desk@example.org"),
    ],
)
def test_addresses_are_masked(text, safe):
    assert mask_text(text) == safe


@given(st.text(max_size=60))
def test_masking_twice_changes_nothing(text):
    once = mask_text("https://" + text)
    assert mask_text(once) == once


def test_what_is_shown_reads_back(tmp_path):
    path = tmp_path / "config.yaml"
    for name in EXAMPLES:
        config = load_text(render_template(example=name), path, {})
        assert load_text(dump_masked(config), path, {}) == config


@pytest.fixture(scope="module")
def validator():
    described = schema()
    jsonschema.Draft202012Validator.check_schema(described)
    return jsonschema.Draft202012Validator(described)


def accepted(validator, text):
    return validator.is_valid(YAML(typ="safe", pure=True).load(text))


GOOD = [
    *(render_template(example=name) for name in EXAMPLES),
    SECRETS,
    "politeness: {delay: 0, max_page_size: 4000000, robots: ignore, concurrency_per_host: 2}",
    "schedule: {default: 30m, jitter: 0.1, recheck: 1h}",
    "schedule: {default: {cron: '0 6 * * *'}, recheck: []}",
    "schedule: {default: {every: 1 h 30 min}, max_age: '${AGE}'}",
    "workers: {count: '${N}'}\nlog: {level: '${LEVEL}'}",
    "sources: [{id: 20, name: 1e3, url: 'https://a.example/', tags: 2024, paused: true}]",
    "sources: [{id: a, url: 'https://a.example/', feeds: [{url: 'https://a.example/', auto: true}]}]",
    "sources: [{id: a, url: 'https://a.example/', feeds: [{url: 'https://a.example/', auto: {min: 2m}}]}]",
    "sources: [{id: a, url: 'https://a.example/', extract: [{body: p, valid_from: '2026-01-01'}]}]",
]  # fmt: skip
OUTSIDE = {"AGE": "7d", "N": "3", "LEVEL": "debug", **ENV}


@pytest.mark.parametrize("text", GOOD)
def test_schema_takes_what_the_loader_takes(validator, text, tmp_path):
    (tmp_path / "night").write_text("json://example.org/hunter6")
    load_text(text, tmp_path / "c.yaml", OUTSIDE)
    assert accepted(validator, text)


@pytest.mark.parametrize(
    "text",
    [
        "storagee: {}",
        "politeness: {delay: 5}",
        "politeness: {delay: soon}",
        "politeness: {robots: obay}",
        "politeness: {concurrency_per_host: 0}",
        "sources: [{id: a}]",
        "sources: [{id: Sana EN, url: 'https://a.example/'}]",
        "sources: [{id: a, url: 'https://a.example/', feeds: [{kind: fead, url: 'https://a.example/'}]}]",
        "sources: {id: a}",
    ],
)
def test_schema_refuses_what_the_loader_refuses(validator, text, tmp_path):
    with pytest.raises(ConfigProblems):
        load_text(text, tmp_path / "c.yaml", {})
    assert not accepted(validator, text)


def test_each_key_is_described():
    described = schema()

    def told(node):
        name = node.get("$ref", "").rpartition("/")[2]
        return node.get("description") or (name and described["$defs"][name].get("description"))

    bare = [
        f"{name}.{key}"
        for name, group in {"": described, **described["$defs"]}.items()
        for key, node in group.get("properties", {}).items()
        if not told(node)
    ]
    assert bare == []


def test_defaults_are_shown_as_one_writes_them():
    groups = schema()["$defs"]
    assert groups["Politeness"]["properties"]["delay"]["default"] == "5s"
    assert groups["Schedule"]["properties"]["recheck"]["default"] == ["10m", "1h", "6h", "1d", "3d"]
    assert groups["Schedule"]["properties"]["default"]["default"] == "auto"


class TestTemplate:
    def test_the_shipped_file_is_the_template(self, pytestconfig):
        shipped = pytestconfig.rootpath / "config.yaml"
        assert shipped.read_text("utf-8") == render_template()

    def test_it_watches_a_dozen_outlets_in_all_ways(self, tmp_path):
        config = load_text(render_template(), tmp_path / "config.yaml", {})
        assert len(config.sources) >= 12
        kinds = {feed.kind for source in config.sources for feed in source.feeds}
        assert kinds == set(FeedKind)
        assert any(feed.cron for source in config.sources for feed in source.feeds)
        assert config.topics
        assert [warning.key for warning in config.notes.warnings] == ["contact"]

    @pytest.mark.parametrize("example", EXAMPLES)
    @pytest.mark.parametrize("contact", ["desk@news.example", "https://news.example/bot#about"])
    def test_the_contact_is_put_in(self, example, contact, tmp_path):
        text = render_template(contact, example)
        config = load_text(text, tmp_path / "config.yaml", {})
        assert config.contact == contact
        assert config.notes.warnings == ()
        assert "CHANGE-ME" not in text

    def test_an_unknown_example(self):
        with pytest.raises(NotFoundError, match="did you mean 'syria'"):
            render_template(example="syra")
