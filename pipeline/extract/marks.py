"""Sorts the elements of a page by what their names say they hold: authors, times, credits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from pipeline.extract.document import Element

# Parts of names, in lower case.
_AUTHOR = (
    "author",
    "byline",
    "autor",
    "auteur",
    "writer",
    "reporter",
    "signature",
    "redak",
    "redac",
)
_DATE = (
    "date", "datum", "fecha", "time", "zeit", "publi", "posted", "modified", "created", "meta",
    "byline", "tarih", "tanggal", "dato", "info",
)  # fmt: skip
# "credit" and "copyright" are left out: nearly all of them belong to photographs.
_CREDIT = ("source", "agenc", "agentur", "quelle", "fuente", "kaynak")
_PLACES = {"author": _AUTHOR, "date": _DATE, "credit": _CREDIT}
_NAMELESS = (None,) * 5
_MAX = 200  # elements of one sort

# Boxes that belong to other stories, to readers or to the whole site.
_ELSEWHERE = (
    "teaser", "related", "recommend", "comment", "sidebar", "popular", "trending", "mostread",
    "most-read", "most_read", "newsletter", "carousel", "footer", "navbar", "menu", "gallery",
    "caption", "latest", "weather",
)  # fmt: skip
_DEPTH = 14  # elements above that are asked


@dataclass(slots=True)
class Marks:
    """Elements by what their names say; an element may be of several sorts."""

    author: list[Element] = field(default_factory=list)
    date: list[Element] = field(default_factory=list)
    credit: list[Element] = field(default_factory=list)


def marks(tree: Element) -> Marks:
    """The elements of ``tree`` whose class, id, itemprop or rel says that they hold something."""
    # Pages repeat their names, so each distinct one is looked at once, and all of them at a time.
    holders: dict[tuple[str | None, ...], list[tuple[int, Element]]] = {}
    for place, element in enumerate(tree.iter(etree.Element)):
        get = element.get
        names = (get("class"), get("itemprop"), get("rel"), get("id"), get("data-testid"))
        if names != _NAMELESS:
            held = holders.get(names)
            if held is None:
                holders[names] = [(place, element)]
            else:
                held.append((place, element))
    order = list(holders)
    lines = [" ".join(filter(None, names)).lower().replace("\n", " ") for names in order]
    text = "\n".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = Marks()
    for sort, parts in _PLACES.items():
        hits = {bisect_right(starts, at) - 1 for part in parts for at in _finds(text, part)}
        places = sorted(
            (held for hit in hits for held in holders[order[hit]]), key=lambda held: held[0]
        )
        setattr(found, sort, [element for _, element in places[:_MAX]])
    return found


def _finds(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def elsewhere(element: Element) -> bool:
    """True if ``element`` stands in a box of other stories, of readers or of the whole site."""
    for depth, up in enumerate((element, *element.iterancestors())):
        if depth > _DEPTH or up.tag in ("body", "html", "article", "main"):
            return False
        if up.tag in ("aside", "footer", "nav", "figure", "figcaption"):
            return True
        if _names_elsewhere(up.get("class") or "", up.get("id") or ""):
            return True
    return False


@lru_cache(maxsize=4096)
def _names_elsewhere(classes: str, name: str) -> bool:
    words = f"{classes} {name}".lower()
    return any(part in words for part in _ELSEWHERE)
