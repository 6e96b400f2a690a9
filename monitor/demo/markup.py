"""What an outlet says in the head of a page: meta tags, JSON-LD, both or nothing, feed links."""

from __future__ import annotations

import json
from html import escape

from monitor.demo.items import Item
from monitor.demo.outlets import Profile

_LINK_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def picture_path(item: Item, kind: str = "img") -> str:
    """Where the picture of a story is; it stays the same when the story is edited."""
    return f"/{kind}/{item.first.key}.svg"


def feed_links(profile: Profile) -> str:
    """``link rel=alternate`` for each feed that has a type of its own."""
    return "\n".join(
        f'<link rel="alternate" type="{_LINK_TYPES[feed.format]}" '
        f'title="{escape(profile.name)}" href="{feed.path}">'
        for feed in profile.feeds
        if feed.format in _LINK_TYPES
    )


def article_head(profile: Profile, base: str, item: Item) -> str:
    """All that the head of an article page says about the article."""
    lines = []
    if profile.canonical:
        lines.append(f'<link rel="canonical" href="{escape(base + item.path)}">')
    if profile.meta:
        lines += _meta(profile, base, item)
    # Even outlets without JSON-LD mark what is behind their wall: search engines ask for it.
    if profile.json_ld or item.story.trap == "paywall":
        data = json.dumps(_json_ld(profile, base, item), ensure_ascii=False, indent=1)
        lines.append(
            f'<script type="application/ld+json">{data.replace("</", "<" + chr(92) + "/")}</script>'
        )
    lines.append(feed_links(profile))
    return "\n".join(line for line in lines if line)


def _meta(profile: Profile, base: str, item: Item) -> list[str]:
    kind = "video.other" if item.story.trap == "video" else "article"
    values = [
        ("property", "og:site_name", profile.name),
        ("property", "og:type", kind),
        ("property", "og:title", item.story.title),
        ("property", "og:url", base + item.path),
        ("property", "og:image", base + picture_path(item)),
        ("property", "og:description", item.summary),
        ("name", "description", item.summary),
    ]
    if kind == "article":
        zone = profile.zone
        values += [
            ("property", "article:published_time", item.published.astimezone(zone).isoformat()),
            ("property", "article:modified_time", item.modified.astimezone(zone).isoformat()),
            ("property", "article:section", item.story.section),
            ("name", "author", item.story.author),
            *(("property", "article:tag", tag) for tag in item.story.tags),
        ]
    return [f'<meta {key}="{name}" content="{escape(value)}">' for key, name, value in values]


def _json_ld(profile: Profile, base: str, item: Item) -> dict[str, object]:
    zone = profile.zone
    publisher = {"@type": "NewsMediaOrganization", "name": profile.name, "url": f"{base}/"}
    if item.story.trap == "video":
        return {
            "@context": "https://schema.org",
            "@type": "VideoObject",
            "name": item.story.title,
            "uploadDate": item.published.astimezone(zone).isoformat(),
            "thumbnailUrl": base + picture_path(item),
            "duration": "PT2M41S",
            "publisher": publisher,
        }
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": item.story.title,
        "mainEntityOfPage": base + item.path,
        "datePublished": item.published.astimezone(zone).isoformat(),
        "dateModified": item.modified.astimezone(zone).isoformat(),
        "author": [{"@type": "Person", "name": item.story.author}],
        "publisher": publisher,
        "image": [base + picture_path(item)],
        "articleSection": item.story.section,
        "keywords": ", ".join(item.story.tags),
        "inLanguage": item.first.language or profile.language,
        "isAccessibleForFree": item.story.trap != "paywall",
    }
    return {
        "@context": "https://schema.org",
        "@graph": [article, {"@type": "WebSite", "name": profile.name, "url": f"{base}/"}],
    }
