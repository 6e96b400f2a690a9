"""What a query is once it is read: a tree of words, fields and what joins them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

FieldName = Literal["source", "lang", "agency", "tag"]


@dataclass(frozen=True, slots=True)
class Words:
    """A word or phrase that stands in the headline or the text, in its search form."""

    text: str
    star: bool = False  # the last word is a beginning
    column: str | None = None  # "title" or "body", None for either

    @property
    def bare(self) -> str:
        """The phrase as FTS5 takes it, without its column."""
        return f'"{self.text}" *' if self.star else f'"{self.text}"'


@dataclass(frozen=True, slots=True)
class Near:
    """Words with at most so many other words between the first and the last of them."""

    parts: tuple[Words, ...]
    distance: int
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """What is said of an article elsewhere than in its text."""

    name: FieldName
    value: str  # in the form it is compared in
    star: bool = False  # a beginning


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    part: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of these, or more."""

    parts: tuple[Node, ...]


Node = Words | Near | Field | Not | All | Any


def all_of(parts: list[Node]) -> Node:
    """Return parts that must all hold; one alone stands for itself."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, All) else (part,))]
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def any_of(parts: list[Node]) -> Node:
    """Return parts of which one must hold; one alone stands for itself."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, Any) else (part,))]
    return flat[0] if len(flat) == 1 else Any(tuple(flat))


@dataclass(frozen=True, slots=True)
class Query:
    """A query: the tree, and what of it was typed."""

    tree: Node

    def words(self) -> Iterator[Words]:
        """Yield what may be found in the text of an article, for marks in it."""
        yield from _words(self.tree)

    def fields(self) -> Iterator[Field]:
        """Yield the fields that are asked for, those under a NOT as well."""
        yield from _fields(self.tree)

    @property
    def match(self) -> str | None:
        """The whole query as one FTS5 expression; None if it asks for more than text."""
        return expression(self.tree)


def _words(node: Node) -> Iterator[Words]:
    if isinstance(node, Words):
        yield node
    elif isinstance(node, Near | All | Any):
        for part in node.parts:
            yield from _words(part)


def _fields(node: Node) -> Iterator[Field]:
    if isinstance(node, Field):
        yield node
    elif isinstance(node, Not):
        yield from _fields(node.part)
    elif isinstance(node, All | Any):
        for part in node.parts:
            yield from _fields(part)


def expression(node: Node) -> str | None:
    """Return a tree as an FTS5 expression, None if FTS5 cannot say it.

    FTS5 knows nothing but text, and cannot look for absence alone.
    """
    if isinstance(node, Words):
        return _in_column(node.column, node.bare)
    if isinstance(node, Near):
        inner = " ".join(part.bare for part in node.parts)
        return _in_column(node.column, f"NEAR({inner}, {node.distance})")
    if isinstance(node, Any):
        return _joined("OR", [expression(part) for part in node.parts])
    if isinstance(node, All):
        text = _joined(
            "AND", [expression(part) for part in node.parts if not isinstance(part, Not)]
        )
        absent = [expression(part.part) for part in node.parts if isinstance(part, Not)]
        if text is None or not absent:
            return text
        unwanted = _joined("OR", absent)
        return None if unwanted is None else f"({text} NOT {unwanted})"
    return None


def _joined(word: str, parts: list[str | None]) -> str | None:
    texts = [part for part in parts if part is not None]
    if not texts or len(texts) < len(parts):
        return None
    return texts[0] if len(texts) == 1 else f"({f' {word} '.join(texts)})"


def _in_column(column: str | None, text: str) -> str:
    return text if column is None else f"{column} : {text}"
