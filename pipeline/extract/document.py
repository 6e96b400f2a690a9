"""Turns a page's text into one tree that all parts of the extraction share, and refuses bombs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree, html

from pipeline.errors import HostileInputError

# An lxml.html.HtmlElement; lxml's stubs know neither its methods nor what an XPath gives.
Element: TypeAlias = Any

# Real pages (218 news pages, 2021-2026) reach 2.2 M characters, 8,100 tags and 6,300 attributes in
# all.  libxml2 parses a million tags in 0.2 s but readability needs 21 s; attributes of one tag
# cost quadratic time in the parser itself (10 k: 0.1 s, 60 k: 4 s, 200 k: 62 s), so they must be
# counted before it sees them.
MAX_CHARS = 4_000_000
MAX_TAGS = 60_000
MAX_ATTRIBUTES = 10_000  # in one tag
MAX_QUOTED = 30_000  # attributes with a quoted value in the whole page; all in one tag: 3 s

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LONG_TAG = re.compile(rf"<([A-Za-z][^<>]{{{2 * MAX_ATTRIBUTES},}})")
# References to characters that lxml gives out but takes back into no tree; 9, 10 and 13 are blanks.
_BAD_REFERENCES = re.compile(
    "&#(?:0*(?:[0-8]|1[1245-9]|2[0-9]|3[01]|6553[45])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]"
    "|[fF]{3}[eEfF]))(?![0-9a-fA-F]);?"
)
# lxml takes no form feed back into a tree that it came out of.
_BLANKS = bytes.maketrans(b"\f", b" ")
_CONTROLS = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\t\n\f\r")


@dataclass(slots=True)
class Document:
    """One page: its text, its address and a tree that may be changed by whoever holds it."""

    html: str
    url: str
    tree: Element
    markup: bool = False  # True if blocks are to carry their HTML
    # lxml makes a Python object of an element whenever one is asked for, unless it is held
    # already: holding all of them makes every later pass over the page cheaper.
    held: list[Element] = field(default_factory=list)

    def fresh(self) -> Element:
        """An untouched tree of the same page (parsing again is cheaper than copying at first)."""
        return parse(self.html)


def xpath(expression: str) -> Callable[[Element], Any]:
    """A compiled XPath; the texts that it gives are plain strings."""
    return etree.XPath(expression, smart_strings=False)


def check(text: str) -> None:
    """Raise HostileInputError when ``text`` is over a limit that would make parsing unsafe."""
    if len(text) > MAX_CHARS:
        raise HostileInputError(f"too complex: {len(text)} characters")
    tags = max(text.count("<"), text.count(">"))
    if tags > MAX_TAGS:
        raise HostileInputError(f"too complex: about {tags} tags")
    # One sign is counted several times as fast as two, and few pages have so many.
    quoted = text.count("=")
    if quoted > MAX_QUOTED:
        quoted = text.count('="') + text.count("='")
    if quoted > MAX_QUOTED:
        raise HostileInputError(f"too complex: about {quoted} attributes")
    # An angle bracket in a quoted value cuts a tag in two here; many of them are caught above.
    for tag in _LONG_TAG.finditer(text) if _has_long_stretch(text) else ():
        count = len(_QUOTED.sub(" x ", tag.group(1)).split())
        if count > MAX_ATTRIBUTES:
            raise HostileInputError(f"too complex: a tag of about {count} attributes")


def _has_long_stretch(text: str) -> bool:
    """True if so much text stands without an angle bracket as a tag over the limit would have.

    From bracket to bracket in leaps: a page of 170,000 characters takes some ten steps.
    """
    at, least = 0, 2 * MAX_ATTRIBUTES
    while at + least <= len(text):
        last = max(text.rfind("<", at, at + least), text.rfind(">", at, at + least))
        if last < 0:
            return True
        at = last + 1
    return False


def parse(text: str) -> Element:
    """Parse a page that passed ``check``; comments and processing instructions are left out.

    Raises ValueError when there is nothing that could be a tree.
    """
    # A comment that never ends swallows the rest of the page; browsers show nothing, we try.
    end = text.rfind("-->")
    if text.find("<!--", end + 1) >= 0:
        text = text[: end + 1] + text[end + 1 :].replace("<!--", "")
    if "&#" in text:
        text = _BAD_REFERENCES.sub(" ", text)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml.html asks a Python method for the class of each element it shows; this one does not.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = etree.fromstring(
            text.encode("utf-8", "replace").translate(_BLANKS, _CONTROLS), parser
        )
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError(f"no tree: {error}") from error
    if tree is None:
        raise ValueError("no tree: the page is empty")
    return tree


def load(text: str, url: str, *, markup: bool = False) -> Document:
    """Check and parse ``text``.  Raises HostileInputError or ValueError."""
    check(text)
    tree = parse(text)
    return Document(html=text, url=url, tree=tree, markup=markup, held=list(tree.iter()))


def flat(element: Element) -> str:
    """All text below ``element`` in one line."""
    return " ".join("".join(element.itertext()).split())
