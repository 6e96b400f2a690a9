"""Reads values out of scripts: JSON, and what JavaScript allows beyond it, as far as it goes.

Bare keys, single quotes, `undefined`, `!0`, trailing commas and names that stand for a value are
read; an expression ends the reading, and what was read until then is the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

MAX_TOKENS: Final = 400_000  # of one literal; 1 MB of state has about 100,000
MAX_DEPTH: Final = 100

_TOKEN = re.compile(
    r"""[\s,]*(?:
        (?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`(?:[^`\\$]|\\.|\$(?!\{))*+`)
      | (?P<skipped>new\s|\([^()]{0,200}\)) | (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<colon>:)
      | (?P<number>-?\d[\d.eE+-]*) | (?P<constant>!0|!1|void\s0) | (?P<name>[A-Za-z_$][\w$]*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "0": "", "\n": ""}
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_JSON = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A bare name that stands where a value is meant."""

    name: str


@dataclass(slots=True)
class _Open:
    """A list or an object that is being read."""

    value: Any
    key: str | None = None
    waiting: Any = None  # what may turn out to be a key
    full: bool = False

    def add(self, value: Any) -> bool:  # noqa: ANN401  any JSON value
        """Take a value; False when it cannot stand here."""
        if isinstance(self.value, list):
            self.value.append(value)
        elif self.key is not None:
            self.value[self.key] = value
            self.key = None
        elif self.full or isinstance(value, list | dict):
            return False
        else:
            self.waiting, self.full = value, True
        return True

    def take(self, kind: str | None, piece: str) -> bool:
        """Take a colon or a plain value; False when it cannot stand here."""
        return self.colon() if kind == "colon" else self.add(_scalar(kind, piece))

    def colon(self) -> bool:
        """What was taken last was a key; False when there is none."""
        if not self.full or isinstance(self.value, list):
            return False
        key = self.waiting
        self.key = key.name if isinstance(key, Name) else str(key)
        self.full = False
        return True


def read(text: str, start: int) -> tuple[Any, int]:
    """The value that begins at ``start`` (a bracket), and where the reading ended.

    Never raises; linear in what it reads.  JSON is tried first, being thirty times as fast.
    """
    try:
        return _JSON.raw_decode(text, start)
    except (ValueError, RecursionError):
        return _tolerant(text, start)


def _tolerant(text: str, start: int) -> tuple[Any, int]:
    stack: list[_Open] = []
    root: Any = None
    at = start
    for _ in range(MAX_TOKENS):
        match = _TOKEN.match(text, at)
        if match is None:
            break
        kind, piece, at = match.lastgroup, match[match.lastgroup or 0], match.end()
        if kind == "open":
            value: Any = [] if piece == "[" else {}
            if len(stack) > MAX_DEPTH or (stack and not stack[-1].add(value)):
                break
            root = value if root is None else root
            stack.append(_Open(value))
        elif kind == "close" and stack:
            stack.pop()
        elif kind != "skipped" and not (stack and stack[-1].take(kind, piece)):
            break
        if not stack:
            break
    return root, at


def _scalar(kind: str | None, piece: str) -> Any:  # noqa: ANN401  any JSON value
    if kind == "string":
        return unescape(piece[1:-1])
    if kind == "number":
        try:
            return float(piece)
        except ValueError:
            return None
    if kind == "constant":
        return piece == "!0" if piece[0] == "!" else None
    return _CONSTANTS[piece] if piece in _CONSTANTS else Name(piece)


def unescape(text: str) -> str:
    """The string that a literal stands for, given what is between its quotes."""
    if "\\" not in text:
        return text
    text = _ESCAPE.sub(_character, text)
    return _SURROGATES.sub(_joined, text)


def _character(match: re.Match[str]) -> str:
    braced, four, two, plain = match.groups()
    if plain is not None:
        return _PLAIN.get(plain, plain)
    code = int(braced or four or two, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_PARAMETERS = re.compile(r"\(?function\s*\w*\(([\w$,\s]{0,20000})\)\s*\{\s*return\s*(?=\{)")


def call(text: str, start: int) -> tuple[Any, int]:
    """The value of ``(function(a,b){return {…}}("x",1))`` at ``start``; None if there is no such.

    Nuxt 2 writes its state so: what occurs often stands once, as an argument.
    """
    match = _PARAMETERS.match(text, start)
    if match is None:
        return None, start
    value, end = read(text, match.end())
    opening = re.compile(r"[\s;]*\}\s*\(").match(text, end)
    arguments: Any = []
    if opening is not None:
        # Arguments are a list whose brackets are round.
        arguments, end = _tolerant_list(text, opening.end())
    names = dict(zip((n.strip() for n in match[1].split(",")), arguments, strict=False))
    return replaced(value, names), end


def _tolerant_list(text: str, start: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = start
    for _ in range(MAX_TOKENS):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup in ("close", "colon"):
            break
        if match.lastgroup == "open":
            value, at = read(text, match.start("open"))
            found.append(value)
        else:
            found.append(_scalar(match.lastgroup, match[match.lastgroup or 0]))
            at = match.end()
    return found, at


def replaced(value: Any, names: dict[str, Any], depth: int = 0) -> Any:  # noqa: ANN401
    """``value`` with each bare name as what it stands for (None if unknown)."""
    if isinstance(value, Name):
        return names.get(value.name)
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return {key: replaced(inner, names, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, names, depth + 1) for inner in value]
    return value


def hydrated(flat: list[Any]) -> Any:  # noqa: ANN401  any JSON value
    """The value in a list whose values point at each other by index.

    Nuxt 3 writes its state so (devalue), and React Router, where keys are indices too: "_7".
    """
    budget = iter(range(MAX_TOKENS))
    return _hydrate(flat, 0, (), budget)


def _hydrate(flat: list[Any], at: object, above: tuple[int, ...], budget: Iterator[int]) -> Any:  # noqa: ANN401
    if (
        not isinstance(at, int)
        or isinstance(at, bool)
        or not 0 <= at < len(flat)
        or at in above
        or len(above) > MAX_DEPTH
        or next(budget, None) is None
    ):
        return None
    value = flat[at]
    path = (*above, at)
    if isinstance(value, dict):
        return {
            _key(flat, key): _hydrate(flat, inner, path, budget) for key, inner in value.items()
        }
    if isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str):  # ["Reactive", 1]
            return _hydrate(flat, value[1], path, budget)
        return [_hydrate(flat, inner, path, budget) for inner in value]
    return value


def _key(flat: list[Any], key: str) -> str:
    at = key[1:]
    if key[:1] == "_" and at.isascii() and at.isdigit() and len(at) < 7 and int(at) < len(flat):
        return str(flat[int(at)])
    return key
