"""Finds the data that a page carries for its scripts: objects, JSON strings, React streams."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape as unescape_entities
from typing import Any
from urllib.parse import unquote

from pipeline.extract.jsliteral import MAX_DEPTH, call, hydrated, read, unescape

# What a page may cost here; state of real pages stays below 2 MB and a dozen values.
_MAX_VALUES = 300  # tried in all scripts together
_MAX_READ = 9_000_000  # characters, those read twice counted twice
_MIN = 200  # characters of a script or a value that could hold a text
_MAX_NODES = 100_000  # of a React stream whose rows are put together

_SCRIPT = re.compile(r"(?i)<script\b")
_END = re.compile(r"(?i)</script")
_TYPE = re.compile(r"(?i)\btype\s*=\s*[\"']?\s*([\w/+.-]*)")
_ID = re.compile(r"(?i)\bid\s*=\s*[\"']?([\w-]*)")
# JSON-LD has a reader of its own, the others hold no data.
_NO_DATA = ("ld+json", "importmap", "speculationrules", "text/template", "x-template")

_ANGULAR = (("&q;", '"'), ("&s;", "'"), ("&l;", "<"), ("&g;", ">"), ("&a;", "&"))
# Inertia and others give a script its data as an attribute of the element it fills.
_ATTRIBUTE = re.compile(
    rf"=\s*(?:\"\s*([\[{{]\s*(?:&|\[|\{{)[^\"]{{{_MIN},}})\"|'\s*([\[{{]\s*[\"&\[{{][^']{{{_MIN},}})')"
)

# Where a value begins in a script: after a name of some length (minified ones are short), as the
# argument of a call, or as text inside JSON.parse.
_STRING = r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'"
_START = re.compile(
    rf"""JSON\.parse\(\s*(?P<decode>decodeURIComponent\(\s*)?(?P<parsed>{_STRING})
      | __next_f\.push\(\s*(?P<flight>(?=\[))
      | [\w$'"\]]{{4}}\s*=\s*
        (?:(?P<value>(?=[\[{{]))|(?P<call>(?=\(?function\b))|(?P<text>{_STRING}))
      | \(\s*(?P<argument>(?=\{{\s*")) | \bdata\s*:\s*(?P<member>(?=\[))
      | \.enqueue\(\s*(?P<queued>{_STRING})
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class _Search:
    """What was found and spent so far."""

    values: list[Any] = field(default_factory=list)
    stream: list[str] = field(default_factory=list)
    tried: int = 0
    read: int = 0

    @property
    def spent(self) -> bool:
        """True when the page has cost enough."""
        return self.tried >= _MAX_VALUES or self.read >= _MAX_READ

    def take(self, text: str, start: int, *, called: bool = False) -> int:
        """Read the value at ``start``; returns where it ended."""
        self.tried += 1
        value, end = call(text, start) if called else read(text, start)
        self.read += max(end - start, 100)
        if end - start >= _MIN and value:
            self.values.append(value)
        return max(end, start + 1)

    def hydrate(self) -> None:
        """Put the value that was read last together, if it is a list of values by number."""
        if self.values and isinstance(self.values[-1], list):
            self.values[-1] = hydrated(self.values[-1])

    def take_text(self, text: str) -> None:
        """Read the value that ``text`` is, if it looks like one."""
        text = text.strip()
        if "&q;" in text[:_MIN]:  # Angular
            for escape, sign in _ANGULAR:
                text = text.replace(escape, sign)
        if len(text) >= _MIN and text[0] in "[{":
            self.take(text, 0)


def script_values(page: str) -> list[Any]:
    """The values in all scripts of a page's markup, in document order; JSON-LD is left out.

    Linear in the length of the page; never raises.
    """
    search = _Search()
    for attributes, text in _scripts(page):
        if search.spent:
            break
        kind = _TYPE.search(attributes)
        name = kind[1].lower() if kind else ""
        if (len(text) < _MIN and "__next_f" not in text) or name.endswith(_NO_DATA):
            continue
        stripped = text.strip()
        if name.endswith("json") or stripped[:1] in ("{", "["):
            search.take_text(stripped)
            identity = _ID.search(attributes)
            if identity and "NUXT" in identity[1]:
                search.hydrate()
        else:
            _in_script(text, search)
    for match in _ATTRIBUTE.finditer(page):
        if search.spent:
            break
        search.read += len(match[0])
        search.take_text(unescape_entities(match[1] or match[2]))
    if search.stream:
        search.values.extend(_rows("".join(search.stream)))
    return search.values


def _scripts(page: str) -> Iterator[tuple[str, str]]:
    at = 0
    while (opening := _SCRIPT.search(page, at)) is not None:
        start = page.find(">", opening.end())
        end = _END.search(page, start) if start >= 0 else None
        if end is None:
            return
        yield page[opening.end() : start], page[start + 1 : end.start()]
        at = end.end()


def _in_script(text: str, search: _Search) -> None:
    at = 0
    while not search.spent and (match := _START.search(text, at)) is not None:
        at = match.end()
        kind = match.lastgroup
        if kind in ("parsed", "text", "queued"):
            literal = unescape(match[kind][1:-1])
            search.read += len(literal)
            search.take_text(unquote(literal) if match["decode"] else literal)
            if kind == "queued":  # React Router
                search.hydrate()
        elif kind == "flight":
            pushed, at = read(text, at)
            search.read += at - match.end()
            search.stream.extend(item for item in pushed or () if isinstance(item, str))
        else:
            at = search.take(text, at, called=kind == "call")


_ROW = re.compile(rb"([0-9a-f]*):(?:(T)([0-9a-f]{1,7}),)?")


def _rows(stream: str) -> list[Any]:
    """The values of a React stream (Next.js): rows of JSON and of text that refer to each other."""
    data = stream.encode("utf-8", "replace")
    rows: dict[str, Any] = {}
    at = 0
    while (match := _ROW.match(data, at)) is not None:
        name = match[1].decode()
        if match[2]:
            at = match.end() + int(match[3], 16)  # the length is in bytes
            rows[name] = data[match.end() : at].decode("utf-8", "replace")
            continue
        end = data.find(b"\n", match.end())
        end = len(data) if end < 0 else end
        if data[match.end() : match.end() + 1] in (b"[", b"{", b'"'):
            try:
                rows[name] = json.loads(data[match.end() : end])
            except (ValueError, RecursionError):
                rows[name] = None
        at = end + 1
    budget = iter(range(_MAX_NODES))
    return [_whole(rows, value, (name,), budget) for name, value in rows.items() if value]


def _whole(rows: dict[str, Any], value: Any, path: tuple[str, ...], budget: Iterator[int]) -> Any:  # noqa: ANN401
    """A row with what it refers to (``"$L1a"``) in its place."""
    if len(path) > MAX_DEPTH or next(budget, None) is None:
        return None
    if isinstance(value, str):
        name = value[2:] if value[:2] in ("$L", "$@") else value[1:]
        if value[:1] == "$" and name in rows and name not in path:
            return _whole(rows, rows[name], (*path, name), budget)
        return value
    if isinstance(value, list):
        return [_whole(rows, item, (*path, ""), budget) for item in value]
    if isinstance(value, dict):
        return {key: _whole(rows, item, (*path, ""), budget) for key, item in value.items()}
    return value
