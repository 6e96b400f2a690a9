"""Finds article links in what a feed, a sitemap or a section page returned: pure, over bytes.

To add a format: a parser in a module of its own, and one line in ``FORMATS`` (by root element) or
in ``PARSERS`` (by kind of feed).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.discovery import feeds, sitemaps
from crawler.discovery.autodiscover import feeds_in_page
from crawler.discovery.htmltree import page_title
from crawler.discovery.jsonfeed import json_feed
from crawler.discovery.sections import section
from crawler.discovery.xmlbytes import decode, prepare, unpack
from crawler.discovery.xmlguard import XmlDocument
from crawler.discovery.xmlguard import parse as parse_xml
from pipeline.errors import NotAFeedError
from pipeline.model import Discovery, FeedKind, LinkRules

__all__ = ["FORMATS", "PARSERS", "parse"]

# Root element, without prefix and in lower case -> reader of such a document.
FORMATS: dict[str, Callable[[XmlDocument, str, LinkRules], Discovery]] = {
    "rss": feeds.rss,
    "rdf": feeds.rss,
    "channel": feeds.rss,  # some sites forget the element around it
    "feed": feeds.atom,
    "urlset": sitemaps.urlset,
    "sitemapindex": sitemaps.sitemap_index,
}
_NO_RULES = LinkRules()
_JSON = re.compile(rb"\A[\s\xef\xbb\xbf]*[{\[]")
_XML = re.compile(
    rb"\A[\s\xef\xbb\xbf]*<(?:\?xml|rss|rdf:RDF|feed|urlset|sitemapindex)[\s>]", re.IGNORECASE
)
_HTML = re.compile(
    rb"\A(?:[\s\xef\xbb\xbf]|<\?[^>]{0,200}>|<!--.{0,2000}?-->)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def parse(
    kind: FeedKind,
    body: bytes,
    url: str,
    *,
    content_type: str = "",
    rules: LinkRules = _NO_RULES,
) -> Discovery:
    """Return what ``body`` holds.

    ``body`` is free of HTTP Content-Encoding; ``url`` is where it came from, after redirects;
    ``content_type`` is the header as sent.  Between feeds and sitemaps the document decides, not
    ``kind``.  Raises NotAFeedError, HostileInputError, TooLargeError or another DocumentError.
    """
    return PARSERS[kind](unpack(body), url, content_type, rules)


def _document(body: bytes, url: str, content_type: str, rules: LinkRules) -> Discovery:
    """Read a feed or a sitemap, whichever it is."""
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise NotAFeedError("the document is empty")
    if _JSON.match(body[:64]):
        return json_feed(body, url, rules, content_type)
    if _HTML.match(body[:8192]):
        raise NotAFeedError(_html_instead(body, url, content_type))
    if body.lstrip(b" \t\r\n\0\xef\xbb\xbf")[:4].lower() == b"http":
        return sitemaps.url_list(decode(body, content_type)[0], url, rules)
    source = prepare(body, content_type)
    reader = FORMATS.get(source.root.lower())
    if reader is None:
        if source.root.lower() in ("html", "head", "body"):
            raise NotAFeedError(_html_instead(body, url, content_type))
        raise NotAFeedError(f"XML, but no feed or sitemap: its root is <{source.root}>")
    return reader(parse_xml(source), url, rules)


def _section(body: bytes, url: str, content_type: str, rules: LinkRules) -> Discovery:
    """Read an HTML page; a feed in its place is read as a feed."""
    if not body.strip():
        raise NotAFeedError("the page is empty")
    if _XML.match(body[:512]) and not _HTML.match(body[:8192]):
        return _document(body, url, content_type, rules)
    return section(body, url, content_type, rules)


def _html_instead(body: bytes, url: str, content_type: str) -> str:
    """Say what page came, and which feeds it names: the address may have moved."""
    title = page_title(body, content_type)
    named = [
        c.url for c in feeds_in_page(body, url, content_type) if c.kind is not FeedKind.SECTION
    ]
    return (
        "an HTML page came instead of a feed"
        + (f', titled "{title}"' if title else "")
        + (f"; it names {', '.join(named[:3])}" if named else "")
    )


PARSERS: dict[FeedKind, Callable[[bytes, str, str, LinkRules], Discovery]] = {
    FeedKind.FEED: _document,
    FeedKind.SITEMAP: _document,
    FeedKind.SECTION: _section,
}
