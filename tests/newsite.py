"""A small news web on loopback whose outlets, articles and faults a test controls while it runs.

Each outlet has a port of its own.  Outlet 0 announces its articles in RSS, outlet 1 in Atom, outlet
2 in a sitemap, outlet 3 on a section page, and so on in turn.  Every request is counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.newswords import headline, sentence

KINDS = ("rss", "atom", "sitemap", "section")
CONFIG_KIND = {"rss": "feed", "atom": "feed", "sitemap": "sitemap", "section": "section"}
_PATHS = {
    "rss": "/rss.xml",
    "atom": "/atom.xml",
    "sitemap": "/sitemap-news.xml",
    "section": "/latest",
}
_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "sitemap": "application/xml",
    "section": "text/html; charset=utf-8",
}


@dataclass(slots=True)
class Story:
    """One article of an outlet; whatever is changed shows at the next request."""

    number: int
    title: str
    paragraphs: list[str]
    published: datetime
    modified: datetime
    path: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    def edit(self, paragraph: str, *, announce: bool = True) -> None:
        """Change the second paragraph; with ``announce`` the feed's modified time moves too."""
        self.paragraphs = [self.paragraphs[0], paragraph, *self.paragraphs[2:]]
        if announce:
            self.modified = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)


@dataclass(slots=True)
class Answer:
    """What is sent; ``body`` None hangs, with the connection open."""

    body: bytes | None = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0  # seconds before anything is sent
    endless: bool = False  # the body comes again and again


@dataclass(slots=True)
class Asked:
    """One request as it came."""

    outlet: int
    path: str
    headers: dict[str, str]


Behaviour = Answer | Callable[[Asked], Answer | None]


class Outlet:
    """One outlet: its articles, its announcement, and what is wrong with it."""

    def __init__(self, index: int, articles: int, seed: int) -> None:
        self.index = index
        self.kind = KINDS[index % len(KINDS)]
        self.name = f"outlet-{index}"
        self.port = 0
        self.stories: list[Story] = []
        self.etags = True
        self.overrides: dict[str, Behaviour] = {}  # path -> what is answered instead
        self.home_links = True  # the home page names the feed
        self.standing: list[str] = []  # paragraphs that the template adds to each article
        self._rng = random.Random(f"{seed}/{index}")
        for _ in range(articles):
            self.add()

    def add(self, *, ago: timedelta = timedelta(minutes=5)) -> Story:
        """Publish one more article."""
        number = len(self.stories) + 1
        rng = self._rng
        title = headline(rng, number)
        at = datetime.now(UTC).replace(microsecond=0) - ago
        slug = "-".join("".join(c for c in w if c.isalnum()) for w in title.lower().split())
        story = Story(
            number=number,
            title=title,
            paragraphs=[
                " ".join(sentence(rng) for _ in range(rng.randrange(2, 4))) for _ in range(5)
            ],
            published=at,
            modified=at,
            path=f"/{at:%Y/%m/%d}/{slug}-{self.index:02d}{number:04d}.html",
        )
        self.stories.append(story)
        return story

    def move(self, path: Callable[[Story], str], old: Answer | None = None) -> list[str]:
        """Put all articles under other addresses; returns the old ones.

        ``old``: what is answered there from now on; without it they lead on to the new ones.
        """
        left = []
        for story in self.stories:
            left.append(story.path)
            story.path = path(story)
            leads_on = Answer(status=301, headers={"Location": self.url(story.path)})
            self.overrides[left[-1]] = old or leads_on
        return left

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def feed_path(self) -> str:
        return _PATHS[self.kind]

    @property
    def feed_url(self) -> str:
        return self.url(self.feed_path)

    def texts(self) -> dict[str, tuple[str, str]]:
        """URL -> (title, body) of everything that is published."""
        return {self.url(s.path): (s.title, s.text) for s in self.stories}

    def config(self, **more: object) -> dict[str, object]:
        """This outlet as an entry of ``sources``, polled once an hour."""
        feed = {"kind": CONFIG_KIND[self.kind], "url": self.feed_url, "every": "1h"}
        return {"id": self.name, "name": self.name, "url": self.url(), "feeds": [feed | more]}

    def answer(self, asked: Asked) -> Answer:
        path = asked.path.partition("?")[0]
        special = self.overrides.get(path)
        if callable(special):
            special = special(asked)
        if special is not None:
            return special
        if path == self.feed_path:
            return self._conditional(asked, self.document(), _TYPES[self.kind])
        if path == "/":
            return Answer(self._home(), headers={"Content-Type": "text/html; charset=utf-8"})
        story = next((s for s in self.stories if s.path == path), None)
        if story is None:
            return Answer(b"<html><body>nothing here</body></html>", status=404)
        return self._conditional(asked, self.page(story), "text/html; charset=utf-8")

    def _conditional(self, asked: Asked, body: bytes, kind: str) -> Answer:
        headers = {"Content-Type": kind}
        if self.etags:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["ETag"] = etag
            if asked.headers.get("if-none-match") == etag:
                return Answer(b"", status=304, headers=headers)
        return Answer(body, headers=headers)

    # -- documents --------------------------------------------------------------------------

    def document(self) -> bytes:
        """The feed, sitemap or section page, newest article first."""
        stories = sorted(self.stories, key=lambda s: s.number, reverse=True)
        return getattr(self, f"_{self.kind}")(stories).encode()

    def _rss(self, stories: Iterable[Story]) -> str:
        items = "".join(
            f"<item><title>{escape(s.title)}</title><link>{self.url(s.path)}</link>"
            f"<guid>{self.url(s.path)}</guid><pubDate>{format_datetime(s.published)}</pubDate>"
            f'<updated xmlns="http://www.w3.org/2005/Atom">{s.modified.isoformat()}</updated></item>'
            for s in stories
        )
        return (
            '<?xml version="1.0"?><rss version="2.0"><channel>'
            f"<title>{self.name}</title><link>{self.url()}</link>{items}</channel></rss>"
        )

    def _atom(self, stories: Iterable[Story]) -> str:
        items = "".join(
            f"<entry><title>{escape(s.title)}</title><id>{self.url(s.path)}</id>"
            f'<link href="{self.url(s.path)}"/><published>{s.published.isoformat()}</published>'
            f"<updated>{s.modified.isoformat()}</updated></entry>"
            for s in stories
        )
        return (
            '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">'
            f"<title>{self.name}</title><id>{self.url()}</id>{items}</feed>"
        )

    def _sitemap(self, stories: Iterable[Story]) -> str:
        items = "".join(
            f"<url><loc>{self.url(s.path)}</loc><lastmod>{s.modified.isoformat()}</lastmod></url>"
            for s in stories
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0"?><urlset xmlns="{space}">{items}</urlset>'

    def _section(self, stories: Iterable[Story]) -> str:
        items = "".join(
            f'<article><h2><a href="{s.path}">{escape(s.title)}</a></h2></article>' for s in stories
        )
        return self._frame(f"{self.name}: latest", f"<main>{items}</main>")

    def _home(self) -> bytes:
        kind = _TYPES[self.kind].partition(";")[0]
        link = f'<link rel="alternate" type="{kind}" href="{self.feed_path}">'
        return self._frame(
            self.name, "<main><p>Welcome.</p></main>", link * self.home_links
        ).encode()

    def page(self, story: Story) -> bytes:
        """The page of an article, with some furniture around the text."""
        text = "".join(f"<p>{escape(p)}</p>" for p in (*story.paragraphs, *self.standing))
        meta = (
            f'<meta property="article:published_time" content="{story.published.isoformat()}">'
            f'<link rel="canonical" href="{self.url(story.path)}">'
        )
        body = (
            f"<main><article><h1>{escape(story.title)}</h1>"
            f'<div class="article-body">{text}</div></article></main>'
            '<aside><ul><li><a href="/latest">More news</a></li></ul></aside>'
        )
        return self._frame(story.title, body, meta).encode()

    def _frame(self, title: str, body: str, head: str = "") -> str:
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
            f"</title>{head}</head><body><nav><a href='/'>Home</a> <a href='/about'>About</a></nav>"
            f"{body}<footer>{self.name}</footer></body></html>"
        )


class NewsSite:
    """The whole web, served by one thread; a context manager."""

    def __init__(self, outlets: int = 1, articles: int = 3, *, seed: int = 1) -> None:
        self.outlets = [Outlet(i, articles, seed) for i in range(outlets)]
        self.asked: list[Asked] = []
        self.page_wait = 0.0  # seconds before each article page
        self._thread = threading.Thread(target=self._run, name="newsite", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._talks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> NewsSite:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def texts(self) -> dict[str, tuple[str, str]]:
        """URL -> (title, body) of all articles of all outlets."""
        return {url: text for outlet in self.outlets for url, text in outlet.texts().items()}

    def counts(self, since: int = 0) -> Counter[str]:
        """How often each URL was asked for, from the ``since``-th request on."""
        return Counter(self.outlets[a.outlet].url(a.path) for a in self.asked[since:])

    def pages_asked(self, since: int = 0) -> Counter[str]:
        """The same, of article pages only."""
        return Counter({u: n for u, n in self.counts(since).items() if u.endswith(".html")})

    # -- serving ----------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        servers = []
        for outlet in self.outlets:
            server = await asyncio.start_server(self._talk(outlet), "127.0.0.1", 0)
            outlet.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0.01)  # transports close in the next turns

    def _talk(self, outlet: Outlet):
        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._talks.add(task)
            try:
                while await self._one(outlet, reader, writer):
                    pass
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                self._talks.discard(task)
                with contextlib.suppress(OSError, RuntimeError):
                    writer.close()

        return connected

    async def _one(
        self, outlet: Outlet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        asked = Asked(outlet.index, first.split(" ")[1], headers)
        self.asked.append(asked)
        answer = outlet.answer(asked)
        wait = answer.wait or (self.page_wait if asked.path.endswith(".html") else 0.0)
        if wait:
            await asyncio.sleep(wait)
        if answer.body is None:
            await asyncio.sleep(3600)
        body = answer.body or b""
        fields = {"Content-Length": str(len(body)), **answer.headers}
        if answer.endless:
            del fields["Content-Length"]
        lines = [f"HTTP/1.1 {answer.status} Whatever", *(f"{k}: {v}" for k, v in fields.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        while answer.endless:
            writer.write(body)
            await writer.drain()
        writer.write(body)
        await writer.drain()
        return True
