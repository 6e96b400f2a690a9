"""robots.txt: what each kind of answer means, how long it is kept, and what is passed on."""

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from crawler.request import MAX_ROBOTS
from crawler.robots import FRESH, MAX_CRAWL_DELAY, RETRY, STALE, Robots
from pipeline.model import Failure, FailureKind, Page

SITE = "https://news.example"
RULES = (
    b"User-agent: *\nDisallow: /private\nCrawl-delay: 7\nSitemap: https://news.example/map.xml\n"
)
DENY_ALL = b"User-agent: *\nDisallow: /\n"


def page(body, **headers):
    return Page(
        url=f"{SITE}/robots.txt",
        requested_url=f"{SITE}/robots.txt",
        status=200,
        headers={"content-type": "text/plain"} | headers,
        body=body,
        fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def failure(kind, status=None):
    return Failure(kind=kind, message="it failed", url=f"{SITE}/robots.txt", status=status)


class World:
    """Answers in turn, the last one for ever; counts requests; has a clock."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.now = 1000.0
        self.robots = Robots(self.fetch, "news-monitor/0.1 (+desk@evil-bot.example)", self.clock)

    def clock(self):
        return self.now

    async def fetch(self, request):
        self.asked.append(request)
        await asyncio.sleep(0)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def verdict(self, path="/a", site=SITE):
        return asyncio.run(self.robots.verdict(site + path))


def test_rules_are_obeyed_and_passed_on():
    world = World(page(RULES))
    good = world.verdict("/public")
    assert good.allowed
    assert good.crawl_delay == 7
    assert good.sitemaps == ("https://news.example/map.xml",)
    bad = world.verdict("/private/x")
    assert not bad.allowed
    assert bad.reason == "robots.txt disallows it"
    assert bad.failure is None
    assert len(world.asked) == 1


def test_the_request_is_modest():
    world = World(page(RULES))
    world.verdict("/a?b=c")
    (request,) = world.asked
    assert request.url == "https://news.example/robots.txt"
    assert request.purpose == "robots"
    assert request.max_size == MAX_ROBOTS
    assert request.obey_robots is False


def test_our_own_group_counts_and_not_what_the_contact_spells():
    rules = (
        b"User-agent: evil-bot\nDisallow: /\n\nUser-agent: *\nDisallow: /star\n\n"
        b"User-agent: News-Monitor\nDisallow: /ours\n"
    )
    world = World(page(rules))
    assert world.verdict("/star").allowed
    assert not world.verdict("/ours").allowed


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (page(b""), True),
        (page(b"User-agent: *\nDisallow: /"), False),
        (page(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"), False),
        (page(b"\xff\xfe\x00garbage\x00\x01\x02"), True),
        (page(b"<!doctype html><html><body>User-agent: * Disallow: /</body></html>"), True),
        (page(b"User-agent: *\nDisallow: /\n", **{"content-type": "text/html"}), False),
        (page(b"%PDF-1.7 \x00\x01", **{"content-type": "text/plain"}), True),
        (
            page(gzip.compress(b"User-agent: *\nDisallow: /\n"), **{"content-encoding": "gzip"}),
            False,
        ),
        (page(b"not gzip", **{"content-encoding": "gzip"}), True),
        (failure(FailureKind.GONE, 404), True),
        (failure(FailureKind.GONE, 410), True),
        (failure(FailureKind.BLOCKED, 401), True),
        (failure(FailureKind.BLOCKED, 403), True),
        (failure(FailureKind.HTTP_4XX, 418), True),
        (failure(FailureKind.REDIRECTS), True),
        (failure(FailureKind.RATE_LIMITED, 429), False),
        (failure(FailureKind.HTTP_5XX, 500), False),
        (failure(FailureKind.RATE_LIMITED, 503), False),
        (failure(FailureKind.DNS), False),
        (failure(FailureKind.CONNECT), False),
        (failure(FailureKind.TLS), False),
        (failure(FailureKind.TIMEOUT), False),
        (failure(FailureKind.TRUNCATED), False),
        (failure(FailureKind.REFUSED), False),
    ],
)
def test_what_an_answer_means(answer, allowed):
    verdict = World(answer).verdict("/x")
    assert verdict.allowed is allowed
    assert verdict.reason
    # "Could not ask" is told from "was told no": only the first may be tried again soon.
    assert (verdict.failure is not None) == (isinstance(answer, Failure) and not allowed)


def test_kept_for_a_day():
    world = World(page(RULES))
    world.verdict()
    world.now += FRESH - 1
    world.verdict()
    assert len(world.asked) == 1
    world.now += 2
    world.verdict()
    assert len(world.asked) == 2


def test_unreachable_is_asked_again_soon():
    world = World(failure(FailureKind.TIMEOUT), page(RULES))
    assert not world.verdict().allowed
    world.now += RETRY - 1
    assert not world.verdict().allowed
    assert len(world.asked) == 1
    world.now += 2
    assert world.verdict().allowed
    assert len(world.asked) == 2


def test_a_good_copy_stands_in_for_another_day():
    world = World(page(RULES), failure(FailureKind.HTTP_5XX, 502))
    world.verdict()
    world.now += FRESH + 1
    assert world.verdict("/a").allowed
    assert not world.verdict("/private").allowed
    assert world.verdict("/private").failure is None
    assert len(world.asked) == 2
    world.now += STALE
    verdict = world.verdict("/a")
    assert not verdict.allowed
    assert verdict.failure is not None


def test_crawl_delay_is_capped():
    assert World(page(b"User-agent: *\nCrawl-delay: 86400\n")).verdict().crawl_delay == (
        MAX_CRAWL_DELAY
    )
    assert World(page(b"User-agent: *\nCrawl-delay: 0\n")).verdict().crawl_delay is None
    assert World(page(b"User-agent: *\nCrawl-delay: never\n")).verdict().crawl_delay is None


def test_only_the_first_part_counts_and_no_half_line():
    rule = b"Disallow: /%06d/\n"
    body = b"User-agent: *\n" + b"".join(rule % n for n in range(40_000)) + b"Disallow: /\n"
    cut = body[:MAX_ROBOTS]
    assert not cut.endswith(b"\n")
    world = World(page(cut))
    assert not world.verdict("/000001/x").allowed
    assert world.verdict("/x").allowed
    half = cut.rpartition(b"Disallow: ")[2].decode()
    assert world.verdict(f"{half}9").allowed


def test_one_request_for_many_waiting_links():
    world = World(page(RULES))

    async def crowd():
        return await asyncio.gather(*(world.robots.verdict(f"{SITE}/{n}") for n in range(50)))

    assert all(verdict.allowed for verdict in asyncio.run(crowd()))
    assert len(world.asked) == 1


def test_cancelled_while_asking_leaves_the_others_served():
    world = World(page(RULES))

    async def scenario():
        first = asyncio.ensure_future(world.robots.verdict(f"{SITE}/1"))
        second = asyncio.ensure_future(world.robots.verdict(f"{SITE}/2"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(scenario()).allowed


def test_each_scheme_and_port_has_its_own():
    world = World(page(RULES))
    for site in (SITE, "http://news.example", "https://news.example:8443", "https://x.example"):
        world.verdict(site=site)
    assert [request.url for request in world.asked] == [
        "https://news.example/robots.txt",
        "http://news.example/robots.txt",
        "https://news.example:8443/robots.txt",
        "https://x.example/robots.txt",
    ]


def test_memory_is_bounded_by_the_text_behind_it(monkeypatch):
    monkeypatch.setattr("crawler.robots._MAX_BYTES", 5 * len(RULES))
    world = World(page(RULES))
    for number in range(20):
        world.verdict(site=f"https://h{number}.example")
    asked = len(world.asked)
    world.verdict(site="https://h19.example")
    assert len(world.asked) == asked
    world.verdict(site="https://h3.example")
    assert len(world.asked) == asked + 1
