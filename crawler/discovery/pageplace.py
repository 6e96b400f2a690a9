"""Says where on a page an anchor stands: in a menu, a heading, a teaser box, near a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.discovery.xmlguard import Element


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MENU_TAGS = frozenset(("nav", "footer", "menu"))
_MENU_ROLES = frozenset(("navigation", "contentinfo", "menu", "menubar", "tablist", "dialog"))
_MENU_NAMES = _names(
    """nav navbar navigation menu submenu megamenu footer breadcrumb breadcrumbs crumbs masthead
    topbar toolbar hamburger offcanvas social share sharing cookie cookies consent login
    pagination pager paging languages skip subnav topnav sitenav byline author authors tags
    taglist"""
)
_CARD_NAMES = _names(
    """teaser card story headline article post entry item promo news listing tile media-object feed
    result"""
)
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOT_BOXES = frozenset(("html", "body", "main", "article", "form"))
_LEVELS = 4  # ancestors that make the shape of a place, and that are searched for a time
_HEADLINES: Any = etree.XPath("count(.//h2//a | .//h3//a | .//h4//a)")
_ANCHORS: Any = etree.XPath("count(.//a)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where one anchor stands."""

    shape: str  # tags and classes from the anchor up: like boxes have like shapes
    menu: bool  # inside navigation, footer, breadcrumbs, share buttons …
    heading: bool  # in a heading, or around one
    card: bool  # in an <article>, or a box that is named like a teaser
    time: str | None  # of the <time> in the same box


class Places:
    """Places on one page; what is known of an element is worked out once."""

    def __init__(self, root: Element) -> None:
        self._counts: dict[Element, float] = {}
        self._half = self._anchors(root) / 2
        self._menu: dict[Element, bool] = {}
        self._names: dict[str, frozenset[str]] = {}

    def of(self, anchor: Element) -> Place:
        """The place of ``anchor``."""
        shape = [f"{anchor.tag}.{_first_class(anchor)}"]
        heading = next(anchor.iter(*_HEADINGS), None) is not None
        card, time, near, box = False, None, True, anchor
        for level, up in enumerate(anchor.iterancestors()):
            tag = up.tag
            if tag in ("html", "body") or level >= 8:
                break
            if level < _LEVELS:
                shape.append(f"{tag}.{_first_class(up)}")
                heading = heading or tag in _HEADINGS
            if not card and level < 6:
                card = tag == "article" or bool(self._named(up) & _CARD_NAMES)
            if near and level < _LEVELS and time is None:
                near = (
                    level == 0 or self._anchors(up) <= 6
                )  # beyond that it is the box of others too
                box = up if near else box
        if anchor.getparent() is not None:
            time = _time_in(box)
        return Place(
            shape=" ".join(shape), menu=self._in_menu(anchor), heading=heading, card=card, time=time
        )

    def _anchors(self, element: Element) -> float:
        count = self._counts.get(element)
        if count is None:
            count = self._counts[element] = float(_ANCHORS(element))
        return count

    def _in_menu(self, element: Element) -> bool:
        passed = []
        answer = False
        for up in element.iterancestors():
            known = self._menu.get(up)
            if known is not None:
                answer = known
                break
            passed.append(up)
            if self._is_menu(up):
                answer = True
                break
        for up in passed:
            self._menu[up] = answer
        return answer

    def _is_menu(self, element: Element) -> bool:
        tag = element.tag
        if tag in _MENU_TAGS or (element.get("role") or "").lower() in _MENU_ROLES:
            return True
        if tag in _NOT_BOXES:
            return False
        if tag == "header":
            # The head of the page, and not of an article or a block in it.
            return next(element.iterancestors("article", "main", "section"), None) is None and (
                next(element.iter("article"), None) is None
            )
        # A class such as "has-nav" on the box around everything says nothing.
        if not self._named(element) & _MENU_NAMES or self._anchors(element) >= self._half:
            return False
        return bool(
            _HEADLINES(element) < 3
        )  # named so for something else: it holds a list of articles

    def _named(self, element: Element) -> frozenset[str]:
        text = f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
        names = self._names.get(text)
        if names is None:
            names = self._names[text] = frozenset(n.lower() for n in _NAME.findall(text))
        return names


def _first_class(element: Element) -> str:
    return (element.get("class") or "").strip()[:200].partition(" ")[0]


def _time_in(box: Element) -> str | None:
    found = next(box.iter("time"), None)
    return found.get("datetime") if found is not None else None
