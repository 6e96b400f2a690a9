"""Names XML elements by what their namespace means, and takes out their text."""

from __future__ import annotations

from functools import lru_cache

from crawler.discovery.xmlguard import Element

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RAW = 20_000  # characters of an element's text that are read
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_PREFIXES = {  # namespace -> the prefix we know it by, whatever the document calls it
    **dict.fromkeys(_ATOM, "atom"),
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.rssboard.org/media-rss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}


@lru_cache(maxsize=2048)
def name_of(tag: str) -> str:
    """``{namespace}local`` as ``prefix:local`` in lower case, by namespace and not by prefix.

    Elements of RSS itself have no prefix; those of unknown namespaces get ``?``.
    """
    if not tag.startswith("{"):
        return tag.lower()
    space, _, local = tag[1:].rpartition("}")
    prefix = _PREFIXES.get(space)
    if prefix is None:
        plain_rss = "/rss" in space.lower() and "/modules/" not in space.lower()
        known = plain_rss or "netscape" in space.lower() or "backend.userland" in space.lower()
        return local.lower() if known else f"?:{local.lower()}"
    return f"{prefix}:{local.lower()}"


def text_of(element: Element) -> str:
    """The element's text; with markup inside that nobody escaped, the text of that too."""
    if len(element) == 0:
        return (element.text or "")[:_RAW]
    parts, size = [], 0
    for part in element.itertext():
        parts.append(part)
        size += len(part)
        if size > _RAW:
            break
    return "".join(parts)[:_RAW]
