"""Reads the texts of the demo's outlets: one file an outlet, one ``@@ key`` block a story.

A block has ``name: value`` lines, an empty line, and paragraphs apart by empty lines.  ``## ``
opens a heading.  With ``from: outlet/key`` the lines ``@3`` and ``@3-7`` stand for paragraphs of
that other text (the first is 1), so that copies, cuts and edits of one text show what they changed;
``@outlet/key 3-7`` takes them from any text that was read before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files

from pipeline.errors import DocumentError

_AGE = re.compile(r"(\d+)([mh])")
_TAKEN = re.compile(r"@(?:(\S+/\S+) )?(\d+)(?:-(\d+))?")
_NAMES = frozenset(
    ("title", "section", "author", "age", "language", "tags", "image", "from", "revises", "trap")
)
HEADING = "## "


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One text of one outlet, or a later state of one."""

    outlet: str
    key: str
    title: str
    section: str
    author: str
    age: timedelta | None  # how old it is when the demo starts; None: not yet published then
    tags: tuple[str, ...]
    caption: str | None
    blocks: tuple[str, ...]  # paragraphs; headings begin with HEADING
    language: str | None  # where it is not that of the outlet
    taken_from: str | None  # "outlet/key" of the text that this one uses
    contains: tuple[str, ...]  # "outlet/key" of texts that this one, a round-up, is made of
    revises: str | None  # key of the story of which this is a later state
    trap: str | None  # a page without an article: paywall, video, soft404, robots, gone

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as a reader sees it, headings included."""
        return tuple(block.removeprefix(HEADING) for block in self.blocks)


def parse(text: str, outlet: str, known: Mapping[str, Story]) -> list[Story]:
    """The stories in one file; ``known`` holds those that ``from`` may name, by "outlet/key".

    Raises DocumentError for a block that cannot be read.
    """
    found: dict[str, Story] = {}
    for chunk in re.split(r"^@@ ", text, flags=re.MULTILINE)[1:]:
        story = _story(chunk, outlet, {**known, **found})
        found[f"{outlet}/{story.key}"] = story
    return list(found.values())


def _story(chunk: str, outlet: str, known: Mapping[str, Story]) -> Story:
    key, _, rest = chunk.partition("\n")
    lines = rest.split("\n")
    fields: dict[str, str] = {}
    while lines and (match := re.match(r"([a-z]+): (.*)", lines[0])) and match[1] in _NAMES:
        fields[match[1]] = match[2].strip()
        lines.pop(0)
    source = fields.get("from")
    if "title" not in fields or (source is not None and source not in known):
        raise DocumentError(f"{outlet}/{key}: no title, or an unknown text in 'from'")
    blocks = "\n".join(lines).strip().split("\n\n")
    named = [match[1] for block in blocks if (match := _TAKEN.fullmatch(block)) and match[1]]
    if unknown := set(named) - known.keys():
        raise DocumentError(f"{outlet}/{key}: unknown texts {sorted(unknown)}")
    return Story(
        outlet=outlet,
        key=key.strip(),
        title=fields["title"],
        section=fields.get("section", ""),
        author=fields.get("author", ""),
        age=_age(fields.get("age")),
        tags=tuple(tag.strip() for tag in fields.get("tags", "").split(",") if tag.strip()),
        caption=fields.get("image"),
        blocks=tuple(_blocks(blocks, source, known)),
        language=fields.get("language"),
        taken_from=source,
        contains=tuple(dict.fromkeys(named)),
        revises=fields.get("revises"),
        trap=fields.get("trap"),
    )


def _age(text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = _AGE.fullmatch(text)
    if match is None:
        raise DocumentError(f"no age: {text!r}")
    amount = int(match[1])
    return timedelta(minutes=amount) if match[2] == "m" else timedelta(hours=amount)


def _blocks(blocks: Iterable[str], source: str | None, known: Mapping[str, Story]) -> Iterable[str]:
    for block in blocks:
        if match := _TAKEN.fullmatch(block):
            name = match[1] or source
            other = known[name].blocks if name else ()
            first = int(match[2])
            last = int(match[3] or first)
            if not 1 <= first <= last <= len(other):
                raise DocumentError(f"{block} asks for more than the {len(other)} paragraphs there")
            yield from other[first - 1 : last]
        else:
            yield " ".join(block.split())


@cache
def library(outlets: tuple[str, ...]) -> Mapping[str, Story]:
    """All stories of the bundled texts by "outlet/key", in the order of ``outlets``."""
    known: dict[str, Story] = {}
    for outlet in outlets:
        text = files("monitor.demo").joinpath("texts", f"{outlet}.txt").read_text(encoding="utf-8")
        known.update({f"{outlet}/{s.key}": s for s in parse(text, outlet, known)})
    return known
