"""Cuts a page into text blocks and the boxes that hold them, in one pass over its tree.

A block is a run of text between two borders that a reader sees; a box is an element that may hold
blocks.  What a model wants to know of a block lies mostly in its boxes: what they are, what their
class says, how much text is in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.boxflags import ARTICLE, BY_TAG, flags_of_attributes, flags_of_names
from pipeline.extract.clean import Block, fold
from pipeline.extract.document import Element
from pipeline.text import clean_paragraph

INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp",
        "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    )
)  # fmt: skip
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
_PLAIN = 25  # characters outside links that make a block count as prose
_MENU = 0.95  # share of a block in links
_PARAGRAPH = 100  # characters; a longer block may be a linked standfirst
_WIDE = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]")
_WIDE_WEIGHT = 2.2  # a Han character says as much as so many letters


class Box:
    """An element that may hold blocks, with what is in it."""

    __slots__ = (
        "article", "children", "depth", "element", "flags", "last", "linked", "number",
        "own", "path", "prose", "size", "tag", "up",
    )  # fmt: skip

    def __init__(self, element: Element, tag: str, up: Box | None, path: int, own: int) -> None:
        self.element = element
        self.tag = tag
        self.up = up
        self.path = path  # a number for the chain of tags and classes down to here
        self.own = own  # flags of this element alone
        self.flags: int = own | (up.flags if up is not None else 0)  # and of all above
        self.depth: int = up.depth + 1 if up is not None else 0
        self.size = 0  # characters below, after ``weigh``
        self.linked = 0  # of these in links
        self.prose = 0.0  # readability's score of the paragraphs below
        self.children = len(element)
        self.number = self.last = -1  # its place among all boxes, and that of the last one in it
        # the nearest <article> around or at it
        self.article: Box | None = self if own & ARTICLE else up.article if up is not None else None

    def within(self, outer: Box) -> bool:
        """True if this is ``outer`` or in it; known once the whole page was walked."""
        return outer.number <= self.number <= outer.last


@dataclass(slots=True)
class TextBlock:
    """A run of text with where it stands."""

    text: str
    linked: int  # characters in links
    strong: int  # characters in bold
    emphasis: int  # characters in italics
    anchors: int  # how many links
    box: Box
    kind: str  # the tag that makes it what it is: p, h2, li, blockquote, div …
    html: str = ""  # filled by a walker that writes markup

    def alone(self) -> Block:
        """The block without its place on the page."""
        return Block(
            text=self.text, linked=self.linked / len(self.text), kind=self.kind, html=self.html
        )


class Walker:
    """Collects blocks and boxes in document order."""

    def __init__(self) -> None:
        self.blocks: list[TextBlock] = []
        self.boxes: list[Box] = []
        self._parts: list[str] = []
        self._linked = self._strong = self._emphasis = self._anchors = 0
        self._state = 0  # of the inline elements around the block that is walked
        self._paths: dict[tuple[int, str, str | None], int] = {}

    def close(self, box: Box, kind: str) -> None:
        """End the current run of text."""
        parts = self._parts
        if parts:
            text = " ".join("".join(parts).split())
            parts.clear()
            if text:
                if self._state & 1:
                    self._linked = len(text)
                self._add(text, box, kind)
        self._linked = self._strong = self._emphasis = self._anchors = 0

    def _add(self, text: str, box: Box, kind: str) -> None:
        """A block for a run of text; menu entries only add to what their boxes weigh.

        Half of all runs are a link and nothing else.  No article needs them, and judging costs.
        """
        size = len(text)
        linked = self._linked
        if linked >= _MENU * size and size < _PARAGRAPH and text[-1] not in ".!?。！？":
            box.size += size
            box.linked += min(size, linked)
            return
        text = clean_paragraph(text)
        size = len(text)
        if not size:
            return
        linked = min(size, linked)
        self.blocks.append(
            TextBlock(
                text=text,
                linked=linked,
                strong=min(size, self._strong),
                emphasis=min(size, self._emphasis),
                anchors=self._anchors,
                box=box,
                kind=kind,
            )
        )
        box.size += size
        box.linked += linked
        if size - linked > _PLAIN:
            commas = text.count(",") + text.count("，") + text.count("、")
            score = (1 + commas + min(size / 100, 3)) * (size - linked) / size
            holder = box if kind == "div" or box.up is None else box.up
            holder.prose += score
            if holder.up is not None:
                holder.up.prose += score / 2

    def _box(self, element: Element, up: Box | None) -> Box:
        """A box for an element, numbered in document order."""
        tag = element.tag
        get = element.get
        names, ident = get("class"), get("id")
        own = BY_TAG.get(tag, 0)
        if names or ident:
            own |= flags_of_names(f"{names or ''} {ident or ''}")
        if element.attrib:
            own |= flags_of_attributes(get)
        key = (up.path if up is not None else 0, tag, names)
        path = self._paths.get(key)
        if path is None:
            path = self._paths[key] = len(self._paths) + 1
        box = Box(element, tag, up, path, own)
        box.number = len(self.boxes)
        self.boxes.append(box)
        return box

    def walk(self, element: Element, up: Box | None, kind: str) -> None:
        """Add a block-level element, without its tail (libxml2 nests at most 256 deep)."""
        tag = element.tag
        box = self._box(element, up)
        if up is not None and self._parts:
            self.close(up, kind)
        if not (tag in ("p", "div", "span") and kind in ("li", "blockquote")):
            kind = tag
        text = element.text
        if text:
            if tag == "pre":
                text = self._lines(text, box)
            self._parts.append(text)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._break(child, box, kind)
            elif tag in INLINE:
                self._inline(child, box, kind, 0)
            else:
                self.walk(child, box, kind)
            tail = child.tail
            if tail:
                self._parts.append(tail)
        if self._parts:
            self.close(box, kind)

    def _break(self, element: Element, box: Box, kind: str) -> None:
        """One line break is a blank to the reader, two are a border."""
        following = element.getnext()
        if following is not None and following.tag == "br" and not (element.tail or "").strip():
            self.close(box, kind)
        else:
            self._parts.append("\n")

    def _lines(self, text: str, box: Box) -> str:
        """Close a block at each blank line of preformatted text; what is left begins the next."""
        *whole, rest = _BLANK_LINE.split(text)
        for part in whole:
            self._parts.append(part)
            self.close(box, "p")
        return rest

    def _inline(self, element: Element, box: Box, kind: str, state: int) -> None:
        """Add an inline element without its tail; ``state``: 1 in a link, 2 bold, 4 italic."""
        tag = element.tag
        if tag == "a":
            state |= 1
            self._anchors += 1
        elif tag in ("b", "strong"):
            state |= 2
        elif tag in ("i", "em"):
            state |= 4
        self._take(element.text, state)
        for child in element:
            tag = child.tag
            if tag == "br":
                self._break(child, box, kind)
            elif tag in INLINE:
                self._inline(child, box, kind, state)
            else:
                # a block inside of an inline element: <a><h3>…</h3></a>, <span><p>…
                self._state, outer = self._state | state, self._state
                self.walk(child, box, kind)
                self._state = outer
            self._take(child.tail, state)

    def _take(self, text: str | None, state: int) -> None:
        if text:
            self._parts.append(text)
            if state:
                size = len(" ".join(text.split()))
                if state & 1:
                    self._linked += size
                if state & 2:
                    self._strong += size
                if state & 4:
                    self._emphasis += size


@dataclass(frozen=True, slots=True)
class Cut:
    """A page cut into blocks, and the boxes that hold them; in document order."""

    blocks: list[TextBlock]  # without menu entries
    boxes: list[Box]
    folds: list[str]  # of each block, its letters and digits
    weights: list[float]  # of each block, its length in letters


def cut(body: Element, walker: Walker | None = None) -> Cut:
    """The blocks and boxes of ``body``, weighed; ``walker`` may be one that knows more."""
    walker = walker or Walker()
    walker.walk(body, None, "body")
    _weigh(walker)
    blocks = walker.blocks
    return Cut(
        blocks=blocks,
        boxes=walker.boxes,
        folds=[fold(block.text) for block in blocks],
        weights=[weight_of(block.text) for block in blocks],
    )


def weight_of(text: str) -> float:
    """The length of a text in letters; characters that stand for syllables or words count more."""
    if text.isascii():
        return float(len(text))
    return len(text) + (_WIDE_WEIGHT - 1) * len(_WIDE.findall(text))


def _weigh(walker: Walker) -> None:
    """Add up what is in each box; paragraphs scored as in readability when they were added."""
    for box in reversed(walker.boxes):
        up = box.up
        box.last = max(box.last, box.number)
        if up is not None:
            up.last = max(up.last, box.last)
            up.size += box.size
            up.linked += box.linked
