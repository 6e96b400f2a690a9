"""Finds where a site may keep its feeds: named in a page, in robots.txt, or at the usual paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.discovery.htmltree import base_of, title_of, tree
from crawler.discovery.snippet import plain
from crawler.discovery.xmlguard import Element
from pipeline.model import FeedKind
from pipeline.urls import resolve, same_site

MAX_CANDIDATES = 100
_FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
)
_VAGUE_TYPES = frozenset(
    ("application/xml", "text/xml", "application/json")
)  # with a title like a feed's
_FEED_PATH = re.compile(
    r"(?:/|\A)(?:feeds?|rss|atom|rdf)(?:/|\Z|[?.])|\.(?:rss|atom|rdf)(?:\Z|[?])|/(?:rss|feed|atom|index)[\w-]{0,40}\.xml\Z|"
    r"[?&](?:feed|format|output|type|view)=(?:rss|atom|feed|rdf)|feeds\.feedburner\.com/.",
    re.IGNORECASE,
)
_SITEMAP_PATH = re.compile(
    r"/[\w.-]{0,80}sitemap[\w.-]{0,80}\.xml(?:\.gz)?(?:\Z|[?])", re.IGNORECASE
)
_FEED_WORD = re.compile(r"\b(?:rss|atom|feed)\b", re.IGNORECASE)
_COMMON = (
    (FeedKind.FEED, ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feed.json")),
    (FeedKind.FEED, ("?feed=rss2",)),
    (
        FeedKind.SITEMAP,
        (
            "news-sitemap.xml",
            "sitemap-news.xml",
            "sitemap_news.xml",
            "sitemap_index.xml",
            "sitemap.xml",
        ),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCandidate:
    """An address that may be a feed, and who says so."""

    kind: FeedKind
    url: str
    title: str | None = None
    origin: str  # "link" (rel=alternate), "anchor", "canonical", "robots", "path", "given"


def feeds_in_page(html: bytes, url: str, content_type: str = "") -> tuple[FeedCandidate, ...]:
    """The feeds that the page at ``url`` names, those it declares first.

    Where the page gives another address of its site as canonical, that is the last candidate, as a
    section.  Raises NotAFeedError or HostileInputError for what is no page.
    """
    root = tree(html, content_type)
    base = base_of(root, url)
    declared = [c for c in (_declared(e, base) for e in root.iter("link")) if c]
    linked = [c for c in (_linked(e, base) for e in root.iter("a")) if c]
    canonical = _canonical(root, url, base)
    return _unique([*declared, *linked])[: MAX_CANDIDATES - 1] + ((canonical,) if canonical else ())


def feeds_in_robots(text: str, url: str) -> tuple[FeedCandidate, ...]:
    """The sitemaps of robots.txt; ``url`` is where it was fetched."""
    found = []
    for line in text[:500_000].splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "sitemap" and (address := resolve(url, value.strip())):
            found.append(FeedCandidate(kind=FeedKind.SITEMAP, url=address, origin="robots"))
    return _unique(found)[:MAX_CANDIDATES]


def common_paths(url: str) -> tuple[FeedCandidate, ...]:
    """The usual addresses of feeds and sitemaps, for the site and for the section ``url`` is of."""
    parts = urlsplit(url)
    top = f"{parts.scheme}://{parts.netloc}/"
    folder = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    if re.search(r"\.\w{2,5}/\Z", folder):  # a file has no feeds below it
        folder = "/"
    found = []
    for kind, names in _COMMON:
        # A section's own feed is nearer to what was asked for; sitemaps are the site's.
        bases = (folder, "/") if kind is FeedKind.FEED and folder != "/" else ("/",)
        for place in bases:
            found += [
                FeedCandidate(kind=kind, url=address, origin="path")
                for name in names
                if (address := resolve(top, f"{place}{name}"))
            ]
    return _unique(found)


def section_candidate(url: str) -> FeedCandidate:
    """The page itself, to be read as a section."""
    return FeedCandidate(kind=FeedKind.SECTION, url=url, origin="given")


def _declared(element: Element, base: str) -> FeedCandidate | None:
    rel = (element.get("rel") or "").lower().split()
    kind = (element.get("type") or "").lower().partition(";")[0].strip()
    title = plain(element.get("title"), 200)
    href = element.get("href") or ""
    if "sitemap" in rel:
        feed_kind = FeedKind.SITEMAP
    elif "alternate" in rel or "feed" in rel:
        vague = kind in _VAGUE_TYPES and (_FEED_PATH.search(href) or _FEED_WORD.search(title or ""))
        # WordPress declares its oEmbed and REST documents in the same way.
        if (
            not (kind in _FEED_TYPES or vague or "feed" in rel)
            or "oembed" in href
            or "wp-json" in href
        ):
            return None
        feed_kind = FeedKind.FEED
    else:
        return None
    url = resolve(base, href) if href.strip() else None
    return FeedCandidate(kind=feed_kind, url=url, title=title, origin="link") if url else None


def _linked(element: Element, base: str) -> FeedCandidate | None:
    href = (element.get("href") or "").strip()[:2048]
    kind = (element.get("type") or "").lower().partition(";")[0].strip()
    if not href or href.startswith("#"):
        return None
    if _SITEMAP_PATH.search(href):
        feed_kind = FeedKind.SITEMAP
    elif kind in _FEED_TYPES or _FEED_PATH.search(href):
        feed_kind = FeedKind.FEED
    else:
        return None
    url = resolve(base, href)
    if url is None or (
        not same_site(base, url) and "feedburner" not in url and kind not in _FEED_TYPES
    ):
        return None
    title = plain("".join(element.itertext())[:400], 200) or plain(element.get("title"), 200)
    return FeedCandidate(kind=feed_kind, url=url, title=title, origin="anchor")


def _canonical(root: Element, url: str, base: str) -> FeedCandidate | None:
    for element in root.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split():
            address = resolve(base, element.get("href") or "")
            if address and address != url and same_site(url, address):
                return FeedCandidate(
                    kind=FeedKind.SECTION, url=address, title=title_of(root), origin="canonical"
                )
            return None
    return None


def _unique(candidates: Iterable[FeedCandidate]) -> tuple[FeedCandidate, ...]:
    first: dict[str, FeedCandidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.url, candidate)
    return tuple(first.values())
