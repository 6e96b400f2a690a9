"""Chooses the title of an article among what a page calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract import jsonld
from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.extract.metatags import MetaTags
from pipeline.text import clean_line, words

_SEPARATORS = re.compile(r"\s+[|\-–—•·»«:／｜]+\s+|\s*[|｜]\s*|\s+[-–—]\s*")
# Shares of the words of the shorter title.  Outlets do rewrite a headline for search engines, so
# one is disowned only if hardly a word is common; two agree if they are nearly the same.
_STRANGE, _SAME = 0.2, 0.8
_MIN = 3  # folded characters of a headline
_NOT_HEADLINES = re.compile(
    r"(?i)logo|breadcrumb|\bnav|menu|login|visually-?hidden|sr-only|site-?title|lightbox|popup|modal"
)


def headline(
    tree: Element, meta: MetaTags, node: jsonld.Node | None, site: Sequence[str]
) -> tuple[str, str]:
    """The title and where it comes from ("" and "" when the page has none).

    An <h1> is believed first when the page's own title or its og:title begins with it: that is what
    readers see.  Then the headline of the JSON-LD, og:title, a lone <h1>, and <title>.  A JSON-LD
    headline with which two titles that agree have nothing in common belongs to another story (a
    teaser, a page that was copied).
    """
    element = tree.find(".//title")
    page_title = clean_line(flat(element)) if element is not None else ""
    shared = meta.first("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
    claims = [fold(text) for text in (page_title, shared[0] if shared else "") if text]
    structured = clean_line(jsonld.first(node, "headline") or "")
    if structured:
        claims.append(fold(structured))
    headings = _headings(tree)
    for heading in headings:
        key = fold(heading)
        if len(key) >= _MIN and any(claim.startswith(key) for claim in claims):
            return heading, "h1"
    others = [text for text in (page_title, clean_line(shared[0]) if shared else "") if text]
    if len(fold(structured)) >= _MIN and _believable(structured, others):
        return without_site(structured, site), "json-ld:headline"
    if shared:
        return without_site(clean_line(shared[0]), site), f"meta:{shared[1]}"
    if len(headings) == 1 and len(fold(headings[0])) >= _MIN:
        return headings[0], "h1"
    if page_title:
        return without_site(page_title, site), "title"
    return (headings[0], "h1") if headings else ("", "")


def _believable(structured: str, others: Sequence[str]) -> bool:
    if len(others) < 2 or _common(*others) < _SAME:
        return True
    return any(_common(structured, other) >= _STRANGE for other in others)


def _common(one: str, other: str) -> float:
    left, right = set(words(one)), set(words(other))
    return len(left & right) / (min(len(left), len(right)) or 1)


def _headings(tree: Element) -> list[str]:
    found = []
    for heading in tree.iter("h1"):
        names = f"{heading.get('class', '')} {heading.get('id', '')}"
        if _NOT_HEADLINES.search(names) or any(
            above.tag == "nav" or _NOT_HEADLINES.search(above.get("class", ""))
            for above in heading.iterancestors("nav", "ul", "ol", "div", "li")
        ):
            continue
        text = clean_line(flat(heading))
        if text:
            found.append(text)
    return found[:20]


def without_site(title: str, site: Sequence[str]) -> str:
    """``title`` without the outlet's name behind or before it (" | Pulse Nigeria").

    ``site`` holds names of the outlet; without a match a last part after " | " goes
    too if it is short (three words, less than half of the rest): outlets vary their names there.
    """
    names = {fold(name) for name in site if len(fold(name)) > 1}
    while True:
        pieces = list(_SEPARATORS.finditer(title))
        if not pieces:
            break
        last, opening = pieces[-1], pieces[0]
        tail, head = fold(title[last.end() :]), fold(title[: opening.start()])
        rest = title[: last.start()].strip()
        short = "|" in last.group() and len(tail) < len(rest) / 2 and _few_words(title, last.end())
        if rest and tail and (any(_same(tail, name) for name in names) or short):
            title = rest
        elif head in names:
            title = title[opening.end() :].strip()
        else:
            break
    return title


def _few_words(title: str, start: int) -> bool:
    return len(title[start:].split()) <= 3


def _same(tail: str, name: str) -> bool:
    return tail == name or (len(tail) > 3 and (tail in name or name in tail))
