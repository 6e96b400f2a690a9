"""Takes out of a tree what is never article text: code, controls, and boxes that say so by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from pipeline.extract.boxnames import is_clutter, is_consent_wall
from pipeline.extract.document import Element, xpath

_CODE = (
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas",
    "video", "audio", "link", "meta", "map", "select", "option", "textarea", "input", "button",
    "dialog", "figcaption", "progress", "frame", "frameset", "applet", "base",
)  # fmt: skip
_FRAMES = frozenset(("nav", "aside", "footer", "menu", "figure"))
_INVISIBLE = re.compile(r"(?i)(?:display\s*:\s*none|visibility\s*:\s*hidden)")

# Shares of the page's text outside links from which on one box, or all boxes of one name, are kept.
_LARGE_ALONE = 0.3
_LARGE_TOGETHER = 0.4
# Hidden paragraphs are the article when they are this many times the visible ones; else a copy.
_MOSTLY_HIDDEN = 1.7
OWN_ENOUGH = 600  # characters of paragraphs that make an <article> more than a teaser
MIN_PARAGRAPH = 40  # characters below which a <p> is a label or a name

_TEXT_OUTSIDE_LINKS = xpath("descendant::text()[not(ancestor::a)]")
_LENGTH = xpath("string-length(.)")
_HOLDS_ARTICLE = xpath(
    "boolean(descendant-or-self::main | descendant::h1"
    " | descendant-or-self::*[contains(@itemprop, 'articleBody')])"
)


def weight(element: Element) -> int:
    """Characters of text outside links."""
    return len(" ".join("".join(_TEXT_OUTSIDE_LINKS(element)).split()))


def strip_code(tree: Element) -> None:
    """Remove scripts, controls and the like from ``tree``, in place."""
    etree.strip_elements(tree, *_CODE, with_tail=False)


def suspects(tree: Element, also: Callable[[str], bool] = lambda names: False) -> Suspects:
    """The boxes of ``tree`` that may be clutter, looked for once for both steps that follow.

    ``also`` is asked about the class and id of boxes that our own names do not know.
    """
    body = tree.find(".//body")
    return _suspects(body, also) if body is not None else Suspects()


def strip_unseen(tree: Element, found: Suspects) -> None:
    """Remove what a reader does not see: consent walls, and hidden boxes that are not the text."""
    body = tree.find(".//body")
    if body is None:
        return
    # Before anything is weighed: on a short article the wall is most of the page's text.
    for wall in found.walls:
        if not _HOLDS_ARTICLE(wall):
            wall.drop_tree()
    _strip_hidden(body, [e for e in found.hidden if body in e.iterancestors()])


def strip_clutter(tree: Element, found: Suspects, whole: int | None = None) -> None:
    """Remove boxes that name themselves clutter, in place.

    ``whole``: characters of the page's text outside links, for whom has counted them already.

    A box that holds a large share of the page's text is kept whatever its name is, and so are boxes
    of one name that do so together: outlets wrap whole articles in "has-sidebar" or "paywall", cut
    them into pieces between advertisements, and hide them until a script runs.
    """
    body = tree.find(".//body")
    if body is None or not found.named:
        return
    if whole is None:
        whole = weight(body)
    one, together = max(200, whole * _LARGE_ALONE), max(200, whole * _LARGE_TOGETHER)
    gone: set[Element] = set()
    for group in found.named.values():
        # Some went with the unseen, or with an article that is not this page's.
        present = [e for e in group if _stands(e, body, gone)]
        for element in _light(present, one, together):
            if not _holds_article(element):
                element.drop_tree()
                gone.add(element)


def _stands(element: Element, body: Element, gone: set[Element]) -> bool:
    for above in element.iterancestors():
        if above is body:
            return True
        if above in gone:
            return False
    return False


@dataclass(slots=True)
class Suspects:
    """Boxes that may be clutter, in document order."""

    walls: list[Element] = field(default_factory=list)
    hidden: list[Element] = field(default_factory=list)
    named: dict[str, list[Element]] = field(default_factory=dict)  # by tag and class


def _suspects(body: Element, also: Callable[[str], bool]) -> Suspects:
    found = Suspects()
    known: dict[tuple[str | None, str | None], bool] = {}
    # Asking each element is twice as fast as an XPath with as many conditions.
    for element in body.iterdescendants():
        if "-" in element.tag:
            element.tag = "div"  # a site's own element; nobody's rules know it
        get = element.get
        style = get("style")
        if (
            (style is not None and _INVISIBLE.search(style))
            or get("hidden") is not None
            or get("aria-hidden") == "true"
        ):
            found.hidden.append(element)
            continue
        name, ident = get("class"), get("id")
        clutter: bool | None = False
        if name or ident:
            clutter = known.get((name, ident))
            if clutter is None:
                joined = f"{name or ''} {ident or ''}"
                clutter = known[name, ident] = is_clutter(joined) or also(joined)
            if clutter and is_consent_wall(f"{name} {ident}"):
                found.walls.append(element)
                continue
        if clutter or (element.tag in _FRAMES and not _is_quotation(element)):
            found.named.setdefault(f"{element.tag} {name}", []).append(element)
    return found


def _is_quotation(element: Element) -> bool:
    return element.tag == "figure" and element.find(".//blockquote") is not None


def _light(group: list[Element], one: float, together: float) -> list[Element]:
    """Those of a group of boxes of one name that hold little of the page's text."""
    if not group:
        return []
    # The length of all text is an upper bound that costs a tenth of weighing.
    sizes: list[float] = [_LENGTH(element) for element in group]
    if max(sizes) > one or sum(sizes) > together:
        sizes = [weight(element) for element in group]
        if sum(sizes) > together and not _nested(group):
            return []
    return [element for element, size in zip(group, sizes, strict=True) if size <= one]


def _strip_hidden(body: Element, hidden: list[Element]) -> None:
    """Remove hidden boxes unless most of what the page says is in them."""
    if not hidden:
        return
    unseen = set(hidden)
    outer = [e for e in hidden if not any(above in unseen for above in e.iterancestors())]
    concealed = sum(prose(element) for element in outer)
    if concealed > _MOSTLY_HIDDEN * (prose(body) - concealed):
        outer = [element for element in outer if prose(element) < concealed * _LARGE_ALONE]
    for element in outer:
        if element.getparent() is not None:
            element.drop_tree()


def _holds_article(element: Element) -> bool:
    if _HOLDS_ARTICLE(element):
        return True
    return any(prose(article) >= OWN_ENOUGH for article in element.iter("article"))


def prose(element: Element) -> int:
    """Characters of the paragraphs below ``element``, links and short lines left out."""
    sizes = (weight(paragraph) for paragraph in element.iter("p"))
    return sum(size for size in sizes if size >= MIN_PARAGRAPH)


def _nested(group: list[Element]) -> bool:
    """True if the first of ``group`` holds the second: their weights count the same text twice."""
    return len(group) > 1 and any(above is group[0] for above in group[1].iterancestors())
