"""The sample news web: starts the six outlets on loopback, says how to watch them and what is true.

``python -m monitor.demo.web --port-base 8900`` serves it for a browser.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.demo.items import Item
from monitor.demo.outlets import PROFILES, SLUGS, Profile
from monitor.demo.script import SCRIPT, Break, Script, State, state_at
from monitor.demo.server import HOST, Resource, Server
from monitor.demo.site import Site
from monitor.demo.stories import Story, library
from pipeline.model import FeedKind, Outcome

# What reviewers of this news web might watch.
TOPICS = (
    "topics:",
    """  - {id: lists, name: Lists of the missing, query: 'lists OR missing OR "third reading"'}""",
    "  - {id: water, name: Water, query: 'dam OR river OR sluice*'}",
    "  - {id: miyah, name: مياه, query: 'المياه OR البحيرة'}",
)
_TRAPS: Mapping[str, tuple[Outcome, str]] = {
    "paywall": (Outcome.PAYWALLED, "the page shows one paragraph and asks to subscribe"),
    "soft404": (Outcome.NOT_ARTICLE, "the page says with status 200 that there is none"),
    "video": (Outcome.NOT_ARTICLE, "the page has a film and no text"),
    "robots": (Outcome.ROBOTS, "robots.txt closes the folder"),
    "gone": (Outcome.GONE, "the sitemap names a page that answers 404"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoFeed:
    """A feed that the demo's configuration polls."""

    kind: FeedKind
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlet:
    """One running outlet."""

    slug: str
    name: str
    language: str
    base_url: str  # without a slash at its end
    feeds: tuple[DemoFeed, ...]


class DemoWeb:
    """Six outlets on ports of 127.0.0.1, living through a script.

    ``clock`` gives seconds and drives the script, which begins when ``start`` is called; ``now``
    gives the date that the outlets print.  ``port_base`` 0 takes free ports.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        script: Script = SCRIPT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        port_base: int = 0,
    ) -> None:
        self.script = script
        self.outlets: tuple[Outlet, ...] = ()
        self._clock = clock
        self._now = now
        self._port_base = port_base
        self._began = 0.0
        self._state = State()
        self._servers: list[Server] = []
        self._sites: dict[str, Site] = {}
        self._library: Mapping[str, Story] = library(SLUGS)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Opens the ports and begins the script.  Raises OSError when a port is taken."""
        started = self._now().astimezone(UTC).replace(microsecond=0)
        outlets = []
        try:
            for number, profile in enumerate(PROFILES):
                server = Server(self._finder(profile.slug), self._now)
                self._servers.append(server)
                port = await server.start(self._port_base and self._port_base + number)
                base = f"http://{HOST}:{port}"
                self._sites[profile.slug] = Site(profile, base, self._library, started)
                outlets.append(_outlet(profile, base))
        except OSError:
            await self.stop()
            raise
        self.outlets = tuple(outlets)
        self._began = self._clock()

    async def stop(self) -> None:
        """Closes all ports; harmless when they are closed."""
        servers, self._servers = self._servers, []
        for server in servers:
            await server.stop()

    @property
    def elapsed(self) -> float:
        """Seconds since the script began."""
        return self._clock() - self._began

    def _finder(self, slug: str) -> Callable[[str], Resource]:
        def find(target: str) -> Resource:
            state = state_at(self.script, self.elapsed)
            return self._sites[slug].find(target, state)

        return find

    def config_text(self, db_path: str | Path) -> str:
        """A config.yaml that watches the six outlets at the demo's pace, storing to ``db_path``."""
        lines = [
            "timezone: UTC",
            "contact: demo@example.org",
            f"storage: {{path: {_quoted(str(db_path))}}}",
            f"politeness: {{delay: 0s, robots: obey, allow_hosts: [{_quoted(HOST)}]}}",
            "schedule: {default: 3s, jitter: 0%, recheck: [4s, 9s, 15s, 20s]}",
            "sources:",
        ]
        for outlet in self.outlets:
            lines += [
                f"  - id: {outlet.slug}",
                f"    name: {_quoted(outlet.name)}",
                f"    url: {outlet.base_url}/",
                f"    language: {outlet.language}",
                "    tags: [demo]",
                "    feeds:",
            ]
            lines += [
                f"      - {{kind: {feed.kind}, url: {_quoted(feed.url)}, every: 3s}}"
                for feed in outlet.feeds
            ]
        return "\n".join([*lines, *TOPICS]) + "\n"

    def expected(self) -> dict[str, object]:
        """What a monitor should know after the whole script, as plain values (JSON can hold them).

        ``articles``: url, outlet, title, paragraphs (headings included), authors, published_at,
        language, ``appears`` (second, 0 for those out from the start), ``outcome`` at the first
        visit, ``wire`` (first, copy, cut, edited, background, contains or None), ``story`` (URL of
        the first article of its story), ``contains`` (URLs of the first articles of the stories
        that a round-up is made of), ``copy_of`` (URL with the same text, word for word),
        ``revised`` (None, or the later state: at, title, paragraphs, and the ``kinds`` of the edit,
        ``silent`` or not) and ``noise`` (None, or at and kind of a change that is none of the
        article).  ``traps``: links that lead to no article, with outcome and why.  ``broken``:
        outlets whose feeds fail, how and when.
        """
        end = max((second for second, _ in self.script), default=0.0)
        state = state_at(self.script, end)
        articles: list[dict[str, object]] = []
        traps: list[dict[str, object]] = []
        urls = {
            f"{slug}/{item.first.key}": site.base + item.path
            for slug, site in self._sites.items()
            for item in site.items(state)
        }
        for slug, site in self._sites.items():
            for item in site.items(state):
                url = urls[f"{slug}/{item.first.key}"]
                if item.first.trap:
                    outcome, why = _TRAPS[item.first.trap]
                    traps.append({"url": url, "outlet": slug, "outcome": str(outcome), "why": why})
                else:
                    articles.append(self._article(site.profile, item, url, urls, state))
        broken = [
            {"outlet": event.outlet, "at": second, "mode": event.mode}
            for second, event in self.script
            if isinstance(event, Break)
        ]
        return {"articles": articles, "traps": traps, "broken": broken}

    def _article(
        self, profile: Profile, item: Item, url: str, urls: Mapping[str, str], state: State
    ) -> dict[str, object]:
        first, now = item.first, item.story
        original = self._library.get(first.taken_from or "")
        wire = self._wire(first, original)
        revised: dict[str, object] | None = None
        noise: dict[str, object] | None = None
        if (profile.slug, first.key) in state.noise:
            second, kind = state.noise[profile.slug, first.key]
            noise = {"at": second, "kind": kind}
        if now is not first:
            revised = {
                "at": state.edits[profile.slug, first.key][0],
                "title": now.title,
                "paragraphs": list(now.paragraphs),
                "kinds": _kinds(first, now),
                "silent": True,  # nothing on the page owns to it
            }
        return {
            "url": url,
            "outlet": profile.slug,
            "title": first.title,
            "paragraphs": list(first.paragraphs),
            "authors": [first.author],
            "published_at": item.published.isoformat(),
            "language": first.language or profile.language,
            "appears": item.since or 0,
            "outcome": str(Outcome.COPY if original is not None else Outcome.STORED),
            "wire": wire,
            "story": urls[first.taken_from] if first.taken_from else url,
            "contains": [urls[name] for name in first.contains],
            "copy_of": urls[first.taken_from] if wire == "copy" and first.taken_from else None,
            "revised": revised,
            "noise": noise,
        }

    def _wire(self, story: Story, original: Story | None) -> str | None:
        """Which form of a text that several outlets run this is."""
        if story.contains:
            return "contains"
        if original is None:
            name = f"{story.outlet}/{story.key}"
            users = (s for s in self._library.values() if s.taken_from == name and not s.revises)
            return "first" if any(users) else None
        if story.paragraphs == original.paragraphs:
            return "copy"
        if original.paragraphs[: len(story.paragraphs)] == story.paragraphs:
            return "cut"
        if story.paragraphs[: len(original.paragraphs)] == original.paragraphs:
            return "background"
        return "edited"


def _kinds(before: Story, after: Story) -> list[str]:
    """What an edit changed, in the words that edits are classified by."""
    kinds = ["headline"] if before.title != after.title else []
    figures = [re.findall(r"\d+", " ".join(story.paragraphs)) for story in (before, after)]
    if figures[0] != figures[1]:
        kinds.append("number")
    return kinds


def _outlet(profile: Profile, base: str) -> Outlet:
    return Outlet(
        slug=profile.slug,
        name=profile.name,
        language=profile.language,
        base_url=base,
        feeds=tuple(
            DemoFeed(kind=feed.kind, url=base + feed.path) for feed in profile.feeds if feed.polled
        ),
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a YAML string


async def _serve(port_base: int) -> None:
    async with DemoWeb(port_base=port_base) as web:
        for outlet in web.outlets:
            sys.stdout.write(f"{outlet.base_url}/  {outlet.slug}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serves the news web until it is interrupted."""
    parser = argparse.ArgumentParser(description="Serve the sample news web on loopback.")
    parser.add_argument("--port-base", type=int, default=8900, help="first of six ports; 0: any")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.port_base))
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")


if __name__ == "__main__":
    main()
