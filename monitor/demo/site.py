"""One outlet as a set of addresses: what each target gives in the state the script has reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from urllib.parse import unquote

from monitor.demo import feeds, pictures
from monitor.demo.fragments import fragments_of
from monitor.demo.items import Item, items_of
from monitor.demo.outlets import FeedPlace, Profile
from monitor.demo.pages import Pages
from monitor.demo.script import State
from monitor.demo.server import Resource
from monitor.demo.stories import Story

_HTML = "text/html; charset=utf-8"
_SVG = "image/svg+xml"
_FEED_AGE, _PAGE_AGE, _STILL_AGE = 1, 2, 86400  # seconds of Cache-Control
_BROKEN = b"<h1>500 Internal Server Error</h1><p>upstream: no worker left</p>"

Maker = Callable[[], Resource]


class Site:
    """All addresses of an outlet; builds each page once in each state."""

    def __init__(
        self, profile: Profile, base: str, library: Mapping[str, Story], started: datetime
    ) -> None:
        self.profile = profile
        self.base = base
        self._library = library
        self._started = started
        self._events = -1
        self._makers: dict[str, Maker] = {}
        self._made: dict[str, Resource] = {}

    def items(self, state: State) -> tuple[Item, ...]:
        """What the outlet has out in ``state``, newest first."""
        return items_of(self.profile, self._library, state, self._started)

    def find(self, target: str, state: State) -> Resource:
        """What is at ``target`` (path and query as requested); a 404 if nothing."""
        if state.events != self._events:
            self._makers = self._addresses(state)
            self._made.clear()
            self._events = state.events
        whole = unquote(target)
        # Query strings that nobody knows (campaign parameters) do not change the page.
        key = whole if whole in self._makers else whole.partition("?")[0]
        key = key if key in self._makers else ""
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def _addresses(self, state: State) -> dict[str, Maker]:
        items = self.items(state)
        pages = Pages(self.profile, self.base, items, self._started)
        newest = max((item.modified for item in items), default=self._started)

        def listing(heading: str, section: str | None = None) -> Maker:
            return lambda: _page(pages.front(heading, section), newest, _FEED_AGE)

        found: dict[str, Maker] = {
            "": lambda: Resource(body=pages.lost().encode(), content_type=_HTML, status=404),
            "/": listing(self.profile.tagline),
            "/robots.txt": partial(
                self._text, feeds.robots(self.profile, self.base), "text/plain; charset=utf-8"
            ),
            "/favicon.svg": partial(self._text, pictures.icon(self.profile.ad_colour), _SVG),
        }
        for section, path in self.profile.sections.items():
            found[path] = listing(section, section)
        for page in fragments_of(self.profile.slug).static:
            found[page.path] = partial(self._text, pages.static(page), _HTML)
        for item in items:
            found |= self._story_addresses(pages, item)
        for feed in self.profile.feeds:
            found[feed.path] = partial(self._feed, feed, pages, state, newest)
        return found | self._adverts()

    def _story_addresses(self, pages: Pages, item: Item) -> dict[str, Maker]:
        found: dict[str, Maker] = {
            f"/img/{item.first.key}.svg": lambda: self._text(
                pictures.landscape(item.first.key), _SVG
            )
        }
        if item.story.trap != "gone":
            found[unquote(item.path)] = lambda: _page(pages.article(item), item.modified, _PAGE_AGE)
        return found

    def _adverts(self) -> dict[str, Maker]:
        text = "".join(part.template for part in fragments_of(self.profile.slug).parts.values())
        names = {piece.partition(".svg")[0] for piece in text.split("/ad/")[1:]}
        return {
            f"/ad/{name}.svg": partial(
                self._text, pictures.advert(name, self.profile.ad_colour), _SVG
            )
            for name in names
        }

    def _text(self, text: str, content_type: str) -> Resource:
        return Resource(
            body=text.encode(),
            content_type=content_type,
            last_modified=self._started,
            max_age=_STILL_AGE,
        )

    def _feed(self, feed: FeedPlace, pages: Pages, state: State, newest: datetime) -> Resource:
        mode = state.broken.get(self.profile.slug)
        if mode == "error":
            return Resource(body=_BROKEN, content_type=_HTML, status=500)
        if mode == "garbage":
            body = fragments_of(self.profile.slug).parts["garbage"].template.encode()
            return Resource(body=body, content_type=_HTML, validators=False)
        if feed.format == "section":
            return _page(pages.front("Nachrichten"), newest, _FEED_AGE)
        write, content_type = feeds.WRITERS[feed.format]
        # What the outlet closed to robots stays out of its sitemap but, as it happens, not of its
        # feed; what it deleted stays in the sitemap.
        hidden = "robots" if "sitemap" in feed.format else "gone"
        items = [item for item in pages.items if item.story.trap != hidden]
        return Resource(
            body=write(self.profile, self.base, items).encode(),
            content_type=content_type,
            last_modified=newest,
            max_age=_FEED_AGE,
        )


def _page(html: str, modified: datetime, max_age: int) -> Resource:
    return Resource(body=html.encode(), content_type=_HTML, last_modified=modified, max_age=max_age)
