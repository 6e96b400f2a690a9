"""The body of an article as HTML that is safe by construction: written from text, never copied.

Only the tags named here come out, the only attribute is the href of a link to http or https, and
all text is cleaned and escaped; so there is nothing that a sanitiser could have missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import groupby

from pipeline.extract.boxes import Box, Walker, cut
from pipeline.extract.clean import Block
from pipeline.extract.document import Element
from pipeline.text import clean_paragraph
from pipeline.urls import resolve

_KEPT = {
    "em": "em", "i": "em", "strong": "strong", "b": "strong", "code": "code", "sub": "sub",
    "sup": "sup", "q": "q", "cite": "cite", "s": "s", "del": "s", "mark": "mark",
}  # fmt: skip
_EMPTY = re.compile(r"<(\w+)(?: [^<>]*)?>\s*</\1>")
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}


class _Parts(list[str]):
    """The pieces of a run of text; each is written down as HTML as well."""

    def __init__(self) -> None:
        super().__init__()
        self.html: list[str] = []

    def append(self, text: str) -> None:
        super().append(text)
        clean = clean_paragraph(text)
        before = " " if text[:1].isspace() else ""
        after = " " if text[-1:].isspace() else ""
        self.html.append(f"{before}{escape(clean)}{after}" if clean else " ")


class MarkupWalker(Walker):
    """A walker whose blocks carry their links and emphasis as HTML."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._marked = self._parts = _Parts()
        self._open: list[tuple[str, str]] = []  # inline tags around the place we are at

    def close(self, box: Box, kind: str) -> None:
        """End the current run; tags that are open end with it and begin again after it."""
        before = len(self.blocks)
        pieces = [*self._marked.html, *(end for _, end in reversed(self._open))]
        super().close(box, kind)
        if len(self.blocks) > before:
            self.blocks[-1].html = _tidy("".join(pieces))
        self._marked.html[:] = [start for start, _ in self._open]

    def _inline(self, element: Element, box: Box, kind: str, state: int) -> None:
        tags = self._tags(element)
        if tags is None:
            super()._inline(element, box, kind, state)
            return
        self._marked.html.append(tags[0])
        self._open.append(tags)
        super()._inline(element, box, kind, state)
        self._open.pop()
        self._marked.html.append(tags[1])

    def _tags(self, element: Element) -> tuple[str, str] | None:
        if element.tag == "a":
            href = element.get("href")
            address = resolve(self._url, href.strip()) if href and href.strip() else None
            if address is None or any(start.startswith("<a ") for start, _ in self._open):
                return None
            return f'<a href="{escape(address)}">', "</a>"
        kept = _KEPT.get(element.tag)
        return (f"<{kept}>", f"</{kept}>") if kept else None


def marked_blocks(element: Element, url: str) -> list[Block]:
    """The text blocks of ``element`` with their HTML; ``url`` is the page's address."""
    return [block.alone() for block in cut(element, MarkupWalker(url)).blocks]


def _tidy(html: str) -> str:
    while True:
        shorter = _EMPTY.sub("", html)
        if shorter == html:
            return " ".join(html.split())
        html = shorter


def body_html(blocks: Iterable[Block]) -> str:
    """The paragraphs, sub-headlines, lists and quotes of an article as HTML, a line each."""
    lines = []
    for letter, group in groupby(blocks, key=lambda block: block.letter):
        if letter == "l":
            lines.append("<ul>\n" + "\n".join(f"<li>{_inner(b)}</li>" for b in group) + "\n</ul>")
        elif letter == "q":
            quoted = "\n".join(f"<p>{_inner(b)}</p>" for b in group)
            lines.append(f"<blockquote>\n{quoted}\n</blockquote>")
        else:
            for block in group:
                tag = _HEADINGS.get(block.kind, "p")
                lines.append(f"<{tag}>{_inner(block)}</{tag}>")
    return "\n".join(lines)


def _inner(block: Block) -> str:
    return block.html or escape(block.text)
