"""Selectors of the rules for a source: CSS with ``::attr(name)``, or XPath; compiled once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import FunctionalPseudoElement, HTMLTranslator, SelectorError
from cssselect import parse as parse_css
from lxml import etree

from pipeline.extract.document import Element, xpath

MAX_LENGTH = 1_000  # characters
_MAX_FOUND = 2_000  # places on one page; a rule that finds more is no rule
_NAME = re.compile(r"[A-Za-z_][\w:.-]*\Z")
# Some mistakes of an XPath show only when it is run, and only where its steps lead.
_SMALL_PAGE = (
    "<html><head><meta/></head><body><div><h1/><p><a/><span/><time/></p></div></body></html>"
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A selector as it was written, and what it finds."""

    text: str
    _find: Callable[[Element], Any]

    def find(self, tree: Element) -> list[Element | str]:
        """Elements, and texts where it names attributes or text, in document order."""
        try:
            found = self._find(tree)
        except etree.XPathError:
            return []  # an unknown function or prefix, on a page that leads so far
        if isinstance(found, str):
            return [found]
        return list(found[:_MAX_FOUND]) if isinstance(found, list) else []

    def elements(self, tree: Element) -> list[Element]:
        """Only the elements among what it finds."""
        return [place for place in self.find(tree) if not isinstance(place, str)]


@lru_cache(maxsize=4096)
def compiled(text: str) -> Selector:
    """The selector of a rule.

    What begins with ``/`` is an XPath, anything else CSS, in which ``::attr(name)`` stands for the
    value of an attribute.  Raises ValueError with the reason and, where known, the position.
    """
    if not text.strip():
        raise ValueError("the selector is empty")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"the selector has more than {MAX_LENGTH:,} characters")
    if text.lstrip().startswith("/"):
        return Selector(text, _xpath(text.strip()))
    return Selector(text, xpath(_translated(text)))


def names_elements(text: str) -> bool:
    """False for a selector that ends in attributes or in text: no place for a body."""
    if text.lstrip().startswith("/"):
        return re.search(r"/(?:@|attribute::|text\(\))[^/\]]*\Z", text.strip()) is None
    return "::attr(" not in text


def _xpath(text: str) -> Callable[[Element], Any]:
    try:
        find = xpath(text)
        find(etree.fromstring(_SMALL_PAGE))
    except etree.XPathError as error:
        last = error.error_log.last_error
        place = f" at {last.column}" if last is not None and last.column else ""
        raise ValueError(f"no XPath: {error}{place}") from None
    return find


def _translated(text: str) -> str:
    """The XPath of a CSS selector."""
    translator = HTMLTranslator()
    steps = []
    try:
        for part in parse_css(text):
            step = translator.selector_to_xpath(part)
            pseudo = part.pseudo_element
            steps.append(step if pseudo is None else f"{step}/@{_attribute(pseudo)}")
    except SelectorError as error:
        raise ValueError(f"no CSS selector: {error}") from None
    except RecursionError:
        raise ValueError("no CSS selector: nested too deeply") from None
    return " | ".join(steps)


def _attribute(pseudo: str | FunctionalPseudoElement) -> str:
    if not isinstance(pseudo, FunctionalPseudoElement):
        raise ValueError(f"no CSS selector: ::{pseudo} is not known; there is ::attr(name)")  # noqa: TRY004
    name = "".join(str(token.value) for token in pseudo.arguments)
    if pseudo.name != "attr" or not _NAME.match(name):
        raise ValueError(f"no CSS selector: ::{pseudo.name}() is not known; there is ::attr(name)")
    return name.lower()
