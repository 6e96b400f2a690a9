"""Finds what stands on a page as its headline, and tells it from logos and breadcrumbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.clean import fold
from pipeline.extract.document import Element, flat
from pipeline.text import clean_line

_NO_HEADLINE = re.compile(
    r"(?i)logo|menu|login|visually-?hidden|sr-only|site-?(?:title|name)|masthead|lightbox|popup"
    r"|modal|cookie|consent"
)
_TRAIL = re.compile(r"(?i)bread-?crumb|breadbar|seo-?title|\bcrumbs?\b")
_TEASERS = re.compile(r"(?i)teaser|related|recommend|sidebar|widget|newsletter")
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "cite", "em", "i", "mark", "q", "s", "small", "strong", "sub", "sup",
     "u", "wbr")
)  # fmt: skip
_SHORT = 40  # characters of a link in a breadcrumb
_LIKELY = 8  # folded characters from which on a line is too long to be equal by chance
_MAX = 20  # headings looked at
_ABOVE = 8  # elements above a heading that are asked for their names


@dataclass(frozen=True, slots=True)
class Heading:
    """An <h1> of a page."""

    text: str
    trail: bool  # the last step of a breadcrumb: mostly the title made for search engines
    placed: bool  # in the article or its header, not among teasers


def headings(tree: Element) -> list[Heading]:
    """The <h1> of a page that can be headlines, in document order."""
    found = []
    for element in tree.iter("h1"):
        names = _names(element)
        above = []
        for up in element.iterancestors():
            above.append(up)
            if len(above) == _ABOVE:
                break
        around = " ".join(_names(up) for up in above if up.tag not in ("body", "html"))
        if _NO_HEADLINE.search(names) or _NO_HEADLINE.search(
            " ".join(_names(up) for up in above[:4] if up.tag not in ("body", "html"))
        ):
            continue
        text = spaced(element)
        if not text:
            continue
        trail = (
            _TRAIL.search(f"{names} {around}") is not None
            or any(up.tag == "nav" for up in above)
            or _ends_trail(element)
        )
        placed = not _TEASERS.search(around) and any(
            up.tag in ("article", "header", "main") for up in above
        )
        found.append(Heading(text=text, trail=trail, placed=placed))
        if len(found) == _MAX:
            break
    return found


def visible(tree: Element, claims: Sequence[str]) -> str | None:
    """The first line outside of breadcrumbs that is one of ``claims``, or ends it after a kicker.

    Pages whose <h1> is in the breadcrumb have their headline in any element.
    """
    keys = [key for claim in claims if len(key := fold(claim)) >= _LIKELY]
    longest = 3 * max(map(len, keys), default=0)
    if not longest:
        return None
    for element in tree.iter("h1", "h2", "h3", "p", "span", "div"):
        text = element.text
        # most elements hold no text of their own; a kicker may stand before the headline
        if not text or text.isspace() or len(text) > longest:
            continue
        key = fold(text)
        if len(key) < _LIKELY or not any(key in whole for whole in keys):
            continue
        if not within(element, longest):
            continue
        line = spaced(element)
        key = fold(line)
        if any(whole == key or (whole.endswith(key) and 2 * len(key) > len(whole))
               for whole in keys) and not _in_trail(element):  # fmt: skip
            return line
    return None


def spaced(element: Element) -> str:
    """The text of ``element`` on one line, with blanks where other boxes begin inside.

    A kicker in a box of its own does not run into the headline: <span>Sports</span>Rain wins.
    """
    if len(element) == 0:
        return clean_line(element.text or "")
    parts: list[str] = []

    def collect(at: Element) -> None:
        parts.append(at.text or "")
        for child in at:
            # A box of one letter is an initial, drawn large.
            box = child.tag not in _INLINE and len(flat(child)) > 1
            parts.append(" " if box else "")
            collect(child)
            parts.append(" " if box else "")
            parts.append(child.tail or "")

    collect(element)
    return clean_line("".join(parts))


def within(element: Element, limit: int) -> bool:
    """True if all text below ``element`` has at most ``limit`` characters; ends early if not.

    Whole pages are wrapped in boxes that call themselves "article-author" or "updated".
    """
    left = limit
    for count, text in enumerate(element.itertext()):
        left -= len(text.strip())
        if left < 0 or count > limit:
            return False
    return True


def _names(element: Element) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _in_trail(element: Element) -> bool:
    return any(
        up.tag in ("nav", "aside") or _TRAIL.search(_names(up))
        for up in (element, *element.iterancestors())
    )


def _ends_trail(element: Element) -> bool:
    """True if at least two short links and nothing else stand before ``element`` in its row."""
    for at in (element, element.getparent()):
        if at is None or at.tag in ("body", "article", "main", "header"):
            return False
        before = list(at.itersiblings(preceding=True))
        if before:
            links = [e for e in before if e.tag == "a" or e.find(".//a") is not None]
            rest = sum(len(flat(e)) for e in before if e not in links)
            return (
                len(links) > 1 and rest <= 2 * len(before) and all(
                    len(flat(e)) <= _SHORT for e in links)
            )  # fmt: skip
    return False
