"""A query of the query language as SQL: what of it the full-text index answers, and the rest."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any as Anything

from pipeline.text import search_text
from pipeline.text.query_tree import All, Any, Field, Node, Not, Query, expression

SEARCH_FORM = "search_form"  # the SQL function


def add_functions(conn: sqlite3.Connection) -> None:
    """Give a connection the SQL functions that conditions of queries use."""
    conn.create_function(SEARCH_FORM, 1, _search_form, deterministic=True)


def _search_form(value: object) -> str | None:
    return None if value is None else search_text(str(value))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a query asks of articles; both parts must hold where both are there."""

    match: str | None  # an FTS5 expression
    where: str  # a condition on article a; "" if there is none
    args: tuple[Anything, ...] = ()  # its values

    @property
    def also(self) -> str:
        """The condition as it goes on behind another one; "" if there is none."""
        return f" AND {self.where}" if self.where else ""


def asked_of(query: Query, within: tuple[int, int] | None = None) -> Asked:
    """Return a query in two parts: an FTS5 expression as large as can be, and a condition.

    ``within`` are the first and last article ids that are looked at, if not all are.
    """
    parts = query.tree.parts if isinstance(query.tree, All) else (query.tree,)
    text = [part for part in parts if _is_text(part)]
    # Absence can be looked for in the index only beside what is there.
    there = any(expression(part) is not None for part in text)
    found = [part for part in text if there]
    match = expression(All(tuple(found))) if found else None
    rest = [part for part in parts if part not in found]
    sql = _Sql(within)
    return Asked(
        match=match,
        where=" AND ".join(sql.of(part) for part in rest),
        args=tuple(sql.args),
    )


def _is_text(part: Node) -> bool:
    return expression(part.part if isinstance(part, Not) else part) is not None


class _Sql:
    """Writes conditions on article ``a`` and collects their values in order."""

    def __init__(self, within: tuple[int, int] | None) -> None:
        self.within = within
        self.args: list[Anything] = []

    def of(self, node: Node) -> str:
        text = expression(node)
        if text is not None:
            self.args.append(text)
            bound = ""
            if self.within is not None:
                bound = " AND rowid BETWEEN ? AND ?"
                self.args.extend(self.within)
            return f"a.id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?{bound})"
        if isinstance(node, Field):
            return self.field(node)
        if isinstance(node, Not):
            return f"NOT {self.of(node.part)}"
        assert isinstance(node, All | Any)
        return f"({(' AND ' if isinstance(node, All) else ' OR ').join(map(self.of, node.parts))})"

    def field(self, field: Field) -> str:
        """The condition for one field; never NULL, so that NOT turns it around."""
        value = field.value
        if field.name == "source":
            if value.startswith("@"):
                self.args.append(value[1:].casefold())
                return (
                    "a.source IN (SELECT s.slug FROM source s, json_each(s.tags) t "
                    f"WHERE {SEARCH_FORM}(t.value) GLOB ?)"
                )
            self.args.append(value)
            return "a.source GLOB ?" if any(c in value for c in "*?[") else "a.source = ?"
        if field.name == "lang":
            self.args.extend((value, value + "-"))
            return (
                "(a.language IS NOT NULL AND (lower(a.language) = ? OR "
                "instr(lower(a.language), ?) = 1))"
            )
        column = "a.agencies" if field.name == "agency" else "a.tags"
        compared = f"{SEARCH_FORM}(value) = ?"
        if field.star:
            compared = f"instr({SEARCH_FORM}(value), ?) = 1"
        self.args.append(value)
        # The first condition is that of a partial index.
        return f"({column} != '[]' AND EXISTS (SELECT 1 FROM json_each({column}) WHERE {compared}))"
