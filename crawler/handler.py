"""Scrapy's download handler for http and https: guarded, bounded in size and time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.http import Response
from yarl import URL

from crawler.classify import StoppedError
from crawler.connections import Connections
from crawler.request import Purpose
from crawler.sniff import looks_like
from crawler.spider import NewsCrawler
from pipeline.model import FailureKind

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_CONNECT_TIMEOUT = 10.0  # seconds for one connect, TLS included
_DRAIN_SIZE = 32 * 1024  # an error's body up to this is read so that its connection can be kept
_DRAIN_TIME = 2.0  # seconds
_KEPT_HEADERS = 64 * 1024  # characters of headers that a page carries on
_SNIFFED = 512  # bytes after which a body that is not compressed is judged

_NEVER = ("video/", "audio/", "image/", "font/", "model/", "multipart/")
_NEVER_EXACTLY = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/x-zip-compressed",
        "application/x-rar-compressed",
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-tar",
        "application/x-bzip2",
        "application/x-xz",
        "application/java-archive",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.android.package-archive",
        "application/x-shockwave-flash",
        "application/x-msdownload",
        "application/wasm",
        "application/epub+zip",
        "application/ogg",
        "text/css",
        "text/calendar",
        "text/vcard",
    }
)
_GZIP_TYPES = frozenset({"application/gzip", "application/x-gzip"})
_IMAGES_THAT_ARE_TEXT = frozenset({"image/svg+xml"})


@dataclass(slots=True, eq=False)
class Exchange:
    """One request on the wire and what came back; carried through Scrapy in ``request.meta``."""

    url: URL
    headers: list[tuple[str, str]]
    purpose: Purpose
    timeout: float  # seconds, from connect to the last byte
    max_size: int  # bytes on the wire
    verify_tls: bool
    # What came back:
    status: int = 0
    answer: dict[str, str] = field(default_factory=dict)  # headers, names in lower case
    set_cookies: list[str] = field(default_factory=list)
    body: bytes = b""
    elapsed: float = 0.0  # seconds on the wire
    in_body: bool = False  # the headers had arrived when it ended
    received: int = 0  # bytes of the body
    # Who works on it, so that it can be given up:
    task: asyncio.Task[object] | None = None
    given_up: bool = False


META: Final = "exchange"


@dataclass(slots=True, eq=False)
class Line:
    """What the fetcher shares with its handlers; reaches them as ``crawler.line``."""

    connections: Connections
    free: asyncio.Semaphore  # one for each request that may be on the wire
    in_flight: int = 0


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """Sends what Scrapy's downloader hands it through the fetcher's own connections.

    Scrapy's handler is the parent for its place in the downloader; its session is not used, since
    it neither verifies certificates nor sees addresses, and sends a signal for every chunk.
    """

    # The parent warns of itself on every start; this one is tested with the release we pin.
    experimental = False

    def __init__(self, crawler: Crawler) -> None:
        super(AiohttpDownloadHandler, self).__init__(crawler)  # without the parent's session
        assert isinstance(crawler, NewsCrawler)
        self._line = crawler.line
        self._crawler = crawler

    async def download_request(self, request: Request) -> Response:
        """Carry out the request's ``Exchange``.

        Raises:
            StoppedError: we ended it (size, type, address, time).
            aiohttp.ClientError, OSError: what the net did.
        """
        exchange: Exchange = request.meta[META]
        if exchange.given_up:
            raise StoppedError(FailureKind.TIMEOUT, "given up while waiting for its turn")
        exchange.task = asyncio.current_task()
        async with self._line.free:
            # The wait for the semaphore must not eat up the host's delay.
            slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
            if slot is not None:
                slot.lastseen = time.monotonic()
            began = time.monotonic()
            self._line.in_flight += 1
            try:
                await self._exchange(exchange)
            finally:
                self._line.in_flight -= 1
                exchange.elapsed = time.monotonic() - began
                exchange.task = None
        return Response(request.url, status=exchange.status)

    async def _exchange(self, exchange: Exchange) -> None:
        try:
            async with asyncio.timeout(exchange.timeout):
                response = await self._line.connections.get(
                    exchange.url,
                    exchange.headers,
                    verify_tls=exchange.verify_tls,
                    connect_limit=min(_CONNECT_TIMEOUT, exchange.timeout),
                )
                async with response:
                    exchange.in_body = True
                    _keep_head(exchange, response)
                    if 200 <= exchange.status < 300:
                        await _read(exchange, response)
                    else:
                        await _drain(response)
        except TimeoutError as error:
            if isinstance(error, aiohttp.ClientError):
                raise  # the connect timed out, which says so better
            raise StoppedError(FailureKind.TIMEOUT, _late(exchange)) from error

    async def close(self) -> None:
        """Nothing: the connections belong to the fetcher, which closes them."""


def _late(exchange: Exchange) -> str:
    limit = f"within {exchange.timeout:g} s"
    if not exchange.in_body:
        return f"no answer {limit}"
    return f"answer not complete {limit}, {exchange.received} bytes came"


def _keep_head(exchange: Exchange, response: aiohttp.ClientResponse) -> None:
    exchange.status = response.status
    kept: dict[str, str] = {}
    room = _KEPT_HEADERS
    for name, text in response.headers.items():
        key = name.lower()
        value = text if text.isascii() else _printable(text)
        if key == "set-cookie":
            exchange.set_cookies.append(value)
            continue  # no use to readers of a page, and not ours to keep
        room -= len(key) + len(value)
        if room < 0:
            break
        kept[key] = f"{kept[key]}, {value}" if key in kept else value
    if "location" in kept:  # two Locations joined would be a new address
        kept["location"] = _location(response)
    exchange.answer = kept


def _printable(value: str) -> str:
    """aiohttp keeps bytes that are no UTF-8 as lone surrogates, which no file or screen takes."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _location(response: aiohttp.ClientResponse) -> str:
    """The first Location; bytes that are no UTF-8 percent-encoded, not guessed at."""
    value: str = response.headers["Location"]
    if value.isascii():
        return value
    return "".join(f"%{ord(c) - 0xDC00:02X}" if 0xDC80 <= ord(c) <= 0xDCFF else c for c in value)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read a short body that nobody wants, so that the connection can be used again."""
    length = response.content_length
    if length is None or length > _DRAIN_SIZE:
        response.close()
        return
    try:
        async with asyncio.timeout(_DRAIN_TIME):
            await response.read()
    except (TimeoutError, aiohttp.ClientError, OSError):
        response.close()


async def _read(exchange: Exchange, response: aiohttp.ClientResponse) -> None:
    """Read the body, refusing what we could not use as early as it shows."""
    declared = exchange.answer.get("content-type", "")
    encoded = exchange.answer.get("content-encoding", "").lower() not in ("", "identity")
    whole = exchange.purpose != "robots"  # of robots.txt the first part will do
    if whole:
        refuse_type(declared, exchange.purpose)
        length = response.content_length
        if length is not None and length > exchange.max_size:
            raise StoppedError(
                FailureKind.TOO_LARGE, f"{length} bytes announced, at most {exchange.max_size}"
            )
    chunks: list[bytes] = []
    judged = encoded or not whole
    async for chunk in response.content.iter_any():
        exchange.received += len(chunk)
        chunks.append(chunk)
        if not judged and exchange.received >= _SNIFFED:
            judged = True
            refuse_bytes(b"".join(chunks), declared, exchange.purpose)
        if exchange.received > exchange.max_size:
            if whole:
                raise StoppedError(FailureKind.TOO_LARGE, f"over {exchange.max_size} bytes")
            break
    body = b"".join(chunks)
    if not judged:
        refuse_bytes(body, declared, exchange.purpose)
    exchange.body = body if whole else body[: exchange.max_size]


def refuse_type(content_type: str, purpose: Purpose) -> None:
    """Raise StoppedError if a Content-Type header rules out that the body is of use."""
    name = content_type.partition(";")[0].strip().lower()
    if name in _IMAGES_THAT_ARE_TEXT or name in _GZIP_TYPES:
        refused = purpose == "page"
    else:
        refused = name.startswith(_NEVER) or name in _NEVER_EXACTLY
    if refused:
        kind = FailureKind.NOT_A_FEED if purpose == "feed" else FailureKind.NOT_HTML
        raise StoppedError(kind, f"the answer is {name[:80]}")


def refuse_bytes(head: bytes, content_type: str, purpose: Purpose) -> None:
    """Raise StoppedError if the first bytes of a body are binary, whatever its type says.

    A gzipped sitemap is binary and wanted.
    """
    if purpose == "feed" and head.startswith(b"\x1f\x8b"):
        return
    if looks_like(head, content_type) == "binary":
        kind = FailureKind.NOT_A_FEED if purpose == "feed" else FailureKind.NOT_HTML
        raise StoppedError(kind, f"binary data sent as {content_type[:80] or 'no type'}")
