"""Reads RSS 0.90 to 2.0, RDF and Atom: the links of a feed and how often it wants to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from crawler.discovery.items import FeedItem, atom_entry, language_code, rss_item
from crawler.discovery.linklist import MAX_ITEMS, LinkList
from crawler.discovery.snippet import plain
from crawler.discovery.xmlguard import Element, XmlDocument, items_of
from crawler.discovery.xmlnames import XML_LANG, name_of, text_of
from pipeline.model import Discovery, Link, LinkRules
from pipeline.urls import resolve

PODCAST = "podcast:"  # how the problem begins that says so
_CONTENT_LEAD = 8_000  # characters of HTML that serve as a summary when there is none
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=31)


def rss(document: XmlDocument, url: str, rules: LinkRules) -> Discovery:
    """Read RSS 0.91 to 2.0 (``rss``) and 0.90, 1.0 (``RDF``).

    ``url`` is the feed's, after redirects.
    """
    root = document.root
    if name_of(root.tag) in ("rdf:rdf", "rdf"):
        shape = "rdf"
    else:
        version = re.fullmatch(r"[0-9][0-9.]{0,4}", root.get("version", "").strip())
        shape = f"rss{version[0] if version else '2.0'}"
    channel = next((c for c in _children(root) if name_of(c.tag) == "channel"), root)
    boxes = (channel, root) if channel is not root else (root,)
    items = items_of(document, boxes, "item")
    return _discovery(document, shape, channel, items, rss_item, url, rules)


def atom(document: XmlDocument, url: str, rules: LinkRules) -> Discovery:
    """Read Atom 0.3 and 1.0.  ``url`` is the feed's, after redirects."""
    root = document.root
    items = items_of(document, (root,), "entry")
    return _discovery(document, "atom", root, items, atom_entry, url, rules)


def link_of(item: FeedItem, url: str, language: str | None) -> Link:
    """Return what ``item`` says as a Link to ``url``."""
    image = max(item.images, key=lambda i: i[0])[1] if item.images else None
    return Link(
        url=url,
        title=item.title,
        published_at=item.published,
        modified_at=item.modified,
        summary=item.summary or plain((item.content or "")[:_CONTENT_LEAD], 500),
        authors=tuple(item.authors),
        language=item.language or language,
        tags=tuple(item.tags),
        image=resolve(url, image) if image else None,
    )


def collect(item: FeedItem, found: LinkList, language: str | None) -> None:
    """Add the article of ``item`` to ``found``, or count why there is none."""
    if not item.hrefs:
        found.skipped["no_link"] += 1
        return
    first = None
    for href, base in item.best_hrefs():
        if not href:
            continue
        first = first or href
        within = resolve(found.url, base) if base else None
        url = resolve(within or found.url, href)
        if url:
            found.add(link_of(item, url, language))
            return
    found.absolute(first)


def _children(element: Element) -> list[Element]:
    return [child for child in element if isinstance(child.tag, str)]


def _discovery(
    document: XmlDocument,
    shape: str,
    channel: Element,
    items: list[Element],
    read: Callable[[Element], FeedItem],
    url: str,
    rules: LinkRules,
) -> Discovery:
    title = language = None
    told: dict[str, str] = {}
    for child in _children(channel):
        name = name_of(child.tag).removeprefix("atom:")
        if name == "title":
            title = title or plain(text_of(child))
        elif name in ("language", "dc:language"):
            language = language or language_code(text_of(child))
        elif name in ("ttl", "sy:updateperiod", "sy:updatefrequency"):
            told.setdefault(name, text_of(child).strip()[:40])
    language = language or language_code(document.root.get(XML_LANG))
    found = LinkList(url, rules)
    if len(items) > MAX_ITEMS:
        found.skipped["over_limit"] += len(items) - MAX_ITEMS
    audio = 0
    for element in items[:MAX_ITEMS]:
        item = read(element)
        audio += item.audio
        collect(item, found, language)
    problems = list(document.problems)
    if not items:
        problems.append("the feed has no items")
    elif 2 * audio > len(items):
        problems.append(f"{PODCAST} {audio} of {len(items)} items are sound or film")
    return Discovery(
        format=shape,
        title=title,
        links=found.links(),
        refresh=refresh_told(told),
        skipped=dict(found.skipped),
        problems=tuple(problems),
    )


def refresh_told(told: dict[str, str]) -> timedelta | None:
    """How often the publisher says to come, from ``ttl`` (minutes) or ``sy:updatePeriod``.

    None if it does not say, or says what cannot be meant: less than a minute, over a month.
    """
    ttl = told.get("ttl", "")
    if re.fullmatch(r"[0-9]{1,6}", ttl):
        wait = timedelta(minutes=int(ttl))
    elif period := _PERIODS.get(told.get("sy:updateperiod", "").lower()):
        often = told.get("sy:updatefrequency", "1")
        wait = period / max(1, int(often) if re.fullmatch(r"[0-9]{1,4}", often) else 1)
    else:
        return None
    return wait if _SHORTEST <= wait <= _LONGEST else None
