"""Finds the text outside of the tree: in JSON-LD, in state, under <noscript>, in frames."""

from __future__ import annotations

import re

from pipeline.extract import jsonld
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
_MAX_POSTS = 1_000  # of a live blog
_MIN_APART = 250  # characters; what is shorter asks for JavaScript
_APART = re.compile(r"(?i)<noscript|<template|\ssrcdoc=")


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
    described = _described(document, known)
    state = [] if known.paywalled else _cleaned(embedded_blocks(document, known.title), known)
    best = state if size(state) >= _NEARLY * size(described) else described
    if not best:
        best = _set_apart(document, known)
    return best


def size(found: list[Block]) -> int:
    """The characters of all blocks."""
    return sum(len(block.text) for block in found)


def _cleaned(found: list[Block], known: Metadata) -> list[Block]:
    return clean_blocks(found, known.title, known.authors)


def _described(document: Document, known: Metadata) -> list[Block]:
    """The text in the JSON-LD: an articleBody, and the posts of a live blog."""
    found = _texts(known.articlebody)
    if "liveBlogUpdate" in document.html:
        for node in jsonld.nodes(document.fresh()):
            updates = node.get("liveBlogUpdate")
            for update in updates[:_MAX_POSTS] if isinstance(updates, list) else [updates]:
                if isinstance(update, dict):
                    headline = clean_paragraph(jsonld.first(update, "headline", "name") or "")
                    if headline:
                        found.append(Block(text=headline, linked=0.0, kind="h3"))
                    found.extend(_texts(jsonld.first(update, "articleBody") or ""))
    return _cleaned(found, known)


def _texts(text: str) -> list[Block]:
    """The blocks of an articleBody: lines, or markup."""
    text = text[:MAX_BODY]
    if BLOCK_TAG.search(text):
        return fragment_blocks(text)
    lines = (clean_paragraph(line) for line in text.splitlines())
    return [Block(text=line, linked=0.0, kind="p") for line in lines if line]


def _set_apart(document: Document, known: Metadata) -> list[Block]:
    """The text that browsers show though it is no part of the tree.

    It stands under <noscript>, in the <template> of a shadow root, or in the srcdoc of a frame.
    """
    if _APART.search(document.html) is None:
        return []
    longest: list[Block] = []
    for element in document.fresh().iter("noscript", "template", "iframe"):
        if element.tag == "iframe":
            found = fragment_blocks(element.get("srcdoc") or "")
        else:
            element.tag = "div"
            strip_code(element)
            found = blocks_of(element)
        found = _cleaned(found, known)
        if size(found) > max(size(longest), _MIN_APART):
            longest = found
    return longest
