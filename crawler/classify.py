"""Turns exceptions, statuses and headers into the kinds of failure that the rest of us count."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Mapping

import aiohttp
from aiohttp import http_exceptions
from scrapy import exceptions as scrapy_errors

from pipeline.model import FailureKind as Kind


class StoppedError(Exception):
    """We ended an exchange ourselves; carries the kind of failure and one line for people."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


# The first class of an exception's ancestry that is listed decides, so that every special case
# can stand beside its general one.
KINDS: Mapping[type[BaseException], Kind] = {
    aiohttp.ClientConnectorDNSError: Kind.DNS,
    socket.gaierror: Kind.DNS,
    aiohttp.ClientSSLError: Kind.TLS,
    aiohttp.ClientConnectorSSLError: Kind.TLS,
    aiohttp.ClientConnectorCertificateError: Kind.TLS,
    aiohttp.ServerFingerprintMismatch: Kind.TLS,
    ssl.SSLError: Kind.TLS,
    ssl.CertificateError: Kind.TLS,
    aiohttp.ServerTimeoutError: Kind.TIMEOUT,
    TimeoutError: Kind.TIMEOUT,
    asyncio.TimeoutError: Kind.TIMEOUT,
    aiohttp.ClientPayloadError: Kind.TRUNCATED,
    http_exceptions.PayloadEncodingError: Kind.TRUNCATED,
    asyncio.IncompleteReadError: Kind.TRUNCATED,
    aiohttp.ClientConnectionError: Kind.CONNECT,
    aiohttp.UploadAbortedError: Kind.CONNECT,
    OSError: Kind.CONNECT,
    aiohttp.ClientResponseError: Kind.PROTOCOL,
    aiohttp.TooManyRedirects: Kind.REDIRECTS,
    aiohttp.RedirectClientError: Kind.REDIRECTS,
    http_exceptions.HttpProcessingError: Kind.PROTOCOL,
    aiohttp.InvalidURL: Kind.BAD_URL,
    aiohttp.NonHttpUrlClientError: Kind.BAD_URL,
    scrapy_errors.CannotResolveHostError: Kind.DNS,
    scrapy_errors.DownloadConnectionRefusedError: Kind.CONNECT,
    scrapy_errors.DownloadTimeoutError: Kind.TIMEOUT,
    scrapy_errors.DownloadCancelledError: Kind.TOO_LARGE,
    scrapy_errors.DownloadFailedError: Kind.CONNECT,
    scrapy_errors.ResponseDataLossError: Kind.TRUNCATED,
    scrapy_errors.UnsupportedURLSchemeError: Kind.BAD_URL,
    scrapy_errors.NotSupported: Kind.BAD_URL,
}

_DEFAULT_MESSAGES = {
    Kind.CONNECT: "connection failed",
    Kind.TIMEOUT: "no answer in time",
    Kind.TRUNCATED: "the body ended before its end",
}


def failure_kind(error: BaseException, *, in_body: bool = False) -> Kind | None:
    """The kind of failure that ``error`` is; None when the net is not to blame (a bug of ours).

    ``in_body`` says that headers had arrived: a connection that breaks then has cut the body.
    """
    if isinstance(error, StoppedError):
        return error.kind
    for ancestor in type(error).__mro__:
        kind = KINDS.get(ancestor)
        if kind is not None:
            cut = in_body and kind in (Kind.CONNECT, Kind.PROTOCOL, Kind.TLS)
            return Kind.TRUNCATED if cut else kind
    return None


def describe(error: BaseException, kind: Kind) -> str:
    """One line for people about ``error``."""
    cause: BaseException = error
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, OSError):
        cause = error.os_error  # without aiohttp's "Cannot connect to host ... ssl:default"
    number = cause.errno if isinstance(cause, OSError) else None
    if kind is Kind.CONNECT and number is not None and number in errno.errorcode:
        text = os.strerror(number)  # asyncio's own text gives only the address
    else:
        text = getattr(cause, "strerror", None) or getattr(cause, "message", None) or str(cause)
    line = " ".join(str(text).split())[:300]
    if isinstance(error, StoppedError):
        return line
    fallback = _DEFAULT_MESSAGES.get(kind, kind.value)
    return f"{line} ({type(error).__name__})" if line else f"{fallback} ({type(error).__name__})"


def status_kind(status: int, headers: Mapping[str, str]) -> Kind | None:
    """The kind of failure that an answer is by its status and headers; None for a usable one.

    304 and redirects are for the caller: they depend on what was asked.  ``headers`` have names
    in lower case.
    """
    if bot_wall(status, headers) is not None or status in (401, 402, 403, 407, 451, 999):
        return Kind.BLOCKED
    if 200 <= status < 300:
        return _ANSWERS.get(status)
    if status in (404, 410):
        return Kind.GONE
    if status == 429 or (status == 503 and "retry-after" in headers):
        return Kind.RATE_LIMITED
    if 400 <= status < 500:
        return Kind.HTTP_4XX
    if 500 <= status < 600:
        return Kind.HTTP_5XX
    return Kind.PROTOCOL


_ANSWERS = {
    204: Kind.EMPTY,
    205: Kind.EMPTY,
    206: Kind.TRUNCATED,  # a part, though we asked for the whole
}


def bot_wall(status: int, headers: Mapping[str, str]) -> str | None:
    """The name of the bot wall that sent this answer instead of the page, from its headers."""
    if "challenge" in headers.get("cf-mitigated", "").lower():
        return "Cloudflare challenge"
    if headers.get("x-amzn-waf-action", "").lower() in ("challenge", "captcha"):
        return "AWS WAF challenge"
    if status not in (403, 405, 429):  # the rest mark good answers and honest errors too
        return None
    for name, vendor in _WALL_HEADERS.items():
        if name in headers:
            return vendor
    return None


_WALL_HEADERS = {
    "x-datadome": "DataDome",
    "x-dd-b": "DataDome",
    "x-px-block": "PerimeterX",
    "x-sucuri-block": "Sucuri",
    "x-distil-cs": "Distil",
    "x-kpsdk-ct": "Kasada",
}
