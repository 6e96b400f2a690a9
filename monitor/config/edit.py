"""Adds and changes sources in the configuration file and leaves every other byte as it is.

The text is cut and joined at the places that the parser names.  (A round trip through ruamel.yaml
would break long lines anew, move comments and join flow maps; and takes over a second for a
thousand sources.)  Each result is read back and held against what it should say, then checked as a
whole, before it replaces the file in one step.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.config.load import load_text, shown
from monitor.config.render import flow, pair, text_of
from monitor.config.tree import EmptyFileError, Map, Node, Seq, read_text, read_tree
from pipeline.errors import ConfigError, NotFoundError

_BOM = b"\xef\xbb\xbf"


def add_source(
    path: Path,
    source: Mapping[str, Any],
    *,
    header_comment: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Add a source at the end of the list in a configuration file; gives the file's new text.

    ``header_comment`` is written in the line above it.  ``env`` is where ``${NAME}`` is looked up
    when the result is checked (the process's environment by default).  Raises ConfigProblems when
    the result would not be valid and ConfigError when the file's layout defeats us; the file is
    then as it was.
    """

    return add_sources(path, [source], header_comment=header_comment, env=env)


def add_sources(
    path: Path,
    sources: Sequence[Mapping[str, Any]],
    *,
    header_comment: str | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Add several sources in one step; as ``add_source``, all of them or none."""

    def change(text: str, root: Map) -> str:
        return _added(text, root, sources, header_comment)

    def expect(plain: dict[str, Any]) -> None:
        plain["sources"] = [*(plain.get("sources") or []), *map(text_of, sources)]

    return edit_file(path, change, expect, env)


def set_source(
    path: Path,
    source_id: str,
    changes: Mapping[str, Any],
    *,
    env: Mapping[str, str] | None = None,
) -> str:
    """Change keys of one source; a value of None takes the key away.  Otherwise as ``add_source``.

    Raises NotFoundError when there is no source of that id.
    """

    def change(text: str, root: Map) -> str:
        for key, value in changes.items():
            text = with_key(text, source_of(root, source_id), key, value)
            root = tree_of(text, path)
        return text

    def expect(plain: dict[str, Any]) -> None:
        source = next(item for item in plain["sources"] if item.get("id") == source_id)
        for key, value in changes.items():
            if value is None:
                source.pop(key, None)
            else:
                source[key] = text_of(value)

    return edit_file(path, change, expect, env)


def edit_file(
    path: Path,
    change: Callable[[str, Map], str],
    expect: Callable[[dict[str, Any]], None],
    env: Mapping[str, str] | None,
) -> str:
    """Change a configuration file and check that it then says what ``expect`` makes of its tree."""
    target = path.resolve()  # a link stays a link
    text = read_text(target, shown(path))
    root = tree_of(text, path)
    new = change(text, root)
    expected = text_of(root)
    expect(expected)
    try:
        found = text_of(tree_of(new, path))
    except ConfigError:
        found = None
    if found != expected:
        raise ConfigError(f"{shown(path)}: its layout is too unusual to be edited for you")
    load_text(new, path, os.environ if env is None else env)
    _replace(target, new)
    return new


def tree_of(text: str, path: Path) -> Map:
    """The tree of a file's text, references to the environment left as they are."""
    try:
        root, _ = read_tree(text, shown(path))
    except EmptyFileError:
        return read_tree("{}", shown(path))[0]
    return root


def _replace(target: Path, text: str) -> None:
    """Put the text in the place of a file in one step, with the file's own permissions."""
    data = text.encode()
    try:
        with target.open("rb") as old:
            if old.read(3) == _BOM:
                data = _BOM + data
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, temporary)
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written: {error.strerror or error}") from error


def source_of(root: Map, source_id: str) -> Map:
    """The source of that id.  Raises NotFoundError."""
    sources = root.get("sources")
    for source in sources if isinstance(sources, Seq) else ():
        if isinstance(source, Map) and source.get("id") == source_id:
            return source
    raise NotFoundError(f"there is no source '{source_id}' in the configuration")


def _added(text: str, root: Map, new: Sequence[Mapping[str, Any]], comment: str | None) -> str:
    newline = newline_of(text)

    def blocks(dash: int) -> list[str]:
        return [line for source in new for line in _block(source, dash, comment, newline)]

    sources = root.get("sources")
    if isinstance(sources, Seq) and sources and sources.flow:
        end = sources.end.index - 1
        return f"{before_more(text[:end])}{', '.join(map(flow, new))}{text[end:]}"
    if isinstance(sources, Seq) and sources:
        dash = sources.start.column
        at = _end_of_item(text, content_end(text, sources), dash)
        return insert_lines(text, at, blocks(dash), newline)
    if "sources" in root.at:  # empty: [] or nothing
        key_mark, start, end = root.at["sources"]
        text = text[: start.index] + text[end.index :]
        line_end = _line_end(text, key_mark.index)
        line = text[:line_end].rstrip(" ")
        return insert_lines(line + text[line_end:], len(line), blocks(2), newline)
    lines = ["", "sources:", *blocks(2)]
    return insert_lines(text.rstrip() + newline, len(text.rstrip()), lines, newline)


def before_more(text: str) -> str:
    """The text up to a closing bracket, ready for one more item."""
    text = text.rstrip()
    return text + (" " if text.endswith(",") else ", ")


def _block(source: Mapping[str, Any], dash: int, comment: str | None, newline: str) -> list[str]:
    """The lines of a source as an item of a block list."""
    pad = " " * dash
    lines = [f"{pad}# {line}".rstrip() for line in (comment or "").splitlines()]
    for number, (key, value) in enumerate(source.items()):
        lines.append(f"{pad}{'  ' if number else '- '}{pair(key, value, dash + 2, newline)}")
    return lines


def with_key(text: str, source: Map, key: str, value: Any) -> str:  # noqa: ANN401  any value
    """The text with a key of a map set, or taken away (None)."""
    keys = [name for name in source if _inside(source, name)]
    if key in keys:
        if value is None:
            return _removed(text, source, keys, key)
        mark = source.at[key][0]
        end = _value_end(text, source, key)
        return f"{text[: mark.index]}{_pair(text, source, key, value)}{text[end:]}"
    if value is None:
        return text
    if source.flow:
        end = source.end.index - 1
        return f"{before_more(text[:end])}{_pair(text, source, key, value)}{text[end:]}"
    line = " " * source.start.column + _pair(text, source, key, value)
    return insert_lines(text, content_end(text, source), [line], newline_of(text))


def _pair(text: str, source: Map, key: str, value: Any) -> str:  # noqa: ANN401  any value
    if source.flow:
        return f"{key}: {flow(value)}"
    return pair(key, value, source.start.column, newline_of(text))


def _removed(text: str, source: Map, keys: list[str], key: str) -> str:
    """The text without a key; its comment in the same line goes with it."""
    place = keys.index(key)
    start, end = source.at[key][0].index, _value_end(text, source, key)
    if source.flow:
        if place:
            start = _value_end(text, source, keys[place - 1])
        elif len(keys) > 1:
            end = source.at[keys[1]][0].index
        return text[:start] + text[end:]
    if place == 0 and len(keys) > 1:  # it stands behind the dash
        return text[:start] + text[source.at[keys[1]][0].index :]
    start = text.rfind("\n", 0, start) + 1
    end = text.find("\n", end) + 1 or len(text)
    return text[:start] + text[end:]


def _inside(source: Map, key: str) -> bool:
    """True if the key stands in the source itself, not in a map that it merges."""
    return bool(source.start.index <= source.at[key][0].index <= source.end.index)


def _value_end(text: str, source: Map, key: str) -> int:
    _, start, end = source.at[key]
    value: Node = source[key]
    if isinstance(value, (Map, Seq)) and not value.flow and value.start.index == start.index:
        return content_end(text, value)
    return len(text[: end.index].rstrip("\r\n")) if isinstance(value, str) else int(end.index)


def content_end(text: str, node: Map | Seq) -> int:
    """Where a collection's last line with content ends, or its bracket stands."""
    if node.flow:
        return int(node.end.index)
    end = int(node.end.index)
    # The parser ends a block where the next thing starts: go back over blank lines and comments.
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return len("".join(lines).rstrip("\r\n"))


def _end_of_item(text: str, end: int, dash: int) -> int:
    """Behind the comments below an item that are set in deeper than its dash: they belong to it."""
    while True:
        start = text.find("\n", end) + 1
        if not start:
            return end
        line = text[start : _line_end(text, start)]
        if not line.lstrip().startswith("#") or len(line) - len(line.lstrip()) <= dash:
            return end
        end = _line_end(text, start)


def _line_end(text: str, index: int) -> int:
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if end > index and text[end - 1] == "\r" else end


def insert_lines(text: str, at: int, lines: list[str], newline: str) -> str:
    """The text with whole lines put in behind the line that ends at ``at``."""
    rest = text[at:] or newline
    return text[:at] + "".join(newline + line for line in lines) + rest


def newline_of(text: str) -> str:
    """The line end of a text."""
    return "\r\n" if "\r\n" in text else "\n"
