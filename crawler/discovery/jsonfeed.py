"""Reads JSON Feed 1 and 1.1."""

from __future__ import annotations

import json
from typing import Any

from crawler.discovery.feeds import collect
from crawler.discovery.items import FeedItem, language_code, person
from crawler.discovery.linklist import MAX_ITEMS, LinkList
from crawler.discovery.snippet import plain
from crawler.discovery.xmlbytes import decode
from pipeline.errors import DocumentError, HostileInputError, NotAFeedError
from pipeline.model import Discovery, LinkRules
from pipeline.times import parse_time


def json_feed(body: bytes, url: str, rules: LinkRules, content_type: str = "") -> Discovery:
    """Read a JSON Feed.

    Raises NotAFeedError for other JSON, DocumentError for broken JSON, HostileInputError for JSON
    that is nested too deep.
    """
    text, trouble = decode(body, content_type)
    try:
        feed = json.loads(text.lstrip("\ufeff \t\r\n"))
    except RecursionError as error:
        raise HostileInputError("JSON nested too deep") from error
    except ValueError as error:
        raise DocumentError(f"broken JSON: {str(error)[:120]}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise NotAFeedError("JSON, but no JSON Feed: it has no list of items")
    problems = [trouble] if trouble else []
    items = feed["items"]
    if not items:
        problems.append("the feed has no items")
    found = LinkList(url, rules)
    if len(items) > MAX_ITEMS:
        found.skipped["over_limit"] += len(items) - MAX_ITEMS
    language = language_code(_text(feed, "language"))
    for entry in items[:MAX_ITEMS]:
        if isinstance(entry, dict):
            collect(_item(entry), found, language)
        else:
            found.skipped["no_link"] += 1
    return Discovery(
        format="json",
        title=plain(_text(feed, "title")),
        links=found.links(),
        skipped=dict(found.skipped),
        problems=tuple(problems),
    )


def _text(entry: dict[str, Any], key: str) -> str | None:
    """The value if it is text: feeds in the wild put numbers, lists and null anywhere."""
    value = entry.get(key)
    return value if isinstance(value, str) else None


def _list(entry: dict[str, Any], key: str) -> list[Any]:
    value = entry.get(key)
    return value[:50] if isinstance(value, list) else []


def _item(entry: dict[str, Any]) -> FeedItem:
    item = FeedItem(
        title=plain(_text(entry, "title")),
        published=parse_time((_text(entry, "date_published") or "")[:100]),
        modified=parse_time((_text(entry, "date_modified") or "")[:100]),
        summary=plain(_text(entry, "summary"), 1_000),
        content=_text(entry, "content_text") or _text(entry, "content_html"),
        language=language_code(_text(entry, "language")),
    )
    for rank, key in ((1, "url"), (5, "id"), (6, "external_url")):
        href = (_text(entry, key) or "").strip()
        if href and (key != "id" or href[:4].lower() == "http"):
            item.hrefs.append((rank, href, None))
    for author in [*_list(entry, "authors"), entry.get("author")]:  # 1.1, 1.0
        if isinstance(author, dict) and (name := person(_text(author, "name") or "")):
            item.authors.append(name)
    item.tags = [
        t for t in (plain(t, 100) for t in _list(entry, "tags") if isinstance(t, str)) if t
    ]
    if image := _text(entry, "image") or _text(entry, "banner_image"):
        item.images.append((0, image))
    return item
