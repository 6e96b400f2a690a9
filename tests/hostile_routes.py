"""Routes of the hostile server: connections, HTTP, encodings, types and validators gone wrong."""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import brotli
from backports import zstd

from tests.hostile_talk import ARTICLE, BOMB_SIZE, FEED, PARAGRAPH, Talk, route


def missing(talk: Talk) -> None:
    talk.reply(b"<html>nothing here</html>", "404 Not Found")


# --- plain answers


@route("/good")
def _good(talk: Talk) -> None:
    talk.reply()


@route("/canary")
def _canary(talk: Talk) -> None:
    talk.reply(b"canary")


@route("/feed")
def _feed(talk: Talk) -> None:
    if talk.seen.headers.get("if-none-match") == '"one"':
        talk.head("304 Not Modified", ETag='"one"')
    else:
        talk.reply(FEED, content_type="application/rss+xml", ETag='"one"')


@route("/robots.txt")
def _robots(talk: Talk) -> None:
    status, body, headers = talk.server.robots.get(talk.seen.host, ("404 Not Found", b"none", {}))
    talk.reply(body, status, **({"content_type": "text/plain"} | headers))


@route("/status")
def _status(talk: Talk) -> None:
    """/status/<code>?header=value…: an article under any status."""
    code = talk.seen.path.partition("?")[0].rpartition("/")[2]
    if code in ("204", "205", "304"):
        talk.head(f"{code} Whatever", content_length="0", **talk.query)
    else:
        talk.reply(ARTICLE, f"{code} Whatever", **talk.query)


@route("/error")
def _error(talk: Talk) -> None:
    talk.reply(b"broken", "500 Internal Server Error")


# --- the connection breaks


@route("/rst-before")
def _rst_before(talk: Talk) -> None:
    talk.reset()


@route("/close-before")
def _close_before(talk: Talk) -> None:
    talk.writer.close()


@route("/rst-mid")
async def _rst_mid(talk: Talk) -> None:
    talk.head(content_length="100000")
    talk.raw(ARTICLE)
    await talk.writer.drain()
    await asyncio.sleep(0.05)
    talk.reset()


@route("/short")
def _short(talk: Talk) -> None:
    talk.head(content_length=str(len(ARTICLE) + 500))
    talk.raw(ARTICLE)
    talk.writer.close()


@route("/fails-twice")
def _fails_twice(talk: Talk) -> None:
    if talk.server.count("fails-twice") <= 2:
        talk.reset()
    else:
        talk.reply()


# --- the answer does not come, or not to its end


@route("/hang")
async def _hang(_talk: Talk) -> None:
    await asyncio.sleep(3600)


@route("/hang-after-headers")
async def _hang_after_headers(talk: Talk) -> None:
    talk.head(content_length="1000")
    await asyncio.sleep(3600)


@route("/drip")
async def _drip(talk: Talk) -> None:
    talk.head(content_length="1000000")
    while True:
        talk.raw(b"x")
        await talk.writer.drain()
        await asyncio.sleep(0.02)


@route("/drip-headers")
async def _drip_headers(talk: Talk) -> None:
    talk.raw(b"HTTP/1.1 200 OK\r\n")
    while True:
        talk.raw(b"X-More: 1\r\n")
        await talk.writer.drain()
        await asyncio.sleep(0.05)


@route("/endless")
async def _endless(talk: Talk) -> None:
    """?type=…: a body without end, or of ?mb=… megabytes."""
    talk.head(content_type=talk.query.get("type", "text/html"))
    left = int(talk.query.get("mb", "1000000"))
    block = (PARAGRAPH.encode() * 400)[: 64 * 1024]
    while left > 0:
        for _ in range(16):
            talk.raw(block)
            await talk.writer.drain()
        left -= 1
    talk.writer.close()


# --- not proper HTTP


@route("/not-http")
def _not_http(talk: Talk) -> None:
    talk.raw(b"SSH-2.0-OpenSSH_9.9\r\nhello\r\n\r\n")
    talk.writer.close()


@route("/bad-chunk")
def _bad_chunk(talk: Talk) -> None:
    talk.head(transfer_encoding="chunked")
    talk.raw(b"800\r\n" + ARTICLE[:0x800] + b"\r\nZZZ\r\nmore")
    talk.writer.close()


@route("/cut-chunk")
def _cut_chunk(talk: Talk) -> None:
    talk.head(transfer_encoding="chunked")
    talk.raw(b"10000\r\n" + ARTICLE)
    talk.writer.close()


@route("/huge-length")
async def _huge_length(talk: Talk) -> None:
    talk.head(content_length=str(10**12))
    talk.raw(ARTICLE)
    await asyncio.sleep(3600)


@route("/negative-length")
def _negative_length(talk: Talk) -> None:
    talk.head(content_length="-5")
    talk.raw(ARTICLE)
    talk.writer.close()


@route("/two-lengths")
def _two_lengths(talk: Talk) -> None:
    talk.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 4000\r\n\r\n" + ARTICLE)
    talk.writer.close()


@route("/long-header")
def _long_header(talk: Talk) -> None:
    talk.reply(X_Long="a" * 1_000_000)


@route("/many-headers")
def _many_headers(talk: Talk) -> None:
    talk.raw(b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 20_000 + b"\r\n" + ARTICLE)
    talk.writer.close()


@route("/odd-headers")
def _odd_headers(talk: Talk) -> None:
    """Bytes that are no UTF-8, and a long security policy as real sites send it."""
    length = len(ARTICLE)
    talk.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Name: caf\xe9\r\n"
        b"Content-Security-Policy: "
        + b"a" * 12_000
        + f"\r\nContent-Length: {length}\r\n\r\n".encode()
        + ARTICLE
    )


# --- Content-Encoding


@cache
def bombs() -> dict[str, tuple[str, bytes]]:
    """By name: a Content-Encoding, and a small body that opens to ``BOMB_SIZE``."""
    zeros = bytes(BOMB_SIZE)
    squeezed = gzip.compress(zeros, 9)
    deflate = zlib.compress(zeros, 9)
    return {
        "gzip": ("gzip", squeezed),
        "deflate": ("deflate", deflate),
        "raw-deflate": ("deflate", deflate[2:-4]),
        "br": ("br", brotli.compress(zeros, quality=1)),
        "zstd": ("zstd", zstd.compress(zeros)),
        "nested": ("gzip, gzip", gzip.compress(squeezed)),
        "members": ("gzip", gzip.compress(b"x" * 100) * 20_000),
    }


@route("/bomb")
def _bomb(talk: Talk) -> None:
    """/bomb/<name>"""
    encoding, body = bombs()[talk.seen.path.rpartition("/")[2]]
    talk.reply(body, content_encoding=encoding)


@route("/encoded")
def _encoded(talk: Talk) -> None:
    """/encoded/<gzip|br|zstd|deflate>: a good page."""
    name = talk.seen.path.rpartition("/")[2]
    pack = {
        "gzip": gzip.compress,
        "br": brotli.compress,
        "zstd": zstd.compress,
        "deflate": zlib.compress,
    }[name]
    talk.reply(pack(ARTICLE), content_encoding=name)


@route("/cut-gzip")
def _cut_gzip(talk: Talk) -> None:
    talk.reply(gzip.compress(ARTICLE)[:-60], content_encoding="gzip")


@route("/not-gzip")
def _not_gzip(talk: Talk) -> None:
    talk.reply(ARTICLE, content_encoding="gzip")


@route("/unknown-encoding")
def _unknown_encoding(talk: Talk) -> None:
    talk.reply(ARTICLE, content_encoding="x-unknown")


# --- types


@route("/pdf-as-html")
def _pdf_as_html(talk: Talk) -> None:
    talk.reply(b"%PDF-1.7\n" + random.Random(1).randbytes(4000))


@route("/random-as-html")
def _random_as_html(talk: Talk) -> None:
    talk.reply(random.Random(2).randbytes(4000))


@route("/html-as-binary")
def _html_as_binary(talk: Talk) -> None:
    talk.reply(ARTICLE, content_type="application/octet-stream")


@route("/pdf")
def _pdf(talk: Talk) -> None:
    talk.reply(b"%PDF-1.7\n", content_type="application/pdf")


@route("/feed-gz")
def _feed_gz(talk: Talk) -> None:
    talk.reply(gzip.compress(FEED), content_type="application/x-gzip")


@route("/empty")
def _empty(talk: Talk) -> None:
    talk.reply(b"")


# --- validators and waiting


@route("/304")
def _unasked_304(talk: Talk) -> None:
    talk.head("304 Not Modified")


@route("/lying-etag")
def _lying_etag(talk: Talk) -> None:
    """A new body each time under one ETag, and never 304."""
    number = talk.server.count("lying-etag")
    talk.reply(FEED.replace(b"Harbour", b"Harbour %d" % number), ETag='"same"')


@route("/wait")
def _wait(talk: Talk) -> None:
    """/wait/<status>?after=…: Retry-After as given; ``date`` and ``year`` are written out."""
    status = talk.seen.path.partition("?")[0].rpartition("/")[2]
    after = talk.query.get("after")
    now = datetime.now(UTC)
    named = {"date": now + timedelta(minutes=10), "year": now + timedelta(days=365)}
    if after in named:
        after = format_datetime(named[after], usegmt=True)
    headers = {"retry_after": after} if after is not None else {}
    talk.reply(b"slow down", f"{status} Wait", **headers)
