"""Parses HTML pages for discovery, within bounds, and reads the few facts that are asked of all."""

from __future__ import annotations

from lxml import etree, html

from crawler.discovery.snippet import plain
from crawler.discovery.xmlguard import MAX_MARKUP, Element
from pipeline.errors import HostileInputError, NotAFeedError
from pipeline.extract.charset import decode_html
from pipeline.urls import resolve, same_site


def tree(body: bytes, content_type: str = "") -> Element:
    """Return the root element of the page.

    Raises HostileInputError for more than 600,000 tags, NotAFeedError if nothing is left of it.
    """
    if body.count(b"<") > MAX_MARKUP:
        raise HostileInputError(f"more than {MAX_MARKUP} tags")
    text = decode_html(body, content_type).replace("\0", "")
    # As bytes again: lxml refuses text that declares a charset.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise NotAFeedError(f"no HTML: {str(error)[:120]}") from error
    return root


def base_of(root: Element, url: str) -> str:
    """The URL that links are relative to; a ``<base>`` of another site is not believed."""
    for element in root.iter("base"):
        href = resolve(url, element.get("href") or "")
        return href if href and same_site(url, href) else url
    return url


def page_title(body: bytes, content_type: str = "") -> str | None:
    """The text of ``<title>``, or None; never raises for a page that cannot be read."""
    try:
        return title_of(tree(body, content_type))
    except (HostileInputError, NotAFeedError):
        return None


def title_of(root: Element) -> str | None:
    """The text of ``<title>`` as one line, or None."""
    return next((plain(t.text, 200) for t in root.iter("title")), None)
