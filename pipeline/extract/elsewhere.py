"""Finds the article's text outside of the visible tree: in JSON-LD, in state, under <noscript>."""

from __future__ import annotations

from pipeline.extract.clean import Block, blocks_of, clean_blocks
from pipeline.extract.document import Document
from pipeline.extract.fragments import BLOCK_TAG, fragment_blocks
from pipeline.extract.metadata import Metadata
from pipeline.extract.prune import strip_code
from pipeline.extract.state import embedded_blocks
from pipeline.text import clean_paragraph

# Characters of a body below which it is worth looking elsewhere: about one long paragraph.
SUSPICIOUS = 250
# What is found elsewhere must be this many times what is visible, and that much more.
_CLEARLY_MORE = 2
_MORE = 100
MAX_BODY = 200_000  # characters of an articleBody that are looked at
# State has paragraphs where an articleBody often has none; it is preferred down to this share.
_NEARLY = 0.8
_MIN_NOSCRIPT = 250  # characters; shorter ones ask for JavaScript


def instead(found: list[Block], document: Document, known: Metadata) -> list[Block]:
    """``found``, or what stands elsewhere if ``found`` is next to nothing and that is a text.

    Costs nothing where a body was found; else the scripts of the page are read.
    """
    if size(found) >= SUSPICIOUS:
        return found
    other = elsewhere(document, known)
    return other if size(other) > max(_CLEARLY_MORE * size(found), size(found) + _MORE) else found


def elsewhere(document: Document, known: Metadata) -> list[Block]:
    """The best text of the article that stands outside the tree, clean; [] if there is none.

    Only ``document.html`` is read.  What a page keeps from its readers stays unread: of a page that
    calls itself paywalled, the state is not opened; its JSON-LD is meant for programs.
    """
    described = _described(known)
    state = [] if known.paywalled else _cleaned(embedded_blocks(document, known.title), known)
    best = state if size(state) >= _NEARLY * size(described) else described
    if not best:
        best = _without_script(document, known)
    return best


def size(found: list[Block]) -> int:
    """The characters of all blocks."""
    return sum(len(block.text) for block in found)


def _cleaned(found: list[Block], known: Metadata) -> list[Block]:
    return clean_blocks(found, known.title, known.authors)


def _described(known: Metadata) -> list[Block]:
    """The articleBody of the JSON-LD: lines, or markup."""
    text = known.articlebody[:MAX_BODY]
    if BLOCK_TAG.search(text):
        return _cleaned(fragment_blocks(text), known)
    lines = (clean_paragraph(line) for line in text.splitlines())
    return _cleaned([Block(text=line, linked=0.0, kind="p") for line in lines if line], known)


def _without_script(document: Document, known: Metadata) -> list[Block]:
    """The text for readers whose browser runs no scripts."""
    if "<noscript" not in document.html.lower():
        return []
    longest: list[Block] = []
    for element in document.fresh().iter("noscript"):
        element.tag = "div"
        strip_code(element)
        found = _cleaned(blocks_of(element), known)
        if size(found) > max(size(longest), _MIN_NOSCRIPT):
            longest = found
    return longest
