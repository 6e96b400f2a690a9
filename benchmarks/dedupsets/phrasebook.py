"""Reads the texts of one language: stories and bulletins with gaps, and all that goes around them.

A file under ``texts`` has sections.  ``[words]`` holds lists by name (``city = A | B``) and
``[synonyms]`` pairs (``old = new``).  ``[story NAME]`` and ``[template NAME]`` have a title
(``T``), another first paragraph for those who write their own (``L``) and paragraphs (``-``).
Every other section is lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import MonitorError

TEXTS = Path(__file__).with_name("texts")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A text with gaps."""

    name: str
    title: str
    lead: str  # "" where there is but one
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrasebook:
    """All that is known of a language, or of a set of bulletins."""

    name: str
    words: dict[str, tuple[str, ...]]
    lines: dict[str, tuple[str, ...]]
    synonyms: tuple[tuple[str, str], ...]
    stories: tuple[Frame, ...]
    templates: tuple[Frame, ...]

    @property
    def blank(self) -> str:
        """What stands between two sentences: nothing where there are no blanks."""
        return "" if self.words.get("blank", ("yes",)) == ("no",) else " "


@cache
def phrasebook(name: str) -> Phrasebook:
    """The phrasebook of a name, such as ``de``.  Raises MonitorError where a file is malformed."""
    file = TEXTS / f"{name}.txt"
    words: dict[str, tuple[str, ...]] = {}
    lines: dict[str, list[str]] = {}
    synonyms: list[tuple[str, str]] = []
    frames: dict[str, list[Frame]] = {"story": [], "template": []}
    for section, content in _sections(file):
        kind, _, label = section.partition(" ")
        if kind in frames:
            frames[kind].append(_frame(label, content, file))
        elif kind == "words":
            words |= {key: tuple(v.split(" | ")) for key, v in map(_pair, content)}
        elif kind == "synonyms":
            synonyms += map(_pair, content)
        else:
            lines.setdefault(kind, []).extend(content)
    return Phrasebook(
        name=name,
        words=words,
        lines={key: tuple(value) for key, value in lines.items()},
        synonyms=tuple(synonyms),
        stories=tuple(frames["story"]),
        templates=tuple(frames["template"]),
    )


def _sections(file: Path) -> Iterator[tuple[str, list[str]]]:
    name, content = "", list[str]()
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            if name:
                yield name, content
            name, content = line[1:-1], []
        elif line.strip() and not line.startswith("#"):
            content.append(line)
    yield name, content


def _pair(line: str) -> tuple[str, str]:
    key, found, value = line.partition(" = ")
    if not found:
        raise MonitorError(f"no ' = ' in {line!r}")
    return key, value


def _frame(name: str, content: list[str], file: Path) -> Frame:
    marked = [(line[0], line[2:].strip()) for line in content]
    titles = [text for mark, text in marked if mark == "T"]
    if len(titles) != 1 or any(mark not in "TL-" for mark, _ in marked):
        raise MonitorError(f"{file}: {name} needs one title, and lines that begin with T, L or -")
    return Frame(
        name=name,
        title=titles[0],
        lead=next((text for mark, text in marked if mark == "L"), ""),
        paragraphs=tuple(text for mark, text in marked if mark == "-"),
    )
