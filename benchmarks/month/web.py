"""Serves the planned news web at the time that the clock shows, and takes the alerts.

    python -m benchmarks.month.web FOLDER OUTLETS DAYS SEED START

Each outlet has a port of its own; ``ports.json`` in the folder tells them when all are open.  The
last port takes messages: they go to ``messages.jsonl``, but not in the two hours around the kill.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from benchmarks.month.moment import Moment
from benchmarks.month.plan import Article, Outlet, Scale, month

Answer = tuple[int, str, bytes]  # status, content type, body
FEED_PATH = "/feed"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def answer(outlet: Outlet, base: str, path: str, now: datetime) -> Answer | None:
    """Return what an outlet answers at a moment; None: it closes the connection."""
    fault = outlet.fault(now)
    if fault == "reset":
        return None
    if fault == "error":
        return 503, "text/plain", b"busy"
    if path == FEED_PATH:
        if fault == "missing":
            return 404, "text/html", b"<html><body>nothing here</body></html>"
        if fault == "html":
            return 200, "text/html", _frame("Down", "<p>We are back soon.</p>")
        return _listing(outlet, base, now)
    article = next((a for a in reversed(outlet.articles) if a.path == path), None)
    if article is None or article.published > now:
        return 404, "text/html", b"<html><body>nothing here</body></html>"
    if article.gone and now >= article.gone:
        return 410, "text/html", b"<html><body>gone</body></html>"
    return 200, "text/html; charset=utf-8", _page(outlet, article, base, now)


def _listing(outlet: Outlet, base: str, now: datetime) -> Answer:
    shown = outlet.shown(now)
    if outlet.kind == "section":
        items = "".join(
            f'<article><h2><a href="{a.path}">{escape(a.title)}</a></h2></article>' for a in shown
        )
        return 200, "text/html; charset=utf-8", _frame("Latest", f"<main>{items}</main>")
    if outlet.kind == "sitemap":
        items = "".join(
            f"<url><loc>{base}{a.path}</loc><lastmod>{a.modified(now).isoformat()}</lastmod></url>"
            for a in shown
        )
        body = f'<?xml version="1.0"?><urlset xmlns="{_SITEMAP}">{items}</urlset>'
        return 200, "application/xml", body.encode()
    if outlet.kind == "atom":
        items = "".join(
            f"<entry><title>{escape(a.title)}</title><id>{base}{a.path}</id>"
            f'<link href="{base}{a.path}"/><published>{a.published.isoformat()}</published>'
            f"<updated>{a.modified(now).isoformat()}</updated></entry>"
            for a in shown
        )
        body = (
            f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{base}</id>'
            f"<title>{outlet.slug}</title>{items}</feed>"
        )
        return 200, "application/atom+xml", body.encode()
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{base}{a.path}</link>"
        f"<guid>{base}{a.path}</guid><pubDate>{format_datetime(a.published)}</pubDate>"
        f'<updated xmlns="http://www.w3.org/2005/Atom">{a.modified(now).isoformat()}</updated></item>'
        for a in shown
    )
    body = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet.slug}</title>'
        f"<link>{base}</link>{items}</channel></rss>"
    )
    return 200, "application/rss+xml", body.encode()


def _page(outlet: Outlet, article: Article, base: str, now: datetime) -> bytes:
    text = "".join(f"<p>{escape(p)}</p>" for p in article.paragraphs(now))
    meta = (
        f'<meta property="article:published_time" content="{article.published.isoformat()}">'
        f'<link rel="canonical" href="{base}{article.path}">'
    )
    # What stands beside it is that of the hour of publication: a page without an edit is the same.
    before = [a for a in outlet.articles if a.published < article.published][-6:]
    more = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in before)
    body = (
        f"<main><article><h1>{escape(article.title)}</h1>"
        f'<div class="article-body">{text}</div></article></main>'
        f"<aside><h3>More news</h3><ul>{more}</ul></aside>"
    )
    return _frame(article.title, body, meta)


def _frame(title: str, body: str, head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title>{head}</head><body><nav><a href='/'>Home</a> <a href='/about'>About</a></nav>"
        f"{body}<footer><p>Subscribe to our letter.</p></footer></body></html>"
    ).encode()


class Web:
    """All outlets and the receiver of messages."""

    def __init__(self, folder: Path, scale: Scale) -> None:
        self._folder = folder
        self._moment = Moment(folder)
        self._outlets = month(scale)
        self._killed = scale.killed

    async def serve(self) -> None:
        """Open all ports, tell them, and serve until ended."""
        ports = []
        for outlet in self._outlets:
            server = await asyncio.start_server(self._talk(self._outlet(outlet)), "127.0.0.1", 0)
            ports.append(server.sockets[0].getsockname()[1])
        server = await asyncio.start_server(self._talk(self._message), "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        part = self._folder / "ports.part"
        part.write_text(json.dumps(ports))
        part.rename(self._folder / "ports.json")
        await asyncio.Event().wait()

    def _talk(
        self, ask: Callable[[str, dict[str, str], bytes], tuple[Answer, str] | None]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while await _one(reader, writer, ask):
                    pass
            except (OSError, asyncio.IncompleteReadError):
                pass
            finally:
                writer.close()

        return talk

    def _outlet(
        self, outlet: Outlet
    ) -> Callable[[str, dict[str, str], bytes], tuple[Answer, str] | None]:
        def ask(path: str, headers: dict[str, str], _: bytes) -> tuple[Answer, str] | None:
            made = answer(outlet, f"http://{headers['host']}", path, self._moment.read())
            if made is None:
                return None
            status, kind, body = made
            if not outlet.etags or status != 200:
                return made, ""
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if headers.get("if-none-match") == etag:
                return (304, kind, b""), etag
            return made, etag

        return ask

    def _message(self, _: str, __: dict[str, str], body: bytes) -> tuple[Answer, str]:
        if abs(self._moment.read() - self._killed) < timedelta(hours=1):
            return (503, "text/plain", b""), ""
        at = self._moment.read().isoformat()
        with (self._folder / "messages.jsonl").open("a") as file:
            file.write(json.dumps({"at": at, "message": json.loads(body)}) + "\n")
        return (200, "text/plain", b""), ""


async def _one(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    ask: Callable[[str, dict[str, str], bytes], tuple[Answer, str] | None],
) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    given = await reader.readexactly(int(headers.get("content-length", 0)))
    made = ask(first.split(" ")[1].partition("?")[0], headers, given)
    if made is None:
        return False
    (status, kind, body), etag = made
    told = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    told += f"ETag: {etag}\r\n" if etag else ""
    writer.write(f"{told}\r\n".encode() + body)
    await writer.drain()
    return True


if __name__ == "__main__":
    _folder, _outlets, _days, _seed, _start = sys.argv[1:]
    _scale = Scale(
        outlets=int(_outlets),
        days=int(_days),
        seed=int(_seed),
        start=datetime.fromisoformat(_start),
    )
    asyncio.run(Web(Path(_folder), _scale).serve())
