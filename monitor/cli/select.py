"""Selectors of sources on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

from monitor import choosing


def select(selectors: Sequence[str], sources: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the slugs that are meant; see ``choosing.select``.  Raises typer.BadParameter."""
    try:
        return choosing.select(selectors, sources)
    except choosing.SelectionError as error:
        raise typer.BadParameter(str(error)) from error


def chosen(
    selectors: Sequence[str] | None, sources: Iterable[Mapping[str, Any]]
) -> tuple[str, ...] | None:
    """Return the slugs that are meant, None if no selector was given: all."""
    return select(selectors, sources) if selectors else None
