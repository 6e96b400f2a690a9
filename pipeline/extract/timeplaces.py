"""Finds the lines and elements of a page that show when its article came out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from pipeline.extract.document import Element, flat
from pipeline.extract.headings import within
from pipeline.extract.marks import Marks, elsewhere

_MAX_LINE = 160  # characters of a line that says when, who and where
_BARE_LINE = 70  # the same for one whose element says nothing about itself
_BARE_LETTERS = 40  # letters in it; what has more is a sentence with a date, as in captions
_MAX_LINES = 30
_NEAR = 250  # elements behind the headline
_ABOVE = 5  # boxes above the headline that may hold its date too
_TIMES = 40
_BOXES = (
    "time", "span", "p", "div", "li", "a", "small", "strong", "em", "td", "dd", "b", "i", "ul",
    "ol", "address", "cite", "section", "header", "h2", "h3", "h4", "h5", "author",
)  # fmt: skip
# A year, or day and month in numbers: without either no date is read.
_DATED = re.compile(
    r"(?<!\d)[12][0-9]{3}(?!\d)|\d\s?[./-]\s?\d{1,2}\s?[./-]\s?\d\d|[٠-٩۰-۹०-९๐-๙]{4}|年"
)
_PUBLISHED = re.compile(r"(?i)publi|pubdate|created|entry-date|posted|firstpub|datepub|veroeff")
_CHANGED = re.compile(r"(?i)updat|modif|aktuali|revis")


class Places:
    """What is near a page's headline; what is not may belong to other stories or be a clock."""

    def __init__(self, tree: Element, marked: Marks) -> None:
        self._tree = tree
        self._marked = marked
        heading = tree.find(".//h1")
        self.known = heading is not None
        self._near: set[Element] = set()
        self._behind: list[Element] = []
        if heading is not None:
            self._behind = list(_following(heading))
            self._near.update(self._behind)
            # A page's own header is above the article's: its date is that of today.
            box = None
            for up in islice(heading.iterancestors(), _ABOVE):
                if up.tag in ("body", "html"):
                    break
                box = up
                if up.tag in ("article", "main"):
                    break
            if box is not None:
                self._near.update(box.iter(*_BOXES))

    def near(self, element: Element) -> bool:
        """True if ``element`` stands with the headline, or the page has none."""
        return not self.known or element in self._near

    def stamped(self) -> list[tuple[str, bool, bool]]:
        """What datetime attributes say: (text, near the headline, of a change), best first."""
        ranked: list[tuple[int, int, str, bool, bool]] = []
        elements = islice(self._tree.iter("time", "relative-time", "abbr"), _TIMES)
        for count, element in enumerate(elements):
            stated = element.get("datetime") or (
                element.get("title") if element.tag == "abbr" else ""
            )
            if not stated or elsewhere(element):
                continue
            names = " ".join(
                element.get(name) or "" for name in ("itemprop", "class", "pubdate", "data-testid")
            )
            changed = _CHANGED.search(names) is not None and not _PUBLISHED.search(names)
            near = self.near(element)
            rank = 2 * (not near) + (_PUBLISHED.search(names) is None)
            ranked.append((rank, count, stated[:100], near, changed))
        return [(text, near, changed) for _, _, text, near, changed in sorted(ranked)]

    def lines(self) -> Iterator[str]:
        """Visible lines that may hold the time: marked ones, then short ones near the headline."""
        count = 0
        seen: set[str] = set()
        times = list(islice(self._tree.iter("time"), _TIMES))
        for elements, longest in (
            (times, _MAX_LINE), (self._marked.date, _MAX_LINE), (self._behind, _BARE_LINE)
        ):  # fmt: skip
            for element in elements:
                if count >= _MAX_LINES:
                    return
                if elements is self._behind and not (element.text or "").strip():
                    continue
                if not self.near(element) or element.tag == "meta" or not within(element, longest):
                    continue
                text = flat(element)
                if len(text) > longest or text in seen or not _DATED.search(text):
                    continue
                if elements is self._behind and sum(map(str.isalpha, text)) > _BARE_LETTERS:
                    continue
                seen.add(text)
                # A date within a link is that of the story it leads to.
                if not elsewhere(element) and next(element.iterancestors("a"), None) is None:
                    count += 1
                    yield text
        title = self._tree.find(".//title")
        last = flat(title).rpartition("|")[2].strip() if title is not None else ""
        if len(last) <= _BARE_LINE // 2 and _DATED.search(last):
            yield last


def _following(heading: Element) -> Iterator[Element]:
    """The elements behind the headline in document order, some hundred."""
    count = 0
    at = heading
    while at is not None:
        for sibling in at.itersiblings():
            for element in sibling.iter(*_BOXES):
                yield element
                count += 1
                if count > _NEAR:
                    return
        at = at.getparent()
        if at is not None and at.tag in ("main", "body"):
            return
