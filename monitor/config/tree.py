"""YAML text as plain maps, lists and strings that know their place in the file.

Every scalar stays the text that was written (``no``, ``on``, ``1e3``, ``2026-01-01``) and only an
empty one, ``~`` or ``null`` is ``None``: the type of a value is decided by the key it stands at,
not by how it looks.  The events come from libyaml; the tree is built without recursion, because
PyYAML's own composer overruns the C stack on deep nesting (measured: 100,000 brackets kill the
process), and the size of what aliases expand to is counted before anything is expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from monitor.config.problems import ConfigProblems, Problem

MAX_BYTES = 16_000_000
MAX_DEPTH = 64
MAX_NODES = 1_000_000  # after expansion of aliases; 10,000 sources take some 300,000

# Without libyaml the same events come from Python, some twelve times slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_TAGS = {
    None,
    "!",
    *(_CORE + name for name in ("str", "int", "float", "bool", "null", "map", "seq")),
}
_NULLS = {"", "~", "null", "Null", "NULL"}

Node = Any  # a Map, a Seq, text or None; also the parser's untyped events and marks
Expand = Callable[[str, Node], str]


class Map(dict[str, Node]):
    """A mapping; ``at`` has for each key the marks of the key and of its value's start and end."""

    __slots__ = ("at", "end", "flow", "start")

    def __init__(self, start: Node, flow: bool) -> None:
        super().__init__()
        self.at: dict[str, tuple[Node, Node, Node]] = {}
        self.start, self.end, self.flow = start, start, flow


class Seq(list[Node]):
    """A list; ``at`` has the marks of start and end of each item."""

    __slots__ = ("at", "end", "flow", "start")

    def __init__(self, start: Node, flow: bool) -> None:
        super().__init__()
        self.at: list[tuple[Node, Node]] = []
        self.start, self.end, self.flow = start, start, flow


class EmptyFileError(Exception):
    """There is no YAML document in the text."""


def read_text(path: Path, shown: str) -> str:
    """The file as text (UTF-8, with or without byte order mark).

    Raises ConfigProblems when it cannot be read, is no UTF-8 or is over MAX_BYTES.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ConfigProblems(
                shown, [Problem(message=f"the file has {size:,} bytes: too large")]
            )
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigProblems(shown, [Problem(message=f"cannot be read: {reason}")]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        problem = Problem(
            message=f"byte 0x{data[error.start]:02x} is not UTF-8",
            line=before.count(b"\n") + 1,
            column=error.start - (before.rfind(b"\n") + 1) + 1,
            hint="save the file as UTF-8",
        )
        raise ConfigProblems(shown, [problem]) from error


def read_tree(text: str, shown: str, expand: Expand | None = None) -> tuple[Map, list[Problem]]:
    """The text as a tree, with the problems that did not stop the reading (double keys, tags).

    ``expand`` is called with each scalar that holds ``${`` and its mark, and gives the text to use.
    Raises ConfigProblems for text that is no YAML, and EmptyFileError when there is no document.
    """
    builder = _Builder(expand)
    try:
        for event in events(text):
            builder.take(event)
    except yaml.YAMLError as error:
        raise ConfigProblems(shown, [*builder.problems, syntax_problem(error, text)]) from error
    except _TooMuchError as error:
        mark = error.args[1]
        raise ConfigProblems(shown, [*builder.problems, problem_at(mark, error.args[0])]) from None
    root = builder.root
    if root is None:
        raise EmptyFileError
    if not isinstance(root, Map):
        raise ConfigProblems(shown, [Problem(message="the file must hold keys and values", line=1)])
    return root, builder.problems


def events(text: str) -> Iterator[Node]:
    """The parser's events, one after another; raises yaml.YAMLError."""
    return yaml.parse(text, Loader=_Loader)


def is_null(event: Node) -> bool:
    """True if a scalar event stands for "nothing given"."""
    return not event.style and event.value in _NULLS


def problem_at(mark: Node, message: str, *, key: str = "", hint: str | None = None) -> Problem:
    """A problem at a parser's mark (which counts from 0)."""
    return Problem(message=message, key=key, line=mark.line + 1, column=mark.column + 1, hint=hint)


def syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    """What the parser complains about, with its place, in one line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        place = getattr(error, "position", None)
        if not isinstance(place, int):
            return Problem(message=f"is no YAML: {error}")
        code = getattr(error, "character", 0)
        what = f"#x{code:04x}" if isinstance(code, int) else repr(code)
        before = text[:place]
        return Problem(
            message=f"the character {what} is not allowed in YAML",
            line=before.count("\n") + 1,
            column=place - (before.rfind("\n") + 1) + 1,
        )
    said = getattr(error, "problem", None) or str(error)
    if "nesting depth" in said:  # PyYAML looks at the depth itself from 6.0.4 on
        return problem_at(mark, f"nested deeper than {MAX_DEPTH} levels")
    context = getattr(error, "context", None)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    hint = None
    if "\t" in line[: mark.column + 1]:
        hint = "indent with blanks, not with tabs"
    elif "${" in line:
        hint = 'inside { } and [ ] a reference needs quotes: "${NAME}"'
    elif ": " in line[mark.column :] or "mapping values" in said:
        hint = "a text that holds ': ' or starts with a special character needs quotes"
    message = f"is no YAML: {said}" + (f" {context}" if context else "")
    return problem_at(mark, message, hint=hint)


class _TooMuchError(Exception):
    """The document is absurdly deep or large."""


class _Builder:
    """Takes the parser's events and builds the tree on a stack of open collections."""

    def __init__(self, expand: Expand | None) -> None:
        self.root: Node = None
        self.problems: list[Problem] = []
        self._expand = expand
        self._open: list[tuple[Map | Seq, str | None, int]] = []  # node, anchor, nodes before it
        self._key: list[tuple[str | None, Node] | None] = []  # a map's key that waits for its value
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0
        self._documents = 0

    def take(self, event: Node) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1)
            self._nodes += 1
            self._add(value, event)
        elif kind is yaml.MappingStartEvent:
            self._start(Map(event.start_mark, bool(event.flow_style)), event)
        elif kind is yaml.SequenceStartEvent:
            self._start(Seq(event.start_mark, bool(event.flow_style)), event)
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            self._close(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise _TooMuchError(
                    "a second document starts here; one is allowed", event.start_mark
                )
        if self._nodes > MAX_NODES:
            raise _TooMuchError("aliases expand to more than a million values", event.start_mark)

    def _scalar(self, event: Node) -> str | None:
        self._check_tag(event)
        if is_null(event):
            return None
        text: str = event.value
        if self._expand is not None and "${" in text:
            return self._expand(text, event.start_mark)
        return text

    def _check_tag(self, event: Node) -> None:
        if event.tag not in _TAGS:
            tag = str(event.tag).replace(_CORE, "!!")
            self.problems.append(problem_at(event.start_mark, f"the tag {tag} is not allowed"))

    def _start(self, node: Map | Seq, event: Node) -> None:
        self._check_tag(event)
        if len(self._open) >= MAX_DEPTH:
            raise _TooMuchError(f"nested deeper than {MAX_DEPTH} levels", event.start_mark)
        self._nodes += 1
        self._open.append((node, event.anchor, self._nodes - 1))
        self._key.append(None)

    def _close(self, event: Node) -> None:
        node, anchor, before = self._open.pop()
        self._key.pop()
        node.end = event.end_mark
        if isinstance(node, Map) and "<<" in node:
            self._merge(node)
        if anchor:  # only now: an alias to a collection inside itself is an unknown alias
            self._anchors[anchor] = (node, self._nodes - before)
        self._add(node, event, start=node.start)

    def _alias(self, event: Node) -> None:
        if event.anchor not in self._anchors:
            message = f"the alias *{event.anchor} has no finished anchor before it"
            self.problems.append(problem_at(event.start_mark, message))
            self._add(None, event)
            return
        value, size = self._anchors[event.anchor]
        self._nodes += size
        self._add(value, event)

    def _add(self, value: Node, event: Node, start: Node = None) -> None:
        start = start or event.start_mark
        if not self._open:
            self.root = value
            return
        node = self._open[-1][0]
        if isinstance(node, Seq):
            node.append(value)
            node.at.append((start, event.end_mark))
            return
        waiting = self._key[-1]
        if waiting is None:
            if not isinstance(value, str):
                self.problems.append(problem_at(start, "a key must be text"))
                self._key[-1] = (None, start)
            else:
                self._key[-1] = (value, start)
            return
        self._key[-1] = None
        key, key_mark = waiting
        if key is None:
            return
        if key in node.at:
            line = node.at[key][0].line + 1
            message = f"the key '{key}' is given twice, first in line {line}"
            self.problems.append(problem_at(key_mark, message))
            return
        node[key] = value
        node.at[key] = (key_mark, start, event.end_mark)

    def _merge(self, node: Map) -> None:
        """``<<: *defaults``: what the map itself says wins over what it takes in."""
        mark = node.at["<<"][0]
        given = node.pop("<<")
        del node.at["<<"]
        for other in given if isinstance(given, Seq) else [given]:
            if not isinstance(other, Map):
                self.problems.append(problem_at(mark, "<< takes a map or a list of maps"))
                continue
            for key, value in other.items():
                if key not in node:
                    node[key] = value
                    node.at[key] = other.at[key]
