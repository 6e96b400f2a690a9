"""Writes the feeds of the demo's outlets: RSS 2.0, Atom, JSON Feed, news sitemap, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from monitor.demo.items import Item
from monitor.demo.outlets import Profile

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _stamp(profile: Profile, item: Item, *, modified: bool = False) -> str:
    when = item.modified if modified else item.published
    return when.astimezone(profile.zone).isoformat()


def rss(profile: Profile, base: str, items: Sequence[Item]) -> str:
    """RSS 2.0 with dc:creator; the links of some outlets carry campaign parameters."""
    track = "?utm_source=rss&utm_medium=feed" if profile.tracked else ""
    rows = "".join(
        f"<item><title>{escape(item.story.title)}</title>"
        f"<link>{escape(base + item.path + track)}</link>"
        f'<guid isPermaLink="true">{escape(base + item.path)}</guid>'
        f"<pubDate>{format_datetime(item.published.astimezone(profile.zone))}</pubDate>"
        f"<dc:creator>{escape(item.story.author)}</dc:creator>"
        f"<category>{escape(item.story.section)}</category>"
        f"<description>{escape(f'<p>{escape(item.summary)}</p>')}</description></item>\n"
        for item in items
    )
    return (
        f'{_HEAD}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(profile.name)}</title><link>{escape(base)}/</link>"
        f"<description>{escape(profile.tagline)}</description>"
        f"<language>{profile.language}</language>\n{rows}</channel></rss>\n"
    )


def atom(profile: Profile, base: str, items: Sequence[Item]) -> str:
    """Atom 1.0; ``updated`` moves when a story is edited."""
    newest = max(items, key=lambda item: item.modified)
    rows = "".join(
        f"<entry><title>{escape(item.story.title)}</title><id>{escape(base + item.path)}</id>"
        f'<link rel="alternate" type="text/html" href={quoteattr(base + item.path)}/>'
        f"<published>{_stamp(profile, item)}</published>"
        f"<updated>{_stamp(profile, item, modified=True)}</updated>"
        f"<author><name>{escape(item.story.author)}</name></author>"
        f"<category term={quoteattr(item.story.section)}/>"
        f"<summary>{escape(item.summary)}</summary></entry>\n"
        for item in items
    )
    return (
        f'{_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{profile.language}">'
        f"<title>{escape(profile.name)}</title><id>{escape(base)}/</id>"
        f"<updated>{_stamp(profile, newest, modified=True)}</updated>"
        f'<link rel="self" href={quoteattr(base + profile.feeds[0].path)}/>\n{rows}</feed>\n'
    )


def json_feed(profile: Profile, base: str, items: Sequence[Item]) -> str:
    """JSON Feed 1.1."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": profile.name,
            "home_page_url": f"{base}/",
            "feed_url": base + profile.feeds[0].path,
            "language": profile.language,
            "items": [
                {
                    "id": base + item.path,
                    "url": base + item.path,
                    "title": item.story.title,
                    "summary": item.summary,
                    "date_published": _stamp(profile, item),
                    "date_modified": _stamp(profile, item, modified=True),
                    "authors": [{"name": item.story.author}],
                    "tags": list(item.story.tags),
                }
                for item in items
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def news_sitemap(profile: Profile, base: str, items: Sequence[Item]) -> str:
    """A news sitemap with the image extension."""
    rows = "".join(
        f"<url><loc>{escape(base + item.path)}</loc>"
        f"<lastmod>{_stamp(profile, item, modified=True)}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(profile.name)}</news:name>"
        f"<news:language>{profile.language}</news:language></news:publication>"
        f"<news:publication_date>{_stamp(profile, item)}</news:publication_date>"
        f"<news:title>{escape(item.story.title)}</news:title></news:news>"
        f"<image:image><image:loc>{escape(base)}/img/{item.first.key}.svg</image:loc></image:image>"
        "</url>\n"
        for item in items
    )
    return (
        f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        f'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n{rows}</urlset>\n'
    )


def robots(profile: Profile, base: str) -> str:
    """robots.txt: one closed folder, and the sitemap where there is one."""
    lines = ["User-agent: *", "Disallow: /club/", "Disallow: /search"]
    lines += [f"Sitemap: {base}{feed.path}" for feed in profile.feeds if "sitemap" in feed.format]
    return "\n".join(lines) + "\n"


# What is written under which format: (writer, content type).
WRITERS: dict[str, tuple[Callable[[Profile, str, Sequence[Item]], str], str]] = {
    "rss": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
    "news_sitemap": (news_sitemap, "application/xml; charset=utf-8"),
}
