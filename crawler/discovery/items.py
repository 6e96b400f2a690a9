"""Reads one RSS item or Atom entry: where it links to and what it says about the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from crawler.discovery.snippet import plain
from crawler.discovery.xmlguard import Element
from crawler.discovery.xmlnames import RDF_ABOUT, XML_LANG, name_of, text_of
from pipeline.times import parse_time

_SUMMARY = 1_000  # characters
_MAX_TAGS, _MAX_AUTHORS = 30, 10
_EMAIL = re.compile(r"\S{1,64}@\S{1,255}")
_NAMED_EMAIL = re.compile(r"\A\s*\S{1,64}@\S{1,255}\s+\((.{1,100}?)\)\s*\Z")
_LANGUAGE = re.compile(r"\A\s*([A-Za-z]{2,3})(?:[-_]\w{1,20}){0,4}\s*\Z")
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|\Z)", re.IGNORECASE)


@dataclass(slots=True)
class FeedItem:
    """What one item says, as found; hrefs are not yet resolved."""

    hrefs: list[tuple[int, str, str | None]] = field(default_factory=list)  # rank, href, xml:base
    title: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    summary: str | None = None
    content: str | None = None  # the full text, as HTML; only its start, when there is no summary
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    language: str | None = None
    images: list[tuple[int, str]] = field(default_factory=list)  # width or 0, href
    audio: bool = False

    def best_hrefs(self) -> Iterator[tuple[str, str | None]]:
        """The hrefs that may be the article's, best first."""
        for _, href, base in sorted(self.hrefs, key=lambda h: h[0]):
            yield href, base


def language_code(text: str | None) -> str | None:
    """``en`` for ``en``, ``en-GB`` or ``en_US``; None for anything else."""
    match = _LANGUAGE.match(text or "")
    return match[1].lower() if match else None


def person(text: str) -> str | None:
    """The name in an author field; None for a bare mail address."""
    match = _NAMED_EMAIL.match(text[:500])
    name = plain(match[1] if match else text, 120)
    if not name or _EMAIL.fullmatch(name):
        return None
    return name


def rss_item(element: Element) -> FeedItem:
    """Read an RSS or RDF ``item``."""
    item = FeedItem()
    for child in element:
        if isinstance(child.tag, str):
            name = name_of(child.tag)
            reader = _RSS.get(name) or _MODULES.get(name)
            if reader:
                reader(item, child)
    if about := element.get(RDF_ABOUT):
        item.hrefs.append((4, about, None))
    return item


def atom_entry(element: Element) -> FeedItem:
    """Read an Atom 0.3 or 1.0 ``entry``."""
    item = FeedItem()
    for child in element:
        if isinstance(child.tag, str):
            name = name_of(child.tag)
            reader = _ATOM_ELEMENTS.get(name.removeprefix("atom:")) or _MODULES.get(name)
            if reader:
                reader(item, child)
    if item.language is None:
        item.language = language_code(element.get(XML_LANG))
    return item


def _rss_link(item: FeedItem, child: Element) -> None:
    item.hrefs.append((1, text_of(child).strip() or child.get("href", ""), child.base))


def _rss_guid(item: FeedItem, child: Element) -> None:
    value = text_of(child).strip()
    if value[:4].lower() == "http":
        permanent = child.get("isPermaLink", "true").strip().lower() != "false"
        item.hrefs.append((3 if permanent else 5, value, child.base))


def _rss_image(item: FeedItem, child: Element) -> None:
    _add_image(item, next((text_of(c) for c in child if c.tag == "url"), text_of(child)))


def _rss_enclosure(item: FeedItem, child: Element) -> None:
    _enclosure(item, child.get("url"), child.get("type", ""))


def _atom_link(item: FeedItem, child: Element) -> None:
    rel = child.get("rel", "alternate").strip().lower()
    kind = child.get("type", "").lower()
    if rel.rpartition("/")[2] == "alternate":
        # An alternate may also be a PDF or the same in JSON; pages go first.
        rank = 1 if "html" in kind or not kind else 2
        item.hrefs.append((rank, child.get("href", ""), child.base))
    elif rel == "enclosure":
        _enclosure(item, child.get("href"), kind)


def _atom_id(item: FeedItem, child: Element) -> None:
    value = text_of(child).strip()
    if value[:4].lower() == "http":
        item.hrefs.append((5, value, None))


def _atom_content(item: FeedItem, child: Element) -> None:
    if source := child.get("src"):
        item.hrefs.append((4, source, child.base))
    else:
        _content(item, child)


def _atom_author(item: FeedItem, child: Element) -> None:
    names = (c for c in child if isinstance(c.tag, str) and name_of(c.tag).endswith("name"))
    _add_person(item, next((text_of(c) for c in names), ""))


def _atom_category(item: FeedItem, child: Element) -> None:
    _add_tags(item, [child.get("label") or child.get("term") or ""])


def _title(item: FeedItem, child: Element) -> None:
    item.title = item.title or plain(text_of(child))


def _summary(item: FeedItem, child: Element) -> None:
    item.summary = item.summary or plain(text_of(child), _SUMMARY)


def _content(item: FeedItem, child: Element) -> None:
    item.content = item.content or text_of(child)


def _published(item: FeedItem, child: Element) -> None:
    item.published = item.published or parse_time(text_of(child)[:100])


def _modified(item: FeedItem, child: Element) -> None:
    item.modified = item.modified or parse_time(text_of(child)[:100])


def _author(item: FeedItem, child: Element) -> None:
    _add_person(item, text_of(child))


def _category(item: FeedItem, child: Element) -> None:
    _add_tags(item, [text_of(child)])


def _keywords(item: FeedItem, child: Element) -> None:
    _add_tags(item, text_of(child).split(","))


def _language(item: FeedItem, child: Element) -> None:
    item.language = item.language or language_code(text_of(child))


def _original(item: FeedItem, child: Element) -> None:
    item.hrefs.append((0, text_of(child).strip(), None))


def _picture(item: FeedItem, child: Element) -> None:
    _add_image(item, child.get("href") or child.get("url"))


def _media_content(item: FeedItem, child: Element) -> None:
    url, kind = child.get("url", ""), child.get("type", "").lower()
    medium = child.get("medium", "").lower()
    if medium == "image" or kind.startswith("image/") or _PICTURE.search(url[-60:]):
        width = child.get("width", "").strip()
        _add_image(item, url, int(width) if re.fullmatch(r"[0-9]{1,5}", width) else 1)
    _media_group(item, child)


def _media_group(item: FeedItem, child: Element) -> None:
    for inner in list(child)[:50]:
        name = name_of(inner.tag) if isinstance(inner.tag, str) else ""
        if name in ("media:content", "media:thumbnail", "media:keywords"):
            _MODULES[name](item, inner)


def _enclosure(item: FeedItem, url: str | None, kind: str) -> None:
    kind = kind.strip().lower()
    if kind.startswith("image/"):
        _add_image(item, url, 1)
    elif kind.startswith(("audio/", "video/")):
        item.audio = True


def _add_image(item: FeedItem, url: str | None, width: int = 0) -> None:
    if url and url.strip() and len(item.images) < 50:
        item.images.append((width, url.strip()))


def _add_person(item: FeedItem, text: str) -> None:
    name = person(text)
    if name and name not in item.authors and len(item.authors) < _MAX_AUTHORS:
        item.authors.append(name)


def _add_tags(item: FeedItem, texts: list[str]) -> None:
    for text in texts[:_MAX_TAGS]:
        tag = plain(text, 100)
        if tag and tag not in item.tags and len(item.tags) < _MAX_TAGS:
            item.tags.append(tag)


_Reader = Callable[[FeedItem, Element], None]

# What is read, by element name as `name_of` gives it; a further element is one more line.
_RSS: dict[str, _Reader] = {
    "title": _title,
    "link": _rss_link,
    "guid": _rss_guid,
    "description": _summary,
    "pubdate": _published,
    "author": _author,
    "category": _category,
    "enclosure": _rss_enclosure,
    "image": _rss_image,
}
_ATOM_ELEMENTS: dict[str, _Reader] = {
    "title": _title,
    "link": _atom_link,
    "id": _atom_id,
    "summary": _summary,
    "content": _atom_content,
    "published": _published,
    "issued": _published,
    "created": _published,
    "updated": _modified,
    "modified": _modified,
    "author": _atom_author,
    "category": _atom_category,
}
_MODULES: dict[str, _Reader] = {
    "feedburner:origlink": _original,
    "atom:link": _atom_link,
    "atom:published": _published,
    "atom:updated": _modified,
    "dc:date": _published,
    "dc:creator": _author,
    "dc:subject": _category,
    "dc:language": _language,
    "dc:description": _summary,
    "dcterms:created": _published,
    "dcterms:issued": _published,
    "dcterms:modified": _modified,
    "content:encoded": _content,
    "itunes:image": _picture,
    "media:content": _media_content,
    "media:thumbnail": _picture,
    "media:group": _media_group,
    "media:keywords": _keywords,
}
