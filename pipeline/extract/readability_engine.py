"""Finds the element that holds the article with readability-lxml, used the fast way.

The rules that choose are readability's.  What is replaced here is what costs time without changing
the choice (figures: shares of ``summary()`` on news pages): lxml_html_clean over the whole page and
link rewriting (over half), describing elements for a log nobody reads, text lengths measured again
and again, serialising each div to look for block tags.  ``sanitize`` is left out as well: what the
winner holds that is not article is told apart in ``clean``, on text blocks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from lxml import etree
from readability.readability import REGEXES
from readability.readability import Document as Readability

from pipeline.extract.clean import Block, blocks_of, clean_blocks, fold
from pipeline.extract.document import Document, Element, xpath
from pipeline.extract.elsewhere import SUSPICIOUS, instead, size
from pipeline.extract.metadata import Metadata
from pipeline.extract.own_article import keep_own_article
from pipeline.extract.prune import (
    Suspects,
    strip_clutter,
    strip_code,
    strip_unseen,
    suspects,
)
from pipeline.extract.scattered import scattered
from pipeline.extract.standfirst import standfirst

_BLOCKS_BELOW = frozenset(
    ("blockquote", "dl", "div", "img", "ol", "p", "picture", "pre", "table", "ul")
)
_CLEARLY_MORE = 2
_MAX_FRAMES = 20
_INLINE = frozenset(
    ("a", "b", "cite", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u")
)
_LENGTH = xpath("string-length(normalize-space(.))")
_LINK_TEXT = xpath("descendant::a//text()")


def _factored(pattern: str) -> re.Pattern[str]:
    """An expression for readability's words, which are alternatives without any syntax.

    Put in groups by their first letters they are searched for several times as fast.
    """
    groups: dict[str, list[str]] = {}
    for word in pattern.split("|"):
        groups.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile(
        "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())
    )


_UNLIKELY = _factored(REGEXES["unlikelyCandidatesRe"].pattern)
_PERHAPS = _factored(REGEXES["okMaybeItsACandidateRe"].pattern)


@lru_cache(maxsize=8192)
def unlikely(names: str) -> bool:
    """True if readability would take an element with this class and id out before it scores."""
    lowered = names.lower()
    return _UNLIKELY.search(lowered) is not None and _PERHAPS.search(lowered) is None


class _Chooser(Readability):  # type: ignore[misc]
    """readability's choice of the article's element, made on a tree that we prepared."""

    def __init__(self, tree: Element) -> None:
        super().__init__("")
        self.html: Any = tree

    def _html(self, force: bool = False) -> Element:
        return self.html

    def choose(self) -> Element | None:
        """The winning element with readability's additions, or None."""
        body = self.html.find(".//body")
        if body is not None:
            body.set("id", "readabilityBody")
        self.transform_misused_divs_into_paragraphs()
        candidates = self.score_paragraphs()
        best = self.select_best_candidate(candidates)
        if not best:
            return None
        best = self.get_semantic_article_candidate(candidates, best)
        best = self.get_semantic_main_candidate(candidates, best)
        whole = scattered(self.html, best["elem"])
        if whole is not None:
            return whole
        return self.get_article(candidates, best, html_partial=True)

    def get_link_density(self, elem: Element) -> float:
        total = int(_LENGTH(elem))
        linked = len(" ".join("".join(_LINK_TEXT(elem)).split()))
        return linked / max(total, 1)

    def transform_misused_divs_into_paragraphs(self) -> None:
        holds_block: set[Element] = set()
        for elem in self.html.iter(*_BLOCKS_BELOW):
            for above in elem.iterancestors():
                if above in holds_block:
                    break
                holds_block.add(above)
        divs = self.html.findall(".//div")
        for div in divs:
            if div not in holds_block:
                div.tag = "p"
            else:
                self._wrap_loose_text(div, holds_block)

    @staticmethod
    def _wrap_loose_text(div: Element, holds_block: set[Element]) -> None:
        """Put text and inline elements that stand loose in ``div`` into paragraphs of their own."""
        paragraph: Element | None = None

        def current(before: Element | None) -> Element:
            nonlocal paragraph
            if paragraph is None:
                paragraph = div.makeelement("p")
                if before is None:
                    div.insert(0, paragraph)
                else:
                    before.addprevious(paragraph)
            return paragraph

        children = list(div)
        if div.text and div.text.strip():
            current(None).text = div.text
            div.text = None
        for child in children:
            tail, child.tail = child.tail, None
            loose = child.tag in _INLINE and child not in holds_block
            if child.tag == "br":
                paragraph = None
                following = child.getnext()
                if tail and tail.strip():
                    if following is None:
                        paragraph = etree.SubElement(div, "p")
                    else:
                        paragraph = div.makeelement("p")
                        following.addprevious(paragraph)
                    paragraph.text = tail
                div.remove(child)
                continue
            if loose:
                current(child).append(child)
                child.tail = tail
                continue
            paragraph = None
            if tail and tail.strip():
                paragraph = div.makeelement("p")
                child.addnext(paragraph)
                paragraph.text = tail


def paragraphs(document: Document, known: Metadata) -> list[Block]:
    """The article's paragraphs.  The tree of ``document`` is used up by this.

    When readability finds next to nothing, the page is tried again with nothing taken out by name,
    then the longest <article> or <main>, then what stands outside the tree (pages that build
    themselves by script); the longest wins if it is clearly longer.
    """
    return choice(document, known, prepare(document, known))


def prepare(document: Document, known: Metadata) -> Suspects:
    """Take out of the page what a reader of this article does not see; the rest may be clutter."""
    found = suspects(document.tree, unlikely)
    strip_unseen(document.tree, found)
    keep_own_article(document.tree, known.title)
    return found


def choice(
    document: Document, known: Metadata, found: Suspects, whole: int | None = None
) -> list[Block]:
    """``paragraphs`` of a page that was prepared; ``whole`` as for ``strip_clutter``."""
    lead = standfirst(document.tree, known.summary or "")
    strip_clutter(document.tree, found, whole)
    best = _cleaned(_Chooser(document.tree).choose(), known)
    if size(best) < SUSPICIOUS:
        for attempt in (_again, _longest_frame):
            other = attempt(document, known)
            if size(other) > max(_CLEARLY_MORE * size(best), size(best) + 100):
                best = other
        best = instead(best, document, known)
    if lead and best and fold(lead) not in fold(" ".join(block.text for block in best)):
        best.insert(0, Block(text=lead, linked=0.0, kind="p"))
    return best


def _cleaned(element: Element | None, known: Metadata) -> list[Block]:
    if element is None:
        return []
    return clean_blocks(blocks_of(element), known.title, known.authors)


def _again(document: Document, known: Metadata) -> list[Block]:
    tree = document.fresh()
    strip_code(tree)
    return _cleaned(_Chooser(tree).choose(), known)


def _longest_frame(document: Document, known: Metadata) -> list[Block]:
    tree = document.fresh()
    strip_code(tree)
    boxes = suspects(tree)
    strip_unseen(tree, boxes)
    strip_clutter(tree, boxes)
    frames = tree.xpath("//article | //main | //*[@itemprop='articleBody']")
    found = (_cleaned(frame, known) for frame in frames[:_MAX_FRAMES])
    return max(found, key=size, default=[])
