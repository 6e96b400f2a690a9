"""Exceptions, statuses and headers become the right kind of failure, and none is forgotten."""

import asyncio
import errno
import socket
import ssl
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import http_exceptions
from scrapy import exceptions as scrapy_errors

from crawler.classify import (
    KINDS,
    StoppedError,
    bot_wall,
    describe,
    failure_kind,
    status_kind,
)
from pipeline.model import FailureKind as Kind

KEY = SimpleNamespace(host="news.example", port=443, is_ssl=True, ssl=True)


def descendants(parent):
    for child in parent.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_error_of_the_http_library_has_a_kind():
    known = {aiohttp.ClientError, http_exceptions.HttpProcessingError}
    errors = {child for parent in known for child in descendants(parent)}
    assert len(errors) > 25
    forgotten = {error.__name__ for error in errors if not any(up in KINDS for up in error.__mro__)}
    assert not forgotten


def test_every_download_error_of_scrapy_has_a_kind():
    names = [name for name in vars(scrapy_errors) if name.endswith("Error")]
    names = [name for name in names if name != "UsageError"]
    assert len(names) >= 7
    for name in names:
        assert getattr(scrapy_errors, name) in KINDS, name


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, OSError("no address")), Kind.DNS),
        (socket.gaierror(-2, "Name or service not known"), Kind.DNS),
        (aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "refused")), Kind.CONNECT),
        (aiohttp.ClientConnectorSSLError(KEY, OSError("bad record")), Kind.TLS),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("x")),
            Kind.TLS,
        ),
        (ssl.SSLCertVerificationError("self-signed"), Kind.TLS),
        (aiohttp.ServerDisconnectedError(), Kind.CONNECT),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Kind.CONNECT),
        (BrokenPipeError(errno.EPIPE, "pipe"), Kind.CONNECT),
        (OSError(errno.EHOSTUNREACH, "no route"), Kind.CONNECT),
        (OSError(errno.EMFILE, "too many open files"), Kind.CONNECT),
        (TimeoutError(), Kind.TIMEOUT),
        (aiohttp.ConnectionTimeoutError(), Kind.TIMEOUT),
        (aiohttp.SocketTimeoutError(), Kind.TIMEOUT),
        (aiohttp.ClientPayloadError("short"), Kind.TRUNCATED),
        (asyncio.IncompleteReadError(b"", 5), Kind.TRUNCATED),
        (http_exceptions.BadStatusLine("SSH-2.0"), Kind.PROTOCOL),
        (http_exceptions.LineTooLong(b"x", 8190), Kind.PROTOCOL),
        (aiohttp.InvalidURL("x"), Kind.BAD_URL),
        (aiohttp.InvalidUrlClientError("x"), Kind.BAD_URL),
        (StoppedError(Kind.TOO_LARGE, "over"), Kind.TOO_LARGE),
        (ValueError("ours"), None),
        (KeyError("ours"), None),
        (RuntimeError("ours"), None),
        (MemoryError(), None),
        (asyncio.CancelledError(), None),
    ],
)
def test_failure_kind(error, kind):
    assert failure_kind(error) is kind
    if kind is not None:
        text = describe(error, kind)
        assert text
        assert "\n" not in text


def test_a_connection_that_breaks_in_the_body_has_cut_it():
    assert failure_kind(ConnectionResetError(), in_body=True) is Kind.TRUNCATED
    assert failure_kind(aiohttp.ServerDisconnectedError(), in_body=True) is Kind.TRUNCATED
    assert failure_kind(TimeoutError(), in_body=True) is Kind.TIMEOUT
    assert failure_kind(StoppedError(Kind.REFUSED, "no"), in_body=True) is Kind.REFUSED


def test_messages_carry_the_cause_not_the_library():
    refused = aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "Connection refused"))
    assert describe(refused, Kind.CONNECT).startswith("Connection refused")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (203, None),
        (204, Kind.EMPTY),
        (205, Kind.EMPTY),
        (206, Kind.TRUNCATED),
        (300, Kind.PROTOCOL),
        (305, Kind.PROTOCOL),
        (400, Kind.HTTP_4XX),
        (401, Kind.BLOCKED),
        (402, Kind.BLOCKED),
        (403, Kind.BLOCKED),
        (404, Kind.GONE),
        (408, Kind.HTTP_4XX),
        (410, Kind.GONE),
        (418, Kind.HTTP_4XX),
        (429, Kind.RATE_LIMITED),
        (451, Kind.BLOCKED),
        (500, Kind.HTTP_5XX),
        (503, Kind.HTTP_5XX),
        (599, Kind.HTTP_5XX),
        (700, Kind.PROTOCOL),
        (999, Kind.BLOCKED),
    ],
)
def test_status_kind(status, kind):
    assert status_kind(status, {}) is kind


def test_503_with_retry_after_is_a_rate_limit():
    assert status_kind(503, {"retry-after": "5"}) is Kind.RATE_LIMITED


@pytest.mark.parametrize(
    ("status", "headers", "walled"),
    [
        (403, {"cf-mitigated": "challenge"}, True),
        (200, {"cf-mitigated": "challenge"}, True),
        (202, {"x-amzn-waf-action": "challenge"}, True),
        (405, {"x-amzn-waf-action": "captcha"}, True),
        (403, {"x-datadome": "protected"}, True),
        (429, {"x-kpsdk-ct": "abc"}, True),
        (200, {"x-datadome": "protected"}, False),
        (404, {"x-datadome": "protected"}, False),
        (500, {"x-datadome": "protected"}, False),
        (200, {"server": "cloudflare", "cf-ray": "1"}, False),
    ],
)
def test_bot_walls(status, headers, walled):
    assert (bot_wall(status, headers) is not None) is walled
    if walled:
        assert status_kind(status, headers) is Kind.BLOCKED
