"""Changes the extraction rules of a source in the configuration file, comments and all kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.config.edit import (
    before_more,
    content_end,
    edit_file,
    insert_lines,
    newline_of,
    set_source,
    source_of,
    tree_of,
    with_key,
)
from monitor.config.load import shown
from monitor.config.render import flow, text_of
from monitor.config.tree import Map, Seq, read_text


def set_rules(
    path: Path,
    source_id: str,
    place: int | None,
    changes: Mapping[str, Any],
    *,
    env: Mapping[str, str] | None = None,
) -> str:
    """Change keys of the set of rules at a place of a source's list; None adds a set at its end.

    Otherwise as ``set_source``.  Raises ConfigError and its kinds, IndexError for no such place.
    """
    text = read_text(path.resolve(), shown(path))
    held = source_of(tree_of(text, path), source_id).get("extract")
    if held is None:
        return set_source(path, source_id, {"extract": changes}, env=env)

    def change(text: str, root: Map) -> str:
        if place is None:
            return _with_set(text, source_of(root, source_id), changes)
        for key, value in changes.items():
            text = with_key(text, _set_at(source_of(root, source_id), place), key, value)
            root = tree_of(text, path)
        return text

    def expect(plain: dict[str, Any]) -> None:
        source = next(item for item in plain["sources"] if item.get("id") == source_id)
        sets = source["extract"]
        if place is not None:
            one = sets[place] if isinstance(sets, list) else sets
            one.update({key: text_of(value) for key, value in changes.items()})
            return
        before = sets if isinstance(sets, list) else [sets]
        source["extract"] = [*before, text_of(changes)]

    return edit_file(path, change, expect, env)


def _set_at(source: Map, place: int) -> Map:
    sets = source["extract"]
    found = sets[place] if isinstance(sets, Seq) else sets
    assert isinstance(found, Map)
    return found


def _with_set(text: str, source: Map, new: Mapping[str, Any]) -> str:
    """The text with one more set of rules behind the others."""
    sets = source["extract"]
    newline = newline_of(text)
    if isinstance(sets, Seq):
        if sets.flow:
            end = sets.end.index - 1
            return f"{before_more(text[:end])}{flow(new)}{text[end:]}"
        line = f"{' ' * sets.start.column}- {flow(new)}"
        return insert_lines(text, content_end(text, sets), [line], newline)
    start, end = sets.start.index, content_end(text, sets)
    if sets.flow:
        return f"{text[:start]}[{text[start:end]}, {flow(new)}]{text[end:]}"
    pad = " " * sets.start.column
    lines = text[start:end].splitlines(keepends=True)
    listed = "- " + lines[0] + "".join(f"  {line}" if line.strip() else line for line in lines[1:])
    return f"{text[:start]}{listed}{newline}{pad}- {flow(new)}{text[end:]}"
