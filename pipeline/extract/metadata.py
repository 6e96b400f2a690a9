"""Collects what a page says about its article, each field with where it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from pipeline.extract import agency, jsonld
from pipeline.extract.authors import credited_authors
from pipeline.extract.dates import times
from pipeline.extract.document import Document, Element, flat
from pipeline.extract.habit import NO_HABIT, TimeHabit
from pipeline.extract.headings import within
from pipeline.extract.headline import headline
from pipeline.extract.keywords import section, tags
from pipeline.extract.marks import Marks, elsewhere, marks
from pipeline.extract.metatags import MetaTags, canonical
from pipeline.extract.paywall import paywalled
from pipeline.extract.sitename import site_name
from pipeline.extract.timeplaces import Places
from pipeline.model import Certainty
from pipeline.text import clean_line
from pipeline.text.agency_names import named
from pipeline.urls import resolve

_SUMMARY = (
    "og:description", "description", "twitter:description", "dc.description",
    "sailthru.description",
)  # fmt: skip
_IMAGE = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src",
    "parsely-image-url", "thumbnail",
)  # fmt: skip
_LANGUAGE = ("og:locale", "content-language", "language", "dc.language")
_MAX_SUMMARY = 1_000
_MAX_SOURCE = 60  # characters of "Source: AFP"
_PICTURE = re.compile(r"(?i)ima?ge?|photo|foto|bild|pict|media|video|caption")
_GENERIC_IMAGE = re.compile(r"(?i)logo|placeholder|default[-_.]|fallback|favicon")


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
    agencies: tuple[str, ...] = ()  # known when the text is
    credits: agency.Evidence = field(default_factory=agency.Evidence)
    articlebody: str = ""  # the JSON-LD's text, kept by some pages that build themselves by script
    languages: list[tuple[str | None, str]] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)


def read(document: Document, habit: TimeHabit = NO_HABIT) -> Metadata:
    """All metadata of ``document``; its tree is only looked at."""
    tree, url = document.tree, document.url
    meta = MetaTags(tree)
    found = jsonld.nodes(tree)
    known = jsonld.by_id(found)
    node = jsonld.article(found)
    places = marks(tree)
    around = Places(tree, places)
    data = Metadata()

    def note(name: str, value: object, origin: str) -> None:
        if value:
            setattr(data, name, value)
            data.provenance[name] = origin

    site = site_name(tree, meta, found, node, known, url)
    if site.stated:
        note("site_name", site.stated, site.origin)
    note("title", *headline(tree, meta, node, site.all))
    said = credited_authors(tree, places, around, meta, node, known, site.all)
    note("authors", said.authors, said.origin)
    data.credits = agency.Evidence(
        claims=said.claims,
        lines=_sources(places),
        structured=agency.in_structured(node, known),
        own=agency.of_site(url) or named(site.stated or ""),
    )
    data.languages = _languages(tree, meta, node)
    titles = [data.title, clean_line(jsonld.first(node, "headline") or "")]
    published, modified = times(
        places, around, meta, node, tree, url, data.languages, titles, habit
    )
    if published is not None:
        note("published_at", published.at, published.origin)
        data.published_certainty = published.certainty
    if modified is not None:
        note("modified_at", modified.at, modified.origin)
        data.modified_certainty = modified.certainty
    note("canonical_url", *_address(url, canonical(tree), "link:canonical"))
    if data.canonical_url is None:
        note("canonical_url", *_from_meta(url, meta, ("og:url",)))
    note("summary", *_line(meta, node, _SUMMARY, "description", _MAX_SUMMARY))
    note("image", *_image(url, meta, node))
    note("section", *section(meta, node, found, data.title, site.all))
    note("tags", *tags(meta, node, data.title, site.all))
    note("paywalled", *paywalled(meta, found))
    if node is not None:
        data.articlebody = jsonld.first(node, "articleBody") or ""
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


def _sources(places: Marks) -> tuple[str, ...]:
    """Short lines that the markup calls a source, pictures' apart."""
    short = (e for e in places.credit if within(e, _MAX_SOURCE))
    texts = [clean_line(flat(e)) for e in short if not elsewhere(e) and not _pictured(e)]
    return tuple(text for text in dict.fromkeys(texts) if text)


def _pictured(element: Element) -> bool:
    above = [element, *islice(element.iterancestors(), 2)]
    return any(_PICTURE.search(f"{e.get('class') or ''} {e.get('id') or ''}") for e in above)


def _line(
    meta: MetaTags,
    node: jsonld.Node | None,
    names: tuple[str, ...],
    key: str,
    limit: int,
) -> tuple[str | None, str]:
    structured = clean_line(jsonld.first(node, key) or "", limit)
    stated = meta.first(*names)
    if stated is not None:
        text = clean_line(stated[0], limit)
        if text:
            return text, f"meta:{stated[1]}"
    return (structured, f"json-ld:{key}") if structured else (None, "")


def _image(url: str, meta: MetaTags, node: jsonld.Node | None) -> tuple[str | None, str]:
    """The picture that the page shares; the JSON-LD's where that is only the outlet's logo."""
    shared = _from_meta(url, meta, _IMAGE)
    if shared[0] is None or _GENERIC_IMAGE.search(shared[0]):
        own = _address(url, jsonld.first(node, "image", "thumbnailUrl"), "json-ld:image")
        if own[0] is not None and not _GENERIC_IMAGE.search(own[0]):
            return own
    return shared


def _from_meta(url: str, meta: MetaTags, names: tuple[str, ...]) -> tuple[str | None, str]:
    stated = meta.first(*names)
    if stated is None:
        return None, ""
    return _address(url, stated[0], f"meta:{stated[1]}")


def _address(url: str, href: str | None, origin: str) -> tuple[str | None, str]:
    found = resolve(url, href.strip()) if href and href.strip() else None
    return found, origin if found else ""
