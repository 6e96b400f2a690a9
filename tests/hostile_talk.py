"""One request to the hostile server being answered, and the table of its routes."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.hostile import HostileServer

HOST = "127.0.0.1"
OTHER_HOSTS = tuple(f"127.0.0.{n}" for n in range(11, 21))  # each may have its own robots.txt
FORBIDDEN_HOST = "127.0.0.2"

PARAGRAPH = (
    "The harbour council met on Tuesday to settle who pays for the new breakwater, after two"
    " winters in which the old one let the swell into the fishing basin and sank three boats."
)
ARTICLE = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Council settles breakwater"
    " bill</title></head><body><article><h1>Council settles breakwater bill</h1>"
    + "".join(f"<p>{n}. {PARAGRAPH}</p>" for n in range(1, 9))
    + "</article></body></html>"
).encode()
FEED = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Harbour News</title><link>/</link>
<item><title>Council settles breakwater bill</title><link>/good</link></item>
</channel></rss>"""
BOMB_SIZE = 48 * 1024 * 1024  # bytes that each bomb opens to


@dataclass
class Seen:
    """One request as it came in."""

    host: str  # the address it was sent to
    path: str  # with its query
    headers: dict[str, str]  # names in lower case
    at: float  # monotonic seconds


@dataclass
class Talk:
    """One request being answered."""

    server: HostileServer
    seen: Seen
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    query: dict[str, str] = field(default_factory=dict)

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    def head(self, status: str = "200 OK", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}"]
        headers.setdefault("content_type", "text/html; charset=utf-8")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.raw(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape"))

    def reply(self, body: bytes = ARTICLE, status: str = "200 OK", **headers: str) -> None:
        self.head(status, content_length=str(len(body)), **headers)
        self.raw(body)

    def redirect(self, location: str, status: str = "302 Found", **headers: str) -> None:
        self.reply(b"moved", status, location=location, **headers)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Route = Callable[[Talk], Awaitable[None] | None]
ROUTES: dict[str, Route] = {}


def route(path: str) -> Callable[[Route], Route]:
    """Register the answer for ``path`` and everything below ``path/``."""

    def register(answer: Route) -> Route:
        ROUTES[path] = answer
        return answer

    return register
