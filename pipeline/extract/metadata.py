"""Collects what a page says about its article, each field with where it was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.extract import jsonld
from pipeline.extract.authors import authors
from pipeline.extract.dates import modified, published
from pipeline.extract.document import Document, Element
from pipeline.extract.headline import headline
from pipeline.extract.metatags import MetaTags, canonical
from pipeline.model import Certainty
from pipeline.text import clean_line
from pipeline.urls import resolve

_SUMMARY = (
    "og:description", "description", "twitter:description", "dc.description",
    "sailthru.description",
)  # fmt: skip
_IMAGE = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src",
    "parsely-image-url", "thumbnail",
)  # fmt: skip
_SECTION = (
    "article:section", "og:article:section", "parsely-section", "section", "dc.subject",
    "cxenseparse:recs:category",
)  # fmt: skip
_TAGS = (
    "og:article:tag", "parsely-tags", "news_keywords", "keywords", "sailthru.tags",
)  # fmt: skip
_SITE = (
    "og:site_name", "application-name", "twitter:app:name:iphone", "publisher", "dc.publisher",
    "apple-mobile-web-app-title", "copyright",
)  # fmt: skip
_LANGUAGE = ("og:locale", "content-language", "language", "dc.language")
_MAX_TAGS = 30
_MAX_TAG = 80  # characters
_MAX_SUMMARY = 1_000
_PAYWALL = frozenset(("locked", "metered", "premium", "paid", "subscriber", "subscription"))


@dataclass(slots=True)
class Metadata:
    """What the page says, before the text is known."""

    title: str = ""
    canonical_url: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    published_certainty: Certainty = Certainty.UNKNOWN
    modified_certainty: Certainty = Certainty.UNKNOWN
    summary: str | None = None
    image: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    site_name: str | None = None
    paywalled: bool = False
    articlebody: str = ""  # the JSON-LD's text, kept by some pages that build themselves by script
    languages: list[tuple[str | None, str]] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)


def read(document: Document) -> Metadata:
    """All metadata of ``document``; its tree is only looked at."""
    tree, url = document.tree, document.url
    meta = MetaTags(tree)
    found = jsonld.nodes(tree)
    known = jsonld.by_id(found)
    node = jsonld.article(found)
    data = Metadata()

    def note(name: str, value: object, origin: str) -> None:
        if value:
            setattr(data, name, value)
            data.provenance[name] = origin

    site = _site_names(meta, found, node, known, url)
    if site.stated:
        note("site_name", site.stated, site.origin)
    note("title", *headline(tree, meta, node, site.all))
    note("authors", *authors(tree, meta, node, known, site.all))
    note("published_at", *published(tree, meta, node, url))
    note("modified_at", *modified(meta, node))
    note("canonical_url", *_address(url, canonical(tree), "link:canonical"))
    if data.canonical_url is None:
        note("canonical_url", *_from_meta(url, meta, ("og:url",)))
    note("summary", *_line(meta, node, _SUMMARY, "description", _MAX_SUMMARY))
    note("image", *_from_meta(url, meta, _IMAGE))
    if data.image is None:
        note("image", *_address(url, jsonld.first(node, "image", "thumbnailUrl"), "json-ld:image"))
    note("section", *_line(meta, node, _SECTION, "articleSection", 80, structured_first=True))
    note("tags", *_tags(meta, node))
    note("paywalled", *_paywall(meta, found))
    if node is not None:
        data.articlebody = jsonld.first(node, "articleBody") or ""
    data.languages = _languages(tree, meta, node)
    return data


def _languages(
    tree: Element, meta: MetaTags, node: jsonld.Node | None
) -> list[tuple[str | None, str]]:
    """Every language tag on the page with its origin, the most believable first."""
    lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    found = [(lang or tree.get("xml:lang"), "html:lang")]
    found.append((jsonld.first(node, "inLanguage"), "json-ld:inLanguage"))
    found.extend((text, f"meta:{name}") for name in _LANGUAGE for text in meta.all(name)[:1])
    return found


@dataclass(slots=True)
class _Site:
    stated: str | None
    origin: str
    all: list[str]


def _site_names(
    meta: MetaTags,
    found: list[jsonld.Node],
    node: jsonld.Node | None,
    known: dict[str, jsonld.Node],
    url: str,
) -> _Site:
    """The outlet's name, and all names under which titles and authors may carry it."""
    stated, origin = None, ""
    names: list[str] = []
    for name in _SITE:
        for text in meta.all(name)[:3]:
            names.append(clean_line(text, 100))
            if stated is None and name in ("og:site_name", "application-name"):
                stated, origin = names[-1], f"meta:{name}"
    publishers = [name for name, _ in jsonld.people((node or {}).get("publisher"), known)]
    for item in found:
        if any(kind.endswith(("Organization", "WebSite")) for kind in jsonld.types(item)):
            publishers.extend(jsonld.strings(item.get("name"))[:1])
    publishers = [clean_line(name, 100) for name in publishers]
    names.extend(publishers)
    if stated is None and publishers:
        stated, origin = publishers[0], "json-ld:publisher"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    host = host.removeprefix("www.")
    if host:
        names.append(host)
        names.append(max(host.split("."), key=len))
    return _Site(stated=stated, origin=origin, all=[name for name in names if name])


def _line(
    meta: MetaTags,
    node: jsonld.Node | None,
    names: tuple[str, ...],
    key: str,
    limit: int,
    *,
    structured_first: bool = False,
) -> tuple[str | None, str]:
    structured = clean_line(jsonld.first(node, key) or "", limit)
    if structured and structured_first:
        return structured, f"json-ld:{key}"
    stated = meta.first(*names)
    if stated is not None:
        text = clean_line(stated[0], limit)
        if text:
            return text, f"meta:{stated[1]}"
    return (structured, f"json-ld:{key}") if structured else (None, "")


def _from_meta(url: str, meta: MetaTags, names: tuple[str, ...]) -> tuple[str | None, str]:
    stated = meta.first(*names)
    if stated is None:
        return None, ""
    return _address(url, stated[0], f"meta:{stated[1]}")


def _address(url: str, href: str | None, origin: str) -> tuple[str | None, str]:
    found = resolve(url, href.strip()) if href and href.strip() else None
    return found, origin if found else ""


def _tags(meta: MetaTags, node: jsonld.Node | None) -> tuple[tuple[str, ...], str]:
    sources: list[tuple[list[str], str]] = [(meta.all("article:tag"), "meta:article:tag")]
    if node is not None:
        sources.append((jsonld.strings(node.get("keywords")), "json-ld:keywords"))
    sources.extend((meta.all(name), f"meta:{name}") for name in _TAGS)
    for texts, origin in sources:
        pieces = [p for text in texts for p in (text.split(",") if len(texts) < 3 else [text])]
        cleaned = [clean_line(piece) for piece in pieces[: 4 * _MAX_TAGS]]
        # "type:article" and the like are keys for machines
        kept = [
            tag for tag in cleaned if tag and len(tag) <= _MAX_TAG and not tag.startswith("type:")
        ]
        if kept:
            return tuple(dict.fromkeys(kept))[:_MAX_TAGS], origin
    return (), ""


def _paywall(meta: MetaTags, found: list[jsonld.Node]) -> tuple[bool, str]:
    for node in found:
        free = node.get("isAccessibleForFree")
        if free is False or (
            isinstance(free, str) and free.strip().lower() in ("false", "no", "0")
        ):
            return True, "json-ld:isAccessibleForFree"
    stated = meta.first("article:content_tier", "og:article:content_tier")
    if stated is not None and stated[0].strip().lower() in _PAYWALL:
        return True, f"meta:{stated[1]}"
    return False, ""
