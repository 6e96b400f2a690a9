"""Finds the outlet's name, and all names under which titles and bylines may carry it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.extract import jsonld
from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.extract.metatags import MetaTags
from pipeline.text import clean_line

_STATED = ("og:site_name", "application-name")
_NAMES = (
    *_STATED, "twitter:app:name:iphone", "publisher", "dc.publisher", "apple-mobile-web-app-title",
    "copyright",
)  # fmt: skip
_PIECES = re.compile(r"\s+[|\-–—•·:/]+\s+|\s*[|｜]\s*")


@dataclass(frozen=True, slots=True)
class SiteName:
    """The name of the outlet and its variants."""

    stated: str | None
    origin: str
    all: tuple[str, ...]


def site_name(
    tree: Element,
    meta: MetaTags,
    found: Sequence[jsonld.Node],
    node: jsonld.Node | None,
    known: dict[str, jsonld.Node],
    url: str,
) -> SiteName:
    """What the page calls its outlet: in meta tags, the JSON-LD, or behind its title."""
    stated, origin = None, ""
    names: list[str] = []
    for name in _NAMES:
        for text in meta.all(name)[:3]:
            names.append(clean_line(text, 100))
            if stated is None and name in _STATED:
                stated, origin = names[-1], f"meta:{name}"
    publishers = [name for name, _ in jsonld.people((node or {}).get("publisher"), known)]
    for item in found:
        if any(kind.endswith(("Organization", "WebSite")) for kind in jsonld.types(item)):
            publishers.extend(jsonld.strings(item.get("name"))[:1])
    publishers = [clean_line(name, 100) for name in publishers]
    names.extend(publishers)
    if not stated and publishers:
        stated, origin = publishers[0], "json-ld:publisher"
    host = _host(url)
    if host:
        label = max(host.split("."), key=len)
        if not stated:
            stated, origin = _behind_title(tree, label)
            names.extend([stated] if stated else [])
        names.extend((host, label))
    return SiteName(stated=stated or None, origin=origin, all=tuple(name for name in names if name))


def _behind_title(tree: Element, label: str) -> tuple[str | None, str]:
    """The part of <title> that is the host's name, spelled for people."""
    title = tree.find(".//title")
    for piece in reversed(_PIECES.split(clean_line(flat(title)))) if title is not None else ():
        if fold(piece) == fold(label):
            return piece, "title"
    return None, ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
