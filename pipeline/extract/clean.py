"""Turns the element that holds the article into its paragraphs, without the clutter in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extract.document import Element
from pipeline.text import clean_paragraph
from pipeline.text.labels import is_label

_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
# Characters, all judged on the development pages.
_PARAGRAPH = 100  # a line this long belongs to the text; above it stand headline, byline and times
_DATELINE = 90
_BYLINE_REST = 12  # "By", "Von unserem", "Reporter" beside the known names
_REPEATED = 20  # shorter lines may repeat ("Yes." in an interview)
_LINKED = 0.9  # share of a line in links from which on it is a list of links, not a sentence

_ONLY_ALNUM = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_REMEMBERED = 2_000  # characters of the longest text whose folded form is kept at hand
_NOT_ALNUM = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d\d\b|[12]\d{3}年"
)
_READING = re.compile(
    r"(?i)\b\d+\s*-?\s*(?:min|хв|мин|分)\w*\b.{0,12}$|\breading time\b|lesezeit|lesedauer"
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LETTERS = {**dict.fromkeys(_HEADINGS, "h"), "li": "l", "dd": "l", "dt": "l", "blockquote": "q"}
_LEFT_OUT = frozenset(("figcaption", "caption", "nav", "menu", "footer", "img"))


@dataclass(slots=True)
class Block:
    """A run of text between two block borders."""

    text: str
    linked: float  # share of its characters that are in links
    kind: str  # tag of the nearest block: p, h2, li, div …
    html: str = ""  # the same text as sanitised inline HTML, when it was asked for

    @property
    def letter(self) -> str:
        """What it is in ``Article.shape``: p, h, l or q."""
        return _LETTERS.get(self.kind, "p")


class _Walker:
    """Collects blocks in document order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parts: list[str] = []
        self.linked = 0

    def close(self, kind: str) -> None:
        """End the current run of text."""
        if self.parts:
            text = clean_paragraph("".join(self.parts))
            if text:
                share = min(1.0, self.linked / len(text))
                self.blocks.append(Block(text=text, linked=share, kind=kind))
            self.parts.clear()
        self.linked = 0

    def take(self, text: str | None, *, in_link: bool) -> None:
        """Add text to the current run."""
        if text:
            self.parts.append(text)
            if in_link:
                self.linked += len(" ".join(text.split()))

    def walk(self, element: Element, kind: str, *, in_link: bool) -> None:
        """Add all of ``element`` but its tail (libxml2 nests at most 256 deep)."""
        tag = element.tag
        if tag in _LEFT_OUT or (tag in ("table", "figure") and not _holds_prose(element)):
            self.close(kind)
            return
        if tag == "br":
            # one line break is a space to the reader, two are a new paragraph
            following = element.getnext()
            if following is not None and following.tag == "br" and not (element.tail or "").strip():
                self.close(kind)
            else:
                self.parts.append("\n")
            return
        block = tag in _BLOCKS
        if block:
            self.close(kind)
            if not (tag in ("p", "div") and kind in ("li", "blockquote")):
                kind = tag
        in_link = in_link or tag == "a"
        self.take(element.text, in_link=in_link)
        for child in element:
            self.walk(child, kind, in_link=in_link)
            self.take(child.tail, in_link=in_link)
        if block:
            self.close(kind)


def _holds_prose(element: Element) -> bool:
    """True for a table that lays out a page and a figure that quotes; false for data and images."""
    if element.tag == "figure":
        return element.find(".//blockquote") is not None
    return element.find(".//p") is not None or len(element.findall(".//td")) == 1


def blocks_of(element: Element) -> list[Block]:
    """The text blocks of ``element`` in document order."""
    walker = _Walker()
    walker.walk(element, "div", in_link=False)
    walker.close("div")
    return walker.blocks


def fold(text: str) -> str:
    """A form of ``text`` in which only its letters and digits count."""
    # Most texts are asked for several times while their page is read.
    return _folded(text) if len(text) <= _REMEMBERED else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():  # a tenth of the time
        return text.translate(_ONLY_ALNUM)
    return _NOT_ALNUM.sub("", text.casefold())


_folded = lru_cache(maxsize=1024)(_fold)


def clean_blocks(
    blocks: Sequence[Block], title: str = "", authors: Sequence[str] = ()
) -> list[Block]:
    """Paragraphs among blocks: labels, link lists, repetitions and the headline itself left out."""
    kept: list[Block] = []
    seen: set[str] = set()
    headline = fold(title)
    names = sorted((fold(name) for name in authors), key=len, reverse=True)
    started = 0  # long paragraphs so far; a standfirst may stand above the byline
    for block in blocks:
        key = fold(block.text)
        if not key or _is_clutter(block):
            continue
        if started < 2 and (
            block.kind == "h1"
            or _is_headline(block, key, headline, started)
            or _is_dateline(block.text, key, names)
        ):
            continue
        if key in seen and len(key) > _REPEATED:
            continue
        seen.add(key)
        started += len(block.text) > _PARAGRAPH
        kept.append(block)
    return _without_idle_headings(kept)


def _is_headline(block: Block, key: str, headline: str, started: int) -> bool:
    """The headline again; below the first paragraph the same words may be an answer."""
    return key == headline and (not started or block.kind in _HEADINGS)


def _is_clutter(block: Block) -> bool:
    if block.linked > _LINKED and (block.kind != "p" or block.text[-1] not in ".!?。！？"):
        return True
    return is_label(block.text)


def _is_dateline(text: str, key: str, names: Sequence[str]) -> bool:
    """A line above the text that says who wrote it, when, or how long it takes to read."""
    if len(text) > _DATELINE or text[-1] in ".!?。！？":
        return False
    if len(_NUMBERS.findall(text)) > 1 and _TIME.search(text):
        return True
    if _READING.search(text):
        return True
    rest = key
    for name in names:
        rest = rest.replace(name, "") if name else rest
    return len(rest) < len(key) and len(rest) <= _BYLINE_REST


def _without_idle_headings(blocks: Iterable[Block]) -> list[Block]:
    """Headings that nothing follows introduced something that was left out."""
    kept = list(blocks)
    while kept and kept[-1].kind in _HEADINGS:
        kept.pop()
    return kept
