"""A small HTTP/1.1 server on loopback, asyncio alone: keep-alive, validators, 304, gzip, HEAD."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus

HOST = "127.0.0.1"
_MAX_HEAD = 16 * 1024
_IDLE_SECONDS = 60.0
_WORTH_PACKING = 400  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What was asked for; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """What is at an address now."""

    body: bytes
    content_type: str
    status: int = 200
    last_modified: datetime | None = None
    max_age: int | None = None  # seconds
    validators: bool = True


def respond(request: Request, resource: Resource, now: datetime) -> bytes:
    """The whole answer to a request, head and body: pure, so that each rule can be tested alone."""
    headers = {"Date": _http_date(now), "Server": "sample-news-web"}
    if request.method not in ("GET", "HEAD"):
        headers["Allow"] = "GET, HEAD"
        return _message(HTTPStatus.METHOD_NOT_ALLOWED, headers, b"", with_body=True)
    body = resource.body
    packed = len(body) >= _WORTH_PACKING and _wants_gzip(request.headers)
    headers["Vary"] = "Accept-Encoding"
    if resource.max_age is not None:
        headers["Cache-Control"] = f"max-age={resource.max_age}"
    if resource.status == HTTPStatus.OK and resource.validators:
        # The two encodings of a page are different bytes, so they must not share a strong tag.
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}{"-gz" if packed else ""}"'
        headers["ETag"] = etag
        if resource.last_modified is not None:
            headers["Last-Modified"] = _http_date(resource.last_modified)
        if _unchanged(request.headers, etag, resource.last_modified):
            return _message(HTTPStatus.NOT_MODIFIED, headers, b"", with_body=False)
    headers["Content-Type"] = resource.content_type
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 6, mtime=0)
    return _message(HTTPStatus(resource.status), headers, body, with_body=request.method == "GET")


def _message(
    status: HTTPStatus, headers: Mapping[str, str], body: bytes, *, with_body: bool
) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if status is not HTTPStatus.NOT_MODIFIED:
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head + body if with_body else head


def _http_date(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _wants_gzip(headers: Mapping[str, str]) -> bool:
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _unchanged(headers: Mapping[str, str], etag: str, last_modified: datetime | None) -> bool:
    if (tags := headers.get("if-none-match")) is not None:
        given = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return etag in given or "*" in given
    since = headers.get("if-modified-since")
    if since is None or last_modified is None:
        return False
    try:
        return last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


class Server:
    """Serves one port; ``find`` gives what is at a target, at once."""

    def __init__(self, find: Callable[[str], Resource], now: Callable[[], datetime]) -> None:
        self._find = find
        self._now = now
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Listens on loopback; port 0 takes a free one.  Returns the port.  Raises OSError."""
        self._server = await asyncio.start_server(self._connected, HOST, port, limit=_MAX_HEAD)
        taken: int = self._server.sockets[0].getsockname()[1]
        return taken

    async def stop(self) -> None:
        """Closes the port and what is connected to it."""
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
                while await self._exchange(reader, writer):
                    pass
        except (TimeoutError, asyncio.CancelledError):
            # An idle connection, or stop(): nobody waits for more.
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; True if the connection stays open."""
        async with asyncio.timeout(_IDLE_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        request, keep = _read_head(head)
        if request is None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(respond(request, self._find(request.target), self._now()))
        await writer.drain()
        return keep


def _read_head(head: bytes) -> tuple[Request | None, bool]:
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None, False
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    # A body is not read, so a request that brings one ends the connection.
    keep = (
        words[2] == "HTTP/1.1"
        and headers.get("connection", "").lower() != "close"
        and "transfer-encoding" not in headers
        and headers.get("content-length", "0") == "0"
    )
    return Request(method=words[0], target=words[1], headers=headers), keep
