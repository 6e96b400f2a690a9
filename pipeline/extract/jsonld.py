"""Reads the JSON-LD of a page and picks the node that describes the article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.extract.document import Element

Node = Mapping[str, Any]

_MAX_SCRIPT = 1_000_000  # characters; longer ones are product catalogues
_MAX_NODES = 2_000
_MAX_VALUES = 50
_MAX_DEPTH = 2  # of lists in lists
_WRAPPING = re.compile(
    r"^\s*(?:<!\[CDATA\[|<!--|//\s*<!\[CDATA\[)?|(?:\]\]>|-->|//\s*\]\]>|;)?\s*$"
)
_ARTICLE = re.compile(r"(?:Article|Posting|NewsItem|Report|Review|CreativeWork)$")
_FITS = 10  # what a fitting type is worth against all that a page may say
_FURTHER = ("@graph", "mainEntity", "mainEntityOfPage", "liveBlogUpdate")


def nodes(tree: Element) -> list[Node]:
    """All top-level objects of all JSON-LD scripts, in document order.

    Broken scripts give nothing: not JSON, wrong types, nested too deep for the parser.
    """
    found: list[Node] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        text = script.text or ""
        if not text or len(text) > _MAX_SCRIPT:
            continue
        try:
            data = json.loads(_WRAPPING.sub("", text), strict=False)
        except (ValueError, RecursionError):
            continue
        found.extend(_top(data))
        if len(found) > _MAX_NODES:
            break
    return found[:_MAX_NODES]


def _top(data: object, depth: int = 0) -> Iterator[Node]:
    """Objects that describe the page itself, not those listed or linked below them."""
    if depth > 4:
        return
    if isinstance(data, list):
        for item in data[:_MAX_NODES]:
            yield from _top(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(data.get(key), dict | list):
                yield from _top(data[key], depth + 1)


def types(node: Node) -> list[str]:
    """The names of its types, without their vocabulary."""
    return [t.rsplit("/", 1)[-1] for t in strings(node.get("@type"))]


def is_article(node: Node) -> bool:
    """True for a type that a text can have."""
    return any(_ARTICLE.search(name) for name in types(node))


def article(found: list[Node]) -> Node | None:
    """The node of the article: the first of a type that fits and with the most to say.

    Where there is none, a page that states an author, a headline or a time speaks for its article.
    """
    best: Node | None = None
    best_score = 0
    for node in found:
        said = sum(key in node for key in ("headline", "datePublished", "author", "articleBody"))
        if is_article(node):
            score = said + _FITS
        elif any(name.endswith("WebPage") for name in types(node)):
            score = said
        else:
            continue
        if score > best_score:
            best, best_score = node, score
    return best


def by_id(found: list[Node]) -> dict[str, Node]:
    """The nodes that can be referred to, by their @id."""
    known: dict[str, Node] = {}
    for node in found:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            known.setdefault(name, node)
    return known


def strings(value: object) -> list[str]:
    """The texts in ``value``, which may be one, a list of them, or objects that hold one."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, dict):
        for key in ("@value", "name", "url", "@id"):
            inner = value.get(key)
            if isinstance(inner, str) and inner.strip():
                return [inner]
        return []
    if isinstance(value, list):
        return [
            text
            for item in value[:_MAX_VALUES]
            if not isinstance(item, list)
            for text in strings(item)
        ]
    return []


def first(node: Node | None, *keys: str) -> str | None:
    """The first text under one of ``keys``."""
    if node is None:
        return None
    for key in keys:
        found = strings(node.get(key))
        if found:
            return found[0]
    return None


def people(value: object, known: Mapping[str, Node]) -> list[tuple[str, bool]]:
    """Names under an author key, each with whether it is said to be an organisation."""
    found: list[tuple[str, bool]] = []
    for entry in _flat(value):
        item = entry
        if isinstance(item, dict) and "name" not in item and isinstance(item.get("@id"), str):
            item = known.get(item["@id"], item)
        organisation = isinstance(item, dict) and any(
            name.endswith("Organization") for name in types(item)
        )
        if isinstance(item, dict):
            stated = strings(item.get("name")) or [
                " ".join(strings(item.get("givenName")) + strings(item.get("familyName")))
            ]
            found.extend((name, organisation) for name in stated if name)
        elif isinstance(item, str):
            found.append((item, False))
    return found


def _flat(value: object, depth: int = 0) -> list[object]:
    """The entries of a list of lists."""
    if not isinstance(value, list):
        return [value]
    if depth > _MAX_DEPTH:
        return []
    return [inner for item in value[:_MAX_VALUES] for inner in _flat(item, depth + 1)][:_MAX_VALUES]
