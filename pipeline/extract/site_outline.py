"""Cuts a page into lines of text, each with the place where it stands, for what a site teaches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from pipeline.extract.clean import Block, fold
from pipeline.extract.document import Element
from pipeline.text import clean_paragraph

_INLINE = frozenset(
    (
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em",
        "font", "i", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img",
    )
)  # fmt: skip
# Levels of a chain: wrappers further out vary with the kind of page, these seldom do.
_LEVELS = 4
_FRAME_DEPTH = 5  # levels below <body> that make up the frame of a page
_FRAME_SIZE = 48  # of its marks, those that are smallest: the same choice on every page
_MAX_LINES = 3_000
_MAX_NAME = 30  # characters of a class that somebody wrote
_SKIPPED = frozenset(("nav", "footer", "menu"))  # their text is never an article's


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text between two block borders, and the mark of its place."""

    block: Block
    chain: int  # chain_key of the block element that holds it


@dataclass(frozen=True, slots=True)
class Outline:
    """A page as lines in document order, and the marks of its outer boxes."""

    lines: tuple[Line, ...]
    frame: tuple[int, ...]  # sorted, at most 48

    def at(self, chain: int) -> list[str]:
        """The texts that stand at a place."""
        return [line.block.text for line in self.lines if line.chain == chain]


def line_key(text: str) -> int:
    """40 bits for a line: the same for texts that differ in case, blanks and punctuation only."""
    return int.from_bytes(blake2b(fold(text).encode(), digest_size=5).digest(), "big")


def chain_key(element: Element) -> int:
    """32 bits for the place of an element: tag and first class of it and of three levels above.

    Classes with digits in them are left out, they number things.  <body> and <html> do not count.
    """
    parts = [_part(element.tag, element.get("class"))]
    for above in element.iterancestors():
        if len(parts) == _LEVELS or above.tag in ("body", "html"):
            break
        parts.append(_part(above.tag, above.get("class")))
    return _mark("/".join(reversed(parts)))


def outline(tree: Element) -> Outline:
    """The outline of a page without scripts; ``tree`` is only looked at."""
    body = tree.find(".//body")
    walker = _Walker()
    if body is not None:
        walker.take(body.text, in_link=False)
        for child in body:
            walker.walk(child, (), 1, in_link=False)
            walker.take(child.tail, in_link=False)
        walker.close()
    return Outline(tuple(walker.lines), tuple(sorted(walker.frame)[:_FRAME_SIZE]))


class _Walker:
    """Collects lines in document order."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.frame: set[int] = set()
        self.parts: list[str] = []
        self.linked = 0
        self.place: tuple[str, ...] = ("body",)
        self.kind = "div"

    def close(self) -> None:
        """End the current run of text."""
        if self.parts and len(self.lines) < _MAX_LINES:
            # Blanks first: without line breaks most texts need no cleaning.
            text = clean_paragraph(" ".join("".join(self.parts).split()))
            if text:
                block = Block(text, min(1.0, self.linked / len(text)), self.kind)
                self.lines.append(Line(block, _mark("/".join(self.place))))
        self.parts.clear()
        self.linked = 0

    def take(self, text: str | None, *, in_link: bool) -> None:
        """Add text to the current run."""
        if text:
            self.parts.append(text)
            if in_link:
                self.linked += len(" ".join(text.split()))

    def walk(self, element: Element, above: tuple[str, ...], depth: int, *, in_link: bool) -> None:
        """Add all of ``element`` but its tail (libxml2 nests at most 256 deep)."""
        tag = element.tag
        if tag == "br":
            following = element.getnext()
            if following is not None and following.tag == "br" and not (element.tail or "").strip():
                self.close()
            else:
                self.parts.append("\n")
            return
        chain = (*above[1 - _LEVELS :], _part(tag, element.get("class")))
        block = tag not in _INLINE
        outer = self.place, self.kind
        if block:
            self.close()
            self.place = chain
            if not (tag in ("p", "div") and self.kind in ("li", "blockquote")):
                self.kind = tag
            if depth <= _FRAME_DEPTH:
                self.frame.add(_mark(f"{depth} {chain[-1]}"))
        in_link = in_link or tag == "a"
        if tag not in _SKIPPED:
            self.take(element.text, in_link=in_link)
            for child in element:
                self.walk(child, chain, depth + 1, in_link=in_link)
                self.take(child.tail, in_link=in_link)
        if block:
            self.close()
            self.place, self.kind = outer


@lru_cache(maxsize=8192)
def _part(tag: str, classes: str | None) -> str:
    for name in (classes or "").split():
        if len(name) <= _MAX_NAME and not any(map(str.isdigit, name)):
            return f"{tag}.{name}"
    return tag


@lru_cache(maxsize=8192)
def _mark(text: str) -> int:
    return crc32(text.encode("utf-8", "replace"))
