"""What holds for one source or feed once defaults and overrides are merged."""

# ruff: noqa: E501  tables are read by their rows

from datetime import date, timedelta

import pytest

from monitor.config.effective import (
    extract_rules,
    link_rules,
    max_age,
    plan,
    politeness,
    user_agent,
)
from monitor.config.load import load_text
from monitor.schedule import Auto, Cron, Every
from pipeline.extract.rules import holding

MINUTE = timedelta(minutes=1)


@pytest.fixture
def read(tmp_path):
    return lambda text: load_text(text, tmp_path / "c.yaml", {})


def config_with(read, feed, rest=""):
    text = f"sources: [{{id: a, url: 'https://a.example/', feeds: [{{url: 'https://a.example/f', {feed}}}]}}]"
    config = read(text + "\n" + rest)
    return config, config.sources[0], config.sources[0].feeds[0]


@pytest.mark.parametrize(
    ("feed", "rest", "wanted"),
    [
        ("", "", Auto(5 * MINUTE, 1440 * MINUTE)),
        ("", "schedule: {auto: {min: 2m, max: 1h}}", Auto(2 * MINUTE, 60 * MINUTE)),
        ("every: 30m", "", Every(30 * MINUTE)),
        ("", "schedule: {default: 30m}", Every(30 * MINUTE)),
        ("", "schedule: {default: {every: 30m}}", Every(30 * MINUTE)),
        ("cron: '*/20 6-23 * * mon-fri'", "timezone: Asia/Damascus", Cron("*/20 6-23 * * mon-fri", "Asia/Damascus")),
        ("", "schedule: {default: '0 6 * * 1'}", Cron("0 6 * * 1", "UTC")),
        ("every: 9m", "schedule: {default: '0 6 * * 1'}", Every(9 * MINUTE)),
        ("auto: true", "schedule: {default: 30m}", Auto(5 * MINUTE, 1440 * MINUTE)),
        ("auto: {max: 2m}", "", Auto(2 * MINUTE, 2 * MINUTE)),
        ("auto: {min: 2d}", "", Auto(2880 * MINUTE, 2880 * MINUTE)),
    ],
)  # fmt: skip
def test_how_a_feed_is_polled(read, feed, rest, wanted):
    assert plan(*config_with(read, feed, rest)) == wanted


def test_a_sources_own_zone_goes_for_its_cron(read):
    config = read(
        "timezone: UTC\nsources: [{id: a, url: 'https://a.example/', timezone: Europe/Rome, "
        "feeds: [{url: 'https://a.example/f', cron: '0 6 * * *'}]}]"
    )
    source = config.sources[0]
    assert plan(config, source, source.feeds[0]) == Cron("0 6 * * *", "Europe/Rome")


def test_politeness_is_merged(read):
    config = read(
        "politeness: {delay: 9s, allow_hosts: [127.0.0.1]}\nsources:\n"
        "  - {id: a, url: 'https://a.example/', politeness: {robots: ignore, timeout: 3s}, max_age: 2d}\n"
        "  - {id: b, url: 'https://b.example/'}\n"
    )
    one, other = config.sources
    merged = politeness(config, one)
    assert (merged.delay.seconds, merged.robots, merged.timeout.seconds) == (9, "ignore", 3)
    assert merged.allow_hosts == ("127.0.0.1",)
    assert politeness(config, other) is config.politeness
    assert (max_age(config, one).days, max_age(config, other).days) == (2, 30)


def test_link_rules(read):
    _, _, feed = config_with(read, r"links: {allow: '/\d+', deny: [a, b], css: main}")
    rules = link_rules(feed)
    assert (rules.allow, rules.deny, rules.css) == ((r"/\d+",), ("a", "b"), "main")


def test_the_first_rules_that_hold(read):
    config = read(r"""
sources:
  - id: a
    url: https://a.example/
    extract:
      - {body: .old, valid_until: 2025-12-31}
      - {body: .live, urls: /live/, valid_from: 2026-01-01}
      - {body: .new, valid_from: 2026-01-01, valid_until: 2026-06-30}
""")
    source = config.sources[0]

    def body(url, *day):
        rules = holding(extract_rules(source), url, date(*day))
        return rules and rules.body[0]

    assert body("https://a.example/live/1", 2025, 12, 31) == ".old"
    assert body("https://a.example/live/1", 2026, 1, 1) == ".live"
    assert body("https://a.example/1", 2026, 6, 30) == ".new"
    assert body("https://a.example/1", 2026, 7, 1) is None


def test_user_agent(read):
    assert user_agent(read("contact: a@b.example"), "1.2") == "news-monitor/1.2 (+a@b.example)"
    assert user_agent(read("timezone: UTC"), "1.2") == "news-monitor/1.2"
    assert user_agent(read("politeness: {user_agent: Mine/1}"), "1.2") == "Mine/1"
