"""Every trouble of network and HTTP ends as its own kind of failure, in bounded time and memory."""

import asyncio
import gc
import socket
import sys
import threading
import time

import psutil
import pytest

from crawler.decode import decode_body
from crawler.fetch import FetchRequest
from pipeline.model import Failure, Page
from pipeline.model import FailureKind as Kind
from tests.fetching import fetch_one, with_fetcher
from tests.hostile import ARTICLE, FEED, HostileServer, bombs


@pytest.fixture(scope="module")
def server():
    with HostileServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh(server):
    server.reset()
    yield
    assert server.canary == 0


def test_a_good_page(server):
    page = fetch_one(server, server.url("/good?x=1#part"))
    assert isinstance(page, Page)
    assert page.body == ARTICLE
    assert page.status == 200
    assert page.url == server.url("/good?x=1")
    assert page.requested_url == server.url("/good?x=1#part")
    assert page.redirects == ()
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 0 < page.elapsed < 3
    (seen,) = server.seen
    assert seen.path == "/good?x=1"
    assert seen.headers["user-agent"] == "news-monitor/0.1 (+desk@example.org)"
    assert seen.headers["accept-encoding"] == "gzip, br, zstd, deflate"
    assert not {"authorization", "cookie", "referer", "if-none-match"} & set(seen.headers)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/rst-before", Kind.CONNECT),
        ("/close-before", Kind.CONNECT),
        ("/rst-mid", Kind.TRUNCATED),
        ("/short", Kind.TRUNCATED),
        ("/bad-chunk", Kind.TRUNCATED),
        ("/cut-chunk", Kind.TRUNCATED),
        ("/not-http", Kind.PROTOCOL),
        ("/negative-length", Kind.PROTOCOL),
        ("/two-lengths", Kind.PROTOCOL),
        ("/long-header", Kind.PROTOCOL),
        ("/many-headers", Kind.PROTOCOL),
        ("/huge-length", Kind.TOO_LARGE),
        ("/endless", Kind.TOO_LARGE),
        ("/endless?type=video/mp4", Kind.NOT_HTML),
        ("/pdf", Kind.NOT_HTML),
        ("/pdf-as-html", Kind.NOT_HTML),
        ("/random-as-html", Kind.NOT_HTML),
        ("/empty", Kind.EMPTY),
        ("/304", Kind.PROTOCOL),
        ("/status/204", Kind.EMPTY),
        ("/status/206", Kind.TRUNCATED),
        ("/status/300", Kind.PROTOCOL),
        ("/status/403", Kind.BLOCKED),
        ("/status/404", Kind.GONE),
        ("/status/410", Kind.GONE),
        ("/status/418", Kind.HTTP_4XX),
        ("/status/500", Kind.HTTP_5XX),
        ("/status/599", Kind.HTTP_5XX),
        ("/status/999", Kind.BLOCKED),
        ("/status/200?cf-mitigated=challenge", Kind.BLOCKED),
        ("/status/404?content-type=image/png", Kind.GONE),
    ],
)
def test_faults(server, path, kind):
    result = fetch_one(server, server.url(path), max_size=1_000_000)
    assert isinstance(result, Failure)
    assert result.kind is kind, result.message
    assert result.url == server.url(path)
    assert result.message
    assert "\n" not in result.message


@pytest.mark.parametrize("path", ["/hang", "/hang-after-headers", "/drip", "/drip-headers"])
def test_the_whole_exchange_has_one_time_limit(server, path):
    began = time.monotonic()
    result = fetch_one(server, server.url(path), timeout=0.4)
    assert isinstance(result, Failure)
    assert result.kind is Kind.TIMEOUT
    assert "0.4 s" in result.message
    assert time.monotonic() - began < 5


def test_a_hanging_host_keeps_no_other_waiting(server):
    async def scenario(fetcher):
        hung = asyncio.ensure_future(
            fetcher.fetch(FetchRequest(url=server.url("/hang"), obey_robots=False, timeout=30))
        )
        await asyncio.sleep(0.05)
        assert fetcher.in_flight() == 1
        page = await asyncio.wait_for(
            fetcher.fetch(FetchRequest(url=server.url("/good", "127.0.0.11"), obey_robots=False)),
            5,
        )
        hung.cancel()
        return page

    assert isinstance(with_fetcher(server, scenario), Page)


def test_nothing_listens(server):
    result = fetch_one(server, f"http://127.0.0.1:{_free_port()}/", obey_robots=False)
    assert isinstance(result, Failure)
    assert result.kind is Kind.REFUSED  # not on the allow list

    async def scenario(fetcher):
        url = f"http://127.0.0.1:{port}/"
        return await fetcher.fetch(FetchRequest(url=url, obey_robots=False))

    port = _free_port()
    result = with_fetcher(server, scenario, allow_hosts=(f"127.0.0.1:{port}",))
    assert result.kind is Kind.CONNECT
    assert "refused" in result.message.lower()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 63 + "." + "b" * 63 + ".invalid"])
def test_unknown_host(server, host):
    result = fetch_one(server, f"http://{host}/")
    assert isinstance(result, Failure)
    assert result.kind is Kind.DNS, result.message


@pytest.mark.parametrize(
    "url", ["", "news", "file:///etc/passwd", "http://", "http://a b/", "//x/y"]
)
def test_bad_urls(server, url):
    result = fetch_one(server, url)
    assert isinstance(result, Failure)
    assert result.kind is Kind.BAD_URL
    assert server.seen == []


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate"])
def test_encodings_stay_on_the_body(server, name):
    page = fetch_one(server, server.url(f"/encoded/{name}"))
    assert isinstance(page, Page)
    encoding = page.headers["content-encoding"]
    assert decode_body(page.body, encoding, max_size=100_000) == ARTICLE


@pytest.mark.parametrize("name", list(bombs()))
def test_bombs_are_fetched_closed(server, name):
    page = fetch_one(server, server.url(f"/bomb/{name}"))
    assert isinstance(page, Page)
    assert page.body == bombs()[name][1]


def test_wanted_whatever_their_type_says(server):
    html = fetch_one(server, server.url("/html-as-binary"))
    assert isinstance(html, Page)
    assert html.body == ARTICLE
    feed = fetch_one(server, server.url("/feed-gz"), purpose="feed")
    assert isinstance(feed, Page)
    as_page = fetch_one(server, server.url("/feed-gz"), purpose="page")
    assert isinstance(as_page, Failure)
    as_feed = fetch_one(server, server.url("/pdf"), purpose="feed")
    assert isinstance(as_feed, Failure)
    assert as_feed.kind is Kind.NOT_A_FEED


def test_odd_headers_are_kept_as_clean_text(server):
    page = fetch_one(server, server.url("/odd-headers"))
    assert isinstance(page, Page)
    assert page.headers["x-name"] == "caf\ufffd"
    assert len(page.headers["content-security-policy"]) == 12_000
    " ".join(page.headers.values()).encode()


def test_conditional_get(server):
    first = fetch_one(server, server.url("/feed"), purpose="feed")
    assert isinstance(first, Page)
    assert first.body == FEED
    second = fetch_one(
        server,
        server.url("/feed"),
        purpose="feed",
        etag=first.headers["etag"],
        last_modified="Sun, 01 Mar 2026 12:00:00 GMT",
    )
    assert isinstance(second, Page)
    assert second.not_modified
    assert second.body == b""
    assert server.seen[-1].headers["if-none-match"] == '"one"'
    assert server.seen[-1].headers["if-modified-since"] == "Sun, 01 Mar 2026 12:00:00 GMT"


def test_validators_with_line_breaks_are_not_sent(server):
    page = fetch_one(server, server.url("/feed"), etag='"a"\r\nX-Evil: 1', last_modified="x\ny")
    assert isinstance(page, Page)
    assert not {"x-evil", "if-none-match", "if-modified-since"} & set(server.seen[-1].headers)


def test_an_etag_that_lies_hides_nothing(server):
    bodies = {
        fetch_one(server, server.url("/lying-etag"), purpose="feed", etag='"same"').body
        for _ in range(2)
    }
    assert len(bodies) == 2


def test_tls_is_verified_unless_the_request_says_otherwise(server):
    refused = fetch_one(server, server.tls_url("/good"))
    assert isinstance(refused, Failure)
    assert refused.kind is Kind.TLS
    trusted = fetch_one(server, server.tls_url("/good"), verify_tls=False)
    assert isinstance(trusted, Page)
    elsewhere = fetch_one(
        server,
        server.url(f"/redirect/302?to={server.tls_url('/good')}", "127.0.0.11"),
        verify_tls=False,
    )
    assert isinstance(elsewhere, Failure)
    assert elsewhere.kind is Kind.TLS


def test_unverified_connections_are_not_used_for_verified_requests(server):
    async def scenario(fetcher):
        url = server.tls_url("/good")
        await fetcher.fetch(FetchRequest(url=url, obey_robots=False, verify_tls=False))
        return await fetcher.fetch(FetchRequest(url=url, obey_robots=False))

    assert with_fetcher(server, scenario).kind is Kind.TLS


def test_plain_http_to_a_tls_port(server):
    wrong = server.tls_url("/good").replace("https:", "http:")
    assert fetch_one(server, wrong).kind in (Kind.CONNECT, Kind.PROTOCOL)


class Watch:
    """The highest memory use of this process, over what it had, while a scenario runs."""

    def __enter__(self):
        gc.collect()
        self.process = psutil.Process()
        self.start = self.peak = self.process.memory_info().rss
        self.on = True
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def _look(self):
        while self.on:
            self.peak = max(self.peak, self.process.memory_info().rss)
            time.sleep(0.005)

    def __exit__(self, *_):
        self.on = False
        self.thread.join()

    @property
    def grown(self):
        return self.peak - self.start


def test_a_huge_body_costs_its_limit(server):
    limit = 4 * 1024 * 1024
    with Watch() as watch:
        result = fetch_one(server, server.url("/endless?mb=1024"), max_size=limit, timeout=30)
    assert isinstance(result, Failure)
    assert result.kind is Kind.TOO_LARGE
    assert watch.grown < 8 * limit


@pytest.mark.skipif(sys.platform != "linux", reason="counts open files")
def test_no_connection_is_left_behind(server):
    paths = ["/good", "/short", "/rst-mid", "/status/500", "/pdf", "/chain/2", "/endless", "/304"]

    async def scenario(fetcher):
        async def round_of_all():
            hosts = ["127.0.0.1", *(f"127.0.0.{n}" for n in range(11, 15))]
            await asyncio.gather(
                *(
                    fetcher.fetch(
                        FetchRequest(
                            url=server.url(path, host), obey_robots=False, max_size=200_000
                        )
                    )
                    for path in paths
                    for host in hosts
                )
            )
            await asyncio.sleep(0.05)
            return sum(
                connection.status == "ESTABLISHED" and connection.raddr.port == server.port
                for connection in psutil.Process().net_connections("tcp4")
            )

        await round_of_all()
        before = psutil.Process().num_fds()
        established = [await round_of_all() for _ in range(6)]
        return before, psutil.Process().num_fds(), established

    before, after, established = with_fetcher(server, scenario)
    assert after <= before + 10  # both ends of every connection are in this process
    assert max(established) <= 5  # at most one idle connection for each host
