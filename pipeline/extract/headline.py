"""Chooses the title of an article among what a page calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract import jsonld
from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.extract.headings import headings, visible
from pipeline.extract.metatags import MetaTags
from pipeline.text import clean_line, words

_SEPARATORS = re.compile(r"\s+[|\-–—•·»«:／｜]+\s+|\s*[|｜]\s*|\s+[-–—]\s*")
# Shares of the words of the shorter title.  Outlets do rewrite a headline for search engines, so
# one is disowned only if hardly a word is common; two agree if they are nearly the same.
_STRANGE, _SAME = 0.2, 0.8
_MIN = 3  # folded characters of a headline
_SENTENCE = 4  # words from which on a heading says what happened, and is not the name of a section
_LONG = 12  # the same, in characters, for scripts without blanks


@dataclass(frozen=True, slots=True)
class _Claim:
    """A title that the page states for programs."""

    text: str
    origin: str


def headline(
    tree: Element, meta: MetaTags, node: jsonld.Node | None, site: Sequence[str]
) -> tuple[str, str]:
    """The title and where it comes from ("" and "" when the page has none).

    An <h1> is believed first when one of the page's titles begins with it: that is what readers
    see.  One that ends a breadcrumb is the title for search engines, and so are the titles equal to
    it: then the headline is another one of the titles, best one that can be seen.  Then come an
    <h1> in the article that shares words with a title, the headline of the JSON-LD, og:title, a
    lone <h1>, and <title>.  A JSON-LD headline with which two titles that agree have nothing in
    common belongs to another story (a teaser, a page that was copied).
    """
    element = tree.find(".//title")
    page = _Claim(clean_line(flat(element)) if element is not None else "", "title")
    shared = _shared(meta)
    structured = _Claim(clean_line(jsonld.first(node, "headline") or ""), "json-ld:headline")
    claims = [claim for claim in (page, shared, structured) if claim.text]
    keys = [fold(claim.text) for claim in claims]
    outlets = set(map(fold, site))
    found = headings(tree)
    for heading in found:
        key = fold(heading.text)
        if heading.trail or len(key) < _MIN or key in outlets:
            continue
        if not any(k.startswith(key) for k in keys):
            continue
        # "Weather" begins "Weather: rain is back in the north", too
        if _says_something(heading.text) or any(_most_of(key, claim, site) for claim in claims):
            return heading.text, "h1"
    trails = [fold(h.text) for h in found if h.trail and _says_something(h.text)]
    if trails:
        spoken = _beside_trail(tree, (shared, structured), trails, site)
        if spoken is not None:
            return spoken
    seen = [h for h in found if not h.trail]
    if len(fold(structured.text)) >= _MIN and _believable(structured.text, (page, shared)):
        return without_site(structured.text, site), structured.origin
    if shared.text:
        return without_site(shared.text, site), shared.origin
    if len(seen) == 1 and len(fold(seen[0].text)) >= _MIN:
        return seen[0].text, "h1"
    if page.text:
        return without_site(page.text, site), page.origin
    return (found[0].text, "h1") if found else ("", "")


def _shared(meta: MetaTags) -> _Claim:
    stated = meta.first("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
    return _Claim(clean_line(stated[0]), f"meta:{stated[1]}") if stated else _Claim("", "")


def _beside_trail(
    tree: Element,
    claims: Sequence[_Claim],
    trails: Sequence[str],
    site: Sequence[str],
) -> tuple[str, str] | None:
    """The headline of a page whose breadcrumb ends with a title made for search engines."""
    others = [
        _Claim(without_site(claim.text, site), claim.origin)
        for claim in claims
        if len(fold(claim.text)) >= _MIN
        and not any(fold(claim.text).startswith(trail) for trail in trails)
    ]
    shown = visible(tree, [claim.text for claim in others])
    if shown is not None:
        return shown, "visible"
    return (others[0].text, others[0].origin) if others else None


def _most_of(key: str, claim: _Claim, site: Sequence[str]) -> bool:
    whole = fold(without_site(claim.text, site))
    return whole.startswith(key) and 2 * len(key) >= len(whole)


def _says_something(text: str) -> bool:
    count = len(words(text))
    return count >= _SENTENCE or (count < len(text) / _LONG and len(fold(text)) >= _LONG)


def _believable(structured: str, others: Sequence[_Claim]) -> bool:
    said = [claim.text for claim in others if claim.text]
    if len(said) < 2 or _common(*said) < _SAME:
        return True
    return any(_common(structured, other) >= _STRANGE for other in said)


def _common(one: str, other: str) -> float:
    left, right = set(words(one)), set(words(other))
    return len(left & right) / (min(len(left), len(right)) or 1)


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
