"""Finds the article's text in the JSON state that a page carries for its scripts.

No site and no framework has a rule here: the values in all scripts are walked as trees of content,
each run of paragraphs is weighed by its sentences, and the heaviest run that belongs to this page's
headline is the text.  Lists of other stories, captions, settings and translations weigh nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

from pipeline.extract.clean import Block, fold
from pipeline.extract.document import Document
from pipeline.extract.fragments import TAG, fragment_blocks
from pipeline.extract.jsliteral import read
from pipeline.extract.nodekinds import (
    DIVISION,
    INLINE,
    LIST,
    SKIPPED,
    TEXT,
    TEXT_KINDS,
    is_story,
    kind_of,
    lead_of,
    named,
    tells_other,
    title_of,
)
from pipeline.extract.nodetext import (
    BLOCK_KINDS,
    INLINE_KEYS,
    holds_blocks,
    inline,
    is_keyed_list,
)
from pipeline.extract.scriptdata import script_values
from pipeline.extract.sentences import MIN_SENTENCE, sentences, sentences_of
from pipeline.extract.walls import consent_share
from pipeline.text import clean_paragraph, words

_MAX_NODES = 300_000
_MAX_DEPTH = 100
# Characters of sentences.  A teaser has some 150; a run under this page's own headline is believed
# from where an agency flash begins, any other only when it is a text.
_MIN_OWN = 120
_MIN_OTHER = 300
_GLIMPSE = 4_000  # characters of a run that are looked at for a consent wall
_MOSTLY = 0.34  # share of them that makes one
_SAME_STORY = 0.5  # share of words of two headlines, one of which was rewritten
# Of a tree of elements (React) the innermost that has this share of the outermost's sentences.
_NEARLY_ALL = 0.85

_ESCAPED_TAG = re.compile(r"(?i)&lt;/?(?:p|br|div|li|h[1-6])\b")


@dataclass(slots=True)
class _Piece:
    """A paragraph or a stretch of markup."""

    text: str
    kind: str
    mass: int  # characters of sentences


@dataclass(slots=True)
class _Run:
    """Pieces that stand together, and under which headline."""

    pieces: list[_Piece]
    mass: int
    title: str
    elements: bool  # of a tree of HTML elements


def embedded_blocks(document: Document, title: str = "") -> list[Block]:
    """The article's text in the scripts of ``document``, uncleaned; [] if there is none.

    ``title`` is the page's; a text that stands under another headline is not believed.  Reads
    ``document.html``, since scripts are gone from its tree; linear in its length.
    """
    reader = _Reader()
    for value in script_values(document.html):
        reader.flow(value, "", 0)
    best = _best(reader.runs, title)
    if best is None:
        return []
    return [block for piece in best.pieces for block in _blocks(piece)]


def _best(runs: list[_Run], title: str) -> _Run | None:
    own, nameless = [], []
    for run in runs:
        if not run.title or not title:
            nameless.append(run)
        elif _same_story(run.title, title):
            own.append(run)
    for some, least in ((own, _MIN_OWN), (nameless, _MIN_OTHER)):
        believed = (run for run in some if run.mass >= least and not _asks_for_consent(run))
        heaviest = max(believed, key=lambda run: run.mass, default=None)
        if heaviest is None:
            continue
        if not heaviest.elements:
            return heaviest
        enough = heaviest.mass * _NEARLY_ALL
        # Runs are noted from the inside out.
        return next(run for run in some if run.elements and run.mass >= enough)
    return None


def _asks_for_consent(run: _Run) -> bool:
    """State holds the words of the consent wall as well, and they are many."""
    said = "\n".join(piece.text for piece in run.pieces[:_GLIMPSE])[:_GLIMPSE]
    return consent_share(sentences_of(said.lower())) >= _MOSTLY


def _same_story(one: str, other: str) -> bool:
    left, right = set(words(one)), set(words(other))
    if not left or not right:
        return False
    if fold(one) in fold(other) or fold(other) in fold(one):
        return True
    return len(left & right) >= _SAME_STORY * min(len(left), len(right))


class _Reader:
    """Walks values and notes the runs of text in them."""

    def __init__(self) -> None:
        self.runs: list[_Run] = []
        self.nodes = 0

    def flow(
        self, node: object, title: str, depth: int, cache: dict[str, Any] | None = None
    ) -> list[_Piece]:
        """The pieces that ``node`` adds to the run it stands in."""
        self.nodes += 1
        if depth > _MAX_DEPTH or self.nodes > _MAX_NODES:
            return []
        if isinstance(node, str):
            return self._string(node, title, depth)
        if isinstance(node, list):
            return self._list(node, title, depth, cache)
        if isinstance(node, dict):
            return self._dict(node, title, depth, cache)
        return []

    def _note(self, pieces: list[_Piece], title: str, *, elements: bool = False) -> list[_Piece]:
        mass = sum(piece.mass for piece in pieces)
        if mass >= _MIN_OWN:
            self.runs.append(_Run(pieces, mass, title, elements))
        return pieces

    def _string(self, text: str, title: str, depth: int) -> list[_Piece]:
        if len(text) < MIN_SENTENCE:
            return []
        if text[0] in "[{" and len(text) > _MIN_OTHER:
            value, _ = read(text, 0)
            if isinstance(value, list | dict):
                return self.flow(value, title, depth + 1)
        if "<" not in text and _ESCAPED_TAG.search(text):
            text = unescape(text)
        mass = sentences(text)
        return [_Piece(text, "p", mass)] if mass else []

    def _list(
        self, node: list[Any], title: str, depth: int, cache: dict[str, Any] | None
    ) -> list[_Piece]:
        if len(node) > 3 and node[0] == "$" and isinstance(node[1], str):
            return self._element(node, title, depth, cache)
        pieces: list[_Piece] = []
        for item in node:
            found = self.flow(item, title, depth + 1, cache)
            if not (isinstance(item, dict) and is_story(item)):
                pieces.extend(found)
        return self._note(pieces, title)

    def _element(
        self, node: list[Any], title: str, depth: int, cache: dict[str, Any] | None
    ) -> list[_Piece]:
        """A React element: ["$", tag, key, properties]."""
        props = node[3] if isinstance(node[3], dict) else {}
        kind = named(node[1])
        if kind == SKIPPED or props.get("hidden"):
            return []
        if kind in TEXT_KINDS or kind == INLINE:
            return _text_piece(inline(props.get("children"), 0), "p" if kind == INLINE else kind)
        markup = props.get("dangerouslySetInnerHTML")
        if isinstance(markup, dict):
            return self.flow(markup.get("__html"), title, depth + 1)
        if "children" in props:
            pieces = self.flow(props["children"], title, depth + 1, cache)
            return self._note(pieces, title, elements=True)
        return self._dict(props, title, depth, cache)

    def _dict(
        self, node: dict[str, Any], title: str, depth: int, cache: dict[str, Any] | None
    ) -> list[_Piece]:
        pointer = node.get("__ref")
        if isinstance(pointer, str) and len(node) < 4:
            # Apollo keeps each object once, by name, in an object of all.
            return self.flow(cache.get(pointer), title, depth + 10, cache) if cache else []
        if cache is None and "ROOT_QUERY" in node:
            cache = node
        kind = kind_of(node)
        if kind == SKIPPED:
            return []
        if kind in BLOCK_KINDS:
            return self._text(node, "p" if kind == TEXT else str(kind), title, depth, cache)
        if is_keyed_list(node):
            return self._list(list(node.values()), title, depth, cache)
        own = title_of(node) or title
        best: list[_Piece] = []
        heaviest = 0
        for key, value in node.items():
            if tells_other(key) or not isinstance(value, str | list | dict):
                continue
            pieces = self.flow(value, own, depth + 1, cache)
            mass = sum(piece.mass for piece in pieces)
            # A text under a headline of its own is noted there.
            if mass > heaviest and not (isinstance(value, dict) and title_of(value)):
                best, heaviest = pieces, mass
        lead = lead_of(node)
        if lead and best and fold(lead)[:40] not in fold(best[0].text[:1_000]):
            best = [*_text_piece(lead, "p"), *best]
        return self._note(best, own, elements=kind == DIVISION)

    def _text(
        self, node: dict[str, Any], kind: str, title: str, depth: int, cache: dict[str, Any] | None
    ) -> list[_Piece]:
        """A node that is a paragraph, or a list or a box of some."""
        inner: list[_Piece] = []
        if kind == LIST or holds_blocks(node):
            for key in INLINE_KEYS:
                if isinstance(node.get(key), list | dict):
                    inner = self._inside(node[key], kind, title, depth + 1, cache)
                    if inner:
                        break
        if inner:
            return inner
        return _text_piece(inline(node, 0), "li" if kind == LIST else kind)

    def _inside(
        self, value: object, kind: str, title: str, depth: int, cache: dict[str, Any] | None
    ) -> list[_Piece]:
        if kind not in (LIST, "blockquote", "li"):
            return self.flow(value, title, depth, cache)
        kept = "li" if kind == LIST else kind
        if isinstance(value, dict):  # Editor.js: {"style": …, "items": […]}
            value = value.get("items", value)
        items = value if isinstance(value, list) else [value]
        self.nodes += len(items)
        return [piece for item in items for piece in _text_piece(inline(item, 0), kept)]


def _text_piece(text: str, kind: str) -> list[_Piece]:
    return [_Piece(text, kind, sentences(text))] if text.strip() else []


def _blocks(piece: _Piece) -> Iterable[Block]:
    text = piece.text
    if "<" in text and TAG.search(text):
        found = fragment_blocks(text)
    else:
        lines = (clean_paragraph(line) for line in text.split("\n"))
        found = [Block(text=line, linked=0.0, kind=piece.kind) for line in lines if line]
    if piece.kind != "p":
        for block in found:
            block.kind = piece.kind
    return found
