"""Values as YAML text that reads back as the same values, here and in tools of YAML 1.1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import yaml

from monitor.config.units import duration_text

# Starts and holds nothing that has a meaning in YAML, in flow collections or after a blank.
_SAFE = re.compile(r"[A-Za-z0-9_/.+~][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff,\[\]{}#:]*")


def text_of(value: Any) -> Any:  # noqa: ANN401  any value of a configuration
    """A value as the tree of the file holds it: maps, lists, text and None."""
    if isinstance(value, Mapping):
        return {str(key): text_of(item) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text_of(item) for item in value]
    return str(value)


def flow(value: Any) -> str:  # noqa: ANN401  any value of a configuration
    """A value in one line: ``{kind: feed, url: …}``."""
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, (bool, int, float, timedelta, date)):
        return str(text_of(value))
    return scalar(str(value))


def scalar(text: str) -> str:
    """A text, in quotes where it needs them."""
    plain = text.replace("://", "  ")  # a colon is harmless unless a blank or the end follows
    plain = re.sub(r":(?=[^\s,\[\]{}])", "", plain)
    # In a list in brackets a text that begins with a colon is no text for libyaml.
    safe = _SAFE.fullmatch(plain) and text == text.strip() and not text.startswith(":")
    if safe and _is_text(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    code = ord(char)
    if char.isprintable():
        return char
    return f"\\x{code:02x}" if code < 256 else f"\\U{code:08x}"


@lru_cache(maxsize=256)
def _is_text(text: str) -> bool:
    """True if readers of YAML 1.1, who see numbers, days and booleans, take it for text too."""
    resolver: Any = yaml.SafeLoader("")
    try:
        tag = resolver.resolve(yaml.ScalarNode, text, (True, False))
    finally:
        resolver.dispose()
    # ruamel and YAML 1.2 read 1e3 as a number.
    return bool(tag == "tag:yaml.org,2002:str") and not re.fullmatch(r"[-+.\d]+(e[-+]?\d+)?", text)


def pair(key: str, value: Any, indent: int, newline: str) -> str:  # noqa: ANN401  any value
    """``key: value`` for a block map; a list of maps has a line for each, set in deeper."""
    maps = isinstance(value, Sequence) and not isinstance(value, str) and bool(value)
    if maps and all(isinstance(item, Mapping) for item in value):
        lines = [f"{' ' * (indent + 2)}- {flow(item)}" for item in value]
        return newline.join([f"{flow(key)}:", *lines])
    return f"{flow(key)}: {flow(value)}"
