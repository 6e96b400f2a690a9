"""No redirect, name or spelling leads to an address that is not allowed; redirects are bounded."""

import asyncio
import socket
from urllib.parse import quote

import pytest
from aiohttp.abc import AbstractResolver

from crawler.fetch import FetchRequest
from crawler.redirects import MAX_REDIRECTS
from pipeline.model import Failure, Page
from pipeline.model import FailureKind as Kind
from tests.fetching import fetch_one, with_fetcher
from tests.hostile import ARTICLE, FORBIDDEN_HOST, HOST, HostileServer, hostile_targets

TARGETS = list(hostile_targets(HostileServer()))


@pytest.fixture(scope="module")
def server():
    with HostileServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_canary(server):
    server.reset()
    yield
    assert server.canary == 0


@pytest.mark.parametrize("name", TARGETS)
def test_redirects_to_forbidden_places(server, name):
    result = fetch_one(server, server.url(f"/to/{name}"))
    assert isinstance(result, Failure)
    assert result.kind in (Kind.REFUSED, Kind.BAD_URL, Kind.DNS), result
    assert server.paths() == [f"/to/{name}"]


@pytest.mark.parametrize("name", TARGETS)
def test_forbidden_places_asked_for_directly(server, name):
    url = hostile_targets(server)[name]
    result = fetch_one(server, f"http:{url}" if url.startswith("//") else url)
    assert isinstance(result, Failure)
    assert result.kind in (Kind.REFUSED, Kind.BAD_URL, Kind.DNS), result
    assert server.seen == []


def test_robots_txt_of_a_forbidden_host_is_not_asked_for(server):
    url = f"http://{FORBIDDEN_HOST}:{server.port}/canary"
    result = fetch_one(server, url, obey_robots=True)
    assert result.kind is Kind.REFUSED
    assert server.seen == []


def test_robots_txt_that_redirects_to_a_forbidden_host(server):
    target = f"http://{FORBIDDEN_HOST}:{server.port}/canary"
    server.robots["127.0.0.11"] = ("302 Found", b"", {"location": target})
    result = fetch_one(server, server.url("/good", "127.0.0.11"), obey_robots=True)
    assert result.kind is Kind.REFUSED
    assert server.paths() == ["/robots.txt"]


def test_meta_refresh_is_not_followed(server):
    page = fetch_one(server, server.url("/meta-refresh"))
    assert isinstance(page, Page)
    assert page.body.endswith(ARTICLE)


class Resolver(AbstractResolver):
    """Gives the next of its answers at each question."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def resolve(self, host, port=0, family=socket.AF_INET):
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in answer
        ]

    async def close(self):
        pass


def by_name(server, resolver, name="news.example", allow=(), path="/good", **settings):
    async def scenario(fetcher):
        url = f"http://{name}:{server.port}{path}"
        return await fetcher.fetch(FetchRequest(url=url, obey_robots=False))

    return with_fetcher(server, scenario, resolver=resolver, allow_hosts=allow, **settings)


def test_a_public_name_for_a_private_address(server):
    result = by_name(server, Resolver([FORBIDDEN_HOST]))
    assert result.kind is Kind.REFUSED
    assert FORBIDDEN_HOST in result.message


def test_an_allowed_name_is_connected_to(server):
    allow = (f"news.example:{server.port}",)
    assert isinstance(by_name(server, Resolver([HOST]), allow=allow), Page)


def test_rebinding_the_name_between_two_requests(server):
    """The first answer is allowed, the second is not; what counts is the address connected to."""
    resolver = Resolver([HOST], [FORBIDDEN_HOST])

    async def scenario(fetcher):
        results = []
        for _ in range(2):
            url = f"http://rebind.example:{server.port}/status/200"  # closes its connection
            results.append(await fetcher.fetch(FetchRequest(url=url, obey_robots=False)))
        return results

    allow = (f"{HOST}:{server.port}",)
    first, second = with_fetcher(server, scenario, resolver=resolver, allow_hosts=allow, dns_ttl=0)
    assert isinstance(first, Page)
    assert second.kind is Kind.REFUSED
    assert len(resolver.asked) == 2


def test_all_addresses_of_a_name_are_checked(server):
    """The private one comes first: it is skipped, and the allowed one is used."""
    allow = (f"{HOST}:{server.port}",)
    resolver = Resolver([FORBIDDEN_HOST, "10.0.0.1", HOST])
    page = by_name(server, resolver, allow=allow)
    assert isinstance(page, Page)
    assert [seen.host for seen in server.seen] == [HOST]


def test_a_dead_address_falls_over_to_the_next(server):
    allow = (f"{HOST}:{server.port}", f"127.0.0.99:{server.port}")  # nothing listens on .99
    assert isinstance(by_name(server, Resolver(["127.0.0.99", HOST]), allow=allow), Page)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_kept(server, status):
    url = server.url(f"/redirect/{status}?to=/good%23part")
    page = fetch_one(server, url)
    assert isinstance(page, Page)
    assert page.url == server.url("/good")
    assert page.requested_url == url
    assert page.redirects == (url,)


def test_redirect_chains_up_to_the_limit(server):
    page = fetch_one(server, server.url(f"/chain/{MAX_REDIRECTS}"))
    assert isinstance(page, Page)
    assert len(page.redirects) == MAX_REDIRECTS
    assert page.url == server.url("/chain/0")
    result = fetch_one(server, server.url(f"/chain/{MAX_REDIRECTS + 1}"))
    assert result.kind is Kind.REDIRECTS


@pytest.mark.parametrize(
    ("path", "requests"),
    [("/loop", 1), ("/ping", 2), ("/forever", MAX_REDIRECTS + 1), ("/no-location", 1)],
)
def test_redirects_that_lead_nowhere(server, path, requests):
    result = fetch_one(server, server.url(path))
    assert isinstance(result, Failure)
    assert result.kind is Kind.REDIRECTS
    assert len(server.seen) == requests


def test_location_in_raw_bytes(server):
    page = fetch_one(server, server.url("/latin-location"))
    assert isinstance(page, Page)
    assert page.url == server.url("/latin-location/caf%E9")


def test_validators_go_to_the_first_hop_only(server):
    url = server.url("/redirect/302?to=/feed")
    page = fetch_one(server, url, etag='"one"', last_modified="x")
    assert isinstance(page, Page)
    assert page.status == 200
    assert "if-none-match" in server.seen[0].headers
    assert "if-none-match" not in server.seen[1].headers
    assert "if-modified-since" not in server.seen[1].headers


def test_cookie_wall(server):
    page = fetch_one(server, server.url("/cookie-wall"))
    assert isinstance(page, Page)
    assert server.seen[-1].headers["cookie"] == "consent=yes; lang=en"


def test_cookie_flood_is_bounded(server):
    result = fetch_one(server, server.url("/cookie-flood"))
    assert result.kind is Kind.REDIRECTS
    assert max(len(seen.headers.get("cookie", "")) for seen in server.seen) <= 8192


def test_cookies_end_with_the_chain_unless_wanted(server):
    async def scenario(fetcher):
        for keep in (False, True, True):
            url = server.url("/cookie-wall")
            await fetcher.fetch(FetchRequest(url=url, obey_robots=False, cookies=keep))
        return [seen.headers.get("cookie") for seen in server.seen]

    kept = "consent=yes; lang=en"
    assert with_fetcher(server, scenario) == [None, kept, None, kept, kept]


def test_cookies_do_not_cross_hosts(server):
    async def scenario(fetcher):
        wall = server.url("/cookie-wall")
        await fetcher.fetch(FetchRequest(url=wall, obey_robots=False, cookies=True))
        other = server.url(f"/redirect/302?to={quote(server.url('/good', '127.0.0.12'))}")
        await fetcher.fetch(FetchRequest(url=other, obey_robots=False, cookies=True))
        return server.seen[-2].headers.get("cookie"), server.seen[-1].headers.get("cookie")

    assert with_fetcher(server, scenario) == ("consent=yes; lang=en", None)


def test_every_hop_waits_in_the_slot_of_its_own_host(server):
    """A redirect to a busy host waits there, while the first host is free again."""

    async def scenario(fetcher):
        busy = asyncio.ensure_future(
            fetcher.fetch(
                FetchRequest(url=server.url("/hang", "127.0.0.12"), obey_robots=False, timeout=0.3)
            )
        )
        await asyncio.sleep(0.05)
        url = server.url(f"/redirect/302?to={quote(server.url('/good', '127.0.0.12'))}")
        hopping = asyncio.ensure_future(fetcher.fetch(FetchRequest(url=url, obey_robots=False)))
        first = await fetcher.fetch(FetchRequest(url=server.url("/good"), obey_robots=False))
        assert not hopping.done()
        return first, await hopping, await busy

    first, hopped, busy = with_fetcher(server, scenario)
    assert isinstance(first, Page)
    assert isinstance(hopped, Page)
    assert busy.kind is Kind.TIMEOUT
