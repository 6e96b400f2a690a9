"""Reading the configuration: what is taken, and how each mistake is told."""

# ruff: noqa: E501  a table of mistakes is read by its rows

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.config.load import ConfigProblems, load
from monitor.config.mask import masked
from monitor.web.passwords import hashed, matches
from pipeline.errors import ConfigError
from pipeline.model import FeedKind

HEAD = "contact: desk@example.org\n"


@pytest.fixture
def read(tmp_path):
    def inner(text, **env):
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return load(path, env)

    return inner


@pytest.fixture
def fail(read):
    """The problems of a text."""

    def inner(text, **env):
        with pytest.raises(ConfigProblems) as caught:
            read(text, **env)
        return caught.value.problems

    return inner


def source(*lines, ident="a"):
    rest = "".join(f"    {line}\n" for line in lines)
    return f"sources:\n  - id: {ident}\n    url: https://a.example/\n{rest}"


def feed(line):
    return source("feeds:", f"  - {{url: https://a.example/f, {line}}}")


def test_the_shape_of_the_design_is_read(read, tmp_path):
    config = read(
        r"""
timezone: Asia/Damascus
contact: desk@example.org
storage: {path: data/monitor.db, pages: {keep: 180d}}
politeness: {delay: 5s, concurrency_per_host: 1, robots: obey, allow_hosts: []}
schedule: {default: auto, auto: {min: 5m, max: 24h}, jitter: 10%, recheck: [10m, 1h, 6h, 1d, 3d]}
sources:
  - id: sana-en
    name: SANA English
    url: https://sana.sy/en/
    tags: [state, syria]
    feeds:
      - {kind: feed, url: https://sana.sy/en/?feed=rss2}
      - {kind: sitemap, url: https://sana.sy/news-sitemap.xml, every: 30m}
      - {kind: section, url: https://sana.sy/en/?cat=20, cron: "*/20 6-23 * * *", links: {allow: ['\?p=\d+']}}
    extract: {body: "div.post-content", remove: [".related"], valid_from: 2026-01-01}
topics:
  - {id: astana, query: '(astana OR geneva) AND ("peace talks" OR negotiat*)', notify: [desk]}
notify: {desk: {url: "${DESK_URL}"}}
""",
        DESK_URL="json://desk.example/hook",
    )
    assert config.storage.path == tmp_path / "data" / "monitor.db"
    assert config.storage.pages_path == tmp_path / "data" / "pages.db"
    assert config.politeness.delay == timedelta(seconds=5)
    assert config.schedule.jitter == 0.1
    assert config.schedule.recheck[-1] == timedelta(days=3)
    one = config.sources[0]
    assert [feed.kind for feed in one.feeds] == list(FeedKind)
    assert one.feeds[1].every == timedelta(minutes=30)
    assert one.feeds[2].links.allow == (r"\?p=\d+",)
    assert one.extract[0].valid_from == date(2026, 1, 1)
    assert config.notify["desk"].url.get_secret_value() == "json://desk.example/hook"
    assert config.notes.warnings == ()


def test_defaults(read, tmp_path):
    config = read(HEAD)
    assert config.storage.path == tmp_path / "monitor.db"
    assert config.timezone == "UTC"
    assert config.politeness.timeout == timedelta(seconds=30)
    assert config.politeness.max_page_size == 4_000_000
    assert config.politeness.max_feed_size == 10_000_000
    assert config.politeness.max_in_flight == 32
    assert config.schedule.max_age == timedelta(days=30)
    assert (config.workers.count, config.workers.timeout.seconds) == (2, 5)
    assert config.workers.memory == 512_000_000
    assert config.sources == ()


@pytest.mark.parametrize(
    "word", ["no", "on", "1e3", "2024", "0x1f", "1_000", "2026-01-01", "12:30", "yes"]
)
def test_text_stays_text(read, word):
    config = read(HEAD + source(f"name: {word}", f"tags: [{word}]"))
    assert config.sources[0].name == word
    assert config.sources[0].tags == (word,)


def test_one_value_stands_for_a_list_of_it(read):
    config = read(HEAD + source("tags: state", "extract: {remove: .ad}"))
    assert config.sources[0].tags == ("state",)
    assert config.sources[0].extract[0].remove == (".ad",)


def test_name_defaults_to_the_id(read):
    assert read(HEAD + source(ident="sana-en")).sources[0].name == "sana-en"


def test_anchors_and_merges(read):
    config = read(
        HEAD
        + """
sources:
  - {id: a, url: "https://a.example/", politeness: &slow {delay: 20s, robots: ignore}}
  - {id: b, url: "https://b.example/", politeness: {<<: *slow, delay: 9s}}
  - {id: c, url: "https://c.example/", politeness: *slow}
"""
    )
    delays = [s.politeness.delay.seconds for s in config.sources]
    assert delays == [20, 9, 20]
    assert config.sources[1].politeness.robots == "ignore"


def test_byte_order_mark_and_crlf(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + b"contact: a@b.example\r\ntimezone: Europe/Berlin\r\n")
    assert load(path, {}).timezone == "Europe/Berlin"


# text -> line, key, part of the message, part of the hint
MISTAKES = [
    ("timezone: Asia/Damscus", 1, "timezone", "is no time zone", "Asia/Damascus"),
    ("timezone: Berlin", 1, "timezone", "is no time zone", "Europe/Berlin"),
    ("timezone: /etc/passwd", 1, "timezone", "is no time zone", ""),
    ("contact: nobody", 1, "contact", "e-mail address", ""),
    ("contact: 'a@b.example\nX-Evil: 1'", 1, "contact", "without blanks", ""),
    ("storagee: {}", 1, "storagee", "unknown key", "'storage'"),
    ("jitter: 10%", 1, "jitter", "unknown key", "belongs under 'schedule'"),
    ("politeness:\n  delay: 5", 2, "politeness.delay", "no duration", ""),
    ("politeness: {delay: 2h}", 1, "politeness.delay", "too much: at most 1h", ""),
    ("politeness: {delay: -5s}", 1, "politeness.delay", "no duration", ""),
    ("politeness: {robots: obay}", 1, "politeness.robots", "must be obey or ignore", "'obey'"),
    ("politeness: {allow_hosts: [127.0.0.1, 10.0.0.0/99]}", 1, "politeness.allow_hosts[1]", "10.0.0.0/99", ""),
    ("politeness: {max_page_size: 4XB}", 1, "politeness.max_page_size", "is no size", ""),
    ("politeness: {concurrency_per_host: 0}", 1, "politeness.concurrency_per_host", "at least 1", ""),
    ("politeness: {user_agent: 'näws'}", 1, "politeness.user_agent", "plain ASCII", ""),
    ("schedule: {default: atuo}", 1, "schedule.default", "no duration", ""),
    ("schedule: {default: '61 * * * *'}", 1, "schedule.default", "61", ""),
    ("schedule: {auto: {min: 2h, max: 1h}}", 1, "schedule.auto.max", "below min", ""),
    ("schedule: {jitter: 80%}", 1, "schedule.jitter", "at most 50%", ""),
    ("schedule: {recheck: [1h, 10m]}", 1, "schedule.recheck", "must rise", ""),
    ("schedule: {recheck: [1h, 10x]}", 1, "schedule.recheck[1]", "no duration", ""),
    ("workers: {count: two}", 1, "workers.count", "whole number", ""),
    ("workers: 2", 1, "workers", "must hold keys and values", ""),
    ("log: {level: warn}", 1, "log.level", "must be debug, info, warning or error", "'warning'"),
    ("topics:", 1, "topics", "must be a list, but has no value", "[]"),
    ("sources: {id: a}", 1, "sources", "must be a list", ""),
    ("sources:\n- id: a", 2, "sources[0].url", "is required", ""),
    ("sources:\n- url: https://a.example", 2, "sources[0].id", "is required", ""),
    (source(ident="Sana EN"), 2, "sources[0].id", "small letters", "'sana-en'"),
    (source(ident="a" * 65), 2, "sources[0].id", "at most 64", ""),
    (source("nmae: x"), 4, "sources[0].nmae", "unknown key", "'name'"),
    (source("delay: 3s"), 4, "sources[0].delay", "unknown key", "belongs under 'politeness'"),
    (source("every: 3s"), 4, "sources[0].every", "unknown key", "belongs under 'feeds'"),
    (source("topics: []"), 4, "sources[0].topics", "unknown key", "top of the file"),
    (source("paused: yes"), 4, "sources[0].paused", "true or false", "'true'"),
    (source("language: English"), 4, "sources[0].language", "language code", ""),
    (source("timezone: MSK+3"), 4, "sources[0].timezone", "no time zone", ""),
    (source("name:"), 4, "sources[0].name", "no value", ""),
    (source("name: ''"), 4, "sources[0].name", "is empty", ""),
    (source("tags: {a: b}"), 4, "sources[0].tags", "must be text, not keys", ""),
    (source("politeness: {cookies: maybe}"), 4, "sources[0].politeness.cookies", "true or false", ""),
    (source("extract: {body: 'div..x'}"), 4, "sources[0].extract.body", "no CSS selector", ""),
    (source("extract: {remove: ['a[']}"), 4, "sources[0].extract.remove[0]", "no CSS selector", ""),
    (source("extract: [{valid_from: 2026-02-30}]"), 4, "sources[0].extract[0].valid_from", "a day", ""),
    (source("extract: {valid_from: 2026-02-02, valid_until: 2026-01-01}"), 4,
     "sources[0].extract.valid_until", "before valid_from", ""),
    (feed("kind: fead"), 5, "sources[0].feeds[0].kind", "feed, sitemap or section, not 'fead'", "'feed'"),
    (feed("every: 30m, cron: '* * * * *'"), 5, "sources[0].feeds[0].cron", "beside 'every'", ""),
    (feed("cron: '0 5 * * *', auto: true"), 5, "sources[0].feeds[0].auto", "beside 'cron'", ""),
    (feed("cron: '0 0 31 2 *'"), 5, "sources[0].feeds[0].cron", "never fires", ""),
    (feed("cron: '* * * *'"), 5, "sources[0].feeds[0].cron", "five", ""),
    (feed("every: 0s"), 5, "sources[0].feeds[0].every", "too little", ""),
    (feed("links: {allow: ['[']}"), 5, "sources[0].feeds[0].links.allow[0]", "no regular expression", ""),
    (feed("links: {deny: '(a+)+$'}"), 5, "sources[0].feeds[0].links.deny", "forever", ""),
    (source("feeds: [{url: a.example}]"), 4, "sources[0].feeds[0].url", "absolute address", "https://"),
    (source("feeds: [{url: 'ftp://a.example'}]"), 4, "sources[0].feeds[0].url", "no http or https", ""),
    (source("feeds: [{url: 'https://a b.example'}]"), 4, "sources[0].feeds[0].url", "no http or https", ""),
    (source("feeds: [{url: 'https://a.example:99999/'}]"), 4, "sources[0].feeds[0].url", "no http or https", ""),
    ("topics:\n- {id: t}", 2, "topics[0].query", "is required", ""),
    ("topics:\n- {id: t, query: x}\n- {id: t, query: y}", 3, "topics[1].id", "given before, in line 2", ""),
    ("topics: [{id: t, query: x, notify: [dseks]}]\nnotify: {desks: {url: 'json://x'}}", 1,
     "topics[0].notify[0]", "no channel 'dseks'", "'desks'"),
    ("topics: [{id: t, query: x, notify: desk}]", 1, "topics[0].notify", "no channel 'desk'", "none under notify"),
    ("notify: {desk: {}}", 1, "notify.desk", "needs url, url_file or webhook", ""),
    ("notify: {desk: {url: nothing}}", 1, "notify.desk.url", "no Apprise URL", ""),
    ("notify: {desk: {url: 'a://b', url_file: x}}", 1, "notify.desk.url_file", "beside 'url'", ""),
    ("notify: {desk: {url_file: not-there}}", 1, "notify.desk.url_file", "cannot be read", ""),
    ("storage: {path: ''}", 1, "storage.path", "path of a file", ""),
    ("web: {port: 70000}", 1, "web.port", "at most 65535", ""),
    ("web: {prot: 80}", 1, "web.prot", "unknown key", "'port'"),
    ("web: {host: 0.0.0.0}", 1, "web", "needs password_hash or token", ""),
    ("web: {password_hash: hunter2}", 1, "web.password_hash", "no argon2 hash", ""),
    ("web: {token: short}", 1, "web.token", "shorter than 16", ""),
    ("web: {token_file: not-there}", 1, "web.token_file", "cannot be read", ""),
    ("web: {token: 'a-token-of-programs', token_file: x}", 1, "web.token_file", "beside 'token'", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "key", "message", "hint"), MISTAKES)
def test_a_mistake_is_told_with_its_line(fail, text, line, key, message, hint):
    problems = fail(text)
    assert [(problem.line, problem.key) for problem in problems] == [(line, key)], problems
    assert message in problems[0].message
    assert hint in (problems[0].hint or "")


def test_all_mistakes_at_once_in_the_order_of_lines(fail, tmp_path):
    text = (
        "timezone: Nowhere/Land\n"
        + source("paused: maybe", "feeds:", "  - {kind: fead, url: https://a.example/f}")
        + "  - {id: a, url: https://b.example/, feeds: [{url: https://a.example/f/}]}\n"
        + "topics: [{id: T, query: x, notify: [nobody]}]\nunknown: 1\nunknown: 2\n"
        + 'notify: {desk: {url: "${NOT_SET}"}}\n'
    )
    problems = fail(text)
    assert [(p.line, p.key) for p in problems] == [
        (1, "timezone"),
        (5, "sources[0].paused"),
        (7, "sources[0].feeds[0].kind"),
        (8, "sources[1].id"),
        (8, "sources[1].feeds[0].url"),
        (9, "topics[0].id"),
        (9, "topics[0].notify[0]"),
        (10, "unknown"),
        (11, ""),  # the key given twice
        (12, "notify.desk.url"),
    ]


def test_the_text_of_the_error_is_one_line_a_problem(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("config.yaml")
    path.write_text(feed("kind: fead") + "storagee: {}\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(caught.value).splitlines() == [
        (
            "config.yaml:5: sources[0].feeds[0].kind: must be feed, sitemap or section, not 'fead' "
            "(did you mean 'feed'?)"
        ),
        "config.yaml:6: storagee: unknown key (did you mean 'storage'?)",
    ]


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["{id: a, url: 'https://a.example/'}", "{id: a, url: 'https://b.example/'}"], "id"),
        (
            [
                "{id: a, name: News, url: 'https://a.example/'}",
                "{id: b, name: 'NEWS ', url: 'https://b.example/'}",
            ],
            "name",
        ),
        (["{id: a, url: 'https://a.example/'}", "{id: b, url: 'http://A.example'}"], "url"),
        (
            [
                "{id: a, url: 'https://a.example/', feeds: [{url: 'https://a.example/f?x=1'}]}",
                "{id: b, url: 'https://b.example/', feeds: [{url: 'http://a.example/f/?x=1'}]}",
            ],
            "feeds[0].url",
        ),
    ],
)
def test_what_is_given_twice(fail, lines, key):
    problems = fail("sources:\n" + "".join(f"  - {line}\n" for line in lines))
    assert [(p.line, p.key) for p in problems] == [(3, f"sources[1].{key}")]
    assert "in line 2" in problems[0].message


def test_one_home_page_for_two_sources_that_say_what_they_poll(read):
    lines = [f"  - {{id: {i}, url: 'https://a.example/', feeds: [{{url: 'https://a.example/{i}'}}]}}\n"
             for i in "ab"]  # fmt: skip
    assert len(read(HEAD + "sources:\n" + "".join(lines)).sources) == 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "is empty"),
        ("# nothing\n", None, "is empty"),
        ("just text", 1, "keys and values"),
        ("- a\n- b", 1, "keys and values"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("timezone: UTC\n\tcontact: x", 2, "is no YAML"),
        ("timezone: [UTC\ncontact: x", 2, "is no YAML"),
        ("timezone: UTC: x", 1, "is no YAML"),
        ("timezone: 'UTC", 1, "is no YAML"),
        ("contact: *nowhere", 1, "alias"),
        ("log: &a {level: *a}", 1, "alias"),
        ("timezone: UTC\ntimezone: UTC", 2, "given twice, first in line 1"),
        ("log: !!python/object/apply:os.system [ls]", 1, "!!python/object/apply:os.system"),
        ("contact: !secret x@example.org", 1, "the tag !secret is not allowed"),
        ("? [a]\n: b", 1, "a key must be text"),
        ("log: " + "[" * 100_000, 1, "nested deeper"),
        ("log: " + "[" * 100_000 + "]" * 100_000, 1, "nested deeper"),
        ("contact: 'a\x07b'", 1, "not allowed in YAML"),
        ("log: {<<: 3}", 1, "<< takes a map"),
    ],
)
def test_yaml_traps(fail, text, line, message):
    told = [(p.line, p.message) for p in fail(text)]
    assert any(at == line and message in said for at, said in told), told


def test_an_alias_bomb_is_refused_before_it_grows(fail):
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join(['*' + old] * 10)}]\n" for old, new in pairwise("abcdefghij")
    )
    assert "more than a million" in fail(text)[0].message


def test_tabs_get_advice(fail):
    assert "tabs" in fail("log:\n\tlevel: info\n")[0].hint


def test_bytes_that_are_no_utf8(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_bytes(b"timezone: UTC\ncontact: d\xe9sk@example.org\n")
    with pytest.raises(ConfigProblems) as caught:
        load(path, {})
    assert [(p.line, p.column) for p in caught.value.problems] == [(2, 11)]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigProblems, match="no such file"):
        load(tmp_path / "none.yaml", {})
    with pytest.raises(ConfigProblems, match="cannot be read"):
        load(tmp_path, {})


class TestEnvironment:
    def test_references_and_defaults(self, read):
        config = read(
            "contact: ${WHO}@example.org\ntimezone: ${ZONE:-Europe/Berlin}\n"
            "workers: {count: '${N}'}\nsources: [{id: a, url: 'https://a.example/?q=$${x}'}]\n",
            WHO="desk", N="3", ZONE="",
        )  # fmt: skip
        assert config.contact == "desk@example.org"
        assert config.timezone == "Europe/Berlin"
        assert config.workers.count == 3
        assert config.sources[0].url == "https://a.example/?q=${x}"

    def test_what_comes_in_is_not_expanded_again(self, read):
        config = read(HEAD + source("name: ${A}"), A="${B}", B="secret")
        assert config.sources[0].name == "${B}"

    def test_a_missing_variable_is_the_only_complaint_about_its_value(self, fail):
        problems = fail("timezone: ${ZONE}\ncontact: '${WHO'\n")
        assert [(p.line, p.key) for p in problems] == [(1, "timezone"), (2, "contact")]
        assert "ZONE is not set" in problems[0].message
        assert "not closed" in problems[1].message

    def test_a_wrong_value_from_outside_is_not_repeated(self, fail):
        problems = fail("notify: {d: {url: '${U}'}}\ntimezone: ${Z}\nlog: {level: '${L}'}\n",
                        U="hunter2", Z="hunter3", L="inf0")  # fmt: skip
        said = "\n".join(p.text("f") for p in problems)
        assert len(problems) == 3
        assert "hunter" not in said
        assert "inf0" not in said

    def test_passwords_in_addresses_are_not_repeated(self, fail):
        text = source(
            "feeds: [{url: 'https://u:hunter2@a.example/'}, {url: 'https://u:hunter2@a.example/'}]"
        )
        said = "\n".join(p.text("f") for p in fail(text))
        assert "user name" in said
        assert "hunter2" not in said

    def test_secret_files_start_at_the_folder_of_the_file(self, read, tmp_path):
        (tmp_path / "url").write_text("json://desk.example/hunter2\n")
        config = read(HEAD + "notify: {desk: {url_file: url}}")
        assert config.notify["desk"].url.get_secret_value() == "json://desk.example/hunter2"
        assert "hunter2" not in repr(config)


class TestWeb:
    def test_it_needs_nothing(self, read):
        web = read(HEAD).web
        assert (web.host, web.port, web.read_only, web.token) == ("127.0.0.1", 8001, False, None)

    def test_secrets_come_from_files_and_are_not_shown(self, read, tmp_path):
        (tmp_path / "token").write_text("a-token-of-programs-1234\n")
        (tmp_path / "hash").write_text(hashed("hunter2") + "\n")
        config = read(HEAD + "web: {host: 0.0.0.0, token_file: token, password_hash_file: hash,"
                      " allow_hosts: desk.example.org}")  # fmt: skip
        assert config.web.token.get_secret_value() == "a-token-of-programs-1234"
        assert matches(config.web.password_hash.get_secret_value(), "hunter2")
        assert config.web.allow_hosts == ("desk.example.org",)
        assert "a-token" not in repr(config)
        assert "a-token" not in json.dumps(masked(config))
        assert "argon2" not in json.dumps(masked(config))


class TestWarnings:
    def test_contact(self, read):
        assert "no contact" in read("timezone: UTC").notes.warnings[0].message
        placeholder = read("contact: CHANGE-ME@example.org").notes.warnings
        assert [(p.line, p.key) for p in placeholder] == [(1, "contact")]

    def test_secrets_that_all_can_read(self, tmp_path):
        path = tmp_path / "c.yaml"
        path.write_text(HEAD + "notify:\n  a: {url: 'json://x/y'}\n  b: {url: '${B}'}\n")
        path.chmod(0o644)
        env = {"B": "json://x/z"}
        (warning,) = load(path, env).notes.warnings
        assert (warning.line, warning.key) == (3, "notify.a.url")
        assert "chmod 600" in warning.hint
        path.chmod(0o600)
        assert load(path, env).notes.warnings == ()
        path.write_text(HEAD + "web:\n  token: a-token-of-programs-1234\n")
        path.chmod(0o644)
        (warning,) = load(path, {}).notes.warnings
        assert (warning.line, warning.key) == (3, "web.token")
