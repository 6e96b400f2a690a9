"""Queries on the command line: read, and refused with a mark under the character."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.errors import QueryError
from pipeline.text import parse_query
from pipeline.text.query_tree import Query

_SHOWN = 60  # characters of a query around the place


class AskedWronglyError(QueryError):
    """A query on the command line that cannot be read."""

    @property
    def mark(self) -> str:
        """The query with a mark under the character, in two lines."""
        return pointed(self.query, self.at)


def query_of(words: Sequence[str] | str) -> Query:
    """Return the query in the words of a call.  Raises AskedWronglyError."""
    text = words if isinstance(words, str) else " ".join(words)
    try:
        return parse_query(text)
    except QueryError as error:
        raise AskedWronglyError(error.reason, error.query, error.at) from error


def pointed(query: str, at: int) -> str:
    """Return a query and, in a second line, a mark under a character.

    Blanks fill as many cells as a terminal gives the letters before; where letters run from right
    to left the mark is not below, and the text of the error has the number.
    """
    from rich.cells import cell_len

    query = "".join(c if c.isprintable() else " " for c in query)
    start = max(0, at - _SHOWN)
    before, shown = query[start:at], query[start : at + _SHOWN]
    return f"  {shown}\n  {' ' * cell_len(before)}^"
