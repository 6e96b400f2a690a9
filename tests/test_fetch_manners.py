"""Pure parts of fetching: Retry-After, holds, cookies of a chain, the pace of a crowd."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.classify import StoppedError
from crawler.holds import MAX_HOLD, Holds, parse_retry_after
from crawler.pace import Pace
from crawler.redirects import MAX_REDIRECTS, Chain, Cookies
from pipeline.model import FailureKind

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SITE = "https://news.example/a"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0),
        (" 120 ", 120),
        ("3600", 3600),
        ("86400", 3600),
        ("9" * 400, 3600),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("Sun, 01 Mar 2026 12:10:00 GMT", 600),
        ("Sunday, 01-Mar-26 12:10:00 GMT", 600),
        ("Sun Mar  1 12:10:00 2026", 600),
        ("Sun, 01 Mar 2026 14:10:00 +0200", 600),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Mon, 01 Mar 2027 12:00:00 GMT", 3600),
        ("Sun, 99 Mar 2026 12:10:00 GMT", None),
        ("Sun, 01 Mar 99999999 12:10:00 GMT", None),
    ],
)
def test_retry_after(value, seconds):
    wait = parse_retry_after(value, now=NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=60))
def test_retry_after_reads_anything(value):
    wait = parse_retry_after(value, now=NOW)
    assert wait is None or timedelta(0) <= wait <= MAX_HOLD


def test_holds_end_by_the_clock_and_are_capped():
    time = [100.0]
    holds = Holds(lambda: time[0])
    assert holds.remaining("a:443") is None
    holds.set("a:443", timedelta(seconds=30))
    holds.set("b:443", timedelta(days=300))
    time[0] = 110.0
    assert holds.remaining("a:443") == timedelta(seconds=20)
    assert holds.remaining("c:443") is None
    time[0] = 130.0
    assert holds.remaining("a:443") is None
    assert holds.remaining("b:443") == timedelta(seconds=3570)
    time[0] = 3700.0
    assert holds.remaining("b:443") is None
    assert len(holds) == 0


def test_holds_are_bounded():
    holds = Holds(lambda: 0.0)
    for number in range(10_050):
        holds.set(f"h{number}:80", timedelta(seconds=5))
    assert len(holds) == 10_000
    assert holds.remaining("h10049:80") is not None


def test_cookies_go_back_to_their_host_only():
    cookies = Cookies()
    cookies.take(SITE, ["a=1; Path=/; Domain=example", "b=2; Secure"])
    assert cookies.header("https://news.example/other") == "a=1; b=2"
    assert cookies.header("https://example/") is None
    assert cookies.header("https://evil.news.example/") is None
    assert cookies.header("http://news.example/") is None  # came over TLS


def test_cookies_from_plain_http_follow_the_upgrade():
    cookies = Cookies()
    cookies.take("http://news.example/", ["a=1"])
    assert cookies.header("https://news.example/") == "a=1"


def test_cookies_are_replaced_and_deleted():
    cookies = Cookies()
    cookies.take(SITE, ["a=1", "b=2"])
    cookies.take(SITE, ["a=3", "b=; Max-Age=0"])
    assert cookies.header(SITE) == "a=3"
    cookies.take(SITE, ["a=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
    assert cookies.header(SITE) is None


@pytest.mark.parametrize(
    "line", ["", "novalue", "=x", "a=b\r\nX: y", "a=\x00", "a=é", "a=" + "x" * 5000]
)
def test_odd_cookies_are_left_out(line):
    cookies = Cookies()
    cookies.take(SITE, [line])
    assert cookies.header(SITE) is None


@given(st.lists(st.text(max_size=30), max_size=80))
def test_cookie_header_is_always_bounded_and_clean(lines):
    cookies = Cookies()
    cookies.take(SITE, [*lines, *(f"n{n}={'v' * 900}" for n in range(80))])
    header = cookies.header(SITE)
    assert header is not None
    assert len(header) <= 8192
    assert header.isprintable()


def test_chain_resolves_and_remembers():
    chain = Chain(Cookies())
    chain.enter(SITE)
    assert chain.follow(SITE, "/b#part", []) == "https://news.example/b"
    assert chain.follow("https://news.example/b", "//other.example/c", []) == (
        "https://other.example/c"
    )
    assert chain.passed == [SITE, "https://news.example/b"]


def test_chain_finds_circles_but_lets_cookies_change():
    chain = Chain(Cookies())
    assert chain.enter(SITE) is None
    chain.follow(SITE, SITE, ["consent=yes"])
    assert chain.enter(SITE) == "consent=yes"
    chain.follow(SITE, SITE, ["consent=yes"])
    with pytest.raises(StoppedError) as error:
        chain.enter(SITE)
    assert error.value.kind is FailureKind.REDIRECTS


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        (None, FailureKind.REDIRECTS),
        ("", FailureKind.REDIRECTS),
        ("  ", FailureKind.REDIRECTS),
        ("file:///etc/passwd", FailureKind.REFUSED),
        ("javascript:alert(1)", FailureKind.REFUSED),
        ("http://user:pw@news.example/", FailureKind.REFUSED),
        ("http://2130706433/", FailureKind.REFUSED),
        ("http://[::1", FailureKind.REFUSED),
        ("http://a:99999/", FailureKind.REFUSED),
    ],
)
def test_chain_refuses(location, kind):
    with pytest.raises(StoppedError) as error:
        Chain(Cookies()).follow(SITE, location, [])
    assert error.value.kind is kind


def test_chain_ends():
    chain = Chain(Cookies())
    for number in range(MAX_REDIRECTS):
        chain.follow(SITE, f"/{number}", [])
    with pytest.raises(StoppedError):
        chain.follow(SITE, "/more", [])


def test_pace_lets_a_few_pass_in_each_turn_and_in_order():
    async def scenario():
        pace = Pace(3)
        turn = 0
        passed = []

        async def worker(number):
            await pace.step()
            passed.append((number, turn))

        tasks = [asyncio.ensure_future(worker(number)) for number in range(20)]
        tasks[10].cancel()
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0)
            turn += 1
        await worker(99)  # nobody waits any more
        return passed

    passed = asyncio.run(scenario())
    assert [number for number, _ in passed] == [n for n in range(20) if n != 10] + [99]
    turns = [turn for _, turn in passed]
    assert max(turns.count(turn) for turn in set(turns)) <= 3
