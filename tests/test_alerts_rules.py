"""What alerts decide by rule: bursts, digests, templates, and what a message may not do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import watch
from monitor.alerts.channels import harmless, sign
from monitor.alerts.compose import words
from monitor.alerts.sample import sample
from monitor.alerts.times import last_digest, ready
from monitor.config.load import load
from monitor.status import DaemonStatus
from pipeline.errors import ConfigError
from pipeline.times import to_iso

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def hours(*numbers):
    return sorted(to_iso(NOW - timedelta(hours=n)) for n in numbers)


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (hours(*range(2, 300, 10), *[0.1 * n for n in range(6)]), 6),
        (hours(*range(2, 300, 10), *[0.1 * n for n in range(4)]), None),  # fewer than five
        (hours(*[n / 5 for n in range(5, 1000)], *[0.1 * n for n in range(8)]), None),  # usual
        (hours(*[0.1 * n for n in range(9)]), None),  # a topic of today: nothing is usual
        ([], None),
    ],
)
def test_bursts(times, found):
    told = watch.unusual(times, NOW)
    assert (told and told[0]) == found


def test_a_daemon_that_died_and_one_that_was_stopped_for_long_are_told():
    def told(state, minutes):
        before = DaemonStatus(state=state, heartbeat_at=NOW - timedelta(minutes=minutes))
        return watch.daemon_came_back(before, ("ops",), NOW)

    assert "without a word" in told("died", 3).facts["reason"]
    assert told("stopped", 30) is None
    assert "nothing was watched for 2h" in told("stopped", 120).facts["reason"]
    assert watch.daemon_came_back(DaemonStatus(state="never"), ("ops",), NOW) is None


@given(
    st.lists(st.times().map(lambda t: time(t.hour, t.minute)), min_size=1, max_size=4),
    st.integers(0, 364 * 24 * 60).map(lambda n: NOW + timedelta(minutes=n)),
    st.sampled_from(["Europe/Berlin", "UTC", "Asia/Kathmandu", "America/St_Johns"]),
)
def test_the_last_digest_was_less_than_a_day_and_an_hour_ago(times, now, zone):
    found = last_digest(times, now, ZoneInfo(zone))
    assert timedelta(0) <= now - found < timedelta(hours=25, minutes=1)


def test_a_time_that_does_not_exist_is_moved():
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 29, 1, 29, tzinfo=UTC)
    assert last_digest([time(2, 30)], now, berlin).date() == date(2026, 3, 28)
    later = now + timedelta(minutes=1)
    assert last_digest([time(2, 30)], later, berlin) == later


def test_a_throttle_with_a_clock_that_went_back_does_not_wait_for_ever():
    told = ready([(1, NOW)], times=(), throttle=timedelta(hours=1),
                 last=NOW + timedelta(days=3), now=NOW, zone=UTC)  # fmt: skip
    assert told == [1]


def test_templates(tmp_path):
    facts = sample("desk", NOW, UTC)
    built_in = words(facts)
    assert "1 new story, 1 edit" in built_in["title"]
    assert "[-14-] {+9+}" in built_in["text"]
    mine = tmp_path / "mine.txt"
    mine.write_text("{% for a in alerts %}{{ a.kind }};{% endfor %}")
    assert words(facts, title="{{ count }} news", template=mine) == {
        "title": "5 news", "text": "story;edit;burst;source;daemon;",
    }  # fmt: skip
    mine.write_text("{% for")
    told = words(facts, template=mine)["text"]
    assert told.startswith("(The channel's template:")
    assert "[-14-]" in told
    mine.write_text("{{ ''.__class__.__mro__[1].__subclasses__() }}")
    assert "The channel's template" in words(facts, template=mine)["text"]


def test_one_alert_is_its_own_title():
    facts = {**sample("desk", NOW, UTC)}
    facts["alerts"] = facts["alerts"][:1]
    assert words(facts)["title"] == "[example] This is a test of the news monitor"
    assert words({**facts, "left_out": 7})["text"].endswith("and 7 more")


@pytest.mark.parametrize("text", ["@everyone", "<!channel>", "<@U123>", "@here"])
def test_a_headline_rings_nobody(text):
    assert text not in harmless(f"News {text} more")
    assert harmless("a@example.org < 3") == "a@example.org < 3"


def test_a_secret_may_be_base64():
    # The example of the Standard Webhooks specification.
    body = b'{"test": 2432232314}'
    assert (
        sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
             "1614265330", body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("{url: 'json://x', webhook: 'http://x'}", "cannot stand beside"),
        ("{events: [story]}", "needs url, url_file or webhook"),
        ("{webhook: 'ftp://x'}", "is no address"),
        ("{webhook: 'http://x', secret: short}", "shorter than 16"),
        ("{url: 'json://x', secret: 'long enough to be one'}", "an Apprise URL takes none"),
        ("{url: 'json://x', at: ['25:00']}", "is no time of day"),
        ("{url: 'json://x', events: [storm]}", "story"),
    ],
)
def test_mistakes_in_a_channel(tmp_path, channel, said):
    file = tmp_path / "config.yaml"
    file.write_text(f"contact: a@example.org\nnotify:\n  desk: {channel}\n")
    with pytest.raises(ConfigError, match=said):
        load(file, {})


def test_times_without_quotes_and_secrets(tmp_path):
    from monitor.config.mask import dump_masked, redact

    file = tmp_path / "config.yaml"
    file.write_text(
        "contact: a@example.org\n"
        "notify:\n  desk: {webhook: 'http://h/abcdefgh', secret: 'long enough to be one', "
        "at: [08:30, 17:05]}\nalerts: {notify: desk}\n"
    )
    config = load(file, {})
    assert config.notify["desk"].times == (time(8, 30), time(17, 5))
    assert "abcdefgh" not in dump_masked(config)
    assert redact("at http://h/abcdefgh: long enough to be one", config) == "at ***: ***"
    file.write_text(file.read_text().replace("notify: desk", "notify: dusk"))
    with pytest.raises(ConfigError, match="did you mean 'desk'"):
        load(file, {})
