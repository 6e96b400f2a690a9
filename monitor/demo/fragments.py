"""Reads an outlet's page template: one file of fragments, each opened by ``<!--# name -->``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

_MARK = re.compile(r"^<!--# (.+?) -->\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StaticPage:
    """A page that never changes: imprint, contact."""

    path: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Fragments:
    """The pieces that pages of one outlet are put together from."""

    parts: Mapping[str, Template]
    static: tuple[StaticPage, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.parts

    def fill(self, name: str, values: Mapping[str, str], **markup: str) -> str:
        """Fragment ``name`` with ``values`` (text, escaped here) and ``markup`` (HTML, as it is).

        Raises KeyError when the fragment names a value that neither holds.
        """
        safe = {key: escape(value) for key, value in values.items()}
        return self.parts[name].substitute({**safe, **markup})


@cache
def fragments_of(outlet: str) -> Fragments:
    """The fragments of an outlet's bundled template file."""
    name = f"{outlet}.html"
    text = files("monitor.demo").joinpath("templates", name).read_text(encoding="utf-8")
    pieces = _MARK.split(text)[1:]
    parts: dict[str, Template] = {}
    static: list[StaticPage] = []
    for mark, content in zip(pieces[::2], pieces[1::2], strict=True):
        if mark.startswith("static "):
            _, path, title = mark.split(" ", 2)
            static.append(StaticPage(path, title, content.strip()))
        else:
            parts[mark] = Template(content.strip())
    return Fragments(parts, tuple(static))
