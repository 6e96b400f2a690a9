"""Sources by id, glob or tag; an unknown one is an error with a hint."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from monitor.config.suggest import did_you_mean
from pipeline.errors import MonitorError


class SelectionError(MonitorError):
    """A selector that selects nothing."""


def select(selectors: Sequence[str], sources: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the slugs that are meant, each once, in the order of ``sources``.

    ``sources`` are rows with ``slug`` and ``tags`` (a list, or JSON of one).  A selector is a slug,
    a glob (``bbc-*``, ``[a-c]*``) or ``@tag`` (globs too); several add up.  Raises SelectionError
    for one that selects nothing.
    """
    tags: dict[str, frozenset[str]] = {str(row["slug"]): _tags(row.get("tags")) for row in sources}
    found: set[str] = set()
    for selector in selectors:
        matched = _matched(selector, tags)
        if not matched:
            raise SelectionError(_unknown(selector, tags))
        found |= matched
    return tuple(slug for slug in tags if slug in found)


def _matched(selector: str, tags: Mapping[str, frozenset[str]]) -> set[str]:
    if selector.startswith("@"):
        wanted = selector[1:].casefold()
        return {
            slug
            for slug, own in tags.items()
            if any(fnmatchcase(tag.casefold(), wanted) for tag in own)
        }
    if selector in tags:
        return {selector}
    return {slug for slug in tags if fnmatchcase(slug, selector)}


def _unknown(selector: str, tags: Mapping[str, frozenset[str]]) -> str:
    if selector.startswith("@"):
        known = sorted({f"@{tag}" for own in tags.values() for tag in own})
        what = f"no source has the tag '{selector[1:]}'"
    elif any(char in selector for char in "*?["):
        known = []
        what = f"no source matches '{selector}'"
    else:
        known = list(tags)
        what = f"there is no source '{selector}'"
    hint = did_you_mean(selector, known) if known else None
    if hint is None and not tags:
        hint = "no sources are known yet; `monitor run` takes them from the configuration"
    return f"{what} ({hint})" if hint else f"{what}; `monitor sources list` names all"


def _tags(value: object) -> frozenset[str]:
    if isinstance(value, str):
        value = json.loads(value)
    return frozenset(map(str, value)) if isinstance(value, list | tuple) else frozenset()
