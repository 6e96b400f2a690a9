"""Puts the HTML pages of an outlet together: articles with clutter, lists, traps, lost pages."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from monitor.demo import markup
from monitor.demo.fragments import Fragments, StaticPage, fragments_of
from monitor.demo.items import Item
from monitor.demo.outlets import Profile, display_date
from monitor.demo.stories import HEADING

# Pages where the trap is the page itself; the others are ordinary until something else bites.
_OWN_PAGE = {"paywall", "video", "soft404", "robots"}
_TYPEWRITTEN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-"})


class Pages:
    """The pages of one outlet, given what it has out."""

    def __init__(
        self, profile: Profile, base: str, items: Sequence[Item], started: datetime
    ) -> None:
        self.profile = profile
        self.base = base
        self.items = tuple(items)
        self.started = started
        self.parts: Fragments = fragments_of(profile.slug)

    def listed(self) -> tuple[Item, ...]:
        """What front and section pages show: all that readers are meant to find."""
        return tuple(item for item in self.items if item.story.trap not in ("gone", "robots"))

    def article(self, item: Item) -> str:
        """The page of a story, or of what stands in place of one."""
        trap = item.story.trap
        fragment = trap if trap in _OWN_PAGE and trap is not None else "article"
        name = self.profile.name
        title = self._lost_title() if trap == "soft404" else item.story.title
        main = self.parts.fill(
            fragment,
            {
                **self._values(item),
                "section_url": self.profile.sections.get(item.story.section, "/"),
                "author": item.story.author,
                "caption": item.story.caption or "",
                "id": item.story.key.partition("-")[0],
                "views": self._views(item),
            },
            body=self._body(item),
            updated=self._updated(item),
            cards=self._rows("card", self._others(item)),
            links=self._rows("link", self._others(item)[:4]),
        )
        head = "" if trap == "soft404" else markup.article_head(self.profile, self.base, item)
        return self._page(f"{title} | {name}", main, head, "article-page", item.first.language)

    def front(self, heading: str, section: str | None = None) -> str:
        """The list of stories, newest first; of one section, or of all."""
        shown = [item for item in self.listed() if section in (None, item.story.section)]
        main = self.parts.fill("front", {"heading": heading}, teasers=self._rows("teaser", shown))
        title = self.profile.name if section is None else f"{section} | {self.profile.name}"
        return self._page(title, main, markup.feed_links(self.profile), "front-page")

    def static(self, page: StaticPage) -> str:
        """An imprint, a contact page."""
        main = self.parts.fill("static", {"title": page.title, "text": page.text})
        return self._page(f"{page.title} | {self.profile.name}", main, "", "static-page")

    def lost(self) -> str:
        """What is shown where there is nothing, with status 404."""
        main = self.parts.fill("lost", {})
        return self._page(f"{self._lost_title()} | {self.profile.name}", main, "", "error-page")

    def _lost_title(self) -> str:
        return {"de": "Seite nicht gefunden", "ar": "الصفحة غير موجودة"}.get(
            self.profile.language, "Page not found"
        )

    def _page(
        self, title: str, main: str, head: str, page_class: str, language: str | None = None
    ) -> str:
        values = {
            "document_title": title,
            "page_class": page_class,
            "language": language or self.profile.language,
            "today": display_date(self.profile, self.started).partition(",")[0],
        }
        latest = self._rows("link", self.listed()[:4])
        return self.parts.fill("page", values, main=main, head=head, latest=latest) + "\n"

    def _values(self, item: Item) -> dict[str, str]:
        return {
            "url": item.path,
            "title": item.story.title,
            "section": item.story.section,
            "summary": item.summary,
            "image": quote(markup.picture_path(item)),
            "iso": item.published.astimezone(self.profile.zone).isoformat(),
            "date": display_date(self.profile, item.published),
        }

    def _views(self, item: Item) -> str:
        count = 200 + zlib.crc32(item.first.key.encode()) % 3000
        return f"{count + (317 if item.noise == 'views' else 0):,}"

    def _updated(self, item: Item) -> str:
        if item.noise != "updated":
            return ""
        return self.parts.fill("updated", {"moment": display_date(self.profile, item.modified)})

    def _rows(self, fragment: str, items: Sequence[Item]) -> str:
        return "\n".join(self.parts.fill(fragment, self._values(item)) for item in items)

    def _others(self, item: Item) -> list[Item]:
        # Only what was out from the start, under its first headline: these boxes must not change
        # the page unless the script says so, or every visit would find it changed.
        others = [
            other for other in self.listed() if other.since is None or item.noise == "recommended"
        ]
        if item.noise == "rotated":
            others = others[2:] + others[:2]
        return [
            Item(
                story=other.first,
                first=other.first,
                path=other.path,
                published=other.published,
                modified=other.published,
                since=None,
            )
            for other in others
            if other.path != item.path and other.story.trap is None
        ][:6]

    def _body(self, item: Item) -> str:
        rows = []
        written = 0
        for block in item.story.blocks:
            kind = "h2" if block.startswith(HEADING) else "p"
            text = block.removeprefix(HEADING)
            if item.noise == "quotes":
                text = text.translate(_TYPEWRITTEN)
            rows.append(self.parts.fill(kind, {"text": text}))
            written += kind == "p"
            clutter = f"after-{written}"
            if item.noise == "rotated" and f"{clutter}-rotated" in self.parts:
                clutter += "-rotated"
            if kind == "p" and clutter in self.parts and item.story.trap is None:
                rows.append(self.parts.fill(clutter, {}))
        return "\n".join(rows)
