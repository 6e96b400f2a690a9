"""Finds when an article was published and last changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from pipeline.extract import jsonld
from pipeline.extract.document import Element, flat
from pipeline.extract.metatags import MetaTags
from pipeline.times import parse_time

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "article:published",
    "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "publish_date", "pubdate",
    "publication_date", "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date",
    "dc.date.created", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "originalpublicationdate", "og:published_time", "article_date_original",
    "rnews:datepublished", "citation_publication_date", "datecreated", "date", "last-published",
    "release_date", "og:release_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time",
    "article:modified", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod",
    "revised", "cxenseparse:recs:updatetime",
)  # fmt: skip
_IN_URL = re.compile(
    r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<s>[/_-]?)"
    r"(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9])"
)
_MAX_TIMES = 40
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def published(
    tree: Element, meta: MetaTags, node: jsonld.Node | None, url: str
) -> tuple[datetime | None, str]:
    """When the article came out (UTC) and where that is said; the address is asked last."""
    found = _stated(meta, node, ("datePublished", "dateCreated", "uploadDate"), _PUBLISHED)
    if found[0] is not None:
        return found
    for text, origin in _times(tree):
        moment = _believable(text)
        if moment is not None:
            return moment, origin
    match = _IN_URL.search(url)
    if match is not None:
        moment = _believable(f"{match['y']}-{match['m']}-{match['d']}")
        if moment is not None:
            return moment, "url"
    return None, ""


def modified(meta: MetaTags, node: jsonld.Node | None) -> tuple[datetime | None, str]:
    """When the article was last changed (UTC), as the page says, and where."""
    return _stated(meta, node, ("dateModified",), _MODIFIED)


def _stated(
    meta: MetaTags, node: jsonld.Node | None, keys: tuple[str, ...], names: tuple[str, ...]
) -> tuple[datetime | None, str]:
    for key in keys:
        moment = _believable(jsonld.first(node, key) or "")
        if moment is not None:
            return moment, f"json-ld:{key}"
    for name in names:
        for text in meta.all(name):
            moment = _believable(text)
            if moment is not None:
                return moment, f"meta:{name}"
    return None, ""


def _believable(text: str) -> datetime | None:
    moment = parse_time(text.strip()) if text.strip() else None
    # 1970 and 0001 are zeros of programs; the future is judged where the clock is known
    return moment if moment is not None and moment >= _EARLIEST else None


def _times(tree: Element) -> Iterator[tuple[str, str]]:
    """Texts of elements for times: those marked as the publication's first."""
    marked: list[tuple[str, str]] = []
    plain: list[tuple[str, str]] = []
    for count, element in enumerate(tree.iter("time", "abbr", "relative-time")):
        if count > _MAX_TIMES:
            break
        words = (
            f"{element.get('itemprop', '')} {element.get('class', '')} {element.get('pubdate', '')}"
        )
        target = marked if re.search(r"(?i)publish|pubdate|created|entry-date", words) else plain
        if element.tag != "abbr" or element.get("title"):
            target.append(
                (element.get("datetime") or element.get("title") or flat(element), "time")
            )
    for element in tree.xpath("//*[@itemprop='datePublished']")[:_MAX_TIMES]:
        stated = element.get("content") or element.get("datetime") or flat(element)
        yield stated[:100], "itemprop:datePublished"
    for text, origin in (*marked, *plain):
        yield text[:100], origin
