"""robots.txt, delays, concurrency, Retry-After, cancelling and closing, against a real server."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from crawler.fetch import Fetcher, FetcherClosedError, FetchRequest, FetchSettings
from crawler.holds import DEFAULT_HOLD, MAX_HOLD
from pipeline.model import Failure, Page
from pipeline.model import FailureKind as Kind
from tests.fetching import AGENT, fetch_one, with_fetcher
from tests.hostile import HostileServer

DENY = ("200 OK", b"User-agent: *\nDisallow: /good\n", {})


@pytest.fixture(scope="module")
def server():
    with HostileServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(server):
    server.reset()
    yield
    assert server.canary == 0


def test_robots_is_asked_first_and_obeyed(server):
    server.robots["127.0.0.11"] = DENY
    result = fetch_one(server, server.url("/good", "127.0.0.11"), obey_robots=True)
    assert isinstance(result, Failure)
    assert result.kind is Kind.ROBOTS
    assert server.paths() == ["/robots.txt"]
    assert isinstance(fetch_one(server, server.url("/feed", "127.0.0.11"), obey_robots=True), Page)
    assert isinstance(fetch_one(server, server.url("/good", "127.0.0.11")), Page)  # told not to


def test_robots_of_the_host_that_is_redirected_to(server):
    server.robots["127.0.0.11"] = DENY
    url = server.url(f"/redirect/302?to={server.url('/good', '127.0.0.11')}")
    result = fetch_one(server, url, obey_robots=True)
    assert result.kind is Kind.ROBOTS
    assert "/good" not in server.paths()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (("404 Not Found", b"", {}), None),
        (("403 Forbidden", b"", {}), None),
        (("500 Error", b"", {}), Kind.HTTP_5XX),
        (("503 Error", b"", {"retry-after": "120"}), Kind.RATE_LIMITED),
        (("429 Error", b"", {}), Kind.RATE_LIMITED),
        (("200 OK", b"", {}), None),
        (("200 OK", b"<!doctype html><html><body>Hi</body></html>", {}), None),
        (("200 OK", b"\x89PNG\r\n\x1a\n\x00\x00", {"content_type": "image/png"}), None),
        (("200 OK", DENY[1] + b"# " + b"x" * 60_000_000, {}), Kind.ROBOTS),
        (("302 Found", b"", {"location": "/robots.txt"}), None),
    ],
)
def test_kinds_of_robots_txt(server, answer, kind):
    server.robots["127.0.0.12"] = answer
    result = fetch_one(server, server.url("/good", "127.0.0.12"), obey_robots=True)
    assert (result.kind if isinstance(result, Failure) else None) is kind, result
    if kind not in (None, Kind.ROBOTS):
        assert "robots.txt" in result.message  # the cause, to be tried again, not a "no"


def test_crawl_delay_becomes_the_delay_of_the_host(server):
    server.robots["127.0.0.13"] = ("200 OK", b"User-agent: *\nCrawl-delay: 0.3\n", {})

    async def scenario(fetcher):
        urls = [server.url(f"/good?{n}", "127.0.0.13") for n in range(3)]
        await asyncio.gather(*(fetcher.fetch(FetchRequest(url=url, concurrency=8)) for url in urls))

    with_fetcher(server, scenario)
    times = [seen.at for seen in server.seen if seen.path.startswith("/good")]
    gaps = [late - early for early, late in pairwise(times)]
    assert len(gaps) == 2
    assert min(gaps) > 0.2


def test_delay_of_a_host_holds_though_all_places_are_taken(server):
    """Waiting for a free place on the wire must not eat up the host's delay."""

    async def scenario(fetcher):
        blocker = FetchRequest(url=server.url("/hang"), obey_robots=False, timeout=0.35)
        polite = [
            FetchRequest(url=server.url(f"/good?{n}", "127.0.0.14"), obey_robots=False, delay=0.3)
            for n in range(2)
        ]
        blocked = asyncio.ensure_future(fetcher.fetch(blocker))
        await asyncio.sleep(0.02)
        await asyncio.gather(*(fetcher.fetch(request) for request in polite))
        await blocked

    with_fetcher(server, scenario, max_in_flight=1)
    first, second = (seen.at for seen in server.seen if seen.host == "127.0.0.14")
    assert second - first > 0.2


def most_at_once(server, concurrency):
    async def scenario(fetcher):
        requests = [
            FetchRequest(
                url=server.url("/hang-after-headers", "127.0.0.15"),
                obey_robots=False,
                timeout=0.15,
                concurrency=concurrency,
            )
            for _ in range(6)
        ]
        tasks = [asyncio.ensure_future(fetcher.fetch(request)) for request in requests]
        most = 0
        while not all(task.done() for task in tasks):
            most = max(most, fetcher.in_flight())
            assert fetcher.in_flight() + fetcher.waiting() <= 6
            await asyncio.sleep(0.01)
        return most

    return with_fetcher(server, scenario)


def test_concurrency_per_host(server):
    assert most_at_once(server, 1) == 1
    assert most_at_once(server, 3) == 3


@pytest.mark.parametrize(
    ("path", "kind", "least", "most"),
    [
        ("/wait/429?after=120", Kind.RATE_LIMITED, 120, 120),
        ("/wait/503?after=120", Kind.RATE_LIMITED, 120, 120),
        ("/wait/429?after=date", Kind.RATE_LIMITED, 590, 600),
        ("/wait/429?after=year", Kind.RATE_LIMITED, MAX_HOLD.seconds, MAX_HOLD.seconds),
        ("/wait/429?after=soon", Kind.RATE_LIMITED, DEFAULT_HOLD.seconds, DEFAULT_HOLD.seconds),
        ("/wait/429", Kind.RATE_LIMITED, DEFAULT_HOLD.seconds, DEFAULT_HOLD.seconds),
    ],
)
def test_retry_after_holds_the_host(server, path, kind, least, most):
    async def scenario(fetcher):
        first = await fetcher.fetch(FetchRequest(url=server.url(path), obey_robots=False))
        second = await fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False))
        other = await fetcher.fetch(
            FetchRequest(url=server.url("/good", "127.0.0.16"), obey_robots=False)
        )
        now[0] += most + 1.0
        later = await fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False))
        return first, second, other, later

    now = [1000.0]
    first, second, other, later = with_fetcher(server, scenario, monotonic=lambda: now[0])
    assert first.kind is kind
    assert timedelta(seconds=least) <= first.retry_after <= timedelta(seconds=most)
    assert second.kind is Kind.RATE_LIMITED
    assert second.status is None
    assert second.retry_after == first.retry_after
    assert isinstance(other, Page)
    assert isinstance(later, Page)
    assert len(server.seen) == 3  # the held request was not sent


def test_503_without_retry_after_holds_nobody(server):
    async def scenario(fetcher):
        first = await fetcher.fetch(FetchRequest(url=server.url("/wait/503"), obey_robots=False))
        second = await fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False))
        return first, second

    first, second = with_fetcher(server, scenario)
    assert first.kind is Kind.HTTP_5XX
    assert isinstance(second, Page)


@pytest.mark.parametrize("path", ["/hang", "/hang-after-headers"])
def test_cancelling_frees_the_host(server, path):
    async def scenario(fetcher):
        hung = asyncio.ensure_future(
            fetcher.fetch(FetchRequest(url=server.url(path), obey_robots=False, timeout=60))
        )
        queued = asyncio.ensure_future(
            fetcher.fetch(FetchRequest(url=server.url("/queued"), obey_robots=False, timeout=60))
        )
        await asyncio.sleep(0.05)
        assert (fetcher.in_flight(), fetcher.waiting()) == (1, 1)
        queued.cancel()
        await asyncio.wait({queued})
        (slot,) = fetcher._crawler.engine.downloader.slots.values()
        assert not slot.queue  # or the host would lose a turn
        hung.cancel()
        await asyncio.wait({hung})
        assert hung.cancelled()
        assert queued.cancelled()
        page = await asyncio.wait_for(
            fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False)), 5
        )
        assert (fetcher.in_flight(), fetcher.waiting()) == (0, 0)
        return page

    assert isinstance(with_fetcher(server, scenario), Page)
    assert server.paths() == [path, "/good"]  # the queued request never left


def test_a_timeout_of_the_caller_stays_the_callers(server):
    async def scenario(fetcher):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetcher.fetch(FetchRequest(url=server.url("/hang"), obey_robots=False))
        return await fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False))

    assert isinstance(with_fetcher(server, scenario), Page)


def test_closing_ends_everything_at_once(server):
    async def scenario():
        tasks = []
        settings = FetchSettings(user_agent=AGENT, allow_hosts=server.allowed, delay=30)
        async with Fetcher(settings) as fetcher:
            tasks += [
                asyncio.ensure_future(fetcher.fetch(FetchRequest(url=server.url(path), **more)))
                for path in ("/hang", "/queued")
                for more in ({"obey_robots": False}, {})
            ]
            server.robots["127.0.0.17"] = ("200 OK", b"", {})
            await asyncio.sleep(0.1)
        with pytest.raises(FetcherClosedError):
            await fetcher.fetch(FetchRequest(url=server.url("/good")))
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(asyncio.wait_for(scenario(), 10))
    assert [type(result) for result in results] == [FetcherClosedError] * 4


def test_a_bug_is_not_taken_for_a_failure(server, monkeypatch):
    def broken(*_args):
        raise KeyError("a bug")

    monkeypatch.setattr("crawler.handler._keep_head", broken)
    with pytest.raises(KeyError):
        fetch_one(server, server.url("/good"))


def test_slots_of_idle_hosts_are_dropped(server):
    async def scenario(fetcher):
        await asyncio.gather(
            *(
                fetcher.fetch(
                    FetchRequest(url=server.url("/good", f"127.0.0.{n}"), obey_robots=False)
                )
                for n in range(11, 21)
            )
        )
        downloader = fetcher._crawler.engine.downloader
        before = len(downloader.slots)
        downloader._slot_gc(age=0)
        return before, len(downloader.slots), len(downloader.per_slot_settings)

    assert with_fetcher(server, scenario) == (10, 0, 0)


def test_one_idle_connection_for_each_host(server):
    async def scenario(fetcher):
        request = FetchRequest(url=server.url("/good"), obey_robots=False, concurrency=4)
        await asyncio.gather(*(fetcher.fetch(request) for _ in range(8)))
        return fetcher._line.connections.idle

    assert with_fetcher(server, scenario) == 1


def test_idle_connections_are_bounded(server):
    async def scenario(fetcher):
        for n in range(11, 21):
            url = server.url("/good", f"127.0.0.{n}")
            await fetcher.fetch(FetchRequest(url=url, obey_robots=False))
        return fetcher._line.connections.idle

    assert with_fetcher(server, scenario, max_idle=4) == 4
