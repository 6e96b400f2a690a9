"""Reads the text of a paragraph out of its node in a content tree in JSON."""

from __future__ import annotations

from typing import Any

from pipeline.extract.nodekinds import LIST, SKIPPED, TEXT, TEXT_KINDS, kind_of, named

BLOCK_KINDS = frozenset((LIST, TEXT, *TEXT_KINDS))
INLINE_KEYS = ("text", "html", "innerHTML", "content", "value", "plainText", "children", "data",
                "model", "attributes", "props", "nodes", "leaves", "items", "body", "attrs",
                "content_elements", "blocks", "paragraphs", "elements")  # fmt: skip


def is_keyed_list(node: dict[str, Any]) -> bool:
    """True for paragraphs by number or by identity instead of in a list."""
    if len(node) < 2:
        return False
    if all(key.isdigit() for key in node):
        return True
    kinds = [kind_of(value) for value in node.values() if isinstance(value, dict)]
    return sum(kind in BLOCK_KINDS for kind in kinds) * 2 > len(node)


def holds_blocks(node: dict[str, Any], depth: int = 0) -> bool:
    """True if there are paragraphs of their own below ``node``."""
    for key in INLINE_KEYS:
        value = node.get(key)
        items = value if isinstance(value, list) else [value]
        for item in items[:50]:
            if not isinstance(item, dict):
                continue
            kind = kind_of(item)
            if kind in TEXT_KINDS or kind == LIST:
                return True
            if depth < 2 and kind is None and holds_blocks(item, depth + 1):
                return True
    return False


def inline(node: Any, depth: int) -> str:  # noqa: ANN401  any JSON value
    """The text of a paragraph's node: of its spans, links and marks, in order."""
    if isinstance(node, str):
        return node
    if depth > 20:
        return ""
    if isinstance(node, list):
        if len(node) > 3 and node[0] == "$" and isinstance(node[1], str):
            if named(node[1]) == SKIPPED or not isinstance(node[3], dict):
                return ""
            return "\n" if node[1] == "br" else inline(node[3].get("children"), depth + 1)
        return "".join(inline(item, depth + 1) for item in node)
    if isinstance(node, dict) and kind_of(node) != SKIPPED:
        for key in INLINE_KEYS:
            text = inline(node.get(key), depth + 1)
            if text:
                return text
    return ""
